"""The races of a season: in which order they run, and what "as of" means."""

from projections.book import Book
from projections.errors import NoRace, UnknownName


def round_of(book: Book, race: str) -> int | None:
    """The round in which ``race`` runs; ``None`` where it is postponed and no round is decided."""
    moved = book.postponed.get(race)
    return moved.event.to_round if moved is not None else book.races[race].event.round


def race_order(book: Book) -> tuple[str, ...]:
    """Every race that can be asked about, in sporting order.

    By round; within a round its own races as they were scheduled, then those that were moved into it. A race without
    a round comes last; a cancelled race keeps its place.
    """
    last = max(book.rounds, default=0) + 1
    place = {race: index for index, race in enumerate(book.races)}

    def sporting(race: str) -> tuple[int, int, int]:
        number = round_of(book, race)
        moved = book.postponed.get(race)
        return (last if number is None else number, 0 if moved is None else moved.position, place[race])

    return tuple(sorted(book.races, key=sporting))


def races_run(book: Book) -> frozenset[str]:
    """The races of which something is known: a classification, a missed start or a winner."""
    return frozenset(race for filed in (book.classified, book.did_not_start, book.winners) for race, _ in filed)


def resolve_race(book: Book, asked: str | int) -> str:
    """The race that ``asked`` means: a race id, a round's number or a round's code, which mean its last race.

    Raises :class:`~projections.errors.UnknownName` where the calendar has no such race or round, and
    :class:`~projections.errors.NoRace` where the round has no race.
    """
    if isinstance(asked, str) and asked in book.races:
        return asked
    number = int(asked) if str(asked).isascii() and str(asked).isdigit() and len(str(asked)) <= len("999") else None
    order = race_order(book)
    for filed in book.rounds.values():
        if filed.event.round == number or filed.event.code == asked:
            inside = [race for race in order if round_of(book, race) == filed.event.round]
            if inside:
                return inside[-1]
            raise NoRace(filed.event.round, filed.event.code)
    kind = "round" if number is not None else "race"
    raise UnknownName(kind, str(asked), [str(each) for each in sorted(book.rounds)] if number is not None else order)


def races_up_to(book: Book, as_of: str | None) -> tuple[str, ...]:
    """The races up to and including ``as_of``, in sporting order; ``None``: all of them."""
    order = race_order(book)
    return order if as_of is None else order[: order.index(as_of) + 1]
