"""Which records a fact refers to, by their positions; and the same fact with those records at other positions."""

from collections.abc import Mapping
from typing import Final

from attrs import evolve

from events import Event, RecordCorrected, RecordStruck, RulingRescinded

REFERRING: Final[frozenset[type[Event]]] = frozenset((RecordCorrected, RecordStruck, RulingRescinded))
"""What refers to records. Asked at once: a match against each of them takes 0.4 µs, and most facts are none of them."""


def referred(event: Event) -> tuple[int, ...]:
    """The positions of the records that ``event`` refers to."""
    if type(event) not in REFERRING:
        return ()
    match event:
        case RecordCorrected(position=position, fact=fact):
            return (position, *referred(fact))
        case RecordStruck(position=position) | RulingRescinded(position=position):
            return (position,)
        case _:
            return ()


def referring(event: Event, at: Mapping[int, int]) -> Event:
    """The same fact where the records that it refers to stand elsewhere: ``at`` gives the new position of each."""
    match event:
        case RecordCorrected(position=position, fact=RulingRescinded() as fact):
            moved = evolve(fact, position=at[fact.position])
            return evolve(event, position=at[position], fact=moved)
        case RecordCorrected(position=position) | RecordStruck(position=position) | RulingRescinded(position=position):
            return evolve(event, position=at[position])
        case _:
            return event
