"""Tables of what work costs as it grows: with events in a season, cars in a class, championships, races in a season."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, TypeAlias

from attrs import frozen

from benchmark.measuring import Bench, Contestant, seconds
from benchmark.result import Growth, Measured
from benchmark.worlds import World, small_facts, write
from events import Event, SeasonOpened
from ledger import Ledger, Season

SEASON: Final = "made-2026"


@frozen
class Case:
    """A season of one size."""

    path: Path
    season: Season
    """With its book at hand."""
    size: int


@frozen
class Job:
    """Something that is done to seasons of each size."""

    name: str
    ready: Callable[[Case], Callable[[], object]]
    """Makes everything ready, and returns what is timed."""
    repeats: int = 1
    """How often in each round."""


Facts: TypeAlias = Callable[[int], Sequence[Event]]
"""The facts of a season of a size."""


def events(bench: Bench) -> Measured:
    """Small events in one season."""

    def appended(number: int, case: Case) -> Callable[[], object]:
        return partial(case.season.append, *small_facts(number, first=case.season.version_seen()))

    return _grown(
        bench,
        ("Events in one season, all small", "events"),
        [100, 1_000, 10_000, 100_000] if not bench.quick else [10, 20],
        lambda size: [SeasonOpened(SEASON, "A made-up season", 2026), *small_facts(size - 1)],
        (
            Job("append of one, ms", partial(appended, 1), repeats=5),
            Job("append of 100, ms", partial(appended, 100), repeats=3),
            Job("book from nothing, ms", _anew),
        ),
    )


def cars(bench: Bench) -> Measured:
    """Cars in a class, in a season of which ten races are run."""
    run = bench.size(10, 1)

    def world(size: int) -> World:
        return World(SEASON, races=run + 50, classes=("GT",), cars=size, championships=3)

    return _grown(
        bench,
        ("Cars in one class, ten races run", "cars"),
        [2, 20, 200, 2_000] if not bench.quick else [2, 4],
        lambda size: _up_to(world(size), run),
        (
            Job("drivers' standings, ms", lambda case: partial(case.season.standings, "table-0")),
            Job("book from nothing, ms", _anew),
            Job("append of a classification, ms", lambda case: _one_more(world(case.size), case), repeats=3),
        ),
    )


def championships(bench: Bench) -> Measured:
    """Championships of one class of 20 cars, in a season of which ten races are run."""
    run = bench.size(10, 1)

    def world(size: int) -> World:
        return World(SEASON, races=run + 50, classes=("GT",), championships=size)

    return _grown(
        bench,
        ("Championships, of one class of 20 cars, ten races run", "championships"),
        [1, 10, 100, 1_000] if not bench.quick else [1, 3],
        lambda size: _up_to(world(size), run),
        (
            Job("all tables, ms", lambda case: partial(_tables, case.season, case.size)),
            Job("book from nothing, ms", _anew),
            Job("append of a classification, ms", lambda case: _one_more(world(case.size), case), repeats=3),
        ),
    )


def races(bench: Bench) -> Measured:
    """Races that are run, of one class of 20 cars."""
    spare = 50

    def world(size: int) -> World:
        return World(SEASON, races=size + spare, races_a_round=2, classes=("GT",), championships=3)

    return _grown(
        bench,
        ("Races run, of one class of 20 cars", "races"),
        [1, 10, 100, 1_000] if not bench.quick else [1, 2],
        lambda size: _up_to(world(size), size),
        (
            Job("drivers' standings, ms", lambda case: partial(case.season.standings, "table-0")),
            Job("book from nothing, ms", _anew),
            Job("append of a classification, ms", lambda case: _one_more(world(case.size), case), repeats=3),
        ),
    )


def _grown(bench: Bench, what: tuple[str, str], sizes: Sequence[int], facts: Facts, jobs: Sequence[Job]) -> Measured:
    title, axis = what
    with TemporaryDirectory(dir=bench.folder) as folder, ExitStack() as stack:
        cases = {}
        for size in sizes:
            bench.tell(f"writing {size:,} {axis}")
            path = Path(folder) / f"{size}.parc"
            write(path, SEASON, facts(size))
            season = stack.enter_context(Ledger.open(path)).season(SEASON)
            season.book()
            cases[size] = Case(path, season, size)
        medians: dict[int, list[float]] = {size: [] for size in sizes}
        for job in jobs:
            taken = bench.in_turns({f"{size:,} {axis}": _contestant(job, cases[size]) for size in sizes})
            for size in sizes:
                medians[size].append(taken[f"{size:,} {axis}"].p50 * 1e3)
    rows = tuple((size, tuple(them)) for size, them in medians.items())
    return Measured(growth=(Growth(title, axis, tuple(job.name for job in jobs), rows),))


def _contestant(job: Job, case: Case) -> Contestant:
    def work(_: int) -> Iterator[float]:
        for _again in range(job.repeats):
            yield seconds(job.ready(case))

    return work


def _up_to(world: World, run: int) -> list[Event]:
    """A season of which so many races are run, with their results and nothing else."""
    return [*world.frame(), *(world.classified(number, "GT") for number in range(run))]


def _one_more(world: World, case: Case) -> Callable[[], object]:
    """The result of the first race that has none in that season."""
    return partial(case.season.append, world.classified(len(case.season.book().classified), "GT"))


def _anew(case: Case) -> Callable[[], object]:
    """The whole book, by somebody who has just opened the file."""

    def work() -> None:
        with Ledger.open(case.path, read_only=True) as ledger:
            ledger.season(SEASON).book()

    return work


def _tables(season: Season, championships: int) -> None:
    for index in range(championships):
        season.standings(f"table-{index}")
