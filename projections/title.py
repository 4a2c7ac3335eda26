"""The title: who can still win a championship, and what its leader needs in the next race to be safe.

Both are proved by the worst case, scored by the same engine as every table. Whoever asks to win takes all that the
races to come can pay, and nobody else starts: if that is not enough, nothing is. A leader is safe with a place if it
cannot be passed by any one rival that takes all that is left beside that place, while the leader itself never starts
again. No other course of events is better for the one or worse for the other: points never fall with a better place,
a car may always fail to start, and a result that is dropped is the worst of them.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import count, islice
from typing import Final, TypeAlias

from attrs import evolve

from events import Rules
from events.frozen import frozen
from projections.book import Book
from projections.competitors import Claims
from projections.entries import Paddock
from projections.races import race_order, resolve_race
from projections.scoring import Award
from projections.standings import Scorer, StandingsRow, Weighed
from projections.tally import NO_RESULTS, Tally
from projections.terms import scale_value, terms_of

_NEWCOMER: Final = ""
"""Somebody who has no result yet, whoever that is."""
_ONE: Final = Fraction(1)
_NOTHING: Final = Fraction(0)


@frozen
class Contender:
    """A competitor of the table, and whether it can still win."""

    competitor: str
    name: str
    position: int
    points: Fraction
    most: Fraction
    """The most points that it can still end with."""
    can_win: bool
    """Whether it can still be first, alone or level with others."""


@frozen
class Leader:
    """Who leads, alone or level with others, and what it needs in the next race to be safe."""

    competitor: str
    name: str
    safe: bool
    """Whether it cannot be passed any more, whatever happens."""
    place: int | None
    """The worst scoring place that makes it safe in the next race; ``None``: it is safe already, or no place does."""
    any_place: bool
    """Whether any place at all is enough, as long as it has one."""
    rivals: tuple[str, ...]
    """Who could still pass it if it did not start in the next race."""


@frozen
class TitleRace:
    """The state of a title."""

    season: str
    championship: str
    title: str
    as_of: str | None
    round: int | None
    known_at: int
    remaining: tuple[str, ...]
    """The races to come that are part of the championship, in sporting order."""
    contenders: tuple[Contender, ...]
    """Everybody in the table who is not excluded, by position."""
    newcomer: bool
    """Whether somebody who has no result yet could still win."""
    leaders: tuple[Leader, ...]
    """Those in the first position; empty: nobody has a result yet."""
    exact: bool
    """Whether the answers are exact; if not, they are bounds: who cannot win any more cannot, who is safe is."""
    assumptions: tuple[str, ...]
    """What the answers take for granted."""


def title_race(book: Book, championship: str, as_of: str | int | None = None) -> TitleRace:
    """Who can still win ``championship`` after the race ``as_of``, and what its leaders need to be safe.

    Raises :class:`~projections.errors.UnknownName` for a championship or race that the book does not hold.
    """
    scorer = Scorer(book, championship)
    last = scorer.latest() if as_of is None else resolve_race(book, as_of)
    return _Proof(book, scorer, championship, last).result()


Plan: TypeAlias = Mapping[str, Sequence[Award]]
"""What a competitor gets in races to come: race to awards. In a race that is missing it gets the least there is."""


class _Proof:
    """Plays courses of events that decide a title."""

    def __init__(self, book: Book, scorer: Scorer, championship: str, last: str | None) -> None:
        self._book = book
        self._scorer = scorer
        self._rules: Rules = book.championships[championship].event.rules
        self._claims = Claims(book, self._rules, Paddock(book))
        self._table = scorer.table(last)
        self._docket = scorer.docket(last)
        order = race_order(book)
        self._races = scorer.races(order[-1] if order else None)
        done = [race for race in self._table.races if scorer.has_result(race)]
        self._remaining = tuple(race for race in self._races if race not in done and race not in book.cancelled)
        self._run = (*done, *self._remaining)
        self._earned = scorer.earned(done, self._docket)
        self._excluded = self._docket.excluded(championship)
        self._entered = len(self._claims.entrants(self._races)) if self._rules.unplaced != "nothing" else 0
        self._cars = {race: self._cars_of(race) for race in self._remaining}

    def result(self) -> TitleRace:
        """The answers."""
        table = self._table
        rows = [(row.position, row) for row in table.rows if row.position is not None]
        return TitleRace(
            season=table.season,
            championship=table.championship,
            title=table.title,
            as_of=table.as_of,
            round=table.round,
            known_at=table.known_at,
            remaining=self._remaining,
            contenders=tuple(self._contender(position, row) for position, row in rows),
            newcomer=self._newcomer_can_win(),
            leaders=tuple(self._leader(row.competitor, row.name) for position, row in rows if position == 1),
            exact=not self._bounds(),
            assumptions=("results as they stand: no later ruling on them", *self._taken_for_granted(), *self._bounds()),
        )

    # Who can win.

    def _contender(self, position: int, row: StandingsRow) -> Contender:
        one = row.competitor
        played = self._played({one: self._best(one)})
        return Contender(one, row.name, position, row.points, played[one].points, self._is_first(one, played))

    def _newcomer_can_win(self) -> bool:
        """Whether anybody who is not in the table can win: named by the rules, without points yet, or wholly new."""
        listed = {row.competitor for row in self._table.rows}
        for one in self._anybody():
            if one in listed:
                continue
            best = self._best(one)
            if any(best.values()) and self._is_first(one, self._played({one: best})):
                return True
        return False

    def _anybody(self) -> dict[str, None]:
        """Whoever has results, and whoever else may come: those that the rules name, or somebody new."""
        others = (_NEWCOMER,) if self._rules.competitors is None else self._rules.competitors
        return dict.fromkeys((*self._earned, *others))

    def _is_first(self, one: str, played: Mapping[str, Weighed]) -> bool:
        """Whether nobody who is in the table then is ahead."""
        ranking = self._scorer.ranking(played, self._races)
        return self._scorer.appears(played[one]) and all(
            ranking.compare(one, who) <= 0
            for who, other in played.items()
            if who not in self._excluded and self._scorer.appears(other)
        )

    # What a leader needs.

    def _leader(self, one: str, name: str) -> Leader:
        rivals = [who for who in self._anybody() if who != one and who not in self._excluded]
        passing = tuple(who for who in rivals if self._passes(who, one, None))
        place = None
        if passing and self._remaining:
            last = self._last_place(self._remaining[0])
            for tried in range(1, last + 1):
                if any(self._passes(who, one, tried) for who in passing):
                    break
                place = tried
        return Leader(
            one,
            name,
            safe=not passing,
            place=place,
            any_place=place is not None and place == self._last_place(self._remaining[0]),
            rivals=tuple(who for who in passing if who != _NEWCOMER),
        )

    def _passes(self, rival: str, leader: str, place: int | None) -> bool:
        """Whether the rival can end ahead of the leader, who takes ``place`` in the next race and nothing after it."""
        duels = (self._duel(rival, leader, place, together) for together in (False, True))
        return any(
            self._scorer.ranking(played, self._races).compare(rival, leader) < 0 and self._scorer.appears(played[rival])
            for played in duels
        )

    def _duel(self, rival: str, leader: str, place: int | None, together: bool) -> dict[str, Weighed]:
        """The worst course for a leader against one rival.

        Where both are in one car they take the same places: the best where it runs ``together`` with them, or none.
        """
        mine: dict[str, Sequence[Award]] = {}
        theirs = dict(self._best(rival))
        for index, race in enumerate(self._remaining):
            taken = place if index == 0 else None
            shared = self._shared_cars(race, rival, leader)
            if shared and taken is None:
                taken = 1 if together else None
            if taken is not None:
                mine[race] = [self._award(race, leader, taken, self._share(race, leader), _NOTHING)]
            if shared:
                bonus = self._bonus(race)
                theirs[race] = (
                    [] if taken is None else [self._award(race, rival, taken, self._share(race, rival), bonus)]
                )
            elif taken is not None:
                theirs[race] = self._best_in(race, rival, taken)
        return self._played({leader: mine, rival: theirs}, only=(leader, rival))

    def _last_place(self, race: str) -> int:
        """A place so far back that no other is worth less, on the scale or on a tie, however many cars come."""
        cars = max(len(self._cars[race]), 1)
        if self._rules.wins == "fewest":
            return cars
        scale = terms_of(self._book, self._rules, race).scale.event
        taken = max((award.scored or 0 for tally in self._earned.values() for award in tally.awards), default=0)
        return max(cars, len(scale.points), taken) + 1

    # Courses of events.

    def _played(self, plans: Mapping[str, Plan], only: Sequence[str] | None = None) -> dict[str, Weighed]:
        """What everybody, or ``only`` some, ends with: those of the plans by them, all others with the least."""
        who = dict.fromkeys((*self._earned, *plans)) if only is None else only
        earned = {one: self._past(one).after([*self._future(one, plans.get(one, {}))]) for one in who}
        return self._scorer.weigh(earned, self._run, self._docket)

    def _past(self, one: str) -> Tally:
        """What a competitor has; one that never came has missed every race, where that scores."""
        if one in self._earned or self._rules.unplaced == "nothing":
            return self._earned.get(one, NO_RESULTS)
        return NO_RESULTS.after([self._unplaced(race, one, "DNC") for race in self._run if race not in self._remaining])

    def _future(self, one: str, plan: Plan) -> Iterator[Award]:
        for race in self._remaining:
            yield from plan.get(race) or self._least(race, one)

    def _best(self, competitor: str) -> Plan:
        return {race: self._best_in(race, competitor, None) for race in self._remaining}

    def _best_in(self, race: str, competitor: str, taken: int | None) -> list[Award]:
        """The most that a competitor can get in a race in which another has ``taken`` a place."""
        taken = taken if len(self._rules.classes) == 1 else None
        out: list[Award] = []
        for counting, others in self._cars_coming(race, competitor):
            free = (place for place in count(1) if place != taken)
            out += [self._award(race, competitor, place, _ONE, _NOTHING) for place in islice(free, counting)]
            if "all-cars-countback" in self._rules.ties:
                out += [self._surplus(race, competitor, place) for place in islice(free, others)]
        if not out:
            return []
        bonus = self._bonus(race)
        return [evolve(out[0], bonus=bonus, points=out[0].points + bonus), *out[1:]]

    def _least(self, race: str, competitor: str) -> list[Award]:
        """The least that a competitor can get: where some results are never dropped, one of those."""
        kept = self._rules.kept_statuses
        if self._rules.unplaced == "nothing" and not kept:
            return []
        return [self._unplaced(race, competitor, kept[0] if kept else "DNS")]

    def _unplaced(self, race: str, competitor: str, status: str) -> Award:
        placed = self._award(race, competitor, 1, _ONE, _NOTHING)
        value = _NOTHING
        if self._rules.unplaced == "after-last-entry":
            value = scale_value(terms_of(self._book, self._rules, race).scale.event, self._entered + 1)
        points = value * placed.times * placed.part
        return evolve(placed, place=None, scored=None, status=status, value=value, points=points, counts=False)

    def _award(self, race: str, competitor: str, place: int, share: Fraction, bonus: Fraction) -> Award:
        terms, shortened = terms_of(self._book, self._rules, race), self._docket.shortened(race)
        part = _ONE if shortened is None else shortened.event.part
        value = scale_value(terms.scale.event, place)
        return Award(
            race=race,
            competitor=competitor,
            car_class=self._rules.classes[0],
            car=None,
            place=place,
            status="finished",
            classified=None,
            scored=place,
            shown=str(place),
            value=value,
            times=terms.times,
            part=part,
            share=share,
            bonus=bonus,
            points=value * terms.times * part * share + bonus,
            counts=True,
            surplus=None,
            breaks_ties=terms.break_ties,
            dropped=False,
            note=None,
            rulings=(),
            records=(),
        )

    def _surplus(self, race: str, competitor: str, place: int) -> Award:
        """What a car earns beyond those that count: nothing, but its place may tell equal points apart."""
        would = self._award(race, competitor, place, _ONE, _NOTHING)
        surplus = place if would.points else None
        return evolve(would, scored=None, value=_NOTHING, points=_NOTHING, counts=False, surplus=surplus)

    def _bonus(self, race: str) -> Fraction:
        """All the bonus points that a race can pay one competitor."""
        shortened = self._docket.shortened(race)
        part = _ONE if shortened is None else shortened.event.part
        kind = self._book.races[race].event.kind
        total = _NOTHING
        for bonus in self._rules.bonuses:
            if kind in bonus.kinds or not bonus.kinds:
                reduced = part < 1 and bonus.shortened != "full"
                total += bonus.points * (part if bonus.shortened == "part" else 0) if reduced else bonus.points
        return total * len(self._rules.classes)

    # Cars and crews as they stand.

    def _cars_of(self, race: str) -> dict[str, tuple[str, tuple[str, ...]]]:
        """The cars that may come to a race, each with its class and who competes with it."""
        paddock = Paddock(self._book)
        return {
            car: (filed.event.car_class, tuple(claim.competitor for claim in self._claims.of_car(car, race)))
            for car, filed in self._book.entries.items()
            if filed.event.car_class in self._rules.classes and paddock.entered(car, race)
        }

    def _cars_coming(self, race: str, competitor: str) -> list[tuple[int, int]]:
        """How many cars of a competitor can count in a race, and how many more may come, class by class.

        Empty: it can take no part.
        """
        match self._rules.competitor:
            case "driver":
                new = competitor == _NEWCOMER
                return [(1, 0)] if new or self._claims.of_winner(competitor, race) else []
            case "team":
                return [(1, 0)] if competitor == _NEWCOMER or competitor.removeprefix("#") in self._cars[race] else []
            case "entrant" | "manufacturer" | "constructor":
                entered = Counter(where for where, whose in self._cars[race].values() if competitor in whose)
                most = self._rules.cars
                cars = [
                    (number, 0) if most is None else (min(number, most), max(number - most, 0))
                    for number in entered.values()
                ]
                return cars or [(1, 0)]

    def _shared_cars(self, race: str, one: str, other: str) -> bool:
        return any(one in whose and other in whose for _, whose in self._cars[race].values())

    def _share(self, race: str, competitor: str) -> Fraction:
        """A competitor's share of a car, by the crews as they stand."""
        mine = [car for car, (_, whose) in self._cars[race].items() if competitor in whose]
        crews = [len(self._claims.crew(car, race)) for car in mine]
        if self._rules.shared_car == "each" or max(crews, default=1) <= 1:
            return _ONE
        return Fraction(1, max(crews)) if self._rules.shared_car == "split" else _NOTHING

    # How sure the answers are.

    def _taken_for_granted(self) -> Iterator[str]:
        if self._remaining:
            yield "any car may fail to start, and any driver or make that may score can win"
            yield "the leader earns no bonus points"
        if self._rules.competitor == "driver":
            yield "drivers who share a car go on sharing it"

    def _bounds(self) -> tuple[str, ...]:
        """Why the answers are bounds; empty: they are exact."""
        rules, out = self._rules, []
        if not self._remaining:
            return ()
        several = rules.competitor in ("entrant", "manufacturer", "constructor")
        if several and (rules.cars != 1 or "all-cars-countback" in rules.ties):
            out.append("a bound: counted with the cars that are entered now, and one car of the leader's")
        if len(rules.classes) > 1:
            out.append("a bound: several classes pay, and rivals are given the best of each")
        if rules.shared_car != "each":
            out.append("a bound: rivals are taken to drive alone, the leader with the crew as it stands")
        if rules.counting and rules.competitor == "driver" and self._crewmates():
            out.append("a bound: results are dropped, and crewmates are tried with all races to come or with none")
        if rules.unplaced != "nothing":
            out.append("a bound: a missed race is counted with the entries as they stand")
        return tuple(out)

    def _crewmates(self) -> bool:
        return any(len(whose) > 1 for cars in self._cars.values() for _, whose in cars.values())
