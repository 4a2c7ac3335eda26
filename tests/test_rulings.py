"""What is decided after the flag: small seasons with rulings, and the orders and tables that follow, as text."""

from fractions import Fraction
from inspect import cleandoc

import pytest
from attrs import evolve

from events import (
    Bonus,
    ClassificationAmended,
    CompetitorExcluded,
    CountedPart,
    DidNotStart,
    Disqualified,
    DriverAssigned,
    Event,
    Line,
    MovedDown,
    MovedToPlace,
    MovedToRear,
    PointsDeducted,
    PointsRestored,
    PointsScaleAdopted,
    PointsWithheld,
    PoleTaken,
    PublishedRow,
    RaceCancelled,
    RaceClassified,
    RacePostponed,
    RaceShortened,
    ResultsAnnulled,
    Rules,
    RulingRescinded,
    StandingsPublished,
    TimePenaltyImposed,
    points,
    points_text,
)
from ledger.scrutineering import scrutinise
from ledger.testing import recorded
from projections import Book, audit, calendar, fold, progression, race_order, race_result, standings, why
from projections.order import classification
from projections.rulings import Docket
from tests.clubcup import DRIVERS, FRAME, MAKES, OULTON, TEAMS, book, result, table

STEWARDS = ("stewards", "contact")
"""Authority and reason."""
HALF = Fraction(1, 2)


def admitted(*told: Event, start: Book | None = None) -> Book:
    """The season with the rulings, each of which scrutineering admits on what came before it."""
    known = book(TEAMS) if start is None else start.copy()
    for event in told:
        assert () == scrutinise(known, (event,)), event
        known.file(event, known.known_at + 1)
    return known


def order(known: Book, race: str = "OUL-1", as_of: str | None = None) -> str:
    """The first class of a race as it stands: its status, then the cars in order with what they are shown as."""
    shown = race_result(known, race, as_of).classes[0]
    cars = (f"#{line.car}" if line.place else f"{line.shown}#{line.car}" for line in shown.lines)
    return f"{shown.status}: {' '.join(cars)}"


def back(position: int, counts_from: str | None = None) -> RulingRescinded:
    """The ruling at a position is taken back."""
    return RulingRescinded(position, "court of appeal", "new evidence", counts_from)


def out(car: str, counts_from: str | None = None) -> Disqualified:
    """A car is disqualified from the first race."""
    return Disqualified("OUL-1", car, *STEWARDS, counts_from)


def down(car: str, places: int = 1, counts_from: str | None = None) -> MovedDown:
    """A car loses places in the first race."""
    return MovedDown("OUL-1", car, places, *STEWARDS, counts_from)


def rear(car: str, counts_from: str | None = None) -> MovedToRear:
    """A car is moved to the rear of the first race."""
    return MovedToRear("OUL-1", car, *STEWARDS, counts_from)


def to(car: str, place: int) -> MovedToPlace:
    """A car is moved to a place of the first race."""
    return MovedToPlace("OUL-1", car, place, *STEWARDS)


def amend(placed: str, counts_from: str | None = None, **others: str) -> ClassificationAmended:
    """A new order of the first race."""
    return ClassificationAmended("OUL-1", "GT", result("OUL-1", placed, **others).lines, *STEWARDS, counts_from)


PROVISIONAL = evolve(OULTON, status="provisional")


# The order. The classification is record 29, the first ruling record 30.

ORDERS: list[tuple[str, tuple[Event, ...], str]] = [
    ("as classified", (OULTON,), "official: #1 #2 #3 #4 #5"),
    ("as classified, and not official yet", (PROVISIONAL,), "provisional: #1 #2 #3 #4 #5"),
    ("who is disqualified loses its place, and those behind move up", (OULTON, out("2")), "amended: #1 #3 #4 #5 DSQ#2"),
    ("a disqualification of the last car changes nobody else", (OULTON, out("5")), "amended: #1 #2 #3 #4 DSQ#5"),
    (
        "the only car that finished may be disqualified",
        (result("OUL-1", "1", DNF="2"), out("1")),
        "amended: DNF#2 DSQ#1",
    ),
    ("a car that retired is disqualified", (result("OUL-1", "1 2", DNF="3 4"), out("3")), "amended: #1 #2 DNF#4 DSQ#3"),
    ("a car moves down by places", (OULTON, down("1", 2)), "amended: #2 #3 #1 #4 #5"),
    ("a car moves to the rear of its class", (OULTON, rear("2")), "amended: #1 #3 #4 #5 #2"),
    ("a car that is last stays there", (OULTON, rear("5")), "amended: #1 #2 #3 #4 #5"),
    (
        "the rear is before those without a place",
        (result("OUL-1", "1 2 3", DNF="4"), rear("1")),
        "amended: #2 #3 #1 DNF#4",
    ),
    ("a car moves down to a place", (OULTON, to("1", 4)), "amended: #2 #3 #4 #1 #5"),
    ("or up to one", (OULTON, to("4", 1)), "amended: #4 #1 #2 #3 #5"),
    (
        "a penalty is for the place that a disqualification gave",
        (OULTON, out("1"), down("3", 2)),
        "amended: #2 #4 #5 #3 DSQ#1",
    ),
    (
        "a disqualification is after the penalty that came first",
        (OULTON, down("1", 2), out("2")),
        "amended: #3 #1 #4 #5 DSQ#2",
    ),
    (
        "a car is penalised twice, and ends up where both take it",
        (OULTON, down("1"), down("1", 2)),
        "amended: #2 #3 #4 #1 #5",
    ),
    ("two cars move to the rear, the later ruling behind", (OULTON, rear("1"), rear("2")), "amended: #3 #4 #5 #1 #2"),
    ("whoever was moved is moved by others' penalties too", (OULTON, to("5", 1), down("1")), "amended: #5 #2 #1 #3 #4"),
    (
        "a rescission leaves the order as if the ruling had never been",
        (OULTON, down("1", 2), out("2"), back(30)),
        "amended: #1 #3 #4 #5 DSQ#2",
    ),
    (
        "a penalty past the end of what a rescission left makes the car last",
        (result("OUL-1", "1 2 3"), amend("1 2 3 4 5"), down("1", 4), back(30)),
        "amended: #2 #3 #1",
    ),
    (
        "so does a place past the end",
        (result("OUL-1", "1 2 3"), amend("1 2 3 4 5"), to("1", 5), back(30)),
        "amended: #2 #3 #1",
    ),
    ("a car that was penalised is disqualified", (OULTON, down("1"), out("1")), "amended: #2 #3 #4 #5 DSQ#1"),
    (
        "a penalty of a car that an amendment left out does nothing once that stands again",
        (OULTON, amend("1 2 3 4", DSQ="5"), back(30), down("4"), back(31)),
        "amended: #1 #2 #3 #4 DSQ#5",
    ),
    (
        "a rescission is rescinded, and the ruling stands again",
        (OULTON, out("2"), back(30), back(31)),
        "amended: #1 #3 #4 #5 DSQ#2",
    ),
    ("and that again", (OULTON, out("2"), back(30), back(31), back(32)), "official: #1 #2 #3 #4 #5"),
    (
        "a ruling that stands again applies where it was recorded",
        (OULTON, down("1"), back(30), out("2"), back(31)),
        "amended: #1 #3 #4 #5 DSQ#2",
    ),
    ("an amendment states the whole order", (OULTON, amend("5 4 3 2 1")), "amended: #5 #4 #3 #2 #1"),
    ("and spends the rulings before it", (OULTON, out("2"), amend("5 4 3 2 1")), "amended: #5 #4 #3 #2 #1"),
    ("later rulings apply to it", (OULTON, amend("5 4 3 2 1"), down("5")), "amended: #4 #5 #3 #2 #1"),
    (
        "a rescission of a spent ruling changes nothing while the amendment stands",
        (OULTON, out("2"), amend("5 4 3 1", DSQ="2"), back(30)),
        "amended: #5 #4 #3 #1 DSQ#2",
    ),
    (
        "without the amendment it holds",
        (OULTON, out("2"), amend("5 4 3 1", DSQ="2"), back(30), back(31)),
        "official: #1 #2 #3 #4 #5",
    ),
    (
        "a rescinded amendment gives back what it spent",
        (OULTON, out("2"), amend("5 4 3 2 1"), down("5"), back(31)),
        "amended: #1 #3 #4 #5 DSQ#2",
    ),
    (
        "the newest amendment holds",
        (OULTON, amend("5 4 3 2 1"), amend("3 1 2", NC="4 5")),
        "amended: #3 #1 #2 NC#4 NC#5",
    ),
    (
        "or the one before it, where that is taken back",
        (OULTON, amend("5 4 3 2 1"), amend("3 1 2", NC="4 5"), back(31)),
        "amended: #5 #4 #3 #2 #1",
    ),
    (
        "an amendment leaves a car out, or brings one in",
        (result("OUL-1", "1 2 3"), amend("1 4 2")),
        "amended: #1 #4 #2",
    ),
    ("the order that stands is amended to itself", (OULTON, amend("1 2 3 4 5")), "amended: #1 #2 #3 #4 #5"),
    (
        "the official result spends what came after the provisional one",
        (PROVISIONAL, out("1"), down("2"), result("OUL-1", "2 1 3 4 5")),
        "official: #2 #1 #3 #4 #5",
    ),
    (
        "and takes later rulings",
        (PROVISIONAL, out("1"), result("OUL-1", "2 1 3 4 5"), out("3")),
        "amended: #2 #1 #4 #5 DSQ#3",
    ),
    (
        "a provisional amendment is spent by the official result",
        (PROVISIONAL, amend("5 4 3 2 1"), OULTON),
        "official: #1 #2 #3 #4 #5",
    ),
    (
        "who missed the start is listed behind whoever was penalised",
        (result("OUL-1", "1 2 3 4"), DidNotStart("OUL-1", "5"), out("4"), rear("1")),
        "amended: #2 #3 #1 DSQ#4 DNS#5",
    ),
]


@pytest.mark.parametrize(("truth", "told", "expected"), ORDERS)
def test_rulings_apply_in_the_order_of_the_log(truth: str, told: tuple[Event, ...], expected: str) -> None:
    """Each ruling applies to the order that the one before it left; a statement of the whole order spends them."""
    assert expected == order(admitted(*told)), truth


def test_a_result_stands_on_the_newest_statement_of_it() -> None:
    """A classification tells the records that state the order, and which rulings that hold are contained in them."""
    known = admitted(OULTON, out("2"), down("1"), amend("5 4 3 2 1"), down("5"), out("3", "SIL"), back(31))
    told = [classification(known, Docket(known, races), "OUL-1", "GT") for races in (("OUL-1",), known.races)]
    assert [((32,), (30,))] * 2 == [(one.records, one.spent) for one in told if one is not None]
    rescinded = admitted(back(32), start=known)
    whole = classification(rescinded, Docket(rescinded, known.races), "OUL-1", "GT")
    assert whole is not None
    assert ((29,), ()) == (whole.records, whole.spent)


# Time penalties.


def timed(*lines: tuple[str, int | None, int | None]) -> RaceClassified:
    """A classification of cars with laps and gaps, in order of place."""
    return RaceClassified(
        "OUL-1",
        "GT",
        tuple(Line(place, car, "finished", laps, gap) for place, (car, laps, gap) in enumerate(lines, start=1)),
    )


def late(car: str, added_ms: int) -> TimePenaltyImposed:
    """Time is added to what a car took for the first race."""
    return TimePenaltyImposed("OUL-1", car, added_ms, *STEWARDS)


FIVE = timed(("1", 30, 0), ("2", 30, 4_000), ("3", 30, 9_000), ("4", 29, 1_000), ("5", 28, None))
TIMES: list[tuple[str, tuple[Event, ...], str]] = [
    ("a car falls behind each that was faster then", (FIVE, late("1", 5_000)), "amended: #2 #1 #3 #4 #5"),
    ("or behind all of its lap", (FIVE, late("1", 60_000)), "amended: #2 #3 #1 #4 #5"),
    ("and never behind one that is a lap down", (FIVE, late("3", 60_000)), "amended: #1 #2 #3 #4 #5"),
    ("a car that is still faster keeps its place", (FIVE, late("1", 3_999)), "amended: #1 #2 #3 #4 #5"),
    ("of equal times who crossed the line first stays ahead", (FIVE, late("1", 4_000)), "amended: #1 #2 #3 #4 #5"),
    ("penalties add up", (FIVE, late("1", 3_000), late("1", 3_000)), "amended: #2 #1 #3 #4 #5"),
    (
        "two cars are penalised, each against the other's time",
        (FIVE, late("2", 10_000), late("1", 13_500)),
        "amended: #3 #1 #2 #4 #5",
    ),
    ("the other way round they end up alike", (FIVE, late("1", 13_500), late("2", 10_000)), "amended: #3 #1 #2 #4 #5"),
    ("of equal times after two penalties too", (FIVE, late("1", 10_000), late("2", 6_000)), "amended: #3 #1 #2 #4 #5"),
    ("whichever was decided first", (FIVE, late("2", 6_000), late("1", 10_000)), "amended: #3 #1 #2 #4 #5"),
    (
        "a lapped car falls behind those of its own lap",
        (timed(("1", 30, 0), ("2", 29, 1_000), ("3", 29, 2_000), ("4", 28, 0)), late("2", 5_000)),
        "amended: #1 #3 #2 #4",
    ),
    (
        "laps that nobody counted are equal",
        (timed(("1", None, 0), ("2", None, 4_000)), late("1", 5_000)),
        "amended: #2 #1",
    ),
    (
        "a car that is not timed is a lap down, and nobody falls behind it",
        (timed(("1", 30, 0), ("2", 30, 4_000), ("3", 29, None)), late("1", 5_000)),
        "amended: #2 #1 #3",
    ),
    (
        "a rescinded penalty leaves the others",
        (FIVE, late("1", 5_000), late("2", 6_000), back(30)),
        "amended: #1 #3 #2 #4 #5",
    ),
    (
        "a penalty is added for who was moved by the stewards before",
        (FIVE, rear("3"), late("1", 5_000)),
        "amended: #2 #1 #4 #5 #3",
    ),
    (
        "an amendment starts the clock anew",
        (FIVE, late("1", 3_000), ClassificationAmended("OUL-1", "GT", FIVE.lines, *STEWARDS), late("1", 3_000)),
        "amended: #1 #2 #3 #4 #5",
    ),
]


@pytest.mark.parametrize(("truth", "told", "expected"), TIMES)
def test_a_time_penalty_ranks_by_laps_and_time(truth: str, told: tuple[Event, ...], expected: str) -> None:
    """Time added moves a car behind those of its lap whose time, penalties included, is then less."""
    assert expected == order(admitted(*told)), truth


def test_a_result_marks_what_rulings_changed() -> None:
    """Each line tells the place that it was classified in, its penalty time, and the rulings that named or moved it."""
    known = admitted(FIVE, late("1", 5_000), out("3"), PointsWithheld("OUL-1", *STEWARDS, "stay", "4"))
    lines = [
        f"{line.classified} -> {line.shown} #{line.car} +{line.added_ms} gap {line.gap_ms} "
        f"{list(line.rulings)} {list(line.records)}"
        for line in race_result(known, "OUL-1").classes[0].lines
    ]
    expected = """
        2 -> 1 #2 +0 gap 4000 [30] [23, 29, 30]
        1 -> 2 #1 +5000 gap 0 [30] [22, 29, 30]
        4 -> 3 #4 +0 gap 1000 [31, 32] [25, 29, 31]
        5 -> 4 #5 +0 gap None [31] [26, 29, 31]
        3 -> DSQ #3 +0 gap 9000 [31] [24, 29, 31]
        """
    assert cleandoc(expected) == "\n".join(lines)


def test_a_car_that_an_amendment_brought_in_was_not_classified() -> None:
    """Beside the others' places before the amendment it has none."""
    known = admitted(result("OUL-1", "1 2 3"), amend("1 4 2"))
    lines = [(one.car, one.classified, one.rulings) for one in race_result(known, "OUL-1").classes[0].lines]
    assert [("1", "1", ()), ("4", None, (30,)), ("2", "2", (30,))] == lines


# From which race on a ruling shows.

SEASON = (OULTON, result("OUL-2", "1 2"), result("DON", "1 2"), result("SIL", "1 2"))
"""Records 29 to 32."""
SINCE: list[tuple[str, tuple[Event, ...], str]] = [
    (
        "from the race that it concerns",
        (out("1"),),
        """
        OUL-1: amended: #2 #3 #4 #5 DSQ#1
        OUL-2: amended: #2 #3 #4 #5 DSQ#1
        DON: amended: #2 #3 #4 #5 DSQ#1
        SIL: amended: #2 #3 #4 #5 DSQ#1
        """,
    ),
    (
        "or from a later one",
        (out("1", "DON"),),
        """
        OUL-1: official: #1 #2 #3 #4 #5
        OUL-2: official: #1 #2 #3 #4 #5
        DON: amended: #2 #3 #4 #5 DSQ#1
        SIL: amended: #2 #3 #4 #5 DSQ#1
        """,
    ),
    (
        "or from the last",
        (out("1", "SIL"),),
        """
        OUL-1: official: #1 #2 #3 #4 #5
        OUL-2: official: #1 #2 #3 #4 #5
        DON: official: #1 #2 #3 #4 #5
        SIL: amended: #2 #3 #4 #5 DSQ#1
        """,
    ),
    (
        "a rescission counts from where its ruling does",
        (out("1", "DON"), back(33)),
        """
        OUL-1: official: #1 #2 #3 #4 #5
        OUL-2: official: #1 #2 #3 #4 #5
        DON: official: #1 #2 #3 #4 #5
        SIL: official: #1 #2 #3 #4 #5
        """,
    ),
    (
        "or from later: until then the ruling holds",
        (out("1"), back(33, "DON")),
        """
        OUL-1: amended: #2 #3 #4 #5 DSQ#1
        OUL-2: amended: #2 #3 #4 #5 DSQ#1
        DON: official: #1 #2 #3 #4 #5
        SIL: official: #1 #2 #3 #4 #5
        """,
    ),
    (
        "a rescission of the rescission is as if that had never been",
        (out("1"), back(33, "DON"), back(34)),
        """
        OUL-1: amended: #2 #3 #4 #5 DSQ#1
        OUL-2: amended: #2 #3 #4 #5 DSQ#1
        DON: amended: #2 #3 #4 #5 DSQ#1
        SIL: amended: #2 #3 #4 #5 DSQ#1
        """,
    ),
    (
        "or counts from later too",
        (out("1"), back(33, "OUL-2"), back(34, "SIL")),
        """
        OUL-1: amended: #2 #3 #4 #5 DSQ#1
        OUL-2: official: #1 #2 #3 #4 #5
        DON: official: #1 #2 #3 #4 #5
        SIL: amended: #2 #3 #4 #5 DSQ#1
        """,
    ),
    (
        "a ruling and its rescission count from the same race",
        (out("1", "DON"), back(33, "DON")),
        """
        OUL-1: official: #1 #2 #3 #4 #5
        OUL-2: official: #1 #2 #3 #4 #5
        DON: official: #1 #2 #3 #4 #5
        SIL: official: #1 #2 #3 #4 #5
        """,
    ),
    (
        "a rescission that counts before its ruling leaves nothing of it",
        (out("1", "SIL"), back(33, "OUL-1")),
        """
        OUL-1: official: #1 #2 #3 #4 #5
        OUL-2: official: #1 #2 #3 #4 #5
        DON: official: #1 #2 #3 #4 #5
        SIL: official: #1 #2 #3 #4 #5
        """,
    ),
    (
        "of two rulings each shows from its own race",
        (down("1", 1, "DON"), down("1", 1, "OUL-2")),
        """
        OUL-1: official: #1 #2 #3 #4 #5
        OUL-2: amended: #2 #1 #3 #4 #5
        DON: amended: #2 #3 #1 #4 #5
        SIL: amended: #2 #3 #1 #4 #5
        """,
    ),
    (
        "an amendment spends what came before it from its own race on",
        (out("1"), amend("5 4 3 2 1", "DON")),
        """
        OUL-1: amended: #2 #3 #4 #5 DSQ#1
        OUL-2: amended: #2 #3 #4 #5 DSQ#1
        DON: amended: #5 #4 #3 #2 #1
        SIL: amended: #5 #4 #3 #2 #1
        """,
    ),
    (
        "rulings apply in the order of the log, whatever they count from",
        (down("1", 1, "SIL"), down("2", 1, "DON")),
        """
        OUL-1: official: #1 #2 #3 #4 #5
        OUL-2: official: #1 #2 #3 #4 #5
        DON: amended: #1 #3 #2 #4 #5
        SIL: amended: #1 #2 #3 #4 #5
        """,
    ),
]


@pytest.mark.parametrize(("truth", "told", "expected"), SINCE)
def test_a_ruling_shows_from_a_race_on(truth: str, told: tuple[Event, ...], expected: str) -> None:
    """As of an earlier race the order is as it was; each race of the season is asked about in its turn."""
    known = admitted(*SEASON, *told)
    assert cleandoc(expected) == "\n".join(
        f"{race}: {order(known, as_of=race)}" for race in ("OUL-1", "OUL-2", "DON", "SIL")
    ), truth


# Tables.

LOW = (PointsScaleAdopted("low", points(1, 2, 3, 4, 5), Fraction(6), "rising"),)
SAILING = evolve(TEAMS, scale="low", wins="fewest", unplaced="after-last-entry")
CUP = ("cup",)
TABLES: list[tuple[str, Rules, tuple[Event, ...], str]] = [
    (
        "a disqualified car scores nothing, and those behind score for their new places",
        TEAMS,
        (OULTON, out("1")),
        """
        pos  competitor  OUL-1  points
          1  #2              1      10
          2  #3              2       8
          3  #4              3       6
          4  #5              4       4
          5  #1            DSQ       0
        """,
    ),
    (
        "withheld points go to nobody, and the place stays",
        TEAMS,
        (OULTON, PointsWithheld("OUL-1", *STEWARDS, "stay", "2")),
        """
        pos  competitor  OUL-1  points
          1  #1              1      10
          2  #3              3       6
          3  #4              4       4
          4  #5              5       1
          5  #2              2       0
        """,
    ),
    (
        "or the next cars score as if it had not been there",
        TEAMS,
        (OULTON, PointsWithheld("OUL-1", *STEWARDS, "move-up", "2")),
        """
        pos  competitor  OUL-1  points
          1  #1              1      10
          2  #3              2       8
          3  #4              3       6
          4  #5              4       4
          5  #2              2       0
        """,
    ),
    (
        "the table may show the places in the class",
        evolve(TEAMS, shown="class"),
        (OULTON, PointsWithheld("OUL-1", *STEWARDS, "move-up", "2")),
        """
        pos  competitor  OUL-1  points
          1  #1              1      10
          2  #3              3       8
          3  #4              4       6
          4  #5              5       4
          5  #2              2       0
        """,
    ),
    (
        "two cars whose points are withheld move those behind up by two, and by one between them",
        TEAMS,
        (
            OULTON,
            PointsWithheld("OUL-1", *STEWARDS, "move-up", "2"),
            PointsWithheld("OUL-1", *STEWARDS, "move-up", "4"),
        ),
        """
        pos  competitor  OUL-1  points
          1  #1              1      10
          2  #3              2       8
          3  #5              3       6
          4  #2              2       0
          4  #4              4       0
        """,
    ),
    (
        "re-ranked places close up behind a car that moves nobody",
        evolve(TEAMS, place="re-ranked", competitors=("#2", "#3", "#5")),
        (OULTON, PointsWithheld("OUL-1", *STEWARDS, "stay", "3")),
        """
        pos  competitor  OUL-1  points
          1  #2              1      10
          2  #5              3       6
          3  #3              3       0
        """,
    ),
    (
        "or as if it had not been there",
        evolve(TEAMS, place="re-ranked", competitors=("#2", "#3", "#5")),
        (OULTON, PointsWithheld("OUL-1", *STEWARDS, "move-up", "3")),
        """
        pos  competitor  OUL-1  points
          1  #2              1      10
          2  #5              2       8
          3  #3              3       0
        """,
    ),
    (
        "only in some championships",
        TEAMS,
        (OULTON, PointsWithheld("OUL-1", *STEWARDS, "stay", "2", None, CUP)),
        """
        pos  competitor  OUL-1  points
          1  #1              1      10
          2  #3              3       6
          3  #4              4       4
          4  #5              5       1
          5  #2              2       0
        """,
    ),
    (
        "and not in the others",
        TEAMS,
        (OULTON, PointsWithheld("OUL-1", *STEWARDS, "stay", "2", None, ("another",))),
        """
        pos  competitor  OUL-1  points
          1  #1              1      10
          2  #2              2       8
          3  #3              3       6
          4  #4              4       4
          5  #5              5       1
        """,
    ),
    (
        "those behind move up for a car of which nobody competes here",
        evolve(DRIVERS, competitors=("bob", "fay")),
        (OULTON, PointsWithheld("OUL-1", *STEWARDS, "move-up", "1")),
        """
        pos  competitor  OUL-1  points
          1  bob             1      10
          2  fay             4       4
        """,
    ),
    (
        "a driver of a shared car scores nothing, and the other as before",
        DRIVERS,
        (OULTON, PointsWithheld("OUL-1", *STEWARDS, "move-up", None, "eve")),
        """
        pos  competitor  OUL-1  points
          1  ann             1      10
          2  bob             2       8
          3  cid             3       6
          4  dee             4       4
          5  fay             5       1
          6  eve             5       0
        """,
    ),
    (
        "where the points are divided, the others divide them",
        evolve(DRIVERS, shared_car="split"),
        (result("OUL-1", "5 1"), PointsWithheld("OUL-1", *STEWARDS, "stay", "5", "eve")),
        """
        pos  competitor  OUL-1  points
          1  fay             1      10
          2  ann             2       8
          3  eve             1       0
        """,
    ),
    (
        "among three, two divide them",
        evolve(DRIVERS, shared_car="split"),
        (
            DriverAssigned("5", "gil", "OUL-1"),
            result("OUL-1", "5 1"),
            PointsWithheld("OUL-1", *STEWARDS, "stay", None, "gil"),
        ),
        """
        pos  competitor  OUL-1  points
          1  ann             2       8
          2  eve             1       5
          2  fay             1       5
          4  gil             1       0
        """,
    ),
    (
        "with all drivers of a car out the next move up",
        DRIVERS,
        (
            result("OUL-1", "5 1"),
            PointsWithheld("OUL-1", *STEWARDS, "move-up", None, "eve"),
            PointsWithheld("OUL-1", *STEWARDS, "move-up", None, "fay"),
        ),
        """
        pos  competitor  OUL-1  points
          1  ann             1      10
          2  eve             1       0
          2  fay             1       0
        """,
    ),
    (
        "a driver's points are withheld, and the team keeps its own",
        TEAMS,
        (OULTON, PointsWithheld("OUL-1", *STEWARDS, "move-up", None, "ann")),
        """
        pos  competitor  OUL-1  points
          1  #1              1      10
          2  #2              2       8
          3  #3              3       6
          4  #4              4       4
          5  #5              5       1
        """,
    ),
    (
        "who scores nothing has no bonus either",
        evolve(TEAMS, bonuses=(Bonus("pole", Fraction(1)),)),
        (result("OUL-1", "1 2"), PoleTaken("OUL-1", "1"), PointsWithheld("OUL-1", *STEWARDS, "stay", "1")),
        """
        pos  competitor  OUL-1  points
          1  #2              2       8
          2  #1              1       0
        """,
    ),
    (
        "the second car of a make counts where the first may not",
        evolve(MAKES, cars=1),
        (OULTON, PointsWithheld("OUL-1", *STEWARDS, "stay", "1")),
        """
        pos  competitor  OUL-1  points
          1  ford            2       8
          2  kia             3       6
          3  opel            5       1
        """,
    ),
    (
        "annulled results are worth nothing, and nobody moves up",
        TEAMS,
        (
            OULTON,
            result("OUL-2", "2 1"),
            result("DON", "2 1"),
            ResultsAnnulled("cup", "#2", ("OUL-1", "OUL-2"), *STEWARDS),
        ),
        """
        pos  competitor  OUL-1  OUL-2  DON  points
          1  #1              1      2    2      26
          2  #2              2      1    1      10
          3  #3              3      -    -       6
          4  #4              4      -    -       4
          5  #5              5      -    -       1
        """,
    ),
    (
        "nobody moves up where places are re-ranked either",
        evolve(MAKES, cars=1, place="re-ranked"),
        (OULTON, ResultsAnnulled("cup", "ford", ("OUL-1",), *STEWARDS)),
        """
        pos  competitor  OUL-1  points
          1  kia             3       6
          2  opel            4       4
          3  ford            1       0
        """,
    ),
    (
        "points are taken from a total, and given",
        TEAMS,
        (
            OULTON,
            PointsDeducted("cup", "#1", Fraction(7, 2), *STEWARDS, "OUL-1"),
            PointsRestored("cup", "#3", Fraction(1, 3), *STEWARDS, "OUL-1"),
        ),
        """
        pos  competitor  OUL-1  points
          1  #2              2       8
          2  #1              1     6.5
          3  #3              3   6 1/3
          4  #4              4       4
          5  #5              5       1
        """,
    ),
    (
        "a total may fall below nothing, and whoever has no result may have one",
        evolve(TEAMS, appears="placed"),
        (
            result("OUL-1", "1 2"),
            PointsDeducted("cup", "#2", Fraction(10), *STEWARDS, "OUL-1"),
            PointsDeducted("cup", "#4", Fraction(5), *STEWARDS, None, "OUL-1"),
        ),
        """
        pos  competitor  OUL-1  points
          1  #1              1      10
          2  #2              2      -2
          3  #4              -      -5
        """,
    ),
    (
        "a deduction comes after dropped results, and is not dropped",
        evolve(TEAMS, counting=(CountedPart(best=1),)),
        (result("OUL-1", "1 2"), result("OUL-2", "1 2"), PointsDeducted("cup", "#1", Fraction(15), *STEWARDS, "OUL-1")),
        """
        pos  competitor  OUL-1  OUL-2  points
          1  #2              2      2       8
          2  #1              1      1      -5
        """,
    ),
    (
        "a deduction from a team does not touch its driver",
        DRIVERS,
        (OULTON, PointsDeducted("cup", "ann", Fraction(3), *STEWARDS, "OUL-1")),
        """
        pos  competitor  OUL-1  points
          1  bob             2       8
          2  ann             1       7
          3  cid             3       6
          4  dee             4       4
          5  eve             5       1
          5  fay             5       1
        """,
    ),
    (
        "a shortened race that is rescinded pays in full",
        TEAMS,
        (result("OUL-1", "1 2"), RaceShortened("OUL-1", HALF), back(30)),
        """
        pos  competitor  OUL-1  points
          1  #1              1      10
          2  #2              2       8
        """,
    ),
    (
        "a race may be shortened to nothing",
        TEAMS,
        (result("OUL-1", "1 2"), RaceShortened("OUL-1", Fraction(0))),
        """
        pos  competitor  OUL-1  points
          1  #1              1       0
          2  #2              2       0
        """,
    ),
    (
        "rulings on points are not spent by an amendment",
        TEAMS,
        (
            result("OUL-1", "1 2 3"),
            PointsWithheld("OUL-1", *STEWARDS, "move-up", "2"),
            RaceShortened("OUL-1", HALF),
            amend("2 3 1"),
        ),
        """
        pos  competitor  OUL-1  points
          1  #3              1       5
          2  #1              2       4
          3  #2              1       0
        """,
    ),
    (
        "where the fewest points win, withheld ones are those of who did not come",
        SAILING,
        (*LOW, OULTON, PointsWithheld("OUL-1", *STEWARDS, "stay", "1")),
        """
        pos  competitor  OUL-1  points
          1  #2              2       2
          2  #3              3       3
          3  #4              4       4
          4  #5              5       5
          5  #1              1       6
        """,
    ),
    (
        "and so are annulled ones",
        SAILING,
        (*LOW, OULTON, ResultsAnnulled("cup", "#1", ("OUL-1",), *STEWARDS)),
        """
        pos  competitor  OUL-1  points
          1  #2              2       2
          2  #3              3       3
          3  #4              4       4
          4  #5              5       5
          5  #1              1       6
        """,
    ),
]


@pytest.mark.parametrize(("truth", "rules", "told", "expected"), TABLES)
def test_rulings_change_a_table(truth: str, rules: Rules, told: tuple[Event, ...], expected: str) -> None:
    """What rulings make of a table, whatever they leave of the order."""
    assert cleandoc(expected) == table(rules, *told), truth


def totals(known: Book, as_of: str | None = None) -> str:
    """The table in a line: positions, competitors and points; ``out`` for who is excluded."""
    return ", ".join(
        f"{'out' if row.position is None else row.position} {row.competitor} {points_text(row.points)}"
        for row in standings(known, "cup", as_of).rows
    )


FROM: list[tuple[str, tuple[Event, ...], str]] = [
    (
        "a deduction for a race",
        (PointsDeducted("cup", "#1", Fraction(9), *STEWARDS, "OUL-2"),),
        """
        OUL-1: 1 #1 10, 2 #2 8
        OUL-2: 1 #2 16, 2 #1 11
        DON: 1 #2 24, 2 #1 21
        SIL: 1 #2 32, 2 #1 31
        """,
    ),
    (
        "that counts from a later one",
        (PointsDeducted("cup", "#1", Fraction(9), *STEWARDS, "OUL-2", "SIL"),),
        """
        OUL-1: 1 #1 10, 2 #2 8
        OUL-2: 1 #1 20, 2 #2 16
        DON: 1 #1 30, 2 #2 24
        SIL: 1 #2 32, 2 #1 31
        """,
    ),
    (
        "a deduction for no race in particular",
        (PointsDeducted("cup", "#1", Fraction(9), *STEWARDS, None, "DON"),),
        """
        OUL-1: 1 #1 10, 2 #2 8
        OUL-2: 1 #1 20, 2 #2 16
        DON: 1 #2 24, 2 #1 21
        SIL: 1 #2 32, 2 #1 31
        """,
    ),
    (
        "points given back later",
        (
            PointsDeducted("cup", "#1", Fraction(9), *STEWARDS, "OUL-2"),
            PointsRestored("cup", "#1", Fraction(4), *STEWARDS, "OUL-2", "SIL"),
        ),
        """
        OUL-1: 1 #1 10, 2 #2 8
        OUL-2: 1 #2 16, 2 #1 11
        DON: 1 #2 24, 2 #1 21
        SIL: 1 #1 35, 2 #2 32
        """,
    ),
    (
        "an exclusion keeps what was earned, without a position",
        (CompetitorExcluded("cup", "#1", *STEWARDS, None, "DON"),),
        """
        OUL-1: 1 #1 10, 2 #2 8
        OUL-2: 1 #1 20, 2 #2 16
        DON: 1 #2 24, out #1 30
        SIL: 1 #2 32, out #1 40
        """,
    ),
    (
        "until it is taken back",
        (CompetitorExcluded("cup", "#1", *STEWARDS, "OUL-2"), back(33, "SIL")),
        """
        OUL-1: 1 #1 10, 2 #2 8
        OUL-2: 1 #2 16, out #1 20
        DON: 1 #2 24, out #1 30
        SIL: 1 #1 40, 2 #2 32
        """,
    ),
    (
        "excluded competitors are listed after the others, in their own order",
        (CompetitorExcluded("cup", "#2", *STEWARDS, "SIL"), CompetitorExcluded("cup", "#1", *STEWARDS, "SIL")),
        """
        OUL-1: 1 #1 10, 2 #2 8
        OUL-2: 1 #1 20, 2 #2 16
        DON: 1 #1 30, 2 #2 24
        SIL: out #1 40, out #2 32
        """,
    ),
    (
        "annulled results, each from its own race",
        (ResultsAnnulled("cup", "#1", ("OUL-2", "DON"), *STEWARDS),),
        """
        OUL-1: 1 #1 10, 2 #2 8
        OUL-2: 1 #2 16, 2 #1 10
        DON: 1 #2 24, 2 #1 10
        SIL: 1 #2 32, 2 #1 20
        """,
    ),
    (
        "or all from a later one",
        (ResultsAnnulled("cup", "#1", ("OUL-2", "DON"), *STEWARDS, "SIL"),),
        """
        OUL-1: 1 #1 10, 2 #2 8
        OUL-2: 1 #1 20, 2 #2 16
        DON: 1 #1 30, 2 #2 24
        SIL: 1 #2 32, 2 #1 20
        """,
    ),
    (
        "withheld points from a later race",
        (PointsWithheld("OUL-2", *STEWARDS, "move-up", "1", None, (), "SIL"),),
        """
        OUL-1: 1 #1 10, 2 #2 8
        OUL-2: 1 #1 20, 2 #2 16
        DON: 1 #1 30, 2 #2 24
        SIL: 1 #2 34, 2 #1 30
        """,
    ),
    (
        "a race shortened from a later race",
        (RaceShortened("OUL-2", HALF, "rain", None, "DON"),),
        """
        OUL-1: 1 #1 10, 2 #2 8
        OUL-2: 1 #1 20, 2 #2 16
        DON: 1 #1 25, 2 #2 20
        SIL: 1 #1 35, 2 #2 28
        """,
    ),
]


@pytest.mark.parametrize(("truth", "told", "expected"), FROM)
def test_points_change_from_a_race_on(truth: str, told: tuple[Event, ...], expected: str) -> None:
    """As of an earlier race the table is as it was; the table after each race, a line each."""
    races = tuple(evolve(one, lines=one.lines[:2]) for one in SEASON)
    known = admitted(*races, *told)
    assert cleandoc(expected) == "\n".join(
        f"{race}: {totals(known, race)}" for race in ("OUL-1", "OUL-2", "DON", "SIL")
    ), truth


@pytest.mark.parametrize("told", [told for _, told, _ in FROM])
def test_the_progression_shows_each_ruling_from_its_race_on(told: tuple[Event, ...]) -> None:
    """Tables that are worked out together are those that are asked for one by one."""
    known = admitted(*SEASON, *told)
    expected = tuple(standings(known, "cup", race) for race in ("OUL-1", "OUL-2", "DON", "SIL"))
    assert expected == progression(known, "cup")


@pytest.mark.parametrize("told", [told for _, told, _ in FROM])
def test_a_rescission_leaves_every_table_as_it_was(told: tuple[Event, ...]) -> None:
    """A ruling that is taken back, from where it counts on, changes no table as of any race."""
    first, last = 33, 32 + len(told)
    known = admitted(*SEASON, *told, *(back(position) for position in range(last, first - 1, -1)))
    for race in ("OUL-1", "OUL-2", "DON", "SIL"):
        assert totals(book(TEAMS, *SEASON), race) == totals(known, race)


# Why, and the audit.


@pytest.mark.parametrize(
    ("truth", "rules", "told", "competitor", "expected"),
    [
        (
            "a car that was disqualified",
            TEAMS,
            (OULTON, out("1")),
            "#1",
            [
                "1 -> DSQ scored None: 0 rulings [30] of [22, 29, 30]",
            ],
        ),
        (
            "a car that moved up",
            TEAMS,
            (OULTON, out("1")),
            "#2",
            [
                "2 -> 1 scored 1: 10 rulings [30] of [23, 29, 30]",
            ],
        ),
        (
            "a car ahead of it all",
            TEAMS,
            (OULTON, out("3")),
            "#1",
            [
                "1 -> 1 scored 1: 10 rulings [] of [22, 29]",
            ],
        ),
        (
            "a car after an amendment",
            TEAMS,
            (OULTON, out("1"), amend("2 1 3 4 5")),
            "#1",
            [
                "1 -> 2 scored 2: 8 rulings [31] of [22, 31]",
            ],
        ),
        (
            "a car whose points are withheld",
            TEAMS,
            (OULTON, PointsWithheld("OUL-1", *STEWARDS, "move-up", "1")),
            "#1",
            [
                "1 -> 1 scored None: 0 rulings [30] of [22, 29, 30] points withheld: contact",
            ],
        ),
        (
            "a car that scores more for it",
            TEAMS,
            (OULTON, PointsWithheld("OUL-1", *STEWARDS, "move-up", "1")),
            "#2",
            [
                "2 -> 2 scored 1: 10 rulings [30] of [23, 29, 30]",
            ],
        ),
        (
            "a car that does not",
            TEAMS,
            (OULTON, PointsWithheld("OUL-1", *STEWARDS, "stay", "1")),
            "#2",
            [
                "2 -> 2 scored 2: 8 rulings [] of [23, 29]",
            ],
        ),
        (
            "an annulled result",
            TEAMS,
            (OULTON, ResultsAnnulled("cup", "#1", ("OUL-1",), *STEWARDS)),
            "#1",
            [
                "1 -> 1 scored None: 0 rulings [30] of [22, 29, 30] result annulled",
            ],
        ),
        (
            "a shortened race",
            TEAMS,
            (OULTON, RaceShortened("OUL-1", HALF)),
            "#1",
            [
                "1 -> 1 scored 1: 5 rulings [] of [22, 29, 30]",
            ],
        ),
    ],
)
def test_an_award_names_the_rulings_behind_it(
    truth: str, rules: Rules, told: tuple[Event, ...], competitor: str, expected: list[str]
) -> None:
    """An award tells the place as classified, as it stands and as it scores, and names the rulings in its records."""
    lines = [
        f"{one.classified} -> {one.place or one.status} scored {one.scored}: {points_text(one.points)}"
        f" rulings {list(one.rulings)} of {list(one.records)} {one.note or ''}".rstrip()
        for one in why(book(rules, *told), "cup", competitor).awards
    ]
    assert expected == lines, truth


def test_why_tells_deductions_and_exclusions() -> None:
    """Points taken and given are told with who decided it and why; the total is theirs and the awards'."""
    known = admitted(
        OULTON,
        PointsDeducted("cup", "#1", Fraction(4), "stewards", "fuel", "OUL-1"),
        PointsRestored("cup", "#1", Fraction(1, 2), "court of appeal", "too much", None, "OUL-1"),
        CompetitorExcluded("cup", "#1", "organiser", "unpaid", "OUL-1"),
    )
    told = why(known, "cup", "#1")
    assert [
        (Fraction(-4), "OUL-1", "stewards", "fuel", (30,)),
        (HALF, None, "court of appeal", "too much", (31,)),
    ] == [(one.points, one.race, one.authority, one.reason, one.records) for one in told.adjustments]
    assert (None, Fraction(13, 2), (32,)) == (told.position, told.points, told.excluded)
    assert (2, 22, 28, 29, 30, 31, 32) == told.records


@pytest.mark.parametrize(
    ("truth", "figure", "decimals", "expected"),
    [
        (
            "a table that prints points in full is held to the last fraction",
            Fraction(33, 100),
            None,
            ["points 0.33 is 1/3"],
        ),
        ("one that rounds to two decimals may print 0.33", Fraction(33, 100), 2, []),
        ("and not 0.34", Fraction(34, 100), 2, ["points 0.34 is 1/3"]),
        ("to none at all, 0", Fraction(0), 0, []),
        ("and not 1", Fraction(1), 0, ["points 1 is 1/3"]),
    ],
)
def test_the_audit_allows_for_decimals(truth: str, figure: Fraction, decimals: int | None, expected: list[str]) -> None:
    """A figure that is the total, rounded as the table rounds, is no discrepancy."""
    told = (
        PointsScaleAdopted("third", points("1/3")),
        result("OUL-1", "1"),
        StandingsPublished("cup", "OUL-1", (PublishedRow("#1", 1, figure),), (), decimals),
    )
    found = audit(book(evolve(TEAMS, scale="third"), *told)).discrepancies
    assert expected == [f"{one.figure} {one.published} is {one.computed}" for one in found], truth


def test_half_a_decimal_rounds_either_way() -> None:
    """A figure right between two may be printed as either."""
    for figure, expected in ((Fraction(5), 0), (Fraction(6), 0), (Fraction(4), 1), (Fraction(7), 1)):
        told = (
            PointsScaleAdopted("half", points("5.5")),
            result("OUL-1", "1"),
            StandingsPublished("cup", "OUL-1", (PublishedRow("#1", 1, figure),), (), 0),
        )
        assert expected == len(audit(book(evolve(TEAMS, scale="half"), *told)).discrepancies), figure


EXCLUDED = CompetitorExcluded("cup", "#1", *STEWARDS, "OUL-1")


@pytest.mark.parametrize(
    ("truth", "rows", "expected"),
    [
        (
            "printed without a position",
            (PublishedRow("#2", 1, Fraction(8)), PublishedRow("#1", None, Fraction(10))),
            [],
        ),
        ("left out", (PublishedRow("#2", 1, Fraction(8)),), []),
        (
            "printed with one",
            (PublishedRow("#1", 1, Fraction(10)), PublishedRow("#2", 1, Fraction(8))),
            ["#1 position: 1 is None"],
        ),
        (
            "with other points",
            (PublishedRow("#2", 1, Fraction(8)), PublishedRow("#1", None, Fraction(0))),
            ["#1 points: 0 is 10"],
        ),
    ],
)
def test_the_audit_knows_who_is_excluded(truth: str, rows: tuple[PublishedRow, ...], expected: list[str]) -> None:
    """An excluded competitor has no position to be printed, and may be left out of the table."""
    known = admitted(result("OUL-1", "1 2"), EXCLUDED, StandingsPublished("cup", "OUL-1", rows))
    found = audit(known).discrepancies
    assert expected == [f"{one.competitor} {one.figure}: {one.published} is {one.computed}" for one in found], truth


def test_the_audit_knows_from_when_a_ruling_counts() -> None:
    """Tables that were printed before a ruling counts stand, and the one after it shows it."""
    printed = [
        StandingsPublished(
            "cup", race, (PublishedRow("#1", 1, Fraction(figure)), PublishedRow("#2", 2, Fraction(below)))
        )
        for race, figure, below in (("OUL-1", 10, 8), ("OUL-2", 20, 16), ("DON", 29, 24))
    ]
    races = tuple(evolve(one, lines=one.lines[:2]) for one in SEASON[:3])
    deducted = PointsDeducted("cup", "#1", Fraction(1), *STEWARDS, "OUL-1", "DON")
    assert () == audit(admitted(*races, *printed, deducted)).discrepancies


# The calendar.


@pytest.mark.parametrize(
    ("truth", "told", "expected"),
    [
        ("a cancelled race", (RaceCancelled("DON"),), "OUL-1, OUL-2, DON cancelled, SIL"),
        ("that runs after all", (RaceCancelled("DON"), back(29)), "OUL-1, OUL-2, DON, SIL"),
        ("and does not", (RaceCancelled("DON"), back(29), back(30)), "OUL-1, OUL-2, DON cancelled, SIL"),
        ("a postponed race", (RacePostponed("OUL-2", 3),), "OUL-1, DON, SIL, OUL-2 postponed"),
        ("whose postponement is taken back", (RacePostponed("OUL-2", 3), back(29)), "OUL-1, OUL-2, DON, SIL"),
        (
            "to the postponement before it",
            (RacePostponed("OUL-2", 2), RacePostponed("OUL-2", 3), back(30)),
            "OUL-1, DON, OUL-2 postponed, SIL",
        ),
        (
            "of which the first is taken back, and the second stands",
            (RacePostponed("OUL-2", 2), RacePostponed("OUL-2", 3), back(29)),
            "OUL-1, DON, SIL, OUL-2 postponed",
        ),
        ("to no round, which is taken back", (RacePostponed("OUL-2", None), back(29)), "OUL-1, OUL-2, DON, SIL"),
        ("a shortened race", (RaceShortened("OUL-2", HALF),), "OUL-1, OUL-2 1/2, DON, SIL"),
        ("that runs its length", (RaceShortened("OUL-2", HALF), back(29)), "OUL-1, OUL-2, DON, SIL"),
        (
            "to another part",
            (RaceShortened("OUL-2", HALF), back(29), RaceShortened("OUL-2", Fraction(1, 3))),
            "OUL-1, OUL-2 1/3, DON, SIL",
        ),
    ],
)
def test_decisions_about_the_calendar_are_taken_back(truth: str, told: tuple[Event, ...], expected: str) -> None:
    """A cancellation, a postponement or a shortening that is rescinded leaves the calendar as it was."""
    known = admitted(*told)
    shown = " ".join(
        f"{race.race}{'' if race.state == 'scheduled' else f' {race.state}'}{f' {race.part}' if race.part else ''},"
        for each in calendar(known)
        for race in each.races
    )
    assert expected == shown.rstrip(","), truth
    assert set(race_order(known)) == {"OUL-1", "OUL-2", "DON", "SIL"}


def test_the_calendar_shows_what_a_race_paid_as_of_a_race() -> None:
    """A race that is shortened from a later race on pays in full until then."""
    known = admitted(result("OUL-1", "1"), RaceShortened("OUL-1", HALF, "rain", None, "DON"))
    assert [None, "1/2"] == [calendar(known, race)[0].races[0].part for race in ("OUL-2", "DON")]


# Folding.


def test_a_season_is_folded_as_it_is_filed() -> None:
    """A book filed event by event is the book folded from the records, rulings and rescissions too."""
    told = (*SEASON, out("1"), back(33), amend("2 1"), RaceCancelled("DON"), DidNotStart("OUL-1", "31"))
    folded = fold(recorded(FRAME), season="club-2026")
    assert fold(recorded((*FRAME, *told))).rulings == _filed(folded, told).rulings


def _filed(known: Book, told: tuple[Event, ...]) -> Book:
    other = known.copy()
    for event in told:
        other.file(event, other.known_at + 1)
    return other
