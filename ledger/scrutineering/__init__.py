"""Scrutineering: may these facts be recorded on this book? Pure; the answer is every objection at once."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, TypeVar, assert_never

import events
from events import RULING_TYPES, Event
from events.facts import EntryFact, PublicationFact, ResultFact, SeasonFact
from ledger.errors import Objection
from ledger.scrutineering import corrections, entries, publications, results, rulings, season
from ledger.scrutineering.finding import NAMING, Finding, Findings, as_named
from ledger.scrutineering.shapes import in_shape, shape_findings, text_problem
from projections import Book
from projections.book import Correction, all_filed_at, filed_at

E = TypeVar("E", bound=Event)
_CORRECTIONS: Final = (events.RecordCorrected, events.RecordStruck)


def scrutinise(book: Book, submitted: Sequence[Event], indexes: Sequence[int] | None = None) -> tuple[Objection, ...]:
    """Every objection to recording ``submitted``, in this order and as one unit, on ``book``; empty: none.

    Each fact is held against the book with the facts before it, each run of corrections as a whole. A fact that is
    objected to is left out of that, unless it gives something its name: a mistake in an entry is reported once, and
    not again by every result of that car. ``indexes`` numbers the facts in the objections, by default from 0. The
    values have passed the codec: they are of the right types.
    """
    if len(submitted) == 1 and not isinstance(submitted[0], _CORRECTIONS):
        index = 0 if indexes is None else indexes[0]
        return _objections(index, _told_once(book, submitted[0], _findings))  # nothing follows that would need a trial
    return admit(book.copy(), submitted, [None] * len(submitted), indexes)


def admit(
    trial: Book, submitted: Sequence[Event], sources: Sequence[str | None], indexes: Sequence[int] | None = None
) -> tuple[Objection, ...]:
    """The same, of facts beside the documents that say so, filed in ``trial`` one after the other.

    Without an objection it is then the book with all of them, as if they stood right after its last record. With one it
    is of no use.
    """
    objections: list[Objection] = []
    run: list[tuple[int, Correction, str | None]] = []
    # Done for all of them first, and not for each in turn, these two take 0.4 µs less.
    shapes = [in_shape(event) for event in submitted]
    made = all_filed_at(submitted, range(trial.known_at + 1, trial.known_at + 1 + len(submitted)), sources)
    for index, event, source, fits, filed in zip(
        indexes or range(len(submitted)), submitted, sources, shapes, made, strict=True
    ):
        if isinstance(event, _CORRECTIONS):
            run.append((index, event, source))
            continue
        if run:
            objections += _scrutinise_corrections(trial, run)
            run = []
        found = _findings(trial, event) if fits else _misshapen(trial, event, _findings)
        if not found:
            # Where one was left out, those after it move up.
            trial.put(filed_at(event, trial.known_at + 1, source) if objections else filed)
            continue
        objections += _objections(index, found)
        if _names(event, found):
            trial.file(as_named(trial, event), trial.known_at + 1, source)
    if run:
        objections += _scrutinise_corrections(trial, run)
    return tuple(objections)


def _objections(index: int, found: Sequence[Finding]) -> tuple[Objection, ...]:
    return tuple([Objection(finding.path, finding.problem, index) for finding in found])


def _told_once(book: Book, event: E, check: Callable[[Book, E], list[Finding]]) -> list[Finding]:
    """Objections to the shapes of an event's values, then those of ``check`` to values that are in shape."""
    if in_shape(event):
        return check(book, event)
    return _misshapen(book, event, check)


def _misshapen(book: Book, event: E, check: Callable[[Book, E], list[Finding]]) -> list[Finding]:
    found = list(shape_findings(event))
    misshapen = {finding.path for finding in found}
    return [*found, *(finding for finding in check(book, event) if finding.path not in misshapen)]


def _names(event: Event, found: Sequence[Finding]) -> bool:
    """Whether others may refer to what an objectionable fact names. A round out of its turn would shift the next."""
    misnumbered = isinstance(event, events.RoundScheduled) and any(one.path == "$.round" for one in found)
    return isinstance(event, NAMING) and not misnumbered


def _scrutinise_corrections(trial: Book, run: Sequence[tuple[int, Correction, str | None]]) -> list[Objection]:
    """Objections to corrections that follow one another; without any, the trial holds them."""
    found: list[tuple[int, Finding]] = []
    so_far = trial.copy()
    for index, event, _ in run:
        theirs = _told_once(so_far, event, _correction_findings)
        found += ((index, finding) for finding in theirs)
        if not theirs:
            so_far.file(event, so_far.known_at + 1)
    if not found:
        together = corrections.consequences(trial, [event for _, event, _ in run], _findings)
        found = [(run[which][0], finding) for which, finding in together]
    if not found:
        for _, event, source in run:
            trial.file(event, trial.known_at + 1, source)
    return [Objection(finding.path, finding.problem, index) for index, finding in found]


def _correction_findings(book: Book, event: Correction) -> list[Finding]:
    return [*corrections.findings(book, event)]


def _findings(book: Book, event: Event) -> list[Finding]:
    check = _CHECKS.get(type(event)) or _check_met(event)
    if book.opened is not None and book.closed is None:
        return [*check(book, event)]
    return [*_season_is_open(book, event), *check(book, event)]


_CHECKS: Final[dict[type[Event], Callable[[Book, Any], Findings]]] = {}
"""The checks of the kinds that were met: to ask the unions for each fact would take 0.5 to 2 µs, and this takes 0.1."""


def _check_met(event: Event) -> Callable[[Book, Any], Findings]:
    check = _CHECKS[type(event)] = _check_of(event)
    return check


def _check_of(event: Event) -> Callable[[Book, Any], Findings]:
    """What scrutinises facts of the kind of ``event``."""
    if isinstance(event, SeasonFact):
        return season.findings
    if isinstance(event, EntryFact):
        return entries.findings
    if isinstance(event, ResultFact):
        return results.findings
    if isinstance(event, rulings.RulingEvent):
        return rulings.findings
    if isinstance(event, PublicationFact):
        return publications.findings
    if isinstance(event, _CORRECTIONS):
        return corrections.findings
    assert_never(event)


_AFTER_THE_SEASON: Final = (
    events.StandingsPublished,
    events.WinnersPublished,
    *_CORRECTIONS,
    *RULING_TYPES,
)
"""What may follow a season that is over: the flag has fallen, and decisions still come."""


def _season_is_open(book: Book, event: Event) -> Iterator[Finding]:
    if book.opened is None and not isinstance(event, events.SeasonOpened):
        yield Finding("$", f"season {book.season} has not been opened; its first event is season-opened")
    if book.closed is not None and not isinstance(event, _AFTER_THE_SEASON):
        yield Finding("$", "the season is closed; only rulings, corrections and publications may follow")


__all__ = ["admit", "scrutinise", "text_problem"]
