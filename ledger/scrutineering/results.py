"""Checks of results: whole classifications of cars that were there, and nothing recorded twice."""

import events
from events.facts import ResultFact
from ledger.scrutineering.finding import Finding, Findings, repeated, unknown, unraceable
from projections import Book, Paddock
from projections.order import classification
from projections.rulings import Docket


def findings(book: Book, event: ResultFact) -> Findings:
    """Objections to a fact about results."""
    yield from unraceable(book, "$.race", event.race)
    match event:
        case events.RaceClassified():
            yield from _classified_once(book, event)
            yield from classified_findings(book, event)
        case events.DidNotStart(race=race, car=car):
            yield from _starter(book, "$.car", race, car)
            if (race, car) in book.did_not_start:
                position = book.did_not_start[race, car].position
                yield Finding("$.car", f"#{car} did not start {race}: recorded already (position {position})")
            if (race, car) in book.fastest_laps:
                position = book.fastest_laps[race, car].position
                yield Finding("$.car", f"#{car} has the fastest lap of {race} (position {position}), so it started")
            line = line_of(book, race, car)
            if line is not None:
                how = f"classified {line.place}" if line.place is not None else f"in the classification, {line.status}"
                yield Finding("$.car", f"#{car} is {how} in {race}, so it started")
        case events.PoleTaken(race=race, car=car, driver=driver):
            yield from _starter(book, "$.car", race, car)
            yield from _driver_of(book, race, car, driver)
            for where, holder in book.poles:
                if where == race and _class_of(book, holder) == _class_of(book, car):
                    position = book.poles[where, holder].position
                    yield Finding("$.car", f"#{holder} has the pole of its class in {race} (position {position})")
        case events.FastestLapSet(race=race, car=car, driver=driver):
            yield from _starter(book, "$.car", race, car)
            yield from _driver_of(book, race, car, driver)
            if (race, car) in book.fastest_laps:
                position = book.fastest_laps[race, car].position
                yield Finding("$.car", f"#{car} has the fastest lap of {race} already (position {position})")
            yield from _started(book, race, car)
        case events.LapsLed(race=race, car=car, driver=driver):
            yield from _starter(book, "$.car", race, car)
            yield from _driver_of(book, race, car, driver)
            yield from _started(book, race, car)
            if any(filed.event.driver == driver for filed in book.laps_led.get((race, car), ())):
                who = "" if driver is None else f" with {driver}"
                yield Finding("$.car", f"the laps that #{car} led{who} in {race} are recorded already")
        case events.WinnerReported(race=race, car_class=car_class, driver=driver):
            yield from unknown("$.car_class", "class", car_class, book.classes)
            yield from unknown("$.driver", "driver", driver, book.drivers)
            if (race, car_class) in book.winners:
                position = book.winners[race, car_class].position
                yield Finding(
                    "$.race", f"the winner of {race} in {car_class} is reported already (position {position})"
                )
            if (race, car_class) in book.classified:
                position = book.classified[race, car_class].position
                yield Finding("$.race", f"{race} is classified in {car_class} (position {position})")


def _classified_once(book: Book, event: events.RaceClassified) -> Findings:
    before = book.classified.get((event.race, event.car_class))
    if before is not None and not (before.event.status == "provisional" and event.status == "official"):
        yield Finding(
            "$.race",
            f"{event.race} is classified in {event.car_class} already: {before.event.status}, position "
            f"{before.position}; a changed order is an amendment",
        )


def classified_findings(book: Book, event: events.RaceClassified | events.ClassificationAmended) -> Findings:
    """Objections to the lines of a classification or an amendment."""
    yield from unknown("$.car_class", "class", event.car_class, book.classes)
    if not event.lines:
        yield Finding("$.lines", "is empty; a classification holds one car at least")
    needs_drivers = any(
        filed.event.rules.competitor == "driver" and event.car_class in filed.event.rules.classes
        for filed in book.championships.values()
    )
    paddock = Paddock(book)
    for index, line in enumerate(event.lines):
        path = f"$.lines[{index}].car"
        yield from _starter(book, path, event.race, line.car)
        if line.car in book.entries:
            theirs = _class_of(book, line.car)
            if theirs != event.car_class and event.car_class in book.classes:
                yield Finding(path, f"#{line.car} races in {theirs}, not in {event.car_class}")
            if needs_drivers and event.race in book.races and not paddock.crew(line.car, event.race).drivers:
                yield Finding(path, f"nobody is in #{line.car} at {event.race}; assign a driver first")
        missed = book.did_not_start.get((event.race, line.car))
        if missed is not None:
            yield Finding(path, f"#{line.car} did not start {event.race} (position {missed.position})")
        yield from _status(f"$.lines[{index}]", line)
    yield from repeated("$.lines", (line.car for line in event.lines), "{}.car")
    yield from _places(event)


def _status(path: str, line: events.Line) -> Findings:
    if line.place is None and line.status == "finished":
        yield Finding(f"{path}.place", "is missing: a car that finished has a place, any other a status such as DNF")
    if line.place is not None and line.status in ("NC", "DSQ"):
        yield Finding(f"{path}.place", f"a car with the status {line.status} has no place")


def _places(event: events.RaceClassified | events.ClassificationAmended) -> Findings:
    """Objects to a place that is taken, and to one that leaves a hole before it."""
    first: dict[int, int] = {}
    for index, line in enumerate(event.lines):
        if line.place is not None and line.place in first:
            holder = event.lines[first[line.place]].car
            yield Finding(f"$.lines[{index}].place", f"{line.place} is the place of #{holder} too")
        elif line.place is not None:
            first[line.place] = index
    expected = 1
    for place in sorted(first):
        if place > expected:
            missing = str(expected) if place == expected + 1 else f"{expected} to {place - 1}"
            yield Finding(f"$.lines[{first[place]}].place", f"{place} leaves a hole: nobody is {missing}")
        expected = place + 1


def _starter(book: Book, path: str, race: str, car: str) -> Findings:
    """Objects to a car that is unknown, or out of the season by that race."""
    yield from unknown(path, "car", car, book.entries)
    if car in book.entries and race in book.races and not Paddock(book).entered(car, race):
        if Paddock(book).withdrawn(car, race):
            yield Finding(path, f"#{car} is withdrawn (position {book.withdrawn[car].position})")
        else:
            entry = book.entries[car]
            yield Finding(path, f"#{car} is entered from {entry.event.from_race} on (position {entry.position})")


def _started(book: Book, race: str, car: str) -> Findings:
    """Objects to a car that missed the start, or that a classification of its class does not list."""
    if (race, car) in book.did_not_start:
        yield Finding("$.car", f"#{car} did not start {race} (position {book.did_not_start[race, car].position})")
    filed = book.classified.get((race, _class_of(book, car) or ""))
    if filed is not None and line_of(book, race, car) is None:
        yield Finding("$.car", f"#{car} is not in the classification of {race} (position {filed.position})")


def _driver_of(book: Book, race: str, car: str, driver: str | None) -> Findings:
    yield from unknown("$.driver", "driver", driver, book.drivers)
    if driver is not None and driver in book.drivers and car in book.entries and race in book.races:
        crew = Paddock(book).crew(car, race).drivers
        if driver not in crew:
            yield Finding("$.driver", f"{driver} is not in #{car} at {race}")


def _class_of(book: Book, car: str) -> str | None:
    return book.entries[car].event.car_class if car in book.entries else None


def line_of(book: Book, race: str, car: str) -> events.Line | None:
    """The line of a car in the classification of its class, or in an amendment that brought it in; ``None``: none."""
    where = race, _class_of(book, car) or ""
    filed = book.classified.get(where)
    order = classification(book, Docket(book, book.races), *where)
    listed = (*(() if filed is None else filed.event.lines), *(() if order is None else (o.line for o in order.lines)))
    return next((line for line in listed if line.car == car), None)
