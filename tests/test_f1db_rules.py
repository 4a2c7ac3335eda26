"""What the imported years are scored by: the rulings, the rules of each year, and nothing in the code."""

import ast
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path

import pytest

import import_f1db
from events import (
    CarClassDefined,
    PointsDeducted,
    RaceClassified,
    RaceScheduled,
    RoundScheduled,
    SeasonOpened,
)
from f1db.years import Years, span_of
from ledger import Ledger
from tests.f1tree import imported, points_of, row_of, write_season

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.usefixtures("patient")


# --- Rulings ---


def test_points_deducted_later_show_as_of_later(extract: Ledger) -> None:
    """Racing Point loses its 15 points, for the second round, as of the fifth."""
    season = extract.season("f1-2020")
    makes = {n: row_of(season, "constructors", "racing-point/bwt-mercedes", n) for n in (4, 5)}
    assert [0, -15] == [sum(one.points for one in row.adjustments) for row in makes.values() if row is not None]
    assert [42, 41] == [row.points for row in makes.values() if row is not None]
    told = [one.event for one in season.records()]
    (ruling,) = [at for at, event in enumerate(told) if isinstance(event, PointsDeducted)]
    raced = [event.race for event in told[:ruling] if isinstance(event, RaceClassified)]
    assert "ANN" == raced[-1]  # the log has it when it was decided, not when the race was that it is about


def test_an_annulled_season_starts_from_nothing(extract: Ledger) -> None:
    """Force India keeps its 59 points as of round 12, and has those of round 13 alone as of that."""
    season = extract.season("f1-2018")
    rows = [row_of(season, "constructors", "force-india/mercedes", n) for n in (12, 13)]
    assert [59, 18] == [row.points for row in rows if row is not None]
    perez = [row_of(season, "drivers", "sergio-perez", n) for n in (12, 13)]
    assert [30, 40] == [row.points for row in perez if row is not None]


def test_a_shortened_race_pays_half(extract: Ledger) -> None:
    """Monaco 1984 paid half points."""
    senna = row_of(extract.season("f1-1984"), "drivers", "ayrton-senna")
    assert senna is not None
    assert [Fraction(3)] == [one.points for one in senna.awards if one.race == "MON"]


def test_a_car_that_may_not_score_keeps_its_place(extract: Ledger) -> None:
    """Gartner and Berger were fifth and sixth in Italy 1984 for no points, and nobody moved up."""
    lines = extract.season("f1-1984").results("ITA").classes[0].lines
    places = {line.drivers[0]: line.place for line in lines}
    assert (5, 6, 7) == (places["jo-gartner"], places["gerhard-berger"], places["piercarlo-ghinzani"])
    for driver in ("jo-gartner", "gerhard-berger", "piercarlo-ghinzani"):
        row = row_of(extract.season("f1-1984"), "drivers", driver)
        assert row is None or [0] == [one.points for one in row.awards if one.race == "ITA"]


def test_an_excluded_make_has_no_position(extract: Ledger) -> None:
    """Tyrrell is in the constructors' table of 1984 as of the last race, excluded, and in none before."""
    season = extract.season("f1-1984")
    row = row_of(season, "constructors", "tyrrell/ford")
    assert row is not None
    assert (None, Fraction(0)) == (row.position, row.points)
    assert row_of(season, "constructors", "tyrrell/ford", 15) is None


def test_a_ruling_on_somebody_who_was_not_there_fails_with_its_own_text(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A ruling that the results do not bear out is no footnote: the season is not imported."""
    tree = write_season(tmp_path / "tree", 1958, {"germany": "1 1 ann ford/ford\nDNF 2 bruce-mclaren ford/ford"})
    assert 2 == import_f1db.main([str(tree), "--ledger", str(tmp_path / "f1.parc")])
    text = "rulings.toml: 1958 germany, points-withheld (bruce-mclaren): drove a Formula Two car"
    expected = f"{text}: bruce-mclaren has no place in the race"
    assert expected in capsys.readouterr().err
    assert not (tmp_path / "f1.parc").exists()


def test_a_ruling_on_a_race_that_is_not_there_is_left_out_with_a_notice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A part of a season is imported with the rulings on it, and says which others there are."""
    tree = write_season(tmp_path / "tree", 1984, {"monaco": "1 1 ann ford/ford"})
    with imported(tmp_path, tree) as ledger:
        assert {"ann": Fraction(9, 2)} == points_of(ledger.season("f1-1984"), "drivers")
    notice = "rulings.toml: 1984 italy, points-withheld (jo-gartner, gerhard-berger): drove the second car of a team"
    assert notice in capsys.readouterr().err


def test_a_share_can_go_to_one_driver(tmp_path: Path) -> None:
    """The three points of fourth place in Britain 1957 went to Trintignant, none to Collins."""
    result = """
        1 20 tony-brooks vanwall/vanwall
        1 20 +stirling-moss vanwall/vanwall
        2 10 luigi-musso ferrari/ferrari
        3 12 mike-hawthorn ferrari/ferrari
        4 16 maurice-trintignant ferrari/ferrari
        4 16 +peter-collins ferrari/ferrari
    """
    tree = write_season(tmp_path / "tree", 1957, {"great-britain": result}, {"great-britain": ("luigi-musso",)})
    with imported(tmp_path, tree) as ledger:
        expected = {
            "tony-brooks": 4,
            "stirling-moss": 4,
            "luigi-musso": 7,
            "mike-hawthorn": 4,
            "maurice-trintignant": 3,
        }
        assert expected == points_of(ledger.season("f1-1957"), "drivers")


def test_a_fastest_lap_can_be_credited_to_one(tmp_path: Path) -> None:
    """Of two fastest laps in France 1953, Fangio's alone is worth the point."""
    result = """
        1 16 mike-hawthorn ferrari/ferrari
        2 18 juan-manuel-fangio maserati/maserati
        3 10 alberto-ascari ferrari/ferrari
    """
    both = {"france": ("juan-manuel-fangio", "alberto-ascari")}
    with imported(tmp_path, write_season(tmp_path / "tree", 1953, {"france": result}, both)) as ledger:
        expected = {"mike-hawthorn": 8, "juan-manuel-fangio": 7, "alberto-ascari": 4}
        assert expected == points_of(ledger.season("f1-1953"), "drivers")


def test_a_credit_for_a_lap_that_is_not_listed_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A slip in a file that the file does not have is not passed over."""
    tree = write_season(tmp_path / "tree", 1953, {"france": "1 16 ann ferrari/ferrari"}, {"france": ("ann",)})
    assert 2 == import_f1db.main([str(tree), "--ledger", str(tmp_path / "f1.parc")])
    assert "rulings.toml: 1953 france, one-fastest-lap (juan-manuel-fangio): two drivers" in capsys.readouterr().err


def test_the_next_cars_move_up_where_a_ruling_says_so(tmp_path: Path) -> None:
    """Behind the Formula Two cars of Germany 1967, the next cars score as if they had not been there."""
    order = ("ann", "bob", "cid", "dee", "jackie-oliver", "eve", "alan-rees", "fay")
    result = "\n".join(f"{n} {n} {who} ford/ford" for n, who in enumerate(order, start=1))
    with imported(tmp_path, write_season(tmp_path / "tree", 1967, {"germany": result})) as ledger:
        expected = {"ann": 9, "bob": 6, "cid": 4, "dee": 3, "eve": 2, "fay": 1}
        assert expected == points_of(ledger.season("f1-1967"), "drivers")


def test_drivers_keep_what_their_team_loses(tmp_path: Path) -> None:
    """Brazil 1995: the drivers have their points, Benetton and Williams do not."""
    result = """
        1 1 michael-schumacher benetton/renault
        2 6 david-coulthard williams/renault
        3 28 gerhard-berger ferrari/ferrari
    """
    with imported(tmp_path, write_season(tmp_path / "tree", 1995, {"brazil": result})) as ledger:
        season = ledger.season("f1-1995")
        assert {"michael-schumacher": 10, "david-coulthard": 6, "gerhard-berger": 4} == points_of(season, "drivers")
        assert {"ferrari/ferrari": 4} == points_of(season, "constructors")


def test_an_exclusion_shows_from_the_race_that_it_counts_from(tmp_path: Path) -> None:
    """Schumacher leads the drivers of 1997 as of round 16, and has no position as of round 17."""
    names = [*(f"race-{chr(96 + n)}" for n in range(1, 17)), "europe"]
    result = "1 5 michael-schumacher ferrari/ferrari\n2 3 jacques-villeneuve williams/renault"
    with imported(tmp_path, write_season(tmp_path / "tree", 1997, dict.fromkeys(names, result))) as ledger:
        season = ledger.season("f1-1997")
        rows = {n: row_of(season, "drivers", "michael-schumacher", n) for n in (16, 17)}
        assert {16: 1, 17: None} == {n: row.position for n, row in rows.items() if row is not None}
        assert {16: (), 17: True} == {n: row.excluded and True for n, row in rows.items() if row is not None}
        villeneuve = row_of(season, "drivers", "jacques-villeneuve", 17)
        assert villeneuve is not None
        assert 1 == villeneuve.position


# --- The rules of the years ---


@pytest.mark.parametrize("year", range(1950, 2026))
def test_the_rules_of_every_year_can_be_meant(year: int) -> None:
    """Each year has one rule for each thing, and its rule book passes scrutineering."""
    rounds = 24
    races: Mapping[str, tuple[str, ...]] = {"abu-dhabi": (f"R{rounds}",), "indianapolis": ("R1",)}
    rules = Years.read().rules(year, races)
    with Ledger.in_memory() as ledger:
        season = ledger.season(f"f1-{year}")
        season.append(
            SeasonOpened(f"f1-{year}", "Formula One", year),
            CarClassDefined("F1", "Formula One"),
            *rules.scales,
            *(RoundScheduled(n, f"R{n}", "Ring") for n in range(1, rounds + 1)),
            *(RaceScheduled(f"R{n}", n) for n in range(1, rounds + 1)),
            *rules.championships,
        )
    assert (["drivers"] if year < 1958 else ["drivers", "constructors"]) == [
        one.championship for one in rules.championships
    ]


@pytest.mark.parametrize(
    ("year", "win", "paid", "drivers", "constructors"),
    [
        (1950, 8, 5, "4", None),
        (1955, 8, 5, "5", None),
        (1959, 8, 5, "5", "5"),
        (1960, 8, 6, "6", "6"),
        (1961, 9, 6, "5", "5"),
        (1965, 9, 6, "6", "6"),
        (1967, 9, 6, "5 of 1-6, 4 of 7-", "5 of 1-6, 4 of 7-"),
        (1977, 9, 6, "8 of 1-9, 7 of 10-", "8 of 1-9, 7 of 10-"),
        (1979, 9, 6, "4 of 1-7, 4 of 8-", "all"),
        (1981, 9, 6, "11", "all"),
        (1991, 10, 6, "all", "all"),
        (2003, 10, 8, "all", "all"),
        (2010, 25, 10, "all", "all"),
        (2025, 25, 10, "all", "all"),
    ],
)
def test_what_counted_in_a_year(year: int, win: int, paid: int, drivers: str, constructors: str | None) -> None:
    """What a win was worth, how many places were, and which results counted."""
    rules = Years.read().rules(year, {})
    scale = next(one for one in rules.scales if one.scale == "race")
    assert (Fraction(win), paid) == (scale.points[0], len(scale.points))
    counted = {}
    for one in rules.championships:
        parts = one.rules.counting
        texts = [f"{part.best} of {part.first_round}-{part.last_round or ''}" for part in parts]
        counted[one.championship] = (", ".join(texts) if len(parts) > 1 else str(parts[0].best)) if parts else "all"
    assert {"drivers": drivers, "constructors": constructors} == {"constructors": None, **counted}


def test_a_win_of_1961_was_worth_less_to_a_make() -> None:
    """Nine points for the driver, eight for the constructor."""
    scales = {one.scale: one.points[0] for one in Years.read().rules(1961, {}).scales}
    assert {"race": 9, "constructors-race": 8} == scales


def test_spans_are_years_with_an_end_or_without() -> None:
    """A span is one year, two, or one from which on."""
    assert [(1954, 1954), (1950, 1959), (2010, None)] == [span_of(text) for text in ("1954", "1950-1959", "2010-")]


# --- Nothing is special-cased ---


def test_no_year_series_or_competitor_is_named_in_the_code(extract: Ledger) -> None:
    """The rooms that score and record know no season: what is special about one is data."""
    names: set[str] = set()
    for head in extract.season_heads():
        book = extract.season(head.season).book()
        # Makes of one short word are words of other things too: rb, life, march.
        names |= {*book.drivers, head.season, *(one for one in book.manufacturers if len(one) > len("march"))}
    found = []
    for room in ("projections", "ledger", "events"):
        for path in sorted((ROOT / room).rglob("*.py")):
            for text, line in _constants(path):
                if isinstance(text, int):
                    if 1950 <= text <= 2025:
                        found.append(f"{path.relative_to(ROOT)}:{line}: compared with {text}")
                elif text in names or "formula" in text.lower() or "f1-" in text.lower():
                    found.append(f"{path.relative_to(ROOT)}:{line}: {text}")
    assert [] == found


def _constants(path: Path) -> Iterator[tuple[str | int, int]]:
    """The texts of a module that are no docstrings, and the numbers that something is compared with."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield node.value, node.lineno
        compared = [node] if isinstance(node, ast.Compare | ast.MatchValue) else []
        for inside in (inner for one in compared for inner in ast.walk(one)):
            if isinstance(inside, ast.Constant) and isinstance(inside.value, int):
                yield inside.value, inside.lineno
