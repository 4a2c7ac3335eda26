"""Moves records from one log to another: what they say of each other's positions comes to mean the same records."""

from collections.abc import Mapping, Sequence

from events import Event
from events.references import referred, referring
from ledger.codec import Submitted
from ledger.errors import Objection, Refused


def moved(lines: Sequence[Submitted], known: Mapping[str, int], head: int) -> tuple[Event, ...]:
    """The events of ``lines``, with the positions that they refer to as they will be in a log that ends at ``head``.

    ``known`` are the positions of the lines that this log holds already, by id. A line that is no whole record of
    another log says what it means already. Raises :class:`~ledger.errors.Refused` for a record that refers to one that
    is not among the lines, unless all of them stand where they stood: then both logs begin alike.
    """
    at: dict[int, int] = {}
    following = head
    for line in lines:
        here = known.get(line.id) if line.id is not None else None
        if here is None:
            here = following = following + 1
        if line.position is not None:
            at[line.position] = here
    in_step = all(there == here for there, here in at.items())
    objections, out = [], []
    for index, line in enumerate(lines):
        positions = referred(line.event) if line.position is not None and not in_step else ()
        missing = [position for position in positions if position not in at]
        if missing:
            path = "$.event.position" if missing[0] == positions[0] else "$.event.fact.position"
            problem = f"{missing[0]} is a record of the log that this line comes from, and is not among the lines"
            objections.append(Objection(path, problem, index))
        else:
            out.append(referring(line.event, at) if positions else line.event)
    if objections:
        raise Refused(tuple(objections))
    return tuple(out)
