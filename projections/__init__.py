"""What follows from what happened: folds facts into a season book, and reads tables off the book. Pure."""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from projections.book import Book, Filed, fold
from projections.concerning import concerned_races
from projections.entries import Drive, ListedEntry, Paddock, entry_list
from projections.errors import NoRace, UnknownName
from projections.order import Change
from projections.provisional import provisional_races
from projections.races import race_order, races_run, races_up_to, resolve_race
from projections.scoring import Award
from projections.standings import Adjustment, Standings, StandingsRow, progression, standings

if TYPE_CHECKING:
    from projections.auditing import Audit, Discrepancy, audit
    from projections.becoming import Outcome, outcomes
    from projections.differing import Diff, DiffRow, RaceChange, diff
    from projections.explaining import Explanation, why
    from projections.publishing import publication
    from projections.results import ClassResult, RaceResult, RaceRuling, ResultLine, race_result
    from projections.scheduling import CalendarRace, CalendarRound, calendar
    from projections.ties import Comparison, Tie, tie
    from projections.title import Contender, Leader, TitleRace, title_race
    from projections.wording import Article, Regulations, regulations

_LATE: Final = {
    "auditing": ("Audit", "Discrepancy", "audit"),
    "becoming": ("Outcome", "outcomes"),
    "differing": ("Diff", "DiffRow", "RaceChange", "diff"),
    "explaining": ("Explanation", "why"),
    "publishing": ("publication",),
    "results": ("ClassResult", "RaceResult", "RaceRuling", "ResultLine", "race_result"),
    "scheduling": ("CalendarRace", "CalendarRound", "calendar"),
    "ties": ("Comparison", "Tie", "tie"),
    "title": ("Contender", "Leader", "TitleRace", "title_race"),
    "wording": ("Article", "Regulations", "regulations"),
}
"""The names that a table of standings needs none of, by module; no module has one of these names itself."""


def __getattr__(name: str) -> Any:
    # Imported on first use: beyond the facts, all that standings need takes 43 ms to import, and with these 79 ms.
    for module, names in _LATE.items():
        if name in names:
            return getattr(import_module(f"projections.{module}"), name)
    raise AttributeError(f"module 'projections' has no attribute {name!r}")


__all__ = [
    "Adjustment",
    "Article",
    "Audit",
    "Award",
    "Book",
    "CalendarRace",
    "CalendarRound",
    "Change",
    "ClassResult",
    "Comparison",
    "Contender",
    "Diff",
    "DiffRow",
    "Discrepancy",
    "Drive",
    "Explanation",
    "Filed",
    "Leader",
    "ListedEntry",
    "NoRace",
    "Outcome",
    "Paddock",
    "RaceChange",
    "RaceResult",
    "RaceRuling",
    "Regulations",
    "ResultLine",
    "Standings",
    "StandingsRow",
    "Tie",
    "TitleRace",
    "UnknownName",
    "audit",
    "calendar",
    "concerned_races",
    "diff",
    "entry_list",
    "fold",
    "outcomes",
    "progression",
    "provisional_races",
    "publication",
    "race_order",
    "race_result",
    "races_run",
    "races_up_to",
    "regulations",
    "resolve_race",
    "standings",
    "tie",
    "title_race",
    "why",
]
