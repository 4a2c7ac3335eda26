"""The ledger: what joins log and folds. Appending, trying again, other writers, and moments of the log; every store."""

import datetime
import gc
import itertools
import uuid
from collections.abc import Callable
from contextlib import closing
from fractions import Fraction
from pathlib import Path
from typing import Any

import apsw
import pytest
from hypothesis import given
from hypothesis import strategies as st

from events import (
    CarClassDefined,
    ChampionshipDefined,
    DriverRated,
    DriverRegistered,
    EntryRegistered,
    Event,
    Line,
    PointsScaleAdopted,
    PublishedRow,
    RaceClassified,
    RaceScheduled,
    RecordCorrected,
    RoundScheduled,
    Rules,
    SeasonClosed,
    SeasonOpened,
    StandingsPublished,
    WinnerReported,
    points,
)
from ledger import (
    BadInput,
    BadMoment,
    CannotRead,
    IdTaken,
    Ledger,
    LedgerBusy,
    LedgerError,
    Refused,
    Season,
    SeasonSummary,
    WrongVersion,
)
from ledger.codec import encode
from ledger.codec.values import is_id
from ledger.ids import keyed_id, new_id, new_ids
from ledger.moments import from_us, now_us, to_us
from ledger.store import Draft, Log, SeasonHead
from ledger.store.memory import MemoryLog
from ledger.store.sqlite import SqliteLog
from ledger.testing import table_text
from tests.stores import NewLog

UTC = datetime.UTC
START = datetime.datetime(2026, 5, 2, 12, 0, tzinfo=UTC)
OPENED = SeasonOpened("club-2026", "Club Cup 2026", 2026)
FRAME: tuple[Event, ...] = (
    OPENED,
    PointsScaleAdopted("race", points(10, 8)),
    CarClassDefined("GT", "GT cars"),
    ChampionshipDefined("drivers", "Drivers' Cup", Rules("driver", ("GT",), "race")),
    RoundScheduled(1, "OUL", "Oulton Park"),
    RaceScheduled("OUL-1", 1),
    RaceScheduled("OUL-2", 1),
    DriverRegistered("ann", "Ann Archer"),
    DriverRegistered("bob", "Bob Baker"),
)
"""Nine events; then one of the drivers wins."""
ANN_WINS, BOB_WINS = WinnerReported("OUL-1", "GT", "ann"), WinnerReported("OUL-2", "GT", "bob")


def counted() -> Callable[[int], list[str]]:
    """Ids that are the same in every run."""
    numbers = itertools.count()
    return lambda count: [keyed_id("tests", "ledger", number) for number in itertools.islice(numbers, count)]


@pytest.fixture
def ledger(log: Log) -> Ledger:
    """An empty ledger, over every store in turn."""
    return Ledger(log, clock_us=lambda: to_us(START), ids=counted())


@pytest.fixture
def club(ledger: Ledger) -> Season:
    """A season of nine events, appended as one."""
    season = ledger.season("club-2026")
    season.append(*FRAME, recorded_by="the secretary", source="regulations")
    return season


@pytest.fixture
def other(log: Log, club: Season) -> Season:
    """The same season in another ledger object, as another process has it; it has seen all there is."""
    season = Ledger(log, clock_us=lambda: to_us(START)).season("club-2026")
    assert club.version_seen() == season.version_seen()
    return season


# Appending.


def test_an_append_returns_its_records(ledger: Ledger) -> None:
    """An append returns each event with its place in the log, its time, its id, and who said so from what."""
    season = ledger.season("club-2026")
    one, two = season.append(*FRAME[:2], recorded_by="the secretary", source="regulations")
    assert (1, "club-2026", 1, START, "the secretary", "regulations", OPENED) == (
        one.position,
        one.season,
        one.version,
        one.recorded_at,
        one.recorded_by,
        one.source,
        one.event,
    )
    assert (2, 2, FRAME[1]) == (two.position, two.version, two.event)
    assert [one, two] == list(season.records()) == list(ledger.records())


def test_each_fact_may_have_its_own_source(ledger: Ledger) -> None:
    """Facts of one append may differ in who recorded them, from what, and under which id."""
    chosen = keyed_id("tests", "chosen", 1)
    season = ledger.season("club-2026")
    records = season.append_each([(OPENED, "a", None), (FRAME[1], None, "b")], ids=[None, chosen])
    assert [("a", None), (None, "b")] == [(record.recorded_by, record.source) for record in records]
    assert [keyed_id("tests", "ledger", 0), chosen] == [record.id for record in records]


def test_a_refused_append_changes_nothing(ledger: Ledger, club: Season) -> None:
    """Where scrutineering objects to one event, none of the append is recorded."""
    before = list(ledger.records())
    with pytest.raises(Refused) as caught:
        club.append(DriverRegistered("cid", "Cid"), DriverRated("dee", "gold"), DriverRegistered("ann", "Ann"))
    assert [(1, "$.driver"), (2, "$.driver")] == [(one.index, one.path) for one in caught.value.objections]
    assert "event 2: $.driver: unknown driver 'dee'; known: ann, bob, cid (and 1 more objection)" == str(caught.value)
    assert before == list(ledger.records())
    assert "cid" not in club.book().drivers


def test_an_append_of_nothing_is_nothing(ledger: Ledger) -> None:
    """Without events nothing is recorded, and there is no season."""
    assert () == ledger.season("club-2026").append()
    assert not ledger.season("club-2026").exists()


@pytest.mark.parametrize(
    ("event", "envelope", "expected"),
    [
        (RaceScheduled("OUL-3", True), {}, "$.round: expected a whole number, got true"),
        ("season-closed", {}, "$: a str is not an event that can be recorded"),
        (SeasonClosed(), {"recorded_by": ""}, "$.recorded_by: is empty, not text on one line"),
        (SeasonClosed(), {"source": "a\nb"}, "$.source: 'a\\nb' is not text on one line"),
        (SeasonClosed(), {"source": "\ud800"}, "$.source: expected Unicode text, got a lone surrogate"),
        (SeasonClosed(), {"recorded_by": 7}, "$.recorded_by: expected text, got 7"),
        (
            StandingsPublished(
                "drivers", "OUL-1", tuple(PublishedRow(f"{'x' * 60}{n}", 1, points(1)[0]) for n in range(1_000))
            ),
            {},
            "$: takes 69,",
        ),
        (
            StandingsPublished(
                "drivers", "OUL-1", tuple(PublishedRow(f"{'x' * 60}{n}", 1, points(1)[0]) for n in range(866))
            ),
            {"recorded_by": "東" * 1_000, "source": "東" * 1_000},
            "bytes with its envelope, and a record has room for 65,535",
        ),
    ],
)
def test_what_cannot_be_stored_is_refused(club: Season, event: Any, envelope: Any, expected: str) -> None:
    """A value of a wrong type, an unprintable source and a record beyond 65,535 bytes are refused before the log."""
    with pytest.raises(Refused) as caught:
        club.append(ANN_WINS, event, **envelope)
    assert any(expected in str(one) for one in caught.value.objections)
    assert 9 == club.book().version


@pytest.mark.parametrize("source", [None, "a" * 1_000, "東" * 1_000])
def test_a_record_may_take_its_room_to_the_last_byte(club: Season, source: str | None) -> None:
    """The bytes of a record are counted with its envelope: 65,535 are no reason to refuse it, and one more is."""

    def published(letters: int) -> StandingsPublished:
        return StandingsPublished("drivers", "OUL-1", (PublishedRow("x" * letters, 1, Fraction()),))

    def found(letters: int) -> list[str]:
        with pytest.raises(Refused) as caught:  # if only for a text that is too long
            club.check_each([(OPENED, None, None), (published(letters), "東", source)])
        return [str(one) for one in caught.value.objections if one.index == 1 and "takes" in one.problem]

    envelope = 128 + len("club-2026") + len("standings-published/2") + len("東".encode()) + len((source or "").encode())
    most = 65_535 - envelope - len(encode(published(256))[1]) + 256
    assert 256 <= most < 65_536
    assert [] == found(most)
    assert ["$: takes 65,536 bytes with its envelope, and a record has room for 65,535"] == found(most + 1)


def test_every_wrong_value_of_a_fact_is_named(club: Season) -> None:
    """Facts of Python are refused like lines of JSON: each wrong value with its path, all of them at once."""
    wrong: Any = (
        RaceClassified("OUL-1", "GT", (Line(True, 7), "7", Line(1, "7", laps=1.5))),  # type: ignore[arg-type]
        RecordCorrected(3, RaceScheduled(1, "1"), ""),  # type: ignore[arg-type]
        RecordCorrected(3, SeasonClosed, "x"),  # type: ignore[arg-type]
        EntryRegistered("1", "GT", "T", "m", drivers=["ann"]),  # type: ignore[arg-type]
    )
    with pytest.raises(Refused) as caught:
        club.append(*wrong)
    assert [
        (0, "$.lines[0].place: expected a whole number, got true"),
        (0, "$.lines[0].car: expected text, got 7"),
        (0, '$.lines[1]: expected a Line, got "7"'),
        (0, "$.lines[2].laps: expected a whole number, got 1.5"),
        (1, "$.fact.race: expected text, got 1"),
        (1, '$.fact.round: expected a whole number, got "1"'),
        (2, "$.fact: expected a fact, got a type"),
        (3, "$.drivers: expected a tuple, got a list"),
    ] == [(one.index, str(one)) for one in caught.value.objections]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"ids": ["7"]}, "event 1: '7' is not a UUIDv7 in its canonical form"),
        ({"ids": [keyed_id("a", "b", 1).upper()]}, "is not a UUIDv7 in its canonical form"),
        ({"ids": [str(uuid.UUID(int=0))]}, "is not a UUIDv7 in its canonical form"),
        ({"ids": []}, "give one id for each event, or a key, not both"),
        ({"ids": [keyed_id("a", "b", 1)], "key": "k"}, "give one id for each event, or a key, not both"),
    ],
)
def test_ids_are_uuids_of_one_form(club: Season, arguments: Any, expected: str) -> None:
    """A writer who chooses ids chooses one for each event, in the one form that ids have."""
    with pytest.raises(BadInput) as caught:
        club.append(ANN_WINS, **arguments)
    assert expected in str(caught.value)


@pytest.mark.parametrize("key", [7, True, b"frame", "", "a\nb", "\ud800"])
def test_a_key_is_text(club: Season, key: Any) -> None:
    """An append is named by a text on one line, and by nothing that only looks like one."""
    with pytest.raises(BadInput, match=r"^a key is text on one line, not "):
        club.append(ANN_WINS, key=key)


def test_a_season_is_named_by_text(ledger: Ledger) -> None:
    """A season's id is text."""
    with pytest.raises(BadInput, match=r"^a season's id is text, not 2026$"):
        ledger.season(2026)  # type: ignore[arg-type]


@pytest.mark.parametrize("known_at", [True, 1.5, "3", START.date()])
def test_a_moment_of_another_type_is_refused(club: Season, known_at: Any) -> None:
    """True is no position, nor is 1.5 or a text of digits, and a day is no time."""
    with pytest.raises(BadMoment, match=r"^known_at is a position of the log or a time with its offset, not "):
        club.book(known_at)


def test_facts_can_be_scrutineered_without_recording_them(ledger: Ledger, club: Season) -> None:
    """A check raises what an append would raise, counts what it would record, and records nothing."""
    before = list(ledger.records())
    known = next(record.id for record in before if record.event == FRAME[-1])
    assert 1 == club.check_each([(ANN_WINS, None, None), (FRAME[-1], None, None)], ids=[None, known])
    assert 0 == club.check_each([])
    with pytest.raises(Refused):
        club.check_each([(FRAME[-1], None, None)])
    with pytest.raises(IdTaken):
        club.check_each([(ANN_WINS, None, None)], ids=[known])
    with pytest.raises(WrongVersion):
        club.check_each([(ANN_WINS, None, None)], expected_version=3)
    assert before == list(ledger.records())


# Trying again.


def test_an_append_with_a_key_can_be_done_again(ledger: Ledger, club: Season) -> None:
    """Under the same key the same events are recorded once; doing it again returns the same records."""
    first = club.append(ANN_WINS, BOB_WINS, key="round-1")
    assert first == club.append(ANN_WINS, BOB_WINS, key="round-1")
    assert first == club.append(ANN_WINS, BOB_WINS, key="round-1", recorded_by="somebody else", expected_version=0)
    assert 11 == len(list(ledger.records()))
    assert [keyed_id("club-2026", "round-1", 0), keyed_id("club-2026", "round-1", 1)] == [one.id for one in first]


def test_a_retry_may_bring_more(club: Season) -> None:
    """Where some of the events are recorded already, the others are appended, in their order."""
    (first,) = club.append(ANN_WINS, key="round-1")
    again, more = club.append(ANN_WINS, BOB_WINS, key="round-1")
    assert (first, 11) == (again, more.position)


def test_objections_to_a_retry_keep_their_numbers(club: Season) -> None:
    """Where some of the events are recorded already, an objection still counts from the first that was submitted."""
    club.append(ANN_WINS, key="round-1")
    with pytest.raises(Refused) as caught:
        club.append(ANN_WINS, WinnerReported("OUL-1", "GT", "bob"), key="round-1")
    assert [1] == [one.index for one in caught.value.objections]


def test_an_id_that_comes_twice_is_one_record(ledger: Ledger, club: Season) -> None:
    """The same id with the same event twice in one append is one record; with another event it is refused."""
    one, two = keyed_id("tests", "twice", 1), keyed_id("tests", "twice", 2)
    cid, dee = DriverRegistered("cid", "Cid"), DriverRegistered("dee", "Dee")
    with pytest.raises(Refused) as caught:
        club.append(cid, cid, dee, dee, ids=[one, two, one, two])
    assert [
        (2, "$.id: is the id of event 1, which says something else"),
        (3, "$.id: is the id of event 2, which says something else"),
    ] == [(each.index, str(each)) for each in caught.value.objections]
    told = [(event, None, None) for event in (cid, dee, cid)]
    assert 2 == club.check_each(told, ids=[one, two, one])
    records = club.append_each(told, ids=[one, two, one])
    assert [10, 11, 10] == [record.position for record in records]
    assert 11 == ledger.resolve_known_at(None)
    assert records == club.append_each(told, ids=[one, two, one])


def test_an_id_with_another_event_is_refused(ledger: Ledger, club: Season) -> None:
    """An id that holds another event, or the same one in another season, is taken, and nothing is appended."""
    (record,) = club.append(ANN_WINS, key="round-1")
    with pytest.raises(IdTaken) as caught:
        club.append(BOB_WINS, key="round-1")
    assert (record.id, 10) == (caught.value.id, caught.value.position)
    rival = ledger.season("rival-2026")
    with pytest.raises(IdTaken):
        rival.append(SeasonOpened("rival-2026", "Rival", 2026), ids=[record.id])
    with pytest.raises(IdTaken):
        rival.append(ANN_WINS, ids=[record.id])
    assert 10 == len(list(ledger.records()))


def test_a_retry_that_was_overtaken_is_a_success(club: Season, other: Season) -> None:
    """Where the same append came from elsewhere in the meantime, it is done, and its records are returned."""
    theirs = other.append(ANN_WINS, key="round-1")
    assert theirs == club.append(ANN_WINS, key="round-1")


class Overtaken:
    """A log in which another writer appends between our last look and our own append."""

    def __init__(self, log: Log, meanwhile: Callable[[], object]) -> None:
        self._log, self._meanwhile = log, meanwhile

    def __getattr__(self, name: str) -> Any:
        return getattr(self._log, name)

    def append(self, *given: Any, **named: Any) -> Any:
        """Lets the other writer go first, once."""
        self._meanwhile()
        self._meanwhile = lambda: None
        return self._log.append(*given, **named)


def test_a_retry_overtaken_at_the_last_moment_is_a_success(log: Log, other: Season) -> None:
    """Even where the same append came in just before our own reached the log."""
    racing: Any = Overtaken(log, lambda: other.append(ANN_WINS, key="round-1"))
    (record,) = Ledger(racing).season("club-2026").append(ANN_WINS, key="round-1")
    assert (10, 10) == (record.position, log.head())


def test_another_append_at_the_last_moment_is_not_overwritten(log: Log, other: Season) -> None:
    """Where something else came in just before our append reached the log, it is refused."""
    racing: Any = Overtaken(log, lambda: other.append(ANN_WINS))
    with pytest.raises(WrongVersion) as caught:
        Ledger(racing).season("club-2026").append(BOB_WINS)
    assert (9, 10, 10) == (caught.value.expected, caught.value.actual, log.head())


# Other writers.


def test_an_append_at_an_old_version_is_refused(club: Season, other: Season) -> None:
    """Whoever has not seen what another writer recorded is refused, and told both versions."""
    other.append(ANN_WINS)
    with pytest.raises(WrongVersion) as caught:
        club.append(BOB_WINS)
    assert ("club-2026", 9, 10) == (caught.value.season, caught.value.expected, caught.value.actual)
    assert "club-2026 is at version 10, not at 9 as expected; nothing was appended" in str(caught.value)


def test_a_version_can_be_asked_for(club: Season) -> None:
    """An append may name the version that it expects."""
    with pytest.raises(WrongVersion):
        club.append(ANN_WINS, expected_version=8)
    assert 10 == club.append(ANN_WINS, expected_version=9)[0].version


def test_a_table_holds_what_others_have_recorded(club: Season, other: Season) -> None:
    """A season that is asked again knows what came in through other objects."""
    assert () == club.standings("drivers").rows
    other.append(ANN_WINS)
    assert "1  ann" in table_text(club.standings("drivers"))
    assert 10 == club.append(BOB_WINS)[0].position - 1


def test_seasons_do_not_disturb_each_other(ledger: Ledger, club: Season) -> None:
    """Each season has its own versions and its own book; positions run through both."""
    rival = ledger.season("rival-2026")
    rival.append(SeasonOpened("rival-2026", "Rival", 2027))
    assert (11, 10) == (club.append(ANN_WINS)[0].position, club.book().version)
    assert (11, 1) == (rival.book().known_at, rival.book().version)
    assert (SeasonHead("club-2026", 10, 1, 11), SeasonHead("rival-2026", 1, 10, 10)) == ledger.season_heads()
    assert [10] == [record.position for record in rival.records()]
    assert [10, 11] == [record.position for record in ledger.records(after=9)]
    assert [11] == [record.position for record in ledger.records("club-2026", after=9)]
    assert [10] == [record.position for record in ledger.records(after=9, known_at=10)]
    assert ledger.season("rival-2026") is rival


def test_every_season_has_a_line(ledger: Ledger, club: Season) -> None:
    """A summary counts what a season holds, as of a race where it has that race, and as known at a moment."""
    club.append(ANN_WINS)
    ledger.season("rival-2026").append(SeasonOpened("rival-2026", "Rival", 2027))
    ours = SeasonSummary("club-2026", "Club Cup 2026", 2026, 2, 1, 0, 1, 10)
    theirs = SeasonSummary("rival-2026", "Rival", 2027, 0, 0, 0, 0, 1)
    assert (ours, theirs) == ledger.summaries()
    assert (SeasonSummary("club-2026", "Club Cup 2026", 2026, 1, 1, 0, 1, 10),) == ledger.summaries(as_of="OUL-1")
    assert (SeasonSummary("club-2026", "Club Cup 2026", 2026, 0, 0, 0, 0, 2),) == ledger.summaries(known_at=2)


# Moments of the log.


def at(minutes: int, offset: int = 0) -> datetime.datetime:
    """A time, minutes after the start, written with an offset in hours."""
    return (START + datetime.timedelta(minutes=minutes)).astimezone(datetime.timezone(datetime.timedelta(hours=offset)))


@pytest.fixture
def timed(log: Log) -> Season:
    """The season appended at noon, with a winner after one minute and another after two; it is now five past."""
    now = [to_us(START)]
    season = Ledger(log, clock_us=lambda: now[0]).season("club-2026")
    for minute, facts in enumerate((FRAME, (ANN_WINS,), (BOB_WINS,))):
        now[0] = to_us(at(minute))
        season.append(*facts)
    now[0] = to_us(at(5))
    return season


@pytest.mark.parametrize(
    ("known_at", "expected"),
    [
        (None, 11),
        (11, 11),
        (10, 10),
        (1, 1),
        (at(0), 9),
        (at(1), 10),
        (at(2) - datetime.timedelta(microseconds=1), 10),
        (at(2), 11),
        (at(2, offset=-5), 11),
        (at(1, offset=2), 10),
        (at(5), 11),
    ],
)
def test_a_moment_is_a_position_or_a_time(
    timed: Season, known_at: int | datetime.datetime | None, expected: int
) -> None:
    """A moment is a position, or a time with an offset, which means the last record by then."""
    book = timed.book(known_at)
    assert (expected, expected) == (book.known_at, book.version)
    assert expected == len(list(timed.records(known_at=known_at)))


@pytest.mark.parametrize(
    ("known_at", "expected"),
    [
        (0, "known_at 0: the log holds the positions 1 to 11"),
        (-1, "known_at -1: the log holds the positions 1 to 11"),
        (12, "known_at 12: the log holds the positions 1 to 11"),
        (START.replace(tzinfo=None), "a time needs an offset from UTC, such as Z or +02:00"),
        (at(6), "is in the future"),
        (
            START - datetime.timedelta(microseconds=1),
            f"is before the first record of the log, of {START:%Y-%m-%dT%H:%M:%S.%fZ}",
        ),
    ],
)
def test_a_moment_that_is_none_is_refused(timed: Season, known_at: int | datetime.datetime, expected: str) -> None:
    """A moment before the log, after its end, or without an offset is refused, whatever is asked."""
    for ask in (timed.book, lambda moment: list(timed.records(known_at=moment))):
        with pytest.raises(BadMoment) as caught:
            ask(known_at)
        assert expected in str(caught.value)


def test_an_empty_log_has_no_moments(ledger: Ledger) -> None:
    """Before anything is recorded no position means anything, and now is nothing."""
    assert 0 == ledger.resolve_known_at(None)
    with pytest.raises(BadMoment, match="known_at 1: the log is empty"):
        ledger.resolve_known_at(1)
    with pytest.raises(BadMoment, match=r"is before the first record of the log$"):
        ledger.resolve_known_at(START)


def test_every_question_takes_both_clocks(timed: Season) -> None:
    """Tables, progressions, results, audits and explanations are as of a race, and as known at a moment."""

    def rows(as_of: str, known_at: int | None = None) -> list[tuple[str, int | None]]:
        return [(row.competitor, row.position) for row in timed.standings("drivers", as_of, known_at).rows]

    assert [("ann", 1), ("bob", 2)] == rows("OUL-2") == rows("OUL-2", 11)
    assert [("ann", 1)] == rows("OUL-2", 10) == rows("OUL-1")
    assert (2, 1, 1) == (
        len(timed.progression("drivers")),
        len(timed.progression("drivers", known_at=10)),
        len(timed.progression("drivers", as_of="OUL-1")),
    )
    assert (("GT",), ()) == (
        tuple(one.car_class for one in timed.results("OUL-2").classes),
        timed.results("OUL-2", known_at=10).classes,
    )
    assert (0, 11, 10) == (timed.audit().checked, timed.audit().known_at, timed.audit(known_at=10).known_at)
    assert (10, "OUL-1") == (
        timed.why("ann", "drivers", known_at=10).known_at,
        timed.why("ann", "drivers", as_of="OUL-1").as_of,
    )


@given(st.integers(-(10**15), 10**16), st.integers(-12, 14))
def test_a_time_survives_the_log(moment_us: int, offset: int) -> None:
    """A time is kept to the microsecond, and comes back in UTC, whatever offset it was written with."""
    moment = from_us(moment_us).astimezone(datetime.timezone(datetime.timedelta(hours=offset)))
    assert moment_us == to_us(moment)
    assert (moment, UTC) == (from_us(to_us(moment)), from_us(moment_us).tzinfo)


def test_the_clock_is_now() -> None:
    """The log's clock is the time, in microseconds."""
    before = datetime.datetime.now(UTC)
    assert before <= from_us(now_us()) <= datetime.datetime.now(UTC)


# Ids.


@given(st.text(st.characters(codec="utf-8")), st.text(st.characters(codec="utf-8")), st.integers(0, 10**6))
def test_an_id_of_a_key_is_ever_the_same(season: str, key: str, index: int) -> None:
    """An id made from a key is a UUIDv7 by its form, the same each time, and another for another key."""
    made = keyed_id(season, key, index)
    assert is_id(made)
    assert (7, uuid.RFC_4122) == (uuid.UUID(made).version, uuid.UUID(made).variant)
    assert made == keyed_id(season, key, index)
    assert 3 == len({made, keyed_id(season, key, index + 1), keyed_id(season, key + "x", index)})


@pytest.mark.parametrize("given", [1, 3])
@pytest.mark.parametrize("chosen", [None, [None, None, keyed_id("a", "b", 1)]])
def test_new_ids_are_as_many_as_were_asked_for(given: int, chosen: list[str | None] | None) -> None:
    """A function that makes ids of its own makes one for each new record, or nothing is appended."""
    ledger = Ledger(MemoryLog(), ids=lambda _: new_ids(given))
    facts = [(event, None, None) for event in FRAME[: len(chosen or "12")]]
    with pytest.raises(BadInput, match=f"for 2, and was given {given}"):
        ledger.season("club-2026").append_each(facts, ids=chosen)
    assert not ledger.season("club-2026").exists()


def test_ids_made_from_keys_do_not_change() -> None:
    """What a script called an append last year is recognised for ever."""
    assert "00000000-0000-7d7b-ad30-4f6e235e32b2" == keyed_id("imsa-vp-2024", "round-2/swaps", 0)


def test_new_ids_are_of_their_time() -> None:
    """New ids are UUIDv7s that begin with the time in milliseconds, unlike any others, each after the one before."""
    before, ids = now_us() // 1_000, [new_ids(10) for _ in range(1_000)]
    ids.append([new_id()])
    after = now_us() // 1_000
    assert all(is_id(one) for together in ids for one in together)
    assert all(before <= uuid.UUID(one).int >> 80 <= after for together in ids for one in together)
    assert all(together == sorted(together) for together in ids)
    assert 10_001 == len({one for together in ids for one in together})


@pytest.mark.parametrize("chance", [b"\x00", b"\xff"])
def test_new_ids_do_not_run_over(monkeypatch: pytest.MonkeyPatch, chance: bytes) -> None:
    """Wherever chance lets them start, they have one form and go up by one."""
    monkeypatch.setattr("ledger.ids.os.urandom", lambda size: chance * size)
    ids = [uuid.UUID(one).int for one in new_ids(1_000)]
    assert all(is_id(str(uuid.UUID(int=one))) for one in ids)
    assert list(range(ids[0], ids[0] + 1_000)) == ids


# Opening, and damage.


def test_a_ledger_in_a_file_is_there_when_it_is_opened_again(tmp_path: Path) -> None:
    """What was appended to a file is read by the next ledger that opens it."""
    with Ledger.open(tmp_path / "a.parc") as ledger:
        ledger.season("club-2026").append(*FRAME, ANN_WINS)
    with Ledger.open(tmp_path / "a.parc", read_only=True) as ledger:
        table = ledger.season("club-2026").standings("drivers")
    assert ["pos  competitor  OUL-1  points", "  1  ann             1      10"] == table_text(table).splitlines()


def test_a_missing_file_is_created_by_an_append_alone(tmp_path: Path) -> None:
    """Opening, asking and a refused append create nothing; to read a missing file is an error."""
    with Ledger.open(tmp_path / "a.parc") as ledger:
        assert () == ledger.summaries()
        with pytest.raises(Refused):
            ledger.season("club-2026").append(ANN_WINS)
        with pytest.raises(WrongVersion):
            ledger.season("club-2026").append(OPENED, expected_version=1)
    assert [] == list(tmp_path.iterdir())
    with pytest.raises(CannotRead, match="there is no ledger at"):
        Ledger.open(tmp_path / "a.parc", read_only=True)


def test_ledgers_in_memory_are_apart() -> None:
    """Each ledger in memory is its own."""
    with Ledger.in_memory() as one, Ledger.in_memory() as another:
        one.season("club-2026").append(OPENED)
        assert (True, False) == (one.season("club-2026").exists(), another.season("club-2026").exists())


def test_a_busy_ledger_is_an_error_of_ours(tmp_path: Path) -> None:
    """Where another process keeps the file locked, an append fails as one of the ledger's own errors."""
    with Ledger.open(tmp_path / "a.parc", busy_timeout_s=0.01) as ledger:
        ledger.season("club-2026").append(OPENED)
        with closing(apsw.Connection(str(tmp_path / "a.parc"))) as db:
            db.execute("BEGIN IMMEDIATE")
            with pytest.raises(LedgerBusy) as caught:
                ledger.season("club-2026").append(FRAME[1])
        assert isinstance(caught.value, LedgerError)
        assert 2 == ledger.season("club-2026").append(FRAME[1])[0].position


@pytest.mark.parametrize(
    ("tag", "payload", "expected"),
    [
        ("race-won/1", b"\x80", "record 10: unknown kind of event 'race-won/1': a newer version of parc wrote it"),
        ("season-closed/1", b"\x81", "record 10: damaged payload of a season-closed/1"),
    ],
)
def test_a_record_that_cannot_be_read_is_named(log: Log, club: Season, tag: str, payload: bytes, expected: str) -> None:
    """A record of a newer version, or a damaged one, is an error with its position; what came before can be read."""
    seen = club.book()
    stored = ((tag, payload), encode(ANN_WINS), (tag, payload), encode(BOB_WINS))
    drafts = [Draft(keyed_id("tests", "damage", index), *one, None, None) for index, one in enumerate(stored)]
    log.append("club-2026", 9, drafts, to_us(START))
    for _ in range(2):  # nothing is kept of what was read before it, or after
        with pytest.raises(CannotRead) as caught:
            club.book()
        assert str(caught.value).startswith(expected)
    assert (9, seen) == (seen.version, club.book(known_at=9))


def test_a_season_with_a_hole_is_damaged(tmp_path: Path) -> None:
    """Where somebody has torn a record out of the file, its season is not read as if it had never been."""
    path = tmp_path / "a.parc"
    with closing(SqliteLog(path)) as log:
        Ledger(log).season("club-2026").append(*FRAME)
    with closing(apsw.Connection(str(path))) as db:
        db.execute("DROP TRIGGER records_are_not_deleted")
        db.execute("DELETE FROM records WHERE position = 4")
    with (
        Ledger.open(path) as ledger,
        pytest.raises(CannotRead, match="damaged: version 4 of season club-2026 is missing"),
    ):
        ledger.season("club-2026").book()


def test_a_store_that_lacks_a_record_is_not_folded() -> None:
    """Whatever a store hands out: a season without one of its versions is no season, and no book is kept of it."""
    log = MemoryLog()
    season = Ledger(log).season("club-2026")
    season.append(*FRAME)
    expected = season.book()
    for lost in (0, 4):
        log._seasons["club-2026"] = [*log._records[:lost], *log._records[lost + 1 :]]  # noqa: SLF001 - by force
        for _ in range(2):
            with pytest.raises(CannotRead, match="season club-2026 is damaged: a record is missing"):
                Ledger(log).season("club-2026").book()
        assert expected == season.book()


def test_every_error_is_one_line(new_log: NewLog) -> None:
    """Whatever is refused is said in one line."""
    with new_log() as log:
        season = Ledger(log).season("club-2026")
        season.append(*FRAME, key="frame")
        wrong: list[Callable[[], object]] = [
            lambda: season.append(DriverRegistered("a\nb", "x\ny")),
            lambda: season.append(ANN_WINS, expected_version=1),
            lambda: season.append(ANN_WINS, key="frame"),
            lambda: season.append(ANN_WINS, ids=["a\nb"]),
            lambda: season.book(99),
            lambda: season.append(ANN_WINS, source="a\nb"),
        ]
        for attempt in wrong:
            with pytest.raises(LedgerError) as caught:
                attempt()
            assert 1 == len(str(caught.value).splitlines())


@pytest.mark.parametrize("on", [True, False])
def test_garbage_is_collected_again_after_a_fold(log: Log, club: Season, on: bool) -> None:
    """While a book is folded collection is put off; afterwards, failed or not, it is as whoever runs us has it."""
    log.append("club-2026", 9, [Draft(keyed_id("tests", "damage", 0), "race-won/1", b"\x80", None, None)], to_us(START))
    was = gc.isenabled()
    (gc.enable if on else gc.disable)()
    try:
        club.book(known_at=9)
        assert on == gc.isenabled()
        with pytest.raises(CannotRead):
            club.book()
        assert on == gc.isenabled()
    finally:
        (gc.enable if was else gc.disable)()
