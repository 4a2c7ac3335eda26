"""Checks of rulings: about a car that was there, a place that there is, a ruling that stands."""

from collections.abc import Iterable
from typing import TypeAlias, assert_never

import events
from events.facts import OrderRuling, PointsRuling
from ledger.scrutineering.calendar import rewriting_findings
from ledger.scrutineering.finding import Finding, Findings, repeated, run_already, unknown, unraceable
from ledger.scrutineering.results import classified_findings
from projections import Book, Paddock, race_order
from projections.book import rescissions
from projections.competitors import is_competitor
from projections.order import Classification, StandingLine, classification
from projections.rulings import Docket

RulingEvent: TypeAlias = OrderRuling | PointsRuling | events.RulingRescinded


def findings(book: Book, event: RulingEvent) -> Findings:
    """Objections to a ruling."""
    yield from unknown("$.counts_from", "race", event.counts_from, book.races)
    match event:
        case (
            events.Disqualified()
            | events.MovedToPlace()
            | events.MovedDown()
            | events.MovedToRear()
            | events.TimePenaltyImposed()
        ):
            yield from _of_car(book, event)
            yield from _counts_before(book, event.race, event.counts_from)
        case events.ClassificationAmended():
            yield from unknown("$.race", "race", event.race, book.races)
            yield from classified_findings(book, event)
            known = event.race in book.races and event.car_class in book.classes
            if known and (event.race, event.car_class) not in book.classified:
                problem = f"{event.race} is not classified in {event.car_class}: there is nothing to amend"
                yield Finding("$.race", problem)
            yield from _counts_before(book, event.race, event.counts_from)
        case events.RaceShortened(race=race):
            yield from unraceable(book, "$.race", race)
            standing = Docket(book, book.races).shortened(race)
            if standing is not None:
                problem = f"{race} is shortened already (position {standing.position}); rescind that first"
                yield Finding("$.race", problem)
            yield from _counts_before(book, race, event.counts_from)
        case events.PointsWithheld():
            yield from _withheld(book, event)
        case events.PointsDeducted() | events.PointsRestored() | events.CompetitorExcluded():
            yield from _competitor(book, event.championship, event.competitor)
            yield from unknown("$.race", "race", event.race, book.races)
            if event.race is None and event.counts_from is None:
                yield Finding("$.counts_from", "is missing: without a race, say from which race on it shows")
            if event.race is not None:
                yield from _counts_before(book, event.race, event.counts_from)
            excluded = Docket(book, book.races).excluded(event.championship).get(event.competitor)
            if isinstance(event, events.CompetitorExcluded) and excluded is not None:
                problem = f"{event.competitor} is excluded already (position {excluded.position})"
                yield Finding("$.competitor", problem)
        case events.ResultsAnnulled():
            yield from _competitor(book, event.championship, event.competitor)
            if not event.races:
                yield Finding("$.races", "is empty; name the races whose results no longer count")
            for index, race in enumerate(event.races):
                yield from unknown(f"$.races[{index}]", "race", race, book.races)
            yield from repeated("$.races", event.races)
            if event.races and not {*event.races} - {*book.races}:
                yield from _counts_before(book, min(event.races, key=race_order(book).index), event.counts_from)
        case events.RulingRescinded():
            yield from _rescinded(book, event)
        case _:
            assert_never(event)


def _of_car(
    book: Book,
    event: events.Disqualified
    | events.MovedToPlace
    | events.MovedDown
    | events.MovedToRear
    | events.TimePenaltyImposed,
) -> Findings:
    yield from unknown("$.race", "race", event.race, book.races)
    yield from unknown("$.car", "car", event.car, book.entries)
    if event.race not in book.races or event.car not in book.entries:
        return
    order = _standing_order(book, event.race, event.car)
    mine = None if order is None else _line(order.lines, event.car)
    if order is None or mine is None:
        yield Finding("$.car", f"#{event.car} was not in {event.race}: no classification lists it")
        return
    placed = [one for one in order.lines if one.line.place is not None]
    match event:
        case events.Disqualified():
            if mine.line.status == "DSQ":
                yield Finding("$.car", f"#{event.car} is disqualified from {event.race} already")
            return
        case events.MovedToPlace(place=place) if place > len(placed):
            yield Finding("$.place", f"{place} is beyond the class: {len(placed)} cars are placed in {event.race}")
        case events.MovedToPlace(place=place) if place == mine.line.place:
            yield Finding("$.place", f"#{event.car} is {place} in {event.race} already")
        case events.MovedDown(places=places) if mine.line.place is not None and mine.line.place + places > len(placed):
            where = f"#{event.car} is {mine.line.place} of {len(placed)} in {event.race}"
            yield Finding("$.places", f"{where}: {places} down is beyond the class; moved-to-rear makes it last")
        case _:
            pass
    if mine.line.place is None:
        yield Finding("$.car", f"#{event.car} has no place in {event.race} to lose: it is {mine.line.status}")
    elif isinstance(event, events.TimePenaltyImposed):
        yield from _times(event.race, mine, placed)


def _times(race: str, mine: StandingLine, placed: Iterable[StandingLine]) -> Findings:
    """Objects where the order could not be told from the times: of the car, and of those of its lap behind it."""
    if mine.line.gap_ms is None:
        yield Finding("$.car", f"the classification of {race} has no time for #{mine.line.car}, so none can be added")
        return
    behind = [one.line for one in placed if (one.line.place or 0) > (mine.line.place or 0)]
    for line in behind:
        lapped = line.laps is not None and mine.line.laps is not None and line.laps < mine.line.laps
        if line.gap_ms is None and not lapped:
            problem = f"the classification of {race} has no time for #{line.car}, so nobody can say who was faster"
            yield Finding("$.car", problem)
            return
        if (line.laps is None) != (mine.line.laps is None):
            problem = f"the classification of {race} has laps for one of #{mine.line.car} and #{line.car} alone"
            yield Finding("$.car", f"{problem}, so nobody can say who was a lap down")
            return


def _withheld(book: Book, event: events.PointsWithheld) -> Findings:
    yield from unknown("$.race", "race", event.race, book.races)
    yield from unknown("$.car", "car", event.car, book.entries)
    yield from unknown("$.driver", "driver", event.driver, book.drivers)
    for index, championship in enumerate(event.championships):
        yield from unknown(f"$.championships[{index}]", "championship", championship, book.championships)
    yield from repeated("$.championships", event.championships)
    yield from _counts_before(book, event.race, event.counts_from)
    if event.car is None and event.driver is None:
        yield Finding("$.car", "is missing: name a car, or a driver, or both")
    if event.race not in book.races:
        return
    if event.car is not None and event.car in book.entries:
        order = _standing_order(book, event.race, event.car)
        if order is None or _line(order.lines, event.car) is None:
            yield Finding("$.car", f"#{event.car} was not in {event.race}: no classification lists it")
        elif (
            event.driver is not None
            and event.driver in book.drivers
            and event.driver not in Paddock(book).crew(event.car, event.race).drivers
        ):
            yield Finding("$.driver", f"{event.driver} was not in #{event.car} in {event.race}")
    elif event.driver is not None and event.driver in book.drivers and not _drove(book, event.driver, event.race):
        yield Finding("$.driver", f"{event.driver} was not in {event.race}: no car that it lists had that driver")


def _competitor(book: Book, championship: str, competitor: str) -> Findings:
    yield from unknown("$.championship", "championship", championship, book.championships)
    if championship in book.championships:
        rules = book.championships[championship].event.rules
        if not is_competitor(book, rules.competitor, competitor):
            problem = f"{competitor} is no {rules.competitor} of this season; {championship} is for {rules.competitor}s"
            yield Finding("$.competitor", problem)
        elif rules.competitors is not None and competitor not in rules.competitors:
            yield Finding("$.competitor", f"{competitor} takes no part in {championship}: its rules list who does")


def _rescinded(book: Book, event: events.RulingRescinded) -> Findings:
    position = event.position
    if position not in book.history:
        yield Finding("$.position", f"{position} is no record of season {book.season}")
        return
    if position not in book.rulings:
        yield Finding("$.position", f"record {position} is no ruling")
        return
    gone = rescissions(book.rulings).get(position)
    if gone is not None:
        yield Finding("$.position", f"record {position} is rescinded already (position {gone.position})")
        return
    ruling = book.rulings[position].event
    while isinstance(ruling, events.RulingRescinded):
        position = ruling.position
        ruling = book.rulings[position].event
    if isinstance(ruling, events.RacePostponed | events.RaceCancelled):
        objected = list(run_already(book, "$.position", ruling.race))
        yield from objected or rewriting_findings(book, event, "$.position")
    elif isinstance(ruling, events.ClassificationAmended) and position in rescissions(book.rulings):
        for one in classified_findings(book, ruling):
            problem = f"record {position} could not stand again: {one.path}: {one.problem}"
            yield Finding("$.position", problem)


def _standing_order(book: Book, race: str, car: str) -> Classification | None:
    """The order of a car's class in a race as every ruling leaves it; ``None``: not classified."""
    return classification(book, Docket(book, book.races), race, book.entries[car].event.car_class)


def _line(lines: Iterable[StandingLine], car: str) -> StandingLine | None:
    return next((one for one in lines if one.line.car == car), None)


def _drove(book: Book, driver: str, race: str) -> bool:
    """Whether a car that is classified in the race had the driver."""
    paddock = Paddock(book)
    return any(
        driver in paddock.crew(line.car, race).drivers
        for (where, _), filed in book.classified.items()
        if where == race
        for line in filed.event.lines
    )


def _counts_before(book: Book, race: str, counts_from: str | None) -> Findings:
    """Objects to a ruling that shows before the race that it concerns."""
    if counts_from is not None and race in book.races and counts_from in book.races:
        order = race_order(book)
        if order.index(counts_from) < order.index(race):
            yield Finding("$.counts_from", f"{counts_from} runs before {race}, which the ruling concerns")
