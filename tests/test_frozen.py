"""Frozen classes and their blanks: as attrs makes them, but for what all of them share."""

import copy
import pickle

import attrs
import pytest
from attrs.exceptions import FrozenInstanceError

from events import EVENT_TYPES, DriverRegistered, Line, ManufacturerRegistered, SeasonClosed
from events.blanks import blank_of
from events.frozen import frozen

ANN = DriverRegistered("ann", "Ann A", "USA")


@frozen
class Pair:
    """Two numbers."""

    one: int
    other: int = 2


@attrs.frozen
class Plain:
    """The same, as attrs makes it."""

    one: int
    other: int = 2


def test_objects_are_equal_by_class_and_fields() -> None:
    """Equal are objects of one class whose fields are; then so are their hashes."""
    again = DriverRegistered("ann", "Ann A", "USA")
    assert ANN == again
    assert hash(ANN) == hash(again)
    assert 1 == len({ANN, again})
    assert ANN != DriverRegistered("ann", "Ann A", None)
    others: list[object] = [ManufacturerRegistered("ann", "Ann A", "USA"), ("ann", "Ann A", "USA")]
    assert ANN not in others
    assert SeasonClosed() == SeasonClosed()
    assert hash(SeasonClosed()) == hash(SeasonClosed())


def test_objects_are_printed_as_attrs_prints_them() -> None:
    """The printed form names the class and every field."""
    assert repr(Plain(1, 3)).replace("Plain", "Pair") == repr(Pair(1, 3))
    assert "Line(place=None, car='7', status='finished', laps=None, gap_ms=None)" == repr(Line(None, "7"))
    assert "SeasonClosed()" == repr(SeasonClosed())


def test_an_object_is_not_changed() -> None:
    """A field is neither set nor removed; a changed copy is another object."""
    with pytest.raises(FrozenInstanceError):
        ANN.name = "Bob"  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        del ANN.name
    assert DriverRegistered("ann", "Bob", "USA") == attrs.evolve(ANN, name="Bob")


def test_an_object_is_copied() -> None:
    """Copies and pickles are equal to what they were made of."""
    assert [ANN] * 3 == [copy.copy(ANN), copy.deepcopy(ANN), pickle.loads(pickle.dumps(ANN))]  # noqa: S301 - our own


@pytest.mark.parametrize("cls", [*EVENT_TYPES, Line, Pair])
def test_a_blank_becomes_an_object(cls: type) -> None:
    """A blank that is filled in and given its class is like any object of it, and as little to be changed."""
    names = [field.name for field in attrs.fields(cls)]
    one = blank_of(cls)()
    for name in names:
        setattr(one, name, f"some {name}")
    one.__class__ = cls
    made = cls(*(f"some {name}" for name in names))
    assert (made, hash(made), repr(made), cls) == (one, hash(one), repr(one), type(one))
    with pytest.raises(FrozenInstanceError):
        one.anything = 1
