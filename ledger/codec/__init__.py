"""Facts to bytes and back, for the log and for JSON. Pure: a value in, a value out, or an error with a path."""

from ledger.codec.jsonform import (
    Submitted,
    event_from_json,
    event_to_json,
    read_line,
    record_to_json,
    time_text,
)
from ledger.codec.schema import json_schema
from ledger.codec.stored import decode, encode
from ledger.codec.tags import KIND_OF, KINDS

__all__ = [
    "KINDS",
    "KIND_OF",
    "Submitted",
    "decode",
    "encode",
    "event_from_json",
    "event_to_json",
    "json_schema",
    "read_line",
    "record_to_json",
    "time_text",
]
