"""The strategy for whole seasons: told from the first fact to the last, so that scrutineering admits every one.

A season is made forwards, against the book that its facts make: whoever is swapped out is in the car, a race that is
classified was neither cancelled nor is it waiting for a round. Simple comes first, so that Hypothesis shrinks towards
few cars, few races and nothing out of the ordinary.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest
from typing import Final, Literal, get_args

from attrs import frozen
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from events import (
    CarClassDefined,
    ChampionshipDefined,
    DriverRated,
    DriverRegistered,
    Event,
    ManufacturerRegistered,
    PointsScaleAdopted,
    RaceScheduled,
    RoundScheduled,
    Rules,
    SeasonClosed,
    SeasonOpened,
)
from events.rules import CompetitorKind
from ledger.testing.incidents import INCIDENTS, enter
from ledger.testing.mistakes import MISTAKES
from ledger.testing.names import CARS, CLASSES, CODES, DRIVERS, FALLING, MAKES, OTHER_KIND, RISING, SEASON
from ledger.testing.rules import any_rules
from ledger.testing.rules import scales as any_scale
from ledger.testing.stewards import DECISIONS
from ledger.testing.story import RATINGS, Story
from ledger.testing.weekends import publications, weekend
from projections import Book, race_order
from projections.races import round_of

_OPENING: Final = datetime.date(2026, 3, 7)
_LATER: Final = (*DECISIONS, *DECISIONS, *MISTAKES)
"""What may happen between two races, and when all is over."""


@st.composite
def seasons(
    draw: DrawFn,
    *,
    rules: SearchStrategy[Rules] | None = None,
    scales: SearchStrategy[PointsScaleAdopted] | None = None,
    classes: Sequence[str] = (),
    max_rounds: int = 3,
    max_cars: int = 6,
) -> tuple[Event, ...]:
    """Whole seasons: the events of each, in an order in which scrutineering admits them, from its opening on.

    ``rules`` makes the rules of each of its one to three championships, and ``scales`` its points scales; by default
    they are of every kind. ``classes`` are the classes that it has at least. What the rules name and nobody gave, be
    it a class, a scale, a race or a competitor, is made up. A season has at most ``max_rounds`` rounds (up to 8) of up
    to three races, and ``max_cars`` entries (up to 8), beside those that its rules name.
    """
    story = Story(draw, SEASON)
    story.tell(SeasonOpened(SEASON, "A made-up season", 2026))
    championships = _frame(story, rules, scales, classes)
    championships = _possible_together(championships)
    named = _Named.by([each.rules for each in championships])
    # One may be set up when all is over: nothing that it scores was checked with it in mind.
    late = [championships.pop()] if story.chance(4) else []
    story.tell(*(each for each in championships if not _Named.by([each.rules]).somebody))
    rounds = max(len(named.codes), min(story.number(1, min(max_rounds, len(CODES))), named.last_round))
    announced = max(len(named.codes), story.number(1, rounds))
    for number in range(1, announced + 1):
        _announce(story, number, named)
    _registrations(story, max_cars, named)
    story.tell(*(each for each in championships if _Named.by([each.rules]).somebody))
    run: set[str] = set()
    while True:
        race = _next_race(story.book, run)
        if race is not None:
            for incident in draw(st.lists(st.sampled_from(INCIDENTS), max_size=3)):
                if _next_race(story.book, run) == race:
                    incident(story, race)
            if _next_race(story.book, run) == race:
                weekend(story, race)
                run.add(race)
                _afterwards(story, most=4)
        elif announced < rounds:
            announced += 1
            _announce(story, announced, named)
        else:
            break
    # What they rest on may have been struck by now.
    for each in late:
        story.venture(each)
    if story.chance(3):
        story.tell(SeasonClosed())
    _afterwards(story, most=4)
    for race in race_order(story.book)[-1:]:  # of a season whose only race is put off, nothing is published
        publications(story, race)
    return tuple(story.events)


@frozen
class _Named:
    """What rules name, so that the season has to hold it."""

    codes: tuple[str, ...]
    races: tuple[str, ...]
    kinds: tuple[str, ...]
    drivers: tuple[str, ...]
    makes: tuple[str, ...]
    entrants: tuple[str, ...]
    cars: Mapping[str, frozenset[str]]
    """The car numbers, each with the classes that it may be entered in."""
    uncounted: Mapping[str, frozenset[str]]
    """The races that are kept, each with the kinds that it must not be of: those that do not count."""
    last_round: int
    """The last round that every part of a season holds."""

    @classmethod
    def by(cls, several: Iterable[Rules]) -> "_Named":
        """What some rules name, taken together."""
        several = tuple(several)
        races = _each(
            race
            for rules in several
            for race in (*(race for apart in rules.apart for race in apart.races), *rules.kept_races)
        )
        listed = {
            kind: _each(one for rules in several if rules.competitor == kind for one in rules.competitors or ())
            for kind in get_args(CompetitorKind)
        }
        uncounted: dict[str, frozenset[str]] = {}
        for rules in several:
            by_name = {race for apart in rules.apart for race in apart.races}
            gone = frozenset(kind for apart in rules.apart if not apart.counts for kind in apart.kinds)
            for race in {*rules.kept_races} - by_name:
                uncounted[race] = uncounted.get(race, frozenset()) | gone
        return cls(
            codes=_each(race.partition("-")[0] for race in races),
            races=races,
            kinds=_each(
                kind
                for rules in several
                for kinds in (*(apart.kinds for apart in rules.apart), *(bonus.kinds for bonus in rules.bonuses))
                for kind in kinds
            ),
            drivers=listed["driver"],
            makes=_each((*listed["manufacturer"], *(make for one in listed["constructor"] for make in one.split("/")))),
            entrants=listed["entrant"],
            cars=_listed_cars(several),
            uncounted=uncounted,
            last_round=min(
                (rules.counting[-1].last_round or len(CODES) for rules in several if rules.counting), default=len(CODES)
            ),
        )

    @property
    def somebody(self) -> bool:
        """Whether a race or a competitor is named, which the season must hold first."""
        return bool(self.races or self.drivers or self.makes or self.entrants or self.cars)


def _each(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _listed_cars(several: Iterable[Rules]) -> dict[str, frozenset[str]]:
    """The cars of the teams that some rules list, each with the classes that all of them are for."""
    out: dict[str, frozenset[str]] = {}
    for rules in several:
        for one in rules.competitors or () if rules.competitor == "team" else ():
            car = one.removeprefix("#")
            out[car] = out.get(car, frozenset(rules.classes)) & frozenset(rules.classes)
    return out


def _possible_together(championships: Sequence[ChampionshipDefined]) -> list[ChampionshipDefined]:
    """The championships without those that list a car which an earlier one needs in another class."""
    out: list[ChampionshipDefined] = []
    for each in championships:
        if all(_listed_cars([*(one.rules for one in out), each.rules]).values()):
            out.append(each)
    return out


def _frame(
    story: Story,
    rules: SearchStrategy[Rules] | None,
    given_scales: SearchStrategy[PointsScaleAdopted] | None,
    classes: Sequence[str],
) -> list[ChampionshipDefined]:
    """Sets up scales and classes, such that every name in the rules is defined; returns the championships."""
    adopted = {} if given_scales is None else {one.scale: one for one in story.draw(st.lists(given_scales, min_size=1))}
    if rules is None:
        names = list(classes) or list(CLASSES[: story.number(1, len(CLASSES))])
        falling = [one.scale for one in adopted.values() if one.order == "falling"]
        rising = [one.scale for one in adopted.values() if one.order == "rising"]
        rules = any_rules(names, falling or FALLING[: story.number(1, len(FALLING))], rising_ids=rising or RISING)
    else:
        names = list(classes)
    defined = story.draw(st.lists(rules, min_size=1, max_size=3))
    names += sorted({car_class for each in defined for car_class in each.classes} - {*names})
    orders: dict[str, Literal["falling", "rising"]] = {}
    for each in defined:
        for scale in (each.scale, *(apart.scale for apart in each.apart if apart.scale is not None)):
            orders[scale] = "falling" if each.wins == "most" else "rising"
    for scale in sorted({*orders} - {*adopted}):
        adopted[scale] = story.draw(any_scale(scale, orders[scale]))
    story.tell(*adopted.values())
    story.tell(*(CarClassDefined(car_class, f"The {car_class} class") for car_class in names))
    return [
        ChampionshipDefined(f"championship-{number}", f"Championship {number}", each)
        for number, each in enumerate(defined, start=1)
    ]


def _announce(story: Story, number: int, named: _Named) -> None:
    """Schedules a round and its races. Every other round has its dates."""
    code = _each((*named.codes, *CODES))[number - 1]
    named_here = [race for race in named.races if race.partition("-")[0] == code]
    races = max(story.number(1, 3), *(int(race.partition("-")[2] or 1) for race in named_here), 1)
    first = _OPENING + datetime.timedelta(weeks=2 * number) if number % 2 == 0 else None
    last = first + datetime.timedelta(days=1) if first is not None else None
    story.venture(RoundScheduled(number, code, f"Circuit {number}", "USA" if number % 2 else None, first, last))
    alone = named_here == [code] or (not named_here and races == 1 and story.chance(2))
    ids = [code] if alone else [f"{code}-{index}" for index in range(1, races + 1)]
    for race in ids:
        kinds = [kind for kind in ("race", "race", *named.kinds) if kind not in named.uncounted.get(race, ())]
        story.venture(RaceScheduled(race, number, last, story.one_of(kinds) or OTHER_KIND))


def _registrations(story: Story, max_cars: int, named: _Named) -> None:
    for driver in _each((*named.drivers, *DRIVERS[: story.number(1, len(DRIVERS))])):
        story.tell(DriverRegistered(driver, driver.title()))
        rating = story.one_of((None, *RATINGS))
        if rating is not None:
            story.tell(DriverRated(driver, rating))
    for make in _each((*named.makes, *MAKES[: story.number(1, len(MAKES))])):
        story.tell(ManufacturerRegistered(make, make.title()))
    cars = _each((*named.cars, *CARS[: story.number(1, min(max_cars, len(CARS)))]))
    cars += tuple(car for car in CARS if car not in cars)[: max(0, len(named.entrants) - len(cars))]
    for car, entrant in zip_longest(cars, named.entrants):
        enter(story, car=car, classes=sorted(named.cars.get(car, ())), entrant=entrant)


def _afterwards(story: Story, most: int) -> None:
    """Decisions and corrections, about whatever was run so far."""
    for happens in story.draw(st.lists(st.sampled_from(_LATER), max_size=most)):
        happens(story)


def _next_race(book: Book, run: set[str]) -> str | None:
    """The next race that can be run, in sporting order."""
    waiting = (race for race in race_order(book) if race not in run and race not in book.cancelled)
    return next((race for race in waiting if round_of(book, race) is not None), None)
