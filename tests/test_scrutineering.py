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
    Bonus,
    CarChanged,
    CarClassDefined,
    ChampionshipDefined,
    ClassificationAmended,
    CompetitorExcluded,
    CountedPart,
    DidNotStart,
    Disqualified,
    DriverAssigned,
    DriverRated,
    DriverRegistered,
    DriverSwapped,
    EntryRegistered,
    EntryWithdrawn,
    Event,
    FastestLapSet,
    LapsLed,
    Line,
    ManufacturerRegistered,
    MovedDown,
    MovedToPlace,
    MovedToRear,
    PointsDeducted,
    PointsRestored,
    PointsScaleAdopted,
    PointsWithheld,
    PoleTaken,
    PublishedRow,
    PublishedWinner,
    RaceCancelled,
    RaceClassified,
    RacePostponed,
    RacesApart,
    RaceScheduled,
    RaceShortened,
    RecordCorrected,
    RecordStruck,
    ResultsAnnulled,
    RoundScheduled,
    Rules,
    RulingRescinded,
    SeasonClosed,
    SeasonOpened,
    StandingsPublished,
    TimePenaltyImposed,
    WinnerReported,
    WinnersPublished,
    points,
)
from ledger import scrutineering
from ledger.errors import Objection
from ledger.scrutineering import finding, scrutinise, text_problem
from ledger.testing import event_of, recorded, seasons
from projections import Book, fold
from tests.test_rule_book import BAD, FRAME
from tests.test_scrutineering_results import ROWS as CONTRADICTIONS
from tests.test_scrutineering_results import SEASON as CONTRADICTED

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
ENTERED = EntryRegistered("4", "GT", "Team Four", "ford", drivers=("cid",))
LATE = attrs.evolve(ENTERED, from_race="DON")
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


def amended(*listed: Line) -> ClassificationAmended:
    """An amendment of the first race."""
    return ClassificationAmended("OUL-1", "GT", listed, "organiser", "timing error")


SEASONS_FRAME: list[Row] = [
    ((), SeasonOpened("club-2026", "Again", 2026), "$", "season club-2026 is open already (position 1)"),
    (
        (SeasonClosed(),),
        DriverRegistered("dee", "Dee"),
        "$",
        "the season is closed; only rulings, corrections and publications may follow",
    ),
    (
        (SeasonClosed(),),
        SeasonClosed(),
        "$",
        "the season is closed; only rulings, corrections and publications may follow",
    ),
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
    (
        (),
        PointsScaleAdopted("low", points(1, 2, "1.5"), Fraction(4), "rising"),
        "$.points[2]",
        "1.5 is less than the 2 of the place before",
    ),
    (
        (),
        PointsScaleAdopted("low", points(1, 2, 3), Fraction(2), "rising"),
        "$.beyond",
        "2 is less than the 3 of the last listed place",
    ),
    ((), PointsScaleAdopted("low", (), order="rising"), "$.points", "is empty; a scale has points for the first"),
    (
        (RoundScheduled(4, "SPA", "Spa", None, MAY),),
        RoundScheduled(5, "MON", "Monza", None, datetime.date(2026, 5, 1)),
        "$.starts_on",
        "2026-05-01 is before round 4, which starts on 2026-05-02",
    ),
    (
        (rules(counting=(CountedPart(best=2, last_round=3),)),),
        RoundScheduled(4, "SPA", "Spa"),
        "$.round",
        "round 4 is in no part of teams, whose last ends with round 3 (position 19)",
    ),
]

LOW = PointsScaleAdopted("low", points(1, 2, 3), Fraction(4), "rising")
FEWEST: dict[str, Any] = {"scale": "low", "wins": "fewest", "unplaced": "after-last-entry"}
RULES: list[Row] = [
    ((), rules(ties=("last-race", "first-achieved")), "$.rules.ties[1]", "put countback before it"),
    ((LOW,), rules(scale="low"), "$.rules.scale", "low rises, and the most points win: a worse place would be worth"),
    (
        (),
        rules(wins="fewest", unplaced="after-last-entry"),
        "$.rules.scale",
        "race falls, and the fewest points win: a better place would cost more",
    ),
    (
        (LOW,),
        rules(scale="low", wins="fewest"),
        "$.rules.unplaced",
        "the fewest points win here: a retirement worth nothing would beat every win",
    ),
    (
        (LOW,),
        rules(competitor="driver", shared_car="split", **FEWEST),
        "$.rules.shared_car",
        "the fewest points win here: to share a car would better its result",
    ),
    (
        (LOW,),
        rules(bonuses=(Bonus("pole", Fraction(1)),), **FEWEST),
        "$.rules.bonuses[0]",
        "the fewest points win here: points beside the place would count against who earns them",
    ),
    ((), rules(competitors=()), "$.rules.competitors", "is empty, so that nobody could take part; null is for everybo"),
    ((), rules(competitors=("#1", "#9")), "$.rules.competitors[1]", "#9 is no team of this season"),
    ((), rules(competitors=("1",)), "$.rules.competitors[0]", "1 is no team of this season"),
    (
        (),
        rules(competitor="constructor", competitors=("ford",)),
        "$.rules.competitors[0]",
        "ford is no constructor of this season",
    ),
    (
        (),
        rules(competitor="manufacturer", competitors=("ford", "fiat")),
        "$.rules.competitors[1]",
        "fiat is no manufacturer of this season",
    ),
    ((), rules(competitor="driver", competitors=("dee",)), "$.rules.competitors[0]", "dee is no driver of this season"),
    ((), rules(competitors=("#1", "#1")), "$.rules.competitors[1]", "#1 stands in rules.competitors[0] already"),
    ((), rules(apart=(RacesApart(times=Fraction(2)),)), "$.rules.apart[0]", "names neither kinds of races nor races"),
    ((), rules(apart=(RacesApart((), ("SPA",), False),)), "$.rules.apart[0].races[0]", "unknown race 'SPA'"),
    (
        (),
        rules(apart=(RacesApart(("sprint",), scale="sprint"),)),
        "$.rules.apart[0].scale",
        "unknown points scale 'sprint'; known: race",
    ),
    ((LOW,), rules(apart=(RacesApart(("sprint",), scale="low"),)), "$.rules.apart[0].scale", "low rises, and the most"),
    (
        (),
        rules(apart=(RacesApart(("sprint",), counts=False, times=Fraction(2)),)),
        "$.rules.apart[0].counts",
        "is false: races that do not count pay nothing, and break no ties",
    ),
    ((), rules(apart=(RacesApart(("sprint",)),)), "$.rules.apart[0]", "says nothing that does not hold for every race"),
    (
        (),
        rules(apart=(RacesApart(("sprint",), counts=False), RacesApart(("heat", "sprint"), times=HALF))),
        "$.rules.apart[1].kinds[1]",
        "sprint stands in apart[0] already",
    ),
    (
        (),
        rules(apart=(RacesApart((), ("DON", "DON"), False),)),
        "$.rules.apart[0].races[1]",
        "DON stands in apart[0] already",
    ),
    (
        (),
        rules(bonuses=(Bonus("pole", Fraction(1)), Bonus("pole", Fraction(2)))),
        "$.rules.bonuses[1]",
        "pole stands in bonuses[0] already, for these races",
    ),
    (
        (),
        rules(bonuses=(Bonus("pole", Fraction(1), kinds=("sprint", "sprint")),)),
        "$.rules.bonuses[0].kinds[1]",
        "sprint stands in rules.bonuses[0].kinds[0] already",
    ),
    (
        (),
        rules(counting=(CountedPart(),)),
        "$.rules.counting[0]",
        "says either how many of the best count, or all but how many: best or all_but",
    ),
    ((), rules(counting=(CountedPart(best=3, all_but=1),)), "$.rules.counting[0]", "says either how many of the best"),
    (
        (),
        rules(counting=(CountedPart(best=1, last_round=2), CountedPart(best=1, first_round=2))),
        "$.rules.counting[1].first_round",
        "round 2 is in counting[0] already",
    ),
    (
        (),
        rules(counting=(CountedPart(best=1), CountedPart(best=1, first_round=2))),
        "$.rules.counting[1].first_round",
        "round 2 is in counting[0] already",
    ),
    (
        (),
        rules(counting=(CountedPart(best=1, last_round=1), CountedPart(best=1, first_round=4))),
        "$.rules.counting[1].first_round",
        "rounds 2 to 3 are in no part",
    ),
    (
        (),
        rules(counting=(CountedPart(best=1, first_round=2),)),
        "$.rules.counting[0].first_round",
        "round 1 is in no part",
    ),
    (
        (),
        rules(counting=(CountedPart(best=1, last_round=2),)),
        "$.rules.counting[0].last_round",
        "round 3 is in no part",
    ),
    (
        (),
        rules(counting=(CountedPart(best=1, last_round=3), CountedPart(best=1, first_round=4, last_round=3))),
        "$.rules.counting[1].last_round",
        "3 is before the first round, 4",
    ),
    ((), rules(kept_statuses=("DSQ",)), "$.rules.kept_statuses", "keeps results from being dropped, and none is"),
    ((), rules(kept_races=("DON",)), "$.rules.kept_races", "keeps results from being dropped, and none is"),
    (
        (),
        rules(counting=(CountedPart(best=1),), kept_statuses=("DSQ", "DSQ")),
        "$.rules.kept_statuses[1]",
        "DSQ stands in rules.kept_statuses[0] already",
    ),
    (
        (),
        rules(counting=(CountedPart(best=1),), kept_races=("SPA",)),
        "$.rules.kept_races[0]",
        "unknown race 'SPA'",
    ),
    (
        (),
        rules(counting=(CountedPart(best=2),), kept_races=("DON", "DON")),
        "$.rules.kept_races[1]",
        "DON stands in rules.kept_races[0] already",
    ),
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
    (
        (RaceShortened("DON", HALF),),
        RaceShortened("DON", HALF),
        "$.race",
        "DON is shortened already (position 19); rescind that first",
    ),
    (
        (),
        RaceShortened("DON", HALF, counts_from="OUL-2"),
        "$.counts_from",
        "OUL-2 runs before DON, which the ruling concerns",
    ),
    ((), RaceShortened("DON", HALF, counts_from="SPA"), "$.counts_from", "unknown race 'SPA'"),
    ((), RacePostponed("DON", 1), "$.to_round", "1 is before round 2: a race is postponed, never brought forward"),
    (
        (RacePostponed("DON", 3),),
        RacePostponed("DON", 2),
        "$.to_round",
        "2 is before round 3: a race is postponed, never brought forward",
    ),
    (
        (RacePostponed("DON", None),),
        RacePostponed("DON", 1),
        "$.to_round",
        "1 is before round 2: a race is postponed, never brought forward",
    ),
    (
        (DriverSwapped("1", "ann", "cid", "OUL-2"), RaceClassified("DON", "GT", (Line(1, "1"),))),
        RacePostponed("OUL-2", 3),
        "$.race",
        "in DON, which was run: a change of crew, car or rating holds from a race that moves; correct that record fir",
    ),
    (
        (CarChanged("1", "ford", "OUL-2", "GT40"), DidNotStart("DON", "1")),
        RacePostponed("OUL-2", 3),
        "$.race",
        "would change who drove #1, or what, in DON, which was run",
    ),
    (
        (DriverRated("bob", "gold", "OUL-2"), RaceClassified("DON", "GT", (Line(1, "2"),))),
        RacePostponed("OUL-2", None),
        "$.race",
        "would change who drove #2, or what, in DON, which was run",
    ),
    ((), RaceShortened("SPA", HALF, "rain", "race control"), "$.race", "unknown race 'SPA'"),
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
    (
        (),
        EntryRegistered("4", "GT", "T", "ford", engine="coswort"),
        "$.engine",
        "unknown manufacturer 'coswort'; known: ford",
    ),
    ((), EntryRegistered("4", "GT", "T", "ford", from_race="SPA"), "$.from_race", "unknown race 'SPA'"),
    ((), CarChanged("1", "ford", "DON", engine="fiat"), "$.engine", "unknown manufacturer 'fiat'; known: ford"),
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
    (
        (lines(Line(1, "1")), amended(Line(1, "1"), Line(2, "2"))),
        EntryWithdrawn("2", "OUL-1"),
        "$.from_race",
        "#2 has a result in OUL-1",
    ),
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
    ((OULTON, ENTERED), FastestLapSet("OUL-1", "4"), "$.car", "#4 is not in the classification of OUL-1 (position 19)"),
    (
        (lines(Line(1, "1")), amended(Line(1, "1"), Line(2, "2"))),
        DidNotStart("OUL-1", "2"),
        "$.car",
        "#2 is classified 2 in OUL-1, so it started",
    ),
    ((LATE,), PoleTaken("OUL-2", "4"), "$.car", "#4 is entered from DON on (position 19)"),
    ((LATE,), DidNotStart("OUL-1", "4"), "$.car", "#4 is entered from DON on (position 19)"),
    ((LATE,), lines(Line(1, "1"), Line(2, "4")), "$.lines[1].car", "#4 is entered from DON on (position 19)"),
    ((), LapsLed("SPA", "1", 5), "$.race", "unknown race 'SPA'"),
    ((), LapsLed("OUL-1", "08", 5), "$.car", "unknown car '08'"),
    ((), LapsLed("OUL-1", "1", 5, "bob"), "$.driver", "bob is not in #1 at OUL-1"),
    ((DidNotStart("OUL-1", "1"),), LapsLed("OUL-1", "1", 5), "$.car", "#1 did not start OUL-1 (position 19)"),
    (
        (LapsLed("OUL-1", "1", 5),),
        LapsLed("OUL-1", "1", 6),
        "$.car",
        "the laps that #1 led in OUL-1 are recorded already",
    ),
    (
        (LapsLed("OUL-1", "1", 5, "ann"),),
        LapsLed("OUL-1", "1", 6, "ann"),
        "$.car",
        "the laps that #1 led with ann in OUL-1 are recorded already",
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

STEWARDS = ("stewards", "contact")
"""Authority and reason."""
TIMED = lines(Line(1, "1", laps=30, gap_ms=0), Line(2, "2", laps=30, gap_ms=4_000))
DSQ = Disqualified("OUL-1", "2", *STEWARDS)
AMENDED = ClassificationAmended("OUL-1", "GT", (Line(1, "2"), Line(2, "1")), "organiser", "timing error")
RULINGS: list[Row] = [
    # of cars
    ((OULTON,), Disqualified("SPA", "1", *STEWARDS), "$.race", "unknown race 'SPA'; known: OUL-1, OUL-2, DON"),
    ((OULTON,), Disqualified("OUL-1", "08", *STEWARDS), "$.car", "unknown car '08'; known: 1, 2, 3"),
    ((OULTON,), Disqualified("OUL-1", "1", *STEWARDS, "SPA"), "$.counts_from", "unknown race 'SPA'"),
    ((), Disqualified("OUL-1", "1", *STEWARDS), "$.car", "#1 was not in OUL-1: no classification lists it"),
    ((OULTON,), MovedToRear("OUL-1", "3", *STEWARDS), "$.car", "#3 was not in OUL-1: no classification lists it"),
    ((OULTON,), Disqualified("OUL-2", "1", *STEWARDS), "$.car", "#1 was not in OUL-2: no classification lists it"),
    ((DidNotStart("OUL-1", "1"),), Disqualified("OUL-1", "1", *STEWARDS), "$.car", "#1 was not in OUL-1"),
    (
        (RaceClassified("DON", "GT", (Line(1, "1"),)),),
        Disqualified("DON", "1", *STEWARDS, "OUL-2"),
        "$.counts_from",
        "OUL-2 runs before DON, which the ruling concerns",
    ),
    ((OULTON, DSQ), DSQ, "$.car", "#2 is disqualified from OUL-1 already"),
    ((lines(Line(1, "1"), Line(None, "2", "DSQ")),), DSQ, "$.car", "#2 is disqualified from OUL-1 already"),
    (
        (OULTON,),
        MovedToPlace("OUL-1", "1", 3, *STEWARDS),
        "$.place",
        "3 is beyond the class: 2 cars are placed in OUL-1",
    ),
    ((OULTON, DSQ), MovedToPlace("OUL-1", "1", 2, *STEWARDS), "$.place", "2 is beyond the class: 1 cars are placed"),
    ((OULTON,), MovedToPlace("OUL-1", "1", 1, *STEWARDS), "$.place", "#1 is 1 in OUL-1 already"),
    (
        (OULTON,),
        MovedDown("OUL-1", "2", 1, *STEWARDS),
        "$.places",
        "#2 is 2 of 2 in OUL-1: 1 down is beyond the class; moved-to-rear makes it last",
    ),
    ((OULTON, DSQ), MovedDown("OUL-1", "2", 1, *STEWARDS), "$.car", "#2 has no place in OUL-1 to lose: it is DSQ"),
    ((OULTON, DSQ), MovedToPlace("OUL-1", "2", 1, *STEWARDS), "$.car", "#2 has no place in OUL-1 to lose: it is DSQ"),
    (
        (lines(Line(1, "1"), Line(None, "2", "DNF")),),
        MovedToRear("OUL-1", "2", *STEWARDS),
        "$.car",
        "#2 has no place in OUL-1 to lose: it is DNF",
    ),
    (
        (lines(Line(1, "1"), Line(None, "2", "NC")),),
        TimePenaltyImposed("OUL-1", "2", 5_000, *STEWARDS),
        "$.car",
        "#2 has no place in OUL-1 to lose: it is NC",
    ),
    (
        (OULTON,),
        TimePenaltyImposed("OUL-1", "1", 5_000, *STEWARDS),
        "$.car",
        "the classification of OUL-1 has no time for #1, so none can be added",
    ),
    (
        (lines(Line(1, "1", gap_ms=0), Line(2, "2")),),
        TimePenaltyImposed("OUL-1", "1", 5_000, *STEWARDS),
        "$.car",
        "the classification of OUL-1 has no time for #2, so nobody can say who was faster",
    ),
    (
        (lines(Line(1, "1", laps=30, gap_ms=0), Line(2, "2", gap_ms=4_000)),),
        TimePenaltyImposed("OUL-1", "1", 5_000, *STEWARDS),
        "$.car",
        "the classification of OUL-1 has laps for one of #1 and #2 alone, so nobody can say who was a lap down",
    ),
    (
        (TIMED, AMENDED),
        TimePenaltyImposed("OUL-1", "2", 5_000, *STEWARDS),
        "$.car",
        "the classification of OUL-1 has no time for #2, so none can be added",
    ),
    # amendments
    ((OULTON,), attrs.evolve(AMENDED, race="SPA"), "$.race", "unknown race 'SPA'"),
    ((OULTON,), attrs.evolve(AMENDED, car_class="TCR"), "$.car_class", "unknown class 'TCR'; known: GT, LMP3"),
    ((), AMENDED, "$.race", "OUL-1 is not classified in GT: there is nothing to amend"),
    ((OULTON,), amended(), "$.lines", "is empty; a classification holds one car at least"),
    ((OULTON,), amended(Line(1, "1"), Line(3, "2")), "$.lines[1].place", "3 leaves a hole: nobody is 2"),
    (
        (OULTON, DriverAssigned("3", "cid")),
        amended(Line(1, "1"), Line(2, "3")),
        "$.lines[1].car",
        "#3 races in LMP3, not in GT",
    ),
    (
        (OULTON, RaceClassified("DON", "GT", (Line(1, "1"),))),
        ClassificationAmended("DON", "GT", (Line(1, "1"),), *STEWARDS, "OUL-2"),
        "$.counts_from",
        "OUL-2 runs before DON, which the ruling concerns",
    ),
    # points
    ((OULTON,), PointsWithheld("SPA", *STEWARDS, "stay", "1"), "$.race", "unknown race 'SPA'"),
    ((OULTON,), PointsWithheld("OUL-1", *STEWARDS, "stay", "08"), "$.car", "unknown car '08'"),
    ((OULTON,), PointsWithheld("OUL-1", *STEWARDS, "stay", None, "dee"), "$.driver", "unknown driver 'dee'"),
    ((OULTON,), PointsWithheld("OUL-1", *STEWARDS, "stay"), "$.car", "is missing: name a car, or a driver, or both"),
    (
        (OULTON,),
        PointsWithheld("OUL-1", *STEWARDS, "stay", "1", None, ("drivers", "divers")),
        "$.championships[1]",
        "unknown championship 'divers'; did you mean 'drivers'?",
    ),
    (
        (OULTON,),
        PointsWithheld("OUL-1", *STEWARDS, "stay", "1", None, ("drivers", "drivers")),
        "$.championships[1]",
        "drivers stands in championships[0] already",
    ),
    (
        (RaceClassified("DON", "GT", (Line(1, "1"),)),),
        PointsWithheld("DON", *STEWARDS, "stay", "1", None, (), "OUL-1"),
        "$.counts_from",
        "OUL-1 runs before DON, which the ruling concerns",
    ),
    ((OULTON,), PointsWithheld("OUL-1", *STEWARDS, "stay", "3"), "$.car", "#3 was not in OUL-1: no classification"),
    ((OULTON, ENTERED), PointsWithheld("OUL-1", *STEWARDS, "stay", "4"), "$.car", "#4 was not in OUL-1: no classif"),
    (
        (OULTON,),
        PointsWithheld("OUL-1", *STEWARDS, "stay", "1", "bob"),
        "$.driver",
        "bob was not in #1 in OUL-1",
    ),
    (
        (OULTON,),
        PointsWithheld("OUL-1", *STEWARDS, "stay", None, "cid"),
        "$.driver",
        "cid was not in OUL-1: no car that it lists had that driver",
    ),
    (
        (OULTON,),
        PointsDeducted("divers", "ann", Fraction(5), *STEWARDS, "OUL-1"),
        "$.championship",
        "unknown championship 'divers'; did you mean 'drivers'?",
    ),
    (
        (OULTON,),
        PointsDeducted("drivers", "#1", Fraction(5), *STEWARDS, "OUL-1"),
        "$.competitor",
        "#1 is no driver of this season; drivers is for drivers",
    ),
    (
        (rules(competitors=("#1",)), OULTON),
        PointsDeducted("teams", "#2", Fraction(5), *STEWARDS, "OUL-1"),
        "$.competitor",
        "#2 takes no part in teams: its rules list who does",
    ),
    ((OULTON,), PointsRestored("drivers", "ann", HALF, *STEWARDS, "SPA"), "$.race", "unknown race 'SPA'"),
    (
        (OULTON,),
        PointsRestored("drivers", "ann", HALF, *STEWARDS),
        "$.counts_from",
        "is missing: without a race, say from which race on it shows",
    ),
    (
        (OULTON,),
        PointsDeducted("drivers", "ann", HALF, *STEWARDS, "DON", "OUL-2"),
        "$.counts_from",
        "OUL-2 runs before DON, which the ruling concerns",
    ),
    (
        (OULTON,),
        PointsDeducted("drivers", "ann", HALF, *STEWARDS, None, "SPA"),
        "$.counts_from",
        "unknown race 'SPA'; known: OUL-1, OUL-2, DON",
    ),
    ((OULTON,), CompetitorExcluded("drivers", "dee", *STEWARDS, "DON"), "$.competitor", "dee is no driver of this sea"),
    (
        (OULTON, CompetitorExcluded("drivers", "ann", *STEWARDS, "OUL-1")),
        CompetitorExcluded("drivers", "ann", *STEWARDS, None, "DON"),
        "$.competitor",
        "ann is excluded already (position 20)",
    ),
    ((OULTON,), ResultsAnnulled("drivers", "dee", ("OUL-1",), *STEWARDS), "$.competitor", "dee is no driver of this"),
    ((OULTON,), ResultsAnnulled("x", "ann", ("OUL-1",), *STEWARDS), "$.championship", "unknown championship 'x'"),
    (
        (OULTON,),
        ResultsAnnulled("drivers", "ann", (), *STEWARDS),
        "$.races",
        "is empty; name the races whose results no longer count",
    ),
    ((OULTON,), ResultsAnnulled("drivers", "ann", ("OUL-1", "SPA"), *STEWARDS), "$.races[1]", "unknown race 'SPA'"),
    (
        (OULTON,),
        ResultsAnnulled("drivers", "ann", ("OUL-1", "OUL-1"), *STEWARDS),
        "$.races[1]",
        "OUL-1 stands in races[0] already",
    ),
    (
        (OULTON,),
        ResultsAnnulled("drivers", "ann", ("DON", "OUL-2"), *STEWARDS, "OUL-1"),
        "$.counts_from",
        "OUL-1 runs before OUL-2, which the ruling concerns",
    ),
    # rescissions
    ((OULTON,), RulingRescinded(20, *STEWARDS), "$.position", "20 is no record of season club-2026"),
    ((OULTON,), RulingRescinded(19, *STEWARDS), "$.position", "record 19 is no ruling"),
    (
        (OULTON, DSQ, RulingRescinded(20, *STEWARDS)),
        RulingRescinded(20, *STEWARDS),
        "$.position",
        "record 20 is rescinded already (position 21)",
    ),
    ((OULTON, DSQ), RulingRescinded(20, *STEWARDS, "SPA"), "$.counts_from", "unknown race 'SPA'"),
    (
        (RaceCancelled("DON"), RulingRescinded(19, *STEWARDS), RaceClassified("DON", "GT", (Line(1, "1"),))),
        RulingRescinded(20, *STEWARDS),
        "$.position",
        "DON has been run: results of it are recorded",
    ),
    (
        (RacePostponed("OUL-2", 3), RaceClassified("OUL-2", "GT", (Line(1, "1"),))),
        RulingRescinded(19, *STEWARDS),
        "$.position",
        "OUL-2 has been run: results of it are recorded",
    ),
    (
        (
            RacePostponed("OUL-2", 3),
            DriverSwapped("1", "ann", "cid", "OUL-2"),
            RaceClassified("DON", "GT", (Line(1, "1"),)),
        ),
        RulingRescinded(19, *STEWARDS),
        "$.position",
        "would change who drove #1, or what, in DON, which was run",
    ),
    (
        (
            lines(Line(1, "1")),
            amended(Line(1, "1"), Line(2, "2")),
            RulingRescinded(20, *STEWARDS),
            DidNotStart("OUL-1", "2"),
        ),
        RulingRescinded(21, *STEWARDS),
        "$.position",
        "record 20 could not stand again: $.lines[1].car: #2 did not start OUL-1 (position 22)",
    ),
]

TYPO, SEASON_CID = DriverRegistered("cid", "Cyd Cook"), DriverRegistered("cid", "Cid Cook")
CORRECTIONS: list[Row] = [
    ((), RecordCorrected(19, TYPO, "misspelt"), "$.position", "19 is no record of season club-2026"),
    ((), RecordStruck(19, "never was"), "$.position", "19 is no record of season club-2026"),
    (
        (RecordCorrected(14, TYPO, "misspelt"),),
        RecordCorrected(19, TYPO, "misspelt"),
        "$.position",
        "record 19 is a correction of record 14; correct that one again",
    ),
    (
        (RecordCorrected(14, TYPO, "misspelt"),),
        RecordStruck(19, "it was right"),
        "$.position",
        "record 19 is a correction of record 14; correct that one again",
    ),
    (
        (OULTON, DSQ, RecordStruck(20, "another car")),
        RecordStruck(20, "another car"),
        "$.position",
        "record 20 is struck already (position 21)",
    ),
    (
        (),
        RecordCorrected(14, ManufacturerRegistered("cid", "Cid"), "a make"),
        "$.fact",
        "record 14 is a DriverRegistered, not a ManufacturerRegistered; strike it, and record what happened",
    ),
    ((), RecordCorrected(14, SEASON_CID, "as before"), "$.fact", "is what record 14 says already"),
    (
        (RecordCorrected(14, TYPO, "misspelt"),),
        RecordCorrected(14, TYPO, "misspelt"),
        "$.fact",
        "is what record 14 says already",
    ),
    (
        (),
        RecordCorrected(16, EntryRegistered("1", "GT", "Team One", "fiat", drivers=("ann",)), "a Fiat"),
        "$.fact.manufacturer",
        "unknown manufacturer 'fiat'; known: ford",
    ),
    (
        (OULTON,),
        RecordCorrected(19, lines(Line(1, "2"), Line(3, "1")), "misread"),
        "$.fact.lines[1].place",
        "3 leaves a hole: nobody is 2",
    ),
    (
        (OULTON,),
        RecordCorrected(19, lines(Line(1, "1"), Line(2, "9")), "misread"),
        "$.fact.lines[1].car",
        "unknown car '9'; known: 1, 2, 3",
    ),
    (
        (OULTON, DSQ),
        RecordCorrected(19, lines(Line(1, "1")), "#2 was not there"),
        "$.position",
        "record 20 could not stand then: $.car: #2 was not in OUL-1: no classification lists it",
    ),
    (
        (),
        RecordStruck(12, "never was"),
        "$.position",
        "record 16 could not stand then: $.drivers[0]: unknown driver 'ann'; known: bob, cid",
    ),
    (
        (OULTON, DSQ, RulingRescinded(20, *STEWARDS)),
        RecordStruck(20, "another car"),
        "$.position",
        "record 21 could not stand then: $.position: 20 is no record of season club-2026",
    ),
    (
        (),
        RecordCorrected(1, SeasonOpened("club-2027", "Club Cup 2027", 2027), "next year's"),
        "$.fact.season",
        "club-2027 is not the season that it is recorded in, club-2026",
    ),
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
        WinnersPublished((PublishedWinner("DON", "GT", "ann"), PublishedWinner("DON", "GT", "ann"))),
        "$.winners[1].race",
        "ann as winner of DON in GT stands in winners[0] already",
    ),
    (
        (),
        WinnersPublished((PublishedWinner("DON", "GT", None, "1"), PublishedWinner("DON", "GT", None, "1"))),
        "$.winners[1].race",
        "#1 as winner of DON in GT stands in winners[0] already",
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
    ((), RaceShortened("DON", -HALF), "$.part", "-1/2 is not a part of the whole, from 0 to 1"),
    ((), RaceShortened("DON", Fraction(3, 2)), "$.part", "3/2 is not a part of the whole, from 0 to 1"),
    ((), rules(apart=(RacesApart(("sprint",), times=Fraction(0)),)), "$.rules.apart[0].times", "0 is not a multiple"),
    ((), rules(bonuses=(Bonus("pole", Fraction(0)),)), "$.rules.bonuses[0].points", "0 is not points, above 0"),
    ((), rules(counting=(CountedPart(best=0),)), "$.rules.counting[0].best", "0 is not between 1 and 999"),
    ((), table(decimals=16), "$.decimals", "16 is not between 0 and 15"),
    (
        (OULTON,),
        PointsDeducted("drivers", "ann", Fraction(-10), "stewards", "contact", "OUL-1"),
        "$.points",
        "-10 is not points, above 0",
    ),
    ((OULTON,), Disqualified("OUL-1", "1", "", "underweight"), "$.authority", "is empty, not text on one line"),
    ((OULTON,), Disqualified("OUL-1", "1", "stewards", "a\nb"), "$.reason", "'a\\nb' is not text on one line"),
    ((TIMED,), TimePenaltyImposed("OUL-1", "1", 0, "stewards", "contact"), "$.added_ms", "0 is not between 1 and"),
    ((OULTON,), amended(Line(0, "1"), Line(1, "2")), "$.lines[0].place", "0 is not between 1 and 9999"),
    ((OULTON,), RecordStruck(0, "never was"), "$.position", "0 is not between 1 and 9223372036854775807"),
    ((), RecordCorrected(12, DriverRegistered("Ann", "Ann"), "typo"), "$.fact.driver", "'Ann' is not a slug"),
    ((), rules(cars=0, competitor="manufacturer"), "$.rules.cars", "0 is not between 1 and 9999"),
    ((), table(rows=(PublishedRow("a b", 1, HALF),)), "$.rows[0].competitor", "'a b' is not a competitor's id"),
    (
        (),
        table(races=("OUL-1",), rows=(PublishedRow("ann", 1, HALF, ("first",)),)),
        "$.rows[0].results[0]",
        "'first' is not a result as tables show it",
    ),
]

ROWS = [
    *SEASONS_FRAME, *RULES, *CALENDAR, *ENTRIES, *RESULTS, *RULINGS, *CORRECTIONS, *PUBLICATIONS, *SHAPES,
]  # fmt: skip


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
    for seen, event, _, _ in CONTRADICTIONS:
        scrutinise(fold(recorded((*CONTRADICTED, *seen))), (event,))
    for bad, _, _ in BAD:
        scrutinise(fold(recorded(FRAME)), (ChampionshipDefined("cup", "The Cup", bad),))
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
        (
            "a race may pay nothing",
            (OULTON, RaceShortened("OUL-1", Fraction(0), "two laps", "stewards", "DON")),
        ),
        (
            "a shortened race is shortened otherwise once that is rescinded",
            (RaceShortened("DON", HALF), RulingRescinded(19, *STEWARDS), RaceShortened("DON", Fraction(1, 3))),
        ),
        ("a car that retired is disqualified", (lines(Line(1, "1"), Line(None, "2", "DNF")), DSQ)),
        (
            "a car that was disqualified is so again once that is rescinded",
            (OULTON, DSQ, RulingRescinded(20, *STEWARDS), DSQ),
        ),
        ("a car is moved up", (OULTON, MovedToPlace("OUL-1", "2", 1, *STEWARDS))),
        ("a car that is last is moved to the rear", (OULTON, MovedToRear("OUL-1", "2", *STEWARDS))),
        (
            "a car is penalised twice for the same",
            (
                TIMED,
                TimePenaltyImposed("OUL-1", "2", 5_000, *STEWARDS),
                TimePenaltyImposed("OUL-1", "2", 5_000, *STEWARDS),
            ),
        ),
        (
            "the last car of its lap needs no times behind it",
            (
                lines(Line(1, "1", laps=30, gap_ms=0), Line(2, "2", laps=29)),
                TimePenaltyImposed("OUL-1", "1", 5_000, *STEWARDS),
            ),
        ),
        ("an amendment may name the order that stands", (OULTON, amended(*OULTON.lines))),
        (
            "an amendment brings a car in, and it has the fastest lap",
            (lines(Line(1, "1")), amended(Line(1, "1"), Line(2, "2")), FastestLapSet("OUL-1", "2")),
        ),
        (
            "an amended provisional result becomes official",
            (attrs.evolve(OULTON, status="provisional"), AMENDED, OULTON),
        ),
        ("a ruling counts from a later race", (OULTON, Disqualified("OUL-1", "2", *STEWARDS, "DON"))),
        (
            "a rescission is rescinded, and that again",
            (OULTON, DSQ, *(RulingRescinded(position, *STEWARDS) for position in (20, 21, 22))),
        ),
        ("a driver has points withheld in any car", (OULTON, PointsWithheld("OUL-1", *STEWARDS, "stay", None, "ann"))),
        ("points are taken before a race is run", (PointsDeducted("drivers", "cid", HALF, *STEWARDS, None, "OUL-1"),)),
        ("points are taken twice", (PointsDeducted("drivers", "ann", HALF, *STEWARDS, "DON"),) * 2),
        (
            "who was excluded is so again once that is rescinded",
            (
                CompetitorExcluded("drivers", "ann", *STEWARDS, "DON"),
                RulingRescinded(19, *STEWARDS),
                CompetitorExcluded("drivers", "ann", *STEWARDS, "DON"),
            ),
        ),
        (
            "rulings and corrections follow the end of the season",
            (OULTON, SeasonClosed(), DSQ, RulingRescinded(21, *STEWARDS), RecordCorrected(14, TYPO, "misspelt")),
        ),
        (
            "a cancelled race is run after all",
            (RaceCancelled("DON"), RulingRescinded(19, *STEWARDS), RaceClassified("DON", "GT", (Line(1, "1"),))),
        ),
        ("a postponement is taken back", (RacePostponed("DON", 3), RulingRescinded(19, *STEWARDS))),
        (
            "a race is postponed within what nobody's crew hangs on",
            (
                DriverSwapped("1", "ann", "cid", "DON"),
                RaceClassified("OUL-1", "GT", (Line(1, "1"),)),
                RacePostponed("OUL-2", 3),
            ),
        ),
        (
            "a change that the postponement would move is struck first",
            (
                DriverSwapped("1", "ann", "cid", "OUL-2"),
                RaceClassified("DON", "GT", (Line(1, "1"),)),
                RecordStruck(19, "it was for one race"),
                RacePostponed("OUL-2", 3),
            ),
        ),
        (
            "a car is entered for the later races",
            (LATE, OULTON, RaceClassified("DON", "GT", (Line(1, "4"), Line(2, "1")))),
        ),
        (
            "each driver of a car led laps",
            (
                DriverAssigned("1", "cid"),
                LapsLed("DON", "1", 5, "ann"),
                LapsLed("DON", "1", 7, "cid"),
                LapsLed("DON", "1", 1),
            ),
        ),
        (
            "drivers who shared a win are both listed",
            (WinnersPublished((PublishedWinner("DON", "GT", "ann"), PublishedWinner("DON", "GT", "bob"))),),
        ),
        (
            "a record is corrected, struck, and corrected again",
            (
                RecordCorrected(14, TYPO, "misspelt"),
                RecordStruck(14, "never was"),
                RecordCorrected(14, SEASON_CID, "was"),
            ),
        ),
        (
            "a correction uses a name that was registered later",
            (
                OULTON,
                DriverRegistered("dee", "Dee"),
                RecordCorrected(16, EntryRegistered("1", "GT", "Team One", "ford", drivers=("dee",)), "not Ann"),
            ),
        ),
        (
            "a ruling is corrected",
            (OULTON, DSQ, RecordCorrected(20, Disqualified("OUL-1", "1", *STEWARDS), "the other car")),
        ),
        (
            "two corrections hold together",
            (
                OULTON,
                DSQ,
                RecordCorrected(19, lines(Line(1, "1")), "#2 was not there"),
                RecordStruck(20, "#2 was not there"),
            ),
        ),
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
            (EntryRegistered("4", "GT", "T", "fiat", drivers=("cid",)), lines(Line(1, "4"), Line(2, "1"))),
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


@pytest.mark.parametrize(
    ("truth", "submitted", "expected"),
    [
        (
            "what only holds together is held against the season together",
            (RecordStruck(20, "#2 was not there"), RecordCorrected(19, lines(Line(1, "1")), "#2 was not there")),
            [],
        ),
        (
            "each is objected to for what it does itself",
            (RecordStruck(20, "never was"), RecordCorrected(19, lines(Line(1, "1"), Line(3, "2")), "misread")),
            ["1: $.fact.lines[1].place: 3 leaves a hole: nobody is 2"],
        ),
        (
            "what could not stand is told with the last of them",
            (RecordCorrected(14, TYPO, "misspelt"), RecordStruck(17, "never was")),
            [
                "1: $.position: record 19 could not stand then: $.lines[1].car: unknown car '2'; known: 1, 3",
                "1: $.position: record 20 could not stand then: $.car: unknown car '2'; known: 1, 3",
            ],
        ),
        (
            "five records at most are named",
            (RecordStruck(3, "never was"), PoleTaken("DON", "1")),
            [
                "0: $.position: record 16 could not stand then: $.car_class: unknown class 'GT'; known: LMP3",
                "0: $.position: record 17 could not stand then: $.car_class: unknown class 'GT'; known: LMP3",
                "0: $.position: record 5 could not stand then: $.rules.classes[0]: unknown class 'GT'; known: LMP3",
                "0: $.position: record 19 could not stand then: $.car_class: unknown class 'GT'; known: LMP3",
                "0: $.position: record 20 could not stand then: $.car: #2 was not in OUL-1: no classification lists it",
            ],
        ),
        (
            "the same record is not struck twice",
            (RecordStruck(20, "never was"), RecordStruck(20, "never was")),
            ["1: $.position: record 20 is struck already (position 21)"],
        ),
        (
            "a refused correction is not in the way of what follows",
            (RecordCorrected(99, TYPO, "misspelt"), DriverRegistered("dee", "Dee"), RulingRescinded(20, *STEWARDS)),
            ["0: $.position: 99 is no record of season club-2026"],
        ),
        (
            "what follows is held against the corrected season",
            (
                RecordCorrected(19, lines(Line(1, "2"), Line(2, "1")), "misread"),
                MovedToPlace("OUL-1", "1", 1, *STEWARDS),
            ),
            ["1: $.place: #1 is 1 in OUL-1 already"],
        ),
    ],
)
def test_corrections_are_held_against_the_whole_season(
    truth: str, submitted: tuple[Event, ...], expected: list[str]
) -> None:
    """The season must hold together with what is said instead, from its start, and with all that is said at once."""
    assert expected == objections(book_of(*SEASON, OULTON, DSQ), *submitted), truth


def test_a_correction_is_not_held_against_what_was_admitted_before() -> None:
    """A late championship makes an old result objectionable; who corrects another record is not told of it."""
    manned = ChampionshipDefined("prototypes", "Prototypes", Rules("driver", ("LMP3",), "race"))
    unmanned = RaceClassified("OUL-1", "LMP3", (Line(1, "3"),))
    told = (*SEASON, unmanned, Disqualified("OUL-1", "3", *STEWARDS), RulingRescinded(20, *STEWARDS), manned)
    assert [] == objections(book_of(*told), RecordCorrected(14, TYPO, "misspelt"))
    expected = ["$.position: record 21 could not stand then: $.position: 20 is no record of season club-2026"]
    assert expected == objections(book_of(*told), RecordStruck(20, "another car"))


def test_a_car_that_is_entered_from_nowhere_is_reported_once() -> None:
    """An entry from a race that nobody knows is objected to, and not again by every result of that car."""
    submitted = (attrs.evolve(LATE, from_race="SPA"), lines(Line(1, "4"), Line(2, "1")))
    assert ["0: $.from_race: unknown race 'SPA'; known: OUL-1, OUL-2, DON"] == objections(book_of(*SEASON), *submitted)


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
