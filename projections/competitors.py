"""Who competes in a championship: whose result a car's place is, and who may have one."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import assert_never

import events
from events import Rules
from events.frozen import frozen
from events.rules import CompetitorKind
from projections.book import Book, Filed
from projections.entries import Paddock


@frozen
class Claim:
    """A competitor's claim to what a car earns."""

    competitor: str
    driver: str | None
    """The driver, where drivers compete."""
    records: tuple[int, ...]
    """The positions of the records that give the claim."""


class Claims:
    """Answers who competes with a car, race by race, under one championship's rules."""

    def __init__(self, book: Book, rules: Rules, paddock: Paddock) -> None:
        self._book = book
        self._rules = rules
        self._paddock = paddock
        self._listed = None if rules.competitors is None else frozenset(rules.competitors)

    def of_car(self, car: str, race: str) -> tuple[Claim, ...]:
        """Who competes with ``car`` at ``race``: several where drivers share it; empty: nobody who may."""
        return tuple(
            claim for claim in self._claims(car, race) if self._listed is None or claim.competitor in self._listed
        )

    def of_winner(self, driver: str, race: str) -> tuple[Claim, ...]:
        """Who competes where only the winning driver is known: first of the class is first of any part of it."""
        if self._rules.competitor != "driver" or (self._listed is not None and driver not in self._listed):
            return ()
        rated = self._rated(driver, race)
        return () if rated is None else (Claim(driver, driver, rated),)

    def crew(self, car: str, race: str) -> tuple[str, ...]:
        """The drivers who shared the car, eligible here or not."""
        return self._paddock.crew(car, race).drivers

    def entrants(self, races: Iterable[str]) -> tuple[str, ...]:
        """Every competitor that is entered: with a car of the classes, at one of the races."""
        return self.together(self.entrants_at(race) for race in races)

    def entrants_at(self, race: str) -> dict[str, tuple[str, ...]]:
        """The competitors that are entered at ``race``, by car."""
        cars = (car for car, filed in self._book.entries.items() if filed.event.car_class in self._rules.classes)
        inside = (car for car in cars if self._paddock.entered(car, race))
        return {car: tuple(claim.competitor for claim in self.of_car(car, race)) for car in inside}

    def together(self, at_races: Iterable[dict[str, tuple[str, ...]]]) -> tuple[str, ...]:
        """Every competitor of some :meth:`entrants_at`, once: by car, then by race."""
        # From one race to the next they are mostly the same: for 48 races, 50 microseconds instead of 300.
        changing = [one for one, _ in groupby(at_races)]
        cars = self._book.entries
        return tuple(dict.fromkeys(one for car in cars for there in changing for one in there.get(car, ())))

    def _claims(self, number: str, race: str) -> Iterator[Claim]:
        match kind := self._rules.competitor:
            case "team":
                yield Claim(f"#{number}", None, self._book.entries[number].records)
            case "entrant":
                entry = self._book.entries[number]
                if entry.event.entrant is not None:
                    yield Claim(entry.event.entrant, None, entry.records)
            case "manufacturer" | "constructor":
                car = self._paddock.car(number, race)
                engine = f"/{car.engine or car.manufacturer}" if kind == "constructor" else ""
                yield Claim(f"{car.manufacturer}{engine}", None, car.records)
            case "driver":
                crew = self._paddock.crew(number, race)
                for driver in crew.drivers:
                    rated = self._rated(driver, race)
                    if rated is not None:
                        yield Claim(driver, driver, (*crew.records, *rated))
            case _:
                assert_never(kind)

    def _rated(self, driver: str, race: str) -> tuple[int, ...] | None:
        """The records that make ``driver`` eligible; ``None``: not eligible."""
        if self._rules.ratings is None:
            return ()
        rating, records = self._paddock.rating(driver, race)
        return records if rating in self._rules.ratings else None


def competitor_name(book: Book, kind: CompetitorKind, competitor: str) -> str:
    """What a competitor is called in print."""
    match kind:
        case "driver":
            return book.drivers[competitor].event.name
        case "team":
            return book.entries[competitor.removeprefix("#")].event.team
        case "entrant":
            return _entered_by(book, competitor).event.team
        case "manufacturer":
            return book.manufacturers[competitor].event.name
        case "constructor":
            chassis, _, engine = competitor.partition("/")
            names = [book.manufacturers[make].event.name for make in (chassis, engine)]
            return names[0] if chassis == engine else "-".join(names)
        case _:
            assert_never(kind)


def naming_records(book: Book, kind: CompetitorKind, competitor: str) -> tuple[int, ...]:
    """The positions of the records that give a competitor its name."""
    match kind:
        case "driver":
            return book.drivers[competitor].records
        case "team":
            return book.entries[competitor.removeprefix("#")].records
        case "entrant":
            return _entered_by(book, competitor).records
        case "manufacturer":
            return book.manufacturers[competitor].records
        case "constructor":
            chassis, _, engine = competitor.partition("/")
            return (*book.manufacturers[chassis].records, *book.manufacturers[engine].records)
        case _:
            assert_never(kind)


def is_competitor(book: Book, kind: CompetitorKind, competitor: str) -> bool:
    """Whether the book holds such a competitor: a driver, an entry, an entrant, a make, or a chassis and an engine."""
    match kind:
        case "driver":
            return competitor in book.drivers
        case "team":
            return competitor.startswith("#") and competitor[1:] in book.entries
        case "entrant":
            return any(filed.event.entrant == competitor for filed in book.entries.values())
        case "manufacturer":
            return competitor in book.manufacturers
        case "constructor":
            chassis, stroke, engine = competitor.partition("/")
            return bool(stroke) and {chassis, engine} <= book.manufacturers.keys()
        case _:
            assert_never(kind)


def _entered_by(book: Book, entrant: str) -> Filed[events.EntryRegistered]:
    """The entrant's first entry."""
    return next(filed for filed in book.entries.values() if filed.event.entrant == entrant)
