"""The command line, the room that talks to people. One command a file, each named like its command."""

import gc
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Final, NoReturn

MOST_LINES: Final = 50
"""Lines on standard error for one run. A file with more mistakes than that is of another kind altogether."""

_COLLECTED: Final = 100_000
"""Objects that are made before garbage is looked for."""


def main() -> NoReturn:
    """Runs ``parc``.

    Exit status: 0 done; 1 done, and it found something; 2 refused or wrong input; 3 nobody knows whether it was done.
    """
    # Between two collections, as many objects as all imports make: they hold no garbage, and 3 ms go into looking.
    gc.set_threshold(_COLLECTED)
    _attach()
    import click

    from ledger.cli.app import parc
    from ledger.cli.failing import NobodyReads, explain, is_unknown

    try:
        status = parc.main(prog_name="parc", standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(130)
    except NobodyReads:
        _detach()
        sys.exit(0)
    except Exception as error:
        lines = explain(error)
        if lines is None:
            raise
        _complain(lines)
        try:
            sys.stdout.flush()
        except OSError:
            _detach()
        sys.exit(3 if is_unknown(error) else 2)
    sys.exit(status if isinstance(status, int) else 0)


def _attach() -> None:
    """Lets a stream that we were started without be empty. What is opened next must not take its place either."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123 - lives as long as we


def _detach() -> None:
    """Gives up standard output, which takes no more: Python must not flush into it again while it ends."""
    sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - lives until the process ends


def _complain(lines: Sequence[str]) -> None:
    shown = [*lines[:MOST_LINES], f"and {len(lines) - MOST_LINES:,} more"] if len(lines) > MOST_LINES else lines
    with suppress(OSError):  # where nobody can be told, the status still says so
        for line in shown:
            print(f"parc: {line}", file=sys.stderr)  # noqa: T201 - this is the room that prints


__all__ = ["main"]
