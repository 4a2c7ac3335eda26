"""Rulings, corrections, differences and what-ifs on the command line, learned from the outside."""

import csv
import io
import json
import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from events import Disqualified, PointsDeducted, PointsRestored, PointsScaleAdopted, RecordCorrected, points
from ledger import Ledger
from tests.afterwards import FRAME, afterwards
from tests.commandline import parc

NARROW = {"COLUMNS": "80"}
WIDE = {"COLUMNS": "200"}


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The path of a ledger whose season was decided afterwards; nobody here writes to it."""
    path = tmp_path_factory.mktemp("afterwards") / "cup.parc"
    afterwards(path)
    return path


def said(ledger: Path, *arguments: str, env: dict[str, str] | None = None) -> str:
    """What a command that succeeds prints, after its title and what it is about."""
    ran = parc("--ledger", ledger, *arguments, env=env or WIDE)
    assert (0, "") == (ran.status, ran.err)
    return ran.out


def table(text: str) -> str:
    """What stands below the title: from the first empty line on."""
    return text.partition("\n\n")[2]


def loaded(ledger: Path, *arguments: str) -> Any:
    """What a command prints as JSON."""
    return json.loads(said(ledger, *arguments, "--format", "json"))


def rows(ledger: Path, *arguments: str) -> list[dict[str, str]]:
    """What a command prints as CSV."""
    return list(csv.DictReader(io.StringIO(said(ledger, *arguments, "--format", "csv"))))


# the log

OUTCOMES = {
    24: "struck by 36",
    14: "corrected by 35",
    26: "spent by 27",
    27: "stands",
    28: "stands",
    29: "stands",
    30: "stands, counts from DON",
    31: "stands",
    32: "stands",
    33: "rescinded by 34",
    34: "stands",
}


def test_the_log_says_what_became_of_each_record(ledger: Path) -> None:
    """Rulings stand, are rescinded or spent, records are corrected or struck; of the others there is nothing to say."""
    found = {int(row["position"]): row["outcome"] for row in rows(ledger, "log")}
    assert OUTCOMES == {position: outcome for position, outcome in found.items() if outcome}
    assert len(FRAME) + 15 == len(found)


def test_what_became_of_a_record_depends_on_what_is_known(ledger: Path) -> None:
    """As known before the appeal, the ruling stands."""
    [row] = [row for row in rows(ledger, "log", "--known-at", "33") if row["position"] == "33"]
    assert "stands" == row["outcome"]


def test_a_wide_log_has_a_column_for_it_and_a_narrow_one_a_line(ledger: Path) -> None:
    """On a wide screen the outcome stands beside the record, on a narrow one below what it says."""
    wide = said(ledger, "log", "--from", "26", "--to", "26")
    assert re.search(r"^ 26 .* ride height \(Stewards\) +spent by 27$", wide, re.MULTILINE)
    narrow = said(ledger, "log", "--from", "26", "--to", "26", env=NARROW)
    assert re.search(r"^ +-> spent by 27$", narrow, re.MULTILINE)
    assert 80 >= max(map(len, narrow.splitlines()))


def test_the_log_as_of_a_race_leaves_out_what_came_later(ledger: Path) -> None:
    """Records about later races are left out, and rulings that count from one; what is about no race stays."""
    found = [record["position"] for record in loaded(ledger, "log", "--as-of", "OUL-2")]
    assert [*range(1, 24), 26, 27, 28, 29, 35] == found
    assert found == [int(row["position"]) for row in rows(ledger, "log", "--as-of", "1")]


def test_the_log_as_json_is_the_record_and_nothing_else(ledger: Path, tmp_path: Path) -> None:
    """What became of a record is no part of its JSON, so that another ledger can append it."""
    records = loaded(ledger, "log")
    keys = ["position", "season", "version", "recorded_at", "id", "recorded_by", "source", "event"]
    assert [keys] * len(records) == [list(record) for record in records]
    given = "\n".join(json.dumps(record) for record in records).encode()
    other = tmp_path / "other.parc"
    assert 0 == parc("--ledger", other, "append", "-", stdin=given).status
    assert said(ledger, "standings", "drivers") == said(other, "standings", "drivers")


# results

OUL_2 = """\
GT, amended
Place  Classified  No.  Drivers     Team           Make  Laps     Gap  Notes
────────────────────────────────────────────────────────────────────────────
   1*           3   21  Dee Drake   Drake Racing   Ford    20  +2.000
    2           2    7  Ann Archer  Archer Racing  Ford    20          +3 s
   3*           1   12  Bob Brook   Brook Racing   Ford    20  +4.000
    4           4    8  Cyrus Cole  Cole Racing    Ford    20  +6.000
    5           5   33  Eve Ellis   Ellis Racing   Ford    20  +8.000
"""


@pytest.mark.parametrize("environment", [NARROW, WIDE, {}, {"NO_COLOR": "1"}], ids=["80", "200", "pipe", "no colour"])
def test_results_show_both_orders(ledger: Path, environment: dict[str, str]) -> None:
    """Beside each place stands the one as classified, and a star where they differ; penalties are in time."""
    found = table(said(ledger, "results", "OUL-2", env=environment))
    assert OUL_2 == found[: len(OUL_2)]
    assert "* stands elsewhere than classified, by the rulings above." in found


def test_results_list_the_rulings_with_what_each_changed(ledger: Path) -> None:
    """Below the result stands every ruling about the race; an amendment says which cars it moved, and from where."""
    found = said(ledger, "results", "OUL-2")
    changed = "#12 1st -> DSQ, #7 2nd -> 1st, #21 3rd -> 2nd, #8 4th -> 3rd, #33 5th -> 4th"
    assert re.search(rf"^ +26  .*ride height \(Stewards\) +{changed} +spent by 27$", found, re.MULTILINE)
    assert re.search(r"^ +27  .*timing .* #8 3rd -> 4th, #33 4th -> 5th, #12 DSQ -> 3rd +stands$", found, re.MULTILINE)
    assert re.search(r"^ +28  .* #7 1st -> 2nd, #21 2nd -> 1st +stands$", found, re.MULTILINE)


def test_results_say_whose_points_are_withheld(ledger: Path) -> None:
    """Points withheld change no place, and are told beside it."""
    found = said(ledger, "results", "OUL-1")
    assert re.search(r"^ +3 +8 .* points withheld$", found, re.MULTILINE)
    assert "*" not in found
    assert "GT, official" in found


def test_results_as_json_hold_all_of_it(ledger: Path) -> None:
    """Places as classified, penalties, rulings, what became of them and what they changed, for programs."""
    found = loaded(ledger, "results", "OUL-2")
    [gt] = found["classes"]
    assert "amended" == gt["status"]
    told = [
        (line["car"], line["classified"], line["shown"], line["added_ms"], line["rulings"], line["withheld"])
        for line in gt["lines"]
    ]
    assert [("21", "3", "1", 0, [27, 28], []), ("7", "2", "2", 3000, [27, 28], [])] == told[:2]
    assert [
        (26, "GT", [{"state": "spent", "by": 27, "counts_from": None}]),
        (27, "GT", [{"state": "stands", "by": None, "counts_from": None}]),
        (28, "GT", [{"state": "stands", "by": None, "counts_from": None}]),
    ] == [(one["position"], one["car_class"], one["outcomes"]) for one in found["rulings"]]
    assert {"car": "12", "before": "DSQ", "after": "3"} in found["rulings"][1]["changes"]
    assert "disqualified" == found["rulings"][0]["event"]["type"]
    withheld = loaded(ledger, "results", "OUL-1")["classes"][0]["lines"][2]
    assert ("8", [29]) == (withheld["car"], withheld["withheld"])


def test_results_before_the_decisions(ledger: Path) -> None:
    """As known before anybody ruled, the result is provisional and stands as classified."""
    found = said(ledger, "results", "OUL-2", "--known-at", "25")
    assert "GT, provisional" in found
    assert "Classified" not in found
    assert "Rulings" not in found


def test_results_as_of_a_race_show_no_later_ruling(ledger: Path) -> None:
    """A deduction for the first race that counts from the third does not show as of the second."""
    assert [29, 30] == [one["position"] for one in loaded(ledger, "results", "OUL-1")["rulings"]]
    assert [29] == [one["position"] for one in loaded(ledger, "results", "OUL-1", "--as-of", "OUL-2")["rulings"]]


# tables

DRIVERS = """\
                 OUL    DON
Pos  Driver       1  2       Points
───────────────────────────────────
  1  Ann Archer   1  2   3       21
  2  Dee Drake    4  1   4     17.5
  3  Bob Brook    2  3   2       15
  4  Cyrus Cole   3  4   1       10
  -  Eve Ellis    5  5            8

DON pays 1/2 of its points.
Bob Brook: 3 points deducted for OUL-1, conduct (Stewards; record 30).
Eve Ellis is excluded from the championship (record 31).
"""
BEST = """\
                 OUL     DON
Pos  Driver        1  2       Points
────────────────────────────────────
  1  Ann Archer    1  2  (3)      18
  2  Dee Drake     4  1  (4)      15
  3  Bob Brook     2  3  (2)      14
  4  Cyrus Cole  (3)  4    1      10
  5  Eve Ellis     5  5            8

Results in brackets are dropped: they are no part of the total.
DON pays 1/2 of its points.
"""


@pytest.mark.parametrize(("championship", "expected"), [("drivers", DRIVERS), ("best", BEST)])
@pytest.mark.parametrize("environment", [NARROW, WIDE, {}], ids=["80", "200", "pipe"])
def test_a_table_marks_and_explains_what_is_special(
    ledger: Path, environment: dict[str, str], championship: str, expected: str
) -> None:
    """Dropped results stand in brackets, who is excluded at the end, and notes say what else is behind the totals."""
    assert expected == table(said(ledger, "standings", championship, env=environment))


def test_files_have_no_marks(ledger: Path) -> None:
    """CSV has plain results, and no position where there is none; JSON has ``null``; Markdown has the marks."""
    assert ("", "8") == [(row["position"], row["points"]) for row in rows(ledger, "standings", "drivers")][-1]
    assert "3" == rows(ledger, "standings", "best")[0]["DON"]
    assert "" == rows(ledger, "progression", "drivers")[-1]["position"]
    last = loaded(ledger, "standings", "drivers")["rows"][-1]
    assert (None, "eve-ellis") == (last["position"], last["competitor"])
    assert ["position", "competitor", "name", "points", "results"] == list(last)
    assert "| - | eve-ellis |" in said(ledger, "standings", "drivers", "--format", "markdown")
    assert "| (3) |" in said(ledger, "standings", "best", "--format", "markdown")


def test_a_progression_ends_with_who_is_excluded(ledger: Path) -> None:
    """Excluded competitors keep their totals and have no position."""
    found = table(said(ledger, "progression", "drivers"))
    assert re.search(r"^  -  Eve Ellis +4 +8 +8 +8$", found, re.MULTILINE)
    assert "Eve Ellis is excluded from the championship (record 31)." in found


# why

WHY_BOB = """\
Race   Car  Classified  Rulings  Place  Scores as  Scale  Of it  Points  Total  Records     Note
────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
OUL-1  #12           2               2          2      8              8      8  18, 22
OUL-2  #12           1  27           3          3      6              6     14  18, 27
DON    #12           2               2          2      8  x 1/2       4     18  18, 25, 32
OUL-1                                                                -3     15  30          deducted: conduct (Stewards)
"""


def test_why_goes_from_the_place_to_the_total(ledger: Path) -> None:
    """Place as classified, ruling, place that scores, the scale's value, the part that is paid, and deductions."""
    assert WHY_BOB == table(said(ledger, "why", "bob-brook", "--championship", "drivers"))[: len(WHY_BOB)]


@pytest.mark.parametrize("competitor", ["ann-archer", "bob-brook", "cy-cole", "dee-drake", "eve-ellis"])
@pytest.mark.parametrize("championship", ["drivers", "best"])
def test_why_adds_up(ledger: Path, competitor: str, championship: str) -> None:
    """What is not dropped, and the adjustments, add up to the total of the table; so does the last line of CSV."""
    found = loaded(ledger, "why", competitor, "--championship", championship)
    earned = sum(float(one["points"]) for one in found["awards"] if not one["dropped"])
    adjusted = sum(float(one["points"]) for one in found["adjustments"])
    totals = {row["competitor"]: row["points"] for row in loaded(ledger, "standings", championship)["rows"]}
    assert float(totals[competitor]) == earned + adjusted == float(found["points"])
    assert totals[competitor] == rows(ledger, "why", competitor, "--championship", championship)[-1]["total"]
    named = {record["position"] for record in found["records"]}
    behind = [found["rule_records"], found["excluded"]]
    behind += [one["records"] for one in (*found["awards"], *found["adjustments"])]
    assert {position for positions in behind for position in positions} <= named


def test_why_says_what_was_dropped_and_withheld(ledger: Path) -> None:
    """A dropped result is in brackets and in no total, and the note says which rule dropped it."""
    found = said(ledger, "why", "cy-cole", "--championship", "best")
    note = "points withheld: late licence; dropped: only the best 2 count"
    assert re.search(rf"^OUL-1 +#8 +29 +3 +- +0 +\(0\) +0 +19, 22, 29 +{note}$", found, re.MULTILINE)
    assert "Points in brackets are dropped: they are no part of the total." in found
    narrow = said(ledger, "why", "cy-cole", "--championship", "best", env=NARROW)
    assert re.search(r"^ +by ruling 29$", narrow, re.MULTILINE)
    assert 80 >= max(map(len, narrow.splitlines()))


def test_why_of_who_is_excluded(ledger: Path) -> None:
    """Who is excluded keeps its points, and the record that excludes it is named."""
    found = said(ledger, "why", "Eve Ellis", "--championship", "drivers")
    assert found.startswith("Eve Ellis: 8 points, excluded from the championship\n")
    assert "Excluded by record 31." in found
    data = loaded(ledger, "why", "eve-ellis", "--championship", "drivers")
    assert (None, [31]) == (data["position"], data["excluded"])


def test_a_tie_is_told_by_the_rule_that_decides(tmp_path: Path) -> None:
    """Equal points, equal places: whoever took the better place first stands before the other, with the two races."""
    path = tmp_path / "tie.parc"
    afterwards(path, decided=False)
    ran = said(path, "why", "--championship", "drivers", "--tie", "Ann Archer", "Bob Brook", "--as-of", "OUL-2")
    found = loaded(path, "why", "--championship", "drivers", "--tie", "bob-brook", "ann-archer", "--as-of", "OUL-2")
    assert ("ann-archer", "bob-brook") == (found["first"]["competitor"], found["second"]["competitor"])
    assert "first-achieved" == found["decided_by"]
    assert [
        ("points", False, ["18", "18"]),
        ("countback", False, ["1 x 1st, 1 x 2nd", "1 x 1st, 1 x 2nd"]),
        ("first-achieved", True, ["OUL-1", "OUL-2"]),
    ] == [(one["ground"], one["decides"], one["figures"]) for one in found["comparisons"]]
    assert [22, 23] == [one for one in found["comparisons"][-1]["records"] if one >= 22]
    assert "Ann Archer stands before Bob Brook: decided by first-achieved\n" in ran


def test_points_and_exclusion_go_before_ties(ledger: Path) -> None:
    """Who is excluded stands behind everybody; who has more points, before whoever has fewer."""
    found = loaded(ledger, "why", "--championship", "drivers", "--tie", "eve-ellis", "cy-cole")
    assert ("excluded", "cy-cole") == (found["decided_by"], found["first"]["competitor"])
    assert [31] == found["comparisons"][0]["records"]
    found = loaded(ledger, "why", "--championship", "drivers", "--tie", "cy-cole", "bob-brook")
    assert ("points", ["15", "10"]) == (found["decided_by"], found["comparisons"][0]["figures"])


# diff


def moves(found: Any) -> list[tuple[str, int | None, str, list[int]]]:
    """Who gained how many positions and points, by which records."""
    return [(row["competitor"], row["gained"], row["points"], row["records"]) for row in found["rows"]]


DIFFS = [
    (
        "all decisions",
        ("--from-known-at", "25"),
        [
            ("ann-archer", 1, "-3", [32]),
            ("dee-drake", 2, "1.5", [27, 28, 32]),
            ("bob-brook", -2, "-11", [27, 30, 32]),
            ("cy-cole", -1, "-11", [29, 32]),
            ("eve-ellis", None, "0", [27, 31, 36]),
        ],
    ),
    (
        "one race more",
        ("--from-as-of", "OUL-1", "--as-of", "OUL-2"),
        [
            ("ann-archer", 0, "8", [27, 28]),
            ("dee-drake", 1, "10", [27, 28]),
            ("bob-brook", -1, "6", [27]),
            ("eve-ellis", 0, "4", [27]),
            ("cy-cole", 0, "5", [27]),
        ],
    ),
    (
        "a rescission",
        ("--from-known-at", "33", "--known-at", "34"),
        [("bob-brook", 0, "-1", [34]), ("cy-cole", 0, "1", [34])],
    ),
    (
        "backwards in the log",
        ("--from-known-at", "34", "--known-at", "33"),
        [("bob-brook", 0, "1", [34]), ("cy-cole", 0, "-1", [34])],
    ),
    (
        "both clocks",
        ("--from-as-of", "OUL-1", "--from-known-at", "25", "--as-of", "OUL-1", "--known-at", "30"),
        [("dee-drake", 1, "0", [29]), ("eve-ellis", 1, "0", [29]), ("cy-cole", -2, "-6", [29])],
    ),
    ("no difference", ("--from-known-at", "34", "--known-at", "35"), []),
]


@pytest.mark.parametrize(("options", "expected"), [row[1:] for row in DIFFS], ids=[row[0] for row in DIFFS])
def test_a_diff_names_who_moved_and_by_which_records(
    ledger: Path, options: tuple[str, ...], expected: list[tuple[str, int | None, str, list[int]]]
) -> None:
    """Positions, points and causes; who moved only because others did has their records."""
    found = loaded(ledger, "diff", "drivers", *options)
    assert expected == moves(found)
    causes = {position for _, _, _, records in expected for position in records}
    assert sorted(causes) == [record["position"] for record in found["records"]]


def test_who_moved_because_another_did_has_the_records_of_that_one(ledger: Path) -> None:
    """Of two rulings, whoever moved by the first alone is put down to the first."""
    with Ledger.open(ledger, read_only=True) as opened:
        found = opened.season("cup-2026").what_if(
            PointsDeducted("best", "bob-brook", Fraction(3), "Stewards", "conduct", race="OUL-1"),
            PointsRestored("best", "eve-ellis", Fraction(1, 2), "Stewards", "mistake", race="OUL-1"),
            championship="best",
            as_of="OUL-1",
            known_at=25,
        )
    assert [("bob-brook", -1, (26,)), ("cy-cole", 1, (26,)), ("eve-ellis", 0, (27,))] == sorted(
        (row.competitor, row.gained, row.causes) for row in found.changed
    )


def test_a_diff_reads_in_words(ledger: Path) -> None:
    """The table says where everybody was, which way they went, and what their races were worth."""
    found = said(ledger, "diff", "drivers", "--from-known-at", "25")
    assert found.startswith("Drivers' Cup: 5 changed\n")
    assert re.search(
        r"^ +2 +4 +▲ 2 +Dee Drake +17\.5 +16 +\+1\.5 +OUL-2: 3 -> 1; DON: 5 -> 2\.5 points ", found, re.MULTILINE
    )
    assert re.search(r"^ +- +5 +excluded +Eve Ellis +8 +8 +DON: DNS -> nothing +27, 31, 36$", found, re.MULTILINE)
    nothing = said(ledger, "diff", "drivers", "--from-known-at", "34", "--known-at", "35")
    assert nothing.startswith("Drivers' Cup: nothing changed\n")


def test_a_diff_for_files(ledger: Path) -> None:
    """CSV has every column with plain numbers; Markdown the table."""
    found = rows(ledger, "diff", "drivers", "--from-known-at", "25")
    assert {"position": "2", "position_before": "4", "gained": "2", "competitor": "dee-drake"}.items() <= found[
        1
    ].items()
    assert ("", "5") == (found[4]["position"], found[4]["position_before"])
    assert "▲ 2" in said(ledger, "diff", "drivers", "--from-known-at", "25", "--format", "markdown")


def test_who_joined_and_who_left(ledger: Path) -> None:
    """Before anybody has raced nobody is in the table: afterwards all have joined, and the other way they left."""
    joined = loaded(ledger, "diff", "drivers", "--from-known-at", "21", "--known-at", "22")
    assert [None] * 5 == [row["from"] for row in joined["rows"]]
    left = loaded(ledger, "diff", "drivers", "--from-known-at", "22", "--known-at", "21")
    assert [None] * 5 == [row["to"] for row in left["rows"]]
    assert re.search(
        r"^ +1 +left +Ann Archer",
        said(ledger, "diff", "drivers", "--from-known-at", "22", "--known-at", "21"),
        re.MULTILINE,
    )


# what-if


def given(path: Path, *events: dict[str, Any]) -> Path:
    """A file of JSON Lines."""
    path.write_text("".join(json.dumps(event) + "\n" for event in events))
    return path


DISQUALIFIED = {"type": "disqualified", "race": "OUL-1", "car": "7", "authority": "Stewards", "reason": "fuel"}
SCALE = {"type": "points-scale-adopted", "scale": "race", "points": [25, 18, 15, 12, 10]}
CORRECTED = {"type": "record-corrected", "position": 2, "fact": SCALE, "reason": "what if"}
NEW_RULES = {"competitor": "driver", "classes": ["GT"], "scale": "race", "counting": [{"best": 1}]}
NEW = {"type": "championship-defined", "championship": "one", "title": "Best of One", "rules": NEW_RULES}


def test_a_what_if_equals_the_log_with_its_events(ledger: Path, tmp_path: Path) -> None:
    """The table that would be is the one that is once the events are appended, and the log is not touched."""
    before = ledger.read_bytes()
    events = given(tmp_path / "events.jsonl", DISQUALIFIED, CORRECTED)
    then = {row["competitor"]: row["to"] for row in loaded(ledger, "what-if", str(events), "drivers")["rows"]}
    assert before == ledger.read_bytes()
    assert ["cup.parc"] == [path.name for path in ledger.parent.iterdir()]
    copy = tmp_path / "copy.parc"
    copy.write_bytes(before)
    assert 0 == parc("--ledger", copy, "append", events).status
    appended = loaded(copy, "standings", "drivers")["rows"]
    assert {one["competitor"]: {"position": one["position"], "points": one["points"]} for one in appended} == then


def test_a_what_if_shows_both_tables(ledger: Path, tmp_path: Path) -> None:
    """Every competitor has its position and its points now and then, in the order of then."""
    events = given(tmp_path / "events.jsonl", DISQUALIFIED)
    found = said(ledger, "what-if", str(events), "drivers")
    assert "now  as of DON, known at position 36\nthen as of DON, known at position 37, with 1 event of" in found
    assert re.search(r"^ +1 +2 +▲ 1 +Dee Drake +18\.5 +17\.5 +\+1 +OUL-1: 4 -> 3 +37$", found, re.MULTILINE)
    assert re.search(r"^ +3 +1 +▼ 2 +Ann Archer +11 +21 +-10 +OUL-1: 1 -> DSQ +37$", found, re.MULTILINE)
    assert "Nothing was recorded;" in found
    data = loaded(ledger, "what-if", str(events), "drivers")
    assert (1, 36, 37) == (data["events"], data["from"]["known_at"], data["to"]["known_at"])
    assert ["dee-drake", "bob-brook", "ann-archer", "cy-cole", "eve-ellis"] == [
        one["competitor"] for one in data["rows"]
    ]
    assert "dee-drake" == rows(ledger, "what-if", str(events), "drivers")[0]["competitor"]


def test_a_what_if_on_both_clocks(ledger: Path, tmp_path: Path) -> None:
    """The branch begins at the moment that is asked about, and tables stand as of the race."""
    events = given(tmp_path / "events.jsonl", DISQUALIFIED)
    data = loaded(ledger, "what-if", str(events), "drivers", "--as-of", "OUL-1", "--known-at", "25")
    assert ("OUL-1", 25, "OUL-1", 26) == tuple(
        data[side][key] for side in ("from", "to") for key in ("as_of", "known_at")
    )
    assert ["10", "8", "6", "5", "0"] == [row["to"]["points"] for row in data["rows"]]


def test_other_points_are_a_what_if(ledger: Path, tmp_path: Path) -> None:
    """A correction of the scale shows the season by other points, caused by that correction alone."""
    data = loaded(ledger, "what-if", str(given(tmp_path / "scale.jsonl", CORRECTED)), "drivers")
    assert ["50.5", "43", "39", "24.5", "20"] == [row["to"]["points"] for row in data["rows"]]
    assert [[37]] * 5 == [row["records"] for row in data["rows"]]


def test_other_rules_are_a_what_if(ledger: Path, tmp_path: Path) -> None:
    """A championship that the file defines is shown alone, or beside one that stands."""
    file = str(given(tmp_path / "rules.jsonl", NEW))
    alone = said(ledger, "what-if", file, "one")
    assert "now  there is no such championship\n" in alone
    assert re.search(r"^  1  Ann Archer +1 +\(2\) +\(3\) +10$", alone, re.MULTILINE)
    assert loaded(ledger, "what-if", file, "one")["from"] is None
    beside = loaded(ledger, "what-if", file, "one", "--against", "drivers")
    assert ("drivers", "one") == (beside["from"]["championship"], beside["to"]["championship"])
    assert ("ann-archer", {"position": 1, "points": "21"}, {"position": 1, "points": "10"}) == tuple(
        beside["rows"][0][key] for key in ("competitor", "from", "to")
    )


def test_a_what_if_that_changes_nothing_says_so(ledger: Path, tmp_path: Path) -> None:
    """An event that no table shows changes nothing, and whole records that are recorded already are no events."""
    driver = {"type": "driver-registered", "driver": "fay-ford", "name": "Fay Ford"}
    assert "Nothing would change." in said(ledger, "what-if", str(given(tmp_path / "one.jsonl", driver)), "drivers")
    [record] = loaded(ledger, "log", "--from", "26", "--to", "26")
    known = loaded(ledger, "what-if", str(given(tmp_path / "two.jsonl", record)), "drivers")
    assert (0, 36) == (known["events"], known["to"]["known_at"])


REFUSED = [
    (("diff", "drivers"), b"", "Say from when: --from-as-of, --from-known-at, or both. See 'parc diff --help'."),
    (("diff", "driver", "--from-as-of", "1"), b"", "unknown championship 'driver'; did you mean 'drivers'?"),
    (("diff", "drivers", "--from-as-of", "OUL-9"), b"", "unknown race 'OUL-9'; did you mean 'OUL-2'?"),
    (("diff", "drivers", "--from-known-at", "37"), b"", "known_at 37: the log holds the positions 1 to 36"),
    (("diff", "drivers", "--from-known-at", "2026-01-01"), b"", "has no offset from UTC"),
    (("why", "--championship", "drivers"), b"", "Name a competitor, or two with --tie. See 'parc why --help'."),
    (("why", "x", "--championship", "drivers", "--tie", "a", "b"), b"", "Name a competitor, or two with --tie."),
    (("why", "--championship", "drivers", "--tie", "7", "b"), b"", "unknown competitor '7'; known: ann-archer"),
    (("why", "--championship", "drivers", "--tie", "ann-archer", "Ann Archer"), b"", "is not tied with itself"),
    (("--season", "cup-2026", "log", "--as-of", "SIL"), b"", "unknown race 'SIL'; known: OUL-1, OUL-2, DON"),
    (("what-if", "-", "drivers"), b"", "standard input is empty"),
    (("what-if", "-", "drivers"), b"{}", "line 1: $.type: is missing"),
    (("what-if", "none.jsonl", "drivers"), b"", "cannot read none.jsonl: No such file or directory"),
    (("what-if", "-", "nope"), json.dumps(NEW).encode(), "unknown championship 'nope'; known: drivers, best, one"),
    (
        ("what-if", "-", "drivers"),
        json.dumps(NEW).encode() + b"\n" + json.dumps({**DISQUALIFIED, "car": "99"}).encode(),
        "line 2: $.car: unknown car '99'",
    ),
    (("what-if", "-", "drivers", "--known-at", "0"), json.dumps(NEW).encode(), "known_at 0: the log holds"),
]


@pytest.mark.parametrize(("arguments", "stdin", "expected"), REFUSED, ids=lambda value: str(value)[:60])
def test_a_wrong_question_gets_one_clear_line(
    ledger: Path, arguments: tuple[str, ...], stdin: bytes, expected: str
) -> None:
    """What cannot be answered is said in one line with the status 2, and nothing is printed or changed."""
    before = ledger.read_bytes()
    ran = parc("--ledger", ledger, *arguments, stdin=stdin)
    assert (2, "", 1) == (ran.status, ran.out, ran.err.count("\n"))
    assert expected in ran.err
    assert before == ledger.read_bytes()


def test_the_library_answers_as_the_command_line_does(ledger: Path) -> None:
    """``Season.diff``, ``what_if`` and ``tie`` and the log as of a race are there for programs too."""
    with Ledger.open(ledger, read_only=True) as opened:
        season = opened.season("cup-2026")
        assert ["dee-drake", "eve-ellis", "cy-cole"] == [
            row.competitor for row in season.diff("drivers", as_of="OUL-1", from_known_at=25, known_at=30).changed
        ]
        scale = PointsScaleAdopted("race", points(25, 18, 15, 12, 10))
        found = season.what_if(
            Disqualified("OUL-1", "7", "Stewards", "fuel"),
            RecordCorrected(2, scale, "what if"),
            championship="drivers",
            as_of="OUL-1",
        )
        assert [25, 15, 12, 0, 0] == [row.points for row in found.after.rows]
        assert "points" == season.tie("cy-cole", "bob-brook", "drivers").comparisons[-1].ground
        assert [*range(1, 23), 29, 35] == [record.position for record in opened.records(as_of="OUL-1")]
        assert 36 == opened.head()
