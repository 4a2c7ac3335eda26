"""The verification of the Formula One seasons: its counts, its reasons, and that the page which is kept is true."""

import re
from pathlib import Path

import pytest
from attrs import evolve

import verify_f1
from events import PublishedRow, StandingsPublished
from f1db.verification import Checked, Key, Reasons, check, page
from ledger import Ledger

PAGE = (Path(__file__).parents[1] / "docs" / "verification.md").read_text(encoding="utf-8")
WHOLE = (1954, 1956, 1958, 1964, 1970, 1984, 2020)
"""The seasons that the extract holds from the first race to the last."""


@pytest.fixture(scope="module")
def checked(extract: Ledger) -> dict[int, Checked]:
    """The audit of every season of the extract, by year."""
    return {one.year: one for one in verify_f1.checked_seasons(extract)}


def section(text: str, heading: str) -> list[str]:
    """The lines of a section of a page."""
    return text.partition(f"## {heading}\n")[2].partition("\n## ")[0].strip().splitlines()


@pytest.mark.parametrize("year", WHOLE)
def test_the_page_is_true_of_a_season(checked: dict[int, Checked], year: int) -> None:
    """What the page says of a season is what comes out of the same files: counts, fingerprint and every row."""
    now = "\n".join(page([checked[year]], Reasons.read(), "today"))
    (line,) = [one for one in section(PAGE, "By season") if one.startswith(f"| {year} ")]
    assert line in section(now, "By season")
    assert rows(now, str(year)) == rows(PAGE, str(year))


def rows(text: str, year: str = "") -> list[str]:
    """The rows of a season that do not follow, each with its reason."""
    told = "\n".join(section(text, "Rows that do not follow"))
    return [one for one in re.split(r"\n(?=- )", told) if one.startswith(f"- {year}")]


def test_the_parts_of_the_page_add_up() -> None:
    """The decades are the sums of their seasons, and the last line is the sum of all."""
    seasons = [figures(line) for line in section(PAGE, "By season")[2:]]
    decades = [figures(line) for line in section(PAGE, "By decade")[2:]]
    for name, sums in decades:
        parts = [them for year, them in seasons if name == "all" or f"{year[:3]}0s" == name]
        assert sums == [sum(column) for column in zip(*parts, strict=True)]
    _, (_, _, all_rows, points, position) = decades[-1]
    differing = rows(PAGE)
    wrong = [one for one in differing if ": position" not in one], [one for one in differing if ": points" not in one]
    assert (all_rows - points, all_rows - position) == tuple(map(len, wrong))


def figures(line: str) -> tuple[str, list[int]]:
    """The name and the counts of a line of a grid."""
    name, *counts = [cell.strip() for cell in line.strip("|").split("|")][:6]
    return name, [int(count.replace(",", "")) for count in counts]


@pytest.mark.parametrize("year", [2018, 2024])
def test_a_part_of_a_season_follows_as_well(checked: dict[int, Checked], year: int) -> None:
    """Of the seasons that the extract holds in part, every row follows from the results."""
    assert () == checked[year].differences


def test_every_row_has_its_reason_and_every_reason_its_row(checked: dict[int, Checked]) -> None:
    """Nothing is unexplained, and nothing is explained that needs no explanation."""
    reasons = Reasons.read()
    assert [] == [
        row.key for one in checked.values() for row in one.differences if reasons.of(row.key) == "unexplained"
    ]
    assert () == reasons.needless(list(checked.values()))
    assert "unexplained" not in PAGE.lower()


def test_a_row_without_a_reason_is_unexplained(extract: Ledger) -> None:
    """A figure that nobody has looked into says so; a reason that is not needed is listed."""
    source = extract.season("f1-1970")
    with Ledger.in_memory() as ledger:
        season = ledger.season("f1-1970")
        season.append_each([(record.event, None, record.source) for record in source.records()])
        table = next(one.event for one in season.book().standings_published if one.event.championship == "drivers")
        first = evolve(table.rows[0], points=table.rows[0].points + 1)
        wrong = StandingsPublished(
            "drivers", table.as_of, (first, *table.rows[1:-1], PublishedRow("jim", 9, first.points))
        )
        season.append(wrong, source="src/data/seasons/1970/races/01-x/driver-standings.yml")
        one = check(season)
    assert 29 == one.tables
    assert (356 + len(table.rows) + 1, 3, 2) == (one.rows, one.wrong("points"), one.wrong("position"))
    reasons = Reasons(
        {"rows": [{"table": "1970/driver-standings.yml", "competitors": ["ann"], "kind": "slip", "reason": "x"}]}
    )
    assert (Key("1970/driver-standings.yml", "ann"),) == reasons.needless([one])
    lines = list(page([one], reasons, "today"))
    assert 3 == lines.count("  Unexplained.")
    assert "- 1970/driver-standings.yml, ann" == lines[lines.index("## Reasons that are not needed") + 2]


def test_the_command_prints_the_page(tmp_path: Path, extract: Ledger, capsys: pytest.CaptureFixture[str]) -> None:
    """The exit status is 0 where every row that differs has its reason; a ledger without seasons is an error."""
    path = tmp_path / "f1.parc"
    with Ledger.open(path) as ledger:
        ledger.season("f1-1954").append_each(
            [(one.event, None, one.source) for one in extract.season("f1-1954").records()]
        )
    assert 0 == verify_f1.main(["--ledger", str(path)])
    told = capsys.readouterr().out
    assert "| 1950s | 10 | 9 | 195 | 194 | 194 |" in told
    assert "jean-behra: not in the table, 1/7 points here." in told
    assert 2 == verify_f1.main(["--ledger", str(tmp_path / "none.parc")])
    assert "verify_f1.py: there is no ledger at " in capsys.readouterr().err
