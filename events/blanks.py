"""Blanks: how frozen objects are made by the hundred thousand.

A frozen class takes its values past its own guard, one call a field. A blank is of the same layout and has no guard:
it is filled in like any object, and then becomes one of the frozen class. It must not be handed out before.
A line of a classification takes 0.13 µs that way instead of 0.47.
"""

from typing import Any


def blank_of(cls: type) -> Any:
    """The class of blanks of the frozen class ``cls``. Called, it gives one without any value.

    Whoever fills it in sets every field of ``cls``, and then ``__class__`` to ``cls``.
    """
    unguarded = {
        "__slots__": (),
        "__init__": object.__init__,
        "__setattr__": object.__setattr__,
        "__delattr__": object.__delattr__,
    }
    return type(f"{cls.__name__}Blank", (cls,), unguarded)
