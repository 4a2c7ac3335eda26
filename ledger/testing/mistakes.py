"""What may turn out to have been recorded wrongly: corrections and strikes, of whatever can be said otherwise.

Each is told to the story where scrutineering admits it, and does nothing where it does not.
"""

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any, Final

from attrs import evolve

import events
from events import Fact, RecordCorrected, RecordStruck
from ledger.testing.names import ENTRANTS
from ledger.testing.story import RATINGS, Story
from projections import race_order

_RESULTS: Final = (events.RaceClassified, events.DidNotStart, events.PoleTaken, events.FastestLapSet, events.LapsLed)


def _correct(story: Story) -> None:
    """Says of a record what it should have said; the newest is the simplest."""
    position = story.one_of(_correctable(story))
    if position is None:
        return
    filed = {one.position: one.event for one in story.book.effective()}
    recorded = story.book.history[position].event
    fact = filed.get(position)
    if fact is None and not isinstance(recorded, RecordCorrected | RecordStruck):
        fact = recorded
    otherwise = None if fact is None else _otherwise(story, fact)
    if otherwise is not None:
        story.venture(RecordCorrected(position, otherwise, "typed wrongly"))


def _correct_result(story: Story) -> None:
    """Corrects a result or a ruling: what the most tables follow from."""
    told = story.book.history
    kinds = (*_RESULTS, *events.RULING_TYPES)
    position = story.one_of(position for position in reversed(told) if isinstance(told[position].event, kinds))
    fact = None if position is None else told[position].event
    if position is not None and fact is not None and not isinstance(fact, RecordCorrected | RecordStruck):
        otherwise = _otherwise(story, fact)
        if otherwise is not None:
            story.venture(RecordCorrected(position, otherwise, "typed wrongly"))


def _strike(story: Story) -> None:
    """Says of a record that there never was such a thing; a struck classification is mostly recorded anew."""
    position = story.one_of(_correctable(story))
    if position is not None and story.venture(RecordStruck(position, "recorded twice")):
        fact = story.book.history[position].event
        if isinstance(fact, events.RaceClassified) and story.chance(2):
            story.venture(fact)


def _correctable(story: Story) -> Iterable[int]:
    told = story.book.history
    return (
        position for position in reversed(told) if not isinstance(told[position].event, RecordCorrected | RecordStruck)
    )


def _otherwise(story: Story, fact: Fact) -> Fact | None:
    """The same kind of fact about something else; ``None``: nothing else that it could say."""
    book = story.book
    match fact:
        case events.RaceClassified() | events.ClassificationAmended():
            return _evolved(fact, lines=_lines(story, fact.lines))
        case events.SeasonOpened() | events.ChampionshipDefined():
            return _evolved(fact, title=f"{fact.title} (sic)")
        case events.PointsScaleAdopted():
            return _evolved(
                fact, points=(*(worth * 2 for worth in fact.points), fact.points[-1] * 2), beyond=fact.beyond * 2
            )
        case events.RoundScheduled():
            return _evolved(fact, circuit="Elsewhere")
        case events.RaceScheduled():
            return _evolved(fact, kind="sprint" if fact.kind == "race" else "race")
        case events.DriverRegistered() | events.ManufacturerRegistered():
            return _evolved(fact, name=f"{fact.name} Jr")
        case events.CarClassDefined():
            return _evolved(fact, name="Another name")
        case events.DriverRated():
            return _evolved(fact, rating=story.one_of(RATINGS))
        case events.EntryRegistered():
            return _evolved(
                fact,
                manufacturer=story.one_of(book.manufacturers),
                engine=story.one_of((fact.engine, None, *book.manufacturers)),
                entrant=story.one_of((fact.entrant, None, *ENTRANTS)),
                drivers=tuple(story.shuffled(fact.drivers)[: story.number(1, 3)]),
            )
        case events.DriverAssigned():
            return _evolved(fact, driver=story.one_of(book.drivers), to_race=story.one_of((fact.to_race, None)))
        case events.DriverSwapped():
            return _evolved(fact, incoming=story.one_of(book.drivers), from_race=story.one_of(race_order(book)))
        case events.CarChanged():
            return _evolved(
                fact, manufacturer=story.one_of(book.manufacturers), from_race=story.one_of(race_order(book))
            )
        case events.DidNotStart():
            return _evolved(fact, status=story.one_of(("DNQ", "DNS", "WD")))
        case events.PoleTaken() | events.FastestLapSet():
            return _evolved(fact, car=story.one_of(book.entries), driver=None)
        case events.LapsLed():
            return _evolved(fact, laps=story.number(1, 30))
        case events.WinnerReported():
            return _evolved(fact, driver=story.one_of(book.drivers))
        case events.MovedToPlace():
            return _evolved(fact, place=story.number(1, 4))
        case events.MovedDown():
            return _evolved(fact, places=story.number(1, 3))
        case events.TimePenaltyImposed():
            return _evolved(fact, added_ms=story.one_of((500, 1_000, 30_000)))
        case events.RaceShortened():
            return _evolved(fact, part=story.one_of((Fraction(1, 4), Fraction(1))))
        case events.PointsDeducted() | events.PointsRestored():
            return _evolved(fact, points=story.one_of((Fraction(3), Fraction(1, 3))))
        case events.PointsWithheld():
            return _evolved(fact, behind=story.one_of(("move-up", "stay")), car=fact.car, driver=fact.driver)
        case events.Disqualified() | events.MovedToRear():
            return _evolved(fact, car=story.one_of(book.entries))
        case events.CompetitorExcluded() | events.ResultsAnnulled() | events.RulingRescinded():
            return _evolved(fact, counts_from=story.one_of(race_order(book)))
        case events.RacePostponed():
            return _evolved(fact, to_round=story.one_of((None, *book.rounds)))
        case _:
            return None


def _lines(story: Story, lines: tuple[events.Line, ...]) -> tuple[events.Line, ...]:
    """The same cars in another order, each with its own time."""
    placed = [line for line in lines if line.place is not None]
    cars = story.shuffled([line.car for line in placed])
    return (
        *(evolve(line, car=car) for line, car in zip(placed, cars, strict=True)),
        *(line for line in lines if line.place is None),
    )


def _evolved(fact: Fact, **otherwise: Any) -> Fact | None:
    changed = evolve(fact, **otherwise)
    return None if changed == fact else changed


MISTAKES: Final[tuple[Callable[[Story], None], ...]] = (_correct_result, _correct, _strike)
