"""What things are called: f1db's ids in words, and the codes of the rounds."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

_NAMES: Final[Mapping[str, Mapping[str, str]]] = tomllib.loads(
    Path(__file__).with_name("names.toml").read_text(encoding="utf-8")
)
_SHORTEST_CODE: Final = 3
_LONGEST_CODE: Final = 8


def words(name: str) -> str:
    """An id in words: ``red-bull`` as ``Red Bull``."""
    return " ".join(word.capitalize() for word in name.split("-"))


def make_name(make: str) -> str:
    """What a make is called: as names.toml has it, else its id in words."""
    return _NAMES["makes"].get(make) or words(make)


def round_codes(grands_prix: Sequence[str]) -> list[str]:
    """A code for each grand prix of a season, no two the same.

    Those of names.toml, and else the first letters of the id, as many as it takes. A second grand prix of the same id
    has a number behind its code.
    """
    codes: list[str] = []
    for name in grands_prix:
        letters = re.sub(r"^[0-9]+|-", "", name).upper()
        lengths = range(_SHORTEST_CODE, min(len(letters), _LONGEST_CODE) + 1)
        made = [letters[:length] for length in lengths] or [f"GP{letters}"]
        first = _NAMES["rounds"].get(name, made[0])
        numbered = [f"{first[: _LONGEST_CODE - 2]}{number}" for number in range(2, 100)]
        codes.append(next(code for code in (first, *made, *numbered) if code not in codes))
    return codes
