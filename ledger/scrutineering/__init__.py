"""Scrutineering: may these facts be recorded on this book? Pure; the answer is every objection at once."""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Final, TypeVar, assert_never

import events
from events import RULING_TYPES, Event
from events.facts import EntryFact, PublicationFact, ResultFact, SeasonFact
from ledger.errors import Objection
from ledger.scrutineering import corrections, entries, publications, results, rulings, season
from ledger.scrutineering.finding import NAMING, Finding, Findings, as_named
from ledger.scrutineering.shapes import shape_findings, text_problem
from projections import Book

E = TypeVar("E", bound=Event)


def scrutinise(book: Book, submitted: Sequence[Event], indexes: Sequence[int] | None = None) -> tuple[Objection, ...]:
    """Every objection to recording ``submitted``, in this order and as one unit, on ``book``; empty: none.

    Each fact is held against the book with the facts before it, each run of corrections as a whole. A fact that is
    objected to is left out of that, unless it gives something its name: a mistake in an entry is reported once, and
    not again by every result of that car. ``indexes`` numbers the facts in the objections, by default from 0. The
    values have passed the codec: they are of the right types.
    """
    trial = book.copy()
    objections: list[Objection] = []
    numbered = zip(indexes or range(len(submitted)), submitted, strict=True)
    for corrects, run in groupby(
        numbered, key=lambda one: isinstance(one[1], events.RecordCorrected | events.RecordStruck)
    ):
        if corrects:
            objections += _scrutinise_corrections(trial, list(run))
            continue
        for index, event in run:
            found = _told_once(trial, event, _findings)
            objections += (Objection(finding.path, finding.problem, index) for finding in found)
            if not found or _names(event, found):
                trial.file(event if not found else as_named(trial, event), trial.known_at + 1)
    return tuple(objections)


def _told_once(book: Book, event: E, check: Callable[[Book, E], Findings]) -> list[Finding]:
    """Objections to the shapes of an event's values, then those of ``check`` to values that are in shape."""
    found = list(shape_findings(event))
    misshapen = {finding.path for finding in found}
    return [*found, *(finding for finding in check(book, event) if finding.path not in misshapen)]


def _names(event: Event, found: Sequence[Finding]) -> bool:
    """Whether others may refer to what an objectionable fact names. A round out of its turn would shift the next."""
    misnumbered = isinstance(event, events.RoundScheduled) and any(one.path == "$.round" for one in found)
    return isinstance(event, NAMING) and not misnumbered


def _scrutinise_corrections(trial: Book, run: Sequence[tuple[int, Event]]) -> list[Objection]:
    """Objections to corrections that follow one another; without any, the trial holds them."""
    said = [(index, event) for index, event in run if isinstance(event, events.RecordCorrected | events.RecordStruck)]
    found: list[tuple[int, Finding]] = []
    so_far = trial.copy()
    for index, event in said:
        theirs = _told_once(so_far, event, corrections.findings)
        found += ((index, finding) for finding in theirs)
        if not theirs:
            so_far.file(event, so_far.known_at + 1)
    if not found:
        together = corrections.consequences(trial, [event for _, event in said], _findings)
        found = [(said[which][0], finding) for which, finding in together]
    if not found:
        for _, event in said:
            trial.file(event, trial.known_at + 1)
    return [Objection(finding.path, finding.problem, index) for index, finding in found]


def _findings(book: Book, event: Event) -> Findings:
    yield from _season_is_open(book, event)
    if isinstance(event, SeasonFact):
        yield from season.findings(book, event)
    elif isinstance(event, EntryFact):
        yield from entries.findings(book, event)
    elif isinstance(event, ResultFact):
        yield from results.findings(book, event)
    elif isinstance(event, rulings.RulingEvent):
        yield from rulings.findings(book, event)
    elif isinstance(event, PublicationFact):
        yield from publications.findings(book, event)
    elif isinstance(event, events.RecordCorrected | events.RecordStruck):
        yield from corrections.findings(book, event)
    else:
        assert_never(event)


_AFTER_THE_SEASON: Final = (
    events.StandingsPublished,
    events.WinnersPublished,
    events.RecordCorrected,
    events.RecordStruck,
    *RULING_TYPES,
)
"""What may follow a season that is over: the flag has fallen, and decisions still come."""


def _season_is_open(book: Book, event: Event) -> Iterator[Finding]:
    if book.opened is None and not isinstance(event, events.SeasonOpened):
        yield Finding("$", f"season {book.season} has not been opened; its first event is season-opened")
    if book.closed is not None and not isinstance(event, _AFTER_THE_SEASON):
        yield Finding("$", "the season is closed; only rulings, corrections and publications may follow")


__all__ = ["scrutinise", "text_problem"]
