"""The extract of f1db that the tests carry, small trees written for a test, and what is asked of their seasons."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from pathlib import Path

import import_f1db
from ledger import Ledger, Season
from projections import StandingsRow

EXTRACT = Path(__file__).parent / "data" / "f1db"
"""The extract of f1db that the tests carry."""


def race_folder(root: Path, year: int, number: int, grand_prix: str) -> Path:
    """The folder of a race."""
    return root / "src" / "data" / "seasons" / str(year) / "races" / f"{number:02}-{grand_prix}"


def write_season(root: Path, year: int, races: Mapping[str, str], fastest: Mapping[str, Iterable[str]] = {}) -> Path:
    """Writes a season of grands prix, each with its result; ``fastest`` are the drivers of the fastest lap.

    A line of a result is position, number, driver and ``chassis/engine``; a ``+`` before the driver is for one who
    shared the car of the line above.
    """
    for number, (grand_prix, result) in enumerate(races.items(), start=1):
        folder = race_folder(root, year, number, grand_prix)
        folder.mkdir(parents=True)
        (folder / "race.yml").write_text(
            f"id: {number}\nround: {number}\ndate: {year}-{1 + number // 4:02}-{1 + number % 4 * 7:02}\n"
            f"grandPrixId: {grand_prix}\ncircuitId: {grand_prix}-ring\n",
            encoding="utf-8",
        )
        rows = [line.split() for line in result.strip().splitlines()]
        (folder / "race-results.yml").write_text("".join(map(_result, rows)), encoding="utf-8")
        laps = [row for row in rows if row[2] in fastest.get(grand_prix, ())]
        (folder / "fastest-laps.yml").write_text("".join(_lap(row) for row in laps), encoding="utf-8")
    return root


def _result(cells: list[str]) -> str:
    position, number, driver, makes = cells
    chassis, engine = makes.split("/")
    shared = "  sharedCar: true\n" if driver.startswith("+") else ""
    return (
        f"- position: {position}\n  driverNumber: {number}\n  driverId: {driver.removeprefix('+')}\n"
        f"  constructorId: {chassis}\n  engineManufacturerId: {engine}\n{shared}  laps: 50\n  time:\n  reasonRetired:\n"
    )


def _lap(cells: list[str]) -> str:
    _, number, driver, _ = cells
    return f'- position: 1\n  driverNumber: {number}\n  driverId: {driver.removeprefix("+")}\n  time: "1:41.100"\n'


def imported(tmp_path: Path, tree: Path) -> Ledger:
    """A ledger with all that a tree holds."""
    path = tmp_path / "made.parc"
    assert 0 == import_f1db.main([str(tree), "--ledger", str(path)])
    return Ledger.open(path)


def points_of(season: Season, championship: str, as_of: str | int | None = None) -> dict[str, Fraction]:
    """The points of a table, by competitor."""
    return {row.competitor: row.points for row in season.standings(championship, as_of).rows}


def row_of(season: Season, championship: str, competitor: str, as_of: str | int | None = None) -> StandingsRow | None:
    """A competitor's row of a table."""
    rows = season.standings(championship, as_of).rows
    return next((row for row in rows if row.competitor == competitor), None)
