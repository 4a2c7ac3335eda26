"""The same season under other names: drivers, makes and cars trade their ids, the first for the last."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs

from events import DriverRegistered, EntryRegistered, Event, ManufacturerRegistered, Rules

_KIND_OF: Final = {
    "driver": "driver",
    "drivers": "driver",
    "outgoing": "driver",
    "incoming": "driver",
    "manufacturer": "manufacturer",
    "engine": "manufacturer",
    "car": "car",
    "competitor": "competitor",
    "competitors": "competitor",
}
"""Which fields of facts hold a name, and of what."""


def renamed(events: Sequence[Event]) -> tuple[tuple[Event, ...], dict[str, str]]:
    """The season with its ids traded, and what each competitor is called in it.

    The ids are the ones that the season has, in reverse order, so that whatever is put in order by name comes out the
    other way round, and every shape stays right.
    """
    names = {
        "driver": _traded([event.driver for event in events if isinstance(event, DriverRegistered)]),
        "manufacturer": _traded([event.manufacturer for event in events if isinstance(event, ManufacturerRegistered)]),
        "car": _traded([event.car for event in events if isinstance(event, EntryRegistered)]),
    }
    competitors = {
        **names["driver"],
        **names["manufacturer"],
        **{f"#{car}": f"#{other}" for car, other in names["car"].items()},
        **{
            f"{chassis}/{engine}": f"{other}/{power}"
            for chassis, other in names["manufacturer"].items()
            for engine, power in names["manufacturer"].items()
        },
    }
    return tuple(_renamed(event, {**names, "competitor": competitors}) for event in events), competitors


def _traded(ids: Sequence[str]) -> dict[str, str]:
    in_order = sorted(set(ids))
    return dict(zip(in_order, reversed(in_order), strict=True))


def _renamed(value: Any, names: Mapping[str, Mapping[str, str]]) -> Any:
    if isinstance(value, tuple):
        return tuple(_renamed(item, names) for item in value)
    if not attrs.has(type(value)):
        return value
    # Of the rules, what kind of competitor they are for is no name.
    kinds = {kind: of for kind, of in _KIND_OF.items() if not (isinstance(value, Rules) and kind == "competitor")}
    changes: dict[str, Any] = {}
    for field in attrs.fields(type(value)):
        held = getattr(value, field.name)
        known = names[kinds[field.name]] if field.name in kinds else None
        if known is None:
            changes[field.name] = _renamed(held, names)
        elif isinstance(held, tuple):
            changes[field.name] = tuple(known.get(name, name) for name in held)
        else:
            changes[field.name] = known.get(held, held)
    return attrs.evolve(value, **changes)
