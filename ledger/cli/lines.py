"""Events as a command reads them: JSON Lines from a file or from standard input, with the line in every complaint."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from ledger.cli.app import Asked
from ledger.cli.asking import season_id
from ledger.cli.failing import Failure, printable

if TYPE_CHECKING:
    from events import Event
    from ledger import Ledger, Refused
    from ledger.codec import Submitted

MOST_COMPLAINTS: Final = 10_000
"""Lines of complaint after which reading ends: what is handed in may have no end."""


def counted(count: int) -> str:
    """So many events, in words."""
    return "1 event" if count == 1 else f"{count} events"


def by_line(error: "Refused") -> str:
    """Every objection, each with the number of its line."""
    return "\n".join(f"line {objection.index + 1}: {objection}" for objection in error.objections)


def facts_of(
    ledger: "Ledger", lines: "list[Submitted]", recorded_by: str | None = None, source: str | None = None
) -> "list[tuple[Event, str | None, str | None]]":
    """The events with who records them and from what; whole records of another log refer to this one's positions."""
    from ledger.moving import moved

    known = ledger.positions([line.id for line in lines if line.id is not None])
    return [
        (event, _said(line.recorded_by, recorded_by), _said(line.source, source))
        for event, line in zip(moved(lines, known, ledger.head()), lines, strict=True)
    ]


def _said(line: str | None, option: str | None) -> str | None:
    """What a line says goes before the option, be it empty: then it is refused, and not passed over."""
    return option if line is None else line


def read_lines(file: str) -> "list[Submitted]":
    """The events of a file, ``-`` for standard input. Fails with what is wrong with its lines, of all or the first."""
    from ledger.codec import read_line
    from ledger.errors import BadInput, Refused

    out, wrong = [], []
    for number, line in enumerate(_lines(file), start=1):
        try:
            out.append(read_line(line))
        except BadInput as error:
            wrong.append(f"line {number}: {error}")
        except Refused as error:
            wrong += [f"line {number}: {objection}" for objection in error.objections]
        if len(wrong) >= MOST_COMPLAINTS:
            wrong.insert(0, f"what follows line {number} was not read: too much is wrong before it")
            break
    if wrong:
        raise Failure("\n".join(wrong))
    if not out:
        raise Failure(f"{printable(_name(file))} is empty; there is nothing to append")
    return out


def _lines(file: str) -> Iterator[bytes]:
    """The lines of the file, up to one that is too long to be an event: it is cut off, and nothing follows it."""
    try:
        if file == "-":
            yield from _cut(sys.stdin.buffer)
            return
        with Path(file).open("rb") as opened:
            yield from _cut(opened)
    except OSError as error:
        raise Failure(f"cannot read {printable(_name(file))}: {error.strerror}") from None


def _cut(stream: BinaryIO) -> Iterator[bytes]:
    from ledger.codec.jsonform import LONGEST_LINE

    while line := stream.readline(LONGEST_LINE + 2):
        yield line.removesuffix(b"\n").removesuffix(b"\r")
        if len(line) > LONGEST_LINE and not line.endswith(b"\n"):
            return  # it may have no end


def _name(file: str) -> str:
    return "standard input" if file == "-" else file


def season_of(ledger: "Ledger", asked: Asked, lines: "list[Submitted]") -> str:
    """The season that the lines belong to: as named, as they say themselves, or the only one of the ledger."""
    from events import SeasonOpened

    said: dict[str, int] = {}
    for number, line in enumerate(lines, start=1):
        name = line.event.season if isinstance(line.event, SeasonOpened) else line.season
        if name is not None:
            said.setdefault(name, number)
    if asked.season is not None:
        said = {asked.season: 0, **said}
    if len(said) > 1:
        (first, _), (second, number) = list(said.items())[:2]
        others = f"and --season names {first}" if asked.season is not None else f"the others of {first}"
        raise Failure(f"line {number}: $.season: is of the season {second}, {others}; one append, one season")
    if not said and not ledger.season_heads():
        raise Failure(
            f"{printable(asked.path)} holds no season yet; begin with season-opened, or name it with --season"
        )
    return next(iter(said)) if said else season_id(ledger, asked)
