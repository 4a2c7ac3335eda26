"""Facts to drafts: what a log is handed of each fact, its id and its bytes, once all of it has room in a record."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from attrs import evolve

from events import Event
from ledger.codec import encode
from ledger.codec.tags import TAGS
from ledger.codec.values import is_id, shown
from ledger.errors import BadInput, Objection, Refused
from ledger.ids import keyed_id
from ledger.proof.entry import LARGEST_ENTRY
from ledger.scrutineering import text_problem
from ledger.store import Draft
from ledger.store.columns import InColumns

_NUMBERS: Final = 128
"""Bytes that are enough for what the log adds: position, version, time and id, and the marks between the fields."""
_TAG: Final = max(map(len, TAGS))
"""Characters of the longest tag, which are bytes as well."""

Told = tuple[Event, str | None, str | None]
"""An event, who records it and the document that says so."""


def ids_of(
    season: str,
    count: int,
    key: str | None,
    ids: Sequence[str | None] | None,
    new_ids: Callable[[int], Sequence[str]],
) -> Sequence[str]:
    """The id of each of the facts of an append: of the key, or the one that is given to it, or else a new one.

    Raises :class:`~ledger.errors.BadInput`.
    """
    if ids is not None and (key is not None or len(ids) != count):
        raise BadInput("give one id for each event, or a key, not both")
    if key is not None and (type(key) is not str or text_problem(key) is not None):
        raise BadInput(f"a key is text on one line, not {key!r}")
    if key is not None:
        return [keyed_id(season, key, index) for index in range(count)]
    if ids is None:
        return _made(count, new_ids)
    for index, given in enumerate(ids):
        if given is not None and not is_id(given):
            raise BadInput(f"event {index + 1}: {given!r} is not a UUIDv7 in its canonical form")
    made = iter(_made(ids.count(None), new_ids))
    return [next(made) if given is None else given for given in ids]


def _made(count: int, new_ids: Callable[[int], Sequence[str]]) -> Sequence[str]:
    made = new_ids(count)
    if len(made) != count:
        raise BadInput(f"the ledger asked for ids of new records, for {count}, and was given {len(made)}")
    return made


def drafts_of(season: str, facts: Sequence[Told], ids: Sequence[str], *, given: bool) -> InColumns[Draft]:
    """Facts as a log takes them, under these ids; ``given``: one may be there twice.

    Raises :class:`~ledger.errors.Refused` with every objection to a recorder, a source, a value of a wrong type, a
    record that is too large, or an id that is given to two events that differ.
    """
    tags: list[str] = []
    payloads: list[bytes] = []
    objections: list[Objection] = []
    told: dict[str, int] = {}
    passed: tuple[object, object] | None = None
    room = 0
    for index, (event, recorded_by, source) in enumerate(facts):
        found: list[Objection] = []
        # Of many facts, recorder and source are mostly the same: to ask once saves 2 µs a fact.
        if passed is None or passed[0] is not recorded_by or passed[1] is not source:
            found = _envelope_objections(index, recorded_by, source)
            passed, room = (None, 0) if found else ((recorded_by, source), _room(season, recorded_by, source))
        try:
            tag, payload = encode(event)
        except BadInput as error:
            found += [evolve(one, index=index) for one in error.objections]
        else:
            tags.append(tag)
            payloads.append(payload)
            # A small record is not counted out.
            if len(payload) > room and not found:
                size = _size(len(payload), (season, tag, recorded_by or "", source or ""))
                if size > LARGEST_ENTRY:
                    problem = f"takes {size:,} bytes with its envelope, and a record has room for {LARGEST_ENTRY:,}"
                    found.append(Objection("$", problem, index))
            if given:
                first = told.setdefault(ids[index], index)
                if first != index and facts[first][0] != event:
                    problem = f"is the id of event {first + 1}, which says something else"
                    found.append(Objection("$.id", problem, index))
        if found:
            objections += found
    if objections:
        raise Refused(tuple(objections))
    recorders, sources = [recorded_by for _, recorded_by, _ in facts], [source for *_, source in facts]
    return InColumns(Draft, (ids, tags, payloads, recorders, sources))


def _room(season: str, recorded_by: str | None, source: str | None) -> int:
    """Bytes that a payload may take in any case, beside these."""
    return LARGEST_ENTRY - _NUMBERS - _TAG - 4 * len(f"{season}{recorded_by}{source}")


def _size(payload: int, texts: Iterable[str]) -> int:
    """Bytes that a record takes at most, as the log keeps it, with so many of its payload, and these texts."""
    return _NUMBERS + payload + sum(len(text.encode("utf-8")) for text in texts)


def _envelope_objections(index: int, recorded_by: str | None, source: str | None) -> list[Objection]:
    found = []
    for name, value in (("recorded_by", recorded_by), ("source", source)):
        problem = None
        if type(value) is str:
            problem = text_problem(value)
        elif value is not None:
            problem = f"expected text, got {shown(value)}"
        if problem is not None:
            found.append(Objection(f"$.{name}", problem, index))
    return found
