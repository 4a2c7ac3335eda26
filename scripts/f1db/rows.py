"""What the files of a season say: results, fastest laps and published tables, read strictly row by row."""

import datetime
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Final, TypeVar

from attrs import evolve, frozen

from events.values import LineStatus, MissedStart
from f1db.tree import Row, SeasonFiles, Unreadable

Item = TypeVar("Item")
T = TypeVar("T")
_SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_NUMBER: Final = re.compile(r"[0-9A-Za-z]{1,7}")
_PLACE: Final = re.compile(r"[1-9][0-9]{0,3}")
_WORD: Final = re.compile(r"[A-Z]{2,4}")
_COUNT: Final = re.compile(r"[0-9]{1,5}")
_POINTS: Final = re.compile(r"-?[0-9]{1,6}(?:\.(?P<decimals>[0-9]{1,15}))?")
_CLOCK: Final = re.compile(r"(?:(?:(?P<h>[0-9]{1,3}):)?(?P<m>[0-9]{1,2}):)?(?P<s>[0-9]{1,2}(?:\.[0-9]{1,3})?)")
STARTED: Final[Mapping[str, LineStatus]] = {"DNF": "DNF", "NC": "NC", "DSQ": "DSQ", "EX": "DSQ"}
"""How f1db writes that a car started and has no place, and what that is here. It tells cars that were excluded from
cars that were disqualified; in a classification both are without their place."""
MISSED: Final[Mapping[str, MissedStart]] = {"DNS": "DNS", "DNQ": "DNQ", "DNPQ": "DNPQ", "DNP": "DNS", "WD": "WD"}
"""How f1db writes that a car missed the start, and what that is here."""
_DID_NOT_PRACTISE: Final = "did not practise"


@frozen
class RaceInfo:
    """What ``race.yml`` says of a race weekend."""

    file: str
    folder: str
    round: int
    grand_prix: str
    circuit: str
    first_day: datetime.date | None
    """The first day with a session; ``None``: no session but the race has a date."""
    day: datetime.date
    sprint_day: datetime.date | None


@frozen
class Result:
    """One row of a result: a driver and a car."""

    row: Row
    number: str
    driver: str
    chassis: str
    engine: str
    place: int | None
    status: LineStatus
    """How its race ended, where it started."""
    missed: MissedStart | None
    """How it missed the start; ``None``: it started."""
    shared: bool
    """Whether the driver shared the car of a row above."""
    laps: int | None
    time_ms: int | None
    reason: str | None
    """Why it retired, or did not start."""


@frozen
class FastestLap:
    """One row of the fastest laps that were the fastest of all."""

    row: Row
    number: str
    driver: str
    time_ms: int | None


@frozen
class TableRow:
    """One row of a published table."""

    row: Row
    position: int | None
    """``None``: the competitor was excluded."""
    competitor: str
    points: Fraction
    decimals: int


class Reader:
    """Reads one season's files, and keeps what is wrong with them: every unreadable row, and every slip."""

    def __init__(self, files: SeasonFiles) -> None:
        self._files = files
        self.problems: list[Unreadable] = []
        self.notices: list[str] = []
        """What was read otherwise than it is written, a line each."""

    def races(self) -> tuple[RaceInfo, ...]:
        """The race weekends, in the order of their rounds, which run from 1 without a hole."""
        found = self._each(
            self._files.races(), lambda folder: _race_info(folder, self._files.map(f"{folder}/race.yml"))
        )
        found.sort(key=lambda race: race.round)
        for number, race in enumerate(found, start=1):
            if race.round != number and not self.problems:
                self.problems.append(Unreadable(race.file, 2, f"round: {race.round} comes where {number} should"))
        return tuple(found)

    def results(self, name: str) -> tuple[Result, ...]:
        """The rows of a result."""
        rows = self._table(name)
        results = self._each(rows, _result)
        # Behind a row that cannot be read, the places would seem to have a hole.
        return self._placed(results) if len(results) == len(rows) else tuple(results)

    def fastest_laps(self, name: str) -> tuple[FastestLap, ...]:
        """The fastest lap, or several of the same time."""
        return tuple(self._each((row for row in self._table(name) if row.get("position") == "1"), _fastest_lap))

    def standings(self, name: str) -> tuple[TableRow, ...]:
        """The rows of a published table."""
        return tuple(self._each(self._table(name), _table_row))

    def _table(self, name: str) -> Sequence[Row]:
        try:
            return self._files.table(name)
        except Unreadable as error:
            self.problems.append(error)
            return ()

    def _each(self, items: Iterable[Item], read: Callable[[Item], T]) -> list[T]:
        found = []
        for item in items:
            try:
                found.append(read(item))
            except Unreadable as error:
                self.problems.append(error)
        return found

    def _placed(self, results: Sequence[Result]) -> tuple[Result, ...]:
        """Results whose places run from 1 without a hole.

        A file lists the placed cars first. A number that stands behind cars without a place, gives a reason for a
        retirement and leaves a hole before it is no place: it is read as a retirement, with a notice that says so.
        """
        out: list[Result] = []
        last, others = 0, False
        for result in results:
            expected = last + 1
            if result.shared or result.place is None:
                others = others or result.place is None
                out.append(result)
            elif result.place == expected:
                last = expected
                out.append(result)
            elif others and result.place > expected and result.reason is not None:
                problem = f"position: {result.place} stands behind retired cars and leaves a hole after {last}"
                line = result.row.values["position"].line
                self.notices.append(f"{result.row.file}:{line}: {problem}; read as retired ({result.reason})")
                out.append(evolve(result, place=None, status="DNF"))
            else:
                problem = f"{result.place} comes where {expected} should"
                self.problems.append(result.row.unreadable("position", problem))
                break
        return tuple(out)


def _race_info(folder: str, row: Row) -> RaceInfo:
    day = _date(row, "date")
    sessions = [_date(row, key) for key in row.values if key.endswith("Date") and row.get(key) is not None]
    round_ = row.need("round")
    if not _COUNT.fullmatch(round_):
        raise row.unreadable("round", f"{round_!r} is no round")
    return RaceInfo(
        row.file,
        folder,
        int(round_),
        _slug(row, "grandPrixId"),
        _slug(row, "circuitId"),
        min(*sessions, day) if sessions else None,
        day,
        _date(row, "sprintRaceDate") if row.get("sprintRaceDate") is not None else None,
    )


def _result(row: Row) -> Result:
    position = row.need("position")
    place = int(position) if _PLACE.fullmatch(position) else None
    missed = MISSED.get(position)
    if place is None and position not in STARTED and missed is None:
        known = ", ".join((*STARTED, *MISSED))
        raise row.unreadable("position", f"{position!r} is neither a place nor one of {known}")
    reason = row.get("reasonRetired")
    retired = place is not None and reason is not None
    status: LineStatus = "DNF" if retired else STARTED.get(position, "finished")
    if position == "DNP":
        reason = reason or _DID_NOT_PRACTISE
    shared = row.get("sharedCar")
    if shared not in (None, "true", "false"):
        raise row.unreadable("sharedCar", f"{shared!r} is neither true nor false")
    number = row.need("driverNumber")
    if not _NUMBER.fullmatch(number):
        raise row.unreadable("driverNumber", f"{number!r} is no car number")
    return Result(
        row,
        number,
        _slug(row, "driverId"),
        _slug(row, "constructorId"),
        _slug(row, "engineManufacturerId"),
        place,
        status,
        missed,
        shared == "true",
        _whole(row, "laps"),
        _clock(row, "time"),
        reason,
    )


def _fastest_lap(row: Row) -> FastestLap:
    return FastestLap(row, row.need("driverNumber"), _slug(row, "driverId"), _clock(row, "time"))


def _table_row(row: Row) -> TableRow:
    position = row.need("position")
    if not _PLACE.fullmatch(position) and not _WORD.fullmatch(position):
        raise row.unreadable("position", f"{position!r} is neither a position nor a word for none")
    text = row.need("points")
    match = _POINTS.fullmatch(text)
    if match is None:
        raise row.unreadable("points", f"{text!r} is no number of points")
    if row.get("driverId") is not None:
        competitor = _slug(row, "driverId")
    else:
        competitor = f"{_slug(row, 'constructorId')}/{_slug(row, 'engineManufacturerId')}"
    place = int(position) if _PLACE.fullmatch(position) else None
    return TableRow(row, place, competitor, Fraction(text), len(match["decimals"] or ""))


def _slug(row: Row, key: str) -> str:
    text = row.need(key)
    if not _SLUG.fullmatch(text):
        raise row.unreadable(key, f"{text!r} is no id of f1db")
    return text


def _whole(row: Row, key: str) -> int | None:
    text = row.get(key)
    if text is None:
        return None
    if not _COUNT.fullmatch(text):
        raise row.unreadable(key, f"{text!r} is no whole number")
    return int(text)


def _date(row: Row, key: str) -> datetime.date:
    text = row.need(key)
    try:
        return datetime.datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day of the calendar
    except ValueError as error:
        raise row.unreadable(key, f"{text!r} is no date, such as 1954-07-17") from error


def _clock(row: Row, key: str) -> int | None:
    """A time as h:mm:ss.mmm or less of it, in milliseconds."""
    text = row.get(key)
    if text is None:
        return None
    match = _CLOCK.fullmatch(text)
    if match is None:
        raise row.unreadable(key, f"{text!r} is no time, such as 1:23:45.678")
    seconds = int(match["h"] or 0) * 3600 + int(match["m"] or 0) * 60 + Fraction(match["s"])
    return int(seconds * 1000)
