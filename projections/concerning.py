"""Which race each record is about, so that a season can be looked at without what came later."""

from typing import assert_never

import events
from events import Fact, Ruling
from projections.book import Book
from projections.races import race_order
from projections.rulings import counts_from


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
