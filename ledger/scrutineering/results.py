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
            yield from _winner_missed(book, race, car)
        case events.PoleTaken(race=race, car=car, driver=driver):
            yield from _starter(book, "$.car", race, car)
            yield from _driver_of(book, race, car, driver)
            if (race, car) not in book.did_not_start:  # one that missed its start can have been the fastest before it
                yield from _listed(book, race, car)
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
            yield from _equally_fast(book, event)
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
            if race in book.races and car_class in book.classes:
                theirs = _cars_of(book, race, car_class, driver)
                if theirs and all((race, car) in book.did_not_start for car in theirs):
                    cars = ", ".join(f"#{car}" for car in theirs)
                    yield Finding("$.driver", f"{driver} was in {cars}, which did not start {race}")


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
    yield from _alone_in_two(book, event, paddock)
    listed = {line.car for line in event.lines}
    for what, filed in (("has the fastest lap", book.fastest_laps), ("led laps", book.laps_led)):
        for race, car in filed:
            if race == event.race and _class_of(book, car) == event.car_class and car not in listed:
                yield Finding("$.lines", f"#{car} is missing: it {what} of {race}, so it started")


def _alone_in_two(
    book: Book, event: events.RaceClassified | events.ClassificationAmended, paddock: Paddock
) -> Findings:
    """Objects to a second car of the race whose only driver was alone in another one."""
    if event.race not in book.races:
        return
    others = [
        line.car
        for (race, car_class), filed in book.classified.items()
        if race == event.race and car_class != event.car_class
        for line in filed.event.lines
    ]
    cars = [line.car for line in event.lines]
    alone: dict[tuple[str, ...], str] = {}
    for index, car in enumerate((*others, *cars), start=-len(others)):
        crew = paddock.crew(car, event.race).drivers if car in book.entries else ()
        if len(crew) == 1 and alone.setdefault(crew, car) != car and index >= 0:
            problem = (
                f"{crew[0]} was alone in #{alone[crew]} and in #{car} at {event.race}: nobody drives two cars at once"
            )
            yield Finding(f"$.lines[{index}].car", problem)


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
    yield from _listed(book, race, car)


def _listed(book: Book, race: str, car: str) -> Findings:
    """Objects to a car that a classification of its class does not list."""
    filed = book.classified.get((race, _class_of(book, car) or ""))
    if filed is not None and line_of(book, race, car) is None:
        yield Finding("$.car", f"#{car} is not in the classification of {race} (position {filed.position})")


def _equally_fast(book: Book, event: events.FastestLapSet) -> Findings:
    """Objects to a second fastest lap of a class that took another time than the first."""
    for (race, car), filed in book.fastest_laps.items():
        same = race == event.race and car != event.car and _class_of(book, car) == _class_of(book, event.car)
        if same and None not in (event.time_ms, filed.event.time_ms) and event.time_ms != filed.event.time_ms:
            problem = (
                f"{event.time_ms} is not the {filed.event.time_ms} of #{car}, which has the fastest lap of its class"
            )
            yield Finding("$.time_ms", f"{problem} in {race} (position {filed.position})")


def _winner_missed(book: Book, race: str, car: str) -> Findings:
    """Objects where the reported winner of the class could have been in no other car."""
    car_class = _class_of(book, car)
    reported = book.winners.get((race, car_class or ""))
    if reported is None or car_class is None or race not in book.races:
        return
    theirs = _cars_of(book, race, car_class, reported.event.driver)
    if car in theirs and all(other == car or (race, other) in book.did_not_start for other in theirs):
        problem = f"{reported.event.driver} is reported as the winner of {race} (position {reported.position})"
        yield Finding("$.car", f"{problem} and was in no other car")


def _cars_of(book: Book, race: str, car_class: str, driver: str) -> list[str]:
    """The cars of a class that had the driver at a race."""
    paddock = Paddock(book)
    return [
        car
        for car, filed in book.entries.items()
        if filed.event.car_class == car_class
        and paddock.entered(car, race)
        and driver in paddock.crew(car, race).drivers
    ]


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
