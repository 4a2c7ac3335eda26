"""A commit as one message: all that a writer hands in for one append to a log that several machines share.

    offset  bytes  what
         0      4  "parc"
         4      2  edition of the rules by which the message is judged, unsigned, big-endian
         6         msgpack: [expected_version, expected_head or null, time_us,
                             [[id (16 bytes), tag, payload, recorded_by or null, source or null], ...]]

One commit has one form: what is not exactly what :func:`write_commit` makes is not read. Which season it is of, the
message's subject says.
"""

from typing import Any, Final, TypeAlias

import msgpack
from attrs import frozen

from ledger.codec.values import is_id
from ledger.errors import BadInput, NewerEdition
from ledger.proof.entry import id_bytes, id_text

EDITION: Final = 1
"""Of what a message may hold, and of the rules by which every node judges alike whether it is recorded.

It goes up whenever a message that is recorded now would be set aside then, or the other way round: with a new tag or
a new version of one, with a rule of scrutineering. Messages of older editions are judged as they were: a tag or a rule
that came later does not exist in them.
"""

_MARK: Final = b"parc"
_HEAD_SIZE: Final = len(_MARK) + 2
_TIMES: Final = range(-62_135_596_800_000_000, 253_402_300_800_000_000)
"""Microseconds of the years 1 to 9999."""
_COUNTS: Final = range(2**63)

Proposed: TypeAlias = tuple[str, str, bytes, str | None, str | None]
"""What a writer hands in for one record: id, tag, payload, recorded_by, source."""


@frozen
class Commit:
    """What one append asks for."""

    expected_version: int
    expected_head: int | None
    time_us: int
    """The writer's clock: microseconds since 1970-01-01 UTC."""
    proposed: tuple[Proposed, ...]


def write_commit(commit: Commit) -> bytes:
    """The message of a commit."""
    return _MARK + EDITION.to_bytes(2, "big") + _packed(commit)


def read_commit(message: bytes) -> Commit:
    """The commit that a message holds.

    Raises :class:`~ledger.errors.NewerEdition` where a newer version of parc wrote it, and
    :class:`~ledger.errors.BadInput` for whatever else is no commit.
    """
    if len(message) < _HEAD_SIZE or not message.startswith(_MARK):
        raise BadInput("not a commit: it does not begin as one")
    edition = int.from_bytes(message[len(_MARK) : _HEAD_SIZE], "big")
    if edition > EDITION:
        raise NewerEdition(
            f"it is of edition {edition}, and this version of parc knows up to {EDITION}; upgrade parc to follow on"
        )
    if edition == 0:
        raise BadInput("not a commit: there is no edition 0")
    try:
        value = msgpack.unpackb(message[_HEAD_SIZE:], max_ext_len=0, max_map_len=0)
    except Exception as error:  # noqa: BLE001 - whatever bytes provoke is said of these bytes
        raise BadInput(f"not a commit: not msgpack ({type(error).__name__})") from None
    commit = _commit(value)
    if _packed(commit) != message[_HEAD_SIZE:]:
        raise BadInput("not a commit: not in the one form that it has")
    return commit


def _packed(commit: Commit) -> bytes:
    proposed = [(id_bytes(id_), *rest) for id_, *rest in commit.proposed]
    packed: bytes = msgpack.packb((commit.expected_version, commit.expected_head, commit.time_us, proposed))
    return packed


def _commit(value: Any) -> Commit:
    if type(value) is not list or len(value) != 4:  # noqa: PLR2004 - as the form above has it
        raise BadInput("not a commit: expected four values")
    version, head, time_us, drafts = value
    _require(type(version) is int and version in _COUNTS, "expected_version")
    _require(head is None or (type(head) is int and head in _COUNTS), "expected_head")
    _require(type(time_us) is int and time_us in _TIMES, "time")
    _require(type(drafts) is list and bool(drafts), "events")
    return Commit(version, head, time_us, tuple(_proposed(index, one) for index, one in enumerate(drafts, start=1)))


def _proposed(index: int, value: Any) -> Proposed:
    _require(type(value) is list and len(value) == 5, f"event {index}")  # noqa: PLR2004 - as the form above has it
    id_, tag, payload, recorded_by, source = value
    _require(type(id_) is bytes and len(id_) == 16, f"id of event {index}")  # noqa: PLR2004 - bytes of a UUID
    text = id_text(id_)
    _require(is_id(text), f"id of event {index}")
    _require(type(tag) is str, f"tag of event {index}")
    _require(type(payload) is bytes, f"payload of event {index}")
    _require(recorded_by is None or type(recorded_by) is str, f"recorded_by of event {index}")
    _require(source is None or type(source) is str, f"source of event {index}")
    return text, tag, payload, recorded_by, source


def _require(holds: bool, what: str) -> None:
    if not holds:
        raise BadInput(f"not a commit: its {what} is not as it should be")
