"""The rooms: who may import whom. The contracts in pyproject.toml hold, and each of them notices a line that strays."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[1]
PROJECT: Final = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONTRACTS: Final = [contract["name"] for contract in PROJECT["tool"]["importlinter"]["contracts"]]
LAYERS, STORES, PURE, CODEC, DATABASE, TERMINAL, PROOFS, SIGNATURES, SERVERS = CONTRACTS
LINT: Final = "from importlinter.cli import lint_imports_command; lint_imports_command()"


def broken(folder: Path) -> tuple[list[str], str]:
    """The names of the contracts that the packages in ``folder`` break, and the whole report."""
    done = subprocess.run(
        [sys.executable, "-c", LINT, "--no-cache", "--no-logo"], cwd=folder, capture_output=True, text=True, check=False
    )
    report = done.stdout + done.stderr
    outcomes = dict(re.findall(r"^(.+) (KEPT|BROKEN)$", report, re.MULTILINE))
    assert sorted(CONTRACTS) == sorted(outcomes), report
    return [name for name in CONTRACTS if outcomes[name] == "BROKEN"], report


def test_no_line_has_strayed() -> None:
    """Every import goes where the rooms allow it."""
    names, report = broken(ROOT)
    assert [] == names, report


@pytest.mark.parametrize(
    ("file", "line", "expected"),
    [
        ("events/points.py", "import projections", [LAYERS]),
        ("events/values.py", "import ledger.errors", [LAYERS]),
        ("projections/book.py", "from ledger import Ledger", [LAYERS]),
        ("projections/scoring.py", "import ledger.scrutineering", [LAYERS]),
        ("ledger/codec/tags.py", "import ledger.scrutineering", [LAYERS]),
        ("ledger/scrutineering/finding.py", "import ledger.ledger", [LAYERS]),
        ("ledger/ledger.py", "import ledger.testing", [LAYERS]),
        ("ledger/testing/laws.py", "import ledger.cli", [LAYERS]),
        ("ledger/store/memory.py", "import projections", [STORES]),
        ("ledger/store/port.py", "import ledger.codec", [LAYERS, STORES]),
        ("events/values.py", "import random", [PURE]),
        ("projections/scheduling.py", "import time", [PURE]),
        ("ledger/codec/jsonform.py", "import os", [PURE]),
        ("ledger/scrutineering/shapes.py", "from pathlib import Path", [PURE]),
        ("ledger/codec/stored.py", "from ledger.moments import now_us", [PURE]),
        ("ledger/scrutineering/results.py", "from ledger.ids import new_id", [PURE]),
        ("ledger/ledger.py", "import msgpack", [CODEC]),
        ("ledger/testing/laws.py", "import cattrs", [CODEC]),
        ("ledger/ledger.py", "import sqlite3", [DATABASE]),
        ("ledger/testing/laws.py", "import apsw", [DATABASE]),
        ("ledger/store/sqlite.py", "import rich", [TERMINAL]),
        ("ledger/ledger.py", "import click", [TERMINAL]),
        ("ledger/evidence.py", "import msgpack", [CODEC]),
        ("ledger/archive.py", "import apsw", [DATABASE]),
        ("ledger/evidence.py", "import ledger.archive", [LAYERS]),
        ("ledger/proof/tree.py", "import ledger.store", [LAYERS, PROOFS]),
        ("ledger/proof/entry.py", "import events", [PROOFS]),
        ("ledger/proof/note.py", "import secrets", [PURE]),
        ("ledger/cli/check.py", "import cryptography", [SIGNATURES]),
        ("ledger/cluster/log.py", "import nats", [SERVERS]),
        ("ledger/cluster/judging.py", "import ledger.season", [LAYERS]),
        ("ledger/store/mirror.py", "import ledger.codec.commit", [LAYERS, STORES]),
    ],
)
def test_a_line_that_strays_breaks_its_contract(tmp_path: Path, file: str, line: str, expected: list[str]) -> None:
    """One forbidden import, anywhere, and the contract that forbids it is named, with the module that it is in."""
    for package in PROJECT["tool"]["importlinter"]["root_packages"]:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    with (tmp_path / file).open("a", encoding="utf-8") as module:
        module.write(f"\n{line}\n")
    names, report = broken(tmp_path)
    assert expected == names, report
    assert file.removesuffix(".py").replace("/", ".") in report


@pytest.mark.parametrize("room", ["events", "projections", "ledger/scrutineering", "ledger/codec", "ledger/proof"])
def test_pure_rooms_ask_for_nothing(room: str) -> None:
    """No line of a pure room asks what time it is, opens a file, or prints: time and identity arrive as values."""
    asked = {"now", "utcnow", "today", "open", "print", "input", "read_text", "write_text"}
    found = []
    for path in sorted((ROOT / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                if name in asked:
                    found.append(f"{path.relative_to(ROOT)}:{node.lineno}: {name}")
    assert [] == found
