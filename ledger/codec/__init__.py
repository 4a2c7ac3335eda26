"""Facts to bytes and back, for the log and for JSON. Pure: a value in, a value out, or an error with a path."""

from typing import TYPE_CHECKING, Any

from ledger.codec.stored import decode, decode_all, encode
from ledger.codec.tags import KIND_OF, KINDS, kind_meant

if TYPE_CHECKING:
    from ledger.codec.jsonform import (
        Submitted,
        event_from_json,
        event_to_json,
        read_line,
        record_to_json,
        time_text,
    )
    from ledger.codec.schema import json_schema


def __getattr__(name: str) -> Any:
    # Imported on first use: JSON takes cattrs, which takes 20 ms, and most of what is asked of a ledger needs neither.
    if name == "json_schema":
        from ledger.codec import schema

        return schema.json_schema
    if name in __all__:
        from ledger.codec import jsonform

        return getattr(jsonform, name)
    raise AttributeError(f"module 'ledger.codec' has no attribute {name!r}")


__all__ = [
    "KINDS",
    "KIND_OF",
    "Submitted",
    "decode",
    "decode_all",
    "encode",
    "event_from_json",
    "event_to_json",
    "json_schema",
    "kind_meant",
    "read_line",
    "record_to_json",
    "time_text",
]
