#!/usr/bin/env python3
"""Draws the README's picture: what a command really prints, as an SVG.

python scripts/picture.py docs/images/gsx-drivers.svg -- --ledger season.parc standings gsx-drivers --as-of 5
"""

import argparse
import io
import os
import re
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

COLUMNS = 84


def main() -> None:
    """Runs the command in colour, and draws its output."""
    parser = argparse.ArgumentParser(description="Draw what a parc command prints.")
    parser.add_argument("picture", type=Path, help="the SVG to write")
    parser.add_argument("command", nargs="+", help="the arguments of parc, after --")
    asked = parser.parse_args()
    colours = {"FORCE_COLOR": "1", "COLORTERM": "truecolor", "COLUMNS": str(COLUMNS)}
    done = subprocess.run(  # noqa: S603 - runs this project's own command line
        [sys.executable, "-m", "ledger", *asked.command],
        env={**os.environ, **colours},
        capture_output=True,
        text=True,
        check=True,
    )
    console = Console(record=True, width=COLUMNS, file=io.StringIO())
    console.print(Text.from_ansi(done.stdout))
    svg = console.export_svg(title=f"parc {' '.join(asked.command[2:])}", theme=MONOKAI)
    # A picture that fetches a font from elsewhere looks different where it cannot. Every system has a fixed-width one.
    svg = re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL).replace("Fira Code", "ui-monospace")
    lines = [line.rstrip() for line in svg.splitlines()]
    asked.picture.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
