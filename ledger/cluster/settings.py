"""What a stream must be set to, so that it keeps what it has acknowledged. Data, and held against what servers say."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from ledger.cluster.address import Address

REPLICAS: Final = 3
OLDEST_SERVER: Final = (2, 12, 0)
"""The first one that gives out messages in runs, and says in its settings how it brings them to disk."""
CHECKPOINTS_KEPT: Final = 64
"""Of each node, in the stream of checkpoints."""

_UNLIMITED: Final = (-1, 0)
_SETTINGS: Final[tuple[tuple[str, tuple[Any, ...], str], ...]] = (
    ("storage", ("file",), "what is in memory is gone with the servers"),
    ("retention", ("limits",), "messages go when they have been read"),
    ("discard", ("new",), "a full stream gives up its oldest messages"),
    ("max_age", (0, None), "messages go when they are old"),
    ("max_bytes", (*_UNLIMITED, None), "a full stream takes no more appends"),
    ("max_msgs", (*_UNLIMITED, None), "a full stream takes no more appends"),
    ("max_msgs_per_subject", (*_UNLIMITED, None), "a season that has grown takes no more appends, or loses its first"),
    ("deny_delete", (True,), "anyone who may publish could delete messages"),
    ("deny_purge", (True,), "anyone who may publish could empty the stream"),
    ("allow_rollup_hdrs", (False, None), "one message can replace all others of its season"),
    ("allow_msg_ttl", (False, None), "messages can say when they go"),
    ("allow_msg_schedules", (False, None), "messages can appear later than they were sent"),
    ("allow_msg_counter", (False, None), "the server changes the messages"),
    ("subject_delete_marker_ttl", (0, None), "the server adds messages of its own"),
    ("persist_mode", ("default", "", None), "messages are acknowledged before they are on disk"),
    ("no_ack", (False, None), "nothing is acknowledged"),
    ("sealed", (False, None), "it takes no more appends"),
    ("allow_direct", (True,), "nodes cannot catch up"),
    ("mirror", (None,), "its messages come from another stream"),
    ("sources", (None, []), "messages of other streams come in between"),
    ("subject_transform", (None,), "messages change their subjects"),
)
"""Setting, the values that are safe, the first of which mends it, and what another leads to."""


def stream_settings(address: Address, replicas: int = REPLICAS) -> dict[str, Any]:
    """The settings with which the stream of a ledger is made."""
    return {
        "name": address.prefix,
        "subjects": [address.subjects],
        "num_replicas": replicas,
        **{name: safe[0] for name, safe, _ in _SETTINGS if safe[0] is not None and None not in safe},
    }


def checkpoint_settings(address: Address, replicas: int = REPLICAS) -> dict[str, Any]:
    """The settings of the stream in which nodes publish how far they are: of each the newest few."""
    return {
        "name": address.checkpoints,
        "subjects": [f"{address.checkpoints}.*"],
        "num_replicas": replicas,
        "storage": "file",
        "retention": "limits",
        "discard": "old",
        "max_msgs_per_subject": CHECKPOINTS_KEPT,
        "max_msg_size": 16_384,
        "allow_direct": True,
    }


def unsafe_settings(address: Address, found: Mapping[str, Any], version: str, largest_payload: int) -> tuple[str, ...]:
    """What is unsafe about a stream, a line each with what mends it; nothing where all is well.

    ``found`` are its settings as the server says them, ``version`` that server's, ``largest_payload`` the bytes that it
    takes in one message.
    """
    return tuple(_unsafe(address, found, version, largest_payload))


def _unsafe(address: Address, found: Mapping[str, Any], version: str, largest_payload: int) -> Iterator[str]:
    replicas = found.get("num_replicas")
    if type(replicas) is not int or replicas < REPLICAS:
        yield f"num_replicas is {replicas}: the loss of one machine can lose appends; set it to {REPLICAS}"
    subjects = found.get("subjects")
    if subjects != [address.subjects]:
        yield f'subjects is {subjects}: it holds other messages, or not all; set it to ["{address.subjects}"]'
    for name, safe, leads_to in _SETTINGS:
        value = found.get(name)
        if value not in safe or (value is not None and type(value) not in map(type, safe)):
            yield f"{name} is {value}: {leads_to}; {_mended(name, safe[0])}"
    size = found.get("max_msg_size")
    if type(size) is int and 0 < size < largest_payload:
        yield f"max_msg_size is {size}: larger appends are refused; set it to -1"
    numbers = re.match(r"v?(\d+)\.(\d+)\.(\d+)", version)
    if numbers is None or tuple(map(int, numbers.groups())) < OLDEST_SERVER:
        yield f"a server has version {version}; upgrade it to {'.'.join(map(str, OLDEST_SERVER))} or newer"


def _mended(name: str, safe: Any) -> str:
    return f"remove {name}" if safe is None else f"set {name} to {str(safe).lower() if type(safe) is bool else safe}"


__all__ = ["REPLICAS", "checkpoint_settings", "stream_settings", "unsafe_settings"]
