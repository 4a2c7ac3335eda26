#!/usr/bin/env python3
"""Has several processes append to a ledger in a cluster and follow it, and lets go wrong what can.

    python scripts/cluster_faults.py [--seed N] [--budget SECONDS] [--faults N] [--writers N] [--only KIND]...

Three servers of NATS run on this machine. Writers append to a season of their own and to one that all share, two of
them through one mirror; others follow, and read what is there. Meanwhile the leader or another server is killed or
stopped, two are, all three are; a mirror is deleted and built again; a writer is killed; a connection is cut before a
message reaches the server, or before its answer comes back. Each writer keeps a record on disk of what it tried and
what it was told, and tries again what nobody knows of, mostly. In the end all mirrors, and one built from nothing, have
the same root, and the log is held against the records: what was acknowledged is there once, where it was said to be and
in its order; what was refused is not; what stayed unknown is there as a whole or not at all. It ends with 1 where
something does not hold. The moments are the machine's own: a seed repeats the faults, not the outcome.
"""

import argparse
import inspect
import sys
import tempfile
import time
import traceback
from pathlib import Path
from random import Random
from typing import Final

from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from faults.world import KINDS, Tally, World
from kills import Broken
from ledger import LedgerError
from tests.natscluster import NotHealthy

FAULTS_A_CLUSTER: Final = 40


def main() -> int:
    """Lets faults happen until they or the budget are used up; the exit status."""
    asked = _arguments().parse_args()
    tally, seed, end = Tally(), asked.seed, time.monotonic() + asked.budget
    kinds = [kind for kind in KINDS if not asked.only or kind in asked.only]
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, transient=True, disable=not sys.stdout.isatty()) as progress:
        task = progress.add_task("starting")
        while time.monotonic() < end and tally.faults.total() < asked.faults:
            most = min(FAULTS_A_CLUSTER, asked.faults - tally.faults.total())
            with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
                try:
                    with World(Path(home), Random(seed), tally, asked.writers) as world:
                        world.start()
                        for kind in world.course(kinds, most):
                            if time.monotonic() > end:
                                break
                            progress.update(task, description=f"{tally.faults.total():,} faults; {kind}")
                            world.strike(kind)
                        world.finish()
                except (Broken, LedgerError, NotHealthy) as error:
                    progress.stop()
                    if not isinstance(error, Broken):
                        traceback.print_exc()
                    print(f"seed {seed}: {type(error).__name__}: {error}", file=sys.stderr)
                    return 1
            seed += 1
    print(f"seeds {asked.seed} to {seed - 1}: {tally}; nothing lost, nothing doubled, nothing in part")
    return 0


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=inspect.cleandoc(__doc__ or "").splitlines()[0])
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="where chance begins (default: 1)")
    parser.add_argument(
        "--budget", type=float, default=300.0, metavar="SECONDS", help="how long it goes on (default: 300)"
    )
    parser.add_argument("--faults", type=int, default=1_000_000, metavar="N", help="so many at most (default: any)")
    parser.add_argument("--writers", type=int, default=4, metavar="N", help="writers at one time (default: 4)")
    parser.add_argument(
        "--only", action="append", metavar="KIND", choices=KINDS, help=f"this kind; may be repeated: {', '.join(KINDS)}"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
