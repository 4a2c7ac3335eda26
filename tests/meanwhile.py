"""What a log answers while another process writes to its file: at each statement of the answer in turn."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import count
from pathlib import Path

import apsw

from ledger.store.sqlite import SqliteLog


def answers_meanwhile(
    path: Path, write: Callable[[SqliteLog], object], ask: Callable[[SqliteLog], object]
) -> Iterator[object]:
    """What ``ask`` says of a copy of the ledger into which ``write`` comes before its first statement, its second...

    The last answer is one into which it did not come at all.
    """
    copy = path.with_name("copy.parc")
    for turn in count():
        shutil.copy(path, copy)
        with closing(SqliteLog(copy)) as writer, closing(SqliteLog(copy, read_only=True)) as reader:
            between = _Between(turn, writer, write)
            reader._connection().exec_trace = between  # noqa: SLF001 - no other way to come in between
            answer = ask(reader)
        yield answer
        if between.seen <= turn:
            return


class _Between:
    """Writes before the statement with a number, from 0, and counts them."""

    def __init__(self, turn: int, writer: SqliteLog, write: Callable[[SqliteLog], object]) -> None:
        self._turn, self._writer, self._write = turn, writer, write
        self.seen = 0

    def __call__(self, _: apsw.Cursor, __: str, ___: object) -> bool:
        self.seen += 1
        if self.seen == self._turn + 1:
            self._write(self._writer)
        return True
