"""The names of made-up seasons: few, so that facts meet, and in the order in which they are given out."""

from collections.abc import Mapping
from typing import Final

from events.rules import CompetitorKind

SEASON: Final = "made-up-2026"
CLASSES: Final = ("GT", "LMP3")
FALLING: Final = ("race", "sprint")
"""Scales that pay better places more."""
RISING: Final = ("low", "steep")
"""Scales that pay better places less."""
KINDS: Final = ("race", "sprint")
OTHER_KIND: Final = "heat"
"""A kind of race that no rules name."""
CODES: Final = ("DAY", "STP", "MOH", "MOS", "VIR", "ATL", "SEB", "LAG")
RACES: Final = ("DAY-1", "STP-1")
"""The races that rules name."""
DRIVERS: Final = ("ann", "bob", "cid", "dee", "eve", "fay", "gil", "hal")
MAKES: Final = ("apex", "bolt", "crown")
ENTRANTS: Final = ("archer", "brook", "cook")
CARS: Final = ("7", "8", "08", "11", "27A", "59", "60", "99")
COMPETITORS: Final[Mapping[CompetitorKind, tuple[str, ...]]] = {
    "driver": DRIVERS[:4],
    "team": ("#7", "#8", "#08"),
    "entrant": ENTRANTS,
    "manufacturer": MAKES,
    "constructor": ("apex/apex", "bolt/bolt", "apex/bolt", "bolt/apex"),
}
"""The competitors that rules list, by their kind."""
