#!/usr/bin/env python3
"""Appends the 2024 IMSA VP Racing SportsCar Challenge to a ledger, in the order in which it happened.

    scripts/imsa_vp_2024.py [--ledger PATH]

Made to be read from top to bottom, and to be copied for a season of your own: the rules, the calendar, then a chapter
for each round with who joined it, who changed cars, who missed the start and who finished where; the tables as they
were printed come last, from the files in imsa_vp_2024_published/. How the notation becomes facts stands at the end, in
a few short functions.

A chapter yields steps. Each step is one append with a key, a name that it keeps for ever. Run the script again and it
appends nothing; kill it half-way, run it again, and it appends the rest.

Everything is taken from the article "2024 IMSA VP Racing SportsCar Challenge" on Wikipedia, by its contributors,
licensed under CC BY-SA 4.0 (https://creativecommons.org/licenses/by-sa/4.0/), and each fact names its section. It
reached us as plain text, without what the typeface and the merged cells of its tables said:

- A row of the entry list may lack its make, car, team, driver or rounds. The make, car and team are those of the row
  above. Who drove when is settled by the standings: a car and its driver have the same cells, race by race.
- Pole positions and fastest laps (bold and italics in the standings) are lost, and so is who won a race overall.
- The winners' table has lost the team cells of every first race, and those of GSX in every second.

The article prints no classifications. Those below are the columns of its drivers' tables, turned into cars by who was
in which. What it contradicts itself about, or leaves out, is decided where it comes up, in a comment.
"""

import argparse
import datetime
import os
import re
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias

from events import (
    CarChanged,
    CarClassDefined,
    ChampionshipDefined,
    DidNotStart,
    DriverRated,
    DriverRegistered,
    DriverSwapped,
    EntryRegistered,
    Event,
    Line,
    ManufacturerRegistered,
    PointsScaleAdopted,
    PublishedRow,
    PublishedWinner,
    RaceClassified,
    RaceScheduled,
    RoundScheduled,
    Rules,
    SeasonOpened,
    StandingsPublished,
    WinnerReported,
    WinnersPublished,
    points,
    read_points,
)
from ledger import Ledger, LedgerError

SEASON: Final = "imsa-vp-2024"
ARTICLE: Final = 'Wikipedia, "2024 IMSA VP Racing SportsCar Challenge"'
RECORDED_BY: Final = "scripts/imsa_vp_2024.py"
PUBLISHED: Final = Path(__file__).with_name("imsa_vp_2024_published")


class Step(NamedTuple):
    """One append: all of its facts are recorded, or none."""

    key: str
    """Names the step for ever; unique in the season."""
    section: str
    """Where in the article the facts stand."""
    facts: tuple[Event, ...]


Steps: TypeAlias = Iterator[Step]


def season() -> Steps:
    """The whole season, step by step."""
    yield from rules()
    yield from calendar()
    yield from round_1()
    yield from round_2()
    yield from round_3()
    yield from round_4()
    yield from round_5()
    yield from round_6()
    yield from publications()
    # No SeasonClosed: who finished where in the GSX races of the last round is not known yet.


# --- The rules ---

# The article prints the scale and the tables, but no rule that says how one leads to the other. These are the rules
# that its tables follow: the cups and the makes are re-ranked, and a make counts with its best car alone. Equal points
# are told apart as Rules does by default: more wins, more seconds and so on; then whoever took those places first.
CHAMPIONSHIPS: Final = (
    ChampionshipDefined("lmp3-drivers", "LMP3 Driver's Championship", Rules("driver", ("LMP3",), "race")),
    ChampionshipDefined("gsx-drivers", "GSX Driver's Championship", Rules("driver", ("GSX",), "race")),
    ChampionshipDefined(
        "lmp3-bronze",
        "LMP3 Bronze Drivers Cup",
        Rules("driver", ("LMP3",), "race", ratings=("bronze",), place="re-ranked"),
    ),
    ChampionshipDefined(
        "gsx-bronze",
        "GSX Bronze Drivers Cup",
        Rules("driver", ("GSX",), "race", ratings=("bronze",), place="re-ranked"),
    ),
    ChampionshipDefined("lmp3-teams", "LMP3 Team's Championship", Rules("team", ("LMP3",), "race")),
    ChampionshipDefined("gsx-teams", "GSX Team's Championship", Rules("team", ("GSX",), "race")),
    ChampionshipDefined(
        "gsx-manufacturers",
        "GSX Manufacturer's Championship",
        Rules("manufacturer", ("GSX",), "race", cars=1, place="re-ranked", shown="class"),
    ),
)
TITLES: Final = {one.championship: one.title for one in CHAMPIONSHIPS}


def rules() -> Steps:
    """What the season is called, what each place is worth, the classes and the championships."""
    yield step("opened", "introduction", SeasonOpened(SEASON, "2024 IMSA VP Racing SportsCar Challenge", 2024))
    yield step(
        "scale",
        "section Championship Standings, Points system",
        PointsScaleAdopted(
            "race",
            points(
                *(350, 320, 300, 280, 260, 250, 240, 230, 220, 210),
                *(200, 190, 180, 170, 160, 150, 140, 130, 120, 110),
                *(100, 90, 80, 70, 60, 50, 40, 30, 20),
            ),
            beyond=Fraction(10),  # "30+"
        ),
    )
    yield step("classes", "section Entry list", CarClassDefined("LMP3", "LMP3"), CarClassDefined("GSX", "GSX"))
    yield step("championships", "section Championship Standings", *CHAMPIONSHIPS)


# --- The calendar ---

# Only the table of the GSX makes prints their countries, so the two of LMP3 have none.
MAKES: Final = {
    "Duqueine": None,
    "Ligier": None,
    "Aston Martin": "GBR",
    "BMW": "DEU",
    "Ford": "USA",
    "McLaren": "GBR",
    "Mercedes-AMG": "DEU",
    "Porsche": "DEU",
    "Toyota": "JPN",
}


def calendar() -> Steps:
    """Six rounds of two races each, and the makes that race in them."""
    # The introduction lets the season end on October 19, the calendar on October 9-12. The calendar stands here.
    # The introduction counts "twelve rounds split across six race weekends"; a round is a weekend here, as it is in the
    # calendar. It also says that one of the six had no confirmed date, which was so of the provisional schedule; the
    # calendar dates them all.
    # The season "began on January 20", the second day of round 1. Which race was on which day is said nowhere, of no
    # round: the races have no day of their own.
    yield step(
        "calendar",
        "section Calendar",
        *rounds("""
            1  DAY  USA  2024-01-19  2024-01-21  Daytona International Speedway
            2  STP  USA  2024-03-08  2024-03-10  St. Petersburg Street Circuit
            3  MOH  USA  2024-06-07  2024-06-09  Mid-Ohio Sports Car Course
            4  MOS  CAN  2024-07-12  2024-07-14  Canadian Tire Motorsport Park
            5  VIR  USA  2024-08-23  2024-08-25  Virginia International Raceway
            6  ATL  USA  2024-10-09  2024-10-12  Michelin Raceway Road Atlanta
        """),
    )
    yield step(
        "makes",
        "sections Entry list, and Championship Standings, GSX Manufacturer's Championship",
        *(ManufacturerRegistered(slug(make), make, country) for make, country in MAKES.items()),
    )


# --- Round by round ---

LMP3_LIST: Final = "section Entry list, LMP3"
GSX_LIST: Final = "section Entry list, GSX"
LMP3_PLACES: Final = "sections Entry list, LMP3, and Championship Standings, LMP3 Driver's Championship"
GSX_PLACES: Final = "sections Entry list, GSX, and Championship Standings, GSX Driver's Championship"
WINNERS: Final = "section Race results"


def round_1() -> Steps:
    """Daytona: the entries that begin the season."""
    # Germany is GER in two rows of the entry list and DEU in all other places. It is DEU here.
    # #87 is entered by "Fast MD Racing" in the entry list and in the teams' table, by "FastMD Racing" in the winners'.
    # #6 has lost its driver: Steven Aghakhani has its places.
    yield step(
        "DAY/LMP3 entries",
        LMP3_PLACES,
        *entries(
            "LMP3",
            """
             6  USA MLT Motorsports                        Ligier JS P320  USA Steven Aghakhani
             7  USA Performance Tech Motorsports           Ligier JS P320  USA Alex Kirby
            23  ECU Escuderia ABRO                         Ligier JS P320  ECU Miguel Villagomez
            33  USA Sean Creech Motorsport                 Ligier JS P320  USA Lance Willsey
            38  USA Performance Tech Motorsports           Ligier JS P320  USA Scott Locke
            51  USA Rick Ware Racing with Ave Motorsports  Ligier JS P320  USA Cody Ware
            61  USA Ave Motorsports                        Ligier JS P320  CAN George Staikos
            70  DEU Mishumotors                            Ligier JS P320  DEU Mirco Schultis
            77  USA Forte Racing                           Ligier JS P320  USA Brian Thienes
            87  USA Fast MD Racing with Remstar            Duqueine D-08   CAN Marco Kacic
            """,
        ),
    )
    # #5, #9, #21, #37, #59 and #67 have lost their drivers. The places tell who they were, but for #9: three drivers
    # missed both starts, and two of them are in #72 and #78, so that Nathan Martin is left for #9.
    # Sean Quinlan is USA in every row of the entry list, AUS in both tables. The tables settle the list, here as well.
    # Moisey Uretsky has no country anywhere.
    # #5 is "KMW Motorsports with TMR Engineering" here, "with TMR" in the teams' table: the full name stands.
    # #21 is "Motorsport in Action" here, "Motorsports in Action" in the teams' table: as in the table.
    yield step(
        "DAY/GSX entries",
        GSX_PLACES,
        *entries(
            "GSX",
            """
              5  USA KMW Motorsports with TMR Engineering  Porsche 718 Cayman GT4 RS Clubsport  USA Angus Rogers
              9  USA Team ACP by Random Vandals            BMW M4 GT4 Gen II                    USA Nathan Martin
             12  USA Swish Motorsports                     BMW M4 GT4 Gen II                    USA Michael Dayton
             17  USA BGB Motorsports                       Porsche 718 Cayman GT4 RS Clubsport  USA Will Wachs
             19  USA Stephen Cameron Racing                BMW M4 GT4 Gen II                    AUS Sean Quinlan
             21  CAN Motorsports in Action                 McLaren Artura GT4                   CAN Jesse Lazare
             22  USA Archangel Motorsports                 Aston Martin Vantage AMR GT4         USA Robbie McWilliams
             25  USA Auto Technic Racing                   BMW M4 GT4 Gen II                    USA Mark Brummond
             26  USA Auto Technic Racing                   BMW M4 GT4 Gen II                    USA Christopher Tasca
             37  USA Thaze Competition                     Mercedes-AMG GT4                     USA Marc Miller
             43  USA Stephen Cameron Racing                BMW M4 GT4 Gen II                    USA Gregory Liefooghe
             44  USA Baby Bull Racing                      Porsche 718 Cayman GT4 RS Clubsport  --- Moisey Uretsky
             45  USA Ruckus Racing                         Aston Martin Vantage AMR GT4         USA Scott Blind
             55  USA Baby Bull Racing                      Porsche 718 Cayman GT4 RS Clubsport  USA Michael Cooper
             59  USA KohR Motorsports                      Ford Mustang GT4 (2024)              USA Luca Mars
             66  USA Czabok-Simpson Motorsport             Porsche 718 Cayman GT4 RS Clubsport  USA Jackson Lee
             67  USA BSI Racing                            Toyota GR Supra GT4 Evo              USA Eric Thompson
             72  USA Rebel Rock Racing                     Aston Martin Vantage AMR GT4 Evo     USA Frank DePew
             78  USA Thaze Competition                     Mercedes-AMG GT4                     CAN Jonathan Woolridge
             82  USA van der Steur Racing                  Aston Martin Vantage AMR GT4         USA Brady Behrman
             88  USA Split Decision Motorsports            BMW M4 GT4 Gen II                    USA Patrick Wilmot
             96  USA Turner Motorsport                     BMW M4 GT4 Gen II                    USA Joe Dalton
            808  USA BGB Motorsports                       Porsche 718 Cayman GT4 RS Clubsport  USA Jim Jonsin
            """,
        ),
    )
    # Nobody's rating is printed, but whoever is in a cup is bronze. Whoever is not is not: the cup of GSX lists DePew
    # with two missed starts, and neither Martin nor Woolridge, who missed the same two.
    yield bronze(
        "DAY",
        "lmp3-bronze",
        *("Brian Thienes", "Miguel Villagomez", "Mirco Schultis", "George Staikos", "Lance Willsey", "Scott Locke"),
    )
    yield bronze(
        "DAY",
        "gsx-bronze",
        *("Scott Blind", "Angus Rogers", "Michael Dayton", "Sean Quinlan", "Mark Brummond", "Frank DePew"),
        *("Will Wachs", "Moisey Uretsky", "Brady Behrman", "Joe Dalton", "Jim Jonsin", "Christopher Tasca"),
        "Robbie McWilliams",
    )
    yield result("DAY-1", "LMP3", "6 7 51 87 77 70 33 61 38 23")
    yield result("DAY-1", "GSX", "59 43 37 55 88 67 66 25 19 12 808 45 21 82 5 96 17 44 22 26", did_not_start="9 72 78")
    yield result("DAY-2", "LMP3", "6 87 23 77 70 33 61 51 38 7")
    yield result("DAY-2", "GSX", "59 55 43 21 88 66 67 45 12 82 44 19 5 808 96 26 17 25 37 22", did_not_start="9 72 78")


def round_2() -> Steps:
    """St. Petersburg: six newcomers in the seats of others, and two drivers who exchange theirs."""
    # A crew stays with its car until a later fact changes it, and a car that stays away needs no fact: Woolridge leaves
    # GSX for LMP3 while #78, still in his name, waits for another driver.
    yield step(
        "STP/LMP3 crews",
        LMP3_LIST,
        *drivers("USA Jagger Jones", "USA Ryan Phinny"),
        DriverSwapped("38", outgoing="scott-locke", incoming="jonathan-woolridge", from_race="STP-1"),
        DriverSwapped("61", outgoing="george-staikos", incoming="ryan-phinny", from_race="STP-1"),
        DriverSwapped("87", outgoing="marco-kacic", incoming="jagger-jones", from_race="STP-1"),
    )
    # #2 has lost its driver and its rounds: Jason Bell has its places, in this round alone.
    yield step(
        "STP/GSX entries",
        GSX_PLACES,
        *entries("GSX", "2  USA Prosport Competition  Aston Martin Vantage AMR GT4  USA Jason Bell", "STP-1"),
    )
    yield step(
        "STP/GSX crews",
        GSX_LIST,
        *drivers("USA Todd Coleman", "USA Eddie Killeen", "USA Vincent Barletta", "USA Thomas Collingwood"),
        DriverSwapped("22", outgoing="robbie-mcwilliams", incoming="todd-coleman", from_race="STP-1"),
        DriverSwapped("37", outgoing="marc-miller", incoming="eddie-killeen", from_race="STP-1"),
        DriverSwapped("82", outgoing="brady-behrman", incoming="jackson-lee", from_race="STP-1"),
        DriverSwapped("96", outgoing="joe-dalton", incoming="vincent-barletta", from_race="STP-1"),
        DriverSwapped("808", outgoing="jim-jonsin", incoming="thomas-collingwood", from_race="STP-1"),
    )
    # The two cars of Stephen Cameron Racing exchange their drivers: two swaps in one append.
    yield step(
        "STP/19 and 43",
        GSX_LIST,
        DriverSwapped("19", outgoing="sean-quinlan", incoming="gregory-liefooghe", from_race="STP-1"),
        DriverSwapped("43", outgoing="gregory-liefooghe", incoming="sean-quinlan", from_race="STP-1"),
    )
    yield bronze(
        "STP",
        "gsx-bronze",
        *("Vincent Barletta", "Eddie Killeen", "Thomas Collingwood", "Jason Bell", "Todd Coleman"),
    )
    yield result("STP-1", "LMP3", "87 6 38 61 70 23 77 7 51")
    yield result("STP-1", "GSX", "21 82 59 12 43 45 25 808 5 37 17 22 2 72 19 96 88")
    yield result("STP-2", "LMP3", "87 23 77 61 38 6 70", did_not_start="7 51")
    yield result("STP-2", "GSX", "21 82 19 59 88 12 5 2 45 808 22 17 25 37 72 43 96")


def round_3() -> Steps:
    """Mid-Ohio: Phinny moves on to #51, and Turner Motorsport brings a second car."""
    yield step(
        "MOH/LMP3 entries",
        LMP3_LIST,
        *entries("LMP3", "18  USA Performance Tech Motorsports  Ligier JS P320  USA Jordan Menzin", "MOH-1"),
    )
    yield step(
        "MOH/LMP3 crews",
        LMP3_LIST,
        *drivers("USA Seth Lucas"),
        DriverSwapped("51", outgoing="cody-ware", incoming="ryan-phinny", from_race="MOH-1"),
        DriverSwapped("61", outgoing="ryan-phinny", incoming="seth-lucas", from_race="MOH-1"),
    )
    # Barletta hands #96 back to Dalton and races #97. He is known to the season, so the entry is written out in full.
    yield step(
        "MOH/GSX crews",
        GSX_LIST,
        *drivers("USA Josh Green"),
        DriverSwapped("78", outgoing="jonathan-woolridge", incoming="josh-green", from_race="MOH-1"),
        DriverSwapped("96", outgoing="vincent-barletta", incoming="joe-dalton", from_race="MOH-1"),
        EntryRegistered(
            "97",
            "GSX",
            team="Turner Motorsport",
            manufacturer="bmw",
            model="BMW M4 GT4 Gen II",
            drivers=("vincent-barletta",),
            country="USA",
            from_race="MOH-1",
        ),
    )
    yield bronze("MOH", "lmp3-bronze", "Jordan Menzin")
    yield result("MOH-1", "LMP3", "87 6 23 51 61 7 38 77 18")
    yield result("MOH-1", "GSX", "59 78 21 88 45 25 97 12 72 96 5 37 17")
    yield result("MOH-2", "LMP3", "87 6 61 51 7 23 38 77 18")
    yield result("MOH-2", "GSX", "21 78 59 88 45 12 25 72 96 5 17 37 97")


def round_4() -> Steps:
    """Canadian Tire Motorsport Park: #19 comes back with another driver and another make."""
    yield step(
        "MOS/LMP3 crews",
        LMP3_LIST,
        DriverSwapped("61", outgoing="seth-lucas", incoming="george-staikos", from_race="MOS-1"),
    )
    # The entry list has #19 twice: a BMW in rounds 1 and 2, a Ford in rounds 4 and 5. The teams' table has it once.
    yield step(
        "MOS/19",
        GSX_LIST,
        DriverSwapped("19", outgoing="gregory-liefooghe", incoming="sean-quinlan", from_race="MOS-1"),
        CarChanged("19", manufacturer="ford", model="Ford Mustang GT4 (2024)", from_race="MOS-1"),
    )
    yield step(
        "MOS/GSX entries",
        GSX_LIST,
        *entries("GSX", "98  CAN Polito Racing  Ford Mustang GT4 (2024)  CAN Jack Polito", "MOS-1"),
    )
    yield result("MOS-1", "LMP3", "6 38 7 51 77 18 61 87")
    yield result("MOS-1", "GSX", "98 59 78 44 88 45 5 12 19 72 37 21")
    yield result("MOS-2", "LMP3", "87 6 7 77 51 38 61 18")
    yield result("MOS-2", "GSX", "78 21 88 45 59 5 98 19 72 12", did_not_start="37 44")


def round_5() -> Steps:
    """Virginia: the last round of which both classes are known."""
    yield step(
        "VIR/LMP3 entries",
        LMP3_LIST,
        *entries("LMP3", "86  USA Forte Racing  Ligier JS P320  USA Jon Hirshberg", "VIR-1"),
    )
    yield step(
        "VIR/GSX crews",
        GSX_LIST,
        DriverSwapped("96", outgoing="joe-dalton", incoming="vincent-barletta", from_race="VIR-1"),
    )
    # The entry list has #82 in rounds 1 and 2 alone. The tables have the car and Brady Behrman, its driver of round 1,
    # at the same places in this round too.
    yield step(
        "VIR/82",
        "sections Championship Standings, GSX Driver's Championship and GSX Team's Championship",
        DriverSwapped("82", outgoing="jackson-lee", incoming="brady-behrman", from_race="VIR-1"),
    )
    yield bronze("VIR", "lmp3-bronze", "Jon Hirshberg")
    yield result("VIR-1", "LMP3", "87 6 23 51 77 86 18 7")
    yield result("VIR-1", "GSX", "59 25 88 44 19 5 45 96 82 72", did_not_start="21")
    yield result("VIR-2", "LMP3", "87 6 77 51 7 18 23 86")
    yield result("VIR-2", "GSX", "59 88 19 5 45 96 82 72 25", did_not_start="21 44")


def round_6() -> Steps:
    """Road Atlanta: LMP3 in full, and of GSX the winners alone."""
    # #30 has lost its driver and its rounds, and the teams' table ends before this round. Of all who raced in it only
    # Valentino Catalano is in no row of the entry list, and only #30 has no driver: it is his.
    yield step(
        "ATL/LMP3 entries",
        LMP3_PLACES,
        *entries(
            "LMP3",
            """
            30  DEU Gebhardt Intralogistics Motorsports  Duqueine D-08  DEU Valentino Catalano
            31  DEU Gebhardt Intralogistics Motorsports  Duqueine D-08  DEU Markus Pommer
            """,
            "ATL-1",
        ),
    )
    # Neither GSX winner is in the entry list or in a table. Their names are all there is: no car, no make, and nobody
    # else's place.
    yield step("ATL/GSX drivers", WINNERS, *drivers("USA Bob Michaelian", "USA Tyler Hoffman"))
    yield result("ATL-1", "LMP3", "6 31 30 87 23 77 86 61 51")
    yield step("ATL-1/GSX", WINNERS, WinnerReported("ATL-1", "GSX", "bob-michaelian"))
    yield result("ATL-2", "LMP3", "87 6 30 31 77 86 61 23 51")
    yield step("ATL-2/GSX", WINNERS, WinnerReported("ATL-2", "GSX", "tyler-hoffman"))


# --- The tables as published ---


def publications() -> Steps:
    """The winners and the seven tables as the article prints them, slips included: ``parc audit`` finds those.

    The tables stand at two dates. The LMP3 drivers' has the last round in its columns; in all the others those columns
    are empty, in the cup and the teams' table of LMP3 too.
    """
    # The columns are race, car that won LMP3, driver that won LMP3, driver that won GSX.
    yield step(
        "published/winners",
        WINNERS,
        winners("""
            DAY-1   -  Steven Aghakhani  Luca Mars
            DAY-2   6  Steven Aghakhani  Luca Mars
            STP-1   -  Jagger Jones      Jesse Lazare
            STP-2  87  Jagger Jones      Jesse Lazare
            MOH-1   -  Jagger Jones      Luca Mars
            MOH-2  87  Jagger Jones      Jesse Lazare
            MOS-1   -  Steven Aghakhani  Jack Polito
            MOS-2  87  Jagger Jones      Josh Green
            VIR-1   -  Jagger Jones      Luca Mars
            VIR-2  87  Jagger Jones      Luca Mars
            ATL-1   -  Steven Aghakhani  Bob Michaelian
            ATL-2  87  Jagger Jones      Tyler Hoffman
        """),
    )
    yield published("lmp3-drivers", as_of="ATL-2")
    yield published("gsx-drivers", as_of="VIR-2")
    yield published("lmp3-bronze", as_of="VIR-2")
    yield published("gsx-bronze", as_of="VIR-2")
    yield published("lmp3-teams", as_of="VIR-2")
    yield published("gsx-teams", as_of="VIR-2")
    yield published("gsx-manufacturers", as_of="VIR-2")


# --- How notation becomes facts ---


def step(key: str, section: str, *facts: Event) -> Step:
    """A step of these facts."""
    return Step(key, section, facts)


def rounds(table: str) -> Iterator[RoundScheduled | RaceScheduled]:
    """Number, code, country, first day, last day and circuit of each round, which has two races."""
    for number, code, country, *days, circuit in cells(table):
        first, last = (datetime.date.fromisoformat(day) for day in days)
        yield RoundScheduled(int(number), code, circuit, country, starts_on=first, ends_on=last)
        yield RaceScheduled(f"{code}-1", int(number))
        yield RaceScheduled(f"{code}-2", int(number))


def drivers(*named: str) -> Iterator[DriverRegistered]:
    """Drivers as the article names them: ``"USA Luca Mars"``."""
    for one in named:
        country, name = flag_and_name(one)
        yield DriverRegistered(slug(name), name, country)


def entries(car_class: str, table: str, from_race: str | None = None) -> Iterator[DriverRegistered | EntryRegistered]:
    """Number, team, car and driver of new entries, whose drivers are new to the season too.

    A car's name begins with its make. ``from_race`` is the first race of cars that join in mid-season.
    """
    for number, team, car, driver in cells(table):
        yield from drivers(driver)
        country, team_name = flag_and_name(team)
        make = next(make for make in MAKES if car.startswith(make))
        crew = (slug(flag_and_name(driver)[1]),)
        yield EntryRegistered(number, car_class, team_name, slug(make), car, crew, country, from_race=from_race)


def bronze(code: str, cup: str, *named: str) -> Step:
    """Drivers who come to a cup with the round ``code``: they are rated bronze."""
    return step(
        f"{code}/{cup}",
        f"section Championship Standings, {TITLES[cup]}",
        *(DriverRated(slug(name), "bronze") for name in named),
    )


def result(race: str, car_class: str, order: str, *, did_not_start: str = "") -> Step:
    """One class of one race: the cars in the order in which they were classified, and those that missed the start.

    The article does not tell provisional results from official ones; they are recorded as official.
    """
    return step(
        f"{race}/{car_class}",
        LMP3_PLACES if car_class == "LMP3" else GSX_PLACES,
        *(DidNotStart(race, car) for car in did_not_start.split()),
        RaceClassified(race, car_class, tuple(Line(place, car) for place, car in enumerate(order.split(), start=1))),
    )


def winners(table: str) -> WinnersPublished:
    """Race, car and driver that won LMP3, driver that won GSX; ``-`` for a car that is lost."""
    printed = []
    for race, car, lmp3, gsx in cells(table):
        printed.append(PublishedWinner(race, "LMP3", slug(lmp3), None if car == "-" else car))
        printed.append(PublishedWinner(race, "GSX", slug(gsx)))
    return WinnersPublished(tuple(printed))


def published(championship: str, *, as_of: str) -> Step:
    """A table as printed, from the file that is named for its championship.

    The first line names the rounds, with two races each. The others are position, name, a result for each race (``-``
    is an empty one) and points. A team is known by its ``#59``, any other competitor by the slug of its name.
    """
    heading, *lines = (PUBLISHED / f"{championship}.txt").read_text(encoding="utf-8").splitlines()
    races = tuple(f"{code}-{number}" for code in heading.split()[1:-1] for number in (1, 2))
    rows = []
    for line in lines:
        position, *middle, total = line.split()
        name, results = middle[: -len(races)], middle[-len(races) :]
        rows.append(
            PublishedRow(
                name[0] if name[0].startswith("#") else slug(" ".join(name)),
                int(position),
                read_points(total),
                tuple(None if result == "-" else result for result in results),
            )
        )
    return step(
        f"published/{championship}",
        f"section Championship Standings, {TITLES[championship]}",
        StandingsPublished(championship, as_of, tuple(rows), races),
    )


def cells(table: str) -> Iterator[list[str]]:
    """The cells of each line of a table, which two spaces or more divide."""
    for line in table.strip().splitlines():
        yield re.split(" {2,}", line.strip())


def flag_and_name(text: str) -> tuple[str | None, str]:
    """``"USA Luca Mars"`` as country and name; ``---`` is for a country that is not known."""
    country, name = text.split(maxsplit=1)
    return None if country == "---" else country, name


def slug(name: str) -> str:
    """``"Luca Mars"`` as ``"luca-mars"``."""
    return "-".join(name.lower().split())


# --- Append it ---


def main() -> int:
    """Appends what the ledger does not hold yet, and says how much that was; the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--ledger",
        metavar="PATH",
        default=os.environ.get("PARC_LEDGER") or "season.parc",
        help="the ledger to append to; a missing one is created (default: $PARC_LEDGER, else season.parc)",
    )
    try:
        with Ledger.open(parser.parse_args().ledger) as ledger:
            target = ledger.season(SEASON)
            before = target.version_seen()
            total = 0
            for one in season():
                total += len(one.facts)
                target.append(*one.facts, key=one.key, source=f"{ARTICLE}, {one.section}", recorded_by=RECORDED_BY)
            after = target.version_seen()
    except LedgerError as error:
        print(f"{SEASON}: {error}", file=sys.stderr)
        return 2
    if after > before:
        count = "1 event" if after - before == 1 else f"{after - before} events"
        print(f"{SEASON}: {count} appended, {after} in the season")
    else:
        print(f"{SEASON}: nothing to append: all {total} events are there")
    return 0


if __name__ == "__main__":
    sys.exit(main())
