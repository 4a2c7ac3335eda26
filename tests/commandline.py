"""Runs the command line as a user would: a process of its own, its output and its exit status."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from attrs import frozen

from events import (
    CarClassDefined,
    ChampionshipDefined,
    DidNotStart,
    DriverRegistered,
    EntryRegistered,
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
from ledger import Ledger

FRAME = (
    SeasonOpened("club-2026", "Club Cup 2026", 2026),
    PointsScaleAdopted("race", points(10, 8, 6)),
    CarClassDefined("GT", "GT cars"),
    ChampionshipDefined("drivers", "Drivers' Cup", Rules("driver", ("GT",), "race")),
    ChampionshipDefined("teams", "Teams' Cup", Rules("team", ("GT",), "race")),
    RoundScheduled(1, "OUL", "Oulton Park"),
    RaceScheduled("OUL-1", 1),
    RaceScheduled("OUL-2", 1),
    RoundScheduled(2, "DON", "Donington"),
    RaceScheduled("DON", 2),
    ManufacturerRegistered("ford", "Ford"),
    DriverRegistered("ann-archer", "Ann Archer"),
    DriverRegistered("bob-brook", "Bob Brook"),
    DriverRegistered("cy-cole", "Cy Cole"),
    EntryRegistered("7", "GT", "Archer Racing", "ford", drivers=("ann-archer",)),
    EntryRegistered("12", "GT", "Brook Brothers", "ford", drivers=("bob-brook",)),
    EntryRegistered("08", "GT", "Cole Cars", "ford", drivers=("cy-cole",)),
)
RACES = (
    RaceClassified("OUL-1", "GT", (Line(1, "12"), Line(2, "7"), Line(3, "08"))),
    DidNotStart("OUL-2", "08"),
    RaceClassified("OUL-2", "GT", (Line(1, "7"), Line(None, "12", "DNF"))),
)


def club(path: Path) -> None:
    """A small season in a ledger at ``path``: 17 records of its frame, then 3 of results."""
    with Ledger.open(path) as ledger:
        season = ledger.season("club-2026")
        season.append(*FRAME, key="frame", source="Regulations")
        season.append(*RACES, key="races", source="Results", recorded_by="Jo")


@frozen
class Ran:
    """What a command did."""

    status: int
    out: str
    err: str


def parc(*arguments: str | Path, stdin: bytes = b"", env: Mapping[str, str] | None = None) -> Ran:
    """Runs ``parc`` with ``arguments``; without a terminal, colours or a ledger in the environment."""
    clean = {name: value for name, value in os.environ.items() if name not in ("PARC_LEDGER", "COLUMNS", "FORCE_COLOR")}
    done = subprocess.run(
        [sys.executable, "-m", "ledger", *map(str, arguments)],
        input=stdin,
        capture_output=True,
        env={**clean, **(env or {})},
        timeout=120,
        check=False,
    )
    return Ran(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))
