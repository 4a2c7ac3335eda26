"""Stores: where the bytes of the log are kept. Each is reached by its own module."""

from ledger.store.port import Draft, Log, ProvableLog, SeasonHead, Stated, StoredRecord, draft

__all__ = ["Draft", "Log", "ProvableLog", "SeasonHead", "Stated", "StoredRecord", "draft"]
