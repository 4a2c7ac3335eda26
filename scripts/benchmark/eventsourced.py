"""The eventsourcing library on SQLite with its own defaults: JSON, WAL, and what its SQLite syncs by default (FULL).

Its best use for this work: an aggregate that stays in memory between appends, with one method for each kind of event,
declared by its decorator; all events of an append are triggered and saved at once. A replay gets the aggregate from
its repository, which reads, decodes and applies every event. It checks no rules.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import attrs
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

from events import DriverRegistered, Event, RaceClassified


class SeasonAggregate(Aggregate):
    """A season that knows its drivers and results."""

    @staticmethod
    def create_id(season: str) -> UUID:
        """The same for the same season, so that whoever opens its file again finds it."""
        return uuid5(NAMESPACE_URL, season)

    @event("Opened")
    def __init__(self, season: str) -> None:
        self.season = season
        self.drivers: dict[str, tuple[str, str | None]] = {}
        self.classified: dict[tuple[str, str], list[dict[str, Any]]] = {}

    @event("DriverRegistered")
    def register_driver(self, driver: str, name: str, country: str | None) -> None:
        """A driver is on the list."""
        self.drivers[driver] = (name, country)

    @event("RaceClassified")
    def classify_race(self, race: str, car_class: str, lines: list[dict[str, Any]], status: str) -> None:  # noqa: ARG002
        """A class of a race has a result."""
        self.classified[race, car_class] = lines


class Eventsourced:
    """An application with one aggregate; facts of other kinds than an aggregate of this size needs are left out."""

    def __init__(self, path: Path, season: str) -> None:
        self._app: Application[UUID] = Application(
            env={"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(path)}
        )
        self._name = season
        self._season: SeasonAggregate | None = None

    def prepare(self, facts: Sequence[Event]) -> list[tuple[type[Event], dict[str, Any]]]:
        """Keyword arguments of its methods."""
        return [(type(fact), attrs.asdict(fact)) for fact in facts]

    def append(self, prepared: list[tuple[type[Event], dict[str, Any]]]) -> object:
        """Triggers each event and saves the aggregate, which the first append to a new file makes."""
        if self._season is None:
            self._season = SeasonAggregate(self._name)
        for kind, arguments in prepared:
            if kind is DriverRegistered:
                self._season.register_driver(**arguments)
            elif kind is RaceClassified:
                self._season.classify_race(**arguments)
        return self._app.save(self._season)

    def replay(self) -> object:
        """The aggregate, from its first event on."""
        return self._app.repository.get(SeasonAggregate.create_id(self._name))

    def close(self) -> None:
        """Closes its file."""
        self._app.close()
