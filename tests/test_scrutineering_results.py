"""Results that contradict each other: given a season, when an event is submitted, then these objections. Plain data."""

import pytest

from events import (
    CarClassDefined,
    DidNotStart,
    DriverRegistered,
    EntryRegistered,
    Event,
    FastestLapSet,
    LapsLed,
    Line,
    ManufacturerRegistered,
    PoleTaken,
    RaceCancelled,
    RaceClassified,
    RacePostponed,
    RaceScheduled,
    RoundScheduled,
    SeasonOpened,
    WinnerReported,
)
from ledger.scrutineering import scrutinise
from ledger.testing import recorded
from projections import Book, fold

SEASON: tuple[Event, ...] = (
    SeasonOpened("club-2026", "Club Cup 2026", 2026),
    CarClassDefined("GT", "GT cars"),
    CarClassDefined("LMP3", "Prototypes"),
    RoundScheduled(1, "OUL", "Oulton Park"),
    RaceScheduled("OUL-1", 1),
    RaceScheduled("OUL-2", 1),
    RoundScheduled(2, "DON", "Donington"),
    ManufacturerRegistered("ford", "Ford"),
    DriverRegistered("ann", "Ann Archer"),
    DriverRegistered("bob", "Bob Baker"),
    DriverRegistered("cid", "Cid Cook"),
    EntryRegistered("1", "GT", "Team One", "ford", drivers=("ann",)),
    EntryRegistered("2", "GT", "Team Two", "ford", drivers=("bob",)),
    EntryRegistered("3", "LMP3", "Team Three", "ford", drivers=("ann", "bob")),
    EntryRegistered("4", "GT", "Team Four", "ford", drivers=("bob",)),
)
"""Fifteen records; Bob is in two cars of a class, and both drivers share one of another."""
ONE = RaceClassified("OUL-1", "GT", (Line(1, "1"),))
BOTH = RaceClassified("OUL-1", "GT", (Line(1, "1"), Line(None, "2", "DNF")))

Row = tuple[tuple[Event, ...], Event, str, str]
"""Given, on top of the season above; when; then the path, and what is wrong."""
ROWS: list[Row] = [
    ((ONE,), PoleTaken("OUL-1", "2"), "$.car", "#2 is not in the classification of OUL-1 (position 16)"),
    ((ONE,), FastestLapSet("OUL-1", "2"), "$.car", "#2 is not in the classification of OUL-1 (position 16)"),
    ((FastestLapSet("OUL-1", "2"),), ONE, "$.lines", "#2 is missing: it has the fastest lap of OUL-1, so it started"),
    ((LapsLed("OUL-1", "2", 3),), ONE, "$.lines", "#2 is missing: it led laps of OUL-1, so it started"),
    (
        (FastestLapSet("OUL-1", "1", time_ms=91_234),),
        FastestLapSet("OUL-1", "2", time_ms=91_233),
        "$.time_ms",
        "91233 is not the 91234 of #1, which has the fastest lap of its class in OUL-1 (position 16)",
    ),
    ((FastestLapSet("OUL-1", "2"),), RaceCancelled("OUL-1"), "$.race", "OUL-1 has been run"),
    ((LapsLed("OUL-1", "2", 3),), RaceCancelled("OUL-1"), "$.race", "OUL-1 has been run"),
    ((FastestLapSet("OUL-1", "2"),), RacePostponed("OUL-1", 2), "$.race", "OUL-1 has been run"),
    (
        (),
        RaceClassified("OUL-1", "GT", (Line(1, "1"), Line(2, "2"), Line(3, "4"))),
        "$.lines[2].car",
        "bob was alone in #2 and in #4 at OUL-1: nobody drives two cars at once",
    ),
    (
        (ONE, EntryRegistered("5", "LMP3", "Team Five", "ford", drivers=("ann",))),
        RaceClassified("OUL-1", "LMP3", (Line(1, "5"),)),
        "$.lines[0].car",
        "ann was alone in #1 and in #5 at OUL-1: nobody drives two cars at once",
    ),
    (
        (WinnerReported("OUL-1", "GT", "ann"),),
        DidNotStart("OUL-1", "1"),
        "$.car",
        "ann is reported as the winner of OUL-1 (position 16) and was in no other car",
    ),
    (
        (WinnerReported("OUL-1", "GT", "bob"), DidNotStart("OUL-1", "2")),
        DidNotStart("OUL-1", "4"),
        "$.car",
        "bob is reported as the winner of OUL-1 (position 16) and was in no other car",
    ),
    (
        (DidNotStart("OUL-1", "2"), DidNotStart("OUL-1", "4")),
        WinnerReported("OUL-1", "GT", "bob"),
        "$.driver",
        "bob was in #2, #4, which did not start OUL-1",
    ),
]


def book_of(*told: Event) -> Book:
    """A book of these events."""
    return fold(recorded(told))


@pytest.mark.parametrize(("told", "event", "path", "problem"), ROWS)
def test_results_that_contradict_each_other_are_refused(
    told: tuple[Event, ...], event: Event, path: str, problem: str
) -> None:
    """Each contradiction is objected to once, at the value that it is about, and names what it contradicts."""
    book = book_of(*SEASON)
    assert () == scrutinise(book, told)
    found = scrutinise(book_of(*SEASON, *told), (event,))
    assert [path] == [one.path for one in found]
    assert problem in found[0].problem


@pytest.mark.parametrize(
    ("truth", "told"),
    [
        ("a car has the pole and misses the start", (PoleTaken("OUL-1", "2"), ONE, DidNotStart("OUL-1", "2"))),
        ("the pole is told last", (ONE, DidNotStart("OUL-1", "2"), PoleTaken("OUL-1", "2"))),
        ("a car that retired has the fastest lap", (FastestLapSet("OUL-1", "2"), BOTH)),
        (
            "two cars set the same fastest lap",
            (FastestLapSet("OUL-1", "1", time_ms=91_234), FastestLapSet("OUL-1", "2", time_ms=91_234), BOTH),
        ),
        (
            "the time of one fastest lap is not known",
            (FastestLapSet("OUL-1", "1", time_ms=91_234), FastestLapSet("OUL-1", "2"), BOTH),
        ),
        (
            "classes and races have fastest laps of their own",
            (
                FastestLapSet("OUL-1", "1", time_ms=91_234),
                FastestLapSet("OUL-1", "3", time_ms=81_234),
                FastestLapSet("OUL-2", "1", time_ms=90_000),
                BOTH,
            ),
        ),
        (
            "the winner had another car",
            (WinnerReported("OUL-1", "GT", "bob"), DidNotStart("OUL-1", "2"), DidNotStart("OUL-1", "1")),
        ),
        (
            "the winner's car of another class did not start",
            (DidNotStart("OUL-1", "3"), WinnerReported("OUL-1", "GT", "ann")),
        ),
        ("a race is cancelled after its qualifying", (PoleTaken("OUL-1", "2"), RaceCancelled("OUL-1"))),
        (
            "a driver shares a second car with another",
            (ONE, RaceClassified("OUL-1", "LMP3", (Line(1, "3"),))),
        ),
        ("one of a driver's two cars did not start", (BOTH, DidNotStart("OUL-1", "4"))),
        ("the other race of a round is cancelled", (FastestLapSet("OUL-1", "2"), RaceCancelled("OUL-2"))),
    ],
)
def test_what_only_looks_like_a_contradiction_is_admitted(truth: str, told: tuple[Event, ...]) -> None:
    """What can have happened together is admitted, in whatever order it is told."""
    assert () == scrutinise(book_of(*SEASON), told), truth
