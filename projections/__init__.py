"""What follows from what happened: folds facts into a season book, and reads tables off the book. Pure."""

from projections.audit import Audit, Discrepancy, audit
from projections.book import Book, Filed, fold
from projections.calendar import CalendarRace, CalendarRound, calendar
from projections.concerning import concerned_races
from projections.diff import Diff, DiffRow, RaceChange, diff
from projections.entries import Drive, ListedEntry, Paddock, entry_list
from projections.errors import NoRace, UnknownName
from projections.order import Change
from projections.outcomes import Outcome, outcomes
from projections.races import race_order, races_run, races_up_to, resolve_race
from projections.regulations import Article, Regulations, regulations
from projections.results import ClassResult, RaceResult, RaceRuling, ResultLine, provisional_races, race_result
from projections.scoring import Award
from projections.standings import Adjustment, Standings, StandingsRow, progression, standings
from projections.ties import Comparison, Tie, tie
from projections.title import Contender, Leader, TitleRace, title_race
from projections.why import Explanation, why

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
