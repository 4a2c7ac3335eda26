"""The names under which facts are stored and exchanged. They outlive every class name and every release.

JSON says ``race-classified`` and means its newest form; the log says ``race-classified/1`` and means that form for
ever. A fact whose fields change gets a new version here, and an upcast beside it that reads the old one.
"""

from typing import Final

import events
from events import Event

TAGS: Final[dict[str, type[Event]]] = {
    "season-opened/1": events.SeasonOpened,
    "points-scale-adopted/1": events.PointsScaleAdopted,
    "car-class-defined/1": events.CarClassDefined,
    "championship-defined/1": events.ChampionshipDefined,
    "round-scheduled/1": events.RoundScheduled,
    "race-scheduled/1": events.RaceScheduled,
    "race-postponed/1": events.RacePostponed,
    "race-cancelled/1": events.RaceCancelled,
    "race-shortened/1": events.RaceShortened,
    "season-closed/1": events.SeasonClosed,
    "driver-registered/1": events.DriverRegistered,
    "driver-rated/1": events.DriverRated,
    "manufacturer-registered/1": events.ManufacturerRegistered,
    "entry-registered/1": events.EntryRegistered,
    "driver-assigned/1": events.DriverAssigned,
    "driver-swapped/1": events.DriverSwapped,
    "car-changed/1": events.CarChanged,
    "entry-withdrawn/1": events.EntryWithdrawn,
    "race-classified/1": events.RaceClassified,
    "did-not-start/1": events.DidNotStart,
    "pole-taken/1": events.PoleTaken,
    "fastest-lap-set/1": events.FastestLapSet,
    "winner-reported/1": events.WinnerReported,
    "standings-published/1": events.StandingsPublished,
    "winners-published/1": events.WinnersPublished,
}
"""Tag to fact."""

TAG_OF: Final[dict[type[Event], str]] = {cls: tag for tag, cls in TAGS.items()}
"""Fact to tag."""

KINDS: Final[dict[str, type[Event]]] = {tag.partition("/")[0]: cls for tag, cls in TAGS.items()}
"""The ``type`` of a fact in JSON, to its class."""

KIND_OF: Final[dict[type[Event], str]] = {cls: kind for kind, cls in KINDS.items()}
"""A fact's class, to its ``type`` in JSON."""
