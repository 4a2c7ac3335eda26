"""The names under which facts are stored and exchanged. They outlive every class name and every release.

JSON says ``race-classified`` and means its newest form; the log says ``race-classified/1`` and means that form for
ever. A fact whose fields change gets a new version here, and an upcast in :mod:`ledger.codec.upcasts` that reads the
old one.
"""

from typing import Final

import events
from events import Event

TAGS: Final[dict[str, type[Event]]] = {
    "season-opened/1": events.SeasonOpened,
    "points-scale-adopted/2": events.PointsScaleAdopted,
    "car-class-defined/1": events.CarClassDefined,
    "championship-defined/2": events.ChampionshipDefined,
    "round-scheduled/1": events.RoundScheduled,
    "race-scheduled/2": events.RaceScheduled,
    "race-postponed/2": events.RacePostponed,
    "race-cancelled/2": events.RaceCancelled,
    "season-closed/1": events.SeasonClosed,
    "driver-registered/1": events.DriverRegistered,
    "driver-rated/1": events.DriverRated,
    "manufacturer-registered/1": events.ManufacturerRegistered,
    "entry-registered/2": events.EntryRegistered,
    "driver-assigned/1": events.DriverAssigned,
    "driver-swapped/1": events.DriverSwapped,
    "car-changed/2": events.CarChanged,
    "entry-withdrawn/1": events.EntryWithdrawn,
    "race-classified/1": events.RaceClassified,
    "did-not-start/2": events.DidNotStart,
    "pole-taken/1": events.PoleTaken,
    "fastest-lap-set/1": events.FastestLapSet,
    "laps-led/1": events.LapsLed,
    "winner-reported/1": events.WinnerReported,
    "disqualified/1": events.Disqualified,
    "moved-to-place/1": events.MovedToPlace,
    "moved-down/1": events.MovedDown,
    "moved-to-rear/1": events.MovedToRear,
    "time-penalty-imposed/1": events.TimePenaltyImposed,
    "classification-amended/1": events.ClassificationAmended,
    "race-shortened/2": events.RaceShortened,
    "points-withheld/1": events.PointsWithheld,
    "points-deducted/1": events.PointsDeducted,
    "points-restored/1": events.PointsRestored,
    "results-annulled/1": events.ResultsAnnulled,
    "competitor-excluded/1": events.CompetitorExcluded,
    "ruling-rescinded/1": events.RulingRescinded,
    "standings-published/2": events.StandingsPublished,
    "winners-published/1": events.WinnersPublished,
    "record-corrected/1": events.RecordCorrected,
    "record-struck/1": events.RecordStruck,
}
"""Newest tag to fact."""

TAG_OF: Final[dict[type[Event], str]] = {cls: tag for tag, cls in TAGS.items()}
"""Fact to tag."""

KINDS: Final[dict[str, type[Event]]] = {tag.partition("/")[0]: cls for tag, cls in TAGS.items()}
"""The ``type`` of a fact in JSON, to its class."""

KIND_OF: Final[dict[type[Event], str]] = {cls: kind for kind, cls in KINDS.items()}
"""A fact's class, to its ``type`` in JSON."""

_LONGEST_KIND: Final = 64
"""Characters beyond which a name is no misspelling: comparing takes time by the square of its length."""
_CLOSE: Final = 0.75
"""How like a kind a name must be to be taken for it misspelt, as :mod:`difflib` measures."""


def kind_meant(name: object) -> str:
    """What helps whoever took ``name`` for a kind of event: the kind that it is close to, or where all are listed."""
    if isinstance(name, str) and len(name) <= _LONGEST_KIND:
        import difflib

        for close in difflib.get_close_matches(name.lower(), KINDS, n=1, cutoff=_CLOSE):
            return f"did you mean {close!r}?"
    return "parc schema lists them"
