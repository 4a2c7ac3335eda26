"""The scoring engine: what each competitor of a championship earned in each race, by its rules alone.

Its awards are the one computation behind every number. The standings are their sum, an explanation is their list,
the audit compares the sum: so an explanation can never disagree with a table.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from fractions import Fraction

from attrs import frozen

import events
from events import Rules
from projections.book import Book
from projections.entries import Paddock
from projections.results import by_place, classification, missed_starts


@frozen
class Award:
    """What one car earned one competitor in one race."""

    race: str
    competitor: str
    """A driver's id, ``#`` and a car number, or a manufacturer's id."""
    car_class: str
    car: str | None
    """``None``: only the winner of the race was reported, not the car."""
    place: int | None
    """The place in the class; ``None``: not classified, or not started."""
    status: str
    """``"finished"``, ``"DNF"``, ``"NC"``, ``"DSQ"`` or ``"DNS"``."""
    scored: int | None
    """The place that scores; ``None``: this car scores nothing here."""
    shown: str
    """What the table shows: a place, or the status."""
    value: Fraction
    """What the scale gives for the place that scores; 0 where none does."""
    part: Fraction
    """The part of its points that the race pays; 1 for all of them."""
    share: Fraction
    """The competitor's share of the car's points; 1 where it is not divided."""
    points: Fraction
    """``value * part * share``."""
    counts: bool
    """Whether it takes part in the total and in the tie-break."""
    note: str | None
    """Why it does not count, or not in full; ``None``: nothing to say."""
    records: tuple[int, ...]
    """The positions of the records that it follows from, ascending: result, entry, crew, car and rating."""


@frozen
class _Claim:
    """A competitor's claim to a car's place."""

    competitor: str
    share: Fraction
    note: str | None
    records: tuple[int, ...]


@frozen
class _Starter:
    """A car that started or should have, in the order of the result, with those who compete with it."""

    place: int | None
    car: str | None
    status: str
    claims: tuple[_Claim, ...]
    records: tuple[int, ...]


_ONE = Fraction(1)
_NOTHING = Fraction(0)


def scale_value(scale: events.PointsScaleAdopted, place: int) -> Fraction:
    """What ``place`` is worth on ``scale``."""
    return scale.points[place - 1] if place <= len(scale.points) else scale.beyond


class Engine:
    """Scores the races of one championship of one book."""

    def __init__(self, book: Book, championship: events.ChampionshipDefined) -> None:
        self._book = book
        self._paddock = Paddock(book)
        self._rules: Rules = championship.rules
        self._scale = book.scales[championship.rules.scale].event

    def awards(self, race: str) -> tuple[Award, ...]:
        """What ``race`` earned: by class as the rules list them, then in the order of the result."""
        if race in self._book.cancelled:
            return ()
        return tuple(award for car_class in self._rules.classes for award in self._class_awards(race, car_class))

    def _class_awards(self, race: str, car_class: str) -> Iterator[Award]:
        shortened = self._book.shortened.get(race)
        part, common = (_ONE, ()) if shortened is None else (shortened.event.part, (shortened.position,))
        cars_counted: Counter[str] = Counter()
        rank = 0
        for starter in self._starters(race, car_class):
            counting = [
                starter.place is not None
                and (self._rules.cars is None or cars_counted[claim.competitor] < self._rules.cars)
                for claim in starter.claims
            ]
            rank += any(counting)
            for claim, counts in zip(starter.claims, counting, strict=True):
                cars_counted[claim.competitor] += counts
                scored = None if not counts else rank if self._rules.place == "re-ranked" else starter.place
                records = {*starter.records, *claim.records, *common}
                yield self._award(race, car_class, starter, claim, scored, part, records)

    def _award(
        self,
        race: str,
        car_class: str,
        starter: _Starter,
        claim: _Claim,
        scored: int | None,
        part: Fraction,
        records: Iterable[int],
    ) -> Award:
        value = _NOTHING if scored is None else scale_value(self._scale, scored)
        note = claim.note
        if starter.place is not None and scored is None:
            cars = self._rules.cars
            note = "only its best car counts" if cars == 1 else f"only its best {cars} cars count"
        visible = scored if self._rules.shown == "scored" and scored is not None else starter.place
        return Award(
            race=race,
            competitor=claim.competitor,
            car_class=car_class,
            car=starter.car,
            place=starter.place,
            status=starter.status,
            scored=scored,
            shown=str(visible) if visible is not None else starter.status,
            value=value,
            part=part,
            share=claim.share,
            points=value if part == claim.share == _ONE else value * part * claim.share,
            counts=scored is not None,
            note=note,
            records=tuple(sorted(records)),
        )

    def _starters(self, race: str, car_class: str) -> Iterator[_Starter]:
        """The cars of the class: by place, then those without a place as listed, then missed starts by number."""
        order = classification(self._book, race, car_class)
        if order is not None:
            for line in by_place(order.lines):
                claims = tuple(self._claims(race, line.car))
                yield _Starter(line.place, line.car, line.status, claims, order.records)
        elif (reported := self._book.winners.get((race, car_class))) is not None:
            yield _Starter(
                1, None, "finished", tuple(self._winner_claims(race, reported.event.driver)), (reported.position,)
            )
        for missed in missed_starts(self._book, race, car_class):
            car = missed.event.car
            yield _Starter(None, car, "DNS", tuple(self._claims(race, car)), (missed.position,))

    def _claims(self, race: str, number: str) -> Iterator[_Claim]:
        match self._rules.competitor:
            case "team":
                yield _Claim(f"#{number}", _ONE, None, (self._book.entries[number].position,))
            case "manufacturer":
                car = self._paddock.car(number, race)
                yield _Claim(car.manufacturer, _ONE, None, car.records)
            case "driver":
                crew = self._paddock.crew(number, race)
                share, note = self._share(len(crew.drivers))
                for driver in crew.drivers:
                    rated = self._rating_records(driver, race)
                    if rated is not None:
                        yield _Claim(driver, share, note, (*crew.records, *rated))

    def _share(self, drivers: int) -> tuple[Fraction, str | None]:
        if drivers <= 1 or self._rules.shared_car == "each":
            return _ONE, None
        if self._rules.shared_car == "split":
            return Fraction(1, drivers), f"shared by {drivers} drivers"
        return _NOTHING, "a shared car scores for nobody"

    def _rating_records(self, driver: str, race: str) -> tuple[int, ...] | None:
        """The records that make ``driver`` eligible; ``None``: not eligible."""
        if self._rules.ratings is None:
            return ()
        rating, position = self._paddock.rating(driver, race)
        return (position,) if rating in self._rules.ratings and position is not None else None

    def _winner_claims(self, race: str, driver: str) -> Iterator[_Claim]:
        """Who scores where only the winning driver is known: first of the class is first of any part of it."""
        if self._rules.competitor == "driver":
            rated = self._rating_records(driver, race)
            if rated is not None:
                yield _Claim(driver, _ONE, "only the winner of this race is known", rated)
