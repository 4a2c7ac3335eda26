"""How far the published tables follow from the results: audits of seasons as counts, and the rows that do not."""

import hashlib
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from attrs import frozen

from events import StandingsPublished
from f1db.rulings import Rulings, text_of
from ledger import Season
from projections import Book, Discrepancy

UNEXPLAINED: Final = "unexplained"
_FILE: Final = Path(__file__).with_name("reasons.toml")
_KINDS: Final = {"slip": "a slip in the source", "tie": "a tie that is not modelled"}
_FINGERPRINT: Final = re.compile(r"SHA-256 ([0-9a-f]{64})")
_TABLE: Final = re.compile(r"src/data/seasons/(?P<name>.+)")


@frozen
class Key:
    """A row of a published table."""

    table: str
    """The path of its file from the year on: ``1954/races/05-great-britain/driver-standings.yml``."""
    competitor: str


@frozen
class Difference:
    """A row that does not follow from the results, with what is wrong with it."""

    key: Key
    figures: tuple[Discrepancy, ...]


@frozen
class Checked:
    """What the audit of one season found."""

    year: int
    data: str
    """The SHA-256 of the files that the season was made of."""
    tables: int
    rows: int
    differences: tuple[Difference, ...]

    def wrong(self, *figures: str) -> int:
        """How many rows differ in one of the figures, or are there on one side alone."""
        looked_for = {*figures, "missing", "unexpected"}
        return sum(any(one.figure in looked_for for one in row.figures) for row in self.differences)

    @property
    def tables_whole(self) -> int:
        """How many tables follow from the results in every row."""
        return self.tables - len({row.key.table for row in self.differences})


class Reasons:
    """Why rows differ, as reasons.toml has it."""

    def __init__(self, table: Mapping[str, Sequence[Mapping[str, object]]]) -> None:
        self._reasons: dict[Key, str] = {}
        for rows in table["rows"]:
            competitors = rows["competitors"]
            for competitor in competitors if isinstance(competitors, list) else ():
                reason = f"{rows['reason']} ({_KINDS[str(rows['kind'])]})"
                self._reasons[Key(str(rows["table"]), competitor)] = reason

    @classmethod
    def read(cls) -> "Reasons":
        """The reasons as they stand beside this module."""
        return cls(tomllib.loads(_FILE.read_text(encoding="utf-8")))

    def of(self, key: Key) -> str:
        """The reason of a row; ``unexplained`` where there is none."""
        return self._reasons.get(key, UNEXPLAINED)

    def needless(self, checked: Sequence[Checked]) -> tuple[Key, ...]:
        """The reasons for rows of the seasons that were checked which follow from the results after all."""
        years = {str(one.year) for one in checked}
        differing = {row.key for one in checked for row in one.differences}
        return tuple(key for key in self._reasons if key.table.split("/")[0] in years and key not in differing)


def check(season: Season) -> Checked:
    """Audits one season."""
    book = season.book()
    rows: dict[Key, list[Discrepancy]] = {}
    for one in season.audit().discrepancies:
        rows.setdefault(Key(_table_name(one.source), one.competitor), []).append(one)
    printed = [filed.event for filed in book.standings_published]
    missing = sum(one.figure == "missing" for figures in rows.values() for one in figures)
    return Checked(
        year=book.opened.event.year if book.opened is not None else 0,
        data=_fingerprint(book),
        tables=len(printed),
        rows=_rows(printed) + missing,
        differences=tuple(Difference(key, tuple(figures)) for key, figures in rows.items()),
    )


def page(checked: Sequence[Checked], reasons: Reasons, day: str) -> Iterator[str]:
    """The report as a page of Markdown, line by line."""
    total = hashlib.sha256("".join(one.data for one in checked).encode()).hexdigest()
    yield "# Verification: Formula One"
    yield ""
    yield "The published tables of f1db (https://github.com/f1db/f1db, CC BY 4.0), after each race and of each season,"
    yield "held against what follows from the results by the rules of the years. A row is right in points if the figure"
    yield "is the exact one, or rounds it as the table does; right in position if the position is the same. A table is"
    yield "right if all of its rows are. Printed by `scripts/verify_f1.py` from what `scripts/import_f1db.py` recorded."
    yield ""
    yield f"- date: {day}"
    yield f"- data: SHA-256 {total[:16]}, {len(checked)} seasons, {checked[0].year} to {checked[-1].year}"
    yield ""
    yield "## By decade"
    yield ""
    yield from _grid("decade", [(f"{decade}s", them) for decade, them in _decades(checked)] + [("all", checked)])
    yield ""
    yield "## Rows that do not follow"
    yield ""
    differing = [row for one in checked for row in one.differences]
    if not differing:
        yield "None."
    for row in differing:
        yield f"- {row.key.table}, {row.key.competitor}: {'; '.join(map(_in_words, row.figures))}."
        yield f"  {_sentence(reasons.of(row.key))}"
    slips = [text_of(slip) for one in checked for slip in Rulings.read().slips(one.year)]
    if slips:
        yield ""
        yield "## What is not recorded as it stands"
        yield ""
        yield from (f"- {slip}." for slip in slips)
    needless = reasons.needless(checked)
    if needless:
        yield ""
        yield "## Reasons that are not needed"
        yield ""
        yield from (f"- {key.table}, {key.competitor}" for key in needless)
    yield ""
    yield "## By season"
    yield ""
    yield from _grid("season", [(str(one.year), (one,)) for one in checked])


def _grid(heading: str, groups: Iterable[tuple[str, Sequence[Checked]]]) -> Iterator[str]:
    yield f"| {heading} | tables | right | rows | right in points | right in position | data |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: | --- |"
    for name, them in groups:
        rows = sum(one.rows for one in them)
        counts = (
            sum(one.tables for one in them),
            sum(one.tables_whole for one in them),
            rows,
            rows - sum(one.wrong("points") for one in them),
            rows - sum(one.wrong("position") for one in them),
        )
        data = them[0].data[:16] if len(them) == 1 else ""
        yield f"| {name} | {' | '.join(f'{count:,}' for count in counts)} | {data} |"


def _decades(checked: Sequence[Checked]) -> Iterator[tuple[int, list[Checked]]]:
    for decade in sorted({one.year // 10 * 10 for one in checked}):
        yield decade, [one for one in checked if one.year // 10 * 10 == decade]


def _rows(printed: Iterable[StandingsPublished]) -> int:
    return sum(len(one.rows) for one in printed)


def _in_words(one: Discrepancy) -> str:
    match one.figure:
        case "missing":
            return f"not in the table, {one.computed} points here"
        case "unexpected":
            return f"in the table with {one.published} points, not here"
        case figure:
            return f"{figure} {one.published}, {one.computed} here"


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


def _table_name(source: str | None) -> str:
    match = _TABLE.fullmatch(source or "")
    return match["name"] if match is not None else source or ""


def _fingerprint(book: Book) -> str:
    match = _FINGERPRINT.search((book.opened.source if book.opened is not None else None) or "")
    return match[1] if match is not None else ""
