"""The laws that every season keeps, whatever its rules: each a function that raises ``AssertionError`` where it fails.

All of them take the events of one season in the order in which they were recorded, the first a ``SeasonOpened``: made
up by :func:`~ledger.testing.seasons`, or a real season's (``[record.event for record in season.records()]``). The
message says which law it is and shows both sides, tables as text. An event that scrutineering refuses fails
:func:`check_admitted`; the other laws expect seasons that it admits.
"""

import datetime
import json
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Final

import attrs

from events import (
    DriverRegistered,
    EntryRegistered,
    Event,
    ManufacturerRegistered,
    PublishedRow,
    Record,
    SeasonOpened,
    StandingsPublished,
    points_text,
)
from ledger.codec import decode, encode, event_from_json, event_to_json
from ledger.ids import keyed_id
from ledger.ledger import Ledger
from ledger.scrutineering import scrutinise
from ledger.testing.counting import ahead, points_due
from ledger.testing.renaming import renamed
from ledger.testing.tables import side_by_side, table_text
from projections import (
    Book,
    Standings,
    StandingsRow,
    audit,
    concerned_races,
    fold,
    progression,
    race_order,
    standings,
    why,
)

_CUTS: Final = 12
"""Into how many parts a season is cut, at most, where a law is about what came before and after."""
_EPOCH: Final = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


def check_all(events: Sequence[Event]) -> None:
    """Holds a season against every law of this module. Raises ``AssertionError`` for the first that fails."""
    for event in events:
        check_round_trip(event)
    for law in (
        check_admitted,
        check_folding,
        check_positions,
        check_points_given,
        check_explanations,
        check_progression,
        check_later_races,
        check_registration_order,
        check_renaming,
        check_audit,
        check_known_at,
    ):
        law(events)


def recorded(events: Sequence[Event]) -> tuple[Record, ...]:
    """The records of a season that has a log of its own: positions and versions from 1, a record a minute.

    Raises ``ValueError`` where the first event opens no season.
    """
    season = _season_of(events)
    return tuple(
        Record(
            position=number,
            season=season,
            version=number,
            recorded_at=_EPOCH + datetime.timedelta(minutes=number),
            id=keyed_id(season, "recorded", number),
            recorded_by=None,
            source=None,
            event=event,
        )
        for number, event in enumerate(events, start=1)
    )


def check_round_trip(event: Event) -> None:
    """What is stored or written as JSON is read as the same event."""
    tag, payload = encode(event)
    _same(f"stored as {tag}, it is read as another event", event, decode(tag, payload))
    text = json.dumps(event_to_json(event))
    _same(f"written as {text}, it is read as another event", event, event_from_json(json.loads(text)))


def check_admitted(events: Sequence[Event]) -> None:
    """Scrutineering admits the season, as one append."""
    refused = scrutinise(Book(_season_of(events)), events)
    if refused:
        lines = "\n".join(f"  {events[one.index]!r}\n    {one}" for one in refused)
        raise AssertionError(f"scrutineering refuses the season:\n{lines}")


def check_folding(events: Sequence[Event]) -> None:
    """Folding a prefix and then the rest is folding all, and leaves the book of the prefix as it was."""
    records = recorded(events)
    whole = fold(records)
    for cut in _cuts(len(records)):
        first, again = fold(records[:cut]), fold(records[:cut])
        _same(f"folding {cut} records and then the rest is not folding all", whole, fold(records[cut:], onto=first))
        _same(f"folding further changed the book of the first {cut} records", again, first)


def check_positions(events: Sequence[Event]) -> None:
    """Rows run from most points to least; equal points are told apart as the rules say, or share the position."""
    for table in _tables(fold(recorded(events))):
        for index, row in enumerate(table.rows):
            positions = (index + 1,) if index == 0 else (index + 1, table.rows[index - 1].position)
            if row.position not in positions:
                _fail(f"{row.competitor} is at position {row.position} in line {index + 1}", table)
        for above, below in pairwise(table.rows):
            verdict = ahead(table, above, below)
            if verdict < 0 or (verdict == 0) != (above.position == below.position):
                _fail(f"{above.competitor} and {below.competitor} are not placed as the rules tell them apart", table)
            if verdict == 0 and above.competitor > below.competitor:
                _fail(f"{above.competitor} and {below.competitor} share a position out of order", table)


def check_points_given(events: Sequence[Event]) -> None:
    """The points given out in a race are the scale's sum over the places that scored.

    Each class pays by itself. Cars take the scoring places from the first on; a car without anybody who takes part, or
    whose competitors have had all the cars that count for them, takes none. Where places are re-ranked they are 1, 2,
    3... without a hole. A car pays its place once to each driver, or once in equal parts, or not at all where it is
    shared and the rules say so, and all of it times the part of the points that a shortened race pays.
    """
    book = fold(recorded(events))
    for table in _tables(book, latest_only=True):
        for race in table.races:
            earned: dict[str, Fraction] = {}
            for row in table.rows:
                for award in row.awards:
                    if award.race == race:
                        earned[row.competitor] = earned.get(row.competitor, Fraction(0)) + award.points
            due = points_due(book, table.rules, race)
            given = {name: points for name, points in earned.items() if points}
            if given != due:
                sums = side_by_side(_points_listed("given", given), _points_listed("the scale's sum", due))
                _fail(f"{race} does not give out what the scale gives for the places that scored\n{sums}\n", table)


def check_explanations(events: Sequence[Event]) -> None:
    """What ``why`` lists is what the row holds: its awards sum to the points, and stand on records that exist."""
    book = fold(recorded(events))
    for table in _tables(book, latest_only=True):
        for row in table.rows:
            explained = why(book, table.championship, row.competitor, table.as_of)
            _same(f"why {row.competitor} has other awards than its row", row.awards, explained.awards)
            total = sum((award.points for award in explained.awards), Fraction(0))
            if not total == explained.points == row.points:
                _fail(f"the awards of {row.competitor} sum to {points_text(total)}", table)
            if not all(1 <= position <= len(events) for position in explained.records):
                _fail(f"{row.competitor} follows from records that there are not: {explained.records}", table)


def check_progression(events: Sequence[Event]) -> None:
    """The progression is the standings after each race, and its last table the standings."""
    book = fold(recorded(events))
    for championship in book.championships:
        latest = standings(book, championship)
        tables = progression(book, championship)
        if latest.rows and (not tables or tables[-1] != latest):
            raise AssertionError(f"the progression of {championship} does not end in its standings")
        for table in tables:
            _same_table("the progression shows another table", standings(book, championship, table.as_of), table)


def check_later_races(events: Sequence[Event]) -> None:
    """Recording a later race never changes the standings as of an earlier one.

    Later is later in sporting time, wherever it stands in the log: each table is held against that of a log without
    any fact about a later race, or that holds only from a later race on. The calendar itself stays.
    """
    records = recorded(events)
    book = fold(records)
    order, about = race_order(book), concerned_races(book)
    for index, race in enumerate(order):
        later = frozenset(order[index + 1 :])
        without = fold(record for record in records if about[record.position] not in later)
        for championship in book.championships:
            _same_table(
                f"a later race changed the standings as of {race} (left: without what is later)",
                attrs.evolve(standings(without, championship, race), known_at=book.known_at),
                standings(book, championship, race),
            )


def check_registration_order(events: Sequence[Event]) -> None:
    """The order in which entries, drivers and makes were registered changes no table."""
    shuffled = list(events)
    for kind in (EntryRegistered, DriverRegistered, ManufacturerRegistered):
        places = [index for index, event in enumerate(events) if isinstance(event, kind)]
        for index, opposite in zip(places, reversed(places), strict=True):
            shuffled[index] = events[opposite]
    before, after = fold(recorded(events)), fold(recorded(shuffled))
    for table, other in zip(_tables(before), _tables(after), strict=True):
        _same_table("registered in reverse order, the table is another", *map(_without_records, (table, other)))


def check_renaming(events: Sequence[Event]) -> None:
    """Renaming competitors changes no number: names are only the order of those who share a position."""
    others, names = renamed(events)
    before, after = fold(recorded(events)), fold(recorded(others))
    for one, other in zip(_tables(before), _tables(after), strict=True):
        rows = {names.get(row.competitor, row.competitor): _figures(row) for row in one.rows}
        if rows != {row.competitor: _figures(row) for row in other.rows}:
            pairs = ", ".join(f"{old} is now {new}" for old, new in names.items())
            raise AssertionError(
                f"renaming changed a number in {one.championship}; {pairs}\n"
                f"{side_by_side(table_text(one), table_text(other))}"
            )


def check_audit(events: Sequence[Event]) -> None:
    """A table that is published as it was computed holds in the audit, to the last figure."""
    records = recorded(events)
    for table in _tables(fold(records), latest_only=True):
        if table.as_of is None or not table.rows:
            continue
        printed = StandingsPublished(
            table.championship,
            table.as_of,
            tuple(
                PublishedRow(
                    row.competitor,
                    row.position,
                    row.points,
                    tuple(dict(row.results).get(race) for race in table.races),
                )
                for row in table.rows
            ),
            table.races,
        )
        found = [
            one
            for one in audit(fold(recorded([*events, printed])), table.championship).discrepancies
            if one.record == len(events) + 1
        ]
        if found:
            lines = "\n".join(f"  {one}" for one in found)
            raise AssertionError(f"published as computed, the audit objects to it\n{lines}\n{table_text(table)}")


def check_known_at(events: Sequence[Event], ledger: Ledger | None = None) -> None:
    """Recording anything never changes what a table with an earlier ``known_at`` says.

    Appends the season to ``ledger``, by default one in memory, in some parts; a ledger that holds the season already
    fails it. Each table is kept as it was said, and asked for again at the end.
    """
    book = (ledger or Ledger.in_memory()).season(_season_of(events))
    cuts = [*_cuts(len(events)), len(events)]
    said: list[Standings] = []
    for first, last in pairwise([0, *cuts]):
        for event in book.append(*events[first:last])[-1:]:
            said += (book.standings(championship) for championship in book.book().championships)
            _same("the book is not of the moment of its last record", event.position, book.book().known_at)
    for table in said:
        again = book.standings(table.championship, known_at=table.known_at)
        _same_table(f"known at {table.known_at}, the table was another (left) than it is said to be now", table, again)


def _season_of(events: Sequence[Event]) -> str:
    if not events or not isinstance(events[0], SeasonOpened):
        raise ValueError("the first event of a season is its SeasonOpened")
    return events[0].season


def _cuts(length: int) -> range:
    """Positions inside a season at which to cut it."""
    return range(1, length, max(1, length // _CUTS))


def _tables(book: Book, *, latest_only: bool = False) -> Iterator[Standings]:
    """Every championship's table, as of each race in turn or the latest."""
    for championship in book.championships:
        if latest_only:
            yield standings(book, championship)
        else:
            for race in race_order(book):
                yield standings(book, championship, race)


def _without_records(table: Standings) -> Standings:
    rows = tuple(
        attrs.evolve(row, awards=tuple(attrs.evolve(award, records=()) for award in row.awards)) for row in table.rows
    )
    return attrs.evolve(table, rows=rows, records=())


def _figures(row: StandingsRow) -> tuple[object, ...]:
    """All that a row says, its names apart."""
    awards = sorted(
        (award.race, award.car_class, award.status, award.place or 0, award.scored or 0, award.points, award.counts)
        for award in row.awards
    )
    return row.position, row.points, row.results, awards


def _points_listed(title: str, points: Mapping[str, Fraction]) -> str:
    return "\n".join([f"{title}:", *(f"  {name} {points_text(worth)}" for name, worth in sorted(points.items()))])


def _same(problem: str, expected: object, actual: object) -> None:
    if expected != actual:
        raise AssertionError(f"{problem}\n  {expected!r}\n  {actual!r}")


def _same_table(problem: str, expected: Standings, actual: Standings) -> None:
    if expected != actual:
        texts = table_text(expected), table_text(actual)
        apart = "" if texts[0] != texts[1] else f"\n  {expected!r}\n  {actual!r}"
        raise AssertionError(f"{expected.championship}: {problem}\n{side_by_side(*texts)}{apart}")


def _fail(problem: str, table: Standings) -> None:
    raise AssertionError(f"{table.championship} as of {table.as_of}: {problem}\n{table_text(table)}")
