"""The parts of a ledger in a cluster that need no servers: addresses, messages, judgements, settings."""

import hashlib
import subprocess
import sys
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from events import DriverRegistered, Event, RoundScheduled, SeasonOpened
from ledger.cluster.address import read_address
from ledger.cluster.copying import message_of, runs
from ledger.cluster.judging import CLOCK_TOLERANCE_US, Judge, Scrutineer
from ledger.cluster.settings import stream_settings, unsafe_settings
from ledger.codec import encode
from ledger.codec.commit import EDITION, Commit, Proposed, read_commit, write_commit
from ledger.codec.tags import TAGS
from ledger.codec.upcasts import UPCASTS
from ledger.errors import BadInput, NewerEdition
from ledger.ids import keyed_id
from ledger.store import StoredRecord
from ledger.store.memory import MemoryLog
from ledger.store.mirror import Message, Ruling, Tail
from tests.commandline import club

ADDRESS = read_address("nats://one,two:4223,[::1]:4224/league")
NOON = 1_700_000_000_000_000
OPENED = SeasonOpened("club-2026", "Club Cup 2026", 2026)


def proposed(number: int, event: Event, **changed: Any) -> Proposed:
    """What a writer hands in for an event."""
    tag, payload = encode(event)
    fields = {"id": keyed_id("t", "t", number), "tag": tag, "payload": payload, "recorded_by": None, "source": None}
    id_, tag, payload, recorded_by, source = {**fields, **changed}.values()
    return id_, tag, payload, recorded_by, source


def commit(*events: Event, version: int = 0, head: int | None = None, time_us: int = NOON, **changed: Any) -> bytes:
    """A message of a writer who is at a version."""
    asked = tuple(proposed(number, event, **changed) for number, event in enumerate(events, start=version + 1))
    return write_commit(Commit(version, head, time_us, asked))


def test_an_address_names_servers_and_a_ledger() -> None:
    """Hosts with or without ports, the ledger's name, and a login that shows itself nowhere."""
    assert ("one:4222", "two:4223", "[::1]:4224") == ADDRESS.servers
    assert ("league", "league.*", "league.club-2026") == (
        ADDRESS.prefix,
        ADDRESS.subjects,
        ADDRESS.subject("club-2026"),
    )
    assert ("club-2026", None, None) == tuple(
        ADDRESS.season(subject) for subject in ("league.club-2026", "league.Club", "other.club-2026")
    )
    secret = read_address("tls://jo:p%40ss@one/league")
    assert ("jo", "p@ss", True) == (secret.user, secret.password, secret.tls)
    assert "tls://one:4222/league" == str(secret)
    assert "p@ss" not in repr(secret)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("nats://one", "the ledger's name, a slug"),
        ("nats://one/", "the ledger's name, a slug"),
        ("nats://one/League", "the ledger's name, a slug"),
        ("nats://one/a.b", "the ledger's name, a slug"),
        ("nats://one/a/b", "the ledger's name, a slug"),
        ("nats://one/a-checkpoints", "the ledger's name, a slug"),
        ("nats:///a", "'' is no server"),
        ("nats://one,,two/a", "'' is no server"),
        ("nats://one:0/a", "'one:0' is no server"),
        ("nats://one:65536/a", "'one:65536' is no server"),
        ("nats://one two/a", "'one two' is no server"),
        ("http://one/a", "begins with nats:// or tls://"),
    ],
)
def test_an_address_that_is_none_is_refused(text: str, problem: str) -> None:
    """What is wrong with it is said in one line."""
    with pytest.raises(BadInput) as caught:
        read_address(text)
    assert problem in str(caught.value)


def test_a_password_where_others_read_it_is_refused_and_not_repeated() -> None:
    """On a command line no login may stand; the complaint does not hold it, nor do others about such an address."""
    with pytest.raises(BadInput) as caught:
        read_address("nats://jo:secret@one/league", shown=True)
    assert "secret" not in str(caught.value)
    with pytest.raises(BadInput) as caught:
        read_address("nats://jo:secret@one/League")
    assert "secret" not in str(caught.value)


def test_the_form_of_a_message_never_changes() -> None:
    """Messages are kept for ever: these are the very bytes of one."""
    message = commit(OPENED, version=3, head=9, recorded_by="Jo")
    assert "f450f30268664b65" == hashlib.sha256(message).hexdigest()[:16]
    assert b"parc\x00\x01\x94\x03\x09\xcf" == message[:10]
    assert Commit(3, 9, NOON, (proposed(4, OPENED, recorded_by="Jo"),)) == read_commit(message)


def test_the_edition_is_that_of_what_can_be_recorded() -> None:
    """Another tag or another version of one is another edition: an older node could not judge it, and must stop.

    Whoever changes a rule of scrutineering raises the edition too; that no test can know.
    """
    known = repr((sorted(TAGS), sorted(UPCASTS)))
    editions = {1: "41b934bde4deb8de"}
    assert editions[EDITION] == hashlib.sha256(known.encode()).hexdigest()[:16]


@given(
    st.builds(
        Commit,
        st.integers(0, 2**63 - 1),
        st.none() | st.integers(0, 2**63 - 1),
        st.integers(-(2**50), 2**50),
        st.lists(
            st.tuples(
                st.integers(0, 2**40).map(lambda number: keyed_id("a", "b", number)),
                st.text(st.characters(codec="utf-8")),
                st.binary(),
                st.none() | st.text(st.characters(codec="utf-8")),
                st.none() | st.text(st.characters(codec="utf-8")),
            ),
            min_size=1,
            max_size=3,
        ).map(tuple),
    )
)
def test_a_message_is_read_as_it_was_written(asked: Commit) -> None:
    """Whatever a commit holds."""
    assert asked == read_commit(write_commit(asked))


@given(st.data())
def test_no_other_bytes_are_a_message(data: st.DataObject) -> None:
    """A message that was changed is refused in words, or says something else; never does another error come of it."""
    message = bytearray(commit(OPENED, version=1))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(message) - 1))
        kind = data.draw(st.sampled_from(("set", "cut", "add")))
        if kind == "set":
            message[at] = data.draw(st.integers(0, 255))
        elif kind == "cut":
            del message[at : at + data.draw(st.integers(1, 9))]
            message = message or bytearray(b"p")
        else:
            message[at:at] = data.draw(st.binary(max_size=9))
    try:
        asked = read_commit(bytes(message))
    except (BadInput, NewerEdition):
        pass
    else:
        assert bytes(message) == write_commit(asked)


@given(st.binary())
def test_bytes_that_are_no_message_are_refused(data: bytes) -> None:
    """With the right beginning or without."""
    for message in (data, b"parc\x00\x01" + data, b"parc\x00\x01\x94\x00\xc0\x00" + data):
        with pytest.raises(BadInput):
            read_commit(message)


def test_a_message_has_one_form() -> None:
    """The same commit in longer numbers, or with texts as bytes that say their length another way, is none."""
    message = commit(OPENED, version=1)
    for longer in (
        message.replace(b"\x94\x01\xc0", b"\x94\xcc\x01\xc0"),
        message.replace(b"\xc4\x10", b"\xc5\x00\x10", 1),
        message.replace(b"\xaf" + b"season-opened/1", b"\xd9\x0f" + b"season-opened/1"),
    ):
        assert message != longer
        with pytest.raises(BadInput, match="not in the one form"):
            read_commit(longer)


def test_a_newer_edition_is_not_guessed_at() -> None:
    """Whatever follows the number of a newer edition, an older version of parc does not read it."""
    with pytest.raises(NewerEdition, match="upgrade"):
        read_commit(b"parc" + (EDITION + 1).to_bytes(2, "big") + b"anything")
    with pytest.raises(BadInput):
        read_commit(b"parc\x00\x00" + commit(OPENED)[6:])


class Node:
    """A node that follows messages by hand."""

    def __init__(self) -> None:
        self.log = MemoryLog()
        self._judge = Judge(ADDRESS, Scrutineer())
        self._numbers = count(1)

    def take(self, body: bytes, subject: str = "league.club-2026", stored_at_us: int = NOON) -> Ruling:
        """What becomes of the next message."""
        last = [*self.log.read()][-1:]
        tail = Tail(self.log.head(), last[0].recorded_at_us if last else 0)
        ruling = self._judge(self.log, tail, Message(next(self._numbers), subject, body, stored_at_us))
        self.log.extend(ruling.records)
        return ruling


JO = DriverRegistered("jo", "Jo")
_BAD_TEXT = "two\nlines"


@pytest.mark.parametrize(
    ("body", "kind", "reason"),
    [
        (b"", "BadInput", "not a commit"),
        (b"parc", "BadInput", "not a commit"),
        (commit(JO, version=1) + b"\x00", "BadInput", "not a commit"),
        (commit(JO, version=0), "WrongVersion", "is at version 1, not at 0"),
        (commit(JO, version=2), "WrongVersion", "is at version 1, not at 2"),
        (commit(JO, version=1, head=7), "WrongHead", "is at position 1, not at 7"),
        (commit(JO, version=1, id=keyed_id("t", "t", 1)), "IdTaken", "already belongs to another event, at position 1"),
        (commit(JO, JO, version=1, id=keyed_id("t", "t", 5)), "IdTaken", "already belongs"),
        (commit(JO, version=1, tag="driver-renamed/1"), "NewerVersion", "unknown kind of event"),
        (commit(JO, version=1, payload=b"\x80"), "CannotRead", "damaged payload"),
        (commit(JO, version=1, tag="a\nb", payload=b""), "NewerVersion", "unknown kind of event 'a\\nb'"),
        (commit(JO, version=1, payload=b"\xc1" * 70_000), "BadInput", "has no form"),
        (commit(JO, version=1, source="x" * 65_535), "BadInput", "takes"),
        (commit(JO, version=1, recorded_by=_BAD_TEXT), "BadInput", "text on one line"),
        (commit(JO, version=1, source=""), "BadInput", "event 1: "),
        (commit(OPENED, version=1), "Refused", "event 1"),
        (commit(RoundScheduled(2, "OUL", "Oulton Park"), version=1), "Refused", "$.round"),
        (commit(JO, JO, version=1), "Refused", "event 2"),
        (commit(JO, version=1, time_us=NOON + CLOCK_TOLERANCE_US + 1), "BadInput", "clock is 600 seconds ahead"),
    ],
    ids=count(),
)
def test_a_message_that_does_not_pass_is_set_aside(body: bytes, kind: str, reason: str) -> None:
    """Whoever sent it, each reason by itself; the log stays as it was, and the next good message is recorded."""
    node = Node()
    assert 1 == len(node.take(commit(OPENED)).records)
    ruling = node.take(body)
    assert () == ruling.records
    assert (kind, "club-2026") == (ruling.kind, ruling.season)
    assert reason in ruling.reason
    assert 1 == node.log.head()
    assert 1 == len(node.take(commit(JO, version=1)).records)


@pytest.mark.parametrize("subject", ["league.Club", "league.a.b", "league.", "other.club-2026", "league.club-2026\n"])
def test_a_message_of_no_season_is_set_aside(subject: str) -> None:
    """A subject that no writer uses names no season."""
    ruling = Node().take(commit(OPENED), subject)
    assert (None, ()) == (ruling.season, ruling.records)


def test_times_follow_from_the_messages_alone() -> None:
    """A record takes its writer's time, held by the record before it; a clock that is a little ahead is believed."""
    node = Node()
    node.take(commit(OPENED, time_us=NOON + CLOCK_TOLERANCE_US))
    node.take(commit(JO, version=1, time_us=NOON - 5))
    assert [NOON + CLOCK_TOLERANCE_US] * 2 == [record.recorded_at_us for record in node.log.read()]


def test_a_log_that_cannot_be_read_sets_nothing_aside() -> None:
    """What is wrong with a node is not taken for something wrong with a message."""
    node = Node()
    node.take(commit(OPENED))
    node.log._records[0] = evolve(node.log._records[0], payload=b"damaged")  # noqa: SLF001 - by force
    node.log._seasons["club-2026"][0] = node.log._records[0]  # noqa: SLF001
    node._judge.forget()  # noqa: SLF001
    with pytest.raises(Exception, match="record 1"):
        node.take(commit(JO, version=1))


def record(position: int, season: str, version: int, time_us: int = NOON, payload: bytes = b"") -> StoredRecord:
    """A record for copying."""
    return StoredRecord(position, season, version, time_us, keyed_id("c", "c", position), None, None, "a/1", payload)


def test_what_one_append_left_is_one_message() -> None:
    """Records of one season and one time that follow one another go together, as far as they find room."""
    records = [
        record(1, "a", 1),
        record(2, "a", 2),
        record(3, "b", 1),
        record(4, "a", 3),
        record(5, "a", 4, NOON + 1),
        record(6, "a", 5, NOON + 1, bytes(900)),
        record(7, "a", 6, NOON + 1, bytes(900)),
    ]
    assert [[1, 2], [3], [4], [5], [6], [7]] == [[one.position for one in run] for run in runs(records, 1_000)]
    for run in runs(records, 1_000):
        asked = read_commit(message_of(run))
        assert (run[0].version - 1, run[0].position - 1) == (asked.expected_version, asked.expected_head)
        assert len(message_of(run)) <= 1_000


SAFE = {**stream_settings(ADDRESS), "max_age": 0, "max_msgs": -1, "max_bytes": -1, "allow_msg_ttl": False}


def test_the_settings_that_are_made_are_safe() -> None:
    """A stream made by the first append passes, as a server says it back."""
    assert () == unsafe_settings(ADDRESS, SAFE, "2.12.1", 1_048_576)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"num_replicas": 1}, "set it to 3"),
        ({"storage": "memory"}, "set storage to file"),
        ({"subjects": ["league.>"]}, 'set it to ["league.*"]'),
        ({"retention": "interest"}, "set retention to limits"),
        ({"discard": "old"}, "set discard to new"),
        ({"max_age": 3600}, "set max_age to 0"),
        ({"max_bytes": 10}, "set max_bytes to -1"),
        ({"max_msgs": 10}, "set max_msgs to -1"),
        ({"max_msgs_per_subject": 10}, "set max_msgs_per_subject to -1"),
        ({"max_msg_size": 1000}, "set it to -1"),
        ({"deny_delete": False}, "set deny_delete to true"),
        ({"deny_purge": False}, "set deny_purge to true"),
        ({"allow_rollup_hdrs": True}, "set allow_rollup_hdrs to false"),
        ({"allow_msg_ttl": True}, "set allow_msg_ttl to false"),
        ({"persist_mode": "async"}, "set persist_mode to default"),
        ({"sealed": True}, "set sealed to false"),
        ({"allow_direct": False}, "set allow_direct to true"),
        ({"mirror": {"name": "x"}}, "remove mirror"),
        ({"sources": [{"name": "x"}]}, "remove sources"),
        ({"subject_transform": {}}, "remove subject_transform"),
    ],
    ids=str,
)
def test_each_unsafe_setting_is_named_with_what_mends_it(changed: dict[str, Any], said: str) -> None:
    """One setting at a time."""
    [problem] = unsafe_settings(ADDRESS, {**SAFE, **changed}, "2.12.1", 1_048_576)
    assert said in problem
    assert next(iter(changed)) in problem


@pytest.mark.parametrize("version", ["2.11.9", "1.0.0", "?", ""])
def test_a_server_that_is_too_old_is_named(version: str) -> None:
    """Or one that does not say what it is."""
    [problem] = unsafe_settings(ADDRESS, SAFE, version, 1_048_576)
    assert "upgrade it to 2.12.0 or newer" in problem


def test_a_ledger_in_a_file_needs_none_of_it(tmp_path: Path) -> None:
    """No command on a file imports what a cluster needs; without the extra an address says how to get it."""
    club(tmp_path / "club.parc")
    command = f"""
import sys
sys.argv = ["parc", "--ledger", {str(tmp_path / "club.parc")!r}, "seasons"]
from ledger.cli import main
try:
    main()
except SystemExit as ended:
    assert ended.code == 0, ended.code
assert [] == [name for name in sys.modules if name.partition(".")[0] == "nats" or name.startswith("ledger.cluster")]
sys.modules["nats"] = None
sys.argv = ["parc", "--ledger", "nats://one/league", "seasons"]
main()
"""
    done = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=False)
    assert 'parc: a cluster\'s address needs the extra "cluster": pip install "parc-ferme[cluster]"\n' == done.stderr
    assert 2 == done.returncode
