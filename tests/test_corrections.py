"""What was recorded wrongly: small seasons with corrections, and what the book makes of them, then and now."""

from fractions import Fraction

import pytest
from attrs import evolve

from events import (
    Bonus,
    ChampionshipDefined,
    ClassificationAmended,
    CompetitorExcluded,
    DidNotStart,
    Disqualified,
    DriverRegistered,
    DriverSwapped,
    EntryRegistered,
    Event,
    LapsLed,
    MovedDown,
    PointsDeducted,
    PoleTaken,
    RaceCancelled,
    RaceClassified,
    RacePostponed,
    RaceScheduled,
    RaceShortened,
    RecordCorrected,
    RecordStruck,
    ResultsAnnulled,
    RulingRescinded,
    SeasonClosed,
    StandingsPublished,
    points_text,
)
from ledger.scrutineering import scrutinise
from ledger.testing import recorded
from projections import Book, concerned_races, entry_list, fold, race_order, race_result, standings, why
from tests.clubcup import DRIVERS, FRAME, OULTON, TEAMS, book, result

STEWARDS = ("stewards", "contact")
"""Authority and reason."""
SLIP = "misread"
OUT = Disqualified("OUL-1", "2", *STEWARDS)
Telling = tuple[Event, ...]


def admitted(*told: Event | Telling, start: Book | None = None) -> Book:
    """The season with these appends, each of which scrutineering admits: an event by itself, or several together."""
    known = (book(TEAMS) if start is None else start).copy()
    for one in told:
        submitted = one if isinstance(one, tuple) else (one,)
        assert () == scrutinise(known, submitted)
        for event in submitted:
            known.file(event, known.known_at + 1)
    return known


def cars(known: Book, race: str = "OUL-1") -> str:
    """The first class of a race, as it stands."""
    return " ".join(f"{line.shown}#{line.car}" for line in race_result(known, race).classes[0].lines)


def totals(known: Book, as_of: str | None = None) -> str:
    """The table in a line."""
    return ", ".join(f"{row.competitor} {points_text(row.points)}" for row in standings(known, "cup", as_of).rows)


# Records 29 on.


@pytest.mark.parametrize(
    ("truth", "told", "expected"),
    [
        ("a misread order", (OULTON, RecordCorrected(29, result("OUL-1", "2 1 3"), SLIP)), "1#2 2#1 3#3"),
        (
            "a later correction of the same record replaces the first",
            (
                OULTON,
                RecordCorrected(29, result("OUL-1", "2 1 3"), SLIP),
                RecordCorrected(29, result("OUL-1", "3 2 1"), SLIP),
            ),
            "1#3 2#2 3#1",
        ),
        (
            "a result that is struck makes room for the right one",
            (result("OUL-1", "1 2"), RecordStruck(29, "of another year"), result("OUL-1", "2 1")),
            "1#2 2#1",
        ),
        (
            "a struck record is taken up again by a correction",
            (
                result("OUL-1", "1 2"),
                RecordStruck(29, "of another year"),
                RecordCorrected(29, result("OUL-1", "1 2 3"), "it was this year's"),
            ),
            "1#1 2#2 3#3",
        ),
        (
            "a ruling on the wrong car",
            (result("OUL-1", "1 2 3"), OUT, RecordCorrected(30, evolve(OUT, car="3"), "the other car")),
            "1#1 2#2 DSQ#3",
        ),
        ("a ruling that never was", (result("OUL-1", "1 2 3"), OUT, RecordStruck(30, "a rumour")), "1#1 2#2 3#3"),
        (
            "a rescission that never was: the ruling stands",
            (
                result("OUL-1", "1 2 3"),
                OUT,
                RulingRescinded(30, *STEWARDS),
                RecordStruck(31, "of another case"),
            ),
            "1#1 2#3 DSQ#2",
        ),
        (
            "a rescission of another ruling",
            (
                result("OUL-1", "1 2 3"),
                OUT,
                evolve(OUT, car="3"),
                RulingRescinded(30, *STEWARDS),
                RecordCorrected(32, RulingRescinded(31, *STEWARDS), "the other one"),
            ),
            "1#1 2#3 DSQ#2",
        ),
        (
            "a corrected classification stands where it was recorded: rulings after it apply",
            (result("OUL-1", "1 2 3"), OUT, RecordCorrected(29, result("OUL-1", "2 3 1"), SLIP)),
            "1#3 2#1 DSQ#2",
        ),
        (
            "and an amendment after it holds",
            (
                result("OUL-1", "1 2 3"),
                ClassificationAmended("OUL-1", "GT", result("OUL-1", "3 2 1").lines, *STEWARDS),
                RecordCorrected(29, result("OUL-1", "2 1 3"), SLIP),
            ),
            "1#3 2#2 3#1",
        ),
        (
            "a corrected amendment spends what came before it",
            (
                result("OUL-1", "1 2 3"),
                OUT,
                ClassificationAmended("OUL-1", "GT", result("OUL-1", "3 2 1").lines, *STEWARDS),
                MovedDown("OUL-1", "3", 1, *STEWARDS),
                RecordCorrected(
                    31, ClassificationAmended("OUL-1", "GT", result("OUL-1", "3 1", DNF="2").lines, *STEWARDS), SLIP
                ),
            ),
            "1#1 2#3 DNF#2",
        ),
        (
            "a corrected provisional result is still replaced by the official one",
            (
                evolve(OULTON, status="provisional"),
                result("OUL-1", "2 1"),
                RecordCorrected(29, evolve(result("OUL-1", "3 4"), status="provisional"), SLIP),
            ),
            "1#2 2#1",
        ),
        (
            "without the official one the provisional one stands",
            (
                evolve(result("OUL-1", "1 2"), status="provisional"),
                result("OUL-1", "2 1"),
                RecordStruck(30, "not signed"),
            ),
            "1#1 2#2",
        ),
        (
            "a car with a mistyped number, in the entry and in the result",
            (
                EntryRegistered("66", "GT", "Team Six", "kia"),
                result("OUL-1", "66 1"),
                (
                    RecordCorrected(29, EntryRegistered("6", "GT", "Team Six", "kia"), "mistyped"),
                    RecordCorrected(30, result("OUL-1", "6 1"), "mistyped"),
                ),
            ),
            "1#6 2#1",
        ),
        (
            "a car that was not there, and the ruling on it",
            (
                result("OUL-1", "1 2 3"),
                OUT,
                (RecordStruck(30, "it was not there"), RecordCorrected(29, result("OUL-1", "1 3"), "#2 was not there")),
            ),
            "1#1 2#3",
        ),
        (
            "a correction may use a name that was given after the record",
            (
                result("OUL-1", "1 2"),
                EntryRegistered("6", "GT", "Team Six", "kia"),
                RecordCorrected(29, result("OUL-1", "1 6 2"), "#6 was forgotten"),
            ),
            "1#1 2#6 3#2",
        ),
        (
            "or in the same append, and be ruled on there",
            (
                result("OUL-1", "1 2"),
                (
                    EntryRegistered("6", "GT", "Team Six", "kia"),
                    RecordCorrected(29, result("OUL-1", "1 6 2"), "#6 was forgotten"),
                    Disqualified("OUL-1", "6", *STEWARDS),
                ),
            ),
            "1#1 2#2 DSQ#6",
        ),
        (
            "a result is corrected when the season is over",
            (result("OUL-1", "1 2"), SeasonClosed(), RecordCorrected(29, result("OUL-1", "2 1"), SLIP)),
            "1#2 2#1",
        ),
        (
            "a season that was closed too early goes on",
            (SeasonClosed(), RecordStruck(29, "a race is to come"), result("OUL-1", "2 1")),
            "1#2 2#1",
        ),
    ],
)
def test_a_correction_stands_where_the_record_stands(
    truth: str, told: tuple[Event | Telling, ...], expected: str
) -> None:
    """The book is the one that would have been folded, had the record said so from the start."""
    assert expected == cars(admitted(*told)), truth


@pytest.mark.parametrize(
    ("truth", "told", "expected"),
    [
        (
            "a deduction of other points",
            (
                result("OUL-1", "1 2"),
                PointsDeducted("cup", "#1", Fraction(9), *STEWARDS, "OUL-1"),
                RecordCorrected(30, PointsDeducted("cup", "#1", Fraction(1), *STEWARDS, "OUL-1"), "one, not nine"),
            ),
            "#1 9, #2 8",
        ),
        (
            "a race that was shortened to another part",
            (
                result("OUL-1", "1 2"),
                RaceShortened("OUL-1", Fraction(1, 2)),
                RecordCorrected(30, RaceShortened("OUL-1", Fraction(1, 4)), "a quarter"),
            ),
            "#1 2.5, #2 2",
        ),
        (
            "a lap led by another car",
            (result("OUL-1", "1 2"), LapsLed("OUL-1", "1", 3), RecordCorrected(30, LapsLed("OUL-1", "2", 3), SLIP)),
            "#1 10, #2 9",
        ),
        (
            "a pole of another car",
            (result("OUL-1", "1 2"), PoleTaken("OUL-1", "1"), RecordCorrected(30, PoleTaken("OUL-1", "2"), SLIP)),
            "#1 10, #2 9",
        ),
        (
            "a missed start that never was",
            (DidNotStart("OUL-1", "2"), RecordStruck(29, SLIP), result("OUL-1", "2 1")),
            "#2 10, #1 8",
        ),
        (
            "an exclusion of another competitor",
            (
                result("OUL-1", "1 2"),
                CompetitorExcluded("cup", "#1", *STEWARDS, "OUL-1"),
                RecordCorrected(30, CompetitorExcluded("cup", "#2", *STEWARDS, "OUL-1"), SLIP),
            ),
            "#1 10, #2 8",
        ),
    ],
)
def test_a_correction_scores(truth: str, told: tuple[Event, ...], expected: str) -> None:
    """Tables follow from what corrections say."""
    rules = evolve(TEAMS, bonuses=(Bonus("pole", Fraction(1)), Bonus("led-a-lap", Fraction(1))))
    assert expected == totals(admitted(*told, start=book(rules))), truth


def test_a_corrected_rule_scores_every_race_anew() -> None:
    """Rules are facts too: corrected, they hold from the first race."""
    known = admitted(result("OUL-1", "1 2"), RecordCorrected(28, ChampionshipDefined("cup", "The Cup", DRIVERS), SLIP))
    assert "ann 10, bob 8" == totals(known)


def test_a_corrected_name_is_shown_everywhere() -> None:
    """A driver who was misspelt is called by the right name in tables and entry lists."""
    known = admitted(
        OULTON, RecordCorrected(12, DriverRegistered("ann", "Anne Archer"), "misspelt"), start=book(DRIVERS)
    )
    assert "Anne Archer" == standings(known, "cup").rows[0].name
    assert ("ann",) == entry_list(known)[0].drivers


def test_a_struck_postponement_gives_the_calendar_back() -> None:
    """Cancellations and postponements are corrected like anything else."""
    moved = admitted(RacePostponed("OUL-2", 3), RecordStruck(29, SLIP))
    assert ("OUL-1", "OUL-2", "DON", "SIL") == race_order(moved)
    another = admitted(RaceCancelled("DON"), RecordCorrected(29, RaceCancelled("SIL"), "Silverstone"))
    assert ["SIL"] == list(another.cancelled)


def test_what_was_believed_is_still_told() -> None:
    """As known before a correction, every table is what it was; the record stays readable beside the correction."""
    told = (OULTON, result("OUL-2", "1 2"), RecordCorrected(29, result("OUL-1", "2 1"), SLIP), RecordStruck(30, SLIP))
    records = tuple(recorded((*FRAME, ChampionshipDefined("cup", "The Cup", TEAMS), *told)))
    assert [
        "#1 10, #2 8, #3 6, #4 4, #5 1",
        "#1 20, #2 16, #3 6, #4 4, #5 1",
        "#2 18, #1 18",
        "#2 10, #1 8",
    ] == [totals(fold(records[:known_at])) for known_at in (29, 30, 31, 32)]
    now = fold(records)
    assert list(told) == [now.history[position].event for position in (29, 30, 31, 32)]


def test_a_corrected_fact_names_both_records() -> None:
    """What follows from a corrected fact stands on the record and on its correction; the document is the newer one."""
    told = (
        *FRAME,
        ChampionshipDefined("cup", "The Cup", TEAMS),
        OULTON,
        RecordCorrected(29, result("OUL-1", "2 1"), SLIP),
    )
    records = [evolve(record, source=f"sheet {record.position}") for record in recorded(told)]
    known = fold(records)
    filed = known.classified["OUL-1", "GT"]
    assert (29, 30, (29, 30), "sheet 30") == (filed.position, filed.corrected_at, filed.records, filed.source)
    assert (23, 29, 30) == why(known, "cup", "#2").awards[0].records
    assert (2, 23, 28, 29, 30) == why(known, "cup", "#2").records
    silent = fold([*records[:-1], evolve(records[-1], source=None)])
    assert "sheet 29" == silent.classified["OUL-1", "GT"].source


def test_a_corrected_ruling_is_named_with_its_correction() -> None:
    """A ruling stands on both its records, and a rescission names the first."""
    told = (result("OUL-1", "1 2 3"), OUT, RecordCorrected(30, evolve(OUT, car="3"), "the other car"))
    known = admitted(*told)
    assert (30, 31) == race_result(known, "OUL-1").classes[0].lines[2].rulings
    assert "1#1 2#2 3#3" == cars(admitted(RulingRescinded(30, *STEWARDS), start=known))


@pytest.mark.parametrize(
    "told",
    [
        (OULTON, OUT, RecordCorrected(29, result("OUL-1", "2 1"), SLIP)),
        (OULTON, OUT, RecordStruck(30, SLIP), evolve(OUT, car="3")),
        (OULTON, RecordCorrected(22, EntryRegistered("1", "GT", "Team Uno", "ford", drivers=("gil",)), SLIP)),
        (DriverSwapped("1", "ann", "gil", "OUL-2"), RecordStruck(29, SLIP), result("OUL-2", "1")),
    ],
)
def test_a_corrected_season_is_folded_in_parts(told: tuple[Event, ...]) -> None:
    """Folding a season up to any record and then the rest is folding all of it; no book changes with another."""
    records = tuple(recorded((*FRAME, ChampionshipDefined("cup", "The Cup", TEAMS), *told)))
    whole = fold(records)
    for cut in range(28, len(records) + 1):
        part = fold(records[:cut])
        before = part.copy()
        assert whole == fold(records[cut:], onto=part)
        assert before == part


# Which race a record is about.


@pytest.mark.parametrize(
    ("truth", "told", "expected"),
    [
        ("a result", (result("DON", "1"),), ["DON"]),
        ("a missed start", (DidNotStart("DON", "1"),), ["DON"]),
        ("a swap, the first race that it holds for", (DriverSwapped("1", "ann", "gil", "OUL-2"),), ["OUL-2"]),
        ("an entry of the whole season", (EntryRegistered("6", "GT", "Six", "kia"),), [None]),
        ("an entry from a race on", (EntryRegistered("6", "GT", "Six", "kia", from_race="DON"),), ["DON"]),
        ("a cancelled race", (RaceCancelled("DON"),), ["DON"]),
        ("a race that moves", (RacePostponed("OUL-2", 3),), [None]),
        ("a publication", (StandingsPublished("cup", "DON", ()),), [None]),
        ("a ruling", (OULTON, OUT), ["OUL-1", "OUL-1"]),
        ("a ruling that counts from a later race", (OULTON, evolve(OUT, counts_from="DON")), ["OUL-1", "DON"]),
        (
            "its rescission",
            (OULTON, evolve(OUT, counts_from="DON"), RulingRescinded(30, *STEWARDS)),
            ["OUL-1", "DON", "DON"],
        ),
        (
            "a rescission from a later race",
            (OULTON, OUT, RulingRescinded(30, *STEWARDS, "SIL")),
            ["OUL-1", "OUL-1", "SIL"],
        ),
        (
            "a rescission from an earlier one changes nothing before its ruling counts",
            (OULTON, evolve(OUT, counts_from="DON"), RulingRescinded(30, *STEWARDS, "OUL-2")),
            ["OUL-1", "DON", "DON"],
        ),
        (
            "a rescission of a rescission",
            (OULTON, OUT, RulingRescinded(30, *STEWARDS, "DON"), RulingRescinded(31, *STEWARDS)),
            ["OUL-1", "OUL-1", "DON", "DON"],
        ),
        ("a rescinded cancellation", (RaceCancelled("DON"), RulingRescinded(29, *STEWARDS)), ["DON", "DON"]),
        ("a rescinded postponement", (RacePostponed("OUL-2", 3), RulingRescinded(29, *STEWARDS)), [None, None]),
        (
            "annulled results, the first of them",
            (ResultsAnnulled("cup", "#1", ("SIL", "DON"), *STEWARDS),),
            ["DON"],
        ),
        ("a deduction", (PointsDeducted("cup", "#1", Fraction(1), *STEWARDS, None, "DON"),), ["DON"]),
        (
            "a correction, that of what it says, and so is what it corrects",
            (result("OUL-1", "1"), RecordCorrected(29, result("OUL-2", "1"), "of the second race")),
            ["OUL-2", "OUL-2"],
        ),
        ("what was struck, that of what was said", (result("DON", "1"), RecordStruck(29, SLIP)), ["DON", "DON"]),
        (
            "a ruling struck with its rescission",
            (OULTON, OUT, RulingRescinded(30, *STEWARDS, "DON"), (RecordStruck(30, SLIP), RecordStruck(31, SLIP))),
            ["OUL-1", "OUL-1", "DON", "OUL-1", "DON"],
        ),
        (
            "annulled results struck with their race",
            (
                RaceScheduled("OUL-3", 1),
                ResultsAnnulled("cup", "#1", ("OUL-3",), *STEWARDS),
                ResultsAnnulled("cup", "#1", ("OUL-3", "DON"), *STEWARDS),
                (RecordStruck(29, SLIP), RecordStruck(30, SLIP), RecordStruck(31, SLIP)),
            ),
            [None, None, "DON", None, None, "DON"],
        ),
        (
            "a result struck with its race",
            (RaceScheduled("OUL-3", 1), result("OUL-3", "1"), (RecordStruck(29, SLIP), RecordStruck(30, SLIP))),
            [None, None, None, None],
        ),
    ],
)
def test_each_record_is_about_a_race(truth: str, told: tuple[Event | Telling, ...], expected: list[str | None]) -> None:
    """A record is about the first race as of which a table may show it; nothing, where that is every race."""
    start = book(TEAMS)
    known = start.copy()
    for one in told:
        for event in one if isinstance(one, tuple) else (one,):
            known.file(event, known.known_at + 1)
    about = concerned_races(known)
    assert list(known.history) == list(about)
    assert expected == [race for position, race in about.items() if position > 28], truth


def test_a_classified_race_is_corrected_to_another() -> None:
    """A result that was recorded for the wrong race moves to the right one, and rulings on it go with nobody."""
    known = admitted(
        RaceClassified("OUL-1", "GT", OULTON.lines), RecordCorrected(29, evolve(OULTON, race="OUL-2"), SLIP)
    )
    assert [("OUL-2", "GT")] == list(known.classified)
    refused = scrutinise(admitted(OULTON, OUT), (RecordCorrected(29, evolve(OULTON, race="OUL-2"), SLIP),))
    assert ["$.position: record 30 could not stand then: $.car: #2 was not in OUL-1: no classification lists it"] == [
        str(one) for one in refused
    ]
