"""Names of ``projections`` that are imported on first use: all are there, and standings need none of them."""

import json
import subprocess
import sys
from typing import Any

import pytest

import projections


def run(program: str) -> Any:
    """What a program says in JSON, in a process that has imported nothing yet."""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_every_name_is_there_whatever_was_imported_before() -> None:
    """A module takes a name of the package when it is imported: none may have that of a function."""
    program = """
import json, pkgutil, types, projections
for module in pkgutil.iter_modules(projections.__path__):
    __import__(f"projections.{module.name}")
names = {name: getattr(projections, name) for name in projections.__all__}
print(json.dumps([name for name, what in names.items() if isinstance(what, types.ModuleType)]))
"""
    assert [] == run(program)


def test_a_table_of_standings_imports_none_of_the_others() -> None:
    """A command that prints standings does not wait for the modules of other tables."""
    program = """
import json, sys
from fractions import Fraction
from ledger import Ledger
from events import CarClassDefined, ChampionshipDefined, PointsScaleAdopted, Rules, SeasonOpened
with Ledger.in_memory() as ledger:
    season = ledger.season("club-2026")
    scale = PointsScaleAdopted("race", (Fraction(3),))
    table = ChampionshipDefined("drivers", "Drivers", Rules("driver", ("GT",), "race"))
    season.append(SeasonOpened("club-2026", "Club Cup", 2026), scale, CarClassDefined("GT", "GT cars"), table)
    season.standings("drivers")
late = {f"projections.{module}" for module in sys.modules["projections"]._LATE}
print(json.dumps(sorted(late & {*sys.modules})))
"""
    assert [] == run(program)


def test_a_name_that_there_is_not() -> None:
    """A wrong name fails as in any module."""
    with pytest.raises(AttributeError, match="module 'projections' has no attribute 'podium'"):
        projections.podium  # noqa: B018
