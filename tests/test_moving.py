"""Records that refer to each other's positions, moved from one log to another: they go on meaning the same records."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from events import (
    CarClassDefined,
    ChampionshipDefined,
    Disqualified,
    DriverRegistered,
    EntryRegistered,
    Event,
    Line,
    ManufacturerRegistered,
    PointsScaleAdopted,
    RaceClassified,
    RaceScheduled,
    RecordCorrected,
    RecordStruck,
    RoundScheduled,
    Rules,
    RulingRescinded,
    SeasonOpened,
    points,
)
from events.references import referred, referring
from ledger import Ledger, WrongHead
from ledger.codec import encode, record_to_json
from ledger.ids import new_id
from ledger.store import Draft, Log
from tests.commandline import parc

OPENED = SeasonOpened("other-2026", "Another Cup", 2026)
SEASON: tuple[Event, ...] = (
    SeasonOpened("club-2026", "Club Cup 2026", 2026),
    PointsScaleAdopted("race", points(5, 3)),
    CarClassDefined("GT", "GT cars"),
    ChampionshipDefined("cup", "The Cup", Rules("team", ("GT",), "race")),
    RoundScheduled(1, "OUL", "Oulton Park"),
    RaceScheduled("OUL", 1),
    DriverRegistered("ann", "Ann"),
    ManufacturerRegistered("ford", "Ford"),
    EntryRegistered("1", "GT", "Team One", "ford", drivers=("ann",)),
    EntryRegistered("2", "GT", "Team Two", "ford"),
    RaceClassified("OUL", "GT", (Line(1, "1"), Line(2, "2"))),
)
DSQ = Disqualified("OUL", "1", "Stewards", "fuel")


def rescinded(position: int) -> RulingRescinded:
    """A rescission of the ruling at a position."""
    return RulingRescinded(position, "Court", "the sample was not sealed")


def two_seasons(path: Path) -> None:
    """The season behind another one: a ruling corrected, one taken back, one made and taken back in one append."""
    with Ledger.open(path) as ledger:
        ledger.season("other-2026").append(OPENED)
        club = ledger.season("club-2026")
        club.append(*SEASON)
        ruling = club.append(DSQ)[0].position
        club.append(rescinded(ruling))
        club.append(RecordCorrected(ruling, Disqualified("OUL", "2", "Stewards", "fuel"), "it was #2"))
        club.append(DSQ, rescinded(ruling + 3), RecordStruck(ruling + 1, "the court had not met"))


def lines_of(path: Path) -> list[str]:
    """The season's records, a line each, as ``parc log`` prints them."""
    with Ledger.open(path, read_only=True) as ledger:
        return [json.dumps(record_to_json(record)) for record in ledger.season("club-2026").records()]


def appended(path: Path, lines: Sequence[str]) -> tuple[int, str]:
    """The exit status of ``parc append`` of the lines, and what it says."""
    done = parc("--ledger", path, "append", "-", stdin=("\n".join(lines) + "\n").encode())
    return done.status, done.out + done.err


def table(path: Path) -> list[tuple[object, ...]]:
    """The standings, without what is of the log."""
    with Ledger.open(path, read_only=True) as ledger:
        return [
            (row.position, row.competitor, row.points, row.results)
            for row in ledger.season("club-2026").standings("cup").rows
        ]


@pytest.mark.parametrize("before", [0, 1, 3])
def test_a_season_moved_to_another_place_has_the_same_table(tmp_path: Path, before: int) -> None:
    """Whatever stands in the other log before it, each rescission and correction is still of the same record."""
    here, there = tmp_path / "here.parc", tmp_path / "there.parc"
    two_seasons(here)
    if before:
        with Ledger.open(there) as ledger:
            others = (CarClassDefined(f"C{number}", "A class") for number in range(before - 1))
            ledger.season("third-2026").append(SeasonOpened("third-2026", "A third", 2026), *others)
    status, said = appended(there, lines_of(here))
    assert (0, "17 events recorded in club-2026 at positions ") == (status, said[:45])
    assert table(here) == table(there)
    assert [("#1", 5), ("#2", 0)] == [(one, points) for _, one, points, _ in table(there)]


def test_moving_it_again_changes_nothing(tmp_path: Path) -> None:
    """The positions come out as they did the first time, so that each record is recognised."""
    here, there = tmp_path / "here.parc", tmp_path / "there.parc"
    two_seasons(here)
    appended(there, lines_of(here))
    assert (0, "nothing to record in club-2026; 17 events recorded already\n") == appended(there, lines_of(here))


def test_a_reference_to_a_record_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """A part of a season that refers to what was left behind is refused by name, and nothing is appended."""
    here, there = tmp_path / "here.parc", tmp_path / "there.parc"
    two_seasons(here)
    lines = lines_of(here)
    appended(there, lines[:11])
    problem = "is a record of the log that this line comes from, and is not among the lines"
    assert (2, f"parc: line 1: $.event.position: 13 {problem}\n") == appended(there, lines[12:13])


def test_a_log_that_goes_on_alike_takes_the_rest_of_it(tmp_path: Path) -> None:
    """Where both logs have begun alike, the rest refers to the same positions in both."""
    here, there = tmp_path / "here.parc", tmp_path / "there.parc"
    two_seasons(here)
    with Ledger.open(there) as ledger:
        ledger.season("other-2026").append(OPENED)
    appended(there, lines_of(here)[:12])
    assert 0 == appended(there, lines_of(here)[12:])[0]
    assert table(here) == table(there)


def test_an_append_that_names_its_own_positions_is_not_shifted_by_another_season(log: Log) -> None:
    """Where another season came between, the append is refused and changes nothing; tried again, it counts anew."""
    ledger = Ledger(log)
    club = ledger.season("club-2026")
    club.append(*SEASON)
    seen = club.book()
    real, wedge = log.append, [True]

    def overtaken(*arguments: object, **options: object) -> object:
        if wedge.pop():
            real("other-2026", 0, [draft_of(OPENED)], 0)
            wedge.append(False)
        return real(*arguments, **options)  # type: ignore[arg-type]  # whatever the ledger passes

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(log), "append", lambda _, *a, **o: overtaken(*a, **o))
        with pytest.raises(WrongHead, match="the log is at position 12, not at 11 as expected; nothing was appended"):
            club.append(DSQ, rescinded(seen.known_at + 1))
    assert 12 == log.head()
    records = club.append(DSQ, rescinded(13))
    assert [13, 14] == [record.position for record in records]
    assert [] == [one for one in club.book().rulings if one not in (13, 14)]


def draft_of(event: Event) -> Draft:
    """A draft of an event, as the ledger hands it to a store."""
    return Draft(new_id(), *encode(event), None, None)


@pytest.mark.parametrize(
    ("event", "positions", "expected"),
    [
        (DSQ, (), DSQ),
        (rescinded(5), (5,), rescinded(15)),
        (RecordStruck(5, "no"), (5,), RecordStruck(15, "no")),
        (RecordCorrected(5, DSQ, "no"), (5,), RecordCorrected(15, DSQ, "no")),
        (RecordCorrected(5, rescinded(4), "no"), (5, 4), RecordCorrected(15, rescinded(14), "no")),
    ],
)
def test_a_fact_refers_to_records_by_position(event: Event, positions: tuple[int, ...], expected: Event) -> None:
    """What refers to records says to which, and can be told where they stand now."""
    assert positions == referred(event)
    assert expected == referring(event, {4: 14, 5: 15})
