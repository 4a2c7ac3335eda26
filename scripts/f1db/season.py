"""One season of f1db as facts, in the order in which it happened: rules and calendar, then race by race."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from attrs import frozen

from events import (
    CarClassDefined,
    DidNotStart,
    DriverRegistered,
    Event,
    FastestLapSet,
    Line,
    ManufacturerRegistered,
    PublishedRow,
    RaceClassified,
    RaceScheduled,
    RoundScheduled,
    SeasonOpened,
    StandingsPublished,
)
from f1db.entries import Car, Garage, car_of, makes_by_number
from f1db.names import make_name, words
from f1db.rows import Reader, TableRow
from f1db.rulings import SOURCE as RULINGS_SOURCE
from f1db.rulings import Rulings, Unfounded, Weekend, facts_of, named_in, shown_from, text_of
from f1db.tree import Tree, Unreadable
from f1db.weekends import TABLES, Race, Round, rounds_of, tables_in
from f1db.years import CLASS, Years
from f1db.years import SOURCE as YEARS_SOURCE

ATTRIBUTION: Final = "f1db (https://github.com/f1db/f1db, CC BY 4.0)"
_DECIMALS_OF_ROUNDING: Final = 2
"""Half points are printed in full with one decimal; with two or more a table rounds thirds and sevenths."""


class CannotImport(Exception):
    """A season has rows that cannot be read, or rulings that cannot be meant: every reason at once."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problems))


@frozen
class Told:
    """A fact, the document that says so, and the step that it is a part of."""

    step: str
    """Names the step for ever: one of the season's, or of one of its rounds."""
    event: Event
    source: str


@frozen
class Season:
    """A season as facts."""

    id: str
    facts: tuple[Told, ...]
    notices: tuple[str, ...]
    """What was read otherwise than it is written, and what was left out, a line each."""


class Importer:
    """Turns the seasons of a tree into facts."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._years = Years.read()
        self._rulings = Rulings.read()

    def season(self, year: int) -> Season:
        """The facts of one season. Raises :class:`CannotImport` with all that is wrong with it."""
        if not self._years.first <= year <= self._years.last:
            raise CannotImport(
                [f"{year}: the rules of the years are known from {self._years.first} to {self._years.last}"]
            )
        return _Season(self._tree, year, self._years, self._rulings).facts()


class _Season:
    """One season while it is read."""

    def __init__(self, tree: Tree, year: int, years: Years, rulings: Rulings) -> None:
        self._tree = tree
        self._year = year
        self._years = years
        self._rulings = rulings
        self._files = tree.season(year)
        self._reader = Reader(self._files)
        self._notices: list[str] = []

    def facts(self) -> Season:
        rounds = rounds_of(self._files, self._reader)
        final = tables_in(self._reader, "")
        problems = [str(one) for one in self._reader.problems]
        if not problems and not rounds:
            problems = [f"{self._files.path('races')}: holds no race"]
        if problems:
            raise CannotImport(problems)
        try:
            told = tuple(self._told(rounds, final))
        except (Unreadable, Unfounded) as error:
            raise CannotImport([str(error)]) from error
        return Season(f"f1-{self._year}", told, (*self._reader.notices, *self._notices))

    def _told(self, rounds: Sequence[Round], final: Mapping[str, Sequence[TableRow]]) -> Iterator[Told]:
        yield from self._frame(rounds)
        names = self._make_names(rounds)
        garage = Garage(makes_by_number(race.cars for one in rounds for race in one.races), names)
        weekends = {
            one.info.grand_prix: Weekend(tuple(race.race for race in one.races), one.races[-1].cars) for one in rounds
        }
        rulings = self._rulings_held(weekends)
        known: set[str] = set()
        for one in rounds:
            for race in one.races:
                yield from self._newcomers(one, race, known, names)
                for car in race.cars:
                    for event in garage.arrive(car, race.race, rounds[0].races[0].race):
                        yield Told(f"{one.code}/entries", event, race.file)
                yield Told(f"{one.code}/{race.kind}", _classified(race), race.file)
                for event in _missed(race):
                    yield Told(f"{one.code}/{race.kind}", event, race.file)
            yield from self._fastest_laps(one)
            for ruling in rulings:
                if shown_from(ruling) == one.info.grand_prix:
                    for event in facts_of(ruling, weekends):
                        yield Told(f"{one.code}/rulings", event, RULINGS_SOURCE)
            yield from self._published(f"{one.code}/tables", one, one.tables, f"{one.info.folder}/")
        yield from self._published(f"{rounds[-1].code}/season's tables", rounds[-1], final, "")

    def _frame(self, rounds: Sequence[Round]) -> Iterator[Told]:
        """What the season is called, what counts in it and when it races."""
        races = {one.info.grand_prix: tuple(race.race for race in one.races) for one in rounds}
        rules = self._years.rules(self._year, races)
        opened = SeasonOpened(f"f1-{self._year}", f"{self._year} Formula One World Championship", self._year)
        print_ = self._files.fingerprint()
        yield Told("opened", opened, f"{ATTRIBUTION}, {self._files.path('')}, SHA-256 {print_}")
        yield Told("class", CarClassDefined(CLASS, "Formula One"), YEARS_SOURCE)
        for scale in rules.scales:
            yield Told("scales", scale, YEARS_SOURCE)
        for one in rounds:
            yield from self._calendar(one)
        for championship in rules.championships:
            yield Told("championships", championship, YEARS_SOURCE)

    def _calendar(self, one: Round) -> Iterator[Told]:
        info = one.info
        circuit = self._tree.name("circuits", info.circuit) or words(info.circuit)
        last = None if info.first_day is None else info.day
        step = f"{one.code}/calendar"
        yield Told(
            step, RoundScheduled(info.round, one.code, circuit, starts_on=info.first_day, ends_on=last), info.file
        )
        for race in one.races:
            day = info.sprint_day if race.kind == "sprint" else info.day
            yield Told(step, RaceScheduled(race.race, info.round, day, race.kind), info.file)

    def _make_names(self, rounds: Sequence[Round]) -> dict[str, str]:
        """What every make of the season is called."""
        chassis = {car.first.chassis for one in rounds for race in one.races for car in race.cars}
        engines = {car.first.engine for one in rounds for race in one.races for car in race.cars}
        return {
            make: (self._tree.name("constructors", make) if make in chassis else None)
            or (self._tree.name("engine-manufacturers", make) if make in engines else None)
            or make_name(make)
            for make in sorted(chassis | engines)
        }

    def _newcomers(self, one: Round, race: Race, known: set[str], names: Mapping[str, str]) -> Iterator[Told]:
        """The drivers and makes that no race before had."""
        step = f"{one.code}/entries"
        for car in race.cars:
            for make in car.what:
                if f"make {make}" not in known:
                    known.add(f"make {make}")
                    yield Told(step, ManufacturerRegistered(make, names[make]), race.file)
            for driver in car.crew:
                if driver not in known:
                    known.add(driver)
                    name = self._tree.name("drivers", driver) or words(driver)
                    yield Told(step, DriverRegistered(driver, name), race.file)

    def _fastest_laps(self, one: Round) -> Iterator[Told]:
        credited = set()
        for slip in self._rulings.slips(self._year, "one-fastest-lap"):
            if slip["grand-prix"] == one.info.grand_prix:
                credited.add(slip["driver"])
                if not any(lap.driver == slip["driver"] for lap in one.fastest):
                    raise Unfounded(f"{text_of(slip)}: {slip['driver']} is not in the list")
        race = one.races[-1]
        for lap in one.fastest:
            if credited and lap.driver not in credited:
                continue
            car = car_of(race.cars, lap.number, lap.driver)
            if car is None:
                raise lap.row.unreadable("driverId", f"{lap.driver} is in no car of {race.file}")
            if car.first.missed is not None:
                raise lap.row.unreadable("driverId", f"{lap.driver} did not start in {race.file}")
            event = FastestLapSet(race.race, car.number, lap.driver, lap.time_ms)
            yield Told(f"{one.code}/fastest-lap", event, lap.row.file)

    def _rulings_held(self, weekends: Mapping[str, Weekend]) -> tuple[Mapping[str, Any], ...]:
        """The rulings of the season whose grands prix the tree holds; of others, a notice."""
        held = []
        for ruling in self._rulings.of_year(self._year):
            missing = sorted(named_in(ruling) - weekends.keys())
            if missing:
                self._notices.append(f"{text_of(ruling)}: left out, there is no {', '.join(missing)} in the tree")
            else:
                held.append(ruling)
        return tuple(held)

    def _published(
        self, step: str, one: Round, tables: Mapping[str, Sequence[TableRow]], folder: str
    ) -> Iterator[Told]:
        for who, rows in tables.items():
            name = TABLES[who]
            out = self._left_out(rows, f"{folder}{name}")
            kept = [row for row in rows if row not in out]
            if not kept:
                continue
            decimals = max(row.decimals for row in kept)
            event = StandingsPublished(
                who,
                one.races[-1].race,
                tuple(PublishedRow(row.competitor, row.position, row.points) for row in kept),
                decimals=decimals if decimals >= _DECIMALS_OF_ROUNDING else None,
            )
            yield Told(f"{step}/{who}", event, self._files.path(f"{folder}{name}"))

    def _left_out(self, rows: Sequence[TableRow], name: str) -> list[TableRow]:
        """The rows of a table that cannot be recorded, as the table of slips has them."""
        out = []
        for slip in self._rulings.slips(self._year, "row-left-out"):
            if slip["table"] == name and rows:
                found = [
                    one
                    for one in rows
                    if one.competitor == slip["competitor"] and one.row.get("position") == slip["position"]
                ]
                if not found:
                    raise Unfounded(f"{text_of(slip)}: there is no such row")
                out += found
        return out


def _classified(race: Race) -> RaceClassified:
    """The cars that started, those with a place first."""
    started = [car for car in race.cars if car.first.missed is None]
    started.sort(key=lambda car: (car.first.place is None, car.first.place or 0))
    winner = started[0].first.time_ms if started else None
    return RaceClassified(race.race, CLASS, tuple(_line(car, winner) for car in started))


def _line(car: Car, winner_ms: int | None) -> Line:
    first = car.first
    gap = None
    if first.place is not None and first.time_ms is not None and winner_ms is not None and first.time_ms >= winner_ms:
        gap = first.time_ms - winner_ms
    return Line(first.place, car.number, first.status, first.laps, gap)


def _missed(race: Race) -> Iterator[DidNotStart]:
    for car in race.cars:
        if car.first.missed is not None:
            yield DidNotStart(race.race, car.number, car.first.reason, car.first.missed)
