"""What every store of the log promises, tried on all of them alike."""

from collections.abc import Sequence
from itertools import islice

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from ledger.errors import IdTaken, WrongVersion
from ledger.ids import keyed_id
from ledger.store import Draft, Log, SeasonHead, StoredRecord
from ledger.store.branch import BranchLog
from ledger.store.memory import MemoryLog
from tests.stores import NewLog

F1, IMSA, WEC = "f1-1958", "imsa-vp-2024", "wec-2026"
NOON = 1_700_000_000_000_000


def an_id(number: int) -> str:
    """An id that is the same in every run."""
    return keyed_id("tests", "ids", number)


def drafts(*numbers: int) -> list[Draft]:
    """A draft for each number, unlike all others."""
    return [Draft(an_id(one), "race-classified/1", b"payload %d" % one, None, f"sheet {one}") for one in numbers]


def three_commits(log: Log) -> tuple[StoredRecord, ...]:
    """Two seasons in turn: the positions 1 and 2 are of IMSA, 3 of F1, 4 of IMSA, a second apart."""
    return (
        *log.append(IMSA, 0, drafts(1, 2), NOON),
        *log.append(F1, 0, drafts(3), NOON + 1_000_000),
        *log.append(IMSA, 2, drafts(4), NOON + 2_000_000),
    )


def positions(records: Sequence[StoredRecord]) -> list[int]:
    """Where the records stand."""
    return [record.position for record in records]


def test_an_empty_log_holds_nothing(log: Log) -> None:
    """A new log answers every question, with nothing."""
    assert (0, 0, (), [], {}, 0, ()) == (
        log.head(),
        log.version(IMSA),
        log.seasons(),
        list(log.read()),
        log.find([an_id(1)]),
        log.position_at(NOON),
        log.warnings,
    )


def test_an_append_returns_the_records_as_they_are_kept(log: Log) -> None:
    """An append adds position, version and time to what it was handed, and leaves everything else as it is."""
    everything = Draft(an_id(1), "pole-taken/1", bytes(range(256)), "race control ☂", "Bulletin 24-03")
    nothing = Draft(an_id(2), "season-closed/1", b"", None, None)
    expected = (
        StoredRecord(1, IMSA, 1, NOON, an_id(1), "race control ☂", "Bulletin 24-03", "pole-taken/1", bytes(range(256))),
        StoredRecord(2, IMSA, 2, NOON, an_id(2), None, None, "season-closed/1", b""),
    )
    assert expected == tuple(log.append(IMSA, 0, [everything, nothing], NOON))
    assert expected == tuple(log.read())


@pytest.mark.parametrize(
    ("season", "after", "upto", "expected"),
    [
        (None, 0, None, [1, 2, 3, 4]),
        (None, 2, None, [3, 4]),
        (None, 0, 3, [1, 2, 3]),
        (None, 1, 3, [2, 3]),
        (None, 3, 3, []),
        (None, 3, 2, []),
        (None, 4, None, []),
        (None, 99, None, []),
        (None, 0, 99, [1, 2, 3, 4]),
        (None, 0, 0, []),
        (IMSA, 0, None, [1, 2, 4]),
        (IMSA, 1, None, [2, 4]),
        (IMSA, 2, 3, []),
        (IMSA, 0, 3, [1, 2]),
        (F1, 0, None, [3]),
        (F1, 3, None, []),
        (F1, 0, 2, []),
        (WEC, 0, None, []),
    ],
)
def test_reading_takes_a_season_and_two_bounds(
    log: Log, season: str | None, after: int, upto: int | None, expected: list[int]
) -> None:
    """Reading begins after one position and ends with another, in the order of the log, in one season or all."""
    three_commits(log)
    found = list(log.read(season, after=after, upto=upto))
    assert expected == positions(found)
    if season is not None:
        stated = [(one.position, one.version, one.source, one.tag, one.payload) for one in found]
        columns = log.stated(season, after=after, upto=upto)
        assert stated == [row for some in columns for row in zip(*some, strict=True)]


def test_what_was_appended_is_read(log: Log) -> None:
    """A log reads the very records that its appends returned."""
    appended = three_commits(log)
    assert appended == tuple(log.read())
    assert {record.id: record for record in appended} == log.find([record.id for record in appended])


def test_positions_run_through_the_log_and_versions_through_a_season(log: Log) -> None:
    """Positions count all records without a gap, versions those of their season."""
    expected = [(1, IMSA, 1), (2, IMSA, 2), (3, F1, 1), (4, IMSA, 3)]
    assert expected == [(record.position, record.season, record.version) for record in three_commits(log)]
    assert (4, 3, 1, 0) == (log.head(), log.version(IMSA), log.version(F1), log.version(WEC))


def test_seasons_come_in_the_order_of_their_first_records(log: Log) -> None:
    """Each season tells how far it goes; the first one recorded comes first, whatever its name."""
    three_commits(log)
    assert (SeasonHead(IMSA, 3, 1, 4), SeasonHead(F1, 1, 3, 3)) == log.seasons()


def test_only_the_ids_that_exist_are_found(log: Log) -> None:
    """Asked for several ids, a log returns those that it holds, of any season."""
    three_commits(log)
    found = log.find([an_id(3), an_id(9), an_id(1), an_id(3)])
    assert {an_id(3): 3, an_id(1): 1} == {id_: record.position for id_, record in found.items()}


@pytest.mark.parametrize(
    ("season", "expected_version", "actual"),
    [(IMSA, 0, 3), (IMSA, 2, 3), (IMSA, 4, 3), (F1, 3, 1), (WEC, 1, 0), (WEC, -1, 0)],
)
def test_a_wrong_version_is_refused(log: Log, season: str, expected_version: int, actual: int) -> None:
    """An append at another version than the season's is refused with both versions, and changes nothing."""
    before = three_commits(log)
    with pytest.raises(WrongVersion) as caught:
        log.append(season, expected_version, drafts(5), NOON)
    assert (season, expected_version, actual) == (caught.value.season, caught.value.expected, caught.value.actual)
    assert before == tuple(log.read())


@pytest.mark.parametrize(
    ("season", "version", "numbers", "taken", "position"),
    [
        (IMSA, 3, (4,), 4, 4),
        (F1, 1, (2,), 2, 2),
        (WEC, 0, (5, 6, 3, 7), 3, 3),
        (WEC, 0, (5, 6, 5), 5, 5),
        (WEC, 0, (3, 6, 3), 3, 3),
    ],
)
def test_an_id_is_taken_for_ever(
    log: Log, season: str, version: int, numbers: tuple[int, ...], taken: int, position: int
) -> None:
    """An id of any record of any season, or of an earlier one in the commit, is refused, and nothing is appended."""
    before = three_commits(log)
    with pytest.raises(IdTaken) as caught:
        log.append(season, version, drafts(*numbers), NOON)
    assert (an_id(taken), position) == (caught.value.id, caught.value.position)
    assert before == tuple(log.read())
    assert {} == log.find([an_id(5), an_id(6), an_id(7)])
    assert [1, 2, 3, 4, 5] == positions((*before, *log.append(IMSA, 3, drafts(5), NOON + 3_000_000)))


def test_an_empty_commit_appends_nothing(log: Log) -> None:
    """Without drafts there is nothing to record, and no season comes into being."""
    assert ((), 0, ()) == (log.append(IMSA, 0, [], NOON), log.head(), log.seasons())


def test_a_clock_that_runs_backwards_is_held(log: Log) -> None:
    """Times never run backwards along the log: a record takes at least the time of the one before, of any season."""
    for number, moment in enumerate((NOON, NOON - 5, NOON + 5, NOON + 4, NOON + 6), start=1):
        season = IMSA if number % 2 else F1
        log.append(season, log.version(season), drafts(number), moment)
    assert [NOON, NOON, NOON + 5, NOON + 5, NOON + 6] == [record.recorded_at_us for record in log.read()]


def test_a_commit_has_one_time(log: Log) -> None:
    """All records of a commit have the time at which it was recorded."""
    log.append(IMSA, 0, drafts(1), NOON)
    log.append(IMSA, 1, drafts(2, 3), NOON - 1)
    assert [NOON, NOON, NOON] == [record.recorded_at_us for record in log.read()]


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (0, 0),
        (NOON - 1, 0),
        (NOON, 2),
        (NOON + 1, 2),
        (NOON + 999_999, 2),
        (NOON + 1_000_000, 3),
        (NOON + 2_000_000, 4),
        (NOON + 9_000_000, 4),
    ],
)
def test_a_time_means_the_last_position_at_or_before_it(log: Log, moment: int, expected: int) -> None:
    """A time is translated into the last position that was recorded by then; 0 before the first record."""
    three_commits(log)
    assert expected == log.position_at(moment)


def test_a_reading_ends_where_the_log_ended_when_it_began(log: Log) -> None:
    """What is appended while a log is read is not part of that reading."""
    three_commits(log)
    seen = []
    for record in islice(log.read(), 10):  # an end, where the reading itself has none
        seen.append(record.position)
        log.append(WEC, len(seen) - 1, drafts(10 + len(seen)), NOON)
    assert [1, 2, 3, 4] == seen
    assert [5, 6, 7, 8] == positions(list(log.read(WEC)))


def test_a_log_can_be_closed_twice(log: Log) -> None:
    """Closing a closed log changes nothing."""
    three_commits(log)
    log.close()
    log.close()


class LogMachine(RuleBasedStateMachine):
    """Drives a log and a plain list side by side; whatever is asked, both answer the same."""

    seasons = st.sampled_from((IMSA, F1, WEC))
    ids = st.integers(1, 40).map(an_id)

    def __init__(self, new_log: NewLog) -> None:
        super().__init__()
        self._open = new_log()
        self.log = self._open.__enter__()
        self.model: list[StoredRecord] = []

    def teardown(self) -> None:
        """Closes the log."""
        self._open.__exit__(None, None, None)

    def version(self, season: str) -> int:
        """The season's version by the list."""
        return sum(record.season == season for record in self.model)

    @rule(
        season=seasons,
        slip=st.sampled_from((0, 0, 0, 0, -1, 1)),
        ids=st.lists(ids, max_size=3),
        texts=st.tuples(st.none() | st.text(st.characters(codec="utf-8")), st.binary(max_size=20)),
        moment=st.integers(NOON - 5, NOON + 5),
    )
    def append(self, season: str, slip: int, ids: list[str], texts: tuple[str | None, bytes], moment: int) -> None:
        """Appends a commit, whose ids may be taken, and whose writer may have seen another version."""
        version, expected = self.version(season), self.version(season) + slip
        taken = {record.id: record.position for record in self.model}
        for index, id_ in enumerate(ids, start=1):
            taken.setdefault(id_, len(self.model) + index)
        repeated = [id_ for index, id_ in enumerate(ids, start=1) if taken[id_] != len(self.model) + index]
        who, payload = texts
        submitted = [Draft(id_, "a-tag/1", payload, who, None) for id_ in ids]
        latest = self.model[-1].recorded_at_us if self.model else moment
        if slip and ids:
            with pytest.raises(WrongVersion) as wrong:
                self.log.append(season, expected, submitted, moment)
            assert (expected, version) == (wrong.value.expected, wrong.value.actual)
        elif repeated:
            with pytest.raises(IdTaken) as caught:
                self.log.append(season, expected, submitted, moment)
            assert (repeated[0], taken[repeated[0]]) == (caught.value.id, caught.value.position)
        else:
            new = [
                StoredRecord(
                    len(self.model) + index, season, version + index, max(moment, latest), id_, who, None, "a-tag/1",
                    payload,
                )
                for index, id_ in enumerate(ids, start=1)
            ]  # fmt: skip
            assert tuple(new) == tuple(self.log.append(season, expected, submitted, moment))
            self.model += new

    @rule(season=st.none() | seasons, after=st.integers(0, 12), upto=st.none() | st.integers(0, 12))
    def read(self, season: str | None, after: int, upto: int | None) -> None:
        """Reads a part of the log."""
        between = self.model[after:upto]
        expected = [record for record in between if season in (None, record.season)]
        assert expected == list(self.log.read(season, after=after, upto=upto))

    @rule(wanted=st.lists(ids, max_size=5))
    def find(self, wanted: list[str]) -> None:
        """Looks for ids."""
        assert {record.id: record for record in self.model if record.id in wanted} == self.log.find(wanted)

    @rule(moment=st.integers(NOON - 6, NOON + 6))
    def position_at(self, moment: int) -> None:
        """Translates a time."""
        assert sum(record.recorded_at_us <= moment for record in self.model) == self.log.position_at(moment)

    @invariant()
    def heads_agree(self) -> None:
        """How far the log and each season go."""
        heads: dict[str, SeasonHead] = {}
        for record in self.model:
            first = heads[record.season].first_position if record.season in heads else record.position
            heads[record.season] = SeasonHead(record.season, record.version, first, record.position)
        assert (len(self.model), tuple(heads.values())) == (self.log.head(), self.log.seasons())
        assert [self.version(each) for each in (IMSA, F1, WEC)] == [self.log.version(each) for each in (IMSA, F1, WEC)]


def test_a_log_answers_as_a_plain_list_would(new_log: NewLog) -> None:
    """Whatever is appended, refused and asked, in whatever order: a store behaves as a list of records."""

    class Machine(LogMachine):
        def __init__(self) -> None:
            super().__init__(new_log)

    run_state_machine_as_test(Machine, settings=settings(max_examples=50, stateful_step_count=20))


@pytest.mark.parametrize("upto", range(5))
def test_a_branch_goes_on_where_another_log_stood(upto: int) -> None:
    """A branch reads as the log that has its records too, and leaves the log that it begins from as it was."""
    whole, trunk = MemoryLog(), MemoryLog()
    records = three_commits(whole)
    three_commits(trunk)
    branch = BranchLog(trunk, upto)
    for one in records[upto:]:
        branch.append(
            one.season,
            one.version - 1,
            [Draft(one.id, one.tag, one.payload, one.recorded_by, one.source)],
            one.recorded_at_us,
        )
    assert records == tuple(branch.read()) == tuple(trunk.read())
    for season in (IMSA, F1, WEC, None):
        assert list(whole.read(season, after=1, upto=3)) == list(branch.read(season, after=1, upto=3))
    assert (whole.head(), whole.seasons()) == (branch.head(), branch.seasons())
    assert [whole.version(one) for one in (IMSA, F1)] == [branch.version(one) for one in (IMSA, F1)]
    moments = [NOON + 500_000 * step for step in range(-1, 6)]
    assert [whole.position_at(one) for one in moments] == [branch.position_at(one) for one in moments]
    assert whole.find([one.id for one in records]) == branch.find([one.id for one in records])


def test_a_branch_warns_of_its_trunk() -> None:
    """What is to be known of a log is to be known of its branches."""

    class Behind(MemoryLog):
        warnings = ("it may be behind",)

    assert ("it may be behind",) == BranchLog(Behind(), 0).warnings


def test_a_branch_does_not_see_what_came_later() -> None:
    """Of a log that goes on, a branch has the records up to where it begins, and ids that come later are free."""
    trunk = MemoryLog()
    records = three_commits(trunk)
    branch = BranchLog(trunk, 2)
    assert records[:2] == tuple(branch.read())
    assert (2, {}, 0) == (branch.head(), branch.find([records[2].id]), branch.version(F1))
    assert [SeasonHead(IMSA, 2, 1, 2)] == list(branch.seasons())
    assert 2 == branch.position_at(records[-1].recorded_at_us)
