"""What a folder that should be f1db may hold, and what must come of it: a season, or a list of what is wrong with it.

Used by the tests with Hypothesis, and by ``scripts/fuzz.py``; see ``tests/hostile.py``.
"""

import tempfile
from functools import cache
from pathlib import Path
from typing import Final

import import_f1db
from f1db.season import CannotImport, Importer
from f1db.tree import Tree
from ledger import Ledger
from tests.f1tree import write_season

YEAR: Final = 1953
_MEMORY: Final = Path("/dev/shm")  # noqa: S108 - a disk that forgets, where there is one
_RACES: Final = {
    "argentina": "1 10 alberto-ascari ferrari/ferrari\n2 14 luigi-villoresi ferrari/ferrari",
    "netherlands": "1 2 alberto-ascari ferrari/ferrari\nDNF 8 juan-manuel-fangio maserati/maserati",
}
_TABLE: Final = "- position: 1\n  driverId: alberto-ascari\n  points: 16\n"


@cache
def _tree() -> "tempfile.TemporaryDirectory[str]":
    """A small tree, which lasts as long as the process."""
    home = tempfile.TemporaryDirectory(dir=_MEMORY if _MEMORY.is_dir() else None)
    root = write_season(Path(home.name), YEAR, _RACES, {"argentina": ["alberto-ascari"]})
    (root / "src" / "data" / "seasons" / str(YEAR) / "driver-standings.yml").write_text(_TABLE)
    return home


@cache
def files() -> tuple[tuple[Path, bytes], ...]:
    """The files of the tree, and what is in them."""
    return tuple((path, path.read_bytes()) for path in sorted(Path(_tree().name).rglob("*.yml")))


@cache
def _importer() -> Importer:
    return Importer(Tree(Path(_tree().name)))


def f1db(data: bytes) -> None:
    """A tree in which one file, which the first byte chooses, holds the other bytes: imported or refused."""
    path, whole = files()[data[0] % len(files()) if data else 0]
    path.write_bytes(data[1:])
    try:
        season = _importer().season(YEAR)
        with Ledger.in_memory() as ledger:
            import_f1db._append(ledger, season)  # noqa: SLF001 - what the script does with a season
    except CannotImport as error:
        "\n".join(error.problems).encode()
    finally:
        path.write_bytes(whole)
