"""Who was to start in a race and did not."""

import events
from projections.book import Book, Filed


def missed_starts(book: Book, race: str, car_class: str) -> tuple[Filed[events.DidNotStart], ...]:
    """The missed starts of one class in one race, as recorded: a number is a name, and decides nothing."""
    return tuple(
        filed
        for (where, car), filed in book.did_not_start.items()
        if where == race and book.entries[car].event.car_class == car_class
    )
