"""What may be decided after a race, at once or many races later: every kind of ruling, and rescissions of them.

Each is told to the story where scrutineering admits it, and does nothing where it does not.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Final, Literal

from attrs import evolve

from events import (
    ClassificationAmended,
    CompetitorExcluded,
    Disqualified,
    Line,
    MovedDown,
    MovedToPlace,
    MovedToRear,
    PointsDeducted,
    PointsRestored,
    PointsWithheld,
    RaceShortened,
    ResultsAnnulled,
    RulingRescinded,
    TimePenaltyImposed,
)
from ledger.testing.names import COMPETITORS
from ledger.testing.story import Story, racing, some
from projections import Paddock, race_order, races_run, standings
from projections.book import rescissions
from projections.order import classification
from projections.rulings import Docket

_STEWARDS: Final = "the stewards"
_POINTS: Final = (Fraction(1), Fraction(5), Fraction(7, 2), Fraction(100))
_BEHIND: Final[tuple[Literal["move-up", "stay"], ...]] = ("move-up", "stay")


def _disqualify(story: Story) -> None:
    race, lines = _order(story)
    car = story.one_of(line.car for line in lines if line.status != "DSQ")
    if car is not None:
        story.venture(Disqualified(race, car, _STEWARDS, "underweight", _since(story, race)))


def _move_to_place(story: Story) -> None:
    race, lines = _order(story)
    line = story.one_of(_placed(lines))
    place = None if line is None else story.one_of(one.place for one in _placed(lines) if one.place != line.place)
    if line is not None and place is not None:
        story.venture(MovedToPlace(race, line.car, place, _STEWARDS, "overtook under yellow", _since(story, race)))


def _move_down(story: Story) -> None:
    race, lines = _order(story)
    line = story.one_of(_placed(lines)[:-1])
    if line is not None:
        places = story.number(1, len(_placed(lines)) - (line.place or 0))
        story.venture(MovedDown(race, line.car, places, _STEWARDS, "cut a corner", _since(story, race)))


def _move_to_rear(story: Story) -> None:
    race, lines = _order(story)
    line = story.one_of(_placed(lines))
    if line is not None:
        story.venture(MovedToRear(race, line.car, _STEWARDS, "drove too long", _since(story, race)))


def _add_time(story: Story) -> None:
    race, lines = _order(story)
    line = story.one_of(one for one in _placed(lines) if one.gap_ms is not None)
    added_ms = story.one_of((1_500, 1_000, 500, 30_000))
    if line is not None and added_ms is not None:
        story.venture(TimePenaltyImposed(race, line.car, added_ms, _STEWARDS, "pit lane", _since(story, race)))


def _amend(story: Story) -> None:
    """A new order of the class: sometimes without some of the cars, or with one more."""
    race, lines = _order(story)
    if not lines:
        return
    book, car_class = story.book, story.book.entries[lines[0].car].event.car_class
    cars = [line.car for line in lines]
    if story.chance(4):
        cars = list(story.draw(some(cars, least=1)))
    more = [car for car in racing(story, race) if book.entries[car].event.car_class == car_class and car not in cars]
    if more and story.chance(4):
        cars.insert(0, more[0])
    known = {line.car: line for line in lines}
    cars, last = story.shuffled(cars), story.number(0, 1)
    placed = [car for car in cars if car not in known or known[car].place is not None]
    placed = placed[: len(placed) - last]
    story.venture(
        ClassificationAmended(
            race,
            car_class,
            (
                *(
                    evolve(known.get(car, Line(1, car)), place=place, status="finished")
                    for place, car in enumerate(placed, start=1)
                ),
                *(Line(None, car, "NC") for car in cars if car not in placed),
            ),
            "the court of appeal",
            "timing error",
            _since(story, race),
        )
    )


def _shorten(story: Story) -> None:
    race = story.one_of(reversed(race_order(story.book)))
    part = story.one_of((Fraction(1, 2), Fraction(1, 3), Fraction(3, 4), Fraction(0), Fraction(1)))
    if race is not None and part is not None:
        story.venture(RaceShortened(race, part, "rain", None, _since(story, race)))


def _withhold(story: Story) -> None:
    """The points of a car, of a driver of it, or of a driver in any car; in all championships, or in some."""
    race, lines = _order(story)
    line, behind = story.one_of(lines), story.one_of(_BEHIND)
    if line is None or behind is None:
        return
    driver = story.one_of((None, *Paddock(story.book).crew(line.car, race).drivers))
    car = None if driver is not None and story.chance(2) else line.car
    where = story.draw(some(tuple(story.book.championships))) if story.book.championships and story.chance(3) else ()
    story.venture(
        PointsWithheld(race, _STEWARDS, "not eligible", behind, car, driver, where, _since(story, race)),
    )


def _deduct(story: Story) -> None:
    _adjust(story, PointsDeducted)


def _restore(story: Story) -> None:
    _adjust(story, PointsRestored)


def _adjust(story: Story, kind: type[PointsDeducted | PointsRestored]) -> None:
    whose, points, race = _competitor(story), story.one_of(_POINTS), _race(story)
    if whose is not None and points is not None and race is not None:
        about = story.one_of((race, None))
        since = _since(story, race) if about is not None else race
        story.venture(kind(*whose, points, _STEWARDS, "fuel", about, since))


def _annul(story: Story) -> None:
    whose, order = _competitor(story), race_order(story.book)
    if whose is not None and order:
        races = story.draw(some(order, least=1))
        since = story.one_of(order) if story.chance(4) else None
        story.venture(ResultsAnnulled(*whose, races, "the organiser", "sold in mid-season", since))


def _exclude(story: Story) -> None:
    whose, race = _competitor(story), _race(story)
    if whose is not None and race is not None:
        about = story.one_of((race, None))
        since = _since(story, race) if about is not None else race
        story.venture(CompetitorExcluded(*whose, _STEWARDS, "a collision on purpose", about, since))


def _rescind(story: Story) -> None:
    """Takes back a ruling that stands, be it a rescission; the newest is the simplest."""
    gone = rescissions(story.book.rulings)
    position = story.one_of(position for position in reversed(story.book.rulings) if position not in gone)
    since = story.one_of(race_order(story.book)) if story.chance(3) else None
    if position is not None:
        story.venture(RulingRescinded(position, "the court of appeal", "new evidence", since))


def _order(story: Story) -> tuple[str, tuple[Line, ...]]:
    """A race and the lines of one of its classes, as every ruling leaves them; the newest is the simplest."""
    book = story.book
    chosen = story.one_of(reversed(book.classified))
    if chosen is None:
        return "", ()
    order = classification(book, Docket(book, book.races), *chosen)
    return chosen[0], () if order is None else tuple(one.line for one in order.lines)


def _placed(lines: Sequence[Line]) -> list[Line]:
    return [line for line in lines if line.place is not None]


def _race(story: Story) -> str | None:
    """A race, run or not; the newest that was run is the simplest."""
    order = race_order(story.book)
    return story.one_of((*(race for race in reversed(order) if race in races_run(story.book)), *order))


def _since(story: Story, race: str) -> str | None:
    """From which race on a ruling about ``race`` shows; mostly it does not say."""
    order = race_order(story.book)
    return story.one_of(order[order.index(race) :]) if story.chance(3) else None


def _competitor(story: Story) -> tuple[str, str] | None:
    """A championship and a competitor of it: one of its table, or now and then any that the season knows."""
    championship = story.one_of(story.book.championships)
    if championship is None:
        return None
    kind = story.book.championships[championship].event.rules.competitor
    listed = [row.competitor for row in standings(story.book, championship).rows]
    competitor = story.one_of(COMPETITORS[kind] if not listed or story.chance(6) else listed)
    return None if competitor is None else (championship, competitor)


DECISIONS: Final[tuple[Callable[[Story], None], ...]] = (
    _disqualify,
    _rescind,
    _move_to_place,
    _move_down,
    _move_to_rear,
    _add_time,
    _amend,
    _shorten,
    _withhold,
    _deduct,
    _restore,
    _annul,
    _exclude,
    _rescind,
)
