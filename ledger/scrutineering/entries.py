"""Checks of who races: nobody unknown, nobody in a crew twice, no swap of a driver who is not in the car."""

import events
from events.facts import EntryFact
from ledger.scrutineering.finding import Finding, Findings, repeated, unknown
from ledger.scrutineering.results import line_of
from projections import Book, Paddock, race_order


def findings(book: Book, event: EntryFact) -> Findings:
    """Objections to a fact about entries."""
    match event:
        case events.DriverRegistered(driver=driver):
            if driver in book.drivers:
                yield Finding("$.driver", f"{driver} is registered already (position {book.drivers[driver].position})")
        case events.DriverRated(driver=driver, from_race=from_race):
            yield from unknown("$.driver", "driver", driver, book.drivers)
            yield from unknown("$.from_race", "race", from_race, book.races)
            for filed in book.ratings.get(driver, ()):
                if filed.event.from_race == from_race:
                    yield Finding("$.driver", f"{driver} is rated already from there on (position {filed.position})")
        case events.ManufacturerRegistered(manufacturer=manufacturer):
            if manufacturer in book.manufacturers:
                position = book.manufacturers[manufacturer].position
                yield Finding("$.manufacturer", f"{manufacturer} is registered already (position {position})")
        case events.EntryRegistered(car=car, drivers=drivers):
            if car in book.entries:
                yield Finding("$.car", f"#{car} is entered already (position {book.entries[car].position})")
            yield from unknown("$.car_class", "class", event.car_class, book.classes)
            yield from unknown("$.manufacturer", "manufacturer", event.manufacturer, book.manufacturers)
            yield from unknown("$.engine", "manufacturer", event.engine, book.manufacturers)
            yield from unknown("$.from_race", "race", event.from_race, book.races)
            for index, driver in enumerate(drivers):
                yield from unknown(f"$.drivers[{index}]", "driver", driver, book.drivers)
            yield from repeated("$.drivers", drivers)
        case events.DriverAssigned():
            yield from _assigned(book, event)
        case events.DriverSwapped():
            yield from _swapped(book, event)
        case events.CarChanged(car=car, from_race=from_race):
            yield from unknown("$.car", "car", car, book.entries)
            yield from unknown("$.manufacturer", "manufacturer", event.manufacturer, book.manufacturers)
            yield from unknown("$.engine", "manufacturer", event.engine, book.manufacturers)
            yield from unknown("$.from_race", "race", from_race, book.races)
            if car in book.entries and from_race in book.races:
                before = Paddock(book).car(car, from_race)
                if (before.manufacturer, before.model, before.engine) == (
                    event.manufacturer,
                    event.model,
                    event.engine,
                ):
                    yield Finding("$.car", f"#{car} has that car at {from_race} already")
        case events.EntryWithdrawn(car=car, from_race=from_race):
            yield from unknown("$.car", "car", car, book.entries)
            yield from unknown("$.from_race", "race", from_race, book.races)
            if car in book.withdrawn:
                yield Finding("$.car", f"#{car} is withdrawn already (position {book.withdrawn[car].position})")
            if from_race in book.races:
                yield from _results_after(book, car, from_race)


def _assigned(book: Book, event: events.DriverAssigned) -> Findings:
    yield from unknown("$.car", "car", event.car, book.entries)
    yield from unknown("$.driver", "driver", event.driver, book.drivers)
    yield from unknown("$.from_race", "race", event.from_race, book.races)
    yield from unknown("$.to_race", "race", event.to_race, book.races)
    if event.car not in book.entries or {event.from_race, event.to_race} - {None, *book.races}:
        return
    order = race_order(book)
    first = 0 if event.from_race is None else order.index(event.from_race)
    last = len(order) if event.to_race is None else order.index(event.to_race) + 1
    if first >= last and order:
        yield Finding("$.to_race", f"{event.to_race} is before {event.from_race}")
    paddock = Paddock(book)
    for race in order[first:last]:
        if event.driver in paddock.crew(event.car, race).drivers:
            yield Finding("$.driver", f"{event.driver} is in #{event.car} at {race} already")
            return
    if not order and event.driver in book.entries[event.car].event.drivers:
        yield Finding("$.driver", f"{event.driver} is in #{event.car} already")


def _swapped(book: Book, event: events.DriverSwapped) -> Findings:
    yield from unknown("$.car", "car", event.car, book.entries)
    yield from unknown("$.outgoing", "driver", event.outgoing, book.drivers)
    yield from unknown("$.incoming", "driver", event.incoming, book.drivers)
    yield from unknown("$.from_race", "race", event.from_race, book.races)
    if event.car not in book.entries or event.from_race not in book.races:
        return
    crew = Paddock(book).crew(event.car, event.from_race).drivers
    if event.outgoing not in crew and event.outgoing in book.drivers:
        inside = f"its crew is {', '.join(crew)}" if crew else "nobody is"
        yield Finding("$.outgoing", f"{event.outgoing} is not in #{event.car} at {event.from_race}; {inside}")
    if event.incoming in crew:
        yield Finding("$.incoming", f"{event.incoming} is in #{event.car} at {event.from_race} already")


def _results_after(book: Book, car: str, from_race: str) -> Findings:
    order = race_order(book)
    for race in order[order.index(from_race) :] if car in book.entries else ():
        if line_of(book, race, car) is not None or (race, car) in book.did_not_start:
            yield Finding("$.from_race", f"#{car} has a result in {race}")
