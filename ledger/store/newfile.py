"""Files that appear whole, or not at all, and never in the place of another."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ledger.errors import CannotWrite


@contextmanager
def new_file(path: Path) -> Iterator[Path]:
    """A name beside ``path`` to make a file at; what was made there is brought to disk and linked to ``path``.

    Raises ``FileExistsError`` where something stands at ``path`` by then, and :class:`~ledger.errors.CannotWrite`.
    """
    import tempfile  # which takes 5 ms with all that it imports, and only a new file needs it

    try:
        with tempfile.TemporaryDirectory(dir=path.absolute().parent, prefix=".parc-") as folder:
            draft = Path(folder) / "new"
            yield draft
            sync(draft)
            os.link(draft, path)
        sync(path.absolute().parent)
    except FileExistsError:
        raise
    except OSError as error:
        raise CannotWrite(f"cannot create {path}: {error.strerror}") from None


def sync(path: Path) -> None:
    """Makes sure that a file's bytes, or the names in a folder, are on disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
