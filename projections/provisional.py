"""Which results of a table are not official yet."""

from collections.abc import Sequence

from projections.book import Book
from projections.order import classification
from projections.races import races_up_to
from projections.rulings import Docket


def provisional_races(book: Book, classes: Sequence[str], as_of: str) -> tuple[str, ...]:
    """The races up to ``as_of``, a race id, of which the result of one of the classes is provisional."""
    unofficial = {key for key, filed in book.classified.items() if filed.event.status == "provisional"}
    upto = races_up_to(book, as_of)
    docket = Docket(book, upto)

    def provisional(race: str, car_class: str) -> bool:
        if (race, car_class) not in unofficial:
            return False
        order = classification(book, docket, race, car_class)
        return order is not None and order.status == "provisional"

    return tuple(race for race in upto if any(provisional(race, one) for one in classes))
