#!/usr/bin/env python3
"""Fuzzes every decoder of what others wrote, with a fuzzer that follows the branches of the code.

    pip install -e '.[fuzz]'
    python scripts/fuzz.py [--seed N] [--budget SECONDS] [TARGET ...]

The targets are lines of JSON (json_line), stored payloads (payload), proofs, checkpoints and keys (proof, checkpoint,
key), exports as they come and with all their hashes right (export, sealed_export), a file of an f1db tree (f1db),
messages in the stream of a cluster (message), and the ledger's file with its journal (ledger_file); see
tests/hostile.py and tests/hostile_f1db.py for what must hold.
The budget is for each target. What takes longer than ten
seconds or more than 512 MB counts as a failure. It ends with 1 at the first input that fails, and keeps it in a file,
with which `python scripts/fuzz.py --again FILE TARGET` shows what happens.
"""

import argparse
import inspect
import json
import re
import subprocess
import sys
import tempfile
from collections import deque
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

if TYPE_CHECKING:
    from events import Event

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

TARGETS: Final = (
    "json_line",
    "payload",
    "proof",
    "checkpoint",
    "key",
    "export",
    "sealed_export",
    "f1db",
    "message",
    "ledger_file",
)
LONGEST: Final = 16_384
"""Bytes of an input."""
_RUN: Final = "--run"


def main() -> int:
    """Fuzzes each target for its budget; the exit status."""
    parser = argparse.ArgumentParser(description=inspect.cleandoc(__doc__ or "").splitlines()[0])
    parser.add_argument("targets", nargs="*", metavar="TARGET", choices=(*TARGETS, []), help="default: all of them")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="where chance begins (default: 1)")
    parser.add_argument(
        "--budget", type=int, default=60, metavar="SECONDS", help="how long it tries each target (default: 60)"
    )
    parser.add_argument("--again", type=Path, metavar="FILE", help="only try this input again")
    asked = parser.parse_args()
    targets = asked.targets or TARGETS
    if asked.again is not None:
        for name in targets:
            target(name)(asked.again.read_bytes())
        return 0
    for name in targets:
        status = fuzz(name, asked.seed, asked.budget)
        if status:
            return status
    return 0


def target(name: str) -> Callable[[bytes], None]:
    """The function that does with bytes what the ledger does with what others wrote."""
    # Not at once: what f1db takes to import would be followed by the fuzzer too.
    module = import_module("tests.hostile_f1db" if name == "f1db" else "tests.hostile")
    function: Callable[[bytes], None] = getattr(module, name)
    return function


def fuzz(name: str, seed: int, budget: int) -> int:
    """Has a process of its own fuzz one target, and says what came of it."""
    with tempfile.TemporaryDirectory() as corpus:
        for number, example in enumerate(examples(name)):
            (Path(corpus) / f"{number:03}").write_bytes(example)
        words = Path(corpus).with_suffix(".words")
        words.write_text("".join(f'"{word}"\n' for word in vocabulary()), encoding="ascii")
        command = [sys.executable, __file__, _RUN, name, f"-seed={seed}", f"-max_total_time={budget}", "-timeout=10"]
        command += [
            "-rss_limit_mb=512",
            f"-max_len={LONGEST}",
            f"-artifact_prefix=failed-{name}-",
            f"-dict={words}",
            corpus,
        ]
        last: deque[str] = deque(maxlen=40)
        branches = 0
        columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
        with (
            subprocess.Popen(  # noqa: S603 - this very script
                command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
            ) as process,
            Progress(*columns, transient=True, disable=not sys.stdout.isatty()) as progress,
        ):
            task = progress.add_task(name, total=None)
            assert process.stdout is not None  # noqa: S101 - asked for above
            for line in process.stdout:
                last.append(line.rstrip())
                if reached := re.search(r"cov: (\d+)", line):
                    branches = int(reached[1])
                if found := re.match(r"#(\d+)", line):
                    progress.update(task, description=f"{name}: {int(found[1]):,} inputs")
        words.unlink()
    said = "\n".join(last)
    if process.returncode:
        print(f"{name}, seed {seed}: an input failed\n{said}", file=sys.stderr)
        return 1
    runs = re.findall(r"Done (\d+) runs in (\d+) second", said)
    if not runs:
        print(f"{name}: the fuzzer did not run\n{said}", file=sys.stderr)
        return 2
    print(
        f"{name}, seed {seed}: {int(runs[-1][0]):,} inputs in {runs[-1][1]} s, {branches:,} branches reached; each was "
        "read or refused"
    )
    return 0


def examples(name: str) -> Iterator[bytes]:
    """Inputs to begin with: a small season, in the form of the target."""
    match name:
        case "f1db":
            from tests.hostile_f1db import files

            yield from (bytes([number]) + data for number, (_, data) in enumerate(files()))
        case "message":
            yield from _message_examples()
        case "json_line" | "payload" | "ledger_file":
            yield from _event_examples(name)
        case _:
            yield from _paper_examples(name)


def _event_examples(name: str) -> Iterator[bytes]:
    from ledger.codec import encode, event_to_json
    from ledger.codec.tags import TAGS
    from tests.commandline import FRAME, RACES

    for event in (*FRAME, *RACES):
        tag, stored = encode(event)
        match name:
            case "json_line":
                yield json.dumps(event_to_json(event)).encode()
            case "payload":
                yield bytes([list(TAGS).index(tag)]) + stored
            case _:
                yield bytes([len(tag) % 4, *stored[:40]])


def _message_examples() -> Iterator[bytes]:
    from ledger.codec import encode
    from ledger.codec.commit import Commit, write_commit
    from ledger.ids import keyed_id
    from tests.commandline import FRAME, RACES
    from tests.hostile import AT_US

    told: tuple[Event, ...] = RACES
    drafts = [(keyed_id("fuzz", "message", number), *encode(one), "Jo", "sheet") for number, one in enumerate(told)]
    for most in range(1, len(drafts) + 1):
        yield write_commit(Commit(len(FRAME), None, AT_US, tuple(drafts[:most])))


def _paper_examples(name: str) -> Iterator[bytes]:
    """What a small log hands out: checkpoints, proofs, keys, exports."""
    from ledger import archive, evidence
    from ledger.codec import encode
    from ledger.ids import keyed_id
    from ledger.store import Draft
    from ledger.store.memory import MemoryLog
    from tests.commandline import FRAME, RACES
    from tests.hostile import KEY

    log, heads = MemoryLog(), []
    told: tuple[Event, ...] = (*FRAME[:6], *RACES)
    for number, event in enumerate(told):
        log.append("club-2026", number, [Draft(keyed_id("fuzz", "one", number), *encode(event), "Jo", "sheet")], 10**15)
        heads.append(evidence.head(log, KEY))
    match name:
        case "checkpoint":
            yield from (str(head).encode() for head in (*heads, evidence.head(log)))
        case "key":
            yield from (KEY.text.encode(), str(KEY.verifier).encode())
        case "proof":
            for old in heads:
                yield str(evidence.prove_growth(log, old, heads[-1])).encode()
                yield str(evidence.prove_record(log, old.size, heads[-1])).encode()
        case _:
            first = b"" if name == "sealed_export" else b"\x20"
            yield first + b"".join(archive.exported(log, "jsonl"))
            yield first + b"".join(archive.exported(log, "msgpack"))


def vocabulary() -> Iterator[str]:
    """Words that the decoders know."""
    from ledger.codec import KINDS

    yield from KINDS
    yield from sorted({name for kind in KINDS.values() for name in kind.__annotations__})
    yield from (
        "type",
        "event",
        "recorded_by",
        "null",
        "1/3",
        "8 1/7",
        "12.5",
        "2024-01-20",
        "1e999",
        "NaN",
        r"\\ud800",
        "[[[[[[[[",
    )


def run(name: str, arguments: list[str]) -> None:
    """Fuzzes a target in this process, which ends with it."""
    import atheris

    with atheris.instrument_imports(
        include=["events", "projections", "ledger", "cattrs", "json", "f1db", "import_f1db"]
    ):
        function = target(name)
    atheris.Setup([name, *arguments], function)
    atheris.Fuzz()


if __name__ == "__main__":
    if sys.argv[1:2] == [_RUN]:
        run(sys.argv[2], sys.argv[3:])
    else:
        sys.exit(main())
