"""The laws of rulings, corrections and branches: what a later word may change, and what it must leave alone.

Like those of :mod:`ledger.testing.laws`, each takes the events of one season and raises ``AssertionError``.
"""

from collections.abc import Iterable, Sequence

import attrs

import events as facts
from events import RULING_TYPES, ClassificationAmended, Disqualified, Event, RulingRescinded
from ledger.ledger import Ledger
from ledger.scrutineering import scrutinise
from ledger.testing.holding import cuts, recorded, same, same_table, season_of
from projections import Award, Book, Standings, StandingsRow, fold, race_order, standings
from projections.book import rescissions
from projections.order import classification
from projections.rulings import Docket, counts_from


def check_rescinding(events: Sequence[Event]) -> None:
    """A ruling and its rescission leave every table as it was, as of every race.

    Each ruling is taken back as soon as it was made, and, where it stands, once more when all is over: there the tables
    are those of a season in which it never was.
    """
    records = recorded(events)
    for position, event in _rulings(events):
        before = fold(records[: position - 1])
        after = _with(fold([records[position - 1]], onto=before), RulingRescinded(position, "a court", "on appeal"))
        _same_tables(f"ruling {event!r} and its rescission left another table", before, after)
    whole = fold(records)
    gone = {filed.event.position for filed in whole.rulings.values() if isinstance(filed.event, RulingRescinded)}
    for position in whole.rulings:
        if position not in gone and position not in whole.corrections:
            never = fold(record for record in records if record.position != position)
            back = _with(whole, RulingRescinded(position, "a court", "on appeal"))
            if not _is_of_calendar(whole, position):
                _same_tables(f"record {position} rescinded, the table is not as if it had never been", never, back)


def check_counts_from(events: Sequence[Event]) -> None:
    """A ruling changes no table as of a race before the one from which it counts.

    But for the calendar, which is one as of every race.
    """
    records = recorded(events)
    for position, event in _rulings(events):
        before = fold(records[: position - 1])
        after = fold([records[position - 1]], onto=before)
        since = counts_from(after, after.rulings[position].event)
        if since is not None and not _is_of_calendar(after, position):
            order = race_order(before)
            earlier = order[: order.index(since)]
            _same_tables(f"{event!r} changed a table as of a race before {since}", before, after, earlier)


def check_applied_once(events: Sequence[Event]) -> None:
    """Nothing is applied twice: what comes again under its id is one record, and no rescission takes back twice."""
    season = Ledger.in_memory().season(season_of(events))
    ids = [record.id for record in recorded(events)]
    first = season.append(*events, ids=ids)
    book = season.book()
    for start in (0, len(events) - 1, len(events) // 2):
        again = season.append(*events[start:], ids=ids[start:])
        same(f"records {start + 1} and following came again, and are others", first[start:], again)
    same("records came again, and the book changed", book, season.book())
    for position, rescission in rescissions(book.rulings).items():
        _must_refuse(book, RulingRescinded(position, "a court", "again"), f"it is rescinded at {rescission.position}")
    docket = Docket(book, book.races)
    for position, filed in book.rulings.items():
        once = facts.RaceShortened | facts.CompetitorExcluded | Disqualified
        if isinstance(filed.event, once) and docket.holds(position) and _is_last_word(book, position):
            _must_refuse(book, filed.event, f"record {position} says so already")


def check_disqualifying_the_last(events: Sequence[Event]) -> None:
    """A disqualification of the last placed car of a class changes nothing for anybody else."""
    book = fold(recorded(events))
    docket = Docket(book, book.races)
    for race, car_class in book.classified:
        order = classification(book, docket, race, car_class)
        placed = [one.line.car for one in order.lines if one.line.place is not None] if order is not None else []
        if not placed:
            continue
        last = race_order(book)[-1]
        after = _with(book, Disqualified(race, placed[-1], "the stewards", "underweight", last))
        for championship in book.championships:
            before_rows, after_rows = (standings(each, championship, last).rows for each in (book, after))
            theirs = {
                award.competitor
                for row in (*before_rows, *after_rows)
                for award in row.awards
                if award.car == placed[-1]
            }
            expected, actual = (
                [_figures(row) for row in rows if row.competitor not in theirs] for rows in (before_rows, after_rows)
            )
            same(
                f"{championship}: #{placed[-1]}, last of {race}, was disqualified, and others changed", expected, actual
            )


def check_amending_as_it_stands(events: Sequence[Event]) -> None:
    """An amendment to the order that already stands changes no table."""
    book = fold(recorded(events))
    docket, last = Docket(book, book.races), race_order(book)[-1:]
    for race, car_class in book.classified:
        order = classification(book, docket, race, car_class)
        if order is not None:
            lines = tuple(one.line for one in order.lines)
            amendment = ClassificationAmended(race, car_class, lines, "the stewards", "printed anew", last[0])
            after = _with(book, amendment)
            _same_tables(f"{race} was amended to the order that stood, and a table changed", book, after)


def check_branching(events: Sequence[Event]) -> None:
    """A branch of a season, folded onto a copy of its book, is the season with those events appended."""
    records = recorded(events)
    for cut in cuts(len(events))[:: max(1, len(cuts(len(events))) // 4)]:
        season = Ledger.in_memory().season(season_of(events))
        season.append(*events[:cut])
        book = season.book()
        kept, branch = book.copy(), fold(records[cut:], onto=book)
        same(f"a branch from record {cut} on changed the book that it left", kept, book)
        season.append(*events[cut:])
        _same_tables(f"branched from record {cut}, the table is not that of the whole", season.book(), branch)


def check_corrections(events: Sequence[Event]) -> None:
    """A correction is as if the record had said so from the start, and a struck record as if it had never been."""
    records = recorded(events)
    book = fold(records)
    if not book.corrections:
        return
    said = {filed.position: filed.event for filed in book.effective()}
    at_once = fold(attrs.evolve(record, event=said[record.position]) for record in records if record.position in said)
    _same_tables("corrected, a table is not as if it had been said so from the start", at_once, book)


def _rulings(events: Sequence[Event]) -> Iterable[tuple[int, Event]]:
    """The rulings and their positions, as recorded."""
    return ((position, event) for position, event in enumerate(events, start=1) if isinstance(event, RULING_TYPES))


def _with(book: Book, *more: Event) -> Book:
    """The book with more events, as the log would hold them next."""
    after = book.copy()
    for event in more:
        after.file(event, after.known_at + 1)
    return after


def _is_of_calendar(book: Book, position: int) -> bool:
    """Whether a ruling, or what it takes back, is about the calendar."""
    event: Event = book.rulings[position].event
    while isinstance(event, RulingRescinded):
        event = book.rulings[event.position].event
    return isinstance(event, facts.RacePostponed | facts.RaceCancelled)


def _is_last_word(book: Book, position: int) -> bool:
    """Whether no later ruling is about the order of the same race."""
    ruling = book.rulings[position].event
    if not isinstance(ruling, Disqualified):
        return True
    car_class = book.entries[ruling.car].event.car_class
    order = classification(book, Docket(book, book.races), ruling.race, car_class)
    return order is not None and any(one.line.car == ruling.car and one.line.status == "DSQ" for one in order.lines)


def _must_refuse(book: Book, event: Event, why: str) -> None:
    if not scrutinise(book, [event]):
        raise AssertionError(f"admitted, though {why}: {event!r}")


def _same_tables(problem: str, expected: Book, actual: Book, races: Iterable[str] | None = None) -> None:
    """Fails where a table of one book is not that of another, as of some races or all; records apart."""
    for championship in expected.championships:
        for race in race_order(expected) if races is None else races:
            one, other = (_bare(standings(book, championship, race)) for book in (expected, actual))
            same_table(f"{problem}, as of {race}", one, other)


def _bare(table: Standings) -> Standings:
    """The table without what says from which records it follows."""
    rows = tuple(
        attrs.evolve(
            row,
            awards=tuple(_bare_award(award) for award in row.awards),
            adjustments=tuple(attrs.evolve(one, records=()) for one in row.adjustments),
            excluded=(0,) if row.excluded else (),
        )
        for row in table.rows
    )
    return attrs.evolve(table, rows=rows, known_at=0, records=())


def _bare_award(award: Award) -> Award:
    return attrs.evolve(award, records=(), rulings=())


def _figures(row: StandingsRow) -> tuple[object, ...]:
    return row.competitor, row.points, row.results, tuple(_bare_award(award) for award in row.awards)
