"""Every node makes the same of the same messages, whoever sent them and however they come to it."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from attrs import frozen
from hypothesis import given, settings
from hypothesis import strategies as st

from events import Disqualified, Event, Line, RaceClassified, RulingRescinded, SeasonOpened
from ledger.cluster.address import read_address
from ledger.cluster.judging import CLOCK_TOLERANCE_US, Judge, Scrutineer
from ledger.codec import encode
from ledger.codec.commit import Commit, Proposed, write_commit
from ledger.codec.tags import TAGS
from ledger.ids import keyed_id
from ledger.proof import tree
from ledger.store.mirror import Aside, Message, MirrorLog
from ledger.testing import events, seasons
from tests.commandline import FRAME, RACES

ADDRESS = read_address("nats://one,two,three/league")
NOON = 1_700_000_000_000_000
_MEMORY = Path("/dev/shm")  # noqa: S108 - a disk that forgets, where there is one


class Node:
    """A node with a mirror of its own."""

    def __init__(self, path: Path) -> None:
        self.log = MirrorLog(path)
        self.log.create(ADDRESS.prefix, str(ADDRESS))
        self.judge = Judge(ADDRESS, Scrutineer())

    def take(self, messages: Sequence[Message]) -> None:
        """Follows some messages at once."""
        self.log.apply(messages, self.judge)

    def has(self) -> tuple[int, bytes, tuple[tuple[int, str], ...]]:
        """How far it is, its root, and what it has set aside."""
        aside: tuple[Aside, ...] = self.log.set_aside()
        head = self.log.head()
        return head, tree.root(head, self.log.node), tuple((one.sequence, one.kind) for one in aside)


@contextmanager
def node() -> Iterator[Node]:
    """A node that has followed nothing yet, closed at the end."""
    with tempfile.TemporaryDirectory(dir=_MEMORY if _MEMORY.is_dir() else None) as folder:
        made = Node(Path(folder) / "mirror.parc")
        with closing(made.log):
            yield made


@frozen
class Sent:
    """What somebody sends: facts of a season, and what is wrong with the message, if anything is."""

    season: str
    facts: tuple[Event, ...]
    wrong: str


WRONG = ("", "version", "head", "again", "clock", "payload", "cut", "strange")
"""What is wrong with a message: mostly nothing."""


@st.composite
def streams(draw: st.DrawFn) -> list[Sent]:
    """One season or two in appends of a few facts each, in turns; some messages are not as they should be."""
    sent: list[Sent] = []
    drawn = draw(seasons(max_rounds=2, max_cars=3))
    assert isinstance(drawn[0], SeasonOpened)
    left: dict[str, tuple[Event, ...]] = {drawn[0].season: drawn}
    if draw(st.booleans()):  # alone, its facts name the positions that it has
        left["club-2026"] = (*FRAME, *RACES)
    while going := [season for season, facts in left.items() if facts]:
        season = draw(st.sampled_from(going))
        size = draw(st.integers(1, 8))
        facts, left[season] = left[season][:size], left[season][size:]
        wrong = draw(st.sampled_from(("", "", "", *WRONG)))
        if wrong == "strange":
            facts = (*facts, draw(events()))
        sent.append(Sent(season, facts, wrong))
        if wrong and draw(st.booleans()):  # a careful writer: again, as it should be
            sent.append(Sent(season, facts, ""))
    return sent


def message_of(sent: Sent, node: Node, sequence: int, ids: Any) -> Message:
    """The message as a writer sends it who has seen what ``node`` has, with what is wrong about it."""
    version, head = node.log.version(sent.season), node.log.head()
    first = next(node.log.read(), None)
    proposed: list[Proposed] = []
    for fact in sent.facts:
        tag, payload = encode(fact)
        taken = sent.wrong == "again" and first is not None
        id_ = first.id if taken and first is not None else keyed_id("t", "t", next(ids))
        proposed.append((id_, tag, payload[:-1] if sent.wrong == "payload" else payload, None, f"message {sequence}"))
    time_us = NOON + sequence + (CLOCK_TOLERANCE_US * 2 if sent.wrong == "clock" else 0)
    body = write_commit(
        Commit(
            version + (sent.wrong == "version"),
            head + 1 if sent.wrong == "head" else None,
            time_us,
            tuple(proposed),
        )
    )
    body = body[: len(body) // 2] if sent.wrong == "cut" else body
    return Message(sequence, ADDRESS.subject(sent.season), body, NOON + sequence)


@settings(max_examples=25)
@given(streams(), st.data())
def test_nodes_agree_however_they_follow(stream: list[Sent], data: st.DataObject) -> None:
    """One that follows each message as it comes, one that begins anew after every few, one that gets all at once."""
    with ExitStack() as stack:
        live, interrupted, late = (stack.enter_context(node()) for _ in range(3))
        ids = count(1)
        messages: list[Message] = []
        for sent in stream:
            messages.append(message_of(sent, live, len(messages) + 1, ids))
            live.take(messages[-1:])
        left = messages
        while left:
            size = data.draw(st.integers(1, 3))
            interrupted.take(left[:size])
            left = left[size:]
            interrupted.judge = Judge(ADDRESS, Scrutineer())  # as another process has it, which remembers nothing
        late.take(messages)
        assert live.has() == interrupted.has() == late.has()


def test_facts_name_the_positions_that_records_have() -> None:
    """A ruling is rescinded by its position: in the message after it, and by a node that has just begun."""
    ruled = (RaceClassified("DON", "GT", (Line(1, "7"), Line(2, "12"))), Disqualified("DON", "12", "Stewards", "Fuel"))
    rescinded = RulingRescinded(len(FRAME) + len(RACES) + len(ruled), "Court of appeal", "No fault of the team")
    with node() as live, node() as begun:
        ids, taken = count(1), list[Message]()
        for facts in (FRAME, RACES, ruled, (rescinded,)):
            begun.judge = Judge(ADDRESS, Scrutineer())
            taken.append(message_of(Sent("club-2026", facts, ""), live, len(taken) + 1, ids))
            for follower in (live, begun):
                follower.take(taken[-1:])
        assert () == live.log.set_aside()
        assert live.has() == begun.has()
        assert rescinded.position + 1 == live.log.head()


@settings(max_examples=150)
@given(
    st.lists(
        st.one_of(
            events().map(encode),
            st.tuples(st.sampled_from(list(TAGS)), st.binary(max_size=60)),
            st.tuples(st.text(max_size=20), st.binary(max_size=10)),
        ),
        min_size=1,
        max_size=4,
    ),
    st.sampled_from([None, "", "Jo", "two\nlines", "\x1b[31m", "\u202e"]),
)
def test_no_message_stops_a_node(proposed: list[tuple[str, bytes]], told: str | None) -> None:
    """Whatever a sender puts into a commit: it is recorded or set aside, with a line that says why."""
    with node() as follower:
        ids = count(1)
        follower.take([message_of(Sent("club-2026", FRAME, ""), follower, 1, ids)])
        drafts = tuple((keyed_id("t", "t", next(ids)), *one, told, told) for one in proposed)
        try:
            body = write_commit(Commit(len(FRAME), None, NOON, drafts))
        except UnicodeEncodeError:
            return
        follower.take([Message(2, ADDRESS.subject("club-2026"), body, NOON)])
        reasons = follower.log.set_aside()
        assert (follower.log.head() - len(FRAME), len(reasons)) in ((len(proposed), 0), (0, 1))
        assert all(one.kind and one.reason.splitlines() == [one.reason] for one in reasons)
