"""How the command line says that something cannot be done: one clear line for each thing that is wrong."""

import re
from functools import cache

import click

from ledger.errors import LedgerError, Refused, Unacknowledged


class Failure(click.ClickException):
    """Ends a command with one line on standard error and the exit status 2."""


class NobodyReads(Exception):
    """Whoever read standard output has closed it, as ``head`` does. Click would end with 1, which means a finding."""


class Unknown(Failure):
    """Ends a command with one line on standard error and the exit status 3: it may or may not have been done."""

    exit_code = 3


def explain(error: Exception) -> list[str] | None:
    """The lines for people; ``None`` where the error is a mistake of ours, which deserves its traceback."""
    if isinstance(error, click.UsageError):
        command = error.ctx.command_path if error.ctx is not None else "parc"
        if isinstance(error, click.NoSuchOption) and error.option_name in ("--ledger", "--season"):
            return [f"{error.option_name} stands before the command. See 'parc --help'."]
        return [f"{printable(error.format_message())} See '{command} --help'."]
    if isinstance(error, click.ClickException):
        return [printable(line) for line in error.format_message().splitlines()]
    if isinstance(error, Refused):
        return [f"event {objection.index + 1}: {printable(str(objection))}" for objection in error.objections]
    if isinstance(error, LedgerError | LookupError) and type(error) not in (KeyError, IndexError, LookupError):
        return [printable(str(error))]
    if isinstance(error, OSError):
        name = f"{error.filename}: " if error.filename else ""
        return [printable(f"{name}{error.strerror or error}")]
    return None


def is_unknown(error: Exception) -> bool:
    """Whether nobody knows if what was asked for has been done."""
    return isinstance(error, Unknown | Unacknowledged)


def printable(text: str) -> str:
    """A text with whatever could act on a terminal written out: control characters, marks that turn the line around.

    Nothing else is touched. A space of East Asia, the joiners of Persian names and of emoji are part of a name.
    """
    if text.isascii() and text.isprintable():
        return text
    return acting().sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


@cache
def acting() -> re.Pattern[str]:
    """The characters that could act on a terminal, as no text of an event holds them."""
    from events.values import UNSAFE

    return re.compile(rf"[{UNSAFE}\ud800-\udfff]")
