"""How payloads of old tags are read: each is turned into a payload of the next version, until it is of the newest.

An upcast takes the plain value that msgpack holds and returns the plain value that the next version would have held.
It adds what the old form did not say as what it meant, and never guesses. An entry is never changed or removed.
"""

from collections.abc import Callable
from typing import Any, Final, TypeAlias

Plain: TypeAlias = dict[str, Any]


def _with(**added: Any) -> Callable[[Plain], Plain]:
    """The payload with fields that did not exist before, at the value that their absence meant."""

    def upcast(payload: Plain) -> Plain:
        early = sorted(payload.keys() & added.keys())
        if early:
            raise ValueError(f"Extra fields that this version does not have: {', '.join(early)}")
        return {**payload, **added}

    return upcast


def _rules_of_one_scale(payload: Plain) -> Plain:
    """Rules before bonuses, dropped results and races apart: all results counted, the most points won."""
    added = {
        "competitors": None,
        "apart": [["kinds", "races", "counts", "scale", "times", "break_ties"]],
        "bonuses": [["what", "points", "equal", "within", "shortened", "kinds"]],
        "counting": [["best", "all_but", "first_round", "last_round", "name", "unit", "dropped_after"]],
        "kept_statuses": [],
        "kept_races": [],
        "wins": "most",
        "unplaced": "nothing",
        "appears": "started",
    }
    return {**payload, "rules": _with(**added)(payload["rules"])}


UPCASTS: Final[dict[str, tuple[str, Callable[[Plain], Plain]]]] = {
    "points-scale-adopted/1": ("points-scale-adopted/2", _with(order="falling")),
    "championship-defined/1": ("championship-defined/2", _rules_of_one_scale),
    "race-scheduled/1": ("race-scheduled/2", _with(kind="race")),
    "race-postponed/1": ("race-postponed/2", _with(authority=None)),
    "race-cancelled/1": ("race-cancelled/2", _with(authority=None)),
    "did-not-start/1": ("did-not-start/2", _with(status="DNS")),
    "standings-published/1": ("standings-published/2", _with(decimals=None)),
    "race-shortened/1": ("race-shortened/2", _with(authority=None, counts_from=None)),
    "entry-registered/1": ("entry-registered/2", _with(engine=None, from_race=None, entrant=None)),
    "car-changed/1": ("car-changed/2", _with(engine=None)),
}
"""Old tag to the next one, and the function that takes its payload there."""
