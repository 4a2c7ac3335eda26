"""Checks of changes to the calendar: no race that was run moves, and none of them changes who drove what in it."""

from collections.abc import Iterator

import events
from ledger.scrutineering.finding import Finding, Findings, run_already, unknown
from projections import Book, Paddock, race_order
from projections.races import round_of


def postponed_findings(book: Book, event: events.RacePostponed) -> Findings:
    """Objections to moving a race out of its round."""
    race, to_round = event.race, event.to_round
    yield from unknown("$.race", "race", race, book.races)
    yield from run_already(book, "$.race", race)
    if race in book.cancelled:
        yield Finding("$.race", f"{race} is cancelled (position {book.cancelled[race].position})")
    if to_round is not None and to_round not in book.rounds:
        yield Finding("$.to_round", f"there is no round {to_round}")
    elif to_round is not None and race in book.races:
        present = round_of(book, race)
        least = book.races[race].event.round if present is None else present
        if to_round < least:
            yield Finding(
                "$.to_round", f"{to_round} is before round {least}: a race is postponed, never brought forward"
            )


def rewriting_findings(book: Book, event: events.RacePostponed | events.RulingRescinded, path: str) -> Findings:
    """Objects where changing the order of the races would change who drove what in a race that was run.

    Changes of crew, car and rating hold from a race on: where that race moves, they would move with it.
    """
    trial = book.copy()
    trial.file(event, book.known_at + 1)
    if race_order(trial) == race_order(book):
        return
    before, after = Paddock(book), Paddock(trial)
    for race, car in _cars_run(book):
        if _drove_what(before, race, car) != _drove_what(after, race, car):
            problem = (
                f"would change who drove #{car}, or what, in {race}, which was run: a change of crew, car or rating"
            )
            yield Finding(path, f"{problem} holds from a race that moves; correct that record first")
            return


def _cars_run(book: Book) -> Iterator[tuple[str, str]]:
    """Every car that has a result in a race."""
    for (race, _), filed in book.classified.items():
        for line in filed.event.lines:
            yield race, line.car
    yield from book.did_not_start


def _drove_what(paddock: Paddock, race: str, car: str) -> tuple[object, ...]:
    crew, what = paddock.crew(car, race).drivers, paddock.car(car, race)
    ratings = tuple(paddock.rating(driver, race)[0] for driver in crew)
    return crew, ratings, what.manufacturer, what.model, what.engine, paddock.entered(car, race)
