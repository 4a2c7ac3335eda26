"""Lines of JSON that are large or odd: read in one pass, and refused in words."""

import pytest

from ledger import BadInput
from ledger.codec.jsonform import _once


class Counted(str):
    """A text that counts how often it is compared."""

    __slots__ = ()
    compared = 0

    def __eq__(self, other: object) -> bool:
        Counted.compared += 1
        return str.__eq__(self, other)

    __hash__ = str.__hash__


def test_a_repeated_key_is_found_in_one_pass() -> None:
    """However many keys an object has, each is looked at a few times and not once for every other."""
    names = [Counted(number) for number in range(1_000)]
    Counted.compared = 0
    with pytest.raises(BadInput, match='the key "999" stands twice'):
        _once([(name, None) for name in (*names, Counted(999))])
    assert Counted.compared < 3 * len(names)
