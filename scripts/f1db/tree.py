"""The f1db source tree: its seasons, and the rows of its files, each value with the line that it stands in.

Every value is read as the text that stands in the file. YAML has opinions on texts: it takes ``12:30`` for a number,
``no`` for false, and ``8.10`` for the same as ``8.1``. Here a value becomes a number where it is known to be one.
"""

import hashlib
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from attrs import frozen

try:
    import yaml
except ModuleNotFoundError:
    print("PyYAML, which reads the tree, is missing: pip install -e '.[f1db]'", file=sys.stderr)
    sys.exit(2)

# The loader that knows no types. libyaml's is a dozen times faster, and a build of PyYAML may come without it.
_LOADER: Final = yaml.CBaseLoader if yaml.__with_libyaml__ else yaml.BaseLoader
_DATA: Final = Path("src", "data")
_SEASONS: Final = _DATA / "seasons"
_EMPTY: Final = ("", "~", "null")


class NotATree(Exception):
    """The folder holds no f1db source tree."""


class Unreadable(Exception):
    """A value of the data cannot be read, or says what cannot be."""

    def __init__(self, file: str, line: int, problem: str) -> None:
        self.file, self.line, self.problem = file, line, problem
        super().__init__(f"{file}:{line}: {problem}")


@frozen
class Value:
    """A value as it is written, and its line. ``None``: the key is there, and nothing behind it."""

    text: str | None
    line: int


@frozen
class Row:
    """One map of a file: a row of a table, or the whole of a file that holds a single one."""

    file: str
    """The path inside the tree."""
    line: int
    values: Mapping[str, Value]

    def get(self, key: str) -> str | None:
        """The value of ``key`` as it is written; ``None`` where there is none."""
        value = self.values.get(key)
        return None if value is None else value.text

    def need(self, key: str) -> str:
        """The value of ``key``, which has to be there. Raises :class:`Unreadable`."""
        text = self.get(key)
        if text is None:
            raise self.unreadable(key, "is missing")
        return text

    def unreadable(self, key: str, problem: str) -> Unreadable:
        """The error that says what is wrong with the value of ``key``."""
        value = self.values.get(key)
        return Unreadable(self.file, self.line if value is None else value.line, f"{key}: {problem}")


class Tree:
    """An f1db source tree on disk."""

    def __init__(self, root: Path) -> None:
        """Raises :class:`NotATree` where ``root`` holds no seasons."""
        self._root = root
        if not (root / _SEASONS).is_dir():
            raise NotATree(f"{root}: no {_SEASONS.as_posix()} in it; name the top folder of an f1db source tree")

    def years(self) -> tuple[int, ...]:
        """The seasons that it holds, in order."""
        names = (folder.name for folder in (self._root / _SEASONS).iterdir() if folder.is_dir())
        return tuple(sorted(int(name) for name in names if name.isascii() and name.isdigit()))

    def season(self, year: int) -> "SeasonFiles":
        """The files of one season."""
        return SeasonFiles(self._root, _SEASONS / str(year))

    def name(self, folder: str, name: str) -> str | None:
        """What f1db calls a driver, make or circuit; ``None`` where the tree has no file on it."""
        path = self._root / _DATA / folder / f"{name}.yml"
        return _read_map(self._root, path).get("name") if path.is_file() else None


class SeasonFiles:
    """The files of one season. Remembers what it has read, to say which data a season was made of."""

    def __init__(self, root: Path, folder: Path) -> None:
        self._root = root
        self._folder = folder
        self._read: dict[str, bytes] = {}

    def races(self) -> tuple[str, ...]:
        """The folders of its races, in the order of their names, which begin with the round."""
        folder = self._root / self._folder / "races"
        found = [one.name for one in folder.iterdir() if one.is_dir()] if folder.is_dir() else []
        return tuple(f"races/{name}" for name in sorted(found))

    def path(self, name: str) -> str:
        """The path of a file inside the tree."""
        return (self._folder / name).as_posix()

    def has(self, name: str) -> bool:
        """Whether the season has the file."""
        return (self._root / self._folder / name).is_file()

    def table(self, name: str) -> tuple[Row, ...]:
        """The rows of a file that holds a list; none where there is no such file. Raises :class:`Unreadable`."""
        return tuple(_rows(self._root, self._opened(name))) if self.has(name) else ()

    def map(self, name: str) -> Row:
        """The values of a file that holds a single map. Raises :class:`Unreadable`."""
        if not self.has(name):
            raise Unreadable(self.path(name), 1, "the file is missing")
        return _read_map(self._root, self._opened(name))

    def fingerprint(self) -> str:
        """A SHA-256 over the names and contents of the files that were read."""
        digest = hashlib.sha256()
        for name in sorted(self._read):
            digest.update(f"{name}\n".encode())
            digest.update(self._read[name])
        return digest.hexdigest()

    def _opened(self, name: str) -> Path:
        path = self._root / self._folder / name
        self._read[self.path(name)] = hashlib.sha256(path.read_bytes()).digest()
        return path


def _rows(root: Path, path: Path) -> Iterator[Row]:
    node = _node(root, path)
    file = path.relative_to(root).as_posix()
    if node is None:
        return
    if not isinstance(node, yaml.SequenceNode):
        raise Unreadable(file, node.start_mark.line + 1, "expected a list of rows, each beginning with a hyphen")
    for item in node.value:
        yield _row(file, item)


def _read_map(root: Path, path: Path) -> Row:
    node = _node(root, path)
    file = path.relative_to(root).as_posix()
    if node is None:
        raise Unreadable(file, 1, "the file is empty")
    return _row(file, node)


def _row(file: str, node: yaml.Node) -> Row:
    """One map. Values that are lists or maps themselves are left out: nothing here asks for any."""
    line = node.start_mark.line + 1
    if not isinstance(node, yaml.MappingNode):
        raise Unreadable(file, line, "expected keys and values")
    values: dict[str, Value] = {}
    for key, value in node.value:
        at = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise Unreadable(file, at, "expected a key")
        if key.value in values:
            raise Unreadable(file, at, f"{key.value}: stands in line {values[key.value].line} already")
        if isinstance(value, yaml.ScalarNode):
            values[key.value] = Value(None if value.value in _EMPTY else value.value, at)
    return Row(file, line, values)


def _node(root: Path, path: Path) -> yaml.Node | None:
    file = path.relative_to(root).as_posix()
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise Unreadable(file, line, "is not UTF-8 text") from error
    try:
        return yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise Unreadable(file, mark.line + 1 if mark else 1, f"is not YAML: {error.problem}") from error
    except yaml.YAMLError as error:
        raise Unreadable(file, 1, f"is not YAML: {error}") from error
