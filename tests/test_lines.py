"""Lines of JSON that are large or odd: read in one pass, and refused in words."""

import pytest

from ledger import BadInput, Refused
from ledger.codec import event_from_json
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
    with pytest.raises(BadInput, match="stands twice"):
        _once([(name, None) for name in (*names, Counted(999))])
    assert Counted.compared < 3 * len(names)


@pytest.mark.parametrize("counts", [0, 1, "false", None])
def test_only_true_and_false_are_truths(counts: object) -> None:
    """Nothing else is taken for true or false, though Python would."""
    rules = {"competitor": "driver", "classes": ["GT"], "scale": "race", "apart": [{"counts": counts}]}
    with pytest.raises(Refused, match="expected true or false") as caught:
        event_from_json({"type": "championship-defined", "championship": "c", "title": "C", "rules": rules})
    assert ["$.rules.apart[0].counts"] == [one.path for one in caught.value.objections]


def test_an_error_repeats_real_names() -> None:
    """An error shows a name as it was written, and writes out only what could act on a terminal."""
    with pytest.raises(Refused) as caught:
        event_from_json({"type": "Pérez 山田\u3000\x1b\u202e\\"})
    expected = r'no event is called "Pérez 山田　\x1b\u202e\\"; parc schema lists them'
    assert [expected] == [one.problem for one in caught.value.objections]
