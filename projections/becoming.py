"""What became of records: rulings stand, were rescinded, spent or replaced; facts were corrected or struck."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Literal, TypeAlias

import events
from events.frozen import frozen
from projections.book import Book
from projections.order import classification
from projections.races import races_up_to, resolve_race
from projections.rulings import Docket, counts_from

State: TypeAlias = Literal["stands", "rescinded", "spent", "replaced", "corrected", "struck"]
"""``spent``: contained in a newer statement of the whole order. ``replaced``: a newer decision or correction about the
same race or record holds instead."""


@frozen
class Outcome:
    """One thing that became of a record."""

    state: State
    by: int | None
    """The position of the record that did it; ``None``: it stands."""
    counts_from: str | None
    """The race from which it does so, where the ruling or its rescission names one."""


def outcomes(book: Book, as_of: str | int | None = None) -> dict[int, tuple[Outcome, ...]]:
    """What became of the records, by position: of each ruling, and of each record that was corrected or struck.

    As of the race ``as_of``: a ruling that counts from a later one is not among them. A record about which there is
    nothing to say is absent. Raises :class:`~projections.errors.UnknownName` for a race that the book does not hold.
    """
    upto = races_up_to(book, None if as_of is None else resolve_race(book, as_of))
    found: dict[int, list[Outcome]] = defaultdict(list)
    for position, outcome in _corrected(book):
        found[position].append(outcome)
    for position, outcome in _ruled(book, upto):
        found[position].append(outcome)
    return {position: tuple(found[position]) for position in sorted(found)}


def _corrected(book: Book) -> Iterator[tuple[int, Outcome]]:
    for position, filed in book.history.items():
        correction = book.corrections.get(position)
        if correction is not None:
            struck = isinstance(correction.event, events.RecordStruck)
            yield position, Outcome("struck" if struck else "corrected", correction.position, None)
        if isinstance(filed.event, events.RecordCorrected | events.RecordStruck):
            newest = book.corrections[filed.event.position].position
            if newest != position:
                yield position, Outcome("replaced", newest, None)


def _ruled(book: Book, upto: tuple[str, ...]) -> Iterator[tuple[int, Outcome]]:
    docket = Docket(book, upto)
    spent = dict(_spent(book, docket))
    for position, filed in book.rulings.items():
        ruling = filed.event
        since = counts_from(book, ruling)
        if since is not None and since not in upto:
            continue
        if position in docket.rescinded:
            rescission = docket.rescinded[position]
            yield position, Outcome("rescinded", rescission.position, rescission.event.counts_from)
        elif position in spent:
            yield position, Outcome("spent", spent[position], None)
        elif isinstance(ruling, events.RacePostponed) and book.postponed[ruling.race].position != position:
            yield position, Outcome("replaced", book.postponed[ruling.race].position, None)
        elif isinstance(ruling, events.RacePostponed | events.RaceCancelled):
            yield position, Outcome("stands", None, None)
        else:
            yield position, Outcome("stands", None, ruling.counts_from)


def _spent(book: Book, docket: Docket) -> Iterator[tuple[int, int]]:
    """The rulings that a newer order contains, each with the record that states it."""
    for race, car_class in book.classified:
        order = classification(book, docket, race, car_class)
        if order is not None:
            yield from ((position, order.records[0]) for position in order.spent)
