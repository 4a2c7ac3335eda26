"""Checks of publications: that they speak of this season. What they say is for the audit."""

import events
from events.facts import PublicationFact
from ledger.scrutineering.finding import Finding, Findings, repeated, unknown
from projections import Book


def findings(book: Book, event: PublicationFact) -> Findings:
    """Objections to a fact about a publication."""
    match event:
        case events.StandingsPublished():
            yield from unknown("$.championship", "championship", event.championship, book.championships)
            yield from unknown("$.as_of", "race", event.as_of, book.races)
            for index, race in enumerate(event.races):
                yield from unknown(f"$.races[{index}]", "race", race, book.races)
            yield from repeated("$.races", event.races)
            if not event.rows:
                yield Finding("$.rows", "is empty; a table has one row at least")
            yield from repeated("$.rows", (row.competitor for row in event.rows), "{}.competitor")
            for index, row in enumerate(event.rows):
                if row.results and len(row.results) != len(event.races):
                    problem = f"has {len(row.results)} cells for {len(event.races)} races"
                    yield Finding(f"$.rows[{index}].results", problem)
        case events.WinnersPublished(winners=winners):
            if not winners:
                yield Finding("$.winners", "is empty; a list of winners names one at least")
            for index, winner in enumerate(winners):
                path = f"$.winners[{index}]"
                yield from unknown(f"{path}.race", "race", winner.race, book.races)
                yield from unknown(f"{path}.car_class", "class", winner.car_class, book.classes)
                yield from unknown(f"{path}.driver", "driver", winner.driver, book.drivers)
                yield from unknown(f"{path}.car", "car", winner.car, book.entries)
                if winner.driver is None and winner.car is None:
                    yield Finding(path, "names neither a driver nor a car")
            named = (f"{one.driver or f'#{one.car}'} as winner of {one.race} in {one.car_class}" for one in winners)
            yield from repeated("$.winners", named, "{}.race")
