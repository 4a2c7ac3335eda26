"""For leagues that want to try their own rules: made-up seasons for Hypothesis, and the laws that every table keeps.

Needs the extra ``testing``. A league hands its rules to :func:`seasons` and each season to :func:`check_all`, or takes
single laws from :mod:`ledger.testing.laws`.
"""

from ledger.testing.holding import recorded
from ledger.testing.laws import (
    check_admitted,
    check_all,
    check_audit,
    check_explanations,
    check_folding,
    check_known_at,
    check_later_races,
    check_points_given,
    check_positions,
    check_progression,
    check_refreshing,
    check_registration_order,
    check_renaming,
    check_round_trip,
)
from ledger.testing.revising import (
    check_amending_as_it_stands,
    check_applied_once,
    check_branching,
    check_corrections,
    check_counts_from,
    check_disqualifying_the_last,
    check_rescinding,
)
from ledger.testing.rules import any_rules, scales
from ledger.testing.season import seasons
from ledger.testing.strategies import event_of, events
from ledger.testing.tables import side_by_side, table_text

__all__ = [
    "any_rules",
    "check_admitted",
    "check_all",
    "check_amending_as_it_stands",
    "check_applied_once",
    "check_audit",
    "check_branching",
    "check_corrections",
    "check_counts_from",
    "check_disqualifying_the_last",
    "check_explanations",
    "check_folding",
    "check_known_at",
    "check_later_races",
    "check_points_given",
    "check_positions",
    "check_progression",
    "check_refreshing",
    "check_registration_order",
    "check_renaming",
    "check_rescinding",
    "check_round_trip",
    "event_of",
    "events",
    "recorded",
    "scales",
    "seasons",
    "side_by_side",
    "table_text",
]
