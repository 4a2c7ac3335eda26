"""A ledger in a cluster, on real servers: what its nodes make of the same messages, and what goes wrong on the way."""

import json
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from events import CarClassDefined, DriverRegistered, Event, SeasonOpened
from ledger import (
    CannotWrite,
    Damaged,
    IdTaken,
    Ledger,
    NewerEdition,
    NotALedger,
    Refused,
    SetAside,
    Unacknowledged,
    Unreachable,
    UnsafeCluster,
    WrongHead,
    WrongVersion,
)
from ledger.archive import copied_onto, copy_ledger
from ledger.cluster.address import Address, read_address
from ledger.cluster.comparing import Comparison, Publisher
from ledger.cluster.log import ClusterLog
from ledger.cluster.settings import stream_settings
from ledger.cluster.transport import Transport
from ledger.codec import encode
from ledger.codec.commit import EDITION, Commit, write_commit
from ledger.errors import BadInput
from ledger.evidence import head, verify
from ledger.ids import keyed_id, new_id
from ledger.moments import now_us
from ledger.proof import tree
from ledger.store import Draft
from ledger.store.sqlite import SqliteLog
from tests.commandline import FRAME, RACES, club, parc
from tests.natscluster import Cluster, RunningCluster
from tests.natsproxy import Moment, Proxy
from tests.stores import new_address

CLUB = "club-2026"
ANN, BEN, CEM = (DriverRegistered(name, name.title()) for name in ("ann", "ben", "cem"))


@pytest.fixture
def address(cluster: Cluster) -> Address:
    """A ledger that nobody has used yet."""
    return new_address(cluster)


Open = Callable[..., ClusterLog]


@pytest.fixture
def node(address: Address, tmp_path: Path) -> Iterator[Open]:
    """Opens the log as a node does that has a name; each name has a mirror."""
    logs: list[ClusterLog] = []

    def opened(name: str = "a", **options: Any) -> ClusterLog:
        logs.append(ClusterLog(options.pop("address", address), tmp_path / f"{name}.parc", **options))
        return logs[-1]

    yield opened
    for log in logs:
        log.close()


@pytest.fixture
def raw(address: Address) -> Iterator[Transport]:
    """Publishes whatever it likes, as somebody may who has the right to publish."""
    with closing(Transport(address)) as transport:
        yield transport


def state(log: ClusterLog) -> tuple[int, bytes]:
    """How far a node is, and its root."""
    log.catch_up()
    return log.head(), tree.root(log.head(), log.node)


def message(version: int, *events: Any, head: int | None = None, ahead_us: int = 0) -> bytes:
    """A message of a writer."""
    proposed = tuple((new_id(), *encode(event), None, None) for event in events)
    return write_commit(Commit(version, head, now_us() + ahead_us, proposed))


def test_every_node_has_the_same_log(node: Open) -> None:
    """Two that follow and write in turn, and one that is made from nothing: the same bytes, the same root."""
    a, b = node("a"), node("b")
    for log, events in ((a, FRAME), (b, RACES[:1]), (a, RACES[1:])):
        Ledger(log).season(CLUB).append(*events, recorded_by="Jo", source="Results")
    assert state(a) == state(b) == state(node("new"))
    assert list(a.read()) == list(b.read())
    assert 0 == verify(b).count


def test_what_others_append_is_seen_after_catching_up(node: Open) -> None:
    """Reading asks nobody; a writer who has not seen the newest version is refused, and has then seen it."""
    a, b = Ledger(node("a")), Ledger(node("b"))
    a.season(CLUB).append(SeasonOpened(CLUB, "Club", 2026))
    assert (0, 1) == (b.head(), b.catch_up())
    seen = b.season(CLUB)
    assert 1 == seen.book().version
    a.season(CLUB).append(ANN)
    with pytest.raises(WrongVersion):
        seen.append(BEN)
    assert 3 == seen.append(BEN)[0].version
    a.catch_up()
    assert [ANN, BEN] == [record.event for record in a.records() if record.version > 1]


def test_writers_of_different_seasons_do_not_contend(node: Open) -> None:
    """Neither has to know what the other has recorded."""
    a, b = Ledger(node("a")), Ledger(node("b"))
    for number in range(3):
        for ledger, season in ((a, "one"), (b, "two")):
            opened = SeasonOpened(season, "S", 2026)
            ledger.season(season).append(DriverRegistered(f"d{number}", "D") if number else opened)
    assert [1, 2, 3, 4, 5, 6] == [record.position for record in b.records()]
    assert a.catch_up() == b.catch_up() == 6


def test_what_is_refused_by_a_book_that_is_behind_is_asked_again(node: Open) -> None:
    """An objection of an old book says that the book is old."""
    a, b = Ledger(node("a")), Ledger(node("b"))
    behind = b.season(CLUB)
    assert 0 == behind.book().version
    a.season(CLUB).append(SeasonOpened(CLUB, "Club", 2026))
    with pytest.raises(WrongVersion):
        behind.append(ANN)
    behind.append(ANN)
    with pytest.raises(Refused):
        behind.append(ANN)


def test_a_hostile_message_is_set_aside_by_every_node_alike(node: Open, raw: Transport) -> None:
    """Nothing of it is recorded; those that come after are; each node says which and why."""
    a, b = node("a"), node("b")
    Ledger(a).season(CLUB).append(SeasonOpened(CLUB, "Club", 2026))
    prefix = raw.address.prefix
    for subject, body in (
        (f"{prefix}.{CLUB}", b"garbage"),
        (f"{prefix}.{CLUB}", message(0, SeasonOpened(CLUB, "Another", 2027))),
        (f"{prefix}.{CLUB}", message(1, SeasonOpened(CLUB, "Another", 2027))),
        (f"{prefix}.NoSlug", message(0, SeasonOpened(CLUB, "Another", 2027))),
        (f"{prefix}.{CLUB}", message(1, ANN, ahead_us=3_600_000_000)),
        (f"{prefix}.{CLUB}", b""),
    ):
        raw.publish(subject, body)
    Ledger(a).season(CLUB).append(BEN)
    assert state(a) == state(b) == state(node("new"))
    assert [BEN] == [record.event for record in Ledger(b).records(after=1)]
    aside = a.set_aside()
    assert [2, 3, 4, 5, 6, 7] == [one.sequence for one in aside]
    assert aside == b.set_aside()
    assert "clock" in aside[4].reason


def test_an_id_is_taken_in_the_whole_cluster(node: Open) -> None:
    """Two writers give the same id to events of two seasons at once: the second is told."""
    a, b = Ledger(node("a")), Ledger(node("b"))
    shared = keyed_id("x", "y", 1)
    a.season("one").append(SeasonOpened("one", "S", 2026), ids=[shared])
    log = b.log
    tag, payload = encode(SeasonOpened("two", "S", 2026))
    with pytest.raises(IdTaken) as caught:  # beneath the season, which would have caught up first
        log.append("two", 0, [Draft(shared, tag, payload, None, None)], now_us())
    assert (shared, 1) == (caught.value.id, caught.value.position)
    assert 1 == b.catch_up()


def test_positions_that_an_append_counts_on_are_guarded(node: Open) -> None:
    """Where another season comes between, nothing is recorded, and it is said as on any log."""
    a, b = node("a"), node("b")
    Ledger(a).season("one").append(SeasonOpened("one", "S", 2026))
    tag, payload = encode(SeasonOpened("two", "S", 2026))
    with pytest.raises(WrongHead) as caught:
        b.append("two", 0, [Draft(new_id(), tag, payload, None, None)], now_us(), expected_head=0)
    assert (0, 1) == (caught.value.expected, caught.value.actual)
    [record] = b.append("two", 0, [Draft(new_id(), tag, payload, None, None)], now_us(), expected_head=1)
    assert 2 == record.position
    assert state(a) == state(b)


def test_a_writer_whose_clock_is_ahead_is_told(node: Open) -> None:
    """His append is set aside, by him as by everyone."""
    ledger = Ledger(node("a"), clock_us=lambda: now_us() + 3_600_000_000)
    with pytest.raises(SetAside, match="set the clock"):
        ledger.season(CLUB).append(SeasonOpened(CLUB, "Club", 2026))
    assert 0 == ledger.head()
    assert 0 == Ledger(node("b")).catch_up()


def test_what_is_too_large_for_one_message_is_refused_before_it_is_sent(node: Open) -> None:
    """The message says the limit; nothing was sent."""
    log = node("a")
    season = Ledger(log).season(CLUB)
    season.append(SeasonOpened(CLUB, "Club", 2026))
    with pytest.raises(BadInput, match=r"takes [\d,]+ bytes, and the cluster takes 1,048,064 in one"):
        season.append(*(CarClassDefined(f"C{number}", "c" * 900) for number in range(1_200)))
    assert 0 == log.lag()
    assert 2 == len(season.append(ANN, BEN))


def test_a_mirror_is_a_ledger_that_takes_nothing_itself(node: Open, tmp_path: Path) -> None:
    """Its file is read without any cluster, verified, backed up; appending names the address to append through."""
    log = node("a")
    Ledger(log).season(CLUB).append(*FRAME)
    path = tmp_path / "a.parc"
    with Ledger.open(path, read_only=True) as mirror:
        assert len(FRAME) == mirror.head()
        assert 0 == verify(mirror.log).count
        copy_ledger(mirror.log, tmp_path / "backup.parc")
    with Ledger.open(path) as mirror, pytest.raises(CannotWrite) as caught:
        mirror.season(CLUB).append(ANN)
    assert f"append through {log.address}" in str(caught.value)
    with Ledger.open(path) as mirror, pytest.raises(CannotWrite):
        mirror.log.extend([])
    Ledger(log).season(CLUB).append(ANN)
    restored = node("backup")  # from the backup it goes on to what came since
    assert state(log) == state(restored)


def test_processes_of_one_machine_share_a_mirror(address: Address, tmp_path: Path, node: Open) -> None:
    """Each takes what the others have not taken yet: nothing twice, nothing left out."""

    def write(season: str) -> int:
        with closing(ClusterLog(address, tmp_path / "shared.parc")) as log:
            mine = Ledger(log).season(season)
            mine.append(SeasonOpened(season, "S", 2026))
            for number in range(15):
                mine.append(DriverRegistered(f"d{number}", "D"))
            log.catch_up()
            return log.head()

    with ThreadPoolExecutor(3) as pool:
        assert 48 == max(pool.map(write, ("one", "two", "three")))
    shared = node("shared")
    assert state(shared) == state(node("new"))
    assert 0 == verify(shared).count
    assert () == shared.set_aside()
    messages = shared.transport.messages(0, 48)
    assert 48 == shared._mirror.apply(messages, shared._following._judge)  # noqa: SLF001 - what another has taken meanwhile


def test_another_file_is_no_mirror(node: Open, tmp_path: Path, cluster: Cluster) -> None:
    """Neither a ledger of its own, nor the mirror of another ledger, is written to."""
    club(tmp_path / "own.parc")
    with pytest.raises(NotALedger, match="is a ledger of its own, not a mirror"):
        node("own")
    Ledger(node("a")).season(CLUB).append(*FRAME)
    with pytest.raises(NotALedger, match="is the mirror of"):
        node("a", address=new_address(cluster))


def test_a_cluster_that_has_lost_appends_is_not_followed(
    node: Open, raw: Transport, address: Address, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that holds fewer messages than the mirror has followed, or another one in their place, or no stream at all.

    Nothing is changed; the mirror is read as a file, and copied into a new stream.
    """
    monkeypatch.setattr("ledger.cluster.following._SETTLING_S", 0.5)
    log = node("a")
    season = Ledger(log).season(CLUB)
    season.append(*FRAME)
    season.append(*RACES)
    raw._api(f"STREAM.DELETE.{address.prefix}", {})  # noqa: SLF001 - what no ledger does
    with pytest.raises(Damaged, match="does not hold it"):
        log.catch_up()
    with pytest.raises(Damaged, match="does not hold it"):
        node("a")
    raw.create(stream_settings(address))
    raw.publish(f"{address.prefix}.{CLUB}", message(0, SeasonOpened(CLUB, "Another", 2026)))
    with pytest.raises(Damaged, match="ends at message 1"):
        node("a")
    raw.publish(f"{address.prefix}.{CLUB}", message(1, ANN))
    with pytest.raises(Damaged, match="holds another there"):
        node("a")
    raw.publish(f"{address.prefix}.{CLUB}", message(2, BEN))
    with pytest.raises(Damaged, match="holds another there"):
        log.catch_up()
    with Ledger.open(tmp_path / "a.parc", read_only=True) as mirror:
        assert len(FRAME) + len(RACES) == mirror.head()


def test_a_message_of_a_newer_version_stops_a_node(node: Open, raw: Transport) -> None:
    """It follows no further and says so; what it has is read."""
    a, b = node("a"), node("b")
    Ledger(a).season(CLUB).append(SeasonOpened(CLUB, "Club", 2026))
    raw.publish(f"{raw.address.prefix}.{CLUB}", b"parc" + (EDITION + 1).to_bytes(2, "big") + b"?")
    for log in (a, b):
        with pytest.raises(NewerEdition, match=r"message 2 .* upgrade parc"):
            log.catch_up()
        assert 1 == log.head()
    reading = node("b", read_only=True)
    assert "upgrade parc" in reading.warnings[0]
    assert 1 == reading.head()


def test_an_unsafe_stream_is_refused_or_accepted_for_all_to_see(
    node: Open, raw: Transport, address: Address, tmp_path: Path
) -> None:
    """Refused with what mends it; accepted by an explicit word, which every later opening repeats."""
    raw.create({**stream_settings(address), "num_replicas": 1, "deny_purge": False})
    with pytest.raises(UnsafeCluster) as caught:
        node("a")
    assert ["num_replicas", "deny_purge"] == [problem.split()[0] for problem in caught.value.problems]
    assert "set deny_purge to true" in str(caught.value)
    assert not (tmp_path / "a.parc").exists()
    accepted = node("a", accept_unsafe=True)
    Ledger(accepted).season(CLUB).append(*FRAME)
    [warning] = node("a").warnings
    assert "num_replicas is 1" in warning
    with Ledger.open(tmp_path / "a.parc", read_only=True) as mirror:
        assert "num_replicas is 1" in mirror.warnings[0]
    with pytest.raises(UnsafeCluster):
        node("b")


def test_without_a_cluster_the_mirror_is_read(node: Open, address: Address) -> None:
    """Reading works and says how old it is; appending does not, and nothing is recorded."""
    log = node("a")
    Ledger(log).season(CLUB).append(*FRAME)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nobody = read_address(f"nats://127.0.0.1:{taken.getsockname()[1]}/{address.prefix}")
        reading = node("a", address=nobody, read_only=True)
        [warning] = reading.warnings
        assert "cannot be reached" in warning
        assert f"at position {len(FRAME)}" in warning
        assert Ledger(reading).season(CLUB).book().version == len(FRAME)
        with pytest.raises(CannotWrite, match="opened for reading only"):
            Ledger(node("a", read_only=True)).season(CLUB).append(ANN)
        with pytest.raises(Unreachable):
            node("a", address=nobody, patience_s=0.1)
        with pytest.raises(Unreachable):
            node("new", address=nobody, read_only=True, patience_s=0.1)


def test_a_lost_answer_is_found_out_by_trying_again(
    cluster: Cluster, address: Address, tmp_path: Path, node: Open
) -> None:
    """The connection is cut before the message arrives, or before its answer does: recorded once, either way."""
    with Proxy(cluster.ports[0].client) as proxy:
        through = read_address(f"{proxy.url}/{address.prefix}")
        with closing(ClusterLog(through, tmp_path / "proxied.parc")) as log:
            season = Ledger(log).season(CLUB)
            season.append(SeasonOpened(CLUB, "Club", 2026))
            cuts: tuple[tuple[Moment, Event], ...] = (("publish", ANN), ("answer", BEN))
            for moment, event in cuts:
                proxy.cut_at(moment, f"{address.prefix}.")
                [record] = season.append(event)
                assert not proxy.armed
                assert event == record.event
        assert [ANN, BEN] == [record.event for record in Ledger(node("b")).records(after=1)]


@pytest.mark.parametrize("moment", ["publish", "answer"])
def test_an_append_that_nobody_answered_is_done_again_from_anywhere(
    cluster: Cluster, address: Address, tmp_path: Path, node: Open, moment: Moment
) -> None:
    """Its error says the ids; the same append from another machine, after others, is recorded exactly once."""
    with Proxy(cluster.ports[0].client) as proxy:
        through = read_address(f"{proxy.url}/{address.prefix}")
        with closing(ClusterLog(through, tmp_path / "proxied.parc", patience_s=0)) as log:
            season = Ledger(log).season(CLUB)
            season.append(SeasonOpened(CLUB, "Club", 2026))
            proxy.cut_at(moment, f"{address.prefix}.")
            with pytest.raises(Unacknowledged) as caught:
                season.append(ANN, BEN)
    assert (CLUB, 2) == (caught.value.season, len(caught.value.ids))
    assert "may or may not be recorded" in str(caught.value)
    other = Ledger(node("b")).season(CLUB)
    other.append(CEM)
    records = Ledger(node("c")).season(CLUB).append(ANN, BEN, ids=caught.value.ids)
    assert list(caught.value.ids) == [record.id for record in records]
    assert sorted(["ann", "ben", "cem"]) == sorted(Ledger(node("d")).season(CLUB).book().drivers)


def test_a_ledger_is_copied_into_a_cluster_and_out_of_it(node: Open, tmp_path: Path) -> None:
    """The same records, the same root, either way; a second time changes nothing."""
    club(tmp_path / "club.parc")
    with Ledger.open(tmp_path / "club.parc") as ledger:
        ledger.season("other").append(SeasonOpened("other", "Other", 2026))
        log = node("a")
        new, root = copied_onto(ledger.log, log)
        assert len(FRAME) + len(RACES) + 1 == new
        assert list(ledger.log.read()) == list(log.read())
        assert (0, root) == copied_onto(ledger.log, log)
        ledger.season("other").append(ANN)
        assert 1 == copied_onto(ledger.log, log)[0]
        assert list(ledger.log.read()) == list(node("b").read())
    with closing(SqliteLog(tmp_path / "out.parc")) as out:
        copied_onto(log, out)
        assert list(log.read()) == list(out.read())
        assert 0 == verify(out).count
    with Ledger.open(tmp_path / "out.parc") as ledger:
        ledger.season("other").append(BEN)  # a plain file, which goes its own way


def test_a_copy_goes_on_where_it_was_interrupted(
    cluster: Cluster, address: Address, tmp_path: Path, node: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cut in the middle, it goes on by itself; ended in the middle, the next one goes on."""
    monkeypatch.setattr("ledger.cluster.copying.AT_ONCE", 2)
    with Ledger.open(tmp_path / "plain.parc") as ledger:
        ledger.season(CLUB).append(SeasonOpened(CLUB, "Club", 2026))
        for number in range(9):
            ledger.season(CLUB).append(DriverRegistered(f"d{number}", "D"))
        with Proxy(cluster.ports[0].client) as proxy:
            through = read_address(f"{proxy.url}/{address.prefix}")
            with closing(ClusterLog(through, tmp_path / "proxied.parc", patience_s=0)) as log:
                proxy.cut_at("answer", f"{address.prefix}.")
                with pytest.raises(Unreachable, match="copy again to go on"):
                    log.take(ledger.log)
            with closing(ClusterLog(through, tmp_path / "proxied.parc")) as log:
                proxy.cut_at("publish", f"{address.prefix}.")
                copied_onto(ledger.log, log)
                assert not proxy.armed
        assert list(ledger.log.read()) == list(node("b").read())
        assert () == node("b").set_aside()


def test_a_copy_onto_something_else_is_refused(node: Open, tmp_path: Path) -> None:
    """The target must be empty, or hold the beginning, be it a cluster or a file."""
    log = node("a")
    Ledger(log).season(CLUB).append(SeasonOpened(CLUB, "Mine", 2026))
    club(tmp_path / "club.parc")
    with Ledger.open(tmp_path / "club.parc") as ledger:
        with pytest.raises(BadInput, match="are not the first of what is copied"):
            copied_onto(ledger.log, log)
        with pytest.raises(BadInput, match="are not the first of what is copied"):
            copied_onto(log, ledger.log)


def test_a_record_that_is_not_admitted_is_not_copied(node: Open, tmp_path: Path) -> None:
    """A file may hold what is not scrutineered today: the copy ends there, and says at which position."""
    with closing(SqliteLog(tmp_path / "odd.parc")) as odd:
        told: tuple[Event, ...] = (SeasonOpened(CLUB, "Club", 2026), ANN, ANN, BEN)
        for number, event in enumerate(told):
            tag, payload = encode(event)
            odd.append(CLUB, number, [Draft(new_id(), tag, payload, None, None)], now_us() + number)
        log = node("a")
        with pytest.raises(SetAside, match="what follows on position 2: event 1"):
            copied_onto(odd, log)
        assert 2 == log.head()
        assert 2 == node("b").head()


def test_nodes_compare_what_they_have(node: Open, address: Address) -> None:
    """What a node publishes agrees with the others; a node that has something else is named, now or later."""
    a, b = node("a"), node("b")
    Ledger(a).season(CLUB).append(*FRAME)
    b.catch_up()
    for log, name in ((a, "anna"), (b, "berta")):
        Publisher(log.transport, name, lambda log=log: head(log)).step(log.head())  # type: ignore[misc]
    for log in (a, b):
        comparison = Comparison(log.transport, log)
        assert () == comparison.step()
        assert {"anna": len(FRAME), "berta": len(FRAME)} == comparison.agreed
    lie = f"unsigned\n{len(FRAME) + 1}\n{'A' * 43}=\n"
    a.transport.publish(f"{address.checkpoints}.clara", lie.encode(), stream=address.checkpoints)
    a.transport.publish(f"{address.checkpoints}.dora", b"\xff", stream=address.checkpoints)
    comparison = Comparison(b.transport, b)
    assert [("dora", 0)] == [(one.node, one.size) for one in comparison.step()]
    assert ["clara"] == [one.node for one in comparison.ahead]
    Ledger(b).season(CLUB).append(RACES[0])
    assert [("clara", len(FRAME) + 1)] == [(one.node, one.size) for one in comparison.step()]
    assert ["anna", "berta"] == sorted(comparison.agreed)


def test_the_first_append_may_be_tried(address: Address, tmp_path: Path) -> None:
    """Where there is no ledger yet, a trial says what would be recorded, and makes none."""
    line = b'{"type": "season-opened", "season": "club-2026", "title": "Club Cup 2026", "year": 2026}'
    at = ("--ledger", str(address), "--mirror", tmp_path / "a.parc")
    tried = parc(*at, "append", "--dry-run", "-", stdin=line)
    assert (0, "1 event would be recorded in club-2026\n", "") == (tried.status, tried.out, tried.err)
    assert f"there is no ledger at {address}" in parc(*at, "log").err
    assert 0 == parc(*at, "append", "-", stdin=line).status
    assert "is open already" in parc(*at, "append", "--dry-run", "-", stdin=line).err


def test_the_command_line_works_in_a_cluster(address: Address, tmp_path: Path) -> None:
    """The same commands with the address instead of the path: copy, append, tables, verify, follow, backup, restore."""
    club(tmp_path / "club.parc")
    at = ("--ledger", str(address), "--mirror", tmp_path / "a.parc")
    copied = parc("copy", tmp_path / "club.parc", str(address), "--to-mirror", tmp_path / "a.parc")
    assert ("", 0) == (copied.err, copied.status)
    line = json.dumps({"type": "driver-registered", "driver": "dee", "name": "Dee"}).encode()
    assert 0 == parc(*at, "append", "-", "--key", "dee", stdin=line).status
    again = parc(*at, "append", "-", "--key", "dee", stdin=line)
    assert "nothing to record in club-2026; 1 event recorded already\n" == again.out
    table = parc(*at, "standings", "drivers", "--format", "json")
    assert table.out == parc("--ledger", tmp_path / "a.parc", "standings", "drivers", "--format", "json").out
    followed = parc("--ledger", str(address), "--mirror", tmp_path / "b.parc", "follow", "--once", "--name", "b")
    assert followed.out.endswith("position 21, message 3, 0 behind; agrees with no other node yet\n")
    verified = json.loads(parc(*at, "verify", "--format", "json").out)
    assert (True, 0, [{"node": "b", "size": 21}], []) == (
        verified["sound"],
        verified["cluster"]["behind"],
        verified["cluster"]["agreed"],
        verified["cluster"]["disagreements"],
    )
    assert 0 == parc(*at, "backup", tmp_path / "backup.parc").status
    restored = parc("--ledger", str(address), "--mirror", tmp_path / "c.parc", "restore", tmp_path / "backup.parc")
    assert (0, "") == (restored.status, restored.err)
    assert verified["root"] in parc("--ledger", str(address), "--mirror", tmp_path / "c.parc", "verify").out


def test_a_node_that_disagrees_ends_verify_with_1(address: Address, node: Open, tmp_path: Path) -> None:
    """It is named, in the text and in JSON; follow says it too."""
    log = node("a")
    Ledger(log).season(CLUB).append(*FRAME)
    Publisher(log.transport, "anna", lambda: head(log)).step(log.head())
    lie = f"unsigned\n2\n{'A' * 43}=\n"
    log.transport.publish(f"{address.checkpoints}.clara", lie.encode(), stream=address.checkpoints)
    at = ("--ledger", str(address), "--mirror", tmp_path / "a.parc")
    found = parc(*at, "verify")
    assert 1 == found.status
    assert "disagrees: clara: its first 2 records have another root\n" in found.out
    assert 1 == parc(*at, "follow", "--once", "--name", "a").status
    assert ["clara"] == [
        one["node"] for one in json.loads(parc(*at, "verify", "--format", "json").out)["cluster"]["disagreements"]
    ]


def test_an_append_that_nobody_answered_ends_with_3(cluster: Cluster, address: Address, tmp_path: Path) -> None:
    """The line says the key to do it again with, and that does it, or finds it done."""
    with Proxy(cluster.ports[0].client) as proxy:
        at = ("--ledger", f"{proxy.url}/{address.prefix}", "--mirror", tmp_path / "a.parc")
        opened = json.dumps({"type": "season-opened", "season": CLUB, "title": "Club", "year": 2026}).encode()
        assert 0 == parc(*at, "append", "-", stdin=opened).status
        lines = b'{"type": "driver-registered", "driver": "dee", "name": "Dee"}'
        proxy.cut_at("answer", f"{address.prefix}.")
        lost = parc(*at, "append", "-", stdin=lines, env={"PARC_PATIENCE": "0"})
    assert 3 == lost.status
    assert lost.err.startswith(f"parc: season {CLUB}: may or may not be recorded")
    key = lost.err.split()[-1]
    at = ("--ledger", str(address), "--mirror", tmp_path / "b.parc")
    again = parc(*at, "append", "-", "--key", key, stdin=lines)
    assert "nothing to record in club-2026; 1 event recorded already\n" == again.out
    assert 1 == parc(*at, "log", "--format", "json").out.count('"dee"')


def test_a_login_is_taken_from_the_environment_and_shown_nowhere(tmp_path: Path) -> None:
    """A cluster that asks for a password gets it from the address in $PARC_LEDGER, never from the command line."""
    users = "authorization { users: [ { user: jo, password: secret } ] }"
    with RunningCluster.create(tmp_path, settings=users) as own:
        own.start()
        own.wait_until_healthy()
        open_to_all = own.address("league")
        secret = open_to_all.replace("nats://", "nats://jo:secret@")
        opened = json.dumps({"type": "season-opened", "season": CLUB, "title": "Club", "year": 2026}).encode()
        mirror = ("--mirror", tmp_path / "a.parc")
        done = parc(*mirror, "append", "-", stdin=opened, env={"PARC_LEDGER": secret})
        assert (0, "") == (done.status, done.err)
        seasons = parc(*mirror, "seasons", env={"PARC_LEDGER": secret})
        assert open_to_all in seasons.out
        assert "secret" not in seasons.out
        assert b"secret" not in (tmp_path / "a.parc").read_bytes()
        club(tmp_path / "club.parc")
        copied = parc(
            *("copy", tmp_path / "club.parc", own.address("copied"), "--to-mirror", tmp_path / "copied.parc"),
            env={"PARC_LEDGER": secret},
        )
        assert (0, "") == (copied.status, copied.err)  # the login of the same servers is known
        refused = parc("--ledger", secret, "seasons")
        assert 2 == refused.status
        assert "secret" not in refused.err
        stranger = parc("--ledger", open_to_all, "--mirror", tmp_path / "new.parc", "seasons")
        assert 2 == stranger.status
        assert "Authorization" in stranger.err


def test_a_killed_leader_costs_seconds_and_no_append(tmp_path: Path) -> None:
    """The append that was under way is done by the others; the node that comes back has everything."""
    with RunningCluster.create(tmp_path) as own:
        own.start()
        address = read_address(own.address("league"))
        with closing(ClusterLog(address, tmp_path / "a.parc", patience_s=60)) as log:
            season = Ledger(log).season(CLUB)
            season.append(SeasonOpened(CLUB, "Club", 2026))
            leader = own.wait_for_leader("league")
            own.kill(leader)
            season.append(ANN)
            own.start()
            season.append(BEN)
            found = state(log)
        with closing(ClusterLog(address, tmp_path / "b.parc", patience_s=60)) as other:
            assert found == state(other)


def test_no_headers_of_a_sender_pass_for_those_of_the_server(
    node: Open, raw: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A message that says itself which it is, and when and where it was taken, is taken for what the server says."""
    a = node("a")
    Ledger(a).season(CLUB).append(SeasonOpened(CLUB, "Club", 2026))
    forged = {
        "Nats-Sequence": "9",
        "Nats-Subject": f"{raw.address.prefix}.other",
        "Nats-Time-Stamp": "2001-01-01T00:00:00Z",
        "Status": "404",
    }
    raw._run(lambda: raw._publish(f"{raw.address.prefix}.{CLUB}", message(1, ANN), forged), 5)  # noqa: SLF001
    raw.publish(f"{raw.address.prefix}.{CLUB}", message(2, BEN))
    assert 3 == state(a)[0]
    assert state(a) == state(node("in-runs"))
    monkeypatch.setattr("nats.aio.client.parse_email", lambda _: None)  # as if a parser of mail were installed
    assert state(a) == state(node("one-by-one"))
    assert () == a.set_aside()
