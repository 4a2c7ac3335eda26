"""Rules in sentences: every field and every value of the rules changes what the regulations say."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import attrs
import pytest
from attrs import evolve

from events import (
    Bonus,
    CarClassDefined,
    ChampionshipDefined,
    CountedPart,
    DriverRegistered,
    EntryRegistered,
    Event,
    Line,
    ManufacturerRegistered,
    PointsScaleAdopted,
    RaceClassified,
    RacesApart,
    RaceScheduled,
    RaceShortened,
    RoundScheduled,
    Rules,
    SeasonOpened,
    points,
)
from events.rules import CompetitorKind, TieRule, Unplaced
from events.values import Rating
from ledger import Ledger
from ledger.testing import recorded
from projections import Regulations, UnknownName, fold, regulations
from tests.commandline import parc

FRAME: tuple[Event, ...] = (
    SeasonOpened("club-2026", "Club Cup 2026", 2026),
    PointsScaleAdopted("race", points(25, 18, 15, 15, 15)),
    PointsScaleAdopted("sprint", points(3, 2, 1)),
    CarClassDefined("GT", "GT cars"),
    CarClassDefined("TCR", "Touring cars"),
    ManufacturerRegistered("ford", "Ford"),
    DriverRegistered("ann", "Ann Archer"),
    DriverRegistered("bob", "Bob Brook"),
    EntryRegistered("1", "GT", "Archer", "ford", drivers=("ann",)),
    RoundScheduled(1, "OUL", "Oulton Park"),
    RaceScheduled("OUL-1", 1, kind="sprint"),
    RaceScheduled("OUL-2", 1),
    RoundScheduled(2, "DON", "Donington"),
    RaceScheduled("DON", 2),
)
BASE: dict[type, Any] = {
    Rules: Rules("driver", ("GT",), "race", counting=(CountedPart(best=4),)),
    RacesApart: RacesApart(kinds=("sprint",), races=("DON",), times=Fraction(3)),
    Bonus: Bonus("pole", Fraction(1)),
    CountedPart: CountedPart(all_but=2),
}
WORTH_SAYING: dict[tuple[type, str], Sequence[Any]] = {
    (Rules, "classes"): [("GT",), ("TCR",), ("GT", "TCR")],
    (Rules, "scale"): ["race", "sprint"],
    (Rules, "ratings"): [None, *((one,) for one in get_args(Rating)), ("gold", "bronze")],
    (Rules, "cars"): [None, 1, 2],
    (Rules, "ties"): [(), *((one,) for one in get_args(TieRule)), ("countback", "last-race")],
    (Rules, "competitors"): [None, ("ann",), ("ann", "bob")],
    (Rules, "apart"): [(), (BASE[RacesApart],)],
    (Rules, "bonuses"): [(), (BASE[Bonus],)],
    (Rules, "counting"): [(), (CountedPart(best=4),)],
    (Rules, "kept_statuses"): [(), *((one,) for one in get_args(Unplaced))],
    (Rules, "kept_races"): [(), ("DON",), ("DON", "OUL-1")],
    (RacesApart, "kinds"): [("sprint",), ("sprint", "heat"), ()],
    (RacesApart, "races"): [(), ("DON",), ("DON", "OUL-1")],
    (RacesApart, "counts"): [True, False],
    (RacesApart, "scale"): [None, "race", "sprint"],
    (RacesApart, "times"): [Fraction(1), Fraction(2), Fraction(3, 2)],
    (RacesApart, "break_ties"): [True, False],
    (Bonus, "points"): [Fraction(1), Fraction(2), Fraction(1, 2)],
    (Bonus, "within"): [None, 1, 10],
    (Bonus, "kinds"): [(), ("sprint",), ("sprint", "heat")],
    (CountedPart, "best"): [None, 1, 2],
    (CountedPart, "all_but"): [1, 2],
    (CountedPart, "first_round"): [1, 2],
    (CountedPart, "last_round"): [None, 1, 7],
    (CountedPart, "name"): [None, "the first half"],
    (CountedPart, "dropped_after"): [(), (3,), (4, 8)],
}
"""Values of each field that is no list of words."""
FIELDS = [(cls, field.name, field.type) for cls in BASE for field in attrs.fields(cls)]


def said(rules: Rules, as_of: str | None = None, *told: Event) -> Regulations:
    """The regulations of a championship with these rules."""
    return regulations(fold(recorded((*FRAME, ChampionshipDefined("cup", "The Cup", rules), *told))), "cup", as_of)


def prose(found: Regulations) -> str:
    """All that they say."""
    return "\n".join(sentence for one in found.articles for sentence in one.sentences)


@pytest.mark.parametrize(("cls", "name", "hint"), FIELDS, ids=lambda one: getattr(one, "__name__", str(one))[:20])
def test_every_value_of_every_field_is_said(cls: type, name: str, hint: Any) -> None:
    """No two values of a field read alike, so that none of them goes without saying."""
    literal = hint if get_origin(hint) is Literal else None
    values = get_args(literal) if literal is not None else WORTH_SAYING[cls, name]
    inside = {RacesApart: "apart", Bonus: "bonuses", CountedPart: "counting"}
    texts = []
    for value in values:
        changed = evolve(BASE[cls], **{name: value})
        rules = changed if cls is Rules else evolve(BASE[Rules], **{inside[cls]: (changed,)})
        texts.append(prose(said(rules)))
    assert len(values) > 1
    assert len(values) == len(set(texts)), "\n---\n".join(texts)


@pytest.mark.parametrize("kind", get_args(CompetitorKind))
def test_every_competitor_has_a_word(kind: CompetitorKind) -> None:
    """Whoever competes, the first sentence says so, and sentences are sentences."""
    for sentence in prose(said(evolve(BASE[Rules], competitor=kind, cars=1))).splitlines():
        assert sentence[0].isupper() or sentence[0].isdigit()
        assert sentence.endswith(".")
        assert "  " not in sentence


def test_regulations_read_as_an_organiser_writes_them() -> None:
    """A whole rule book, from competitors to the table."""
    rules = Rules(
        "driver",
        ("GT",),
        "race",
        apart=(
            RacesApart(kinds=("sprint",), scale="sprint", break_ties=False),
            RacesApart(races=("DON",), times=Fraction(2)),
        ),
        bonuses=(Bonus("fastest-lap", Fraction(1), within=10, shortened="none", kinds=("race",)),),
        counting=(CountedPart(best=5, last_round=6, name="the first half"), CountedPart(all_but=1, first_round=7)),
        kept_statuses=("DSQ",),
        appears="scored",
    )
    expected = """\
The competitors are the drivers of the cars of class GT.
The most points win. A race pays by the scale "race".
Points go by the place in the class, whoever stands between the competitors.
A driver who is in several cars of a race scores with each.
Each driver of a shared car scores its points in full.
A car without a place scores nothing by it.
Races of the kind sprint pay by the scale "sprint" and tell no equal points apart.
The race DON pays twice what the scale has.
The fastest lap earns 1 point in races of the kind race, to a car that is placed 10th or better.
Several who did the same split it equally. A shortened race does not pay it.
Of rounds 1 to 6 (the first half) the best 5 results count.
Of round 7 to the last all but the worst result count.
The worst are dropped, and of equal ones the earliest; a race missed is a result like any other.
Not dropped: a disqualification.
Of those with equal points ahead is who has more wins, then more second places, and so on down.
If they are still equal, ahead is who took the best of these places first, then the next best, and so on.
Competitors that none of this tells apart share the position.
The table lists whoever has points.
It shows the place that scores."""
    assert expected == prose(said(rules))


def test_a_race_says_what_it_pays_and_what_is_dropped_by_then() -> None:
    """As of a race, its scale, its multiple and its part, and the results dropped so far."""
    rules = Rules(
        "driver",
        ("GT",),
        "race",
        apart=(RacesApart(races=("OUL-2",), times=Fraction(2)),),
        counting=(CountedPart(best=1),),
    )
    told: tuple[Event, ...] = (
        *(RaceClassified(race, "GT", (Line(1, "1"),)) for race in ("OUL-1", "OUL-2")),
        RaceShortened("OUL-2", Fraction(1, 2)),
    )
    first, second = said(rules, "OUL-1", *told), said(rules, "OUL", *told)
    assert (
        'OUL-1 pays by the scale "race".',
        "1 race of the season has a result; none are dropped.",
    ) == first.articles[-1].sentences
    assert (
        'OUL-2 pays by the scale "race", 2 times over, and 1/2 of that, since it was shortened.',
        "2 races of the season have a result; 1 is dropped.",
    ) == second.articles[-1].sentences
    assert ("OUL-2", 1, "As of OUL-2") == (second.as_of, second.round, second.articles[-1].heading)


def test_what_the_book_does_not_hold_is_named() -> None:
    """An unknown championship or race is an error that says which there are."""
    with pytest.raises(UnknownName, match="unknown championship 'cop'; did you mean 'cup'"):
        regulations(fold(recorded((*FRAME, ChampionshipDefined("cup", "The Cup", BASE[Rules])))), "cop")
    with pytest.raises(UnknownName, match="unknown race 'SPA'"):
        said(BASE[Rules], "SPA")


def test_the_command_prints_sentences_and_scales(tmp_path: Path) -> None:
    """`parc rules` prints the articles, then a table of the scales with equal places together."""
    path = tmp_path / "club.parc"
    rules = Rules("driver", ("GT",), "race", apart=(RacesApart(kinds=("sprint",), scale="sprint"),))
    with Ledger.open(path) as ledger:
        ledger.season("club-2026").append(*FRAME, ChampionshipDefined("cup", "The Cup", rules))
    ran = parc("--ledger", path, "rules", "cup", env={"COLUMNS": "80"})
    assert 0 == ran.status
    assert "\nEqual points\n  Of those with equal points ahead is who has more wins" in ran.out
    assert ran.out.endswith(
        """
       Place  race  sprint
──────────────────────────
           1    25       3
           2    18       2
           3    15       1
      4 to 5    15       0
6 and beyond     0       0
"""
    )
    listed = parc("--ledger", path, "rules", "cup", "--format", "csv").out
    assert "scale,from_place,to_place,points\nrace,1,1,25\nrace,2,2,18\nrace,3,5,15\nrace,6,,0\n" in listed
    assert "| 6 and beyond | 0 | 0 |" in parc("--ledger", path, "rules", "cup", "--format", "markdown").out
    early = parc("--ledger", path, "rules", "cup", "--known-at", "3")
    assert (2, "parc: unknown championship 'cup': none is recorded yet\n") == (early.status, early.err)
