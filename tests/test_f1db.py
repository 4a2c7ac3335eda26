"""Formula One seasons, imported from f1db: what an extract of it becomes, and what is refused."""

import shutil
from fractions import Fraction
from pathlib import Path

import pytest

import import_f1db
from events import (
    CarChanged,
    DidNotStart,
    DriverAssigned,
    EntryRegistered,
    StandingsPublished,
    points_text,
)
from f1db.names import round_codes
from ledger import Ledger
from tests.f1tree import EXTRACT, imported, points_of, race_folder, row_of, write_season

pytestmark = pytest.mark.usefixtures("patient")
SEASONS = ["f1-1954", "f1-1956", "f1-1958", "f1-1964", "f1-1970", "f1-1984", "f1-2018", "f1-2020", "f1-2024"]


# --- Running it ---


def test_every_season_of_the_tree_becomes_one(extract: Ledger) -> None:
    """Each season has a stream of its own, named for its year."""
    assert SEASONS == [head.season for head in extract.season_heads()]


def test_a_second_run_appends_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is there is recognised, and nothing is recorded twice."""
    arguments = [str(EXTRACT), "--ledger", str(tmp_path / "f1.parc"), "--seasons", "1954,2024"]
    assert 0 == import_f1db.main(arguments)
    assert "2 seasons, 15 races: " in capsys.readouterr().out
    with Ledger.open(tmp_path / "f1.parc") as ledger:
        before = [record.id for record in ledger.records()]
    assert 0 == import_f1db.main(arguments)
    assert "2 seasons, 15 races: nothing to append, all of it is there" in capsys.readouterr().out
    with Ledger.open(tmp_path / "f1.parc") as ledger:
        assert before == [record.id for record in ledger.records()]


def test_a_bar_shows_how_far_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where it takes long, a bar on standard error counts the seasons."""
    monkeypatch.setattr(import_f1db, "PATIENCE_S", 0)
    assert 0 == import_f1db.main([str(EXTRACT), "--ledger", str(tmp_path / "f1.parc"), "--seasons", "1954-1956"])
    assert "2/2" in capsys.readouterr().err


def test_a_tree_that_knows_more_races_adds_them(tmp_path: Path) -> None:
    """A season under way is imported race by race."""
    tree = tmp_path / "tree"
    shutil.copytree(EXTRACT, tree)
    later = race_folder(tree, 2024, 5, "china")
    later.rename(tmp_path / "later")
    arguments = [str(tree), "--ledger", str(tmp_path / "f1.parc"), "--seasons", "2024"]
    assert 0 == import_f1db.main(arguments)
    (tmp_path / "later").rename(later)
    assert 0 == import_f1db.main(arguments)
    with Ledger.open(tmp_path / "f1.parc") as ledger:
        assert ["BHR", "SAU", "AUS", "JPN", "CHN-1", "CHN-2"] == list(ledger.season("f1-2024").book().races)
        assert 110 == points_of(ledger.season("f1-2024"), "drivers")["max-verstappen"]


def test_other_data_for_a_season_that_is_there_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A fact that the ledger holds otherwise is named with its file, and nothing is appended."""
    tree = tmp_path / "tree"
    shutil.copytree(EXTRACT, tree)
    arguments = [str(tree), "--ledger", str(tmp_path / "f1.parc"), "--seasons", "1954"]
    assert 0 == import_f1db.main(arguments)
    file = race_folder(tree, 1954, 4, "france") / "driver-standings.yml"
    file.write_text(file.read_text(encoding="utf-8").replace("points: 25", "points: 26", 1), encoding="utf-8")
    with Ledger.open(tmp_path / "f1.parc") as ledger:
        before = ledger.season("f1-1954").version_seen()
    assert 2 == import_f1db.main(arguments)
    problem = "1954/races/04-france/driver-standings.yml: the ledger holds it otherwise, at position "
    assert problem in capsys.readouterr().err
    with Ledger.open(tmp_path / "f1.parc") as ledger:
        assert before == ledger.season("f1-1954").version_seen()


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("1954", ["f1-1954"]),
        ("1950-1956", ["f1-1954", "f1-1956"]),
        ("2018-", ["f1-2018", "f1-2020", "f1-2024"]),
        ("1984, 1954-1957", ["f1-1954", "f1-1956", "f1-1984"]),
    ],
)
def test_seasons_are_chosen_by_year_and_span(tmp_path: Path, asked: str, expected: list[str]) -> None:
    """Of a span, those seasons are imported that the tree holds."""
    assert 0 == import_f1db.main([str(EXTRACT), "--ledger", str(tmp_path / "f1.parc"), "--seasons", asked])
    with Ledger.open(tmp_path / "f1.parc") as ledger:
        assert expected == [head.season for head in ledger.season_heads()]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("1985", "--seasons 1985: the tree holds no such season"),
        ("1971-1983", "--seasons 1971-1983: the tree holds no such season"),
        ("1956-1954", "'1956-1954' ends before it begins"),
        ("fifties", "'fifties' is no span, such as 1954, 1950-1959 or 2010-"),
        ("1954,", "'' is no span, such as 1954, 1950-1959 or 2010-"),
    ],
)
def test_a_choice_of_no_season_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], asked: str, expected: str
) -> None:
    """A year or span without a season is an error, and no ledger is made."""
    assert 2 == import_f1db.main([str(EXTRACT), "--ledger", str(tmp_path / "f1.parc"), "--seasons", asked])
    assert f"import_f1db.py: {expected}\n" == capsys.readouterr().err
    assert not (tmp_path / "f1.parc").exists()


def test_a_folder_that_is_no_tree_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The error says which folder to name."""
    assert 2 == import_f1db.main([str(tmp_path), "--ledger", str(tmp_path / "f1.parc")])
    expected = f"import_f1db.py: {tmp_path}: no src/data/seasons in it; name the top folder of an f1db source tree\n"
    assert expected == capsys.readouterr().err


# --- Rows that cannot be read ---

UNREADABLE = [
    (
        "race-results",
        "position: 3",
        "position: third",
        "position: 'third' is neither a place nor one of DNF, NC, DSQ, ",
    ),
    ("race-results", "position: 3", "position: 4", "position: 4 comes where 3 should"),
    ("race-results", "position: 3", "position:", "position: is missing"),
    ("race-results", "driverNumber: 33", "driverNumber: 3/3", "driverNumber: '3/3' is no car number"),
    ("race-results", "driverId: onofre-marimon", "driverId: Marimon", "driverId: 'Marimon' is no id of f1db"),
    ("race-results", "laps: 89", "laps: 89.5", "laps: '89.5' is no whole number"),
    ("race-results", "laps: 89", "driverNumber: 33", "driverNumber: stands in line 30 already"),
    ("race-results", 'time: "2:57:24.000"', "time: 2h57", "time: '2h57' is no time, such as 1:23:45.678"),
    ("race-results", "sharedCar: true", "sharedCar: yes", "sharedCar: 'yes' is neither true nor false"),
    ("fastest-laps", 'time: "1:50.000"', 'time: "1:50,000"', "time: '1:50,000' is no time, such as 1:23:45.678"),
    ("fastest-laps", "driverId: jean-behra", "driverId: jim-clark", "driverId: jim-clark is in no car of "),
    ("driver-standings", "points: 28.14", "points: 28 1/7", "points: '28 1/7' is no number of points"),
    ("driver-standings", "position: 2", "position: second", "position: 'second' is neither a position nor a word "),
    ("race", "date: 1954-07-17", "date: 1954-07-32", "date: '1954-07-32' is no date, such as 1954-07-17"),
    ("race", "round: 5", "round: five", "round: 'five' is no round"),
    ("race", "round: 5", "round: 6", "round: 6 comes where 5 should"),
    ("race", "circuitId: silverstone", "circuitId: %silverstone", "is not YAML: "),
]


@pytest.mark.parametrize(("name", "old", "new", "expected"), UNREADABLE, ids=lambda value: value)
def test_a_row_that_cannot_be_read_is_reported_with_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, old: str, new: str, expected: str
) -> None:
    """The report names file, line and value; nothing of that season is appended, and the others are."""
    tree = tmp_path / "tree"
    shutil.copytree(EXTRACT, tree)
    file = race_folder(tree, 1954, 5, "great-britain") / f"{name}.yml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    line = text[: text.index(old)].count("\n") + 1
    assert 2 == import_f1db.main([str(tree), "--ledger", str(tmp_path / "f1.parc"), "--seasons", "1954,1956"])
    told = capsys.readouterr()
    reported, last = told.err.splitlines()
    assert reported.startswith(f"{file.relative_to(tree).as_posix()}:{line}: {expected}")
    assert "f1-1954: nothing appended" == last
    assert "not imported: f1-1954" in told.out
    with Ledger.open(tmp_path / "f1.parc") as ledger:
        assert ["f1-1956"] == [head.season for head in ledger.season_heads()]


def test_every_unreadable_row_is_reported_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody has to mend a file to learn of the next mistake."""
    tree = tmp_path / "tree"
    shutil.copytree(EXTRACT, tree)
    folder = race_folder(tree, 1954, 5, "great-britain")
    for name, old, new in (("race-results", "laps: 89", "laps: x"), ("driver-standings", "points: 11", "points: y")):
        file = folder / f"{name}.yml"
        file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    (folder / "fastest-laps.yml").write_bytes(b"- position: 1\n- \xff\n")
    assert 2 == import_f1db.main([str(tree), "--ledger", str(tmp_path / "f1.parc"), "--seasons", "1954"])
    errors = capsys.readouterr().err
    assert errors.count("laps: 'x' is no whole number") > 1
    assert "points: 'y' is no number of points" in errors
    assert "fastest-laps.yml:2: is not UTF-8 text" in errors


def test_a_missing_file_is_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A race without a result is no race."""
    tree = tmp_path / "tree"
    shutil.copytree(EXTRACT, tree)
    (race_folder(tree, 1954, 5, "great-britain") / "race-results.yml").unlink()
    assert 2 == import_f1db.main([str(tree), "--ledger", str(tmp_path / "f1.parc"), "--seasons", "1954"])
    assert "05-great-britain/race-results.yml:1: the file is missing" in capsys.readouterr().err


def test_a_year_without_rules_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The rules are known for the years that the table has."""
    tree = write_season(tmp_path / "tree", 2030, {"spain": "1 1 ann ford/ford"})
    assert 2 == import_f1db.main([str(tree), "--ledger", str(tmp_path / "f1.parc")])
    assert "2030: the rules of the years are known from 1950 to 2025" in capsys.readouterr().err


def test_a_place_among_the_retired_is_no_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A number behind retired cars, with a reason and a hole before it, is read as a retirement, and said to be."""
    tree = write_season(
        tmp_path / "tree",
        1988,
        {"spain": "1 1 ann ford/ford\nDNF 2 bob ford/ford\n19 3 cid ford/ford\nDNQ 4 dee ford/ford"},
    )
    file = race_folder(tree, 1988, 1, "spain") / "race-results.yml"
    head, _, tail = file.read_text(encoding="utf-8").rpartition("- position: DNQ")
    file.write_text(
        head.rstrip().removesuffix("reasonRetired:") + "reasonRetired: Throttle\n- position: DNQ" + tail,
        encoding="utf-8",
    )
    with imported(tmp_path, tree) as ledger:
        result = ledger.season("f1-1988").results(1)
    assert [("1", "1"), ("2", "DNF"), ("3", "DNF"), ("4", "DNQ")] == [
        (line.car, line.shown) for line in result.classes[0].lines
    ]
    notice = "race-results.yml:17: position: 19 stands behind retired cars and leaves a hole after 1; read as retired"
    assert notice in capsys.readouterr().err


# --- What becomes of the data ---


def test_the_facts_name_f1db_and_its_licence(extract: Ledger) -> None:
    """A season says whose data it is, of which files, and each fact which file says so."""
    records = list(extract.season("f1-1954").records())
    assert records[0].source is not None
    assert records[0].source.startswith(
        "f1db (https://github.com/f1db/f1db, CC BY 4.0), src/data/seasons/1954, SHA-256 "
    )
    sources = {record.source for record in records}
    assert "src/data/seasons/1954/races/05-great-britain/race-results.yml" in sources
    assert "scripts/f1db/years.toml" in sources
    tables = [record.source for record in records if isinstance(record.event, StandingsPublished)]
    assert 10 == len(tables)
    assert "src/data/seasons/1954/driver-standings.yml" == tables[-1]


def test_seven_drivers_share_a_fastest_lap(extract: Ledger) -> None:
    """One point for the fastest lap is split in seven, exactly."""
    points = points_of(extract.season("f1-1954"), "drivers", "GBR")
    assert ("1/7", "14 9/14") == (points_text(points["jean-behra"]), points_text(points["jose-froilan-gonzalez"]))


def test_a_driver_counts_the_better_of_two_shared_cars(extract: Ledger) -> None:
    """Fangio shared the cars in second and fourth place of Monaco 1956; half of second is more."""
    awards = row_of(extract.season("f1-1956"), "drivers", "juan-manuel-fangio")
    assert awards is not None
    monaco = {(one.place, one.points - one.bonus) for one in awards.awards if one.race == "MON"}
    assert {(2, Fraction(3)), (4, Fraction(0))} == monaco


def test_since_1958_a_shared_car_scores_for_nobody(extract: Ledger) -> None:
    """The fourth place of Italy 1958 was shared, and paid neither its drivers nor its make."""
    season = extract.season("f1-1958")
    before, after = (points_of(season, "constructors", race)["maserati/maserati"] for race in ("POR", "ITA"))
    assert before == after


def test_a_car_number_is_an_entry_whose_crew_and_make_change(extract: Ledger) -> None:
    """Who drove what is read off the facts, race by race."""
    season = extract.season("f1-1954")
    crews = {line.car: (line.drivers, line.manufacturer) for line in season.results("BEL").classes[0].lines}
    assert (("mike-hawthorn", "jose-froilan-gonzalez"), "ferrari") == crews["10"]
    kinds = [type(record.event) for record in season.records()]
    assert {EntryRegistered, CarChanged, DriverAssigned, DidNotStart} < set(kinds)
    teams = {one.event.car: one.event.team for one in season.book().entries.values()}
    assert ("various entrants", "Kurtis Kraft") == (teams["10"], teams["45"])


def test_two_cars_of_one_number_are_two_entries(extract: Ledger) -> None:
    """The second car of a number in a race has a letter behind it."""
    lines = {line.car: (line.drivers, line.shown) for line in extract.season("f1-1954").results("GBR").classes[0].lines}
    assert (("eric-brandon",), "DNF") == lines["30"]
    assert (("rodney-nuckey",), "DNS") == lines["30B"]


def test_a_sprint_is_a_race_of_its_round(extract: Ledger) -> None:
    """The sprint runs first, pays by its own scale, and breaks no ties."""
    season = extract.season("f1-2024")
    races = {race: (one.event.round, one.event.kind) for race, one in season.book().races.items()}
    assert {"CHN-1": (5, "sprint"), "CHN-2": (5, "race")} == {race: races[race] for race in ("CHN-1", "CHN-2")}
    row = row_of(season, "drivers", "max-verstappen")
    assert row is not None
    assert {"CHN-1": (Fraction(8), False), "CHN-2": (Fraction(25), True)} == {
        one.race: (one.points, one.breaks_ties) for one in row.awards if one.race.startswith("CHN")
    }


def test_times_become_gaps(extract: Ledger) -> None:
    """A gap is the time behind the winner, where both times are known."""
    gaps = [line.gap_ms for line in extract.season("f1-1954").results("GBR").classes[0].lines][:3]
    assert [0, 70_000, None] == gaps


def test_rounded_tables_say_so(extract: Ledger) -> None:
    """A table with two decimals rounds; one with half points prints them in full."""
    printed = [one.event for one in extract.season("f1-1954").book().standings_published]
    assert {"GBR": 2, "ARG": None} == {one.as_of: one.decimals for one in printed if one.as_of in ("GBR", "ARG")}
    assert {None} == {one.event.decimals for one in extract.season("f1-1984").book().standings_published}


def test_names_come_from_the_tree_where_it_has_them(tmp_path: Path) -> None:
    """Where the tree has files on drivers, makes and circuits, these say what they are called."""
    tree = write_season(tmp_path / "tree", 1998, {"spain": "1 1 kimi-raikkonen mclaren/mercedes\n2 2 ann brm/brm"})
    for folder, name, text in (
        (
            "drivers",
            "kimi-raikkonen",
            "id: kimi-raikkonen\nname: Kimi Räikkönen\nfamilyRelationships:\n- driverId: x\n",
        ),
        ("circuits", "spain-ring", "id: spain-ring\nname: Circuit of Spain\n"),
        ("engine-manufacturers", "mercedes", "id: mercedes\nname: Mercedes-Benz\n"),
    ):
        path = tree / "src" / "data" / folder / f"{name}.yml"
        path.parent.mkdir()
        path.write_text(text, encoding="utf-8")
    with imported(tmp_path, tree) as ledger:
        season = ledger.season("f1-1998")
        assert ["Kimi Räikkönen", "Ann"] == [row.name for row in season.standings("drivers").rows]
        assert ["McLaren-Mercedes-Benz", "BRM"] == [row.name for row in season.standings("constructors").rows]
        assert "Circuit of Spain" == season.book().rounds[1].event.circuit


def test_codes_of_rounds_are_unique() -> None:
    """Known grands prix have their own codes, others the letters of their ids, as many as it takes."""
    names = ["great-britain", "madrid", "madeira", "mad", "italy", "italy", "70th-anniversary", "x"]
    assert ["GBR", "MAD", "MADE", "MAD2", "ITA", "ITAL", "ANN", "GPX"] == round_codes(names)
