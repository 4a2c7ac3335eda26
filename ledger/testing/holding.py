"""What the laws are made of: the records of a season, the tables that follow from it, and what a failure shows."""

import datetime
from collections.abc import Iterator, Sequence
from typing import Final, NoReturn

from events import Event, Record, SeasonOpened
from ledger.ids import keyed_id
from ledger.testing.tables import side_by_side, table_text
from projections import Book, Standings, race_order, standings

_CUTS: Final = 12
"""Into how many parts a season is cut, at most, where a law is about what came before and after."""
_EPOCH: Final = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


def recorded(events: Sequence[Event]) -> tuple[Record, ...]:
    """The records of a season that has a log of its own: positions and versions from 1, a record a minute.

    Raises ``ValueError`` where the first event opens no season.
    """
    season = season_of(events)
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


def season_of(events: Sequence[Event]) -> str:
    """The season that the events are of."""
    if not events or not isinstance(events[0], SeasonOpened):
        raise ValueError("the first event of a season is its SeasonOpened")
    return events[0].season


def cuts(length: int) -> range:
    """Positions inside a season at which to cut it."""
    return range(1, length, max(1, length // _CUTS))


def tables(book: Book, *, latest_only: bool = False) -> Iterator[Standings]:
    """Every championship's table, as of each race in turn or the latest."""
    for championship in book.championships:
        if latest_only:
            yield standings(book, championship)
        else:
            for race in race_order(book):
                yield standings(book, championship, race)


def same(problem: str, expected: object, actual: object) -> None:
    """Fails where two things differ, and shows both."""
    if expected != actual:
        raise AssertionError(f"{problem}\n  {expected!r}\n  {actual!r}")


def same_table(problem: str, expected: Standings, actual: Standings) -> None:
    """Fails where two tables differ, and shows them side by side."""
    if expected != actual:
        texts = table_text(expected), table_text(actual)
        apart = "" if texts[0] != texts[1] else f"\n  {expected!r}\n  {actual!r}"
        raise AssertionError(f"{expected.championship}: {problem}\n{side_by_side(*texts)}{apart}")


def fail(problem: str, table: Standings) -> NoReturn:
    """Fails because of one table, and shows it."""
    raise AssertionError(f"{table.championship} as of {table.as_of}: {problem}\n{table_text(table)}")
