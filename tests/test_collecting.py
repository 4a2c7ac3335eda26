"""Garbage collection is put off where there is nothing to collect; nobody else's garbage or objects pay for it."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from events import DriverRegistered, Event, SeasonOpened
from ledger import Ledger, Season, reading

NAME = "made-up-2026"


class Cycle:
    """Garbage that only the collector finds."""

    def __init__(self) -> None:
        self.itself = self


def drivers(count: int) -> list[Event]:
    """So many facts."""
    return [DriverRegistered(f"driver-{number}", f"Driver {number}") for number in range(count)]


@pytest.fixture
def season() -> Iterator[Season]:
    """A season that is open. Nothing is old or frozen when a test begins, or when it ends."""
    with Ledger.in_memory() as ledger:
        season = ledger.season(NAME)
        season.append(SeasonOpened(NAME, "A season", 2026))
        gc.unfreeze()
        gc.collect()
        yield season
    gc.unfreeze()


def is_young(what: object) -> bool:
    """Whether the collector looks at an object the next time that it looks at the young."""
    return any(one is what for one in gc.get_objects(generation=0))


def test_very_many_facts_are_old_at_once(season: Season, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a large append leaves is not looked through as young, and what a few leave is."""
    few = season.append(*drivers(2))
    assert is_young(few[0])
    monkeypatch.setattr(reading, "MANY", 100)
    many = season.append(*drivers(150)[2:])
    assert not is_young(many[0])
    assert any(one is many[0] for one in gc.get_objects(generation=2))
    assert 0 == gc.get_freeze_count()


def test_a_small_append_leaves_the_garbage_of_others_young(season: Season) -> None:
    """What others have dropped just before is found as soon as if nothing had been appended."""
    dropped = weakref.ref(Cycle())
    season.append(*drivers(50))
    gc.collect(0)
    assert dropped() is None


def test_what_others_keep_frozen_stays_so(season: Season, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that has frozen its objects, as before a fork, finds them frozen after the largest append."""
    monkeypatch.setattr(reading, "MANY", 1)
    gc.freeze()
    frozen = gc.get_freeze_count()
    season.append(*drivers(150))
    # Some may have gone since, and none is thawed.
    assert frozen / 2 < gc.get_freeze_count() <= frozen
