"""What a question about a book can get wrong. The message names what is known instead."""

from collections.abc import Iterable


class UnknownName(LookupError):
    """A question named a championship, race, class, driver or competitor that the book does not hold."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        self.kind, self.name, self.known = kind, name, tuple(known)
        super().__init__(kind, name)

    def __str__(self) -> str:
        if not self.known:
            return f"unknown {self.kind} {self.name!r}: none is recorded yet"
        import difflib

        close = difflib.get_close_matches(str(self.name).lower(), {name.lower() for name in self.known}, n=1)
        if close:
            meant = next(name for name in self.known if name.lower() == close[0])
            return f"unknown {self.kind} {self.name!r}; did you mean {meant!r}?"
        listed = ", ".join(self.known[:12]) + (", ..." if len(self.known) > 12 else "")  # noqa: PLR2004 - a full line
        return f"unknown {self.kind} {self.name!r}; known: {listed}"


class NoRace(LookupError):
    """A question meant the last race of a round that has none: none is scheduled yet, or all were moved elsewhere."""

    def __init__(self, number: int, code: str) -> None:
        self.number, self.code = number, code
        super().__init__(number, code)

    def __str__(self) -> str:
        return f"round {self.number} ({self.code}) has no race"
