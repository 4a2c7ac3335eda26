"""The pages on rules are true: each prints what its commands print, and together they say all that rules can say."""

import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any, Final, Literal, get_args, get_origin

import attrs
import pytest

from events import Bonus, ChampionshipDefined, CountedPart, RacesApart, Rules
from events.rules import TieRule, Unplaced
from events.values import Rating

ROOT: Final = Path(__file__).parents[1]
PARTS: Final = {"apart": RacesApart, "bonuses": Bonus, "counting": CountedPart}


def script() -> ModuleType:
    """``scripts/rule_pages.py``, which reads the pages."""
    spec = importlib.util.spec_from_file_location("rule_pages", ROOT / "scripts" / "rule_pages.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SCRIPT: Final = script()
PAGES: Final[list[Path]] = SCRIPT.rule_pages()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_prints_what_its_commands_print(page: Path) -> None:
    """The events of a page are recorded without an objection, and its tables are those that follow from them."""
    assert page.read_text(encoding="utf-8") == SCRIPT.as_printed(page)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_has_words_a_value_a_season_and_a_table(page: Path) -> None:
    """Each begins with its rule in words, and has a championship, results and a table that is not empty."""
    text = page.read_text(encoding="utf-8")
    assert re.match(r"# .+\n\n> [A-Z(]", text)
    kinds = [json.loads(line)["type"] for line in SCRIPT.event_lines(page)]
    assert {"championship-defined", "race-classified"} <= {*kinds}
    championships = [one.championship for one in SCRIPT.page_events(page) if isinstance(one, ChampionshipDefined)]
    assert [] == [one for one in championships if f"$ parc standings {one}" not in text]
    assert re.search(r"^ +1  ", text, re.MULTILINE)


def test_a_page_that_is_no_longer_true_is_noticed(tmp_path: Path) -> None:
    """One figure of one table changed, and the page is not what its commands print."""
    for file in (ROOT / "docs" / "rules").glob("*.jsonl"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    page = tmp_path / "best-results.md"
    true = (ROOT / "docs" / "rules" / page.name).read_text(encoding="utf-8")
    page.write_text(true.replace(" 30\n", " 31\n"), encoding="utf-8")
    assert page.read_text(encoding="utf-8") != true
    assert true == SCRIPT.as_printed(page)


def test_every_page_is_in_the_index() -> None:
    """The index leads to each page once."""
    index = (ROOT / "docs" / "rules" / "README.md").read_text(encoding="utf-8")
    assert [page.name for page in PAGES] == sorted(re.findall(r"^\| \[[^\]]+\]\(([^)]+)\)", index, re.MULTILINE))


def said() -> set[tuple[type, str, Any]]:
    """Every value that a page says: the class, its field, and the value or each of the values."""
    out: set[tuple[type, str, Any]] = set()

    def add(cls: type, value: dict[str, Any]) -> None:
        for name, inside in value.items():
            for one in inside if isinstance(inside, list) else [inside]:
                if isinstance(one, dict):
                    add(PARTS[name], one)
                out.add((cls, name, None if isinstance(one, dict) else one))

    for page in PAGES:
        for line in SCRIPT.event_lines(page):
            event = json.loads(line)
            if event["type"] == "championship-defined":
                add(Rules, event["rules"])
    return out


def sayable() -> list[tuple[type, str, Any]]:
    """Every field of the rules, and every word that it may hold; a switch that is on by itself, switched off."""
    words = {"ties": TieRule, "ratings": Rating, "kept_statuses": Unplaced}
    out: list[tuple[type, str, Any]] = []
    for cls in (Rules, *PARTS.values()):
        for field in attrs.fields(cls):
            hint = words.get(field.name, field.type)
            if get_origin(hint) is Literal:
                out += [(cls, field.name, word) for word in get_args(hint)]
            elif field.type is bool:
                out.append((cls, field.name, not field.default))
            else:
                out.append((cls, field.name, ...))
    return out


@pytest.mark.parametrize(("cls", "name", "value"), sayable(), ids=str)
def test_the_pages_say_all_that_rules_can_say(cls: type, name: str, value: Any) -> None:
    """Each field, and each word that it may hold, is in the rules of some page."""
    values = {one for where, field, one in said() if (where, field) == (cls, name)}
    assert values
    assert value is ... or value in values


def test_a_page_can_be_tried(tmp_path: Path) -> None:
    """The script makes the ledger of a page, once."""
    path = tmp_path / "sailing.parc"
    page = ROOT / "docs" / "rules" / "sailing.md"
    command = [sys.executable, str(ROOT / "scripts" / "rule_pages.py"), str(page), "--ledger", str(path)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    expected = f"{len(SCRIPT.event_lines(page))} events of sailing.md in {path}\n"
    for _ in range(2):
        ran = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
        assert (0, expected, "") == (ran.returncode, ran.stdout, ran.stderr)
