"""What a row of the table holds: figures with their spread, and the target that they are held against."""

from collections.abc import Callable, Mapping
from typing import Final, Literal, TypeAlias

from attrs import frozen

from benchmark.measuring import Bench, Spread

_UNITS: Final = {"µs": 1e6, "ms": 1e3}
Verdict: TypeAlias = Literal["met", "missed", "not judged"]


@frozen
class Figure:
    """What one contestant came to."""

    who: str
    unit: str
    spread: Spread | None
    """``None``: it is missing."""
    note: str = ""
    """What it did, or why it is missing."""


@frozen
class Check:
    """One part of a target."""

    says: str
    """Such as ``at most 1.5 x bare SQLite``."""
    value: float | None
    """What it came to, in the terms of the target; ``None``: a peer is missing."""
    unit: str
    limit: float
    most: bool
    """Whether the limit is the most, or the least, that meets it."""

    @property
    def verdict(self) -> Verdict:
        """Whether the value is within the limit."""
        if self.value is None:
            return "not judged"
        return "met" if (self.value <= self.limit if self.most else self.value >= self.limit) else "missed"


@frozen
class Growth:
    """What something costs as the work grows."""

    title: str
    axis: str
    """What grows."""
    columns: tuple[str, ...]
    """What was measured at each size, with its unit."""
    rows: tuple[tuple[int, tuple[float, ...]], ...]
    """Size, and the median of each measurement."""


@frozen
class Measured:
    """What a row came to."""

    figures: tuple[Figure, ...] = ()
    checks: tuple[Check, ...] = ()
    growth: tuple[Growth, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """Missed where one part of the target is, met where all are."""
        verdicts = {check.verdict for check in self.checks}
        return "missed" if "missed" in verdicts else "met" if verdicts == {"met"} else "not judged"


@frozen
class Row:
    """A row of the table, or a table of growth."""

    name: str
    what: str
    target: str
    """Empty: it has none, and shows how cost grows."""
    measure: Callable[[Bench], Measured]
    reason: str = ""
    """Why the target is missed, where it is known to be."""


def ratio(over: Spread | None, under: Spread | None) -> float | None:
    """How the medians stand to each other; ``None``: one is missing."""
    return None if over is None or under is None else over.p50 / under.p50


def faster(who: str, ours: Spread | None, theirs: Spread | None, times: float = 1.0) -> Check:
    """A target for times: theirs at least so many times ours."""
    says = f"ahead of {who}" if times == 1.0 else f"at least {times:g} x {who}"
    return Check(says, ratio(theirs, ours), "x", times, most=False)


def no_slower(who: str, ours: Spread | None, theirs: Spread | None, times: float) -> Check:
    """A target for times: ours at most so many times theirs."""
    return Check(f"at most {times:g} x {who}", ratio(ours, theirs), "x", times, most=True)


def times(
    taken: Mapping[str, Spread], unit: str, notes: Mapping[str, str], missing: Mapping[str, str]
) -> tuple[Figure, ...]:
    """A figure for each contestant from seconds: the time that it takes."""
    scale = _UNITS[unit]
    there = (
        Figure(who, unit, Spread(one.p50 * scale, one.q1 * scale, one.q3 * scale, one.count), notes.get(who, ""))
        for who, one in taken.items()
    )
    return (*there, *(Figure(who, unit, None, reason) for who, reason in missing.items()))


def rates(
    taken: Mapping[str, Spread], size: int, notes: Mapping[str, str], missing: Mapping[str, str], unit: str = "events/s"
) -> tuple[Figure, ...]:
    """A figure for each contestant from the seconds that ``size`` events take: how many it does in a second."""
    there = (
        Figure(who, unit, Spread(size / one.p50, size / one.q3, size / one.q1, one.count), notes.get(who, ""))
        for who, one in taken.items()
    )
    return (*there, *(Figure(who, unit, None, reason) for who, reason in missing.items()))
