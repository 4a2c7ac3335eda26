"""The order of a class in a race: as it was classified, and as rulings left it. The one place that applies them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, TypeAlias, assert_never

from attrs import evolve

import events
from events import Line
from events.facts import OrderRuling
from events.frozen import frozen
from projections.book import Book, Filed
from projections.rulings import Docket

ResultStatus: TypeAlias = Literal["provisional", "official", "amended"]
"""What a result is: as published before or after the protest period, or changed by rulings since."""


@frozen
class StandingLine:
    """One car of a classification as it stands."""

    line: Line
    """Its place and status as they stand; laps and gap as they were classified."""
    classified: Line | None
    """Its line as it was classified, before any ruling; ``None``: an amendment brought the car in."""
    added_ms: int
    """Penalty time, in milliseconds."""
    records: tuple[int, ...]
    """The positions of the records that its place follows from: the classification and each ruling that moved it."""
    rulings: tuple[int, ...]
    """The positions of the rulings that name the car or moved it, spent ones left out."""


@frozen
class Change:
    """What one ruling did to one car. Both sides are as a result shows them: ``"3"``, ``"DNF"``."""

    car: str
    before: str | None
    """In the order that the ruling found; ``None``: it was not in it."""
    after: str | None
    """In the order that the ruling left; ``None``: it is no longer in it."""


@frozen
class Classification:
    """The order of one class in one race as it stands."""

    lines: tuple[StandingLine, ...]
    """Placed cars by place, then the others as they are listed, then those that rulings put there."""
    status: ResultStatus
    records: tuple[int, ...]
    """The positions of the records that state the order: the classification, or the amendment that replaced it."""
    spent: tuple[int, ...]
    """The positions of the rulings that hold, and are contained in a newer statement of the whole order."""
    changes: tuple[tuple[int, tuple[Change, ...]], ...]
    """What each ruling since the newest classification did to the order that it found, by its position."""


def classification(book: Book, docket: Docket, race: str, car_class: str) -> Classification | None:
    """The classification as it stands; ``None``: there is none. Every reader of a race's order asks here.

    Rulings apply in the order of the log, each to the order that the one before it left. An official classification
    and an amendment state the whole order, and spend the rulings before them.
    """
    filed = book.classified.get((race, car_class))
    if filed is None:
        return None
    rulings = docket.order_rulings(race, car_class)
    whole = [one.position for one in rulings if isinstance(one.event, events.ClassificationAmended)]
    stated = max((filed.position, *whole))
    spent = tuple(one.position for one in rulings if one.position < stated)
    # Spent ones are applied too, so that it can be told what each did: an amendment starts from its own lines.
    applied = [one for one in rulings if one.position > filed.position]
    order = _Order(by_place(filed.event.lines), filed.records)
    changes = []
    for ruling in applied:
        before = order.shown()
        order.apply(ruling)
        changes.append((ruling.position, _changes(before, order.shown())))
    status: ResultStatus = "amended" if applied else filed.event.status
    return Classification(order.standing(), status, order.stated, spent, tuple(changes))


def shown(line: Line) -> str:
    """What a result shows for a line: its place, or why it has none."""
    return str(line.place) if line.place is not None else line.status


def _changes(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[Change, ...]:
    """The cars that stand elsewhere, in the order that was, then those that came in."""
    return tuple(
        Change(car, before.get(car), after.get(car)) for car in {**before, **after} if before.get(car) != after.get(car)
    )


def by_place(lines: Iterable[Line]) -> list[Line]:
    """Placed cars by place, then the others as they are listed."""
    return sorted(lines, key=lambda line: (line.place is None, line.place or 0))


class _Order:
    """An order while rulings are applied to it."""

    def __init__(self, lines: Sequence[Line], records: tuple[int, ...]) -> None:
        self._classified = {line.car: line for line in lines}
        self.stated = records
        self._start(lines)

    def _start(self, lines: Sequence[Line]) -> None:
        self._lines = {line.car: line for line in lines}
        self._placed = [line.car for line in lines if line.place is not None]
        self._crossed = {car: index for index, car in enumerate(self._placed)}
        self._added_ms: dict[str, int] = {}
        self._records: dict[str, list[int]] = {line.car: [*self.stated] for line in lines}
        self._rulings: dict[str, list[int]] = {line.car: [] for line in lines}

    def standing(self) -> tuple[StandingLine, ...]:
        """The lines as they stand."""
        return tuple(
            StandingLine(
                self._lines[car],
                self._classified.get(car),
                self._added_ms.get(car, 0),
                tuple(self._records[car]),
                tuple(self._rulings[car]),
            )
            for car in self._cars()
        )

    def shown(self) -> dict[str, str]:
        """What the order shows for each car, placed cars first."""
        return {car: shown(self._lines[car]) for car in self._cars()}

    def _cars(self) -> tuple[str, ...]:
        """Placed cars by place, then the others."""
        return (*self._placed, *(car for car, line in self._lines.items() if line.place is None))

    def apply(self, ruling: Filed[OrderRuling]) -> None:
        """Applies one ruling. What it would move and cannot, because the car is not placed, stays where it is."""
        event = ruling.event
        if isinstance(event, events.ClassificationAmended):
            self._amend(ruling, event)
            return
        before = {car: self._lines[car].place for car in self._lines}
        at = self._placed.index(event.car) if event.car in self._placed else None
        match event:
            case events.Disqualified(car=car):
                if at is not None:
                    del self._placed[at]
                if car in self._lines:
                    self._lines[car] = evolve(self._lines.pop(car), place=None, status="DSQ")
            case events.MovedToPlace(place=place):
                self._move(at, place - 1)
            case events.MovedDown(places=places):
                self._move(at, (at or 0) + places)
            case events.MovedToRear():
                self._move(at, len(self._placed))
            case events.TimePenaltyImposed(car=car, added_ms=added_ms):
                self._added_ms[car] = self._added_ms.get(car, 0) + added_ms
                self._move(at, self._overtaken(at))
            case _:
                assert_never(event)
        for place, car in enumerate(self._placed, start=1):
            self._lines[car] = evolve(self._lines[car], place=place)
        for car, place_before in before.items():
            if car == event.car or self._lines[car].place != place_before:
                self._records[car] += ruling.records
                self._rulings[car] += ruling.records

    def _amend(self, ruling: Filed[OrderRuling], event: events.ClassificationAmended) -> None:
        before = {car: self._classified[car] for car in self._classified}
        self.stated = ruling.records
        self._start(by_place(event.lines))
        for car, line in self._lines.items():
            old = before.get(car)
            if old is None or (old.place, old.status) != (line.place, line.status):
                self._rulings[car] += ruling.records

    def _move(self, at: int | None, to: int) -> None:
        if at is not None:
            car = self._placed.pop(at)
            self._placed.insert(min(to, len(self._placed)), car)

    def _overtaken(self, at: int | None) -> int:
        """Where the car at ``at`` falls to by its time: behind each next car of its lap that was then faster.

        Of equal times, who crossed the line first is ahead: so it does not matter which of two penalties came first.
        """
        if at is None:
            return 0
        mine = self._time(self._placed[at])
        to = at
        for behind in self._placed[at + 1 :]:
            theirs = self._time(behind)
            if mine is None or theirs is None or theirs[0] != mine[0] or theirs[1] > mine[1]:
                break
            if theirs[1] == mine[1] and self._crossed[behind] > self._crossed[self._placed[at]]:
                break
            to += 1
        return to

    def _time(self, car: str) -> tuple[int | None, int] | None:
        """Laps and time behind the winner with penalties; ``None``: the time is not known."""
        line = self._lines[car]
        return None if line.gap_ms is None else (line.laps, line.gap_ms + self._added_ms.get(car, 0))
