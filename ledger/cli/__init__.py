"""The command line, the room that talks to people. One command a file, each named like its command."""

import sys
from typing import NoReturn


def main() -> NoReturn:
    """Runs ``parc``. Exit status: 0 done; 1 done, and it found something; 2 refused or wrong input."""
    import click

    from ledger.cli.app import parc
    from ledger.cli.failing import explain

    try:
        status = parc.main(prog_name="parc", standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(130)
    except BrokenPipeError:
        # Whoever read our output has closed it, as `head` does. Python must not flush into it again while it ends.
        sys.stdout = open("/dev/null", "w", encoding="utf-8")  # noqa: SIM115, PTH123 - lives until the process ends
        sys.exit(0)
    except Exception as error:
        lines = explain(error)
        if lines is None:
            raise
        for line in lines:
            print(f"parc: {line}", file=sys.stderr)  # noqa: T201 - this is the room that prints
        sys.exit(2)
    sys.exit(status if isinstance(status, int) else 0)


__all__ = ["main"]
