"""The record: one fact with its place in the log, and who recorded it from what."""

import datetime
from typing import TYPE_CHECKING

from events.frozen import frozen

if TYPE_CHECKING:
    from events import Event


@frozen
class Record:
    """A fact as the log keeps it."""

    position: int
    """In the whole log: from 1, without gaps. The only order there is."""
    season: str
    """The stream that it belongs to."""
    version: int
    """Within the season: from 1, without gaps."""
    recorded_at: datetime.datetime
    """UTC, to the microsecond; never earlier than that of the record before."""
    id: str
    """A UUIDv7 chosen by the writer, in its canonical text form; unique for ever."""
    recorded_by: str | None
    """Who recorded it; ``None``: not stated."""
    source: str | None
    """The document that says so; ``None``: not stated."""
    event: "Event"
