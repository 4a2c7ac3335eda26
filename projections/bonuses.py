"""Bonus points: who earned them in a race, by what was recorded of poles, fastest laps and laps led."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Final, TypeAlias, assert_never

from events import Bonus, Rules
from events.frozen import frozen
from projections.book import Book

Holder: TypeAlias = tuple[str, str | None]
"""A car, and the driver where one is named."""
_NAMES: Final = {
    "pole": "pole position",
    "fastest-lap": "fastest lap",
    "led-a-lap": "led a lap",
    "most-laps-led": "most laps led",
}


@frozen
class Earned:
    """A bonus that a car earned."""

    what: str
    """In words: ``"fastest lap"``."""
    points: Fraction
    driver: str | None
    """Who earned it; ``None``: the car's whole crew, who divide it as they divide the car's points."""
    records: tuple[int, ...]

    def is_for(self, driver: str | None) -> bool:
        """Whether a competitor gets it with the car: ``driver``, or ``None`` for one that is no driver."""
        return driver is None or self.driver in (None, driver)


def earned_bonuses(
    book: Book, rules: Rules, race: str, places: Mapping[str, int | None], part: Fraction
) -> dict[str, list[Earned]]:
    """The bonuses that the cars of one class earned in ``race``, by car.

    ``places`` holds every car of the class that has a result, with its place; ``part`` is the part of its points that
    the race pays.
    """
    earned: dict[str, list[Earned]] = defaultdict(list)
    for bonus in rules.bonuses:
        if bonus.kinds and book.races[race].event.kind not in bonus.kinds:
            continue
        holders = list(_holders(book, bonus, race, places, by_driver=rules.competitor == "driver"))
        each = bonus.points if bonus.equal == "each" or not holders else bonus.points / len(holders)
        if part < 1 and bonus.shortened != "full":
            each = each * part if bonus.shortened == "part" else Fraction(0)
        for (car, driver), records in holders:
            place = places[car]
            if each and (bonus.within is None or (place is not None and place <= bonus.within)):
                earned[car].append(Earned(_NAMES[bonus.what], each, driver, records))
    return earned


def _holders(
    book: Book, bonus: Bonus, race: str, cars: Iterable[str], *, by_driver: bool
) -> Iterator[tuple[Holder, tuple[int, ...]]]:
    """Which of the cars did what earns the bonus, with the positions of the records that say so.

    The laps that several drivers of a car led are those of each, or ``by_driver`` false, together those of the car.
    """
    match what := bonus.what:
        case "pole":
            for car in cars:
                if (pole := book.poles.get((race, car))) is not None:
                    yield (car, pole.event.driver), pole.records
        case "fastest-lap":
            for car in cars:
                if (lap := book.fastest_laps.get((race, car))) is not None:
                    yield (car, lap.event.driver), lap.records
        case "led-a-lap" | "most-laps-led":
            led = _laps_led(book, race, cars, by_driver=by_driver)
            least = 1 if what == "led-a-lap" else max((laps for laps, _ in led.values()), default=0)
            for holder, (laps, records) in led.items():
                if laps >= least:
                    yield holder, records
        case _:
            assert_never(what)


def _laps_led(
    book: Book, race: str, cars: Iterable[str], *, by_driver: bool
) -> dict[Holder, tuple[int, tuple[int, ...]]]:
    """The laps that each car led, with the records; ``by_driver``: that each driver of it led."""
    led: dict[Holder, tuple[int, tuple[int, ...]]] = {}
    for car in cars:
        for stint in book.laps_led.get((race, car), ()):
            holder = car, stint.event.driver if by_driver else None
            laps, records = led.get(holder, (0, ()))
            led[holder] = laps + stint.event.laps, (*records, *stint.records)
    return led
