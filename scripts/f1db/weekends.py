"""The rounds of a season as its files have them: races with their cars, fastest laps and published tables."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from attrs import frozen

from f1db.entries import Car, cars_of
from f1db.names import round_codes
from f1db.rows import FastestLap, RaceInfo, Reader, Result, TableRow
from f1db.tree import SeasonFiles, Unreadable
from f1db.years import CONSTRUCTORS, DRIVERS

TABLES: Final = {DRIVERS: "driver-standings.yml", CONSTRUCTORS: "constructor-standings.yml"}
"""The file of each championship's published tables."""
_SPRINT: Final = "sprint-race-results.yml"
_RACE: Final = "race-results.yml"


@frozen
class Race:
    """One race: a grand prix, or the sprint before it."""

    race: str
    kind: str
    file: str
    cars: tuple[Car, ...]


@frozen
class Round:
    """One round as its files have it."""

    info: RaceInfo
    code: str
    races: tuple[Race, ...]
    """The sprint, where there is one, and the grand prix."""
    fastest: tuple[FastestLap, ...]
    tables: Mapping[str, tuple[TableRow, ...]]
    """The tables as published after it, by championship."""


def rounds_of(files: SeasonFiles, reader: Reader) -> tuple[Round, ...]:
    """The rounds of a season, in order. What cannot be read is with the reader."""
    infos = reader.races()
    for info in infos:
        if not files.has(f"{info.folder}/{_RACE}"):
            reader.problems.append(Unreadable(files.path(f"{info.folder}/{_RACE}"), 1, "the file is missing"))
    names = [f"{info.folder}/{name}" for info in infos for name in (_SPRINT, _RACE)]
    results = {name: reader.results(name) for name in names if files.has(name)}
    taken = {result.number for rows in results.values() for result in rows}
    codes = round_codes([info.grand_prix for info in infos])
    rounds = []
    for info, code in zip(infos, codes, strict=True):
        kinds = {"sprint": f"{info.folder}/{_SPRINT}", "race": f"{info.folder}/{_RACE}"}
        run = [(kind, name) for kind, name in kinds.items() if name in results]
        races = tuple(
            Race(
                code if len(run) == 1 else f"{code}-{index}",
                kind,
                files.path(name),
                _cars(results[name], taken, reader),
            )
            for index, (kind, name) in enumerate(run, start=1)
        )
        fastest = reader.fastest_laps(f"{info.folder}/fastest-laps.yml")
        rounds.append(Round(info, code, races, fastest, tables_in(reader, f"{info.folder}/")))
    return tuple(rounds)


def tables_in(reader: Reader, folder: str) -> dict[str, tuple[TableRow, ...]]:
    """The published tables in a folder, by championship; empty where there is no such file."""
    return {who: reader.standings(f"{folder}{name}") for who, name in TABLES.items()}


def _cars(results: Sequence[Result], taken: Iterable[str], reader: Reader) -> tuple[Car, ...]:
    try:
        return tuple(cars_of(results, taken))
    except Unreadable as error:
        reader.problems.append(error)
        return ()
