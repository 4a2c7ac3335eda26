"""A sheet: columns and rows, printed as a table for people, CSV, Markdown or JSON.

Commands say what they have to show; how it looks in a terminal of any width, in a pipe or in a file is decided here.
"""

import io
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from attrs import frozen

from ledger.cli.failing import acting, printable
from ledger.cli.output import write
from ledger.cli.page import print_page

if TYPE_CHECKING:
    from rich.console import RenderableType

    from ledger.cli.page import Block

_FORMULA: Final = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet may take for the beginning of a formula; the latter four are the same characters, wide."""
_NUMBER: Final = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?( [0-9]+/[0-9]+)?|[+-]?[0-9]+/[0-9]+")


@frozen
class Cell:
    """One cell: its text, and how a terminal with colours shows it (a rich style)."""

    text: str
    style: str = ""
    empty: bool = False
    """Whether the text only stands for nothing, as a dash does; a file then holds nothing."""


Row: TypeAlias = Sequence[str | Cell]


@frozen
class Column:
    """One column."""

    title: str
    """Its heading for people; a line break divides it over two lines."""
    key: str
    """Its heading in CSV."""
    right: bool = False
    """Whether it is aligned to the right, as numbers are."""
    stretch: bool = False
    """Whether it may be wrapped where the screen is too narrow for all columns."""
    style: str = ""


@frozen
class Sheet:
    """One table."""

    columns: Sequence[Column]
    rows: Sequence[Row]
    heading: str = ""
    """A line above it in a terminal and in Markdown, where a page has several."""
    empty: str = "nothing recorded"
    """What a terminal says instead of it where there are no rows."""


Format: TypeAlias = Literal["table", "json", "csv", "markdown"]


def print_json(value: Any) -> None:
    """Writes one JSON value to standard output, in UTF-8 whatever the terminal is."""
    write(json_text(value, indent=2) + "\n")


def json_text(value: Any, indent: int | None = None) -> str:
    """A value as JSON. Characters that would act on a terminal are written as JSON's escapes, which mean the same."""
    import json

    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return acting().sub(lambda found: found[0] if found[0] == "\n" else json.dumps(found[0])[1:-1], text)


def print_csv(sheets: Iterable[Sheet]) -> None:
    """Writes sheets of the same columns as one CSV, with one header."""
    import csv

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for index, sheet in enumerate(sheets):
        if index == 0:
            writer.writerow([_inert(column.key) for column in sheet.columns])
        writer.writerows([[_inert(_plain(cell)) for cell in row] for row in sheet.rows])
    write(out.getvalue())


def print_markdown(title: str, subtitle: str, sheets: Iterable[Sheet], notes: Iterable[str] = ()) -> None:
    """Writes sheets as Markdown tables under one title, and what it is about."""
    lines = [f"## {_markdown(title)}", ""]
    if subtitle:
        # Two spaces end a line of Markdown.
        lines += ["  \n".join(_markdown(line) for line in subtitle.splitlines()), ""]
    for sheet in sheets:
        if sheet.heading:
            lines += [f"### {_markdown(sheet.heading)}", ""]
        titles = [_markdown(column.title.replace("\n", " ")) for column in sheet.columns]
        lines.append(f"| {' | '.join(titles)} |")
        lines.append(f"| {' | '.join('---:' if column.right else '---' for column in sheet.columns)} |")
        lines += [f"| {' | '.join(_markdown(_text(cell)) for cell in row)} |" for row in sheet.rows]
        lines.append("")
    lines += [f"{_markdown(note)}\n" for note in notes]
    write("\n".join(lines).rstrip("\n") + "\n")


def table(sheet: Sheet) -> "RenderableType":
    """A sheet as rich draws it: a heading rule, no other lines."""
    from rich import box
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold", show_edge=False)
    for column in sheet.columns:
        drawn.add_column(
            Text(_lines(column.title)),
            justify="right" if column.right else "left",
            no_wrap=not column.stretch,
            overflow="fold" if column.stretch else "ellipsis",
            ratio=None,
            style=column.style,
            vertical="top",
        )
    for row in sheet.rows:
        drawn.add_row(*(Text(_lines(_text(cell)), style=_style(cell)) for cell in row))
    if not sheet.rows:
        return Group(*([Text(sheet.heading, style="bold")] if sheet.heading else []), Text(sheet.empty, style="dim"))
    return Group(Text(printable(sheet.heading), style="bold"), drawn) if sheet.heading else drawn


def show(
    form: Format,
    *,
    title: str,
    subtitle: str,
    sheets: Sequence[Sheet],
    data: Any,
    notes: Sequence[str] = (),
    parts: "Sequence[Block | RenderableType] | None" = None,
) -> None:
    """Prints what a command found in the format that was asked for.

    ``data`` is what JSON shows; ``parts``, where given, replaces the plain tables on a terminal.
    """
    match form:
        case "json":
            print_json(data)
        case "csv":
            print_csv(sheets)
        case "markdown":
            print_markdown(title, subtitle, sheets, notes)
        case "table":
            print_page(title, subtitle, parts if parts is not None else [table(sheet) for sheet in sheets], notes)


def _lines(text: str) -> str:
    """A text of one or more lines, safe to print."""
    return "\n".join(printable(line) for line in text.split("\n"))


def _text(cell: str | Cell) -> str:
    return cell.text if isinstance(cell, Cell) else cell


def _plain(cell: str | Cell) -> str:
    """A cell for programs."""
    return "" if isinstance(cell, Cell) and cell.empty else _text(cell)


def _style(cell: str | Cell) -> str:
    return cell.style if isinstance(cell, Cell) else ""


def _inert(text: str) -> str:
    """A cell that no spreadsheet takes for a formula. Numbers stay numbers."""
    text = printable(text)
    return f"'{text}" if text.startswith(_FORMULA) and _NUMBER.fullmatch(text) is None else text


def _markdown(text: str) -> str:
    text = printable(text)
    for character in "\\|*_`<>[]#":
        text = text.replace(character, f"\\{character}")
    return text
