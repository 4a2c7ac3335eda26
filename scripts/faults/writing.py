"""What a writer does: append after append, and again where nobody knows what became of one."""

import time
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Final

from attrs import frozen

from events import DriverRegistered, Event, SeasonOpened
from faults.following import over
from faults.histories import Notebook, read_history
from kills import facts, season_of
from ledger import IdTaken, Ledger, LedgerError, Refused, Unacknowledged

PATIENCE_S: Final = 4.0
"""How long the ledger tries before it says that it could not, or that it does not know."""
GIVES_UP: Final = 0.15
"""How often a writer leaves an append at an answer other than yes, where the campaign goes on."""
BY_IDS: Final = 0.5
"""How often it is tried again under the ids that the answer named, and not under its key, which comes to the same."""
_AGAIN_S: Final = 0.05


class Odd(Exception):
    """An answer that an append cannot have."""


@frozen
class Writer:
    """Who writes, where to, and where the notes go."""

    name: str
    address: str
    mirror: Path
    notes: Path
    stop: Path
    """When this is there, it ends what it is at, and then itself."""
    seed: int


def write(writer: Writer) -> None:
    """Appends one after the other until it is told to stop, going on where a killed writer of its name ended."""
    history = read_history(writer.notes.read_text().splitlines() if writer.notes.exists() else ())
    # The last append of a killed writer is tried again: nobody knows what became of it.
    resumed = bool(history) and history[-1].outcome == "unknown"
    number = len(history) - resumed
    notebook, random = Notebook.open(writer.notes), Random(writer.seed)
    with _opened(writer) as ledger:
        while not over(writer.stop):
            key = f"{writer.name}/{number}"
            if _opened_season(ledger, season_of(key)):
                _settle(ledger, writer, key, notebook, random)
                number += 1


def _opened(writer: Writer) -> Ledger:
    while True:
        try:
            return Ledger.open(writer.address, mirror=writer.mirror, patience_s=PATIENCE_S, busy_timeout_s=60)
        except LedgerError:
            if over(writer.stop):
                raise
            time.sleep(_AGAIN_S)


def _opened_season(ledger: Ledger, season: str) -> bool:
    """Whether a season is open. Every writer who finds that it is not opens it; the first one counts."""
    if not ledger.season(season).version_seen():
        opening = SeasonOpened(season, season.title(), 2026)
        try:
            ledger.season(season).append(opening, key=f"open {season}", source=f"open {season} 1")
        except LedgerError:
            _look(ledger, season)
            return False
    return True


def _settle(ledger: Ledger, writer: Writer, key: str, notebook: Notebook, random: Random) -> None:
    """Tries an append until it is there, or until the writer leaves it at another answer."""
    season = season_of(key)
    events, ids, hopeless = _planned(ledger, season, key)
    while True:
        notebook.tried(key)
        try:
            positions = _append(ledger, season, key, events, ids)
        except Unacknowledged as error:
            notebook.told("unknown", key)
            # By its ids or by its key: the same.
            ids = error.ids if random.random() < BY_IDS else ids
        except (IdTaken, Refused):
            notebook.told("refused", key)
            if hopeless:
                return
            raise Odd(f"{key} was refused, and there was no reason to") from None
        except LedgerError:
            notebook.told("refused", key)
        else:
            if hopeless:
                raise Odd(f"{key} was recorded, and must not be")
            notebook.told("done", key, positions)
            return
        if random.random() < GIVES_UP and not writer.stop.exists():
            return
        time.sleep(_AGAIN_S * random.random())
        _look(ledger, season)


def _append(ledger: Ledger, season: str, key: str, events: Sequence[Event], ids: Sequence[str] | None) -> list[int]:
    given = {"key": key} if ids is None else {"ids": ids}
    told = {"recorded_by": key.partition("/")[0], "source": f"{key} {len(events)}"}
    records = ledger.season(season).append(*events, **given, **told)  # type: ignore[arg-type]
    return [record.position for record in records]


def _look(ledger: Ledger, season: str) -> None:
    """Somebody else may have appended: what is tried next is tried on that."""
    ledger.season(season).book()


def _planned(ledger: Ledger, season: str, key: str) -> tuple[Sequence[Event], Sequence[str] | None, bool]:
    """What an append holds, under which ids, and whether it must be refused."""
    events = facts(key)
    match int(key.partition("/")[2]) % 12:
        case 8:  # somebody who is registered already is registered again
            for record in ledger.season(season).records():
                if isinstance(record.event, DriverRegistered):
                    return (*events, DriverRegistered(record.event.driver, "Somebody Else")), None, True
        case 11:  # ids that are taken
            taken = [record.id for record in ledger.season(season).records()][: len(events)]
            if len(taken) == len(events):
                return events, taken, True
        case _:
            pass
    return events, None, False


__all__ = ["Writer", "write"]
