"""Which races a record is about: as of which it shows, and which of them it may change.

The one says what a season looks like without what came later, the other what need not be worked out anew.
"""

from typing import assert_never

import events
from events import Event, Fact, Ruling
from projections.book import Book, CrewChange
from projections.races import race_order
from projections.rulings import concerned, counts_from


def concerned_races(book: Book) -> dict[int, str | None]:
    """For each record of the book, by position, the first race as of which a table may show it.

    ``None``: as of every race, as for the calendar and whatever holds from the start of the season. A correction is
    about the race of what it says; what was struck, about the race of what was said, or as of every race where that
    was struck as well.
    """
    order = {race: index for index, race in enumerate(race_order(book))}
    effective = {filed.position: filed.event for filed in book.effective()}
    out: dict[int, str | None] = {}
    for position, filed in book.history.items():
        target = (
            filed.event.position if isinstance(filed.event, events.RecordCorrected | events.RecordStruck) else position
        )
        fact = effective.get(target)
        out[position] = _first_race(book, fact, order) if fact is not None else _once_about(book, target, order)
    return out


def _once_about(book: Book, position: int, order: dict[str, int]) -> str | None:
    """What a record that was struck was about. The race may be gone from the calendar, or the ruling from the book."""
    fact = book.history[position].event
    match fact:
        case events.RecordCorrected() | events.RecordStruck():
            raise TypeError(f"record {position} is a correction, and was corrected")
        case events.RulingRescinded():
            both = (fact.counts_from, _once_about(book, fact.position, order))
            return max((race for race in both if race in order), key=order.__getitem__, default=None)
        case events.ResultsAnnulled():
            races = fact.races if fact.counts_from is None else (fact.counts_from,)
            return min((race for race in races if race in order), key=order.__getitem__, default=None)
        case _:
            race = _first_race(book, fact, order)
            return race if race in order else None


def _first_race(book: Book, fact: Fact, order: dict[str, int]) -> str | None:
    match fact:
        case (
            events.DriverRated()
            | events.DriverAssigned()
            | events.DriverSwapped()
            | events.CarChanged()
            | events.EntryRegistered()
            | events.EntryWithdrawn()
        ):
            return fact.from_race
        case (
            events.RaceCancelled()
            | events.RaceClassified()
            | events.DidNotStart()
            | events.PoleTaken()
            | events.FastestLapSet()
            | events.LapsLed()
            | events.WinnerReported()
        ):
            return fact.race
        case (
            events.Disqualified()
            | events.MovedToPlace()
            | events.MovedDown()
            | events.MovedToRear()
            | events.TimePenaltyImposed()
            | events.ClassificationAmended()
            | events.RaceShortened()
            | events.PointsWithheld()
            | events.PointsDeducted()
            | events.PointsRestored()
            | events.ResultsAnnulled()
            | events.CompetitorExcluded()
        ):
            return counts_from(book, fact)
        case events.RulingRescinded():
            back = book.rulings[fact.position].event
            if _is_of_calendar(book, back):
                return _first_race(book, back, order)  # a calendar is one, as of every race
            both = (counts_from(book, fact), _first_race(book, back, order))
            return max((race for race in both if race is not None), key=order.__getitem__, default=None)
        case (
            events.SeasonOpened()
            | events.PointsScaleAdopted()
            | events.CarClassDefined()
            | events.ChampionshipDefined()
            | events.RoundScheduled()
            | events.RaceScheduled()
            | events.RacePostponed()
            | events.SeasonClosed()
            | events.DriverRegistered()
            | events.ManufacturerRegistered()
            | events.StandingsPublished()
            | events.WinnersPublished()
        ):
            return None
        case _:
            assert_never(fact)


def _is_of_calendar(book: Book, ruling: Ruling) -> bool:
    """Whether a ruling, or what it takes back, changes the calendar."""
    while isinstance(ruling, events.RulingRescinded):
        ruling = book.rulings[ruling.position].event
    return isinstance(ruling, events.RacePostponed | events.RaceCancelled)


def races_touched(before: Book, after: Book, order: tuple[str, ...]) -> frozenset[str] | None:
    """The races whose results or worth may be others in ``after`` than in ``before``, a book that it goes on from.

    ``order`` is the :func:`~projections.races.race_order` of ``before``: what changes it touches every race.
    ``None``: any of them, their order included; so too where the one does not go on from the other. What is touched
    may well be the same; what is not touched is the same for every championship, but for what
    :class:`~projections.rulings.Docket` says of it, which each table asks anew: deductions, exclusions, and the
    rulings that hold as of a race.
    """
    new = []
    for position in reversed(after.history):
        if position <= before.known_at:
            break
        new.append(after.history[position])
    last = next(reversed(before.history), 0)
    if len(before.history) + len(new) != len(after.history) or before.history.get(last) != after.history.get(last):
        return None
    touched: set[str] = set()
    for filed in new:
        races = _touched(before, after, order, filed.event)
        if races is None:
            return None
        touched.update(races)
    return frozenset(touched)


def _touched(before: Book, after: Book, order: tuple[str, ...], event: Event) -> tuple[str, ...] | None:
    """The races that one new record touches; ``None``: any of them."""
    match event:
        case (
            events.RaceClassified()
            | events.DidNotStart()
            | events.PoleTaken()
            | events.FastestLapSet()
            | events.LapsLed()
            | events.WinnerReported()
        ):
            return (event.race,)
        case (
            events.Disqualified()
            | events.MovedToPlace()
            | events.MovedDown()
            | events.MovedToRear()
            | events.TimePenaltyImposed()
            | events.ClassificationAmended()
            | events.RaceShortened()
            | events.PointsWithheld()
            | events.ResultsAnnulled()
        ):
            return concerned(after, event)
        case events.RulingRescinded():
            return None if _is_of_calendar(after, event) else concerned(after, event)
        case events.DriverAssigned() | events.DriverSwapped() | events.CarChanged() | events.EntryWithdrawn():
            return _from(order, event.from_race)
        case events.DriverRated():
            # A driver whom nobody knew has been in no car: no race that was run is about him.
            return () if _is_unknown(before, event.driver) else _from(order, event.from_race)
        case events.EntryRegistered():
            # A car that was not entered is in no result yet; one that was may have been in another class.
            return None if event.car in before.entries else ()
        case (
            events.SeasonOpened()
            | events.SeasonClosed()
            | events.CarClassDefined()
            | events.DriverRegistered()
            | events.ManufacturerRegistered()
            | events.PointsDeducted()
            | events.PointsRestored()
            | events.CompetitorExcluded()
            | events.StandingsPublished()
            | events.WinnersPublished()
        ):
            return ()
        case (
            events.PointsScaleAdopted()
            | events.ChampionshipDefined()
            | events.RoundScheduled()
            | events.RaceScheduled()
            | events.RacePostponed()
            | events.RaceCancelled()
            | events.RecordCorrected()
            | events.RecordStruck()
        ):
            return None
        case _:
            assert_never(event)


def _from(order: tuple[str, ...], race: str | None) -> tuple[str, ...] | None:
    """A race and all after it; ``None``: all races, where it says from none of the calendar."""
    return order[order.index(race) :] if race in order else None


def _is_unknown(book: Book, driver: str) -> bool:
    """Whether a driver is named nowhere in a book where it says who drove or won."""
    return not (
        driver in book.drivers
        or any(driver in filed.event.drivers for filed in book.entries.values())
        or any(driver in _drivers(each.event) for them in book.crew_changes.values() for each in them)
        or any(filed.event.driver == driver for filed in book.winners.values())
    )


def _drivers(change: CrewChange) -> tuple[str, ...]:
    """Whom a change brings into a car."""
    match change:
        case events.DriverAssigned():
            return (change.driver,)
        case events.DriverSwapped():
            return (change.incoming,)
        case _:
            assert_never(change)
