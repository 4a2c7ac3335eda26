"""Parc Fermé: a results ledger for motorsport. Every fact is kept, every table is a fold over them.

The way in is :class:`Ledger`; the facts that can be recorded are in :mod:`events`.
"""

from typing import TYPE_CHECKING, Any

from ledger.errors import (
    BadInput,
    BadMoment,
    CannotRead,
    CannotWrite,
    Damaged,
    IdTaken,
    LedgerBusy,
    LedgerError,
    NewerEdition,
    NewerVersion,
    NotALedger,
    Objection,
    Refused,
    SetAside,
    Unacknowledged,
    Unreachable,
    UnsafeCluster,
    WrongHead,
    WrongVersion,
)

if TYPE_CHECKING:
    from ledger.ledger import Ledger, Season, SeasonSummary

_LATE = frozenset({"Ledger", "Season", "SeasonSummary"})


def __getattr__(name: str) -> Any:
    # Imported on first use: the codec and what it needs take tens of milliseconds, and `parc --help` needs none of it.
    if name in _LATE:
        from ledger import ledger

        return getattr(ledger, name)
    raise AttributeError(f"module 'ledger' has no attribute {name!r}")


__all__ = [
    "BadInput",
    "BadMoment",
    "CannotRead",
    "CannotWrite",
    "Damaged",
    "IdTaken",
    "Ledger",
    "LedgerBusy",
    "LedgerError",
    "NewerEdition",
    "NewerVersion",
    "NotALedger",
    "Objection",
    "Refused",
    "Season",
    "SeasonSummary",
    "SetAside",
    "Unacknowledged",
    "Unreachable",
    "UnsafeCluster",
    "WrongHead",
    "WrongVersion",
]
