"""Stores: where the bytes of the log are kept. Each is reached by its own module."""

from ledger.store.port import CopyableLog, Draft, Log, ProvableLog, SeasonHead, Stated, StoredRecord

__all__ = ["CopyableLog", "Draft", "Log", "ProvableLog", "SeasonHead", "Stated", "StoredRecord"]
