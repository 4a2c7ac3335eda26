"""Two scorers, written apart from each other, agree on every table of every season."""

import pytest
from hypothesis import given, settings

from events import Event
from ledger.testing import seasons
from projections import scoring
from tests.agreement import disagreement
from tests.test_laws import CLUB


@settings(max_examples=100)
@given(seasons())
def test_the_engine_agrees_with_the_naive_scorer(season: tuple[Event, ...]) -> None:
    """Whatever the rules and whatever was ruled, both have the same table as of every race."""
    assert disagreement(season) is None, disagreement(season)


def test_a_disagreement_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the engine makes a mistake, both tables are shown, and the season that they are of."""
    monkeypatch.setattr(scoring, "scale_value", lambda scale, place: scale.points[0] * place)
    found = disagreement(CLUB)
    assert found is not None
    assert [
        "drivers as of OUL-1",
        "the engine                   ≠  the naive scorer",
        "1  bob  20  OUL-1: 2 for 20  ≠  1  ann  10  OUL-1: 1 for 10",
    ] == found.splitlines()[:3]
