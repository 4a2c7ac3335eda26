"""Copies of a log: a backup is a ledger of its own, an export is a stream that any program can read."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from ledger.codec.archive import Form, Header, read_stream, write_header, write_record
from ledger.errors import BadInput, CannotRead, CannotWrite, Damaged, IdTaken
from ledger.evidence import verify
from ledger.proof import tree
from ledger.proof.checkpoint import Checkpoint
from ledger.scrutineering import text_problem
from ledger.store import CopyableLog, ProvableLog, StoredRecord
from ledger.store.acknowledged import Acknowledged
from ledger.store.entries import Chain, fields_of
from ledger.store.newfile import new_file
from ledger.store.sqlite import SqliteLog

Progress = Callable[[int, int], None]
"""Is told how many records of how many are done."""


def copy_ledger(
    log: ProvableLog, path: Path, progress: Progress | None = None, *, against: Checkpoint | None = None
) -> int:
    """Copies a ledger into the new file ``path``, whole and verified or not at all; returns how many records it holds.

    Others may write to the ledger meanwhile: the copy is of one moment. With ``against`` it must also hold what a
    checkpoint states. Raises :class:`~ledger.errors.CannotWrite`
    where something stands at ``path``, and :class:`~ledger.errors.Damaged` where the ledger is not sound.
    """
    if not isinstance(log, CopyableLog):
        raise BadInput("only a ledger in a file can be copied; export any other")
    for name in (path, Path(f"{path}-wal")):
        if name.exists() or name.is_symlink():
            raise CannotWrite(f"{name} exists; nothing is ever written over")
    try:
        with new_file(path) as draft:
            log.copy_to(draft)
            copied = SqliteLog(draft, read_only=True)
            try:
                verdict = verify(copied, against=against, progress=progress)
            finally:
                copied.close()
            for fault in verdict.faults:
                raise Damaged(f"nothing was copied: {fault.problem}", fault.position)
            Acknowledged(path).forget()  # of a ledger that once stood at this name
    except FileExistsError:
        raise CannotWrite(f"{path} exists; nothing is ever written over") from None
    return verdict.size


def exported(log: ProvableLog, form: Form, progress: Progress | None = None) -> Iterator[bytes]:
    """A log as a stream, item by item, as it is when the first is asked for.

    Raises :class:`~ledger.errors.CannotRead` at a record that cannot be read, which makes all that came before useless.
    """
    size = log.head()
    yield write_header(form, Header(size, tree.root(size, log.node)))
    for record in log.read(upto=size):
        try:
            yield write_record(form, fields_of(record))
        except CannotRead as error:
            raise type(error)(f"record {record.position}: {error}") from error
        if progress is not None:
            progress(record.position, size)


def imported(log: ProvableLog, chunks: Iterable[bytes], progress: Progress | None = None) -> tuple[int, int]:
    """Takes a stream into a log that holds nothing, or its beginning; returns how many were new, and how many known.

    All or none: positions, versions, times, ids and the root at the end must be those of the stream. Raises
    :class:`~ledger.errors.BadInput`, naming the place in the stream; nothing is changed then.
    """
    stream = _Stream(chunks, progress)
    held = log.head()
    if held > stream.header.size:
        raise BadInput(f"the ledger holds {held} records already, and the export {stream.header.size}")
    for mine in log.read(upto=held):
        if next(stream.records, None) != mine:
            raise BadInput(f"{stream.place}: the ledger holds another record at position {mine.position}")
    try:
        new = log.extend(stream.records, stream.header.root)
    except IdTaken as error:
        raise BadInput(f"{stream.place}: {error.id} is the id of an earlier record, at {error.position}") from None
    return new, held


def copied_onto(source: ProvableLog, target: ProvableLog, progress: Progress | None = None) -> tuple[int, bytes]:
    """Takes over the records of ``source`` that ``target`` does not hold yet; returns how many, and the root then.

    ``target`` is empty, or holds the beginning of ``source``. Raises :class:`~ledger.errors.BadInput` for another.
    """
    from ledger.cluster.log import ClusterLog

    size, held = source.head(), target.head()
    if isinstance(target, ClusterLog):
        new = target.take(source, progress)
    else:
        if held > size or tree.root(held, target.node) != tree.root(held, source.node):
            raise BadInput(f"the ledger holds {held} records that are not the first of what is copied")
        new = target.extend(_told(source.read(after=held, upto=size), size, progress), tree.root(size, source.node))
    return new, tree.root(size, target.node)


def _told(records: Iterator[StoredRecord], size: int, progress: Progress | None) -> Iterator[StoredRecord]:
    for record in records:
        yield record
        if progress is not None:
            progress(record.position, size)


class _Stream:
    """A stream that is being read: its header, its records, and the place that was read last."""

    def __init__(self, chunks: Iterable[bytes], progress: Progress | None) -> None:
        self._items = read_stream(chunks)
        self._progress = progress
        self.place, header = next(self._items, ("", None))
        if not isinstance(header, Header):
            raise BadInput("the export is empty")
        self.header = header
        self.records = self._read()

    def _read(self) -> Iterator[StoredRecord]:
        chain = Chain()
        for place, fields in self._items:
            self.place = place
            if isinstance(fields, Header):
                raise BadInput(f"{place}: there is one header, at the beginning")
            record = StoredRecord(*fields)
            problem = chain.problem(record)
            if problem is None and record.position > self.header.size:
                problem = f"the header announces {self.header.size} records, and there are more"
            for text in (record.season, record.recorded_by, record.source):
                problem = problem or (text_problem(text) if text is not None else None)
            if problem is not None:
                raise BadInput(f"{self.place}: {problem}")
            chain.skip(record)
            if self._progress is not None:
                self._progress(record.position, self.header.size)
            yield record
        if chain.position != self.header.size:
            raise BadInput(f"ends after {self.place}: {self.header.size - chain.position} records are missing")
