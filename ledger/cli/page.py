"""A page for people: a title, what it is about, and what follows, on a screen or into a pipe."""

import os
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final, TypeAlias

from attrs import frozen

from ledger.cli.failing import printable
from ledger.cli.output import taking, write

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.text import Text

_UNBOUNDED: Final = 10_000
"""The width of output that no screen limits."""
_NARROWEST: Final = 40
"""The narrowest page that is laid out; a narrower screen cuts its lines itself."""
_HEIGHT: Final = 25
"""Rich asks for it; nothing here is laid out by it."""
_SCREEN_SAID: Final = frozenset({"FORCE_COLOR", "TTY_COMPATIBLE"})
"""What tells rich in the environment that there is a screen where none is seen."""

Line: TypeAlias = Sequence[tuple[str, str]]
"""Pieces of text, each with its style in rich's words; ``""``: none."""


@frozen
class Block:
    """Lines of text that is safe to print."""

    lines: Sequence[Line]
    folded: bool = False
    """Whether a line that is too long is folded. Where it is laid out already, the screen cuts it: folded, it would be
    read as two."""

    def __str__(self) -> str:
        return "\n".join("".join(text for text, _ in line) for line in self.lines)

    def drawn(self) -> "Text":
        """The block as rich draws it."""
        from rich.text import Text

        between = Text("\n") if self.folded else Text("\n", no_wrap=True, overflow="ignore")
        return between.join(Text.assemble(*line) for line in self.lines)


_EMPTY: Final = Block([[]])


def print_page(title: str, subtitle: str, parts: "Iterable[Block | RenderableType]", notes: Iterable[str] = ()) -> None:
    """Prints a page to standard output."""
    page: list[Block | RenderableType] = [_text(title, "bold")]
    page += [_text(line, "dim") for line in subtitle.splitlines()]
    for part in parts:
        page += [_EMPTY, part]
    below = [_text(note, "italic") for note in notes]
    page += [_EMPTY, *below] if below else []
    plain = _plain(page)
    write(_drawn(page) if plain is None else plain)


def page_width() -> int:
    """The columns that there is room for: as $COLUMNS says, else those of the screen; a pipe has no end."""
    said = os.environ.get("COLUMNS", "")
    if said.isascii() and said.isdigit() and 0 < len(said.lstrip("0")) < len(str(_UNBOUNDED)):
        wide = int(said)
    else:
        wide = os.get_terminal_size(sys.stdout.fileno()).columns if sys.stdout.isatty() else _UNBOUNDED
    return max(wide, _NARROWEST) if wide else _UNBOUNDED


def _text(text: str, style: str) -> Block:
    return Block([[(printable(text), style)]], folded=True)


def _plain(page: "Sequence[Block | RenderableType]") -> str | None:
    """The page for a pipe, where nothing is coloured and nothing folded; ``None``: it takes rich to draw it.

    Rich would draw the very same, and takes 25 ms to import.
    """
    if page_width() != _UNBOUNDED or sys.stdout.isatty() or os.environ.keys() & _SCREEN_SAID:
        return None
    lines: list[str] = []
    for part in page:
        if not isinstance(part, Block):
            return None
        lines += str(part).split("\n")
    if 2 * max(map(len, lines)) > _UNBOUNDED:  # no character takes more than two columns
        return None
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _drawn(page: "Sequence[Block | RenderableType]") -> str:
    """The page as rich draws it."""
    out = _console()
    with taking(), out.capture() as captured:  # the end of a capture writes as well, if only nothing
        for part in page:
            out.print(part.drawn() if isinstance(part, Block) else part)
    text = captured.get()
    return text if out.is_terminal else "\n".join(line.rstrip() for line in text.split("\n"))


def _console() -> "Console":
    from rich.console import Console

    # Both are given, so that rich does not read them from the environment, where they may be nonsense.
    return Console(highlight=False, width=page_width(), height=_HEIGHT)
