"""Functions that are made as source from the fields of our own classes, as attrs and cattrs make theirs.

What a hint declares becomes a comparison in the source, and not a call. Whoever makes one says by how much that is
faster.
"""

from collections.abc import Sequence
from typing import Any


def function_of(source: Sequence[str], known: dict[str, Any], what: object) -> Any:
    """The function that the lines of ``source`` define. It sees ``known`` by name; ``what`` it is for, tracebacks say.

    For source that is made of the names and types of our own classes, and of nothing that was read.
    """
    name = source[0].partition("(")[0].removeprefix("def ")
    code = compile("\n".join(source), f"<{name} of {what}>", "exec")
    names = dict(known)
    exec(code, names)  # noqa: S102 - see above: no part of it comes from outside
    return names[name]
