"""Rows of an SQLite file to records and back. A file may hold anything, whatever its tables declare."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any, Final

from ledger.errors import BadInput, CannotRead
from ledger.proof.entry import bytes_of_ids, id_text, is_canonical, under_leaf, under_leaves
from ledger.proof.tree import HASH_SIZE
from ledger.store.columns import columns_of
from ledger.store.port import StoredRecord

COLUMNS: Final = "position, season, version, recorded_at_us, id, recorded_by, source, tag, payload, hashes"
"""A row, in the order in which it is looked at here: the hashes, which a record does not have, are the last."""
_YEAR_1_US: Final = -62_135_596_800_000_000
_YEAR_10000_US: Final = 253_402_300_800_000_000
"""The times that a record can have are those that there are dates for: from the one to before the other."""
_ID_BYTES: Final = 16
_TEXT_OR_NONE: Final = (str, type(None))


def row_columns(records: Sequence[StoredRecord]) -> tuple[Sequence[Any], ...]:
    """Records, of which there is one at least, as the columns of their rows, but for the hashes.

    Raises :class:`~ledger.errors.BadInput` where an id has another form.
    """
    positions, seasons, versions, times_us, ids, *others = columns_of(StoredRecord, records)
    try:
        in_bytes = bytes_of_ids(ids)
    except ValueError:
        which = next(index for index, id_ in enumerate(ids) if is_canonical(id_) is None)
        problem = f"{ids[which]!r} is no id in lower case with hyphens"
        raise BadInput(f"record {positions[which]} has no form as an entry: {problem}") from None
    return positions, seasons, versions, times_us, in_bytes, *others


def record_of(row: Any) -> StoredRecord:
    """The record of a row. Raises :class:`~ledger.errors.CannotRead` where it is none."""
    position, season, version, recorded_at_us, id_, recorded_by, source, tag, payload = row
    if not (
        type(position) is int
        and type(season) is str
        and type(version) is int
        and type(recorded_at_us) is int
        and _YEAR_1_US <= recorded_at_us < _YEAR_10000_US
        and type(id_) is bytes
        and len(id_) == _ID_BYTES
        and type(recorded_by) in _TEXT_OR_NONE
        and type(source) in _TEXT_OR_NONE
        and type(tag) is str
        and type(payload) is bytes
    ):
        raise CannotRead(f"record {position} is damaged")
    return StoredRecord(position, season, version, recorded_at_us, id_text(id_), recorded_by, source, tag, payload)


def leaves_of_columns(*columns: Sequence[Any]) -> list[bytes]:
    """The leaves of the tree over the records in many rows, which are given in columns of one length.

    Raises :class:`~ledger.errors.BadInput` for the first of them that is too large, or no record. All at once takes
    0.75 µs a record, of which SHA-256 is the half, and one by one 1.0.
    """
    return [sha256(covered).digest() for covered in under_leaves(*columns)]


def are_true(hashes: Sequence[Any], *columns: Sequence[Any]) -> bool:
    """Whether rows, which are given in columns of one length, hold records, and these hashes; see :func:`is_true`.

    If not, :func:`is_true` says it of one of them at least.
    """
    try:
        made, leaves = leaves_of_columns(*columns), [some[:HASH_SIZE] for some in hashes]
    except (BadInput, TypeError):
        return False
    times_us = columns[3]
    return made == leaves and min(times_us) >= _YEAR_1_US and max(times_us) < _YEAR_10000_US


def is_true(
    position: Any,
    season: Any,
    version: Any,
    recorded_at_us: int,
    id_: Any,
    recorded_by: Any,
    source: Any,
    tag: Any,
    payload: Any,
    hashes: Any,
) -> bool:
    """Whether the columns of a row hold a record, and its leaf is the first of the hashes beside it."""
    try:
        covered = under_leaf(position, season, version, recorded_at_us, id_, recorded_by, source, tag, payload)
    except BadInput:
        return False
    is_leaf = type(hashes) is bytes and sha256(covered).digest() == hashes[:HASH_SIZE]
    return is_leaf and _YEAR_1_US <= recorded_at_us < _YEAR_10000_US


def is_record(*columns: Any) -> bool:
    """Whether the columns of a row hold a record, whatever leaf is beside it."""
    try:
        record_of(columns[:-1])
    except CannotRead:
        return False
    return True
