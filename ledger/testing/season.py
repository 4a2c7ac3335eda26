"""The strategy for whole seasons: told from the first fact to the last, so that scrutineering admits every one.

A season is made forwards, against the book that its facts make: whoever is swapped out is in the car, a race that is
classified was neither cancelled nor is it waiting for a round. Simple comes first, so that Hypothesis shrinks towards
few cars, few races and nothing out of the ordinary.
"""

import datetime
from collections.abc import Sequence
from fractions import Fraction
from typing import Final

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
from ledger.testing.incidents import CARS, INCIDENTS, enter
from ledger.testing.story import RATINGS, Story, some
from ledger.testing.weekends import publications, weekend
from projections import Book, race_order
from projections.races import round_of

_SEASON: Final = "made-up-2026"
_CLASSES: Final = ("GT", "LMP3")
_SCALES: Final = ("race", "sprint")
_CODES: Final = ("DAY", "STP", "MOH", "MOS", "VIR", "ATL", "SEB", "LAG")
_DRIVERS: Final = ("ann", "bob", "cid", "dee", "eve", "fay", "gil", "hal")
_MAKES: Final = ("apex", "bolt", "crown")
_COMPETITORS: Final[tuple[CompetitorKind, ...]] = ("driver", "team", "manufacturer")
_OPENING: Final = datetime.date(2026, 3, 7)


@st.composite
def scales(draw: DrawFn, scale: str = "race") -> PointsScaleAdopted:
    """Points scales under one id: whole and broken points, with and without points beyond the listed places."""
    worth = draw(st.lists(_worth(), min_size=1, max_size=8).map(lambda them: sorted(them, reverse=True)))
    beyond = min(worth[-1], draw(st.sampled_from((Fraction(0), Fraction(1), Fraction(1, 2)))))
    return PointsScaleAdopted(scale, tuple(worth), beyond)


def _worth() -> SearchStrategy[Fraction]:
    whole = st.integers(0, 30).map(Fraction)
    return whole | st.builds(Fraction, st.integers(0, 100), st.sampled_from((2, 3, 7)))


@st.composite
def any_rules(draw: DrawFn, classes: Sequence[str] = _CLASSES, scale_ids: Sequence[str] = _SCALES) -> Rules:
    """Rules of every kind that a :class:`~events.Rules` allows, for some of the classes, on one of the scales."""
    competitor = draw(st.sampled_from(_COMPETITORS))
    drivers = competitor == "driver"
    return Rules(
        competitor=competitor,
        classes=tuple(draw(st.lists(st.sampled_from(tuple(classes)), min_size=1, unique=True))),
        scale=draw(st.sampled_from(tuple(scale_ids))),
        ratings=draw(st.none() | some(RATINGS, least=1)) if drivers else None,
        cars=draw(st.none() | st.integers(1, 3)) if competitor != "team" else None,
        place=draw(st.sampled_from(("class", "re-ranked"))),
        shown=draw(st.sampled_from(("scored", "class"))),
        shared_car=draw(st.sampled_from(("each", "nobody", *(("split",) if drivers else ())))),
        ties=draw(st.sampled_from((("countback", "first-achieved"), ("countback",), ()))),
    )


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
    it a class or a scale, is made up. A season has at most ``max_rounds`` rounds (up to 8) of up to three races, and
    ``max_cars`` entries (up to 8).
    """
    story = Story(draw, _SEASON)
    story.tell(SeasonOpened(_SEASON, "A made-up season", 2026))
    championships = _frame(story, rules, scales, classes)
    # One may be set up when all is over: nothing that it scores was checked with it in mind.
    late = [championships.pop()] if story.chance(4) else []
    story.tell(*championships)
    rounds = story.number(1, min(max_rounds, len(_CODES)))
    announced = story.number(1, rounds)
    for number in range(1, announced + 1):
        _announce(story, number)
    _registrations(story, max_cars)
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
        elif announced < rounds:
            announced += 1
            _announce(story, announced)
        else:
            break
    story.tell(*late)
    if story.chance(3):
        story.tell(SeasonClosed())
    publications(story, race_order(story.book)[-1])
    return tuple(story.events)


def _frame(
    story: Story,
    rules: SearchStrategy[Rules] | None,
    given_scales: SearchStrategy[PointsScaleAdopted] | None,
    classes: Sequence[str],
) -> list[ChampionshipDefined]:
    """Sets up scales and classes, such that every name in the rules is defined; returns the championships."""
    adopted = {} if given_scales is None else {one.scale: one for one in story.draw(st.lists(given_scales, min_size=1))}
    if rules is None:
        names = list(classes) or list(_CLASSES[: story.number(1, len(_CLASSES))])
        scale_ids = tuple(adopted) or _SCALES[: story.number(1, len(_SCALES))]
        rules = any_rules(names, scale_ids)
    else:
        names = list(classes)
    defined = story.draw(st.lists(rules, min_size=1, max_size=3))
    names += sorted({car_class for each in defined for car_class in each.classes} - {*names})
    for scale in sorted({each.scale for each in defined} - {*adopted}):
        adopted[scale] = story.draw(scales(scale))
    story.tell(*adopted.values())
    story.tell(*(CarClassDefined(car_class, f"The {car_class} class") for car_class in names))
    return [
        ChampionshipDefined(f"championship-{number}", f"Championship {number}", each)
        for number, each in enumerate(defined, start=1)
    ]


def _announce(story: Story, number: int) -> None:
    """Schedules a round and its races. Every other round has its dates."""
    code, races = _CODES[number - 1], story.number(1, 3)
    first = _OPENING + datetime.timedelta(weeks=2 * number) if number % 2 == 0 else None
    last = first + datetime.timedelta(days=1) if first is not None else None
    story.tell(RoundScheduled(number, code, f"Circuit {number}", "USA" if number % 2 else None, first, last))
    alone = races == 1 and story.chance(2)
    ids = [code] if alone else [f"{code}-{index}" for index in range(1, races + 1)]
    story.tell(*(RaceScheduled(race, number, last) for race in ids))


def _registrations(story: Story, max_cars: int) -> None:
    for driver in _DRIVERS[: story.number(1, len(_DRIVERS))]:
        story.tell(DriverRegistered(driver, driver.title()))
        rating = story.one_of((None, *RATINGS))
        if rating is not None:
            story.tell(DriverRated(driver, rating))
    for make in _MAKES[: story.number(1, len(_MAKES))]:
        story.tell(ManufacturerRegistered(make, make.title()))
    for _ in range(story.number(1, min(max_cars, len(CARS)))):
        enter(story)


def _next_race(book: Book, run: set[str]) -> str | None:
    """The next race that can be run, in sporting order."""
    waiting = (race for race in race_order(book) if race not in run and race not in book.cancelled)
    return next((race for race in waiting if round_of(book, race) is not None), None)
