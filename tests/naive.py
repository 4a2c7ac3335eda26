"""A season scored the slow way: from its list of events to a finished table, in the words of their docstrings.

Written apart from the engine, for clarity and not for speed, so that the two can disagree. It imports nothing but the
facts, works everything out again for every question, and keeps nothing between two of them. An event's position is its
number in the list, from 1.
"""

from collections.abc import Sequence
from fractions import Fraction
from itertools import zip_longest
from typing import Any

import attrs
from attrs import evolve, frozen

import events
from events import Event, Line, PointsScaleAdopted, RacesApart, Rules
from events.rules import TieRule

ORDER_RULINGS = (
    events.Disqualified,
    events.MovedToPlace,
    events.MovedDown,
    events.MovedToRear,
    events.TimePenaltyImposed,
    events.ClassificationAmended,
)


@frozen
class Row:
    """One competitor of a table."""

    position: int | None
    competitor: str
    points: Fraction
    shown: dict[str, str]
    """What the table shows, by race."""
    worth: dict[str, Fraction]
    """What each race earned, dropped or not, by race."""
    dropped: frozenset[str]
    """The races whose results are dropped."""


@frozen
class Starter:
    """A car that has a result in a race; ``car`` is ``None`` where only a winning driver is known."""

    car: str | None
    place: int | None
    status: str
    driver: str | None = None


@attrs.define
class Result:
    """What one car earned one competitor in one race."""

    competitor: str
    race: str
    starter: Starter
    scored: int | None = None
    from_place: Fraction = Fraction(0)
    bonus: Fraction = Fraction(0)
    would_have: int | None = None
    """The place that would have earned points, had the competitor not had better cars."""

    @property
    def points(self) -> Fraction:
        """All of it."""
        return self.from_place + self.bonus


@frozen
class Score:
    """All that ranks a competitor."""

    points: Fraction
    results: Sequence[Result]
    dropped: frozenset[str]


def table(season: Sequence[Event], championship: str, as_of: str) -> list[Row]:
    """The table of a championship as of a race."""
    return Naive(season, championship, as_of).rows()


def races_in_order(season: Sequence[Event]) -> list[str]:
    """Every race, in sporting order."""
    return Calendar(what_holds(season)).order


def what_holds(season: Sequence[Event]) -> dict[int, Any]:
    """The facts by position: each as its newest correction says it, none that was struck, and no corrections."""
    said = dict(enumerate(season, start=1))
    corrections = {
        event.position: event for event in season if isinstance(event, events.RecordCorrected | events.RecordStruck)
    }
    facts: dict[int, Any] = {}
    for position, event in said.items():
        correction = corrections.get(position)
        if isinstance(event, events.RecordCorrected | events.RecordStruck):
            continue
        if correction is None:
            facts[position] = event
        elif isinstance(correction, events.RecordCorrected):
            facts[position] = correction.fact
    return facts


class Calendar:
    """The calendar, which is one as of every race: a change of it holds unless it was taken back."""

    def __init__(self, facts: dict[int, Any]) -> None:
        self.facts = facts
        self.races = {fact.race: fact for fact in facts.values() if isinstance(fact, events.RaceScheduled)}
        self.moved: dict[str, tuple[int, int | None]] = {}
        self.cancelled = set()
        for position, fact in facts.items():
            if isinstance(fact, events.RacePostponed) and not self._taken_back(position):
                self.moved[fact.race] = (position, fact.to_round)
            if isinstance(fact, events.RaceCancelled) and not self._taken_back(position):
                self.cancelled.add(fact.race)
        rounds = [fact.round for fact in facts.values() if isinstance(fact, events.RoundScheduled)]
        self.order: list[str] = []
        for number in [*sorted(rounds), None]:
            self.order += [race for race in self.races if race not in self.moved and self.races[race].round == number]
            late = [race for race, (_, to_round) in self.moved.items() if to_round == number]
            self.order += sorted(late, key=lambda race: self.moved[race][0])

    def _taken_back(self, position: int) -> bool:
        return any(
            isinstance(fact, events.RulingRescinded) and fact.position == position and not self._taken_back(later)
            for later, fact in self.facts.items()
        )

    def round_of(self, race: str) -> int | None:
        """The round in which it runs; ``None``: not decided."""
        return self.moved[race][1] if race in self.moved else self.races[race].round


class Naive:
    """One championship as of one race."""

    def __init__(self, season: Sequence[Event], championship: str, as_of: str) -> None:
        self.facts = what_holds(season)
        self.championship = championship
        self.rules: Rules = next(
            each.rules for each in self.all(events.ChampionshipDefined) if each.championship == championship
        )
        self.calendar = Calendar(self.facts)
        self.index = {race: index for index, race in enumerate(self.calendar.order)}
        self.upto = self.calendar.order[: self.index[as_of] + 1]
        self.races = [race for race in self.upto if self.terms(race).counts]
        self.entries = {entry.car: entry for entry in self.all(events.EntryRegistered)}

    def all(self, kind: type[Any]) -> list[Any]:
        """The facts of a kind, as recorded."""
        return [fact for fact in self.facts.values() if isinstance(fact, kind)]

    # Which rulings hold.

    def counts_from(self, ruling: Any) -> str:
        """The first race as of which a ruling shows."""
        if ruling.counts_from is not None:
            return str(ruling.counts_from)
        if isinstance(ruling, events.RulingRescinded):
            back = self.facts[ruling.position]
            calendar = isinstance(back, events.RacePostponed | events.RaceCancelled)
            return self.calendar.order[0] if calendar else self.counts_from(back)
        if isinstance(ruling, events.ResultsAnnulled):
            return min(ruling.races, key=lambda race: self.index[race])
        return str(ruling.race)

    def holds(self, position: int) -> bool:
        """Whether a ruling shows as of the race, and no rescission that holds takes it back."""
        return self.counts_from(self.facts[position]) in self.upto and not any(
            isinstance(fact, events.RulingRescinded) and fact.position == position and self.holds(later)
            for later, fact in self.facts.items()
        )

    def rulings(self, *kinds: type[Any]) -> list[Any]:
        """The rulings of some kinds that hold, as recorded."""
        return [fact for position, fact in self.facts.items() if isinstance(fact, kinds) and self.holds(position)]

    # Who drove what.

    def in_force(self, race: str, first: str | None, last: str | None = None) -> bool:
        """Whether what holds from one race to another holds at ``race``."""
        return (first is None or self.index[first] <= self.index[race]) and (
            last is None or self.index[race] <= self.index[last]
        )

    def crew(self, car: str, race: str) -> list[str]:
        """Who was in a car."""
        crew = list(self.entries[car].drivers)
        for fact in self.facts.values():
            if isinstance(fact, events.DriverAssigned) and fact.car == car:
                crew += [fact.driver] if self.in_force(race, fact.from_race, fact.to_race) else []
            if isinstance(fact, events.DriverSwapped) and fact.car == car and self.in_force(race, fact.from_race):
                crew = [fact.incoming if one == fact.outgoing else one for one in crew]
        return list(dict.fromkeys(crew))

    def newest(self, found: list[tuple[str | None, Any]], race: str) -> Any:
        """Of what holds from some race on, what holds at ``race``: from the latest race; of equal ones the newest."""
        best: tuple[int, Any] = (-2, None)
        for since, what in found:
            start = -1 if since is None else self.index[since]
            if start <= self.index[race] and start >= best[0]:
                best = (start, what)
        return best[1]

    def make_and_engine(self, car: str, race: str) -> tuple[str, str]:
        """The make of a car, and of its engine: its own where none is stated."""
        raced = self.newest(
            [(None, self.entries[car])]
            + [(each.from_race, each) for each in self.all(events.CarChanged) if each.car == car],
            race,
        )
        return raced.manufacturer, raced.engine or raced.manufacturer

    def takes_part(self, competitor: str, race: str) -> bool:
        """Whether a competitor is on the list, and has one of the ratings."""
        rules = self.rules
        if rules.competitors is not None and competitor not in rules.competitors:
            return False
        if rules.ratings is None:
            return True
        rated = [(each.from_race, each.rating) for each in self.all(events.DriverRated) if each.driver == competitor]
        return self.newest(rated, race) in rules.ratings

    def competitors(self, starter: Starter, race: str) -> list[str]:
        """Who competes with a car."""
        kind = self.rules.competitor
        if starter.car is None:
            names = [starter.driver or ""] if kind == "driver" else []
        elif kind == "driver":
            names = self.crew(starter.car, race)
        elif kind == "team":
            names = [f"#{starter.car}"]
        elif kind == "entrant":
            names = [one for one in [self.entries[starter.car].entrant] if one is not None]
        else:
            make, engine = self.make_and_engine(starter.car, race)
            names = [make if kind == "manufacturer" else f"{make}/{engine}"]
        return [name for name in names if self.takes_part(name, race)]

    def entered(self) -> list[str]:
        """Every competitor with a car of the classes that is entered for a race; before them all, for the first one."""
        found = []
        for race in self.races or self.calendar.order[:1]:
            for car, entry in self.entries.items():
                gone = [each.from_race for each in self.all(events.EntryWithdrawn) if each.car == car]
                inside = self.in_force(race, entry.from_race) and not any(self.in_force(race, one) for one in gone)
                if inside and entry.car_class in self.rules.classes:
                    found += self.competitors(Starter(car, None, ""), race)
        return list(dict.fromkeys(found))

    # The order of a race.

    def classification(self, race: str, car_class: str) -> list[Line] | None:
        """The lines of a class as they stand: placed cars in order, then the others."""
        statements: list[tuple[int, Any]] = []
        rulings: list[tuple[int, Any]] = []
        for position, fact in self.facts.items():
            if isinstance(fact, events.RaceClassified) and (fact.race, fact.car_class) == (race, car_class):
                statements.append((position, fact))
            elif isinstance(fact, ORDER_RULINGS) and fact.race == race and self.holds(position):
                if isinstance(fact, events.ClassificationAmended):
                    if fact.car_class == car_class:
                        statements.append((position, fact))
                elif self.entries[fact.car].car_class == car_class:
                    rulings.append((position, fact))
        if not any(isinstance(fact, events.RaceClassified) for _, fact in statements):
            return None
        stated_at, stated = statements[-1]
        placed = sorted((line for line in stated.lines if line.place is not None), key=lambda line: line.place)
        others = [line for line in stated.lines if line.place is None]
        added: dict[str, int] = {}
        crossed = [line.car for line in placed]
        for position, ruling in rulings:
            if position > stated_at:
                placed, others = self.ruled(ruling, placed, others, added, crossed)
        return [evolve(line, place=place) for place, line in enumerate(placed, start=1)] + others

    def ruled(
        self, ruling: Any, placed: list[Line], others: list[Line], added: dict[str, int], crossed: list[str]
    ) -> tuple[list[Line], list[Line]]:
        """The placed cars and the others after one ruling; ``crossed`` is how the cars crossed the line."""
        mine = next((line for line in (*placed, *others) if line.car == ruling.car), None)
        if mine is None:
            return placed, others
        if isinstance(ruling, events.Disqualified):
            placed = [line for line in placed if line is not mine]
            others = [line for line in others if line is not mine]
            return placed, [*others, evolve(mine, place=None, status="DSQ")]
        if isinstance(ruling, events.TimePenaltyImposed):
            added[mine.car] = added.get(mine.car, 0) + ruling.added_ms
        if mine not in placed:
            return placed, others
        at = placed.index(mine)
        rest = [line for line in placed if line is not mine]
        if isinstance(ruling, events.MovedToPlace):
            to = ruling.place - 1
        elif isinstance(ruling, events.MovedDown):
            to = at + ruling.places
        elif isinstance(ruling, events.MovedToRear):
            to = len(rest)
        else:
            to = at
            while to < len(rest) and self.faster(rest[to], mine, added, crossed):
                to += 1
        return [*rest[:to], mine, *rest[to:]], others

    def faster(self, other: Line, mine: Line, added: dict[str, int], crossed: list[str]) -> bool:
        """Whether another car of the same lap took less time, penalties included; of equal times, crossed first."""
        if other.gap_ms is None or mine.gap_ms is None or other.laps != mine.laps:
            return False
        theirs = other.gap_ms + added.get(other.car, 0)
        ours = mine.gap_ms + added.get(mine.car, 0)
        return theirs < ours or (theirs == ours and crossed.index(other.car) < crossed.index(mine.car))

    def starters(self, race: str, car_class: str) -> list[Starter]:
        """Every car of a class that has a result, in the order of the result."""
        lines = self.classification(race, car_class)
        if lines is None:
            reported = [
                each for each in self.all(events.WinnerReported) if (each.race, each.car_class) == (race, car_class)
            ]
            found = [Starter(None, 1, "finished", each.driver) for each in reported]
        else:
            found = [Starter(line.car, line.place, line.status) for line in lines]
        return found + [
            Starter(missed.car, None, missed.status)
            for missed in self.all(events.DidNotStart)
            if missed.race == race and self.entries[missed.car].car_class == car_class
        ]

    # What it is worth.

    def terms(self, race: str) -> RacesApart:
        """How a race counts."""
        kind = next(each.kind for each in self.all(events.RaceScheduled) if each.race == race)
        for apart in self.rules.apart:
            if race in apart.races:
                return apart
        for apart in self.rules.apart:
            if kind in apart.kinds:
                return apart
        return RacesApart()

    def value(self, race: str, place: int) -> Fraction:
        """What a place is worth at a race, before it is shared."""
        terms = self.terms(race)
        wanted = terms.scale or self.rules.scale
        scale: PointsScaleAdopted = next(each for each in self.all(PointsScaleAdopted) if each.scale == wanted)
        worth = scale.points[place - 1] if place <= len(scale.points) else scale.beyond
        return worth * terms.times * self.part(race)

    def part(self, race: str) -> Fraction:
        """The part of its points that a race pays."""
        shortened = [each.part for each in self.rulings(events.RaceShortened) if each.race == race]
        return shortened[-1] if shortened else Fraction(1)

    def withheld(self, race: str, starter: Starter) -> list[events.PointsWithheld]:
        """The rulings that withhold points of a car, or of somebody in it."""
        return [
            each
            for each in self.rulings(events.PointsWithheld)
            if each.race == race
            and (each.car is None or each.car == starter.car)
            and (not each.championships or self.championship in each.championships)
        ]

    def barred(self, race: str, starter: Starter, competitor: str) -> list[str]:
        """Why a competitor gets nothing for a car: what each ruling says about those behind; empty: it may score."""
        why = ["stay" for _ in range(self.annulled(competitor, race))]
        of_driver = [competitor] if self.rules.competitor == "driver" else []
        return why + [each.behind for each in self.withheld(race, starter) if each.driver in (None, *of_driver)]

    def annulled(self, competitor: str, race: str) -> int:
        """How many rulings annul a competitor's result."""
        return sum(
            (each.championship, each.competitor) == (self.championship, competitor) and race in each.races
            for each in self.rulings(events.ResultsAnnulled)
        )

    def is_passed_over(self, race: str, starter: Starter) -> bool:
        """Whether the cars behind a placed car score as if it had not been there."""
        if any(each.driver is None and each.behind == "move-up" for each in self.withheld(race, starter)):
            return True
        competitors = self.competitors(starter, race)
        return bool(competitors) and all("move-up" in self.barred(race, starter, one) for one in competitors)

    def share(self, race: str, starter: Starter) -> Fraction:
        """A competitor's share of what a car earns."""
        if starter.car is None or self.rules.shared_car == "each":
            return Fraction(1)
        crew = self.crew(starter.car, race)
        if self.rules.shared_car == "nobody":
            return Fraction(1) if len(crew) <= 1 else Fraction(0)
        out = {each.driver for each in self.withheld(race, starter)}
        sharing = [driver for driver in crew if driver not in out]
        return Fraction(1, len(sharing)) if sharing else Fraction(1)

    def has_result(self, race: str) -> bool:
        """Whether something is known of a race that could score here."""
        return any(
            starter.car is not None or self.competitors(starter, race)
            for car_class in self.rules.classes
            for starter in self.starters(race, car_class)
        )

    def results(self, race: str, entered: Sequence[str]) -> list[Result]:
        """What every car earned everybody in a race."""
        if race in self.calendar.cancelled:
            return []
        found = [one for car_class in self.rules.classes for one in self.class_results(race, car_class, entered)]
        if self.rules.unplaced == "after-last-entry" and self.has_result(race):
            came = {one.competitor for one in found}
            for competitor in entered:
                if competitor not in came:
                    result = Result(competitor, race, Starter(None, None, "DNC"))
                    if self.rules.wins == "fewest" or not self.annulled(competitor, race):
                        result.from_place = self.value(race, len(entered) + 1)
                    found.append(result)
        return found

    def class_results(self, race: str, car_class: str, entered: Sequence[str]) -> list[Result]:
        """What every car of a class earned everybody in a race."""
        rules, starters = self.rules, self.starters(race, car_class)
        out: list[Result] = []
        taken: dict[str, int] = {}
        rank = passed_over = 0
        for starter in starters:
            competitors = self.competitors(starter, race)
            room = [one for one in competitors if rules.cars is None or taken.get(one, 0) < rules.cars]
            if starter.place is not None and self.is_passed_over(race, starter):
                passed_over += 1
            elif starter.place is not None and room:
                rank += 1
            for competitor in competitors:
                result = Result(competitor, race, starter)
                out.append(result)
                share = self.share(race, starter)
                if self.barred(race, starter, competitor):
                    continue
                if competitor not in room:
                    would_score = starter.place is not None and self.value(race, starter.place) * share > 0
                    result.would_have = starter.place if would_score else None
                    continue
                taken[competitor] = taken.get(competitor, 0) + 1
                if starter.place is not None:
                    result.scored = rank if rules.place == "re-ranked" else starter.place - passed_over
                    result.from_place = self.value(race, result.scored) * share
                elif rules.unplaced == "after-last-entry":
                    result.from_place = self.value(race, len(entered) + 1) * share
                result.bonus = self.bonus(race, starters, starter, competitor, share)
        for result in out:
            # Where the fewest points win, who may not score is worth what the unplaced are, if no better car counts.
            barred = bool(self.barred(race, result.starter, result.competitor))
            if rules.wins == "fewest" and barred and taken.get(result.competitor, 0) < (rules.cars or len(out)):
                taken[result.competitor] = taken.get(result.competitor, 0) + 1
                result.from_place = self.value(race, len(entered) + 1) * self.share(race, result.starter)
        return out

    def bonus(
        self, race: str, starters: Sequence[Starter], starter: Starter, competitor: str, share: Fraction
    ) -> Fraction:
        """The points beside those of the place that a competitor gets with a car."""
        total, part = Fraction(0), self.part(race)
        kind = self.calendar.races[race].kind
        for bonus in self.rules.bonuses:
            if bonus.kinds and kind not in bonus.kinds:
                continue
            if bonus.within is not None and (starter.place is None or starter.place > bonus.within):
                continue
            holders = self.holders(bonus.what, race, [one.car for one in starters if one.car is not None])
            points = bonus.points
            if holders and bonus.equal == "split":
                points /= len(holders)
            if part < 1 and bonus.shortened == "part":
                points *= part
            if part < 1 and bonus.shortened == "none":
                points = Fraction(0)
            for car, driver in holders:
                if car == starter.car and self.rules.competitor == "driver":
                    total += points * share if driver is None else points if driver == competitor else 0
                elif car == starter.car:
                    total += points * share
        return total

    def holders(self, what: str, race: str, cars: Sequence[str]) -> list[tuple[str, str | None]]:
        """Which cars, and which drivers where they are known and compete, did what earns a bonus."""
        if what in ("pole", "fastest-lap"):
            kind = events.PoleTaken if what == "pole" else events.FastestLapSet
            return [(each.car, each.driver) for each in self.all(kind) if each.race == race and each.car in cars]
        led: dict[tuple[str, str | None], int] = {}
        for each in self.all(events.LapsLed):
            if each.race == race and each.car in cars:
                holder = each.car, each.driver if self.rules.competitor == "driver" else None
                led[holder] = led.get(holder, 0) + each.laps
        most = max(led.values(), default=0)
        return [holder for holder, laps in led.items() if what == "led-a-lap" or laps == most]

    # The table.

    def dropped(self, results: Sequence[Result]) -> frozenset[str]:
        """The races whose results are dropped, of one competitor."""
        out: set[str] = set()
        run = [race for race in self.races if race not in self.calendar.cancelled and self.has_result(race)]
        worth = {race: Fraction(0) for race in run}
        for one in results:
            worth[one.race] += one.points
        kept = {*self.rules.kept_races}
        for one in results:
            missed = one.starter.status in ("DNS", "DNQ", "DNPQ", "WD")
            if ("DNS" if missed else one.starter.status) in self.rules.kept_statuses:
                kept.add(one.race)
        for part in self.rules.counting:
            inside = [race for race in run if self.is_within(part, self.calendar.round_of(race))]
            units = [[race] for race in inside]
            if part.unit == "round":
                units = self.by_round(inside)
            count = len(units)
            if part.best is not None:
                surplus = count - part.best
            elif part.dropped_after:
                surplus = len([needed for needed in part.dropped_after if needed <= count])
            else:
                surplus = min(part.all_but or 0, count - 1)
            free = [unit for unit in units if not kept & {*unit}]
            while surplus > 0 and free:
                worths = [sum(worth[race] for race in unit) for unit in free]
                worst = min(worths) if self.rules.wins == "most" else max(worths)
                gone = free.pop(worths.index(worst))
                out |= {*gone}
                surplus -= 1
        return frozenset(out & {one.race for one in results})

    def by_round(self, races: Sequence[str]) -> list[list[str]]:
        """The races, those of a round together; one without a round by itself."""
        units: list[list[str]] = []
        for race in races:
            number = self.calendar.round_of(race)
            if units and number is not None and number == self.calendar.round_of(units[-1][0]):
                units[-1].append(race)
            else:
                units.append([race])
        return units

    def is_within(self, part: events.CountedPart, number: int | None) -> bool:
        """Whether a round is in a part of the season; a race without a round is after all of them."""
        if number is None:
            return part.last_round is None
        return part.first_round <= number and (part.last_round is None or number <= part.last_round)

    def rows(self) -> list[Row]:
        """The table."""
        rules = self.rules
        needs = rules.appears == "entered" or rules.unplaced == "after-last-entry"
        entered = self.entered() if needs else []
        results: dict[str, list[Result]] = {one: [] for one in entered}
        for race in self.races:
            for one in self.results(race, entered):
                results.setdefault(one.competitor, []).append(one)
        adjusted: dict[str, Fraction] = {}
        for ruling in self.rulings(events.PointsDeducted, events.PointsRestored):
            if ruling.championship == self.championship:
                sign = -1 if isinstance(ruling, events.PointsDeducted) else 1
                adjusted[ruling.competitor] = adjusted.get(ruling.competitor, Fraction(0)) + sign * ruling.points
                results.setdefault(ruling.competitor, [])
        dropped = {name: self.dropped(theirs) for name, theirs in results.items()}
        points = {
            name: sum((one.points for one in theirs if one.race not in dropped[name]), adjusted.get(name, Fraction(0)))
            for name, theirs in results.items()
        }
        excluded = {
            each.competitor
            for each in self.rulings(events.CompetitorExcluded)
            if each.championship == self.championship
        }
        ruled = {*adjusted, *excluded}
        listed = [name for name in results if name in ruled or self.appears(results[name], points[name])]

        def ahead(one: str, other: str) -> int:
            return self.ahead(*(Score(points[name], results[name], dropped[name]) for name in (one, other)))

        inside = [name for name in listed if name not in excluded]
        positions: list[tuple[int | None, str]] = [
            (1 + sum(ahead(other, name) > 0 for other in inside), name) for name in inside
        ]
        outside = [name for name in listed if name in excluded]
        out_of_it = [(1 + sum(ahead(other, name) > 0 for other in outside), name) for name in outside]
        ordered = [*sorted(positions, key=str_key), *((None, name) for _, name in sorted(out_of_it))]
        return [
            Row(
                position,
                name,
                points[name],
                self.shown(results[name]),
                {
                    race: sum((one.points for one in results[name] if one.race == race), Fraction(0))
                    for race in dict.fromkeys(one.race for one in results[name])
                },
                dropped[name],
            )
            for position, name in ordered
        ]

    def appears(self, results: Sequence[Result], points: Fraction) -> bool:
        """Whether a competitor is in the table."""
        match self.rules.appears:
            case "entered":
                return True
            case "started":
                return any(one.starter.status != "DNC" for one in results)
            case "placed":
                return any(one.starter.place is not None for one in results)
            case "scored":
                return points != 0

    def shown(self, results: Sequence[Result]) -> dict[str, str]:
        """What the table shows for each race: of several cars the best that scores, else the best."""
        out: dict[str, str] = {}
        for race in dict.fromkeys(one.race for one in results):
            here = [one for one in results if one.race == race]
            scoring = [one for one in here if one.scored is not None]
            placed = [one for one in here if one.starter.place is not None]
            best = min(scoring or placed or here[:1], key=lambda one: one.starter.place or 0)
            place = best.scored if self.rules.shown == "scored" and best.scored is not None else best.starter.place
            out[race] = best.starter.status if place is None else str(place)
        return out

    def ahead(self, one: Score, other: Score) -> int:
        """Above 0 where one is ahead of the other, 0 where nothing tells them apart."""
        sign = 1 if self.rules.wins == "most" else -1
        if one.points != other.points:
            return sign if one.points > other.points else -sign
        telling = [race for race in self.races if self.terms(race).break_ties]
        results = [[each for each in score.results if each.race in telling] for score in (one, other)]
        count = [
            [each for each in some if each.race not in score.dropped]
            for some, score in zip(results, (one, other), strict=True)
        ]
        for rule in self.rules.ties:
            verdict = self.by_rule(rule, sign, telling, results, count)
            if verdict:
                return verdict
        return 0

    def by_rule(
        self,
        rule: TieRule,
        sign: int,
        telling: Sequence[str],
        results: Sequence[Sequence[Result]],
        count: Sequence[Sequence[Result]],
    ) -> int:
        """The verdict of one rule on two competitors: by all their results, or by those that count."""
        match rule:
            case "countback":
                return self.countback(*([each.scored for each in some] for some in count))
            case "scoring-countback":
                return self.countback(*([each.scored for each in some if each.from_place] for some in count))
            case "all-cars-countback":
                earned = ([each.scored for each in some if each.from_place] for some in count)
                would_have = ([each.would_have for each in some] for some in count)
                return self.countback(*(one + other for one, other in zip(earned, would_have, strict=True)))
            case "best-results":
                worths = (
                    sorted((self.worth(some, race) for race in {each.race for each in some}), reverse=sign > 0)
                    for some in count
                )
                for left, right in zip_longest(*worths, fillvalue=Fraction(0)):
                    if left != right:
                        return sign if left > right else -sign
                return 0
            case "first-achieved" | "last-achieved":
                earlier = 1 if rule == "first-achieved" else -1
                mine, theirs = (
                    sorted((each.scored, earlier * self.index[each.race]) for each in some if each.scored is not None)
                    for some in count
                )
                for (_, when), (_, other) in zip(mine, theirs, strict=False):
                    if when != other:
                        return 1 if when < other else -1
                return len(mine) - len(theirs)
            case "last-race":
                for race in reversed(telling):
                    left, right = (self.worth(some, race) for some in results)
                    if left != right:
                        return sign if left > right else -sign
                return 0

    def countback(self, mine: Sequence[int | None], theirs: Sequence[int | None]) -> int:
        """Who has more of the best place, then of the next."""
        for place in sorted({place for place in (*mine, *theirs) if place is not None}):
            if mine.count(place) != theirs.count(place):
                return mine.count(place) - theirs.count(place)
        return 0

    def worth(self, results: Sequence[Result], race: str) -> Fraction:
        """What a race earned."""
        return sum((each.points for each in results if each.race == race), Fraction(0))


def str_key(one: tuple[int | None, str]) -> tuple[int, str]:
    """Sorts by position, then by name."""
    return one[0] or 0, one[1]
