"""Facts about the log itself: that something was recorded wrongly. What was recorded stays readable for ever."""

from events.facts import Fact
from events.frozen import frozen
from events.values import Name, Position


@frozen
class RecordCorrected:
    """A record was found to be wrong, and this is what it should have said. It holds where the record stands.

    A later correction of the same record replaces this one.
    """

    position: Position
    """The position of the wrong record in the log."""
    fact: Fact
    """What it should have said: a fact of the same type."""
    reason: Name


@frozen
class RecordStruck:
    """A record was found to state something that never was. Nothing takes its place."""

    position: Position
    """The position of the wrong record in the log."""
    reason: Name
