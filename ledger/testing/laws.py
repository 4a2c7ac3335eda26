"""The laws that every season keeps, whatever its rules: each a function that raises ``AssertionError`` where it fails.

All of them take the events of one season in the order in which they were recorded, the first a ``SeasonOpened``: made
up by :func:`~ledger.testing.seasons`, or a real season's (``[record.event for record in season.records()]``). The
message says which law it is and shows both sides, tables as text. An event that scrutineering refuses fails
:func:`check_admitted`; the other laws expect seasons that it admits.
"""

import json
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

import attrs

from events import (
    CompetitorExcluded,
    DriverRegistered,
    EntryRegistered,
    Event,
    ManufacturerRegistered,
    PointsDeducted,
    PointsRestored,
    RecordCorrected,
    RecordStruck,
    ResultsAnnulled,
    points_text,
)
from ledger.codec import decode, encode, event_from_json, event_to_json
from ledger.ledger import Ledger
from ledger.scrutineering import scrutinise
from ledger.testing.counting import ahead, faults_of
from ledger.testing.holding import cuts, fail, recorded, same, same_table, season_of, tables
from ledger.testing.renaming import renamed
from ledger.testing.revising import (
    check_amending_as_it_stands,
    check_applied_once,
    check_branching,
    check_corrections,
    check_counts_from,
    check_disqualifying_the_last,
    check_rescinding,
)
from ledger.testing.tables import side_by_side, table_text
from projections import (
    Book,
    Standings,
    StandingsRow,
    audit,
    concerned_races,
    fold,
    progression,
    publication,
    race_order,
    standings,
    why,
)
from projections.standings import Scorer


def check_all(events: Sequence[Event]) -> None:
    """Holds a season against every law of the kit. Raises ``AssertionError`` for the first that fails."""
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
        check_refreshing,
        check_registration_order,
        check_renaming,
        check_audit,
        check_known_at,
        check_rescinding,
        check_counts_from,
        check_applied_once,
        check_disqualifying_the_last,
        check_amending_as_it_stands,
        check_branching,
        check_corrections,
    ):
        law(events)


def check_round_trip(event: Event) -> None:
    """What is stored or written as JSON is read as the same event."""
    tag, payload = encode(event)
    same(f"stored as {tag}, it is read as another event", event, decode(tag, payload))
    text = json.dumps(event_to_json(event))
    same(f"written as {text}, it is read as another event", event, event_from_json(json.loads(text)))


def check_admitted(events: Sequence[Event]) -> None:
    """Scrutineering admits the season, as one append."""
    refused = scrutinise(Book(season_of(events)), events)
    if refused:
        lines = "\n".join(f"  {events[one.index]!r}\n    {one}" for one in refused)
        raise AssertionError(f"scrutineering refuses the season:\n{lines}")


def check_folding(events: Sequence[Event]) -> None:
    """Folding a prefix and then the rest is folding all, and leaves the book of the prefix as it was."""
    records = recorded(events)
    whole = fold(records)
    for cut in cuts(len(records)):
        first, again = fold(records[:cut]), fold(records[:cut])
        same(f"folding {cut} records and then the rest is not folding all", whole, fold(records[cut:], onto=first))
        same(f"folding further changed the book of the first {cut} records", again, first)


def check_positions(events: Sequence[Event]) -> None:
    """Rows run from the best to the worst; equal points are told apart as the rules say, or share the position.

    Whoever is excluded has no position, and stands below all who have one.
    """
    for table in tables(fold(recorded(events))):
        inside = [row for row in table.rows if row.position is not None]
        if table.rows[: len(inside)] != tuple(inside):
            fail("somebody without a position stands above somebody with one", table)
        for index, row in enumerate(inside):
            positions = (index + 1,) if index == 0 else (index + 1, inside[index - 1].position)
            if row.position not in positions:
                fail(f"{row.competitor} is at position {row.position} in line {index + 1}", table)
        for above, below in pairwise(inside):
            verdict = ahead(table, above, below)
            if verdict < 0 or (verdict == 0) != (above.position == below.position):
                fail(f"{above.competitor} and {below.competitor} are not placed as the rules tell them apart", table)
            if verdict == 0 and above.competitor > below.competitor:
                fail(f"{above.competitor} and {below.competitor} share a position out of order", table)


def check_points_given(events: Sequence[Event]) -> None:
    """The points given out in a race are the scale's sum over the places that scored.

    Each class pays by itself. Cars take the scoring places in the order of the class; where places are re-ranked they
    are 1, 2, 3... without a hole, unless a ruling left one. A car pays its place once to each driver, or once in equal
    parts, or not at all where it is shared and the rules say so, as many times over as the race counts, and all of it
    times the part of the points that a shortened race pays. Whoever is placed and scores nothing is told why.
    """
    book = fold(recorded(events))
    for table in tables(book, latest_only=True):
        for race in table.races:
            for fault in faults_of(book, table, race):
                fail(f"{race} does not give out what the scale gives for the places that scored: {fault}", table)


def check_explanations(events: Sequence[Event]) -> None:
    """What ``why`` lists is what the row holds: its awards sum to the points, and stand on records that exist."""
    book = fold(recorded(events))
    for table in tables(book, latest_only=True):
        for row in table.rows:
            explained = why(book, table.championship, row.competitor, table.as_of)
            same(f"why {row.competitor} has other awards than its row", row.awards, explained.awards)
            total = sum((award.points for award in explained.awards if not award.dropped), Fraction(0))
            total += sum((one.points for one in explained.adjustments), Fraction(0))
            if not total == explained.points == row.points:
                fail(f"the awards of {row.competitor} sum to {points_text(total)}", table)
            if not all(1 <= position <= len(events) for position in explained.records):
                fail(f"{row.competitor} follows from records that there are not: {explained.records}", table)


def check_progression(events: Sequence[Event]) -> None:
    """The progression is the standings after each race, and its last table the standings."""
    book = fold(recorded(events))
    for championship in book.championships:
        latest = standings(book, championship)
        tables = progression(book, championship)
        if latest.as_of is not None and (not tables or tables[-1] != latest):
            raise AssertionError(f"the progression of {championship} does not end in its standings")
        for table in tables:
            same_table("the progression shows another table", standings(book, championship, table.as_of), table)


def check_later_races(events: Sequence[Event]) -> None:
    """Recording a later race never changes the standings as of an earlier one.

    Later is later in sporting time, wherever it stands in the log: each table is held against that of a log without
    any fact about a later race, or that holds only from a later race on. The calendar itself stays. What an entrant is
    called is no question of when: by the team of its first entry. Nor is that there is an entry which a ruling names.
    """
    records = recorded(events)
    book = fold(records)
    order, about, named = race_order(book), concerned_races(book), _named_by_rulings(book)
    for index, race in enumerate(order):
        later = frozenset(order[index + 1 :])
        without = fold(record for record in records if record.position in named or about[record.position] not in later)
        for championship in book.championships:
            same_table(
                f"a later race changed the standings as of {race} (left: without what is later)",
                _without_names(attrs.evolve(standings(without, championship, race), known_at=book.known_at)),
                _without_names(standings(book, championship, race)),
            )


def check_refreshing(events: Sequence[Event]) -> None:
    """A table that is refreshed with each record is the one that is worked out anew, to the records of each award.

    After every record one table of each championship is asked for, as of a race that is another each time; now and
    then all of them, and held against those of scorers that have seen nothing before.
    """
    records, scorers, book = recorded(events), dict[str, Scorer](), Book(season_of(events))
    compared = {*cuts(len(records)), len(records)}
    for index, record in enumerate(records, start=1):
        book = fold([record], onto=book)
        order = race_order(book)
        for championship in book.championships:
            scorer = scorers[championship] = Scorer(book, championship, scorers.get(championship))
            scorer.standings(order[index % len(order)] if order and index % 2 else None)
            for race in order if index in compared else ():
                anew, refreshed = standings(book, championship, race), scorer.standings(race)
                same_table(f"as of {race}, refreshed with record {index} it is another than anew", anew, refreshed)


def check_registration_order(events: Sequence[Event]) -> None:
    """The order in which entries, drivers and makes were registered changes no table.

    But for what an entrant is called: by the team of the entry that was registered first.
    """
    shuffled = list(events)
    moved: dict[int, int] = {}
    for kind in (EntryRegistered, DriverRegistered, ManufacturerRegistered):
        places = [index for index, event in enumerate(events) if isinstance(event, kind)]
        for index, opposite in zip(places, reversed(places), strict=True):
            shuffled[index] = events[opposite]
            moved[opposite + 1] = index + 1
    # A correction follows its record to where it stands now.
    shuffled = [
        attrs.evolve(event, position=moved.get(event.position, event.position))
        if isinstance(event, RecordCorrected | RecordStruck)
        else event
        for event in shuffled
    ]
    before, after = fold(recorded(events)), fold(recorded(shuffled))
    for table, other in zip(tables(before), tables(after), strict=True):
        same_table("registered in reverse order, the table is another", *map(_bare, (table, other)))


def check_renaming(events: Sequence[Event]) -> None:
    """Renaming competitors changes no number: names are only the order of those who share a position."""
    others, names = renamed(events)
    before, after = fold(recorded(events)), fold(recorded(others))
    for one, other in zip(tables(before), tables(after), strict=True):
        theirs = names[one.rules.competitor]
        rows = {theirs.get(row.competitor, row.competitor): _figures(row) for row in one.rows}
        if rows != {row.competitor: _figures(row) for row in other.rows}:
            pairs = ", ".join(f"{old} is now {new}" for old, new in theirs.items())
            raise AssertionError(
                f"renaming changed a number in {one.championship}; {pairs}\n"
                f"{side_by_side(table_text(one), table_text(other))}"
            )


def check_audit(events: Sequence[Event]) -> None:
    """A table that is published as it was computed holds in the audit, to the last figure."""
    records = recorded(events)
    for table in tables(fold(records), latest_only=True):
        if table.as_of is None or not table.rows:
            continue
        printed = publication(table)
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
    book = (ledger or Ledger.in_memory()).season(season_of(events))
    ends = [*cuts(len(events)), len(events)]
    said: list[Standings] = []
    for first, last in pairwise([0, *ends]):
        for event in book.append(*events[first:last])[-1:]:
            said += (book.standings(championship) for championship in book.book().championships)
            same("the book is not of the moment of its last record", event.position, book.book().known_at)
    for table in said:
        again = book.standings(table.championship, known_at=table.known_at)
        same_table(f"known at {table.known_at}, the table was another (left) than it is said to be now", table, again)


def _named_by_rulings(book: Book) -> set[int]:
    """The positions of the records of entries to which rulings gave points, or from which they took something."""
    named = {
        filed.event.competitor
        for filed in book.rulings.values()
        if isinstance(filed.event, PointsDeducted | PointsRestored | ResultsAnnulled | CompetitorExcluded)
    }
    return {
        position
        for car, filed in book.entries.items()
        if {f"#{car}", filed.event.entrant} & named
        for position in filed.records
    }


def _bare(table: Standings) -> Standings:
    """The table without what says where in the log it follows from."""
    rows = tuple(
        attrs.evolve(row, awards=tuple(attrs.evolve(award, records=(), rulings=()) for award in row.awards))
        for row in table.rows
    )
    return _without_names(attrs.evolve(table, rows=rows, records=()))


def _without_names(table: Standings) -> Standings:
    """The table without what entrants are called, which follows from whichever entry was registered first."""
    if table.rules.competitor != "entrant":
        return table
    return attrs.evolve(table, rows=tuple(attrs.evolve(row, name="") for row in table.rows))


def _figures(row: StandingsRow) -> tuple[object, ...]:
    """All that a row says, its names apart."""
    awards = sorted(
        (award.race, award.car_class, award.status, award.place or 0, award.scored or 0, award.points, award.counts)
        for award in row.awards
    )
    return row.position, row.points, row.results, awards
