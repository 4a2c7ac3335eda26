"""Holds what a log holds against what writers were told. Pure: from values to a verdict."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from faults.histories import Append
from kills import Broken, check_sound, key_of
from ledger.store import StoredRecord


def check(records: Sequence[StoredRecord], histories: Iterable[Sequence[Append]]) -> None:
    """Raises :class:`~kills.Broken` for the first promise that does not hold.

    Positions, versions and times have no gap and do not run backwards; each append is there as a whole and once, under
    the ids that it was given. What was acknowledged is where it was said to be; what was refused is not there; nothing
    is there that nobody tried; and what was acknowledged before something else was tried comes before it.
    """
    check_sound(records)
    held = {
        key: [record.position for record in group] for key, group in groupby(records, key=key_of) if not is_opening(key)
    }
    appends = {append.key: append for history in histories for append in history}
    for append in appends.values():
        match append.outcome:
            case "done" if held.get(append.key) != list(append.positions):
                there = held.get(append.key)
                raise Broken(f"{append.key} was acknowledged at {list(append.positions)}, and is at {there}")
            case "refused" if append.key in held:
                raise Broken(f"{append.key} was refused, and is at {held[append.key]}")
    if strangers := sorted(held.keys() - appends.keys()):
        raise Broken(f"nobody tried {strangers}")
    _check_order([appends[key] for key in held])


def _check_order(appends: Sequence[Append]) -> None:
    """Holds appends, in the order of the log, against the clock: none comes after one that began once it was done."""
    earliest: Append | None = None
    """Of those later in the log, the one that was done first."""
    for append in reversed(appends):
        if earliest is not None and earliest.told_ns is not None and earliest.told_ns < append.tried_ns:
            raise Broken(f"{earliest.key} was acknowledged before {append.key} was tried, and comes after it")
        if append.told_ns is not None and (
            earliest is None or earliest.told_ns is None or append.told_ns < earliest.told_ns
        ):
            earliest = append


def is_opening(key: str) -> bool:
    """Whether it opens a season: whoever comes first has opened it for all."""
    return key.startswith("open ")
