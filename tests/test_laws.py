"""The laws that every season keeps, over made-up seasons; and that each law notices when it is broken."""

import re
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cache
from importlib import import_module
from typing import Any, get_args

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events import (
    EVENT_TYPES,
    CarClassDefined,
    ChampionshipDefined,
    DidNotStart,
    Disqualified,
    DriverRegistered,
    DriverSwapped,
    EntryRegistered,
    Event,
    Line,
    ManufacturerRegistered,
    PointsDeducted,
    PointsScaleAdopted,
    PublishedRow,
    RaceClassified,
    RaceScheduled,
    RecordCorrected,
    RoundScheduled,
    Rules,
    RulingRescinded,
    SeasonClosed,
    SeasonOpened,
    StandingsPublished,
    points,
)
from events.rules import TieRule
from ledger import Ledger
from ledger.testing import (
    any_rules,
    check_all,
    laws,
    recorded,
    revising,
    scales,
    seasons,
    side_by_side,
    table_text,
)
from ledger.testing.renaming import renamed
from ledger.testing.rules import TIES
from projections import Book, Paddock, Standings, fold, race_order, standings, why
from projections.concerning import _touched
from projections.entries import Car
from projections.order import _Order
from projections.ranking import Ranking
from tests.stores import NewLog

OF_A_SEASON = [
    laws.check_admitted,
    laws.check_folding,
    laws.check_positions,
    laws.check_points_given,
    laws.check_explanations,
    laws.check_progression,
    laws.check_later_races,
    laws.check_refreshing,
    laws.check_registration_order,
    laws.check_renaming,
    laws.check_audit,
    laws.check_known_at,
    revising.check_rescinding,
    revising.check_counts_from,
    revising.check_applied_once,
    revising.check_disqualifying_the_last,
    revising.check_amending_as_it_stands,
    revising.check_branching,
    revising.check_corrections,
]
"""Every law that is about a season as a whole."""


def title(law: Callable[..., None]) -> str:
    """A law by its name."""
    return law.__name__.removeprefix("check_")


@pytest.mark.parametrize("law", OF_A_SEASON, ids=title)
def test_every_season_keeps_the_law(law: Callable[[Sequence[Event]], None]) -> None:
    """Whatever the rules and whatever happens, the law holds."""

    @settings(max_examples=25)
    @given(seasons())
    def in_any_season(season: tuple[Event, ...]) -> None:
        law(season)

    in_any_season()


@settings(max_examples=15)
@given(seasons(max_rounds=2))
def test_no_store_changes_what_was_known(new_log: NewLog, season: tuple[Event, ...]) -> None:
    """In every store, a table with an earlier known_at is what it was, whatever was recorded since."""
    with new_log() as log:
        ledger = Ledger(log)
        laws.check_known_at(season, ledger)
        assert tuple(season) == tuple(record.event for record in ledger.season("made-up-2026").records())


@settings(max_examples=15)
@given(seasons(max_rounds=2))
def test_every_store_gives_the_same_book(new_log: NewLog, season: tuple[Event, ...]) -> None:
    """A season that went through a store, in any of them, folds to the book that its events fold to."""
    with new_log() as log:
        kept = Ledger(log).season("made-up-2026")
        kept.append(*season)
        assert fold(recorded(season)) == kept.book()


@settings(max_examples=40)
@given(seasons())
def test_nobody_is_in_a_car_twice(season: tuple[Event, ...]) -> None:
    """However crews are changed, each driver has one seat in a car."""
    book = fold(recorded(season))
    paddock = Paddock(book)
    for race in race_order(book):
        for car in book.entries:
            crew = paddock.crew(car, race).drivers
            assert len(set(crew)) == len(crew)


# The seasons themselves.


def test_made_up_seasons_hold_every_type_of_event() -> None:
    """Nothing that can be recorded is missing from the seasons that the laws are tried on."""
    seen: set[type[Event]] = set()

    @settings(max_examples=200, derandomize=True, database=None)
    @given(seasons())
    def look(season: tuple[Event, ...]) -> None:
        seen.update(type(event) for event in season)

    look()
    assert [] == [cls.__name__ for cls in EVENT_TYPES if cls not in seen]


@cache
def made_up_rules() -> tuple[Rules, ...]:
    """Many rules, the same in every run."""
    seen: list[Rules] = []

    @settings(max_examples=800, derandomize=True, database=None)
    @given(any_rules())
    def look(rules: Rules) -> None:
        seen.append(rules)

    look()
    return tuple(seen)


def test_made_up_rules_are_of_every_kind() -> None:
    """Nothing that rules can say is missing from the rules that the laws are tried on."""
    seen = made_up_rules()
    said = {field.name: {getattr(rules, field.name) for rules in seen} for field in attrs.fields(Rules)}
    assert {"driver", "team", "entrant", "manufacturer", "constructor"} == said["competitor"]
    assert {"class", "re-ranked"} == said["place"]
    assert {"class", "scored"} == said["shown"]
    assert {"each", "split", "nobody"} == said["shared_car"]
    assert {"most", "fewest"} == said["wins"]
    assert {"nothing", "after-last-entry"} == said["unplaced"]
    assert {"entered", "started", "placed", "scored"} == said["appears"]
    assert {None, 1, 2, 3} == said["cars"]
    assert {ties[:1] for ties in TIES} == {rules.ties[:1] for rules in seen}
    assert {*get_args(TieRule)} == {rule for rules in seen for rule in rules.ties}
    assert {("GT",), ("LMP3",)} <= said["classes"]
    assert {"race", "sprint", "low", "steep"} == said["scale"]
    for name in ("ratings", "competitors"):
        assert None in said[name]
        assert len(said[name]) > 5
    for name in ("kept_statuses", "kept_races"):
        assert () in said[name]
        assert len(said[name]) > 2


@pytest.mark.parametrize(
    ("of", "field", "expected"),
    [
        ("apart", "counts", {True, False}),
        ("apart", "scale", {None, "race", "sprint", "low", "steep"}),
        ("apart", "break_ties", {True, False}),
        ("apart", "races", {(), ("DAY-1",), ("STP-1",)}),
        ("apart", "kinds", {(), ("race",), ("sprint",)}),
        ("bonuses", "what", {"pole", "fastest-lap", "led-a-lap", "most-laps-led"}),
        ("bonuses", "equal", {"split", "each"}),
        ("bonuses", "within", {None, 1, 2}),
        ("bonuses", "shortened", {"full", "part", "none"}),
        ("bonuses", "kinds", {(), ("race",), ("sprint",)}),
        ("counting", "best", {None, 1, 2, 3, 4}),
        ("counting", "all_but", {None, 1, 2}),
        ("counting", "first_round", {1, 2, 3}),
        ("counting", "last_round", {None, 1, 2, 8}),
        ("counting", "name", {None, "part 1", "part 2", "part 3"}),
        ("counting", "unit", {"race", "round"}),
        ("counting", "dropped_after", {(), (2,), (4,), (2, 3), (3, 4)}),
    ],
)
def test_made_up_rules_say_all_of_each_part(of: str, field: str, expected: set[object]) -> None:
    """Races apart, bonuses and parts of a season are made up with all that they can say."""
    seen = {getattr(one, field) for rules in made_up_rules() for one in getattr(rules, of)}
    assert expected <= seen


SCALE = PointsScaleAdopted("race", points(25, 18, 15, 12, 10, 8, 6, 4, 2, 1))
RULES = Rules("manufacturer", classes=("GT3",), scale="race", cars=2, place="re-ranked")


@settings(max_examples=25)
@given(seasons(scales=st.just(SCALE), rules=st.just(RULES)))
def test_a_league_tries_its_own_rules(season: tuple[Event, ...]) -> None:
    """Handed a league's scale and rules, every season has them and no others, and keeps all laws."""
    assert {SCALE} == {event for event in season if isinstance(event, PointsScaleAdopted)}
    assert {RULES} == {event.rules for event in season if isinstance(event, ChampionshipDefined)}
    assert ["GT3"] == [event.car_class for event in season if isinstance(event, CarClassDefined)]
    check_all(season)


@settings(max_examples=25)
@given(
    seasons(
        rules=any_rules(("GT", "Pro/Am"), ("feature",), rising_ids=(), races=("OUL-2",)),
        classes=("TCR",),
        max_rounds=1,
        max_cars=2,
    )
)
def test_a_season_has_what_its_rules_name(season: tuple[Event, ...]) -> None:
    """Classes and scales that the rules name are made up where nobody gave them, beside the classes that were given."""
    classes = [event.car_class for event in season if isinstance(event, CarClassDefined)]
    named = {name for event in season if isinstance(event, ChampionshipDefined) for name in event.rules.classes}
    assert {"TCR", *named} == set(classes)
    assert ["feature"] == [event.scale for event in season if isinstance(event, PointsScaleAdopted)]
    assert [1] == [event.round for event in season if isinstance(event, RoundScheduled)]
    named = {
        name for event in season if isinstance(event, ChampionshipDefined) for name in event.rules.competitors or ()
    }
    known = {f"#{event.car}" for event in season if isinstance(event, EntryRegistered)}
    known |= {event.driver for event in season if isinstance(event, DriverRegistered)}
    known |= {event.entrant or "" for event in season if isinstance(event, EntryRegistered)}
    makes = {event.manufacturer for event in season if isinstance(event, ManufacturerRegistered)}
    assert named <= known | makes | {f"{chassis}/{engine}" for chassis in makes for engine in makes}
    laws.check_admitted(season)


@given(scales("sprint"))
def test_a_made_up_scale_pays_better_places_more(scale: PointsScaleAdopted) -> None:
    """A scale never pays a place more than the one before."""
    worth = [*scale.points, scale.beyond]
    assert sorted(worth, reverse=True) == worth
    assert ("sprint", "falling") == (scale.scale, scale.order)


@given(scales("low", order="rising"))
def test_a_made_up_scale_that_rises_pays_better_places_less(scale: PointsScaleAdopted) -> None:
    """A scale for a table that the fewest points win never pays a place less than the one before."""
    worth = [*scale.points, scale.beyond]
    assert sorted(worth) == worth
    assert ("low", "rising") == (scale.scale, scale.order)


# Each law notices when it is broken.

CLUB: tuple[Event, ...] = (
    SeasonOpened("club-2026", "Club Cup 2026", 2026),
    PointsScaleAdopted("race", points(10, 8, 6)),
    CarClassDefined("GT", "GT cars"),
    ChampionshipDefined("drivers", "Drivers' Cup", Rules("driver", ("GT",), "race")),
    ChampionshipDefined("makes", "Makes' Cup", Rules("manufacturer", ("GT",), "race", cars=1, place="re-ranked")),
    RoundScheduled(1, "OUL", "Oulton Park"),
    RaceScheduled("OUL-1", 1),
    RaceScheduled("OUL-2", 1),
    DriverRegistered("ann", "Ann Archer"),
    DriverRegistered("bob", "Bob Baker"),
    DriverRegistered("cid", "Cid Cook"),
    ManufacturerRegistered("ford", "Ford"),
    ManufacturerRegistered("kia", "Kia"),
    EntryRegistered("1", "GT", "Team One", "ford", drivers=("ann",)),
    EntryRegistered("2", "GT", "Team Two", "kia", drivers=("bob",)),
    RaceClassified("OUL-1", "GT", (Line(1, "1"), Line(2, "2"))),
    DriverSwapped("1", "ann", "cid", "OUL-2"),
    RaceClassified("OUL-2", "GT", (Line(1, "2"),)),
    DidNotStart("OUL-2", "1"),
)


def test_a_plain_season_keeps_every_law() -> None:
    """The season that is broken below keeps all laws as it is."""
    check_all(CLUB)


def broken_crew(paddock: Paddock, car: str, race: str) -> Any:
    """A crew as it stands at the last race, whichever was asked about."""
    return REAL_CREW(paddock, car, "OUL-2" if race else race)


def broken_car(paddock: Paddock, car: str, race: str) -> Car:
    """The make of whoever was registered first."""
    first = next(iter(paddock._book.entries.values()))  # noqa: SLF001 - the mistake is made inside
    return Car(first.event.manufacturer if race and car else "", None, None, ())


def broken_positions(ranking: Ranking, among: Any) -> Any:
    """Positions without sharing: names decide."""
    return [(index, name) for index, (_, name) in enumerate(REAL_POSITIONS(ranking, among), start=1)]


def reversing(real: Callable[..., None]) -> Callable[..., None]:
    """What is done to an order, and then the placed cars the other way round."""

    def mistaken(order: Any, *asked: Any) -> None:
        real(order, *asked)
        order._placed.reverse()  # noqa: SLF001 - the mistake is made inside
        for place, car in enumerate(order._placed, start=1):  # noqa: SLF001
            order._lines[car] = attrs.evolve(order._lines[car], place=place)  # noqa: SLF001

    return mistaken


REAL_CREW, REAL_WHY = Paddock.crew, why
REAL_POSITIONS, REAL_TOUCHED = Ranking.positions, _touched
REAL_APPLY, REAL_AMEND = _Order.apply, _Order._amend  # noqa: SLF001 - what a mistake is put around
TIED = (*CLUB[:15], DidNotStart("OUL-1", "1"), DidNotStart("OUL-1", "2"))
"""Two drivers and two makes whom nothing tells apart."""
LEVEL = (*CLUB[:16], RaceClassified("OUL-2", "GT", (Line(1, "2"), Line(2, "1"))))
"""Two drivers and two makes with a win and a second place each; one of them won first."""
RULED = (
    *CLUB,
    Disqualified("OUL-1", "1", "the stewards", "underweight", "OUL-2"),
    PointsDeducted("drivers", "bob", Fraction(1), "the stewards", "fuel", "OUL-1"),
)
"""The club with rulings: one that counts from a later race, and one that counts from its own."""


@pytest.mark.parametrize(
    ("law", "season", "target", "mistake", "expected"),
    [
        (
            laws.check_folding,
            CLUB,
            "projections.book:Book.copy",
            lambda self: self,
            "folding further changed the book of the first 1 records",
        ),
        (
            laws.check_folding,
            CLUB,
            "ledger.testing.laws:fold",
            lambda records, onto=None: fold(records, onto, season="club-2026") if onto is None else Book("x"),
            "folding 1 records and then the rest is not folding all",
        ),
        (
            laws.check_positions,
            TIED,
            "projections.ranking:Ranking.positions",
            broken_positions,
            "ann and bob are not placed as the rules tell them apart",
        ),
        (
            laws.check_positions,
            CLUB,
            "projections.ranking:Ranking.positions",
            lambda *asked: REAL_POSITIONS(*asked)[::-1],
            "is at position",
        ),
        (
            laws.check_positions,
            LEVEL,
            "projections.ranking:_tie_key",
            lambda *_: (),
            "are not placed as the rules tell them apart",
        ),
        (
            laws.check_points_given,
            CLUB,
            "projections.scoring:scale_value",
            lambda scale, place: Fraction(place) + scale.beyond,
            "OUL-1 does not give out what the scale gives for the places that scored",
        ),
        (
            laws.check_explanations,
            CLUB,
            "ledger.testing.laws:why",
            lambda *asked: attrs.evolve(REAL_WHY(*asked), awards=()),
            "has other awards than its row",
        ),
        (
            laws.check_explanations,
            CLUB,
            "ledger.testing.laws:why",
            lambda *asked: attrs.evolve(REAL_WHY(*asked), records=(99,)),
            "follows from records that there are not: (99,)",
        ),
        (
            laws.check_progression,
            CLUB,
            "ledger.testing.laws:progression",
            lambda *_: (),
            "the progression of drivers does not end in its standings",
        ),
        (
            laws.check_later_races,
            CLUB,
            "projections.entries:Paddock.crew",
            broken_crew,
            "a later race changed the standings as of OUL-1",
        ),
        (
            laws.check_refreshing,
            CLUB,
            "projections.concerning:_touched",
            lambda *asked: REAL_TOUCHED(*asked) and (),
            "as of OUL-1, refreshed with record 16 it is another than anew",
        ),
        (
            laws.check_refreshing,
            CLUB,
            "projections.tally:Tallies.starts",
            lambda *_: True,
            "refreshed with record",
        ),
        (
            laws.check_registration_order,
            CLUB,
            "projections.entries:Paddock.car",
            broken_car,
            "registered in reverse order, the table is another",
        ),
        (
            laws.check_renaming,
            TIED,
            "projections.ranking:Ranking.positions",
            broken_positions,
            "renaming changed a number in drivers; ann is now cid, bob is now bob, cid is now ann\n",
        ),
        (
            laws.check_audit,
            CLUB,
            "projections.auditing:_cells",
            lambda *_: [("OUL-1", "1", "2")],
            "published as computed, the audit objects to it",
        ),
        (
            laws.check_known_at,
            CLUB,
            "ledger.season:resolve",
            lambda log, *_: log.head(),
            "the table was another (left) than it is said to be now",
        ),
        (
            revising.check_rescinding,
            RULED,
            "projections.rulings:rescissions",
            lambda *_: {},
            "and its rescission left another table, as of OUL-2",
        ),
        (
            revising.check_counts_from,
            RULED,
            "projections.rulings:Docket._shows",
            lambda *_: True,
            "changed a table as of a race before OUL-2, as of OUL-1",
        ),
        (
            revising.check_applied_once,
            (*RULED, RulingRescinded(20, "a court", "on appeal")),
            "ledger.testing.revising:scrutinise",
            lambda *_: (),
            "admitted, though it is rescinded at 22",
        ),
        (
            revising.check_applied_once,
            RULED,
            "ledger.testing.revising:scrutinise",
            lambda *_: (),
            "admitted, though record 20 says so already",
        ),
        (
            revising.check_disqualifying_the_last,
            (
                *CLUB[:15],
                EntryRegistered("3", "GT", "Team Three", "kia", drivers=("cid",)),
                RaceClassified("OUL-1", "GT", (Line(1, "1"), Line(2, "2"), Line(3, "3"))),
            ),
            "projections.order:_Order.apply",
            reversing(REAL_APPLY),
            "drivers: #3, last of OUL-1, was disqualified, and others changed",
        ),
        (
            revising.check_amending_as_it_stands,
            CLUB,
            "projections.order:_Order._amend",
            reversing(REAL_AMEND),
            "OUL-1 was amended to the order that stood, and a table changed",
        ),
        (
            revising.check_branching,
            CLUB,
            "ledger.testing.revising:fold",
            lambda records, onto=None: fold(list(records)[:-1], onto),
            "the table is not that of the whole, as of OUL-2",
        ),
        (
            revising.check_corrections,
            (*CLUB, RecordCorrected(16, RaceClassified("OUL-1", "GT", (Line(1, "2"), Line(2, "1"))), "misread")),
            "projections.book:Book._refile",
            lambda _: None,
            "corrected, a table is not as if it had been said so from the start, as of OUL-1",
        ),
    ],
)
def test_a_law_notices_when_it_is_broken(
    monkeypatch: pytest.MonkeyPatch,
    law: Callable[[Sequence[Event]], None],
    season: tuple[Event, ...],
    target: str,
    mistake: Any,
    expected: str,
) -> None:
    """A season that keeps the law fails it as soon as what it rests on makes a mistake, in words that say which."""
    law(season)
    module, _, name = target.partition(":")
    owner, _, name = name.rpartition(".")
    holder = import_module(module)
    monkeypatch.setattr(getattr(holder, owner) if owner else holder, name, mistake)
    with pytest.raises(AssertionError, match=re.escape(expected)):
        law(season)


def test_a_season_that_is_refused_is_told_so() -> None:
    """A season that scrutineering refuses fails with each event and what is wrong with it."""
    season = (*CLUB, SeasonClosed(), RaceClassified("OUL-2", "GT", (Line(2, "9"),)))
    with pytest.raises(AssertionError) as caught:
        check_all(season)
    for part in (
        "scrutineering refuses the season:\n  RaceClassified(race='OUL-2'",
        "\n    $: the season is closed; only rulings, corrections and publications may follow",
        "\n    $.lines[0].car: unknown car '9'; known: 1, 2",
        "\n    $.lines[0].place: 2 leaves a hole: nobody is 1",
    ):
        assert part in str(caught.value)


def test_an_event_that_does_not_come_back_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """An event whose stored form is read as another fails with both."""
    other = DriverRegistered("eve", "Eve")
    monkeypatch.setattr(laws, "decode", lambda *_: other)
    with pytest.raises(AssertionError) as caught:
        laws.check_round_trip(CLUB[8])
    expected = f"stored as driver-registered/1, it is read as another event\n  {CLUB[8]!r}\n  {other!r}"
    assert expected == str(caught.value)


@pytest.mark.parametrize("season", [(), CLUB[1:]])
def test_a_season_begins_with_its_opening(season: tuple[Event, ...]) -> None:
    """Laws are about one season from its first event on."""
    with pytest.raises(ValueError, match="the first event of a season is its SeasonOpened"):
        recorded(season)


def test_a_failing_table_is_shown_beside_the_right_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where two tables differ, the message shows both in lines, and marks the lines that differ."""
    monkeypatch.setattr(Paddock, "crew", broken_crew)
    with pytest.raises(AssertionError) as caught:
        laws.check_later_races(CLUB)
    assert [
        "drivers: a later race changed the standings as of OUL-1 (left: without what is later)",
        "pos  competitor  OUL-1  points  |  pos  competitor  OUL-1  points",
        "  1  ann             1      10  ≠    1  cid             1      10",
        "  2  bob             2       8  |    2  bob             2       8",
    ] == str(caught.value).splitlines()


def club_table() -> Standings:
    """The drivers' table of the club."""
    return standings(fold(recorded(CLUB)), "drivers")


def test_a_table_is_text() -> None:
    """A table is printed in lines, each with position, competitor, a cell a race, and points."""
    assert [
        "pos  competitor  OUL-1  OUL-2  points",
        "  1  bob             2      1      18",
        "  2  ann             1      -      10",
        "  3  cid             -    DNS       0",
    ] == table_text(club_table()).splitlines()


def test_two_texts_stand_side_by_side() -> None:
    """Texts of unequal length stand side by side, with nothing beside what only one has."""
    assert "one  |  one\ntwo  ≠  2\n     ≠  3" == side_by_side("one\ntwo", "one\n2\n3")
    assert "a  ≠" == side_by_side("a", "")


def test_renaming_trades_names_and_nothing_else() -> None:
    """Under other names a season has the same facts about the same competitors, wherever they are named."""
    printed = StandingsPublished("drivers", "OUL-1", (PublishedRow("ann", 1, Fraction(10)),))
    others, names = renamed((*CLUB, printed))
    assert {
        "driver": {"ann": "cid", "bob": "bob", "cid": "ann"},
        "team": {"#1": "#2", "#2": "#1"},
        "entrant": {},
        "manufacturer": {"ford": "kia", "kia": "ford"},
        "constructor": {"ford/ford": "kia/kia", "ford/kia": "kia/ford", "kia/ford": "ford/kia", "kia/kia": "ford/ford"},
    } == names
    assert (
        DriverRegistered("cid", "Ann Archer"),
        EntryRegistered("2", "GT", "Team One", "kia", drivers=("cid",)),
        DriverSwapped("2", "cid", "ann", "OUL-2"),
        RaceClassified("OUL-1", "GT", (Line(1, "2"), Line(2, "1"))),
        attrs.evolve(printed, rows=(PublishedRow("cid", 1, Fraction(10)),)),
        CLUB[3],
    ) == (others[8], others[13], others[16], others[15], others[-1], others[3])
    assert CLUB == renamed(others[:-1])[0]
