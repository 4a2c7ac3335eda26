#!/usr/bin/env python3
"""Flips bits of a ledger's files, one at a time, and looks at what readers and `parc verify` make of it.

    python scripts/bitflips.py [--flips N] [--seed S] [--workers W] [--ledger PATH] [--first BYTES]

What must hold, for every bit: a reader gets the very answers that the whole ledger gives, or is told that the ledger is
damaged; nothing else, and no traceback. And `verify` finds the flip, or the bit is gone with it: it stood where the
write-ahead log holds something newer, or in that log behind its end, and once the ledger is closed its files are to
the byte those of one in which nothing was flipped. Without --ledger it makes a ledger of its own, twice: closed, as one
file; and as a killed process leaves it, with its last appends in the write-ahead log. Ends with 1 where something does
not hold, and names the bit.
"""

import argparse
import inspect
import json
import multiprocessing
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

from attrs import frozen

from events import (
    CarClassDefined,
    ChampionshipDefined,
    DriverRegistered,
    EntryRegistered,
    Event,
    Line,
    ManufacturerRegistered,
    PointsScaleAdopted,
    RaceClassified,
    RaceScheduled,
    RoundScheduled,
    Rules,
    SeasonOpened,
    points,
)
from ledger import Ledger, LedgerError
from ledger.codec import record_to_json
from ledger.evidence import verify

CARS: Final = 12
ROUNDS: Final = 10
PARTS: Final = ("", "-wal", "-head")


@frozen
class Flip:
    """One bit of one of a ledger's files."""

    folder: str
    part: str
    bit: int


def main() -> int:
    """Runs the campaign; the exit status."""
    parser = argparse.ArgumentParser(description=inspect.cleandoc(__doc__ or "").splitlines()[0])
    parser.add_argument("--flips", type=int, default=2000, help="how many bits of each file; 2000")
    parser.add_argument("--seed", type=int, default=1, help="which bits; 1")
    parser.add_argument("--workers", type=int, default=2, help="processes; 2")
    parser.add_argument("--ledger", type=Path, help="flip bits of a copy of this ledger instead")
    parser.add_argument("--first", type=int, metavar="BYTES", help="every bit of the first bytes of each file instead")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bitflips-") as folder:
        if asked.ledger is not None:
            Path(folder, "given").mkdir()
            for part in PARTS:
                if Path(f"{asked.ledger}{part}").exists():
                    shutil.copy(f"{asked.ledger}{part}", Path(folder, "given", f"a.parc{part}"))
        else:
            make(Path(folder))
        flips = list(chosen(Path(folder), asked.flips, asked.seed, asked.first))
        outcomes: Counter[tuple[str, str, str, str]] = Counter()
        wrong = []
        with multiprocessing.Pool(asked.workers) as pool:
            for flip, reading, verifying in pool.imap_unordered(tried, flips, chunksize=16):
                outcomes[flip.folder.rpartition("/")[2], flip.part or "file", reading, verifying] += 1
                if reading not in ("refused", "same") or verifying not in ("found", "gone"):
                    wrong.append((flip, reading, verifying))
    for (state, part, reading, verifying), count in sorted(outcomes.items()):
        print(f"{state:8} {part:6} readers: {reading:10} verify: {verifying:10} {count:7}")
    for flip, reading, verifying in wrong[:50]:
        where = f"{flip.folder.rpartition('/')[2]} {flip.part or 'file'} bit {flip.bit}"
        print(f"WRONG {where}: readers {reading}; verify {verifying}")
    print(f"{len(flips)} bits flipped with seed {asked.seed}; {len(wrong)} of them not as they should be")
    return 1 if wrong else 0


def chosen(folder: Path, count: int, seed: int, first: int | None) -> Iterator[Flip]:
    """The bits to flip, of every file of every ledger in the folder."""
    chance = random.Random(seed)
    for ledger in sorted(folder.iterdir()):
        for part in PARTS:
            file = ledger / f"a.parc{part}"
            bits = file.stat().st_size * 8 if file.exists() else 0
            if first is not None:
                picked: list[int] | range = range(min(first * 8, bits))
            else:
                picked = chance.sample(range(bits), min(count, bits))
            yield from (Flip(str(ledger), part, bit) for bit in picked)


def tried(flip: Flip) -> tuple[Flip, str, str]:
    """What readers and verify make of one flip."""
    truth = answers(Path(flip.folder))
    with tempfile.TemporaryDirectory(prefix="flip-") as name:
        folder = Path(name)
        damaged(flip, folder / "read")
        try:
            reading = "same" if answers(folder / "read") == truth else "WRONG"
        except LedgerError:
            reading = "refused"
        except Exception as error:  # noqa: BLE001 - that nothing else is raised is what is tried
            reading = f"{type(error).__name__}"
        damaged(flip, folder / "verify")
        try:
            with Ledger.open(folder / "verify" / "a.parc", read_only=True) as ledger:
                found = verify(ledger.log).count
            verifying = "found" if found else "gone" if files(folder / "verify") == whole(flip.folder) else "not found"
        except LedgerError:
            verifying = "found"
        except Exception as error:  # noqa: BLE001 - as above
            verifying = f"{type(error).__name__}"
            reading = f"{reading}!"
    return flip, reading, verifying


def damaged(flip: Flip, folder: Path) -> None:
    """A copy of a ledger with one bit flipped."""
    shutil.copytree(flip.folder, folder)
    file = folder / f"a.parc{flip.part}"
    data = bytearray(file.read_bytes())
    data[flip.bit // 8] ^= 1 << flip.bit % 8
    file.write_bytes(data)


@cache
def whole(folder: str) -> dict[str, bytes]:
    """The files of a ledger without any damage, once it has been verified and closed."""
    with tempfile.TemporaryDirectory(prefix="whole-") as name:
        shutil.copytree(folder, Path(name, "copy"))
        with Ledger.open(Path(name, "copy", "a.parc"), read_only=True) as ledger:
            verify(ledger.log)
        return files(Path(name, "copy"))


def files(folder: Path) -> dict[str, bytes]:
    """What is in a folder."""
    return {file.name: file.read_bytes() for file in folder.iterdir()}


TRUTHS: Final[dict[Path, str]] = {}


def answers(folder: Path) -> str:
    """All that readers ask of a ledger. Of the undamaged ones it is worked out once, from a copy."""
    if folder.name in ("read", "verify"):
        return asked_of(folder / "a.parc")
    if folder not in TRUTHS:
        with tempfile.TemporaryDirectory(prefix="truth-") as name:
            shutil.copytree(folder, Path(name, "copy"))
            TRUTHS[folder] = asked_of(Path(name, "copy", "a.parc"))
    return TRUTHS[folder]


def asked_of(path: Path) -> str:
    """Seasons, tables now and as known before, times, records: whatever a command would print."""
    with Ledger.open(path, read_only=True) as ledger:
        said: list[object] = [str(ledger.summaries())]
        for head in ledger.season_heads():
            season = ledger.season(head.season)
            for name in season.book().championships:
                middle = (head.first_position + head.last_position) // 2
                said += [str(season.standings(name)), str(season.standings(name, known_at=head.last_position - 1))]
                said.append(str(season.book(known_at=middle).version))
            said.append(season.exists())
        records = list(ledger.records())
        said += [record_to_json(record) for record in records]
        said.append(ledger.resolve_known_at(records[len(records) // 3].recorded_at))
        return json.dumps(said)


def make(folder: Path) -> None:
    """Two ledgers of the same records: one closed, one whose last appends are in its write-ahead log."""
    for state in ("closed", "killed"):
        (folder / state).mkdir()
        made = folder / f"{state}-made"
        made.mkdir()
        path = made / "a.parc"
        with Ledger.open(path) as ledger:
            for year in (2025, 2026):
                ledger.season(f"club-{year}").append(*frame(year), key="frame", source="Regulations")
            for number in range(1, ROUNDS):
                race(ledger, number)
        with Ledger.open(path) as ledger:
            race(ledger, ROUNDS)
            if state == "killed":
                for part in PARTS:
                    shutil.copy(f"{path}{part}", folder / state / f"a.parc{part}")
        if state == "closed":
            shutil.copy(path, folder / state / "a.parc")
        shutil.rmtree(made)


def race(ledger: Ledger, number: int) -> None:
    """The results of one round in both seasons, an append each."""
    for year in (2025, 2026):
        order = [1 + (number * 5 + place * 7 + year) % CARS for place in range(CARS)]
        lines = tuple(Line(place, str(car)) for place, car in enumerate(dict.fromkeys(order), start=1))
        result = RaceClassified(f"R{number}", "GT", lines)
        ledger.season(f"club-{year}").append(result, key=f"race {number}", source=f"Results {number}", recorded_by="Jo")


def frame(year: int) -> tuple[Event, ...]:
    """Rules, calendar and entries of a season."""
    cars = range(1, CARS + 1)
    return (
        SeasonOpened(f"club-{year}", f"Club Cup {year}", year),
        PointsScaleAdopted("race", points(25, 18, 15, 12, 10, 8, 6, 4, 2, 1)),
        CarClassDefined("GT", "GT cars"),
        ChampionshipDefined("drivers", "Drivers' Cup", Rules("driver", ("GT",), "race")),
        ChampionshipDefined("teams", "Teams' Cup", Rules("team", ("GT",), "race")),
        ManufacturerRegistered("ford", "Ford"),
        *(RoundScheduled(number, f"R{number}", f"Circuit {number}") for number in range(1, ROUNDS + 1)),
        *(RaceScheduled(f"R{number}", number) for number in range(1, ROUNDS + 1)),
        *(DriverRegistered(f"driver-{car}", f"Driver {car}") for car in cars),
        *(EntryRegistered(str(car), "GT", f"Team {car}", "ford", drivers=(f"driver-{car}",)) for car in cars),
    )


if __name__ == "__main__":
    sys.exit(main())
