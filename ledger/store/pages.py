"""Whether the space that an SQLite file does not use is empty: a flipped bit there changes no record, and is damage.

The file is written with ``secure_delete``, which leaves zeros where something was: in the leaves of tables that grow at
their end, in the ends of overflow chains, and in the roots of b-trees, which are cleared when they grow. On all other
pages remains of entries may be left that were moved to a neighbour, and nothing can be said of what they do not use.
https://sqlite.org/fileformat2.html, section 1.6.
"""

from collections.abc import Container, Iterator
from pathlib import Path
from typing import Final

from ledger.store.rawfile import RawFile

_HEADER_SIZE: Final = 100
_TABLE_LEAF: Final = 0x0D
_INNER: Final = (0x02, 0x05)
_LONGEST_VARINT: Final = 9


def unused_faults(path: Path, roots: Container[int]) -> Iterator[str]:
    """Pages whose unused space is not empty, a line each. ``roots`` are the root pages of tables and indexes."""
    with RawFile(path) as file:
        size = int.from_bytes(file.read(18, 0)[16:18], "big")
        size = 65_536 if size == 1 else size
        if size < 512 or size & (size - 1):  # noqa: PLR2004 - the smallest page
            yield f"the header is damaged: its page size is {size}"
            return
        count = file.size() // size
        schema = _children(_page(file, 1, size))
        for number in range(1, count + 1):
            # A page that another process is just writing may be read half old, half new: so it is looked at again.
            root = number == 1 or number in roots
            if number not in schema and not any(_is_clean(file, number, root, size, count) for _ in range(3)):
                yield f"page {number} holds something where it should be empty"


def _is_clean(file: RawFile, number: int, root: bool, size: int, count: int) -> bool:
    page = _page(file, number, size)
    start = _HEADER_SIZE if number == 1 else 0
    kind = page[start]
    if kind != _TABLE_LEAF and not (root and kind in _INNER):
        return True
    cells = int.from_bytes(page[start + 3 : start + 5], "big")
    content = int.from_bytes(page[start + 5 : start + 7], "big") or 65_536
    pointers = start + (8 if kind == _TABLE_LEAF else 12)
    if any(page[pointers + 2 * cells : content]):
        return False
    if kind != _TABLE_LEAF:
        return True
    places = (int.from_bytes(page[at : at + 2], "big") for at in range(pointers, pointers + 2 * cells, 2))
    return all(_is_chain_clean(file, page, place, size, count) for place in places if place < size)


def _children(root: bytes) -> set[int]:
    """The pages under the first page, which is the root of the schema."""
    cells = int.from_bytes(root[_HEADER_SIZE + 3 : _HEADER_SIZE + 5], "big")
    pointers = root[_HEADER_SIZE + 12 : _HEADER_SIZE + 12 + 2 * cells]
    places = [int.from_bytes(pointers[at : at + 2], "big") for at in range(0, len(pointers), 2)]
    return {int.from_bytes(root[at : at + 4], "big") for at in (*places, _HEADER_SIZE + 8)}


def _is_chain_clean(file: RawFile, page: bytes, at: int, size: int, count: int) -> bool:
    """Whether the last page of a cell's overflow chain is empty after the end of the payload."""
    payload, at = _varint(page, at)
    _, at = _varint(page, at)
    least = (size - 12) * 32 // 255 - 23
    here = payload
    if payload > size - 35:
        here = least + (payload - least) % (size - 4)
        here = here if here <= size - 35 else least
    rest, following = payload - here, int.from_bytes(page[at + here : at + here + 4], "big")
    for _ in range(count):
        if rest <= 0 or not 1 <= following <= count:
            return True
        overflow = _page(file, following, size)
        if rest < size - 4:
            return not any(overflow[4 + rest :])
        rest, following = rest - (size - 4), int.from_bytes(overflow[:4], "big")
    return True


def _page(file: RawFile, number: int, size: int) -> bytes:
    return file.read(size, (number - 1) * size).ljust(size, b"\x00")


def _varint(page: bytes, at: int) -> tuple[int, int]:
    value = 0
    for step, byte in enumerate(page[at : at + _LONGEST_VARINT], start=1):
        if step == _LONGEST_VARINT:
            return value << 8 | byte, at + step
        value = value << 7 | byte & 0x7F
        if byte < 0x80:  # noqa: PLR2004 - no more bytes follow
            return value, at + step
    return value, at + _LONGEST_VARINT
