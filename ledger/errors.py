"""What can go wrong, each as a class of its own. Every message is one line that a person can act on."""

from attrs import frozen


@frozen
class Objection:
    """One reason why something cannot be recorded."""

    path: str
    """The value that it is about, as JSON names it: ``$.lines[4].place``."""
    problem: str
    """What is wrong with it, in words."""
    index: int = 0
    """Which of the submitted events it is about, from 0."""

    def __str__(self) -> str:
        return f"{self.path}: {self.problem}"


class LedgerError(Exception):
    """Anything that the ledger refuses or cannot do. Nothing was changed, :class:`Unacknowledged` apart."""


class BadInput(LedgerError):
    """Something that was handed in is not of its form; ``objections`` names the values, where it is about values."""

    def __init__(self, message: str, objections: tuple[Objection, ...] = ()) -> None:
        self.objections = objections
        super().__init__(message)


class Refused(LedgerError):
    """Scrutineering objected; ``objections`` holds every reason at once, in the order of the events."""

    def __init__(self, objections: tuple[Objection, ...]) -> None:
        self.objections = objections
        others = len(objections) - 1
        more = f" (and {others} more objection{'' if others == 1 else 's'})" if others else ""
        super().__init__(f"event {objections[0].index + 1}: {objections[0]}{more}")


class WrongVersion(LedgerError):
    """Another writer was there first: the season is no longer at the version that this writer has seen."""

    def __init__(self, season: str, expected: int, actual: int) -> None:
        self.season, self.expected, self.actual = season, expected, actual
        super().__init__(f"season {season} is at version {actual}, not at {expected} as expected; nothing was appended")


class WrongHead(LedgerError):
    """Another season was appended to meanwhile, so that the positions which the facts name would be others."""

    def __init__(self, expected: int, actual: int) -> None:
        self.expected, self.actual = expected, actual
        super().__init__(f"the log is at position {actual}, not at {expected} as expected; nothing was appended")


class IdTaken(LedgerError):
    """A record with this id already holds another event."""

    def __init__(self, id: str, position: int) -> None:  # noqa: A002 - the record's own word
        self.id, self.position = id, position
        super().__init__(f"id {id} already belongs to another event, at position {position}; nothing was appended")


class NotALedger(LedgerError):
    """The path holds no ledger, or one that this version cannot read."""


class LedgerBusy(LedgerError):
    """Another process kept the ledger locked for longer than we were ready to wait."""


class CannotRead(LedgerError):
    """A record cannot be decoded: it is damaged, or a newer version wrote it."""


class NewerVersion(CannotRead):
    """A record is of a kind that this version does not know: a newer version of parc wrote it."""


class Damaged(CannotRead):
    """The log is not as it was written. ``position`` is the first record that is known to be concerned, if one is."""

    def __init__(self, problem: str, position: int | None = None) -> None:
        self.position = position
        super().__init__(problem)


class CannotWrite(LedgerError):
    """The disk or its permissions do not let us write.

    Nothing was appended. Only where the disk failed in the very commit, which the message says, the append may turn out
    to have been kept, whole, if all processes die before the next one: append it again under the same key or ids.
    """


class Unreachable(LedgerError):
    """No server of the cluster answers, or none may answer: too few of them are up. Nothing was appended."""


class Unacknowledged(LedgerError):
    """An append to a cluster went out and no answer came back: it may or may not be recorded, whole.

    Append it again with the same key, or with ``ids``: that is right whatever happened, at any later time, and from any
    machine.
    """

    def __init__(self, season: str, ids: tuple[str, ...], why: str) -> None:
        self.season, self.ids = season, ids
        super().__init__(
            f"season {season}: may or may not be recorded ({why}); append it again with the same key or ids"
        )


class UnsafeCluster(LedgerError):
    """A stream is set up so that it may lose what it acknowledged; ``problems`` says what, each with what mends it."""

    def __init__(self, address: str, problems: tuple[str, ...]) -> None:
        self.problems = problems
        super().__init__(f"{address} is not safe: {'; '.join(problems)}")


class SetAside(LedgerError):
    """An append reached the stream, and does not pass there: every node sets it aside. Nothing was recorded."""

    def __init__(self, sequence: int, reason: str) -> None:
        self.sequence, self.reason = sequence, reason
        super().__init__(f"message {sequence} was set aside: {reason}; nothing was appended")


class NewerEdition(CannotRead):
    """The stream holds a message that a newer version of parc wrote. What it says cannot be guessed: upgrade parc."""


class BadMoment(LedgerError):
    """A ``known_at`` that names no moment of the log."""
