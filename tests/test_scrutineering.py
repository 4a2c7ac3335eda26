"""What may be recorded: given a season, when an event is submitted, then these objections. Plain data throughout."""

import ast
import datetime
import inspect
import sys
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from events import (
    CarChanged,
    CarClassDefined,
    ChampionshipDefined,
    DidNotStart,
    DriverAssigned,
    DriverRated,
    DriverRegistered,
    DriverSwapped,
    EntryRegistered,
    EntryWithdrawn,
    Event,
    FastestLapSet,
    Line,
    ManufacturerRegistered,
    PointsScaleAdopted,
    PoleTaken,
    PublishedRow,
    PublishedWinner,
    RaceCancelled,
    RaceClassified,
    RacePostponed,
    RaceScheduled,
    RaceShortened,
    RoundScheduled,
    Rules,
    SeasonClosed,
    SeasonOpened,
    StandingsPublished,
    WinnerReported,
    WinnersPublished,
    points,
)
from ledger import scrutineering
from ledger.errors import Objection
from ledger.scrutineering import finding, scrutinise, text_problem
from ledger.testing import event_of, recorded, seasons
from projections import Book, fold

MAY, HALF = datetime.date(2026, 5, 2), Fraction(1, 2)
SEASON: tuple[Event, ...] = (
    SeasonOpened("club-2026", "Club Cup 2026", 2026),
    PointsScaleAdopted("race", points(10, 8, 6)),
    CarClassDefined("GT", "GT cars"),
    CarClassDefined("LMP3", "Prototypes"),
    ChampionshipDefined("drivers", "Drivers' Cup", Rules("driver", ("GT",), "race")),
    RoundScheduled(1, "OUL", "Oulton Park", "GBR", MAY, MAY),
    RaceScheduled("OUL-1", 1),
    RaceScheduled("OUL-2", 1),
    RoundScheduled(2, "DON", "Donington"),
    RaceScheduled("DON", 2),
    RoundScheduled(3, "SIL", "Silverstone"),
    DriverRegistered("ann", "Ann Archer"),
    DriverRegistered("bob", "Bob Baker"),
    DriverRegistered("cid", "Cid Cook"),
    ManufacturerRegistered("ford", "Ford"),
    EntryRegistered("1", "GT", "Team One", "ford", drivers=("ann",)),
    EntryRegistered("2", "GT", "Team Two", "ford", drivers=("bob",)),
    EntryRegistered("3", "LMP3", "Team Three", "ford"),
)
"""Eighteen records: two cars with drivers, a third with none in a class whose drivers nobody scores."""

OULTON = RaceClassified("OUL-1", "GT", (Line(1, "1"), Line(2, "2")))
Row = tuple[tuple[Event, ...], Event, str, str]
"""Given, on top of the season above; when; then the path, and what is wrong."""


def rules(**changes: Any) -> ChampionshipDefined:
    """A teams' championship whose rules have one mistake."""
    return ChampionshipDefined("teams", "Teams", Rules(**{**_TEAMS, **changes}))


_TEAMS: dict[str, Any] = {"competitor": "team", "classes": ("GT",), "scale": "race"}


def table(**changes: Any) -> StandingsPublished:
    """A published table with one mistake."""
    return attrs.evolve(StandingsPublished("drivers", "OUL-1", (PublishedRow("ann", 1, Fraction(10)),)), **changes)


def lines(*listed: Line) -> RaceClassified:
    """A classification of the first race."""
    return RaceClassified("OUL-1", "GT", listed)


SEASONS_FRAME: list[Row] = [
    ((), SeasonOpened("club-2026", "Again", 2026), "$", "season club-2026 is open already (position 1)"),
    ((SeasonClosed(),), DriverRegistered("dee", "Dee"), "$", "the season is closed; only publications may follow"),
    ((SeasonClosed(),), SeasonClosed(), "$", "the season is closed; only publications may follow"),
    ((), PointsScaleAdopted("race", points(1)), "$.scale", "race is adopted already (position 2)"),
    ((), PointsScaleAdopted("sprint", ()), "$.points", "is empty; a scale has points for the first place at least"),
    (
        (),
        PointsScaleAdopted("sprint", points(5, 3, "3.5", 1)),
        "$.points[2]",
        "3.5 is more than the 3 of the place before",
    ),
    (
        (),
        PointsScaleAdopted("sprint", points(5, 3), Fraction(10, 3)),
        "$.beyond",
        "3 1/3 is more than the 3 of the last listed place",
    ),
    ((), CarClassDefined("GT", "Again"), "$.car_class", "GT is defined already (position 3)"),
    (
        (),
        ChampionshipDefined("drivers", "Again", Rules("driver", ("GT",), "race")),
        "$.championship",
        "drivers is defined already (position 5)",
    ),
    ((), rules(scale="rase"), "$.rules.scale", "unknown points scale 'rase'; did you mean 'race'?"),
    ((), rules(classes=()), "$.rules.classes", "is empty; a championship is for one class at least"),
    ((), rules(classes=("GT", "TCR")), "$.rules.classes[1]", "unknown class 'TCR'; known: GT, LMP3"),
    ((), rules(classes=("GT", "LMP3", "GT")), "$.rules.classes[2]", "GT stands in rules.classes[0] already"),
    ((), rules(ratings=("bronze",)), "$.rules.ratings", "choose among drivers; the competitors here are not drivers"),
    ((), rules(competitor="driver", ratings=()), "$.rules.ratings", "is empty, so that nobody could take part"),
    (
        (),
        rules(competitor="driver", ratings=("bronze", "bronze")),
        "$.rules.ratings[1]",
        "bronze stands in rules.ratings[0] already",
    ),
    ((), rules(cars=1), "$.rules.cars", "a team entry has one car; leave it out"),
    (
        (),
        rules(shared_car="split"),
        "$.rules.shared_car",
        "divides points among drivers; the competitors here are not drivers",
    ),
    (
        (),
        rules(competitor="manufacturer", shared_car="split"),
        "$.rules.shared_car",
        "divides points among drivers; the competitors here are not drivers",
    ),
    (
        (),
        rules(ties=("countback", "countback")),
        "$.rules.ties[1]",
        "countback stands in rules.ties[0] already",
    ),
    ((), rules(ties=("first-achieved",)), "$.rules.ties[0]", "put countback before it"),
    ((), rules(ties=("first-achieved", "countback")), "$.rules.ties[0]", "put countback before it"),
]

CALENDAR: list[Row] = [
    ((), RoundScheduled(5, "SPA", "Spa"), "$.round", "round 5 is not the next round, 4"),
    ((), RoundScheduled(2, "SPA", "Spa"), "$.round", "round 2 is scheduled already"),
    ((), RoundScheduled(4, "DON", "Donington again"), "$.code", "DON is the code of round 2"),
    (
        (),
        RoundScheduled(4, "SPA", "Spa", None, MAY, datetime.date(2026, 5, 1)),
        "$.ends_on",
        "2026-05-01 is before the first day, 2026-05-02",
    ),
    ((), RaceScheduled("OUL-1", 1), "$.race", "OUL-1 is scheduled already (position 7)"),
    ((), RaceScheduled("SPA", 4), "$.round", "there is no round 4"),
    ((), RaceScheduled("OUL-4", 1), "$.race", "OUL-4 is not the next race of round 1, OUL-3"),
    ((), RaceScheduled("OUL", 1), "$.race", "round 1 has the race OUL-1; several are OUL-1, OUL-2..."),
    ((), RaceScheduled("DON-1", 2), "$.race", "round 2 has the race DON; several are DON-1, DON-2..."),
    ((), RaceScheduled("SIL-2", 3), "$.race", "SIL-2 is not the next race of round 3, SIL or SIL-1"),
    ((), RaceScheduled("DON-2", 3), "$.race", "DON-2 is not the next race of round 3, SIL or SIL-1"),
    (
        (),
        RaceScheduled("OUL-3", 1, datetime.date(2026, 5, 3)),
        "$.starts_on",
        "2026-05-03 is outside round 1, 2026-05-02 to 2026-05-02",
    ),
    ((), RaceScheduled("OUL-3", 1, datetime.date(2026, 5, 1)), "$.starts_on", "2026-05-01 is outside round 1"),
    ((), RacePostponed("DON-1", 3), "$.race", "unknown race 'DON-1'; did you mean 'DON'?"),
    ((OULTON,), RacePostponed("OUL-1", 3), "$.race", "OUL-1 has been run: results of it are recorded"),
    (
        (DidNotStart("OUL-1", "1"),),
        RacePostponed("OUL-1", 3),
        "$.race",
        "OUL-1 has been run: results of it are recorded",
    ),
    ((RaceCancelled("DON"),), RacePostponed("DON", 3), "$.race", "DON is cancelled (position 19)"),
    ((), RacePostponed("DON", 4), "$.to_round", "there is no round 4"),
    ((), RaceCancelled("SPA"), "$.race", "unknown race 'SPA'; known: OUL-1, OUL-2, DON"),
    (
        (WinnerReported("DON", "GT", "ann"),),
        RaceCancelled("DON"),
        "$.race",
        "DON has been run: results of it are recorded",
    ),
    ((RaceCancelled("DON"),), RaceCancelled("DON"), "$.race", "DON is cancelled already (position 19)"),
    ((), RaceShortened("SPA", HALF), "$.race", "unknown race 'SPA'"),
    ((RaceCancelled("DON"),), RaceShortened("DON", HALF), "$.race", "DON is cancelled (position 19)"),
    (
        (RacePostponed("DON", None),),
        RaceShortened("DON", HALF),
        "$.race",
        "DON is postponed, and no round is decided yet (position 19)",
    ),
    ((RaceShortened("DON", HALF),), RaceShortened("DON", HALF), "$.race", "DON is shortened already (position 19)"),
]

ENTRIES: list[Row] = [
    ((), DriverRegistered("ann", "Ann Again"), "$.driver", "ann is registered already (position 12)"),
    ((), DriverRated("dee", "gold"), "$.driver", "unknown driver 'dee'; known: ann, bob, cid"),
    ((), DriverRated("ann", "gold", "SPA"), "$.from_race", "unknown race 'SPA'"),
    (
        (DriverRated("ann", "gold"),),
        DriverRated("ann", "silver"),
        "$.driver",
        "ann is rated already from there on (position 19)",
    ),
    (
        (DriverRated("ann", "gold", "DON"),),
        DriverRated("ann", "gold", "DON"),
        "$.driver",
        "ann is rated already from there on (position 19)",
    ),
    ((), ManufacturerRegistered("ford", "Ford"), "$.manufacturer", "ford is registered already (position 15)"),
    ((), EntryRegistered("1", "GT", "T", "ford"), "$.car", "#1 is entered already (position 16)"),
    ((), EntryRegistered("4", "TCR", "T", "ford"), "$.car_class", "unknown class 'TCR'"),
    (
        (),
        EntryRegistered("4", "GT", "T", "fort"),
        "$.manufacturer",
        "unknown manufacturer 'fort'; did you mean 'ford'?",
    ),
    (
        (),
        EntryRegistered("4", "GT", "T", "ford", drivers=("ann", "dee")),
        "$.drivers[1]",
        "unknown driver 'dee'",
    ),
    (
        (),
        EntryRegistered("4", "GT", "T", "ford", drivers=("cid", "ann", "cid")),
        "$.drivers[2]",
        "cid stands in drivers[0] already",
    ),
    ((), DriverAssigned("08", "cid"), "$.car", "unknown car '08'; known: 1, 2, 3"),
    ((), DriverAssigned("1", "dee"), "$.driver", "unknown driver 'dee'"),
    ((), DriverAssigned("1", "cid", "SPA"), "$.from_race", "unknown race 'SPA'"),
    ((), DriverAssigned("1", "cid", None, "SPA"), "$.to_race", "unknown race 'SPA'"),
    ((), DriverAssigned("1", "cid", "DON", "OUL-2"), "$.to_race", "OUL-2 is before DON"),
    ((), DriverAssigned("1", "ann"), "$.driver", "ann is in #1 at OUL-1 already"),
    (
        (DriverSwapped("1", "ann", "cid", "DON"),),
        DriverAssigned("1", "cid", "OUL-2"),
        "$.driver",
        "cid is in #1 at DON already",
    ),
    ((), DriverSwapped("08", "ann", "cid", "OUL-1"), "$.car", "unknown car '08'"),
    ((), DriverSwapped("1", "dee", "cid", "OUL-1"), "$.outgoing", "unknown driver 'dee'"),
    ((), DriverSwapped("1", "ann", "dee", "OUL-1"), "$.incoming", "unknown driver 'dee'"),
    ((), DriverSwapped("1", "ann", "cid", "SPA"), "$.from_race", "unknown race 'SPA'"),
    ((), DriverSwapped("1", "bob", "cid", "DON"), "$.outgoing", "bob is not in #1 at DON; its crew is ann"),
    ((), DriverSwapped("3", "bob", "cid", "DON"), "$.outgoing", "bob is not in #3 at DON; nobody is"),
    (
        (DriverAssigned("1", "cid"),),
        DriverSwapped("1", "ann", "cid", "DON"),
        "$.incoming",
        "cid is in #1 at DON already",
    ),
    ((), DriverSwapped("1", "ann", "ann", "DON"), "$.incoming", "ann is in #1 at DON already"),
    ((), CarChanged("08", "ford", "DON", "GT40"), "$.car", "unknown car '08'"),
    ((), CarChanged("1", "fiat", "DON"), "$.manufacturer", "unknown manufacturer 'fiat'"),
    ((), CarChanged("1", "ford", "SPA", "GT40"), "$.from_race", "unknown race 'SPA'"),
    ((), CarChanged("1", "ford", "DON"), "$.car", "#1 has that car at DON already"),
    ((), EntryWithdrawn("08", "DON"), "$.car", "unknown car '08'"),
    ((), EntryWithdrawn("1", "SPA"), "$.from_race", "unknown race 'SPA'"),
    ((EntryWithdrawn("1", "DON"),), EntryWithdrawn("1", "OUL-1"), "$.car", "#1 is withdrawn already (position 19)"),
    ((OULTON,), EntryWithdrawn("1", "OUL-1"), "$.from_race", "#1 has a result in OUL-1"),
    ((DidNotStart("DON", "2"),), EntryWithdrawn("2", "OUL-2"), "$.from_race", "#2 has a result in DON"),
]

RESULTS: list[Row] = [
    ((), RaceClassified("SPA", "GT", (Line(1, "1"),)), "$.race", "unknown race 'SPA'"),
    (
        (RaceCancelled("DON"),),
        RaceClassified("DON", "GT", (Line(1, "1"),)),
        "$.race",
        "DON is cancelled (position 19)",
    ),
    (
        (RacePostponed("DON", None),),
        RaceClassified("DON", "GT", (Line(1, "1"),)),
        "$.race",
        "DON is postponed, and no round is decided yet (position 19)",
    ),
    ((), RaceClassified("DON", "TCR", (Line(1, "1"),)), "$.car_class", "unknown class 'TCR'"),
    (
        (OULTON,),
        lines(Line(1, "2"), Line(2, "1")),
        "$.race",
        "OUL-1 is classified in GT already: official, position 19; a changed order is an amendment",
    ),
    (
        (attrs.evolve(OULTON, status="provisional"),),
        attrs.evolve(OULTON, status="provisional"),
        "$.race",
        "OUL-1 is classified in GT already: provisional, position 19",
    ),
    ((OULTON,), attrs.evolve(OULTON, status="provisional"), "$.race", "OUL-1 is classified in GT already: official"),
    ((), lines(), "$.lines", "is empty; a classification holds one car at least"),
    ((), lines(Line(1, "1"), Line(2, "08")), "$.lines[1].car", "unknown car '08'"),
    (
        (EntryWithdrawn("2", "OUL-1"),),
        lines(Line(1, "1"), Line(2, "2")),
        "$.lines[1].car",
        "#2 is withdrawn (position 19)",
    ),
    ((), RaceClassified("DON", "LMP3", (Line(1, "1"),)), "$.lines[0].car", "#1 races in GT, not in LMP3"),
    (
        (EntryRegistered("4", "GT", "T", "ford"),),
        lines(Line(1, "1"), Line(2, "4")),
        "$.lines[1].car",
        "nobody is in #4 at OUL-1; assign a driver first",
    ),
    (
        (DidNotStart("OUL-1", "2"),),
        lines(Line(1, "1"), Line(None, "2", "DNF")),
        "$.lines[1].car",
        "#2 did not start OUL-1 (position 19)",
    ),
    (
        (),
        lines(Line(1, "1"), Line(None, "2")),
        "$.lines[1].place",
        "is missing: a car that finished has a place, any other a status such as DNF",
    ),
    ((), lines(Line(1, "1"), Line(2, "2", "NC")), "$.lines[1].place", "a car with the status NC has no place"),
    ((), lines(Line(1, "1", "DSQ"), Line(2, "2")), "$.lines[0].place", "a car with the status DSQ has no place"),
    ((), lines(Line(1, "1"), Line(2, "1")), "$.lines[1].car", "1 stands in lines[0] already"),
    ((), lines(Line(1, "1"), Line(1, "2")), "$.lines[1].place", "1 is the place of #1 too"),
    ((), lines(Line(1, "1"), Line(3, "2")), "$.lines[1].place", "3 leaves a hole: nobody is 2"),
    ((), lines(Line(2, "1")), "$.lines[0].place", "2 leaves a hole: nobody is 1"),
    ((), lines(Line(7, "2"), Line(1, "1")), "$.lines[0].place", "7 leaves a hole: nobody is 2 to 6"),
    ((), DidNotStart("OUL-1", "08"), "$.car", "unknown car '08'"),
    ((), DidNotStart("SPA", "1"), "$.race", "unknown race 'SPA'"),
    ((EntryWithdrawn("1", "OUL-1"),), DidNotStart("OUL-1", "1"), "$.car", "#1 is withdrawn (position 19)"),
    (
        (DidNotStart("OUL-1", "1"),),
        DidNotStart("OUL-1", "1"),
        "$.car",
        "#1 did not start OUL-1: recorded already (position 19)",
    ),
    (
        (FastestLapSet("OUL-1", "1"),),
        DidNotStart("OUL-1", "1"),
        "$.car",
        "#1 has the fastest lap of OUL-1 (position 19), so it started",
    ),
    ((OULTON,), DidNotStart("OUL-1", "2"), "$.car", "#2 is classified 2 in OUL-1, so it started"),
    (
        (lines(Line(1, "1"), Line(None, "2", "DNF")),),
        DidNotStart("OUL-1", "2"),
        "$.car",
        "#2 is in the classification, DNF in OUL-1, so it started",
    ),
    ((), PoleTaken("OUL-1", "08"), "$.car", "unknown car '08'"),
    ((), PoleTaken("OUL-1", "1", "dee"), "$.driver", "unknown driver 'dee'"),
    ((), PoleTaken("OUL-1", "1", "bob"), "$.driver", "bob is not in #1 at OUL-1"),
    (
        (PoleTaken("OUL-1", "1"),),
        PoleTaken("OUL-1", "2"),
        "$.car",
        "#1 has the pole of its class in OUL-1 (position 19)",
    ),
    ((), FastestLapSet("OUL-1", "08"), "$.car", "unknown car '08'"),
    ((), FastestLapSet("OUL-1", "1", "bob"), "$.driver", "bob is not in #1 at OUL-1"),
    (
        (FastestLapSet("OUL-1", "1"),),
        FastestLapSet("OUL-1", "1"),
        "$.car",
        "#1 has the fastest lap of OUL-1 already (position 19)",
    ),
    (
        (DidNotStart("OUL-1", "1"),),
        FastestLapSet("OUL-1", "1"),
        "$.car",
        "#1 did not start OUL-1 (position 19)",
    ),
    ((), WinnerReported("OUL-1", "TCR", "ann"), "$.car_class", "unknown class 'TCR'"),
    ((), WinnerReported("OUL-1", "GT", "dee"), "$.driver", "unknown driver 'dee'"),
    (
        (WinnerReported("OUL-1", "GT", "ann"),),
        WinnerReported("OUL-1", "GT", "bob"),
        "$.race",
        "the winner of OUL-1 in GT is reported already (position 19)",
    ),
    ((OULTON,), WinnerReported("OUL-1", "GT", "ann"), "$.race", "OUL-1 is classified in GT (position 19)"),
]

PUBLICATIONS: list[Row] = [
    ((), table(championship="divers"), "$.championship", "unknown championship 'divers'; did you mean 'drivers'?"),
    ((), table(as_of="SPA"), "$.as_of", "unknown race 'SPA'"),
    ((), table(races=("OUL-1", "SPA")), "$.races[1]", "unknown race 'SPA'"),
    ((), table(races=("OUL-1", "OUL-1")), "$.races[1]", "OUL-1 stands in races[0] already"),
    ((), table(rows=()), "$.rows", "is empty; a table has one row at least"),
    (
        (),
        table(rows=(PublishedRow("ann", 1, HALF), PublishedRow("bob", 2, HALF), PublishedRow("ann", 3, HALF))),
        "$.rows[2].competitor",
        "ann stands in rows[0] already",
    ),
    (
        (),
        table(races=("OUL-1",), rows=(PublishedRow("ann", 1, HALF, ("1", None)),)),
        "$.rows[0].results",
        "has 2 cells for 1 races",
    ),
    ((), WinnersPublished(()), "$.winners", "is empty; a list of winners names one at least"),
    ((), WinnersPublished((PublishedWinner("SPA", "GT", "ann"),)), "$.winners[0].race", "unknown race 'SPA'"),
    ((), WinnersPublished((PublishedWinner("DON", "TCR", "ann"),)), "$.winners[0].car_class", "unknown class 'TCR'"),
    ((), WinnersPublished((PublishedWinner("DON", "GT", "dee"),)), "$.winners[0].driver", "unknown driver 'dee'"),
    ((), WinnersPublished((PublishedWinner("DON", "GT", None, "08"),)), "$.winners[0].car", "unknown car '08'"),
    ((), WinnersPublished((PublishedWinner("DON", "GT"),)), "$.winners[0]", "names neither a driver nor a car"),
    (
        (),
        WinnersPublished((PublishedWinner("DON", "GT", "ann"), PublishedWinner("DON", "GT", "bob"))),
        "$.winners[1].race",
        "DON in GT stands in winners[0] already",
    ),
]

LONG = "a" * 1_001
SHAPES: list[Row] = [
    ((), DriverRegistered("Dee", "Dee"), "$.driver", "'Dee' is not a slug: lower-case letters and digits"),
    ((), DriverRegistered("dee\n", "Dee"), "$.driver", "'dee\\n' is not a slug"),
    ((), DriverRegistered("", "Dee"), "$.driver", "is empty, not a slug"),
    ((), DriverRegistered(LONG, "Dee"), "$.driver", "has 1,001 characters, and there is room for 1,000"),
    ((), DriverRegistered("dee", ""), "$.name", "is empty, not text on one line"),
    ((), DriverRegistered("dee", " Dee"), "$.name", "' Dee' is not text on one line"),
    ((), DriverRegistered("dee", "Dee\u2028Day"), "$.name", "'Dee\\u2028Day' is not text on one line"),
    ((), DriverRegistered("dee", "Dee\x1b[2J"), "$.name", "'Dee\\x1b[2J' is not text on one line"),
    ((), DriverRegistered("dee", "Dee\u202eyaD"), "$.name", "is not text on one line"),
    ((), DriverRegistered("dee", "x" * 39 + "\n" + "y" * 99), "$.name", f"'{'x' * 39}\\n' is not text on one line"),
    ((), DriverRegistered("dee", "Dee", "us"), "$.country", "'us' is not a country: three capitals"),
    ((), CarClassDefined("GT ", "GT"), "$.car_class", "'GT ' is not a class's id"),
    ((), EntryRegistered("#4", "GT", "T", "ford"), "$.car", "'#4' is not a car number"),
    ((), EntryRegistered("4" * 9, "GT", "T", "ford"), "$.car", "'444444444' is not a car number"),
    ((), EntryRegistered("\u0664", "GT", "T", "ford"), "$.car", "'\\u0664' is not a car number"),
    (
        (),
        EntryRegistered("4", "GT", "T", "ford", drivers=("ann", "D")),
        "$.drivers[1]",
        "'D' is not a slug",
    ),
    ((), RoundScheduled(4, "spa", "Spa"), "$.code", "'spa' is not a round's code"),
    ((), RoundScheduled(0, "SPA", "Spa"), "$.round", "0 is not between 1 and 999"),
    ((), RoundScheduled(1_000, "SPA", "Spa"), "$.round", "1000 is not between 1 and 999"),
    ((), lines(Line(1, "1", laps=-1)), "$.lines[0].laps", "-1 is not between 0 and 99999"),
    ((), lines(Line(1, "1", gap_ms=-1)), "$.lines[0].gap_ms", "-1 is not between 0 and 9223372036854775807"),
    ((), FastestLapSet("OUL-1", "1", None, 0), "$.time_ms", "0 is not between 1 and 9223372036854775807"),
    ((), PointsScaleAdopted("sprint", points(1), Fraction(-1)), "$.beyond", "-1 is not points, 0 or more"),
    ((), RaceShortened("DON", Fraction(0)), "$.part", "0 is not a part of the whole, above 0 and up to 1"),
    ((), RaceShortened("DON", Fraction(3, 2)), "$.part", "3/2 is not a part of the whole, above 0 and up to 1"),
    ((), rules(cars=0, competitor="manufacturer"), "$.rules.cars", "0 is not between 1 and 9999"),
    ((), table(rows=(PublishedRow("a b", 1, HALF),)), "$.rows[0].competitor", "'a b' is not a competitor's id"),
    (
        (),
        table(races=("OUL-1",), rows=(PublishedRow("ann", 1, HALF, ("first",)),)),
        "$.rows[0].results[0]",
        "'first' is not a result as tables show it",
    ),
]

ROWS = [*SEASONS_FRAME, *CALENDAR, *ENTRIES, *RESULTS, *PUBLICATIONS, *SHAPES]


def book_of(*told: Event) -> Book:
    """A book of these events."""
    return fold(recorded(told))


def objections(book: Book, *submitted: Event) -> list[str]:
    """What scrutineering says, a line an objection, with the number of the event where there are several."""
    found = scrutinise(book, submitted)
    return [f"{one.index}: {one}" if len(submitted) > 1 else str(one) for one in found]


def test_the_season_is_admitted() -> None:
    """The season that all refusals build on is admitted, as one append."""
    assert () == scrutinise(Book("club-2026"), SEASON)


@pytest.mark.parametrize(("told", "event", "path", "problem"), ROWS)
def test_what_cannot_be_meant_is_refused(told: tuple[Event, ...], event: Event, path: str, problem: str) -> None:
    """Each mistake is objected to once, at the value that it is about, in words that say what is wrong."""
    book = book_of(*SEASON)
    assert () == scrutinise(book, told)
    found = scrutinise(book_of(*SEASON, *told), (event,))
    assert [path] == [one.path for one in found]
    assert problem in found[0].problem


def call_sites() -> Iterator[tuple[str, range]]:
    """Every place in scrutineering that makes a finding, by itself or through a helper: file and lines."""
    makers = {"Finding", *(name for name, made in vars(finding).items() if inspect.isgeneratorfunction(made))}
    for path in sorted(Path(inspect.getfile(scrutineering)).parent.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in makers:
                yield path.name, range(node.lineno, (node.end_lineno or node.lineno) + 1)


def test_every_refusal_has_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """No check of scrutineering is without a row in these tables."""
    reached: set[tuple[str, int]] = set()

    real = finding.Finding.__init__

    def init(self: finding.Finding, path: str, problem: str) -> None:
        real(self, path, problem)
        frame = sys._getframe()  # noqa: SLF001 - who makes it is on the stack alone
        while frame.f_back is not None:
            frame = frame.f_back
            reached.add((Path(frame.f_code.co_filename).name, frame.f_lineno))

    monkeypatch.setattr(finding.Finding, "__init__", init)
    for told, event, _, _ in ROWS:
        scrutinise(book_of(*SEASON, *told), (event,))
    for _, start, submitted, _ in STARTS:
        scrutinise(start, submitted)
    sites = list(call_sites())
    assert len(sites) > 90
    assert [] == [(name, lines[0]) for name, lines in sites if not any((name, line) in reached for line in lines)]


# Before and beside the season above.

NO_RACES = book_of(*SEASON[:5], DriverRegistered("ann", "Ann"), *SEASON[14:15], SEASON[15])
STARTS: list[tuple[str, Book, tuple[Event, ...], list[str]]] = [
    (
        "nothing comes before the opening",
        Book("club-2026"),
        (DriverRegistered("ann", "Ann"),),
        ["$: season club-2026 has not been opened; its first event is season-opened"],
    ),
    (
        "a season is opened in its own stream",
        Book("f1-1958"),
        (SeasonOpened("club-2026", "Club", 2026),),
        ["$.season: club-2026 is not the season that it is recorded in, f1-1958"],
    ),
    (
        "a driver is in a car before any race is scheduled",
        NO_RACES,
        (DriverAssigned("1", "ann"),),
        ["$.driver: ann is in #1 already"],
    ),
]


@pytest.mark.parametrize(("truth", "book", "submitted", "expected"), STARTS)
def test_a_season_begins_with_its_opening(
    truth: str, book: Book, submitted: tuple[Event, ...], expected: list[str]
) -> None:
    """Before the first race, and before anything, the checks hold as well."""
    assert expected == objections(book, *submitted), truth


# Admitted.


@pytest.mark.parametrize(
    ("truth", "told"),
    [
        ("a provisional result becomes official", (attrs.evolve(OULTON, status="provisional"), OULTON)),
        (
            "its order may have changed",
            (attrs.evolve(OULTON, status="provisional"), lines(Line(1, "2"), Line(None, "1", "DSQ"))),
        ),
        ("a classification replaces a reported winner", (WinnerReported("OUL-1", "GT", "cid"), OULTON)),
        ("a car that retired may hold a place", (lines(Line(1, "1"), Line(2, "2", "DNF")),)),
        ("lines stand in any order", (lines(Line(None, "2", "DNF"), Line(1, "1")),)),
        ("nobody may have finished", (lines(Line(None, "1", "DNF"), Line(None, "2", "NC")),)),
        ("a car without a crew races where no driver scores", (RaceClassified("OUL-1", "LMP3", (Line(1, "3"),)),)),
        (
            "two cars swap drivers in one append",
            (DriverSwapped("1", "ann", "bob", "DON"), DriverSwapped("2", "bob", "ann", "DON")),
        ),
        ("a scorer learns of a swap after the race", (OULTON, DriverSwapped("1", "ann", "cid", "OUL-1"))),
        ("a swap holds only from its race on", (DriverSwapped("1", "ann", "cid", "DON"), OULTON)),
        (
            "a driver comes, goes and comes again",
            (DriverAssigned("1", "cid", "OUL-1", "OUL-1"), DriverAssigned("1", "cid", "DON")),
        ),
        ("a car changes make and model", (CarChanged("1", "ford", "DON", "GT40"), CarChanged("1", "ford", "DON"))),
        ("a car races before it is withdrawn", (OULTON, EntryWithdrawn("1", "OUL-2"))),
        ("a rating changes during the season", (DriverRated("ann", "silver"), DriverRated("ann", "gold", "DON"))),
        (
            "a postponed race finds a round and is run",
            (
                RacePostponed("DON", None),
                RacePostponed("DON", 3),
                RaceClassified("DON", "GT", (Line(1, "1"),)),
            ),
        ),
        ("a race with a pole is cancelled", (PoleTaken("DON", "1"), RaceCancelled("DON"))),
        ("a race may be shortened before its result", (RaceShortened("OUL-1", HALF), OULTON)),
        ("each class has its pole", (PoleTaken("DON", "1"), PoleTaken("DON", "3"))),
        ("cars set the same lap time", (FastestLapSet("DON", "1"), FastestLapSet("DON", "2"))),
        ("whoever is on pole may miss the start", (PoleTaken("DON", "1", "ann"), DidNotStart("DON", "1"))),
        ("a round grows by a race", (RaceScheduled("OUL-3", 1), RaceScheduled("SIL-1", 3), RaceScheduled("SIL-2", 3))),
        ("a round's only race may be numbered", (RaceScheduled("SIL-1", 3),)),
        ("a race is on the last day of its round", (RaceScheduled("OUL-3", 1, MAY),)),
        ("08 and 8 are two cars", (EntryRegistered("08", "GT", "T", "ford"), EntryRegistered("8", "GT", "T", "ford"))),
        ("a driver may be in two cars", (EntryRegistered("4", "GT", "T", "ford", drivers=("ann",)),)),
        ("a scale may be level, and zero", (PointsScaleAdopted("sprint", points(1, 1, 0, 0)),)),
        ("a table may be printed of what has not been run", (table(as_of="DON"),)),
        ("what is printed need not be true", (table(rows=(PublishedRow("nobody", None, HALF),)),)),
        ("publications follow the end of the season", (SeasonClosed(), table())),
        (
            "names are of any script",
            (DriverRegistered("d", "Кими Ряйккёнен"), DriverRegistered("e", "محمد بن سليم")),
        ),
        ("a name may be as long as there is room", (DriverRegistered("d", "x" * 1_000),)),
    ],
)
def test_what_happens_in_racing_is_admitted(truth: str, told: tuple[Event, ...]) -> None:
    """What the sport knows can be recorded."""
    assert [] == objections(book_of(*SEASON), *told), truth


# Several at once.


def test_every_objection_is_made_at_once() -> None:
    """All that is wrong with an append is told in one answer, with the number of the event, in their order."""
    expected = [
        "0: $.driver: unknown driver 'dee'; known: ann, bob, cid",
        "2: $.lines[0].car: #3 races in LMP3, not in GT",
        "2: $.lines[1].car: unknown car '9'; known: 1, 2, 3",
        "2: $.lines[2].place: is missing: a car that finished has a place, any other a status such as DNF",
        "2: $.lines[0].place: 2 leaves a hole: nobody is 1",
        "3: $.country: 'x' is not a country: three capitals, such as USA",
        "3: $.driver: ann is registered already (position 12)",
    ]
    submitted = (
        DriverRated("dee", "gold"),
        DriverAssigned("3", "cid"),
        RaceClassified("DON", "GT", (Line(2, "3"), Line(3, "9"), Line(None, "1"))),
        DriverRegistered("ann", "A", "x"),
    )
    assert expected == objections(book_of(*SEASON), *submitted)


@pytest.mark.parametrize(
    ("truth", "submitted", "expected"),
    [
        (
            "a misshapen number is not an unknown car as well",
            (DidNotStart("OUL-1", "#1"),),
            ["$.car: '#1' is not a car number: one to eight digits or letters, without a #"],
        ),
        (
            "results of a car that was refused are not",
            (EntryRegistered("4", "GT", "T", "fiat", drivers=("ann",)), lines(Line(1, "4"), Line(2, "1"))),
            ["0: $.manufacturer: unknown manufacturer 'fiat'; known: ford"],
        ),
        (
            "races of a round that was refused are not",
            (RoundScheduled(4, "spa", "Spa"), RaceScheduled("SIL", 3), RoundScheduled(5, "SPA", "Spa")),
            ["0: $.code: 'spa' is not a round's code: two to eight capitals or digits, a capital first"],
        ),
        (
            "a refused result is not in the way of the right one",
            (lines(Line(1, "1"), Line(3, "2")), OULTON),
            ["0: $.lines[1].place: 3 leaves a hole: nobody is 2"],
        ),
        (
            "a refused swap is not in the way of the right one",
            (DriverSwapped("1", "bob", "cid", "DON"), DriverSwapped("1", "ann", "cid", "DON")),
            ["0: $.outgoing: bob is not in #1 at DON; its crew is ann"],
        ),
        (
            "facts of one append build on each other",
            (DriverRegistered("dee", "Dee"), DriverAssigned("3", "dee"), PoleTaken("DON", "3", "dee")),
            [],
        ),
        (
            "and are held against each other",
            (DriverRegistered("dee", "Dee"), DriverRegistered("dee", "Dee")),
            ["1: $.driver: dee is registered already (position 19)"],
        ),
    ],
)
def test_one_mistake_is_reported_once(truth: str, submitted: tuple[Event, ...], expected: list[str]) -> None:
    """Whatever builds on a mistake is not objected to for it."""
    assert expected == objections(book_of(*SEASON), *submitted), truth


def test_objections_are_numbered_as_they_were_submitted() -> None:
    """Where some of the submitted events are known already, the others keep their numbers."""
    again = DriverRegistered("ann", "Ann")
    expected = [3, 7]
    assert expected == [one.index for one in scrutinise(book_of(*SEASON), (again, again), indexes=(3, 7))]


def test_scrutineering_leaves_the_book_as_it_was() -> None:
    """Facts are tried on a copy: the book is the same, whether they are admitted or not."""
    book = book_of(*SEASON)
    scrutinise(book, (OULTON, DriverRegistered("ann", "Ann"), DriverAssigned("1", "cid")))
    assert book_of(*SEASON) == book


def test_an_objection_reads_as_path_and_problem() -> None:
    """An objection is printed as the path to the value and what is wrong with it."""
    assert "$.lines[4].place: 7 leaves a hole" == str(Objection("$.lines[4].place", "7 leaves a hole", 3))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("race control", None),
        ("Bulletin 24-03 ☂", None),
        ("", "is empty, not text on one line, without control characters or spaces at its ends"),
        ("a\nb", "'a\\nb' is not text on one line, without control characters or spaces at its ends"),
        ("a\ud800", "expected Unicode text, got a lone surrogate"),
    ],
)
def test_recorders_and_sources_are_names(text: str, expected: str | None) -> None:
    """Who recorded an event, and from what, is written like any name."""
    assert expected == text_problem(text)


# Whatever is submitted, the answer is a list of objections.


@st.composite
def muddled(draw: st.DrawFn) -> Sequence[Event]:
    """A season with events lost, twice, elsewhere, or naming what another of their kind names."""
    told = list(draw(seasons(max_rounds=2)))
    for _ in range(draw(st.integers(1, 5))):
        index = draw(st.integers(0, len(told) - 1))
        match draw(st.sampled_from(("lose", "repeat", "move", "muddle", "invent"))):
            case "lose" if len(told) > 1:
                told.pop(index)
            case "repeat":
                told.append(told[index])
            case "move":
                told.insert(draw(st.integers(0, len(told) - 1)), told.pop(index))
            case "muddle":
                name = draw(st.sampled_from([field.name for field in attrs.fields(type(told[index]))] or [""]))
                alike = [getattr(other, name) for other in told if type(other) is type(told[index]) and name]
                if alike:
                    told[index] = attrs.evolve(told[index], **{name: draw(st.sampled_from(alike))})
            case _:
                told.insert(index, draw(event_of(type(told[index]))))
    return told


@given(muddled())
def test_scrutineering_always_answers(told: Sequence[Event]) -> None:
    """However muddled a season is, scrutineering answers with objections, and never fails itself."""
    found = scrutinise(Book("made-up-2026"), told)
    assert all(0 <= one.index < len(told) and one.path.startswith("$") and one.problem for one in found)


@given(muddled())
def test_what_is_admitted_in_one_append_is_admitted_in_many(told: Sequence[Event]) -> None:
    """An append of many events is admitted where each of them is, one append after the other."""
    book, refused = Book("made-up-2026"), False
    for position, event in enumerate(told, start=1):
        refused = refused or bool(scrutinise(book, (event,)))
        book.file(event, position)
        if refused:
            break
    assert refused == bool(scrutinise(Book("made-up-2026"), told))
