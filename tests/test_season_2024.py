"""The 2024 season as its script records it, held against what was printed and against a scorer that shares no code."""

import importlib.util
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen

from events import (
    CarChanged,
    DidNotStart,
    DriverAssigned,
    DriverSwapped,
    EntryRegistered,
    Event,
    FastestLapSet,
    PoleTaken,
    RaceClassified,
    RaceScheduled,
    Record,
    SeasonClosed,
    StandingsPublished,
    WinnerReported,
    WinnersPublished,
)
from ledger import Ledger, Season
from projections import entry_list

SCRIPT = Path(__file__).parents[1] / "scripts" / "imsa_vp_2024.py"
RACES = tuple(f"{code}-{number}" for code in ("DAY", "STP", "MOH", "MOS", "VIR", "ATL") for number in (1, 2))
STANDS_AT = {
    "lmp3-drivers": "ATL-2",
    "gsx-drivers": "VIR-2",
    "lmp3-bronze": "VIR-2",
    "gsx-bronze": "VIR-2",
    "lmp3-teams": "VIR-2",
    "gsx-teams": "VIR-2",
    "gsx-manufacturers": "VIR-2",
}
"""The race at which each printed table stands."""

# Every printed figure that the results do not support: table, competitor, figure, as printed, as it should be.
SLIPS = (
    ("lmp3-drivers", "alex-kirby", "position", "5", "6"),
    ("lmp3-drivers", "ryan-phinny", "position", "6", "5"),
    ("lmp3-drivers", "ryan-phinny", "points", "2220", "2660"),
    ("gsx-drivers", "jonathan-woolridge", "position", "30", "29"),
    ("gsx-bronze", "vincent-barletta", "points", "900", "1430"),
    ("lmp3-teams", "#18", "points", "920", "1410"),
    ("gsx-teams", "#67", "position", "20", "21"),
    ("gsx-teams", "#98", "position", "21", "20"),
)
WRONG_TOTALS = [
    (where, one, int(theirs), int(ours)) for where, one, figure, theirs, ours in SLIPS if figure == "points"
]
WRONG_POSITIONS = [
    (where, one, int(theirs), int(ours))
    for where, one, figure, theirs, ours in SLIPS
    if figure == "position" and one != "jonathan-woolridge"  # whose position is shared, and has a test of its own
]

# What follows from the results of the last round in the tables that were printed without it.
LAST_ROUND: dict[str, dict[str, tuple[str | None, ...]]] = {
    "gsx-drivers": {"bob-michaelian": ("1", None), "tyler-hoffman": (None, "1")},
    "lmp3-bronze": {
        "brian-thienes": ("2", "1"),
        "jon-hirshberg": ("3", "2"),
        "george-staikos": ("4", "3"),
        "miguel-villagomez": ("1", "4"),
    },
    "lmp3-teams": {
        "#87": ("4", "1"),
        "#6": ("1", "2"),
        "#30": ("3", "3"),
        "#31": ("2", "4"),
        "#77": ("6", "5"),
        "#86": ("7", "6"),
        "#61": ("8", "7"),
        "#23": ("5", "8"),
        "#51": ("9", "9"),
    },
}

# The rows of the article's entry list that kept both their driver and their rounds: car, driver, rounds. Left out is
# Brady Behrman's in #82, to which the tables add a round.
ENTRY_LIST = """
31 markus-pommer 6
87 marco-kacic 1
87 jagger-jones 2-6
7 alex-kirby 1-5
18 jordan-menzin 3-5
38 scott-locke 1
38 jonathan-woolridge 2-4
23 miguel-villagomez 1-3 5-6
33 lance-willsey 1
51 cody-ware 1-2
51 ryan-phinny 3-6
61 george-staikos 1 4 6
61 ryan-phinny 2
61 seth-lucas 3
70 mirco-schultis 1-2
77 brian-thienes 1-6
86 jon-hirshberg 5-6
22 robbie-mcwilliams 1
22 todd-coleman 2
45 scott-blind 1-5
82 jackson-lee 2
12 michael-dayton 1-4
19 sean-quinlan 1 4-5
19 gregory-liefooghe 2
43 gregory-liefooghe 1
43 sean-quinlan 2
25 mark-brummond 1-3 5
26 christopher-tasca 1
88 patrick-wilmot 1-5
96 joe-dalton 1 3
96 vincent-barletta 2 5
97 vincent-barletta 3
98 jack-polito 4
37 eddie-killeen 2-4
78 jonathan-woolridge 1
78 josh-green 3-4
17 will-wachs 1-3
808 jim-jonsin 1
808 thomas-collingwood 2
44 moisey-uretsky 1 4-5
55 michael-cooper 1
66 jackson-lee 1
"""


# --- A scorer of a few lines, which knows no ledger ---


@frozen
class Row:
    """A row of a table: all that a reader sees of it."""

    position: int
    competitor: str
    points: int
    results: tuple[str | None, ...]

    def __str__(self) -> str:
        results = "".join(f"{result or '':>4}" for result in self.results)
        return f"{self.position:>3} {self.competitor:<20}{results}{self.points:>6}"


Cells = dict[str, tuple[str | None, ...]]
"""The cells of each competitor, one a race."""


def worth(place: int) -> int:
    """What a place is worth: 350, 320, 300, 280, 260, from 250 for 6th ten less each, and 10 from 30th on."""
    return (350, 320, 300, 280, 260)[place - 1] if place <= 5 else max(250 - 10 * (place - 6), 10)


def places(cells: Iterable[str | None]) -> list[tuple[int, int]]:
    """Each place of a row with the number of its race, from 0; missed starts and empty cells are none."""
    return [(int(cell), race) for race, cell in enumerate(cells) if cell is not None and cell.isdigit()]


def plain_sum(cells: Iterable[str | None]) -> int:
    """The points of a row where every place that it shows scores."""
    return sum(worth(place) for place, _ in places(cells))


def among_makes(cells: Cells) -> Cells:
    """Places in the class, turned into places among those that are listed."""
    ranked = {one: list(row) for one, row in cells.items()}
    taken = sorted((race, place) for row in cells.values() for place, race in places(row))
    for one, row in cells.items():
        for place, race in places(row):
            ranked[one][race] = str(1 + sum(race == where and other < place for where, other in taken))
    return {one: tuple(row) for one, row in ranked.items()}


def naive_table(cells: Cells, *, makes: bool = False) -> str:
    """The table that follows from its own cells: sums, then who has more of the better places, then who had them first.

    A competitor's position is one more than the number of those who are ahead.
    """
    taking_part = {one: row for one, row in cells.items() if any(row)}
    scoring = among_makes(taking_part) if makes else taking_part

    def rank(one: str) -> tuple[int, list[int], list[int]]:
        scored = sorted(places(scoring[one]))
        tally = Counter(place for place, _ in scored)
        return -plain_sum(scoring[one]), [-tally[place] for place in range(1, 40)], [race for _, race in scored]

    ranks = {one: rank(one) for one in scoring}
    return text(
        Row(1 + sum(ranks[other] < ranks[one] for other in ranks), one, -ranks[one][0], row)
        for one, row in taking_part.items()
    )


def text(rows: Iterable[Row]) -> str:
    """Rows as text, in order: so that two tables that differ are seen side by side."""
    return "\n".join(str(row) for row in sorted(rows, key=lambda row: (row.position, row.competitor)))


# --- The season ---


def load_script() -> Any:
    """The script as a module of its own."""
    spec = importlib.util.spec_from_file_location("season_script", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run_script(path: Path) -> str:
    """Runs the script on the ledger at ``path`` as a scorer would; what it printed."""
    done = subprocess.run(
        [sys.executable, SCRIPT, "--ledger", path], capture_output=True, text=True, timeout=120, check=False
    )
    assert (0, "") == (done.returncode, done.stderr)
    return done.stdout


def recorded(path: Path) -> list[Record]:
    """Every record of the ledger at ``path``."""
    with Ledger.open(path, read_only=True) as ledger:
        return list(ledger.records())


def timeless(records: list[Record]) -> list[tuple[object, ...]]:
    """Everything about records but when they were recorded."""
    return [(r.position, r.season, r.version, r.id, r.recorded_by, r.source, r.event) for r in records]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The path of a ledger on which the script has run once, undisturbed."""
    path = tmp_path_factory.mktemp("season") / "season.parc"
    run_script(path)
    return path


@pytest.fixture(scope="module")
def season(whole: Path) -> Iterator[Season]:
    """The season in that ledger."""
    with Ledger.open(whole, read_only=True) as ledger:
        yield ledger.season("imsa-vp-2024")


def printed(season: Season, championship: str) -> StandingsPublished:
    """The table of a championship as it was printed."""
    (found,) = (one.event for one in season.book().standings_published if one.event.championship == championship)
    return found


def cells_of(season: Season, championship: str) -> Cells:
    """The cells of all twelve races: as printed, and what follows for the last round where it was not."""
    cells = {row.competitor: row.results for row in printed(season, championship).rows}
    for competitor, last in LAST_ROUND.get(championship, {}).items():
        cells[competitor] = (*cells.get(competitor, (None,) * 12)[:10], *last)
    return cells


def upto(race: str) -> int:
    """How many races there are up to and including ``race``."""
    return RACES.index(race) + 1


def table(season: Season, championship: str, as_of: str | None = None, known_at: int | None = None) -> list[Row]:
    """The standings, as the rows that a reader sees, with a cell for each race up to ``as_of``."""
    standings = season.standings(championship, as_of, known_at)
    rows = []
    for row in standings.rows:
        results = dict(row.results)
        assert row.points.denominator == 1
        cells = tuple(results.pop(race, None) for race in standings.races)
        assert results == {}
        assert row.position is not None
        rows.append(Row(row.position, row.competitor, int(row.points), cells))
    return rows


def results_of(season: Season, championship: str, competitor: str, *races: str) -> tuple[str | None, ...]:
    """What a table shows for a competitor in these races."""
    (row,) = (row for row in season.standings(championship).rows if row.competitor == competitor)
    return tuple(dict(row.results).get(race) for race in races)


# --- The tables ---


@pytest.mark.parametrize("championship", STANDS_AT)
def test_a_table_is_the_printed_one_but_for_the_slips(season: Season, championship: str) -> None:
    """Every position, total and cell of a table is the printed one, once the slips on the list are put right."""
    as_printed = printed(season, championship)
    assert (RACES, STANDS_AT[championship]) == (as_printed.races, as_printed.as_of)
    slips = {
        (one, figure): (int(theirs), int(ours)) for where, one, figure, theirs, ours in SLIPS if where == championship
    }

    def put_right(competitor: str, figure: str, value: int) -> int:
        theirs, ours = slips.pop((competitor, figure), (value, value))
        assert theirs == value
        return ours

    expected = [
        Row(
            put_right(row.competitor, "position", row.position or 0),
            row.competitor,
            put_right(row.competitor, "points", int(row.points)),
            row.results[: upto(as_printed.as_of)],
        )
        for row in as_printed.rows
    ]
    assert {} == slips
    assert text(expected) == text(table(season, championship, as_printed.as_of))


def test_the_audit_names_the_slips_and_nothing_else(season: Season) -> None:
    """Of every figure in seven tables, and of every winner, the audit objects to the slips on the list alone."""
    audit = season.audit()
    found = [(one.championship, one.competitor, one.figure, one.published, one.computed) for one in audit.discrepancies]
    tables = [one.event for one in season.book().standings_published]
    figures = [2 + RACES.index(one.as_of) + 1 for one in tables]  # position, points, and a cell for each race so far
    winners = 24 + 6  # a driver for each class and race, and six cars
    assert sorted(SLIPS) == sorted(found)
    assert [STANDS_AT[one.championship or ""] for one in audit.discrepancies] == [
        one.as_of for one in audit.discrepancies
    ]
    assert 119 == sum(len(one.rows) for one in tables)
    assert winners + sum(len(one.rows) * each for one, each in zip(tables, figures, strict=True)) == audit.checked


@pytest.mark.parametrize("as_of", RACES)
@pytest.mark.parametrize("championship", STANDS_AT)
def test_standings_as_of_any_race_are_the_sum_of_the_cells(season: Season, championship: str, as_of: str) -> None:
    """After each race, a table is what a plain sum over the printed cells so far makes of it."""
    so_far = {competitor: row[: upto(as_of)] for competitor, row in cells_of(season, championship).items()}
    expected = naive_table(so_far, makes=championship == "gsx-manufacturers")
    assert expected == text(table(season, championship, as_of))


# --- The slips ---


@pytest.mark.parametrize(("championship", "competitor", "wrong", "right"), WRONG_TOTALS)
def test_a_total_on_the_list_is_not_the_sum_of_its_row(
    season: Season, championship: str, competitor: str, wrong: int, right: int
) -> None:
    """A printed total is a slip where the printed cells of the same row add up to another."""
    total = plain_sum({row.competitor: row.results for row in printed(season, championship).rows}[competitor])
    assert right == total
    assert wrong != total


@pytest.mark.parametrize(("championship", "competitor", "wrong", "right"), WRONG_POSITIONS)
def test_a_position_on_the_list_contradicts_the_sums(
    season: Season, championship: str, competitor: str, wrong: int, right: int
) -> None:
    """A printed position is a slip where the sums of the printed rows leave no room for it, however ties are broken."""
    sums = {row.competitor: plain_sum(row.results) for row in printed(season, championship).rows}
    ahead = sum(total > sums[competitor] for total in sums.values())
    not_behind = sum(total >= sums[competitor] for total in sums.values())
    assert ahead + 1 <= right <= not_behind
    assert not ahead + 1 <= wrong <= not_behind


def test_phinny_was_printed_with_the_total_of_the_round_before(season: Season) -> None:
    """Ryan Phinny's printed row has the places of the last round and a total without them, which cost him a position.

    With them he is ahead of Alex Kirby, who did not race there.
    """
    rows = {row.competitor: row for row in printed(season, "lmp3-drivers").rows}
    phinny, kirby = rows["ryan-phinny"], rows["alex-kirby"]
    assert ("9", "9") == phinny.results[10:]
    assert phinny.points == plain_sum(phinny.results[:10]) < plain_sum(kirby.results) < plain_sum(phinny.results)


def test_nothing_tells_the_last_two_of_gsx_apart(season: Season) -> None:
    """Two rows with the same two missed starts and no points cannot be one ahead of the other: they share 29th."""
    martin, woolridge = printed(season, "gsx-drivers").rows[-2:]
    assert ("nathan-martin", "jonathan-woolridge") == (martin.competitor, woolridge.competitor)
    assert (martin.results, martin.points) == (woolridge.results, woolridge.points)
    assert (29, 30) == (martin.position, woolridge.position)
    ours = {row.competitor: row.position for row in season.standings("gsx-drivers", "VIR-2").rows}
    assert (29, 29) == (ours["nathan-martin"], ours["jonathan-woolridge"])


def test_the_printed_totals_of_67_and_98_contradict_their_order(season: Season) -> None:
    """#98 was printed behind #67, with more points by the same table."""
    above, below = printed(season, "gsx-teams").rows[19:21]
    assert ("#67", "#98") == (above.competitor, below.competitor)
    assert (490, 590) == (int(above.points), int(below.points))


# --- The two clocks ---


def result_of(event: Event) -> str | None:
    """The race of which an event is a result; ``None``: it is none."""
    return event.race if isinstance(event, RaceClassified | DidNotStart | WinnerReported) else None


@pytest.mark.parametrize("championship", STANDS_AT)
def test_a_table_known_before_a_race_was_recorded_knows_nothing_of_it(season: Season, championship: str) -> None:
    """As known before a race's first result, a table is the one after the race before, whatever race is asked for."""
    records = list(season.records())
    for before, race in zip((None, *RACES), RACES, strict=False):
        known_at = next(record.position for record in records if result_of(record.event) == race) - 1
        expected = [] if before is None else table(season, championship, before)
        assert text(expected) == text(table(season, championship, before, known_at))
        for asked in (None, race, RACES[-1]):
            assert totals(expected) == totals(table(season, championship, asked, known_at))


def totals(rows: list[Row]) -> list[tuple[int, str, int]]:
    """Rows without their cells, of which there are more or less as another race is asked for."""
    return [(row.position, row.competitor, row.points) for row in rows]


def test_publications_change_no_table(season: Season) -> None:
    """What somebody printed scores nothing: each table was the same before the first publication was recorded."""
    first = next(r.position for r in season.records() if isinstance(r.event, StandingsPublished))
    for championship in STANDS_AT:
        assert text(table(season, championship)) == text(table(season, championship, known_at=first - 1))


# --- Running it again ---


def test_a_second_run_appends_nothing(tmp_path: Path) -> None:
    """Run again, the script finds every event there, and leaves each record as it was, its time included."""
    path = tmp_path / "season.parc"
    first = run_script(path)
    records = recorded(path)
    second = run_script(path)
    count = len(records)
    assert f"imsa-vp-2024: {count} events appended, {count} in the season\n" == first
    assert f"imsa-vp-2024: nothing to append: all {count} events are there\n" == second
    assert records == recorded(path)


class Killed(BaseException):
    """The end of a run, in the middle of it."""


STEPS = len(list(load_script().season()))


@pytest.mark.parametrize("steps", [1, 5, STEPS // 2, STEPS - 8, STEPS - 1])
def test_a_run_that_was_killed_is_completed_by_the_next(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    """A run that ends after any step is completed by the next one to the same log: same events, ids and positions."""
    script, path = load_script(), tmp_path / "season.parc"
    all_of_it = list(script.season())

    def cut() -> Iterator[Any]:
        yield from all_of_it[:steps]
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(script, "season", cut)
        patch.setattr(sys, "argv", [str(SCRIPT), "--ledger", str(path)])
        with pytest.raises(Killed):
            script.main()
    left = recorded(path)
    expected = recorded(whole)
    there = sum(len(step.facts) for step in all_of_it[:steps])
    assert timeless(expected)[:there] == timeless(left)
    rest = len(expected) - there
    count = "1 event" if rest == 1 else f"{rest} events"
    assert f"imsa-vp-2024: {count} appended, {len(expected)} in the season\n" == run_script(path)
    assert timeless(expected) == timeless(recorded(path))
    assert left == recorded(path)[:there]


def test_a_process_that_is_killed_leaves_a_ledger_that_can_be_completed(whole: Path, tmp_path: Path) -> None:
    """Wherever the process itself is killed, what it left is a beginning of the whole log, and the next run ends it."""
    path = tmp_path / "season.parc"
    with subprocess.Popen([sys.executable, SCRIPT, "--ledger", path], stdout=subprocess.PIPE) as process:
        patience = time.monotonic() + 60
        while not path.exists() and process.poll() is None and time.monotonic() < patience:
            time.sleep(0.001)
        process.kill()
    left, expected = timeless(recorded(path)), timeless(recorded(whole))
    assert expected[: len(left)] == left
    run_script(path)
    assert expected == timeless(recorded(path))


def test_the_ledger_may_be_named_in_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without --ledger the script takes $PARC_LEDGER; where it refuses, it says why in one line and ends with 2."""
    monkeypatch.setenv("PARC_LEDGER", str(tmp_path))
    done = subprocess.run([sys.executable, SCRIPT], capture_output=True, text=True, timeout=120, check=False)
    assert (2, "", f"imsa-vp-2024: {tmp_path} is a directory, not a ledger\n") == (
        done.returncode,
        done.stdout,
        done.stderr,
    )


# --- What happened ---


def test_every_fact_names_its_source(season: Season) -> None:
    """Each record names the article, the section that says so, and the script that recorded it."""
    for record in season.records():
        article, _, section = (record.source or "").partition(", ")[2].partition(", ")
        assert '"2024 IMSA VP Racing SportsCar Challenge"' == article
        assert section.startswith(("introduction", "section ", "sections "))
        assert "scripts/imsa_vp_2024.py" == record.recorded_by


def test_the_season_is_recorded_in_the_order_in_which_it_happened(season: Season) -> None:
    """Results come in the order of the races; an entry or a change comes right before the first race that it is for."""
    first: dict[str, str] = {}
    for race in RACES:
        for line in (line for one in season.results(race).classes for line in one.lines):
            first.setdefault(line.car, race)
    run: list[str] = []
    for event in (record.event for record in season.records()):
        following = RACES[len(run)] if len(run) < len(RACES) else None
        match event:
            case RaceClassified() | DidNotStart() | WinnerReported():
                assert event.race in (following, *run[-1:])
                run += [event.race] if event.race == following else []
            case DriverSwapped() | CarChanged():
                assert following == event.from_race
            case EntryRegistered():
                assert following == first[event.car]
            case StandingsPublished() | WinnersPublished():
                assert following is None
            case _:
                pass
    assert RACES == tuple(run)


def test_nothing_is_made_up(season: Season) -> None:
    """The article says nothing of poles, fastest laps, race days or an end of the season with all results known."""
    events = [record.event for record in season.records()]
    assert [] == [one for one in events if isinstance(one, PoleTaken | FastestLapSet | SeasonClosed | DriverAssigned)]
    assert {None} == {one.starts_on for one in events if isinstance(one, RaceScheduled)}
    assert {(None, None, "finished")} == {
        (line.laps, line.gap_ms, line.status) for one in events if isinstance(one, RaceClassified) for line in one.lines
    }


def test_the_crews_are_those_of_the_entry_list(season: Season) -> None:
    """Who drove which car in which rounds is what each row of the entry list says that kept its driver and rounds."""
    rounds = {race: 1 + index // 2 for index, race in enumerate(RACES)}
    drives = {
        (entry.car, drive.driver): sorted({rounds[race] for race in drive.races})
        for entry in entry_list(season.book())
        for drive in entry.drives
    }
    for line in ENTRY_LIST.strip().splitlines():
        car, driver, *spans = line.split()
        ends = [(int(span.partition("-")[0]), int(span.rpartition("-")[2])) for span in spans]
        expected = [number for first, last in ends for number in range(first, last + 1)]
        assert (line, expected) == (line, drives[car, driver])


def test_82_raced_at_virginia_though_the_entry_list_leaves_it_out(season: Season) -> None:
    """The tables have #82 and Brady Behrman at the same places in a round for which the entry list has neither."""
    assert ("9", "7") == results_of(season, "gsx-teams", "#82", "VIR-1", "VIR-2")
    assert ("9", "7") == results_of(season, "gsx-drivers", "brady-behrman", "VIR-1", "VIR-2")
    assert ("2", "2") == results_of(season, "gsx-drivers", "jackson-lee", "STP-1", "STP-2")
    assert (None, None) == results_of(season, "gsx-drivers", "jackson-lee", "VIR-1", "VIR-2")


def test_two_cars_swap_drivers_in_every_table_at_once(season: Season) -> None:
    """From the swap on, the places of #19 and #43 are their new drivers', and still the cars' and the make's."""
    day, stp = ("DAY-1", "DAY-2"), ("STP-1", "STP-2")
    assert ("9", "12") == results_of(season, "gsx-drivers", "sean-quinlan", *day)
    assert ("9", "12") == results_of(season, "gsx-teams", "#19", *day)
    assert ("2", "3") == results_of(season, "gsx-drivers", "gregory-liefooghe", *day)
    assert ("2", "3") == results_of(season, "gsx-teams", "#43", *day)

    assert ("5", "16") == results_of(season, "gsx-drivers", "sean-quinlan", *stp)
    assert ("5", "16") == results_of(season, "gsx-teams", "#43", *stp)
    assert ("15", "3") == results_of(season, "gsx-drivers", "gregory-liefooghe", *stp)
    assert ("15", "3") == results_of(season, "gsx-teams", "#19", *stp)

    assert ("2", "5", "2", "11") == results_of(season, "gsx-bronze", "sean-quinlan", *day, *stp)
    # BMW's best car was #43, then #12 and #19: at St. Petersburg the third place is Liefooghe's.
    assert ("2", "3", "4", "3") == results_of(season, "gsx-manufacturers", "bmw", *day, *stp)
    (bmw,) = (row for row in season.standings("gsx-manufacturers").rows if row.competitor == "bmw")
    best = {award.race: award.car for award in bmw.awards if award.counts}
    assert ["43", "43", "12", "19"] == [best[race] for race in (*day, *stp)]


def test_a_swap_is_one_append(season: Season) -> None:
    """The two halves of the swap stand next to each other in the log, recorded at one moment."""
    halves = [
        record
        for record in season.records()
        if isinstance(record.event, DriverSwapped) and record.event.car in ("19", "43")
    ]
    assert [("19", "STP-1"), ("43", "STP-1"), ("19", "MOS-1")] == [
        (record.event.car, record.event.from_race) for record in halves if isinstance(record.event, DriverSwapped)
    ]
    assert halves[0].position + 1 == halves[1].position
    assert halves[0].recorded_at == halves[1].recorded_at


def test_a_car_that_changes_make_scores_for_the_new_one_from_then_on(season: Season) -> None:
    """#19 is a BMW at Daytona and St. Petersburg and a Ford from round 4 on; as a team it stays one."""
    makes = {
        race: line.manufacturer
        for race in RACES
        for one in season.results(race).classes
        for line in one.lines
        if line.car == "19"
    }
    bmw, ford = dict.fromkeys(RACES[:4], "bmw"), dict.fromkeys(RACES[6:10], "ford")
    assert bmw | ford == makes
    scored_with_19 = {
        award.race: row.competitor
        for row in season.standings("gsx-manufacturers").rows
        for award in row.awards
        if award.car == "19"
    }
    assert bmw | ford == scored_with_19
    (team,) = (row for row in season.standings("gsx-teams").rows if row.competitor == "#19")
    assert [*RACES[:4], *RACES[6:10]] == [race for race, _ in team.results]


@pytest.mark.parametrize(("cup", "drivers"), [("lmp3-bronze", "lmp3-drivers"), ("gsx-bronze", "gsx-drivers")])
def test_a_cup_ranks_its_own_drivers_anew(season: Season, cup: str, drivers: str) -> None:
    """In each race a cup shows and scores 1, 2, 3... in the order of the places that its drivers have in the class."""
    in_cup = {row.competitor: dict(row.results) for row in season.standings(cup, "VIR-2").rows}
    in_class = {row.competitor: dict(row.results) for row in season.standings(drivers, "VIR-2").rows}
    for race in RACES[:10]:
        placed = [one for one in in_cup if in_cup[one].get(race, "DNS") != "DNS"]
        in_order = sorted(placed, key=lambda one: int(in_class[one][race]))
        assert [str(place) for place in range(1, len(placed) + 1)] == [in_cup[one][race] for one in in_order]


def test_the_first_of_a_cup_need_not_be_first_of_the_class(season: Season) -> None:
    """Mark Brummond was 8th of GSX in the first race, the best of the bronze drivers, and scored 350 points there."""
    assert ("8",) == results_of(season, "gsx-drivers", "mark-brummond", "DAY-1")
    assert ("1",) == results_of(season, "gsx-bronze", "mark-brummond", "DAY-1")
    assert "mark-brummond 350" in [
        f"{row.competitor} {row.points}" for row in season.standings("gsx-bronze", "DAY-1").rows
    ]


def test_a_make_shows_its_place_in_the_class_and_scores_that_among_the_makes(season: Season) -> None:
    """Mercedes-AMG is 19th in the table at Daytona and scores 240: its best car was seventh among the makes."""
    awards = {
        (award.race, row.competitor): (award.shown, award.scored, int(award.points))
        for row in season.standings("gsx-manufacturers").rows
        for award in row.awards
        if award.counts
    }
    assert {
        ("DAY-2", "ford"): ("1", 1, 350),
        ("DAY-2", "porsche"): ("2", 2, 320),
        ("DAY-2", "bmw"): ("3", 3, 300),
        ("DAY-2", "mclaren"): ("4", 4, 280),
        ("DAY-2", "toyota"): ("7", 5, 260),
        ("DAY-2", "aston-martin"): ("8", 6, 250),
        ("DAY-2", "mercedes-amg"): ("19", 7, 240),
    } == {key: value for key, value in awards.items() if key[0] == "DAY-2"}


def test_a_driver_may_miss_the_starts_of_one_class_and_race_the_other(season: Season) -> None:
    """Jonathan Woolridge missed both GSX starts at Daytona with #78, then raced #38 in LMP3."""
    assert ("DNS", "DNS", None) == results_of(season, "gsx-drivers", "jonathan-woolridge", "DAY-1", "DAY-2", "STP-1")
    assert (None, None, "3") == results_of(season, "lmp3-drivers", "jonathan-woolridge", "DAY-1", "DAY-2", "STP-1")
    assert ("DNS", "2") == results_of(season, "gsx-teams", "#78", "DAY-1", "MOH-1")


def test_a_missed_start_moves_nobody(season: Season) -> None:
    """With a missed start in the middle of the entry, the places of the class still run on from 1 without a hole."""
    gsx = season.results("DAY-1").classes[1]
    assert [*(str(place) for place in range(1, 21)), "DNS", "DNS", "DNS"] == [line.shown for line in gsx.lines]
    assert ["9", "72", "78"] == [line.car for line in gsx.lines[-3:]]


@pytest.mark.parametrize(("race", "winner"), [("ATL-1", "bob-michaelian"), ("ATL-2", "tyler-hoffman")])
def test_of_the_last_gsx_races_the_winner_is_known_and_nothing_else(season: Season, race: str, winner: str) -> None:
    """The winner appears with a win and its points; no car, no make, nobody else's place follows from it."""
    lmp3, gsx = season.results(race).classes
    assert ("GSX", None, (), winner) == (gsx.car_class, gsx.status, gsx.lines, gsx.winner)
    assert ("LMP3", "official", 9) == (lmp3.car_class, lmp3.status, len(lmp3.lines))
    drivers = season.standings("gsx-drivers", race)
    assert [(winner, "1")] == [
        (row.competitor, shown) for row in drivers.rows for where, shown in row.results if where == race
    ]
    assert [350] == [row.points for row in drivers.rows if row.competitor == winner]
    assert race in drivers.winner_only
    for championship in ("gsx-bronze", "gsx-teams", "gsx-manufacturers"):
        assert [] == [row.competitor for row in season.standings(championship, race).rows if race in dict(row.results)]
