"""The Merkle tree of RFC 6962 (section 2.1) and RFC 9162 (section 2.1): hashes, roots, paths, and their checks.

Every function works on *complete subtrees*: node ``(level, number)`` is the hash over the ``2 ** level`` leaves from
``number * 2 ** level`` on. Such a node never changes once all of its leaves exist, so a log that keeps them can answer
for any size that it ever had, without looking at a record. Leaves are counted from 0 here, as the RFCs do.
"""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from typing import Final, TypeAlias

HASH_SIZE: Final = 32
"""Bytes of a hash: SHA-256."""
EMPTY_ROOT: Final = sha256(b"").digest()
"""The root of a tree without leaves."""

Nodes: TypeAlias = Callable[[int, int], bytes]
"""The hash of the complete subtree at a level (0: leaves) and a number at that level (from 0)."""

Frontier: TypeAlias = dict[int, tuple[int, bytes]]
"""The last complete subtree of each level, with its number: later leaves are joined with no others."""


def leaf_hash(entry: bytes) -> bytes:
    """The leaf over the bytes of an entry."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The node over two subtrees."""
    return sha256(b"\x01" + left + right).digest()


def grown(number: int, leaf: bytes, nodes: Nodes) -> list[bytes]:
    """The nodes that leaf ``number`` completes, from level 1 upwards: as many as ``number`` has trailing one bits."""
    out: list[bytes] = []
    above, level = leaf, 0
    while number & 1:
        above = node_hash(nodes(level, number - 1), above)
        out.append(above)
        number, level = number >> 1, level + 1
    return out


def added_by(number: int, leaves: Sequence[bytes], nodes: Nodes) -> list[bytes]:
    """What each of the leaves from ``number`` on adds to the tree: itself and the nodes that it completes, as one.

    They stand in the order of their levels, :data:`HASH_SIZE` bytes each. Level by level a node takes 0.9 µs, leaf by
    leaf 2; but of a single leaf, all take 2 µs less.
    """
    if len(leaves) == 1:
        return [b"".join((leaves[0], *grown(number, leaves[0], nodes)))]
    added, level, row, at = [*leaves], 0, [*leaves], number
    while row:
        if at & 1:
            at -= 1
            row.insert(0, nodes(level, at))
        level, at = level + 1, at >> 1
        row = [node_hash(left, right) for left, right in zip(row[::2], row[1::2], strict=False)]
        first = (at + 1 << level) - 1 - number  # the leaf that completes the first of the row
        for index, node in zip(range(first, len(added), 1 << level), row, strict=True):
            added[index] += node
    return added


def frontier(number: int, added: Sequence[bytes], before: Frontier) -> Frontier:
    """The frontier of a tree to which the leaves from ``number`` on have ``added``; ``before`` is that without them."""
    size, level, out = number + len(added), 0, dict(before)
    while size >> level > number >> level:
        last = (size >> level) - 1
        leaf = (last + 1 << level) - 1 - number  # which of these has completed it
        out[level] = last, added[leaf][HASH_SIZE * level : HASH_SIZE * (level + 1)]
        level += 1
    return out


def root(size: int, nodes: Nodes) -> bytes:
    """The root of the tree over the first ``size`` leaves."""
    return _over(0, size, nodes) if size else EMPTY_ROOT


def inclusion_path(number: int, size: int, nodes: Nodes) -> list[bytes]:
    """The audit path of a leaf in the tree over the first ``size`` leaves: RFC 6962, section 2.1.1."""
    if not 0 <= number < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {number}")
    path, low, high = [], 0, size
    while high - low > 1:
        middle = low + _split(high - low)
        if number < middle:
            path.append(_over(middle, high, nodes))
            high = middle
        else:
            path.append(_over(low, middle, nodes))
            low = middle
    return path[::-1]


def consistency_path(old: int, size: int, nodes: Nodes) -> list[bytes]:
    """What shows that the tree over ``old`` leaves is the beginning of that over ``size``: RFC 6962, section 2.1.2."""
    if not 0 <= old <= size:
        raise ValueError(f"a tree of {size} leaves has never had {old}")
    if old in (0, size):
        return []
    path, low, high, from_the_start = [], 0, size, True
    while old != high:
        middle = low + _split(high - low)
        if old <= middle:
            path.append(_over(middle, high, nodes))
            high = middle
        else:
            path.append(_over(low, middle, nodes))
            low, from_the_start = middle, False
    if not from_the_start:
        path.append(_over(low, high, nodes))
    return path[::-1]


def is_included(number: int, size: int, leaf: bytes, path: Sequence[bytes], of: bytes) -> bool:
    """Whether ``path`` leads from a leaf to the root ``of`` the tree: RFC 9162, section 2.1.3.2."""
    if not 0 <= number < size:
        return False
    here, last, found = number, size - 1, leaf
    for beside in path:
        if last == 0:
            return False
        if here & 1 or here == last:
            found = node_hash(beside, found)
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            found = node_hash(found, beside)
        here, last = here >> 1, last >> 1
    return last == 0 and found == of


def is_consistent(old: int, size: int, old_root: bytes, root_now: bytes, path: Sequence[bytes]) -> bool:
    """Whether ``path`` shows that a tree has grown out of an earlier one: RFC 9162, section 2.1.4.2."""
    if not 0 <= old <= size:
        return False
    if old == 0:
        return not path and old_root == EMPTY_ROOT
    if old == size:
        return not path and old_root == root_now
    steps = list(path) if old & (old - 1) else [old_root, *path]
    if not steps:
        return False
    here, last = old - 1, size - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    before = now = steps[0]
    for beside in steps[1:]:
        if last == 0:
            return False
        if here & 1 or here == last:
            before, now = node_hash(beside, before), node_hash(beside, now)
            while here and not here & 1:
                here, last = here >> 1, last >> 1
        else:
            now = node_hash(now, beside)
        here, last = here >> 1, last >> 1
    return last == 0 and before == old_root and now == root_now


class Tree:
    """A tree in memory that grows leaf by leaf and keeps every complete subtree."""

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self._levels: list[list[bytes]] = [[]]
        for leaf in leaves:
            self.add(leaf)

    def __len__(self) -> int:
        return len(self._levels[0])

    def add(self, leaf: bytes) -> None:
        """Adds the next leaf."""
        above = grown(len(self), leaf, self.node)
        self._levels[0].append(leaf)
        for level, node in enumerate(above, start=1):
            if level == len(self._levels):
                self._levels.append([])
            self._levels[level].append(node)

    def node(self, level: int, number: int) -> bytes:
        """A complete subtree; ``IndexError`` where there is none yet."""
        return self._levels[level][number]


def _over(low: int, high: int, nodes: Nodes) -> bytes:
    """The hash over the leaves from ``low`` to before ``high``, as the RFC's recursion meets them."""
    size = high - low
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return nodes(level, low >> level)
    middle = low + _split(size)
    return node_hash(_over(low, middle, nodes), _over(middle, high, nodes))


def _split(size: int) -> int:
    """The largest power of two below ``size``, which is at least 2."""
    return 1 << (size - 1).bit_length() - 1
