"""What the checks are made of: a finding, and the questions that many of them ask about a book."""

from collections.abc import Collection, Iterable, Iterator
from typing import Final, TypeAlias

from attrs import evolve

import events
from events import Event
from events.frozen import frozen
from projections import Book
from projections.errors import UnknownName
from projections.races import races_run


@frozen
class Finding:
    """One reason why a fact cannot be recorded, at the path of the value that it is about."""

    path: str
    problem: str


NAMING: Final = (
    events.SeasonOpened,
    events.PointsScaleAdopted,
    events.CarClassDefined,
    events.RoundScheduled,
    events.RaceScheduled,
    events.DriverRegistered,
    events.ManufacturerRegistered,
    events.EntryRegistered,
    events.ChampionshipDefined,
)
"""Facts that give a name to something; others refer to it. In an order in which none names a later one."""

Findings: TypeAlias = Iterator[Finding]


def as_named(book: Book, event: Event) -> Event:
    """A fact that is objected to, for those that refer to what it names: without the race that nobody can find."""
    if isinstance(event, events.EntryRegistered) and event.from_race not in book.races:
        return evolve(event, from_race=None)
    return event


def unknown(path: str, kind: str, name: str | None, known: Collection[str]) -> Findings:
    """Objects to a name that the book does not hold; ``None`` names nothing."""
    if name is not None and name not in known:
        yield Finding(path, str(UnknownName(kind, name, tuple(known))))


def repeated(path: str, names: Iterable[object], item: str = "{}") -> Findings:
    """Objects to each name that a list holds again; ``item`` says where in an item the name stands."""
    seen: dict[object, int] = {}
    for index, name in enumerate(names):
        if name in seen:
            where = item.format(f"{path}[{index}]")
            yield Finding(where, f"{name} stands in {path.removeprefix('$.')}[{seen[name]}] already")
        else:
            seen[name] = index


def unraceable(book: Book, path: str, race: str) -> Findings:
    """Objects to a race that is unknown, cancelled or without a round."""
    yield from unknown(path, "race", race, book.races)
    if race in book.cancelled:
        yield Finding(path, f"{race} is cancelled (position {book.cancelled[race].position})")
    moved = book.postponed.get(race)
    if moved is not None and moved.event.to_round is None and race not in book.cancelled:
        yield Finding(path, f"{race} is postponed, and no round is decided yet (position {moved.position})")


def run_already(book: Book, path: str, race: str) -> Findings:
    """Objects to a race of which some result is known."""
    if race in races_run(book) or any(
        race == where for each in (book.fastest_laps, book.laps_led) for where, _ in each
    ):
        yield Finding(path, f"{race} has been run: results of it are recorded")
