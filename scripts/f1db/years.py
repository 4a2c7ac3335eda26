"""The rules of the years, out of ``years.toml``, as the facts that a season begins with."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias, cast

from attrs import frozen

from events import Bonus, ChampionshipDefined, CountedPart, PointsScaleAdopted, RacesApart, Rules, points
from events.rules import TieRule

CLASS: Final = "F1"
"""All cars of a race are of one class."""
DRIVERS: Final = "drivers"
CONSTRUCTORS: Final = "constructors"
SOURCE: Final = "scripts/f1db/years.toml"
_FILE: Final = Path(__file__).with_name("years.toml")
_RANGE: Final = re.compile(r"(?P<first>[0-9]+)(?:(?P<dash>-)(?P<last>[0-9]+)?)?")
_Table: TypeAlias = Mapping[str, Any]


@frozen
class YearRules:
    """What a season begins with: what places are worth, and its championships."""

    scales: tuple[PointsScaleAdopted, ...]
    championships: tuple[ChampionshipDefined, ...]


class Years:
    """The rules of all years."""

    def __init__(self, table: _Table) -> None:
        self._table = table
        self.first: int = table["first"]
        self.last: int = table["last"]

    @classmethod
    def read(cls) -> "Years":
        """The rules of the years as they stand beside this module."""
        return cls(tomllib.loads(_FILE.read_text(encoding="utf-8")))

    def rules(self, year: int, races: Mapping[str, Sequence[str]]) -> YearRules:
        """The rules of one year. ``races`` holds the ids of each grand prix's races, the sprint first."""
        scales = {"race": self._points("race-points", year, DRIVERS)}
        sprint = self._points("sprint-points", year, DRIVERS)
        if sprint is not None:
            scales["sprint"] = sprint
        championships = [
            ChampionshipDefined(DRIVERS, "Drivers' Championship", self._championship(year, DRIVERS, "race", races))
        ]
        if year >= self._table["constructors-since"]:
            theirs, scale = self._points("race-points", year, CONSTRUCTORS), "race"
            if theirs != scales["race"]:
                scale = "constructors-race"
                scales[scale] = theirs
            rules = self._championship(year, CONSTRUCTORS, scale, races)
            championships.append(ChampionshipDefined(CONSTRUCTORS, "Constructors' Championship", rules))
        return YearRules(
            tuple(PointsScaleAdopted(name, values) for name, values in scales.items() if values is not None),
            tuple(championships),
        )

    def _championship(self, year: int, who: str, scale: str, races: Mapping[str, Sequence[str]]) -> Rules:
        cars = self._one("cars", year, who)
        shared = self._need("shared-car", year, who)["points"]
        return Rules(
            "driver" if who == DRIVERS else "constructor",
            (CLASS,),
            scale,
            cars=None if cars is None else cars["count"],
            shared_car="each" if who == CONSTRUCTORS and shared == "split" else shared,
            ties=cast("tuple[TieRule, ...]", tuple(self._need("ties", year, who)["rules"])),
            apart=self._apart(year, who, races),
            bonuses=tuple(_bonus(one) for one in self._all("fastest-lap", year, who)),
            counting=tuple(_part(one) for one in (self._one("counting", year, who) or {"parts": ()})["parts"]),
            appears=cast("Literal['placed', 'scored']", self._need("listed", year, who)["who"]),
        )

    def _apart(self, year: int, who: str, races: Mapping[str, Sequence[str]]) -> tuple[RacesApart, ...]:
        """The races that count otherwise. A grand prix that is not in the calendar has none."""
        apart = []
        if self._points("sprint-points", year, who) is not None:
            apart.append(RacesApart(kinds=("sprint",), scale="sprint", break_ties=False))
        apart += [
            RacesApart(races=tuple(races[one["grand-prix"]][-1:]), times=Fraction(one["times"]))
            for one in self._all("multiplied", year, who)
            if one["grand-prix"] in races
        ]
        apart += [
            RacesApart(races=tuple(races[one["grand-prix"]]), counts=False)
            for one in self._all("left-out", year, who)
            if one["grand-prix"] in races
        ]
        return tuple(apart)

    def _points(self, subject: str, year: int, who: str) -> tuple[Fraction, ...] | None:
        found = self._one(subject, year, who)
        if found is None:
            return None
        other = found.get("except")
        if other is not None and within(year, other["years"]) and other["for"] == who:
            found = other
        return points(*found["points"])

    def _need(self, subject: str, year: int, who: str) -> _Table:
        found = self._one(subject, year, who)
        if found is None:
            raise LookupError(f"{_FILE.name}: no [[{subject}]] holds in {year}")
        return found

    def _one(self, subject: str, year: int, who: str) -> _Table | None:
        found = self._all(subject, year, who)
        if len(found) > 1:
            raise LookupError(f"{_FILE.name}: several [[{subject}]] hold for {who} in {year}")
        return found[0] if found else None

    def _all(self, subject: str, year: int, who: str) -> list[_Table]:
        return [one for one in self._table[subject] if within(year, one["years"]) and one.get("for", who) == who]


def within(number: int, span: str) -> bool:
    """Whether a year or round is in a span: ``1954``, ``1950-1959``, or ``2010-``, which has no end."""
    first, last = span_of(span)
    return first <= number and (last is None or number <= last)


def span_of(span: str) -> tuple[int, int | None]:
    """The first and the last of a span; ``None``: it has no end. Raises ``ValueError`` where it is none."""
    match = _RANGE.fullmatch(span)
    if match is None:
        raise ValueError(f"{span!r} is no span, such as 1954, 1950-1959 or 2010-")
    first = int(match["first"])
    last = first if match["dash"] is None else int(match["last"]) if match["last"] is not None else None
    if last is not None and last < first:
        raise ValueError(f"{span!r} ends before it begins")
    return first, last


def _part(part: _Table) -> CountedPart:
    first, last = span_of(part.get("rounds", "1-"))
    return CountedPart(best=part["best"], first_round=first, last_round=last)


def _bonus(one: _Table) -> Bonus:
    return Bonus(
        "fastest-lap",
        Fraction(one["points"]),
        equal=one["shared"],
        within=one.get("within"),
        shortened=one.get("shortened", "full"),
        kinds=("race",),
    )
