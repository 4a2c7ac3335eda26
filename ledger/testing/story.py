"""A season while it is made up: its events so far, the book that they make, and the draws that decide what is next."""

from collections.abc import Iterable, Sequence
from typing import Final, TypeVar

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from events import Event
from events.values import Rating
from ledger.scrutineering import scrutinise
from projections import Book, Paddock

T = TypeVar("T")

RATINGS: Final[tuple[Rating, ...]] = ("bronze", "silver", "gold", "platinum")


class Story:
    """A season while it is told: its events so far, and the book that they make."""

    def __init__(self, draw: DrawFn, season: str) -> None:
        self.draw = draw
        self.events: list[Event] = []
        self.book = Book(season)

    def tell(self, *told: Event) -> None:
        """Adds events to the story, and files them in its book."""
        for event in told:
            self.events.append(event)
            self.book.file(event, len(self.events))

    def venture(self, *told: Event) -> bool:
        """Tells events where scrutineering admits them, all or none; says whether it did."""
        admitted = not scrutinise(self.book, told)
        if admitted:
            self.tell(*told)
        return admitted

    def number(self, least: int, most: int) -> int:
        """A whole number, both bounds included; the least is the simplest."""
        return self.draw(st.integers(least, most))

    def chance(self, one_in: int) -> bool:
        """Whether something happens that does so once in ``one_in`` times; the simple answer is no."""
        return self.number(1, one_in) == one_in

    def one_of(self, choices: Iterable[T]) -> T | None:
        """One of the choices, or ``None`` where there are none."""
        listed = tuple(choices)
        return listed[self.number(0, len(listed) - 1)] if listed else None

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """The items in some order; the simplest is their own."""
        return self.draw(st.permutations(items)) if len(items) > 1 else list(items)


def some(names: Sequence[T], least: int = 0, most: int | None = None) -> SearchStrategy[tuple[T, ...]]:
    """Some of the names, each at most once."""
    return st.lists(st.sampled_from(tuple(names)), min_size=least, max_size=most, unique=True).map(tuple)


def racing(story: Story, race: str) -> list[str]:
    """The cars that are entered for ``race``."""
    paddock = Paddock(story.book)
    return [car for car in story.book.entries if paddock.entered(car, race)]


def drivers_score_in(book: Book, car_class: str) -> bool:
    """Whether a drivers' championship counts the class, so that each of its cars needs a crew."""
    scored = (filed.event.rules for filed in book.championships.values())
    return any(rules.competitor == "driver" and car_class in rules.classes for rules in scored)
