"""Retries, stale writers and readers at one ledger, through several objects as in several processes, on every store."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from attrs import define
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from events import DriverRegistered, Event, Record, SeasonOpened
from ledger import IdTaken, Ledger, WrongVersion
from ledger.ids import keyed_id
from ledger.store import Log
from tests.stores import Place

SEASONS = ("club-2026", "wec-2026")
OBJECTS = 3


@define
class Opened:
    """A ledger as one process has it open."""

    place: AbstractContextManager[Log]
    ledger: Ledger
    seen: dict[str, int]
    """The version of each season that it has seen."""


def fact(id_: str, variant: int) -> Event:
    """What the record of an id says; of each id there are two variants, as where a writer uses an id for two things."""
    return DriverRegistered(f"driver-{id_[-12:]}-{variant:d}", f"Driver {variant:d}")


class LedgerMachine(RuleBasedStateMachine):
    """Drives several ledgers at one log beside a plain list of what was recorded."""

    objects = st.integers(0, OBJECTS - 1)
    seasons = st.sampled_from(SEASONS)
    numbers = st.lists(st.integers(1, 12), min_size=1, max_size=4, unique=True)

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place
        self.opened = [self.open() for _ in range(OBJECTS)]
        self.model: list[tuple[str, str, Event]] = []

    def open(self) -> Opened:
        """Opens the ledger once more."""
        log = self.place()
        return Opened(log, Ledger(log.__enter__()), {})

    def teardown(self) -> None:
        """Closes all."""
        for one in self.opened:
            one.place.__exit__(None, None, None)

    def version(self, season: str) -> int:
        """The season's version by the list."""
        return sum(each == season for each, _, _ in self.model)

    @initialize()
    def begin(self) -> None:
        """Opens both seasons."""
        for season in SEASONS:
            [record] = self.opened[0].ledger.season(season).append(SeasonOpened(season, "A season", 2026), key="open")
            self.model.append((season, record.id, record.event))
            self.opened[0].seen[season] = 1

    @rule(index=objects)
    def start_again(self, index: int) -> None:
        """A process ends, and another begins."""
        self.opened[index].place.__exit__(None, None, None)
        self.opened[index] = self.open()

    @rule(index=objects, season=seasons)
    def look(self, index: int, season: str) -> None:
        """A process reads the season."""
        self.opened[index].ledger.catch_up()
        assert self.version(season) == self.opened[index].ledger.season(season).book().version
        self.opened[index].seen[season] = self.version(season)

    @rule(index=objects, season=seasons, numbers=numbers, variant=st.sampled_from((0, 0, 0, 1)))
    def append_ids(self, index: int, season: str, numbers: list[int], variant: int) -> None:
        """Appends facts under ids, of which some may be there: in either season, with this fact or another."""
        ids = [keyed_id("retries", "ids", number) for number in numbers]
        self.append(index, season, ids, [fact(id_, variant) for id_ in ids])

    @rule(index=objects, season=seasons, key=st.sampled_from("abcd"), size=st.integers(1, 3), variant=st.booleans())
    def append_key(self, index: int, season: str, key: str, size: int, variant: bool) -> None:
        """Appends facts under a key, which may have been used: for as many facts, or fewer, or others."""
        ids = [keyed_id(season, key, number) for number in range(size)]
        self.append(index, season, ids, [fact(id_, variant and key == "d") for id_ in ids], key)

    def append(self, index: int, season: str, ids: list[str], facts: list[Event], key: str | None = None) -> None:
        """Appends, and holds the answer against what the list says it must be."""
        opened, held = self.opened[index], {id_: (where, event) for where, id_, event in self.model}
        target = opened.ledger.season(season)
        fresh = [(season, id_, event) for id_, event in zip(ids, facts, strict=True) if id_ not in held]
        taken = [
            id_ for id_, event in zip(ids, facts, strict=True) if held.get(id_, (season, event)) != (season, event)
        ]

        def do() -> tuple[Record, ...]:
            return target.append(*facts, key=key, ids=None if key else ids)

        if taken:
            with pytest.raises(IdTaken) as caught:
                do()
            assert taken[0] == caught.value.id
            return
        seen = opened.seen.get(season, self.version(season))
        if fresh and seen != self.version(season):
            with pytest.raises(WrongVersion) as wrong:
                do()
            assert (seen, self.version(season)) == (wrong.value.expected, wrong.value.actual)
        records = do()
        self.model += fresh
        if fresh:
            opened.seen[season] = self.version(season)
        positions = {id_: position for position, (_, id_, _) in enumerate(self.model, start=1)}
        assert [positions[id_] for id_ in ids] == [record.position for record in records]
        assert facts == [record.event for record in records]
        assert records == do()

    @invariant()
    def all_agree(self) -> None:
        """Every object reads the same, whatever it did itself."""
        for opened in self.opened:
            opened.ledger.catch_up()
            records = list(opened.ledger.records())
            assert self.model == [(record.season, record.id, record.event) for record in records]
            assert list(range(1, len(records) + 1)) == [record.position for record in records]
            for season in SEASONS:
                versions = [record.version for record in records if record.season == season]
                assert list(range(1, len(versions) + 1)) == versions


def test_a_retry_changes_nothing_whoever_makes_it(new_place: Callable[[], Place]) -> None:
    """Same id and event: the same record, from any process, at any later time; same id and another event: refused."""

    class Machine(LedgerMachine):
        def __init__(self) -> None:
            super().__init__(new_place())

    run_state_machine_as_test(Machine, settings=settings(max_examples=40, stateful_step_count=15))
