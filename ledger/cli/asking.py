"""What reading commands share: the options of the two clocks and of the format, and the book that they ask."""

import datetime
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click
from attrs import frozen

from ledger.cli.app import Asked
from ledger.cli.failing import Failure, printable

if TYPE_CHECKING:
    from ledger import Ledger, Season
    from projections import Book

FORMATS: Final = ("table", "json", "csv", "markdown")
_LAST: Final = 2**63 - 1
"""No log goes further: positions have 64 bits."""
_FULL_LINE: Final = 12
"""As many seasons as fit a line."""

F = TypeVar("F", bound=Callable[..., Any])


class Moment(click.ParamType[int | datetime.datetime]):
    """A position of the log, or a time with its offset from UTC."""

    name = "moment"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int | datetime.datetime:
        """Reads what was given on the command line."""
        if not isinstance(value, str):
            moment: int | datetime.datetime = value
            return moment
        if value.isascii() and value.isdigit():
            if len(value) > len(str(_LAST)) or int(value) > _LAST:
                self.fail(f"{printable(value)!r} is beyond any position of a log.", param, ctx)
            return int(value)
        try:
            moment = datetime.datetime.fromisoformat(value)
        except ValueError:
            self.fail(
                f"{printable(value)!r} is neither a position nor a time such as 2024-08-25T20:00:00-04:00.", param, ctx
            )
        if moment.tzinfo is None:
            self.fail(
                f"{value!r} has no offset from UTC; write it as 2024-08-25T20:00:00-04:00, or with Z for UTC.",
                param,
                ctx,
            )
        return moment


def as_of_option(function: F) -> F:
    """Adds ``--as-of``."""
    return click.option(
        "--as-of",
        metavar="RACE",
        help="Count races up to this one: a race (VIR-1), a round's number (5) or code (VIR).",
    )(function)


def known_at_option(function: F) -> F:
    """Adds ``--known-at``."""
    return click.option(
        "--known-at",
        type=Moment(),
        metavar="MOMENT",
        help="Use what was recorded by then: a position of the log, or a time with offset.",
    )(function)


def clocks(function: F) -> F:
    """Adds ``--as-of`` and ``--known-at``."""
    return as_of_option(known_at_option(function))


def format_option(function: F) -> F:
    """Adds ``--format``."""
    return _format_option(FORMATS, "How to print it.")(function)


def table_format_option(function: F) -> F:
    """Adds ``--format``, with one more for a table that can be published."""
    said = "How to print it; event: the fact that it was published so, as `parc append` reads it."
    return _format_option((*FORMATS, "event"), said)(function)


def _format_option(formats: Sequence[str], said: str) -> Callable[[F], F]:
    return click.option("--format", "form", type=click.Choice(formats), default="table", show_default=True, help=said)


@contextmanager
def opened(asked: Asked, *, read_only: bool = True, patience_s: float | None = None) -> "Iterator[Ledger]":
    """The ledger, by default for reading only. What its readers should know of it is said on standard error.

    ``patience_s`` is for how long a cluster is tried; ``None``: as the environment says.
    """
    from ledger import Ledger

    with _open(asked, Ledger, read_only, patience_s) as ledger:
        for warning in ledger.warnings:
            click.echo(f"parc: warning: {printable(warning)}", err=True)
        yield ledger


def _open(asked: Asked, kind: "type[Ledger]", read_only: bool, patience_s: float | None) -> "Ledger":
    if asked.address is None:
        return kind.open(asked.path, read_only=read_only)
    from ledger import cluster

    return kind(
        cluster.opened(
            asked.address,
            asked.mirror,
            read_only=read_only,
            accept_unsafe=asked.accept_unsafe,
            patience_s=patience_s,
        )
    )


@frozen
class Reading:
    """A season that is being read."""

    ledger: "Ledger"
    season: "Season"
    book: "Book"

    @property
    def title(self) -> str:
        """What the season is called; its id where nothing has been recorded of it yet."""
        opened_as = self.book.opened
        return opened_as.event.title if opened_as is not None else self.book.season


@contextmanager
def reading(asked: Asked, known_at: int | datetime.datetime | None) -> Iterator[Reading]:
    """The season that was asked for, with its book as known at a moment."""
    with opened(asked) as ledger:
        season = ledger.season(season_id(ledger, asked))
        yield Reading(ledger, season, season.book(known_at))


def season_id(ledger: "Ledger", asked: Asked) -> str:
    """The season that was named, or the only one that there is."""
    held = [head.season for head in ledger.season_heads()]
    if asked.season is not None:
        if asked.season not in held:
            raise Failure(f"no season {asked.season!r} in {asked.path}; {_instead(asked.season, held)}")
        return asked.season
    if not held:
        raise Failure(f"{asked.path} holds no season yet")
    if len(held) > 1:
        raise Failure(f"{asked.path} holds several seasons; name one with --season: {_listed(held)}")
    return held[0]


def _instead(season: str, held: list[str]) -> str:
    """What may have been meant by a season that a ledger does not hold."""
    if not held:
        return "it holds none"
    if len(held) > _FULL_LINE:
        import difflib

        close = difflib.get_close_matches(season, held, n=1)
        if close:
            return f"did you mean {close[0]!r}? `parc seasons` lists all {len(held)}"
    return f"it holds {_listed(held)}"


def _listed(held: list[str]) -> str:
    return ", ".join(held[:_FULL_LINE]) + (", ..." if len(held) > _FULL_LINE else "")
