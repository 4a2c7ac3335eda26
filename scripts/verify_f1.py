#!/usr/bin/env python3
"""Audits the Formula One seasons of a ledger, and prints how far their published tables follow from the results.

    scripts/verify_f1.py [--ledger PATH]

By decade and by season: the tables as f1db has them, after each race and of each season; their rows, and how many of
them follow from the results in points and in position. Then each row that does not, with the reason that
f1db/reasons.toml gives for it. The exit status is 1 where a row has no reason, or a reason no row.
"""

import argparse
import datetime
import os
import re
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from f1db.verification import UNEXPLAINED, Checked, Reasons, check, page
from ledger import Ledger, LedgerError

_SEASON: Final = re.compile(r"f1-[0-9]{4}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the report; the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--ledger",
        metavar="PATH",
        default=os.environ.get("PARC_LEDGER") or "season.parc",
        help="the ledger to audit (default: $PARC_LEDGER, else season.parc)",
    )
    try:
        with Ledger.open(parser.parse_args(arguments).ledger, read_only=True) as ledger:
            checked = checked_seasons(ledger)
    except LedgerError as error:
        print(f"verify_f1.py: {error}", file=sys.stderr)
        return 2
    if not checked:
        print("verify_f1.py: the ledger holds no Formula One season; see scripts/import_f1db.py", file=sys.stderr)
        return 2
    reasons = Reasons.read()
    today = datetime.datetime.now(tz=datetime.UTC).date().isoformat()
    with suppress(BrokenPipeError):  # whoever reads the report may have seen enough; the status is right all the same
        print("\n".join(page(checked, reasons, today)), flush=True)
    unexplained = any(reasons.of(row.key) == UNEXPLAINED for one in checked for row in one.differences)
    return 1 if unexplained or reasons.needless(checked) else 0


def checked_seasons(ledger: Ledger) -> list[Checked]:
    """The audit of every Formula One season of a ledger, in the order of the years."""
    names = sorted(head.season for head in ledger.season_heads() if _SEASON.fullmatch(head.season))
    return [check(ledger.season(name)) for name in names]


if __name__ == "__main__":
    sys.exit(main())
