"""Holds the scoring engine against the naive scorer of the tests, over as many made-up seasons as there is time for.

    scripts/agree.py --seed 1 --budget 20000

Ends with status 1 at the first season on which the two disagree, made as small as can be, with both tables.
"""

import argparse
import sys
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, TimeRemainingColumn

from events import Event
from ledger.testing import seasons

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from tests.agreement import disagreement


def main() -> int:
    """Tries seasons until the budget is spent, or two tables differ."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seed", type=int, default=0, help="which seasons: another seed, others (default: 0)")
    parser.add_argument("--budget", type=int, default=20_000, help="how many seasons (default: 20000)")
    parser.add_argument("--rounds", type=int, default=3, help="how many rounds a season has at most (default: 3)")
    asked = parser.parse_args()
    columns = *Progress.get_default_columns()[:2], MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=Console(stderr=True)) as progress:
        bar = progress.add_task("seasons", total=asked.budget)

        @seeded(asked.seed)
        @settings(
            max_examples=asked.budget,
            deadline=None,
            database=None,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
            report_multiple_bugs=False,
        )
        @given(seasons(max_rounds=asked.rounds))
        def agree(season: tuple[Event, ...]) -> None:
            progress.advance(bar)
            found = disagreement(season)
            if found is not None:
                raise AssertionError(found)

        try:
            agree()
        except AssertionError as error:
            print(error)
            return 1
    print(f"agreed on {asked.budget} seasons, seed {asked.seed}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
