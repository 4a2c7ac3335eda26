"""What a new record leaves as it was: the races that it touches are worked out anew, and no others."""

from collections.abc import Callable
from fractions import Fraction

import pytest
from attrs import evolve

from events import (
    EVENT_TYPES,
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
    RaceScheduled,
    RaceShortened,
    RecordCorrected,
    RecordStruck,
    ResultsAnnulled,
    RoundScheduled,
    RulingRescinded,
    SeasonClosed,
    SeasonOpened,
    StandingsPublished,
    TimePenaltyImposed,
    WinnerReported,
    WinnersPublished,
    points,
)
from ledger import Ledger
from ledger.testing import recorded
from ledger.testing.holding import same_table
from projections import Book, Standings, fold, race_order
from projections.concerning import races_touched
from projections.scoring import Award, Engine
from projections.standings import Scorer
from tests.clubcup import DRIVERS, FRAME, MAKES, TEAMS

STEWARDS = ("stewards", "contact")
"""Authority and reason."""
ORDER = ("OUL-1", "OUL-2", "DON", "SIL")
PODIUM = (Line(1, "1", gap_ms=0), Line(2, "2", gap_ms=900), Line(3, "3", gap_ms=1_900), Line(None, "5", "DNF"))
TABLES = (
    ChampionshipDefined("drivers", "Drivers", evolve(DRIVERS, bonuses=(Bonus("pole", Fraction(1)),))),
    ChampionshipDefined(
        "teams", "Teams", evolve(TEAMS, bonuses=(Bonus("fastest-lap", Fraction(1)),), appears="entered")
    ),
    ChampionshipDefined("makes", "Makes", evolve(MAKES, bonuses=(Bonus("led-a-lap", Fraction(1)),))),
    ChampionshipDefined("cup", "Cup", evolve(DRIVERS, ratings=("bronze",), place="re-ranked")),
    ChampionshipDefined("best", "Best two", evolve(DRIVERS, counting=(CountedPart(best=2),), appears="entered")),
    ChampionshipDefined(
        "low", "Low", evolve(TEAMS, scale="low", wins="fewest", unplaced="after-last-entry", appears="entered")
    ),
)
BASE: tuple[Event, ...] = (
    *FRAME,
    PointsScaleAdopted("low", points(1, 2, 3), Fraction(4), "rising"),
    *TABLES,
    DriverRated("ann", "bronze"),
    RaceClassified("OUL-1", "GT", PODIUM, "provisional"),
    RaceClassified("OUL-2", "GT", PODIUM[::-1]),
    RaceCancelled("SIL", *STEWARDS),
    RulingRescinded(38, "court", "on appeal"),
    RaceClassified("DON", "GT", PODIUM),
    Disqualified("DON", "1", *STEWARDS),
)
"""The results of Oulton Park are records 36 and 37; 39 takes 38 back; what there is of Donington is 40 and 41."""
ALL = None
"""Any race."""

TOUCHES: list[tuple[Event, tuple[str, ...] | None]] = [
    (RaceClassified("OUL-1", "GT", PODIUM[::-1]), ("OUL-1",)),
    (RaceClassified("SIL", "GT", PODIUM), ("SIL",)),
    (DidNotStart("OUL-1", "4"), ("OUL-1",)),
    (PoleTaken("OUL-1", "2"), ("OUL-1",)),
    (FastestLapSet("OUL-1", "2"), ("OUL-1",)),
    (LapsLed("OUL-1", "3", 7), ("OUL-1",)),
    (WinnerReported("SIL", "GT", "ann"), ("SIL",)),
    (Disqualified("OUL-1", "1", *STEWARDS), ("OUL-1",)),
    (MovedToPlace("OUL-1", "1", 3, *STEWARDS), ("OUL-1",)),
    (MovedDown("OUL-1", "1", 1, *STEWARDS), ("OUL-1",)),
    (MovedToRear("OUL-1", "1", *STEWARDS), ("OUL-1",)),
    (TimePenaltyImposed("OUL-1", "1", 5_000, *STEWARDS), ("OUL-1",)),
    (ClassificationAmended("OUL-1", "GT", PODIUM[:1], *STEWARDS), ("OUL-1",)),
    (RaceShortened("OUL-1", Fraction(1, 2), *STEWARDS), ("OUL-1",)),
    (PointsWithheld("OUL-1", "stewards", "contact", "move-up", car="1"), ("OUL-1",)),
    (ResultsAnnulled("drivers", "ann", ("OUL-1", "DON"), *STEWARDS), ("OUL-1", "DON")),
    (RulingRescinded(41, "court", "on appeal"), ("DON",)),
    (RulingRescinded(39, "court", "on appeal"), ALL),
    (DriverAssigned("1", "dee", "DON"), ("DON", "SIL")),
    (DriverAssigned("1", "dee", "OUL-2", to_race="OUL-2"), ("OUL-2", "DON", "SIL")),
    (DriverSwapped("1", "ann", "dee", "OUL-2"), ("OUL-2", "DON", "SIL")),
    (CarChanged("1", "opel", "OUL-2"), ("OUL-2", "DON", "SIL")),
    (EntryWithdrawn("4", "OUL-1"), ORDER),
    (DriverRated("bob", "bronze", "DON"), ("DON", "SIL")),
    (DriverRated("bob", "bronze"), ALL),
    (EntryRegistered("1", "LMP3", "Team One", "ford", drivers=("ann",)), ALL),
    (EntryRegistered("7", "GT", "Team Seven", "ford", drivers=("dee",)), ()),
    (DriverRegistered("ann", "Ann Other"), ()),
    (ManufacturerRegistered("ford", "Ford of Dagenham"), ()),
    (PointsDeducted("drivers", "ann", Fraction(1), *STEWARDS, "OUL-1"), ()),
    (PointsRestored("drivers", "ann", Fraction(1), *STEWARDS, "OUL-1"), ()),
    (CompetitorExcluded("drivers", "ann", *STEWARDS), ()),
    (PointsScaleAdopted("race", points(3, 2, 1)), ALL),
    (ChampionshipDefined("drivers", "Drivers", TEAMS), ALL),
    (RaceScheduled("SIL-2", 3), ALL),
    (RacePostponed("OUL-1", 3, *STEWARDS), ALL),
    (RaceCancelled("OUL-1", *STEWARDS), ALL),
    (RecordCorrected(36, RaceClassified("OUL-1", "GT", PODIUM[::-1]), "misread"), ALL),
    (RecordStruck(36, "of another season"), ALL),
]
"""What changes some table, and the races that it touches."""
CHANGES_NOTHING: list[tuple[Event, tuple[str, ...] | None]] = [
    (RoundScheduled(4, "SNE", "Snetterton"), ALL),
    (SeasonOpened("club-2026", "Club Cup 2026", 2026), ()),
    (SeasonClosed(), ()),
    (CarClassDefined("GT", "Grand tourers"), ()),
    (StandingsPublished("drivers", "DON", (PublishedRow("ann", 1, Fraction(99)),)), ()),
    (WinnersPublished((PublishedWinner("DON", "GT", "bob"),)), ()),
    (DriverRated("zoe", "bronze"), ()),
]
"""What changes none."""


def tables(book: Book, before: dict[str, Scorer] | None = None) -> tuple[dict[str, Scorer], list[Standings]]:
    """Every table as of every race, and the scorers that gave them, which go on from others."""
    scorers = {name: Scorer(book, name, (before or {}).get(name)) for name in book.championships}
    return scorers, [scorer.standings(race) for scorer in scorers.values() for race in race_order(book)]


@pytest.mark.parametrize(("event", "races"), [*TOUCHES, *CHANGES_NOTHING], ids=lambda one: type(one).__name__)
def test_a_record_touches_these_races(event: Event, races: tuple[str, ...] | None) -> None:
    """A new record says which races are to be worked out anew; all else is as if it had been worked out anew."""
    records = recorded([*BASE, event])
    before = fold(records[:-1])
    after = fold(records[-1:], onto=before)
    assert (None if races is None else frozenset(races)) == races_touched(before, after, race_order(before))
    scorers, were = tables(before)
    for anew, refreshed in zip(tables(after)[1], tables(after, scorers)[1], strict=True):
        same_table("refreshed (right) it is another than anew", anew, refreshed)
    bare = [evolve(table, known_at=0) for table in were]
    assert (bare != [evolve(table, known_at=0) for table in tables(after)[1]]) == ((event, races) in TOUCHES)


def test_every_type_of_event_is_asked_what_it_touches() -> None:
    """A new type of event has to say it as well."""
    asked = {type(event) for event, _ in (*TOUCHES, *CHANGES_NOTHING)}
    assert [] == [cls.__name__ for cls in EVENT_TYPES if cls not in asked]


@pytest.mark.parametrize(
    ("other", "why"),
    [
        (BASE[:-1], "an earlier book"),
        ((*BASE[:-1], Disqualified("DON", "2", *STEWARDS), SeasonClosed()), "a book whose last record is another"),
        ((*BASE[:-2], SeasonClosed()), "a book of as many records"),
    ],
)
def test_nothing_is_taken_over_from_another_book(other: tuple[Event, ...], why: str) -> None:
    """Where one book does not go on from the other, every race is touched."""
    before, after = fold(recorded(BASE)), fold(recorded(other))
    assert races_touched(before, after, race_order(before)) is None, why
    scorers, _ = tables(before)
    assert tables(after)[1] == tables(after, scorers)[1]


@pytest.fixture(name="worked_out")
def _worked_out(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The races that are worked out from now on, one for each championship."""
    races: list[str] = []
    real: Callable[[Engine, str], tuple[Award, ...]] = Engine.awards

    def seen(engine: Engine, race: str) -> tuple[Award, ...]:
        races.append(race)
        return real(engine, race)

    monkeypatch.setattr(Engine, "awards", seen)
    return races


def test_a_new_race_costs_that_race(worked_out: list[str]) -> None:
    """With a new race, and a word on the last one, no other race is worked out; the same question costs none."""
    with Ledger.in_memory() as ledger:
        season = ledger.season("club-2026")
        season.append(*BASE)

        def ask() -> list[str]:
            worked_out.clear()
            for table in TABLES:
                season.standings(table.championship)
            return sorted({*worked_out})

        assert ["DON", "OUL-1", "OUL-2"] == ask()
        assert [] == ask()
        season.append(DriverSwapped("1", "ann", "dee", "SIL"), RaceClassified("SIL", "GT", PODIUM, "provisional"))
        assert ["SIL"] == ask()
        season.append(RaceClassified("SIL", "GT", PODIUM))
        assert ["SIL"] == ask()
        season.append(MovedDown("DON", "2", 1, *STEWARDS), PointsDeducted("teams", "#1", Fraction(1), *STEWARDS, "DON"))
        assert ["DON"] == ask()
        assert [] == ask()
