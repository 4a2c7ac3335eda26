"""Scrutineering: may these facts be recorded on this book? Pure; the answer is every objection at once."""

from collections.abc import Iterator, Sequence
from typing import assert_never

import events
from events import Event
from ledger.errors import Objection
from ledger.scrutineering import entries, publications, results, season
from ledger.scrutineering.finding import NAMING, Finding, Findings
from ledger.scrutineering.shapes import shape_findings, text_problem
from projections import Book


def scrutinise(book: Book, submitted: Sequence[Event], indexes: Sequence[int] | None = None) -> tuple[Objection, ...]:
    """Every objection to recording ``submitted``, in this order and as one unit, on ``book``; empty: none.

    Each fact is held against the book with the facts before it. A fact that is objected to is left out of that, unless
    it gives something its name: a mistake in an entry is reported once, and not again by every result of that car.
    ``indexes`` numbers the facts in the objections; by
    default from 0. The values have passed the codec: they are of the right types.
    """
    trial = book.copy()
    objections: list[Objection] = []
    for index, event in zip(indexes or range(len(submitted)), submitted, strict=True):
        found = list(shape_findings(event))
        misshapen = {finding.path for finding in found}
        found += (finding for finding in _findings(trial, event) if finding.path not in misshapen)
        objections += (Objection(finding.path, finding.problem, index) for finding in found)
        if not found or isinstance(event, NAMING):
            trial.file(event, trial.known_at + 1)
    return tuple(objections)


def _findings(book: Book, event: Event) -> Findings:
    yield from _season_is_open(book, event)
    match event:
        case (
            events.SeasonOpened()
            | events.PointsScaleAdopted()
            | events.CarClassDefined()
            | events.ChampionshipDefined()
            | events.RoundScheduled()
            | events.RaceScheduled()
            | events.RacePostponed()
            | events.RaceCancelled()
            | events.RaceShortened()
            | events.SeasonClosed()
        ):
            yield from season.findings(book, event)
        case (
            events.DriverRegistered()
            | events.DriverRated()
            | events.ManufacturerRegistered()
            | events.EntryRegistered()
            | events.DriverAssigned()
            | events.DriverSwapped()
            | events.CarChanged()
            | events.EntryWithdrawn()
        ):
            yield from entries.findings(book, event)
        case (
            events.RaceClassified()
            | events.DidNotStart()
            | events.PoleTaken()
            | events.FastestLapSet()
            | events.WinnerReported()
        ):
            yield from results.findings(book, event)
        case events.StandingsPublished() | events.WinnersPublished():
            yield from publications.findings(book, event)
        case _:
            assert_never(event)


def _season_is_open(book: Book, event: Event) -> Iterator[Finding]:
    if book.opened is None and not isinstance(event, events.SeasonOpened):
        yield Finding("$", f"season {book.season} has not been opened; its first event is season-opened")
    if book.closed is not None and not isinstance(event, events.StandingsPublished | events.WinnersPublished):
        yield Finding("$", "the season is closed; only publications may follow")


__all__ = ["scrutinise", "text_problem"]
