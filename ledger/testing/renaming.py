"""The same season under other names: drivers, entrants, makes and cars trade their ids, the first for the last."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

import attrs

from events import ChampionshipDefined, DriverRegistered, EntryRegistered, Event, ManufacturerRegistered, Rules
from events.rules import CompetitorKind

Names: TypeAlias = Mapping[str, str]
"""What each name is called instead."""

_KIND_OF: Final = {
    "driver": "driver",
    "drivers": "driver",
    "outgoing": "driver",
    "incoming": "driver",
    "entrant": "entrant",
    "manufacturer": "manufacturer",
    "engine": "manufacturer",
    "car": "car",
}
"""Which fields of facts hold a name, and of what."""


def renamed(events: Sequence[Event]) -> tuple[tuple[Event, ...], dict[str, Names]]:
    """The season with its ids traded, and what the competitors of each kind are called in it.

    The ids are the ones that the season has, in reverse order, so that whatever is put in order by name comes out the
    other way round, and every shape stays right.
    """
    entries = [event for event in events if isinstance(event, EntryRegistered)]
    drivers = _traded([event.driver for event in events if isinstance(event, DriverRegistered)])
    makes = _traded([event.manufacturer for event in events if isinstance(event, ManufacturerRegistered)])
    cars = _traded([event.car for event in entries])
    competitors: dict[str, Names] = {
        "driver": drivers,
        "team": {f"#{car}": f"#{other}" for car, other in cars.items()},
        "entrant": _traded([event.entrant for event in entries if event.entrant is not None]),
        "manufacturer": makes,
        "constructor": {
            f"{chassis}/{engine}": f"{other}/{power}"
            for chassis, other in makes.items()
            for engine, power in makes.items()
        },
    }
    kinds = {event.championship: event.rules.competitor for event in events if isinstance(event, ChampionshipDefined)}
    renaming = _Renaming({**competitors, "car": cars}, kinds)
    return tuple(renaming.of(event, {}) for event in events), competitors


def _traded(ids: Sequence[str]) -> Names:
    in_order = sorted(set(ids))
    return dict(zip(in_order, reversed(in_order), strict=True))


@attrs.frozen
class _Renaming:
    """Gives every name in a fact its new one."""

    names: Mapping[str, Names]
    """The new names, by what they are names of."""
    kinds: Mapping[str, CompetitorKind]
    """The kind of competitor of each championship."""

    def of(self, value: Any, competitors: Names) -> Any:
        """``value`` with its new names; ``competitors`` are those of the championship that it is about."""
        if isinstance(value, tuple):
            return tuple(self.of(item, competitors) for item in value)
        if not attrs.has(type(value)):
            return value
        if isinstance(value, Rules):
            listed = {"competitors": self.names[value.competitor]}
        else:
            kind = self.kinds.get(getattr(value, "championship", ""))
            listed = {"competitor": competitors if kind is None else self.names[kind]}
        known = {**{field: self.names[of] for field, of in _KIND_OF.items()}, **listed}
        inside = listed.get("competitor", competitors)
        return attrs.evolve(
            value,
            **{
                field.name: _called(getattr(value, field.name), known[field.name])
                if field.name in known
                else self.of(getattr(value, field.name), inside)
                for field in attrs.fields(type(value))
            },
        )


def _called(held: Any, names: Names) -> Any:
    """A name, or several, or none, under the new names."""
    return tuple(names.get(name, name) for name in held) if isinstance(held, tuple) else names.get(held, held)
