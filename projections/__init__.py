"""What follows from what happened: folds facts into a season book, and reads tables off the book. Pure."""

from projections.audit import Audit, Discrepancy, audit
from projections.book import Book, Filed, fold
from projections.calendar import CalendarRace, CalendarRound, calendar
from projections.concerning import concerned_races
from projections.entries import Drive, ListedEntry, Paddock, entry_list
from projections.errors import NoRace, UnknownName
from projections.races import race_order, races_run, resolve_race
from projections.results import ClassResult, RaceResult, ResultLine, race_result
from projections.scoring import Award
from projections.standings import Adjustment, Standings, StandingsRow, progression, standings
from projections.title import Contender, Leader, TitleRace, title_race
from projections.why import Explanation, why

__all__ = [
    "Adjustment",
    "Audit",
    "Award",
    "Book",
    "CalendarRace",
    "CalendarRound",
    "ClassResult",
    "Contender",
    "Discrepancy",
    "Drive",
    "Explanation",
    "Filed",
    "Leader",
    "ListedEntry",
    "NoRace",
    "Paddock",
    "RaceResult",
    "ResultLine",
    "Standings",
    "StandingsRow",
    "TitleRace",
    "UnknownName",
    "audit",
    "calendar",
    "concerned_races",
    "entry_list",
    "fold",
    "progression",
    "race_order",
    "race_result",
    "races_run",
    "resolve_race",
    "standings",
    "title_race",
    "why",
]
