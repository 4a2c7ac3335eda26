"""The docket: which rulings hold as of a race, and what they change."""

from collections import defaultdict
from collections.abc import Iterable

import events
from events import Ruling
from events.facts import OrderRuling
from projections.book import Book, Filed, RaceAndClass, filed_as, rescissions
from projections.races import race_order

Adjusted = events.PointsDeducted | events.PointsRestored
"""What changes a total beside the results."""
ChampionshipAndCompetitor = tuple[str, str]


class Docket:
    """The rulings of one book that hold after some races: recorded, counting from one of them, not rescinded.

    Every reader of a result asks it, so that a ruling is applied in one place and exactly once.
    """

    def __init__(self, book: Book, races: Iterable[str]) -> None:
        """``races`` are those up to the one that is asked about."""
        self._book = book
        self._races = frozenset(races)
        self.rescinded = rescissions(book.rulings, self._shows)
        """The rulings that do not hold because they were taken back, by position, each with the rescission."""
        self._of_order: dict[RaceAndClass, list[Filed[OrderRuling]]] = defaultdict(list)
        self._withheld: dict[str, list[Filed[events.PointsWithheld]]] = defaultdict(list)
        self._shortened: dict[str, Filed[events.RaceShortened]] = {}
        self._adjusted: dict[ChampionshipAndCompetitor, list[Filed[Adjusted]]] = defaultdict(list)
        self._annulled: dict[ChampionshipAndCompetitor, list[Filed[events.ResultsAnnulled]]] = defaultdict(list)
        self._excluded: dict[ChampionshipAndCompetitor, Filed[events.CompetitorExcluded]] = {}
        self._about: dict[str, list[int]] = defaultdict(list)
        for position, filed in book.rulings.items():
            if position not in self.rescinded and self._shows(filed):
                self._file(filed)

    def order_rulings(self, race: str, car_class: str) -> tuple[Filed[OrderRuling], ...]:
        """What changes the order of a class in a race, in the order of the log."""
        return tuple(self._of_order.get((race, car_class), ()))

    def withheld(self, race: str) -> tuple[Filed[events.PointsWithheld], ...]:
        """Whose points of a race are withheld."""
        return tuple(self._withheld.get(race, ()))

    def shortened(self, race: str) -> Filed[events.RaceShortened] | None:
        """The newest ruling on the part of its points that a race pays; ``None``: it pays all of them."""
        return self._shortened.get(race)

    def adjustments(self, championship: str) -> dict[str, tuple[Filed[Adjusted], ...]]:
        """The deductions and restorations of a championship, by competitor."""
        return {whose: tuple(each) for (where, whose), each in self._adjusted.items() if where == championship}

    def annulled(self, championship: str, competitor: str, race: str) -> tuple[int, ...]:
        """The positions of the rulings that annul a competitor's result of a race in a championship; empty: none."""
        found = self._annulled.get((championship, competitor), [])
        return tuple(position for filed in found if race in filed.event.races for position in filed.records)

    def excluded(self, championship: str) -> dict[str, Filed[events.CompetitorExcluded]]:
        """Who is excluded from a championship."""
        return {whose: filed for (where, whose), filed in self._excluded.items() if where == championship}

    def about(self, race: str) -> tuple[int, ...]:
        """The positions of all that decides what a race was worth: two dockets that agree on it agree on the race."""
        return tuple(self._about.get(race, ()))

    def holds(self, position: int) -> bool:
        """Whether the ruling at ``position`` holds as of the race, whatever became of the order that it changed."""
        filed = self._book.rulings[position]
        return position not in self.rescinded and self._shows(filed)

    def _shows(self, filed: Filed[Ruling]) -> bool:
        since = counts_from(self._book, filed.event)
        return since is None or since in self._races

    def _file(self, filed: Filed[Ruling]) -> None:
        match event := filed.event:
            case events.ClassificationAmended():
                self._of_order[event.race, event.car_class].append(filed_as(filed, event))
                self._about[event.race].append(filed.position)
            case (
                events.Disqualified()
                | events.MovedToPlace()
                | events.MovedDown()
                | events.MovedToRear()
                | events.TimePenaltyImposed()
            ):
                car_class = self._book.entries[event.car].event.car_class
                self._of_order[event.race, car_class].append(filed_as(filed, event))
                self._about[event.race].append(filed.position)
            case events.PointsWithheld():
                self._withheld[event.race].append(filed_as(filed, event))
                self._about[event.race].append(filed.position)
            case events.RaceShortened():
                self._shortened[event.race] = filed_as(filed, event)
                self._about[event.race].append(filed.position)
            case events.PointsDeducted() | events.PointsRestored():
                self._adjusted[event.championship, event.competitor].append(filed_as(filed, event))
            case events.ResultsAnnulled():
                self._annulled[event.championship, event.competitor].append(filed_as(filed, event))
                for race in event.races:
                    self._about[race].append(filed.position)
            case events.CompetitorExcluded():
                self._excluded[event.championship, event.competitor] = filed_as(filed, event)
            case events.RacePostponed() | events.RaceCancelled() | events.RulingRescinded():
                pass  # the book's calendar and the rescissions above hold them


def concerned_race(book: Book, ruling: Ruling) -> str | None:
    """The race that a ruling is about, the first of several; of a rescission, that of the ruling which it takes back.

    ``None``: none in particular.
    """
    races = concerned(book, ruling)
    return min(races, key=race_order(book).index) if len(races) > 1 else next(iter(races), None)


def concerned(book: Book, ruling: Ruling) -> tuple[str, ...]:
    """All races that a ruling is about; of a rescission, those of the ruling which it takes back."""
    match ruling:
        case events.RulingRescinded(position=position):
            return concerned(book, book.rulings[position].event)
        case events.ResultsAnnulled(races=races):
            return races
        case _:
            return () if ruling.race is None else (ruling.race,)


def counts_from(book: Book, ruling: Ruling) -> str | None:
    """The first race as of which a ruling shows; ``None``: as of every race.

    By default the race that it concerns; of a rescission, from where the ruling counts. A change of the calendar
    shows as of every race: the calendar is one.
    """
    match ruling:
        case events.RacePostponed() | events.RaceCancelled():
            return None
        case events.RulingRescinded(position=position, counts_from=since):
            return since or counts_from(book, book.rulings[position].event)
        case _:
            return ruling.counts_from or concerned_race(book, ruling)
