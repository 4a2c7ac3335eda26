"""How points are written: ``3210``, ``12.5`` where the decimal ends, else ``8 1/7``. Exact in both directions."""

import re
from fractions import Fraction
from typing import Final

_WRITTEN: Final = re.compile(
    r"(?P<minus>-?)(?:(?P<whole>0|[1-9][0-9]{0,14})(?:\.(?P<decimals>[0-9]{1,15}))?"
    r"(?: (?P<num>[1-9][0-9]{0,14})/(?P<den>[1-9][0-9]{0,14}))?"
    r"|(?P<only>[1-9][0-9]{0,14})/(?P<under>[1-9][0-9]{0,14}))",
    re.ASCII,
)


def points_text(points: Fraction) -> str:
    """Writes points the one way that they are written: ``"3210"``, ``"12.5"``, ``"8 1/7"``, ``"1/7"``, ``"-10"``."""
    sign, points = ("-", -points) if points < 0 else ("", points)
    whole, rest = divmod(points.numerator, points.denominator)
    if not rest:
        return f"{sign}{whole}"
    twos, fives, odd = 0, 0, points.denominator
    while odd % 2 == 0:
        twos, odd = twos + 1, odd // 2
    while odd % 5 == 0:
        fives, odd = fives + 1, odd // 5
    if odd == 1:
        places = max(twos, fives)
        return f"{sign}{whole}.{rest * 10**places // points.denominator:0{places}d}"
    return f"{sign}{whole} {rest}/{points.denominator}" if whole else f"{sign}{rest}/{points.denominator}"


def points(*values: int | str) -> tuple[Fraction, ...]:
    """Points for a scale, as regulations list them: ``points(25, 18, "12.5", "8 1/7")``.

    Raises ``ValueError`` for a text that is no number of points, and ``TypeError`` for anything but whole numbers and
    texts, a float above all.
    """
    out = []
    for value in values:
        if type(value) is int:
            out.append(Fraction(value))
        elif isinstance(value, str):
            out.append(read_points(value))
        else:
            raise TypeError(f"points are whole numbers or text, such as 25 or '12.5', not {value!r}")
    return tuple(out)


def read_points(text: str) -> Fraction:
    """Reads what :func:`points_text` writes, and nothing else.

    Raises ``ValueError`` where the text is no number of points, or is not written in that one way (``"12.50"``).
    """
    match = _WRITTEN.fullmatch(text)
    if match is None:
        raise ValueError(f"not points: {text[:40]!r}")
    if match["only"]:
        value = Fraction(int(match["only"]), int(match["under"]))
    else:
        value = Fraction(int(match["whole"]))
        if match["decimals"]:
            value += Fraction(int(match["decimals"]), 10 ** len(match["decimals"]))
        if match["num"]:
            value += Fraction(int(match["num"]), int(match["den"]))
    value = -value if match["minus"] else value
    if points_text(value) != text:
        raise ValueError(f"written {points_text(value)!r}, not {text!r}")
    return value
