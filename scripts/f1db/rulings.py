"""The rulings of ``rulings.toml`` as facts, each held against the results that it is about."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, Final, TypeAlias

from attrs import frozen

from events import (
    CompetitorExcluded,
    PointsDeducted,
    PointsWithheld,
    RaceShortened,
    ResultsAnnulled,
    Ruling,
)
from f1db.entries import Car

FILE: Final = Path(__file__).with_name("rulings.toml")
SOURCE: Final = "scripts/f1db/rulings.toml"
_Table: TypeAlias = Mapping[str, Any]


class Unfounded(Exception):
    """A ruling, or a slip, is about somebody or something that the data does not hold."""


@frozen
class Weekend:
    """What rulings need to know of a grand prix: its races, itself the last of them, and its cars."""

    races: tuple[str, ...]
    cars: tuple[Car, ...]


class Rulings:
    """The rulings and slips of all years."""

    def __init__(self, table: _Table) -> None:
        self._rulings: Sequence[_Table] = table["ruling"]
        self._slips: Sequence[_Table] = table["slip"]

    @classmethod
    def read(cls) -> "Rulings":
        """The rulings as they stand beside this module."""
        return cls(tomllib.loads(FILE.read_text(encoding="utf-8")))

    def of_year(self, year: int) -> tuple[_Table, ...]:
        """The rulings of a season."""
        return tuple(one for one in self._rulings if one["year"] == year)

    def slips(self, year: int, kind: str | None = None) -> tuple[_Table, ...]:
        """The slips in the files of a season, of one kind or all."""
        return tuple(one for one in self._slips if one["year"] == year and kind in (None, one["kind"]))


def shown_from(ruling: _Table) -> str:
    """The grand prix as of which the tables show a ruling."""
    return str(ruling.get("counts-from") or ruling["grand-prix"])


def named_in(ruling: _Table) -> frozenset[str]:
    """Every grand prix that a ruling names."""
    return frozenset(ruling[key] for key in ("grand-prix", "counts-from", "before") if key in ruling)


def text_of(table: _Table) -> str:
    """A ruling or slip in words, as its own table has them."""
    where = table.get("grand-prix") or table.get("counts-from") or table.get("table")
    who = table.get("drivers") or [table[key] for key in ("competitor", "driver") if key in table]
    about = f" ({', '.join(who)})" if who else ""
    return f"{FILE.name}: {table['year']} {where}, {table['kind']}{about}: {table['reason']}"


def facts_of(ruling: _Table, weekends: Mapping[str, Weekend]) -> Iterator[Ruling]:
    """A ruling as facts. ``weekends`` are those of the season by grand prix, in order.

    Raises :class:`Unfounded` where it names somebody who was not there.
    """
    race = weekends[ruling["grand-prix"]].races[-1] if "grand-prix" in ruling else None
    since = weekends[ruling["counts-from"]].races[-1] if "counts-from" in ruling else None
    authority, reason = ruling["authority"], ruling["reason"]
    match ruling["kind"]:
        case "race-shortened":
            yield RaceShortened(_of(race), Fraction(ruling["part"]), reason, authority, counts_from=since)
        case "points-withheld":
            only = (ruling["for"],) if "for" in ruling else ()
            for driver in ruling["drivers"]:
                car = _car(ruling, driver, weekends[ruling["grand-prix"]])
                alone = len(car.crew) == 1
                yield PointsWithheld(
                    _of(race),
                    authority,
                    reason,
                    ruling["behind"],
                    car=car.number,
                    driver=None if alone else driver,
                    championships=only,
                    counts_from=since,
                )
        case "points-deducted":
            competitor = _competitor(ruling, weekends)
            points = Fraction(ruling["points"])
            yield PointsDeducted(ruling["for"], competitor, points, authority, reason, race=race, counts_from=since)
        case "competitor-excluded":
            competitor = _competitor(ruling, weekends)
            yield CompetitorExcluded(ruling["for"], competitor, authority, reason, race=race, counts_from=since)
        case "results-annulled":
            names = list(weekends)
            before = names[: names.index(ruling["before"])]
            races = tuple(one for name in before for one in weekends[name].races)
            competitor = _competitor(ruling, weekends)
            yield ResultsAnnulled(ruling["for"], competitor, races, authority, reason, counts_from=since)
        case kind:
            raise Unfounded(f"{text_of(ruling)}: there is no kind of ruling called {kind}")


def _of(race: str | None) -> str:
    if race is None:
        raise Unfounded("a ruling of this kind names its grand prix")
    return race


def _car(ruling: _Table, driver: str, weekend: Weekend) -> Car:
    """The placed car of a driver. Who has no place has no points that could be withheld."""
    found = [car for car in weekend.cars if driver in car.crew and car.first.place is not None]
    if len(found) != 1:
        many = "no place" if not found else "several places"
        raise Unfounded(f"{text_of(ruling)}: {driver} has {many} in the race")
    return found[0]


def _competitor(ruling: _Table, weekends: Mapping[str, Weekend]) -> str:
    """The competitor of a ruling: a driver, or a chassis and an engine, who raced in the season."""
    competitor = str(ruling["competitor"])
    for weekend in weekends.values():
        for car in weekend.cars:
            if competitor in car.crew or competitor == "/".join(car.what):
                return competitor
    raise Unfounded(f"{text_of(ruling)}: {competitor} has no car in the season")
