"""Checks of corrections: the season must hold together with what is said instead, and read as if it always had."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

import events
from events import Event
from ledger.scrutineering.finding import NAMING, Finding, Findings, as_named
from ledger.scrutineering.shapes import shape_findings
from projections import Book
from projections.book import Correction, Filed

Check = Callable[[Book, Event], Sequence[Finding]]
_SHOWN: Final = 5
"""So many records that could not stand are named for one correction."""


def findings(book: Book, event: Correction) -> Findings:
    """Objections to a correction by itself; :func:`consequences` has those to what it would do."""
    target = book.history.get(event.position)
    if target is None:
        yield Finding("$.position", f"{event.position} is no record of season {book.season}")
        return
    if isinstance(target.event, events.RecordCorrected | events.RecordStruck):
        problem = f"record {event.position} is a correction of record {target.event.position}; correct that one again"
        yield Finding("$.position", problem)
        return
    standing = book.corrections.get(event.position)
    if isinstance(event, events.RecordCorrected):
        yield from _same_kind(book, event, target)
        yield from (Finding(f"$.fact{one.path[1:]}", one.problem) for one in shape_findings(event.fact))
    elif standing is not None and isinstance(standing.event, events.RecordStruck):
        yield Finding("$.position", f"record {event.position} is struck already (position {standing.position})")


def consequences(book: Book, corrections: Sequence[Correction], check: Check) -> Iterator[tuple[int, Finding]]:
    """Objections to what corrections would do together, each with the index of the correction that it is about.

    The whole season is scrutineered again with them. What was objectionable without them is not theirs.
    """
    trial = book.copy()
    for correction in corrections:
        trial.file(correction, trial.known_at + 1)
    known = frozenset(_objections(book, check))
    corrected = {correction.position: index for index, correction in enumerate(corrections)}
    named = 0
    for position, finding in _objections(trial, check, known):
        if (position, finding) in known:
            continue
        if position in corrected:
            yield corrected[position], Finding(f"$.fact{finding.path[1:]}", finding.problem)
        elif (named := named + 1) <= _SHOWN:
            problem = f"record {position} could not stand then: {finding.path}: {finding.problem}"
            yield len(corrections) - 1, Finding("$.position", problem)


def _same_kind(book: Book, event: events.RecordCorrected, target: Filed[Event]) -> Findings:
    if type(event.fact) is not type(target.event):
        problem = f"record {event.position} is a {type(target.event).__name__}, not a {type(event.fact).__name__}"
        yield Finding("$.fact", f"{problem}; strike it, and record what happened")
    correction = book.corrections.get(event.position)
    stands = target.event if correction is None else getattr(correction.event, "fact", None)
    if event.fact == stands:
        yield Finding("$.fact", f"is what record {event.position} says already")


def _objections(
    book: Book, check: Check, known: frozenset[tuple[int, Finding]] | None = None
) -> Iterator[tuple[int, Finding]]:
    """Every objection to the season as it stands, read from its start: names first, then the rest as recorded.

    Names come first because a correction may use one that was given after the record that it corrects. A fact that is
    objected to stands in the way of none after it, unless the objection is among the ``known`` ones: it was admitted
    before what makes it objectionable now, and others rely on it. ``None``: all of them are.
    """
    fresh = Book(book.season)
    facts = sorted(
        (filed for filed in book.effective()),
        key=lambda filed: NAMING.index(type(filed.event)) if type(filed.event) in NAMING else len(NAMING),
    )
    for filed in facts:
        found = check(fresh, filed.event)
        yield from ((filed.position, finding) for finding in found)
        if known is None or all((filed.position, finding) in known for finding in found):
            fresh.file(filed.event, filed.position)
        elif isinstance(filed.event, NAMING):
            fresh.file(as_named(fresh, filed.event), filed.position)
