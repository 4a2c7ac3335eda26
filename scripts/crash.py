#!/usr/bin/env python3
"""Cuts the power at every system call of appends to a ledger, and looks at what every cut leaves.

    python scripts/crash.py [--seed N] [--budget SECONDS]

Logs are written on a disk that is watched, in several generations, each of which begins with what a cut has left of
the one before. After each system call the power fails: all that was not synced is lost, or some of it by call or by
sector, or a sector is torn. Each time the ledger must open, hold exactly a prefix of whole appends with every
acknowledged one among them, and take the next append. It ends with 1 at the first cut after which it does not, and
says how to see it again.
"""

import argparse
import inspect
import sys
import time
from pathlib import Path
from random import Random

from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.powercut import Broken, Tally, campaign


def main() -> int:
    """Tries cuts until the budget is used up; the exit status."""
    parser = argparse.ArgumentParser(description=inspect.cleandoc(__doc__ or "").splitlines()[0])
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="where chance begins (default: 1)")
    parser.add_argument("--budget", type=float, default=60.0, metavar="SECONDS", help="how long it tries (default: 60)")
    asked = parser.parse_args()
    tally, end = Tally(), time.monotonic() + asked.budget
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, transient=True, disable=not sys.stdout.isatty()) as progress:
        task = progress.add_task("cutting the power")
        seed = asked.seed
        try:
            while time.monotonic() < end:
                random = Random(seed)
                sizes = {"appends": random.choice((2, 4, 8)), "generations": random.choice((1, 2, 4))}
                for _ in campaign(random, tally, more=2, **sizes):
                    if time.monotonic() > end:
                        break
                progress.update(task, description=f"seed {seed}: {tally.cuts.total():,} cuts")
                seed += 1
        except Broken as error:
            progress.stop()
            print(f"seed {seed}: {error}", file=sys.stderr)
            return 1
    print(f"seeds {asked.seed} to {seed - 1}: {tally}; every acknowledged append was kept, and none in part")
    return 0


if __name__ == "__main__":
    sys.exit(main())
