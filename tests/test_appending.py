"""The book of a season that is appended to: it is the fold of the log, and no book that was handed out changes."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import count
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events import DriverRegistered, Event, PublishedRow, RecordStruck, SeasonOpened, StandingsPublished
from ledger import Ledger, Refused, Season, WrongHead, WrongVersion
from ledger.errors import LedgerBusy
from ledger.store import StoredRecord
from ledger.store.memory import MemoryLog
from ledger.testing import seasons
from projections import Book, fold

NAME, OTHER = "made-up-2026", "other-2026"


def anew(season: Season) -> Book:
    """The season's book, folded from the first record on."""
    book = fold(season.records(), season=season.id)
    book.known_at = season.book().known_at
    return book


def driver(number: int) -> Event:
    """A fact that any open season takes once."""
    return DriverRegistered(f"driver-{number}", f"Driver {number}")


@settings(max_examples=60)
@given(seasons(), st.data())
def test_the_book_goes_along_with_the_appends(events: Sequence[Event], data: st.DataObject) -> None:
    """However a season is cut into appends, its book is what the log folds to; books handed out stay as they were."""
    season, rest = Ledger.in_memory().season(NAME), list(events)
    handed: list[tuple[Book, Book]] = []
    while rest:
        size = data.draw(st.sampled_from((1, 1, 1, 2, 5, 40)), label="size")
        told, rest = rest[:size], rest[size:]
        season.append(*told, source=data.draw(st.sampled_from((None, "a sheet")), label="source"))
        if data.draw(st.booleans(), label="asked"):
            handed.append((season.book(), anew(season)))
    handed.append((season.book(), anew(season)))
    for book, folded in handed:
        assert folded == book


@settings(max_examples=60)
@given(seasons(), st.data())
def test_a_book_and_its_copy_go_their_own_ways(events: Sequence[Event], data: st.DataObject) -> None:
    """Of a book and a copy of it, neither sees what is filed in the other, nor do copies of them."""
    cut = data.draw(st.integers(0, len(events)), label="cut")

    def filed(book: Book, some: Sequence[Event], first: int) -> Book:
        for position, event in enumerate(some, start=first):
            book.file(event, position)
        return book

    book = filed(Book(NAME), events[:cut], 1)
    copy = book.copy()
    again = copy.copy()
    filed(book, events[cut:], cut + 1)
    assert filed(Book(NAME), events[:cut], 1) == copy == again
    assert filed(Book(NAME), events, 1) == book
    assert book == filed(copy, events[cut:], cut + 1)
    assert filed(Book(NAME), events[:cut], 1) == again


def in_order(book: Book) -> dict[str, list[object]]:
    """All that a book holds, dictionaries in their order, which is not looked at where books are compared."""
    values = {one.name: getattr(book, one.name) for one in attrs.fields(Book) if one.eq}
    return {name: [*held.items()] if isinstance(held, dict) else [held] for name, held in values.items()}


@settings(max_examples=60)
@given(seasons(), st.data())
def test_filing_many_at_once_is_filing_each(events: Sequence[Event], data: st.DataObject) -> None:
    """However facts are cut into pieces, and whatever kinds stand together: the book is that of one after the other."""
    sources = [data.draw(st.sampled_from((None, "a sheet")), label="source") for _ in events]
    positions = [2 * number + 3 for number in range(len(events))]
    one_by_one, at_once, start = Book(NAME), Book(NAME), 0
    copies: list[tuple[Book, Book]] = []
    while start < len(events):
        end = start + data.draw(st.sampled_from((1, 2, 5, 40, 1000)), label="size")
        some = events[start:end], positions[start:end], sources[start:end]
        for one in zip(*some, strict=True):
            one_by_one.file(*one)
        at_once.file_all(*some)
        copies.append((one_by_one.copy(), at_once.copy()))
        start = end
    for expected, found in [*copies, (one_by_one, at_once)]:
        assert in_order(expected) == in_order(found)


def test_of_many_at_once_the_last_counts_or_all() -> None:
    """Facts of one kind that say the same thing again, in any number: the last holds, or all of them, as one by one."""
    published = StandingsPublished("drivers", "OUL-1", (PublishedRow("ann", 1, Fraction(25)),))
    facts = [*[SeasonOpened(NAME, f"Title {number}", 2026) for number in range(3)], *[published] * 3, *[driver(1)] * 3]
    one_by_one, at_once = Book(NAME), Book(NAME)
    for position, fact in enumerate(facts, start=1):
        one_by_one.file(fact, position)
    at_once.file_all(facts, range(1, 10), [None] * 9)
    assert in_order(one_by_one) == in_order(at_once)
    assert (3, 3, 9) == (at_once.opened and at_once.opened.position, len(at_once.standings_published), at_once.version)


@pytest.mark.parametrize("size", [1, 3])
def test_another_season_comes_between(size: int) -> None:
    """The book has the positions that the store gave, whatever it expected; and it is known at the last of them."""
    ledger = Ledger.in_memory()
    season, other = ledger.season(NAME), ledger.season("other-2026")
    season.append(SeasonOpened(NAME, "A season", 2026))
    other.append(SeasonOpened("other-2026", "Another", 2026), driver(1))
    records = season.append(*map(driver, range(size)))
    assert [4 + number for number in range(size)] == [record.position for record in records]
    assert (3 + size, [*range(4, 4 + size)]) == (season.book().known_at, [*season.book().history][1:])
    assert anew(season) == season.book()


@pytest.mark.parametrize("size", [1, 2])
def test_a_refused_append_leaves_the_book(size: int) -> None:
    """What scrutineering refuses is in no book, be it handed out before or after."""
    season = Ledger.in_memory().season(NAME)
    season.append(SeasonOpened(NAME, "A season", 2026), driver(1))
    before = season.book()
    with pytest.raises(Refused):
        season.append(*[driver(2), driver(1)][-size:])
    season.append(driver(3))
    assert ["driver-1"] == [*before.drivers]
    assert ["driver-1", "driver-3"] == [*season.book().drivers]
    assert anew(season) == season.book()


class RacingLog(MemoryLog):
    """A log that can be busy, and that another season gets into just before an append."""

    busy = between = False

    def append(self, season: str, *args: Any, **kwargs: Any) -> Sequence[StoredRecord]:
        """As asked to, unless it is busy."""
        if self.busy:
            raise LedgerBusy("another process is writing")
        if self.between:
            self.between = False
            other = Ledger(self).season(OTHER)
            other.append(driver(self.head()) if other.exists() else SeasonOpened(OTHER, "Another", 2026))
        return super().append(season, *args, **kwargs)


@settings(max_examples=150)
@given(
    st.lists(
        st.tuples(st.sampled_from(("told", "refused", "busy", "between", "theirs", "asked")), st.integers(1, 3)),
        max_size=12,
    )
)
def test_whatever_becomes_of_an_append_the_book_is_the_fold(happenings: Sequence[tuple[str, int]]) -> None:
    """Recorded, refused, not taken by the store or overtaken: no book holds what the log does not.

    And whoever has not looked since others appended is told so, whatever became of the appends before.
    """
    log = RacingLog()
    season, numbers, overtaken = Ledger(log).season(NAME), count(), False
    season.append(SeasonOpened(NAME, "A season", 2026), driver(next(numbers)))
    for what, size in happenings:
        told = [driver(next(numbers)) for _ in range(size)]
        log.busy, log.between = what == "busy", what == "between"
        if what == "asked":
            assert anew(Ledger(log).season(NAME)) == season.book()
            overtaken = False
        elif what == "theirs":
            Ledger(log).season(NAME).append(*told)
            overtaken = True
        elif what == "refused":
            with pytest.raises(WrongVersion if overtaken else Refused):
                season.append(*told, driver(0))
            overtaken = False
        elif what == "busy":
            with pytest.raises((LedgerBusy, WrongVersion) if overtaken else LedgerBusy) as raised:
                season.append(*told)
            overtaken = overtaken and raised.type is LedgerBusy
        elif overtaken:
            with pytest.raises(WrongVersion):
                season.append(*told)
            overtaken = False
        else:
            records = season.append(*told)
            assert [log.head() - size + 1 + number for number in range(size)] == [one.position for one in records]
    log.busy = log.between = False
    assert overtaken == (season.version_seen() != log.version(NAME))
    if overtaken:
        with pytest.raises(WrongVersion):
            season.append(driver(next(numbers)))
    season.append(driver(next(numbers)), driver(next(numbers)))
    assert anew(Ledger(log).season(NAME)) == season.book()


@pytest.mark.parametrize("lent", [False, True])
def test_facts_that_name_positions_of_their_append_have_them(lent: bool) -> None:
    """What strikes a record of its own append strikes that one, or none where another season took its place."""
    log = RacingLog()
    season = Ledger(log).season(NAME)
    season.append(SeasonOpened(NAME, "A season", 2026))
    if lent:
        season.book()
    log.between = True
    with pytest.raises(WrongHead, match="at position 2, not at 1 as expected"):
        season.append(driver(1), RecordStruck(2, "typed twice"))
    season.append(driver(1), RecordStruck(3, "typed twice"))
    assert ([*season.book().history], []) == ([1, 3, 4], [*season.book().drivers])
    assert anew(season) == season.book()


def test_a_writer_who_is_behind_is_told_so_first() -> None:
    """What the book of yesterday objects to is no answer: the season is at another version."""
    log = MemoryLog()
    mine, theirs = Ledger(log).season(NAME), Ledger(log).season(NAME)
    mine.append(SeasonOpened(NAME, "A season", 2026))
    theirs.book()
    mine.append(driver(1))
    with pytest.raises(WrongVersion):
        theirs.append(SeasonOpened(NAME, "A season", 2026))


def test_a_record_is_referred_to_that_came_after_the_book() -> None:
    """A position that the season's own book does not know yet is looked for in the log, not taken for a coming one."""
    ledger = Ledger.in_memory()
    season = ledger.season(NAME)
    season.append(SeasonOpened(NAME, "A season", 2026), driver(1))
    ledger.season("other-2026").append(SeasonOpened("other-2026", "Another", 2026))
    with pytest.raises(Refused, match="3 is no record of season"):
        season.append(driver(2), RecordStruck(3, "not ours"))
    assert (4, 5) == tuple(one.position for one in season.append(driver(2), RecordStruck(4, "a slip")))
    assert anew(season) == season.book()
