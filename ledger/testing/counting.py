"""Points and ties counted out by hand, from the printed results and the rules: what the laws hold tables against.

Simple and slow on purpose, and without the scoring engine, so that the two can disagree.
"""

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

from events import PointsScaleAdopted, Rules
from projections import Book, Paddock, ResultLine, Standings, StandingsRow, race_result
from projections.rulings import Docket


def points_due(book: Book, rules: Rules, race: str) -> dict[str, Fraction]:
    """What each competitor that scores is due from a race; who gets nothing is left out."""
    due: dict[str, Fraction] = {}
    scale, shortened = book.scales[rules.scale].event, Docket(book, book.races).shortened(race)
    part = Fraction(1) if shortened is None else shortened.event.part
    for result in race_result(book, race).classes if race not in book.cancelled else ():
        if result.car_class not in rules.classes:
            continue
        cars = [(line.place, _competitors(book, rules, race, line), len(line.drivers)) for line in result.lines]
        if result.winner is not None and rules.competitor == "driver":
            cars.append((1, _eligible(book, rules, race, (result.winner,)), 1))
        counted: Counter[str] = Counter()
        rank = 0
        for place, competitors, crew in cars:
            if place is None:
                continue
            scoring = [one for one in competitors if rules.cars is None or counted[one] < rules.cars]
            counted.update(scoring)
            rank += bool(scoring)
            worth = _worth(scale, rank if rules.place == "re-ranked" else place) * part * _share(rules, crew)
            for competitor in scoring:
                due[competitor] = due.get(competitor, Fraction(0)) + worth
    return {competitor: points for competitor, points in due.items() if points}


def ahead(table: Standings, one: StandingsRow, other: StandingsRow) -> int:
    """Above 0 where ``one`` is ahead of ``other``, below 0 where it is behind, 0 where nothing tells them apart."""
    if one.points != other.points:
        return 1 if one.points > other.points else -1
    when = {race: index for index, race in enumerate(table.races)}
    mine, theirs = (
        sorted((award.scored, when[award.race]) for award in row.awards if award.scored is not None)
        for row in (one, other)
    )
    for rule in table.rules.ties:
        if rule == "countback":
            for place in sorted({place for place, _ in (*mine, *theirs)}):
                more = [taken for taken, _ in mine].count(place) - [taken for taken, _ in theirs].count(place)
                if more:
                    return more
        else:
            for (_, early), (_, late) in zip(mine, theirs, strict=False):
                if early != late:
                    return late - early
    return 0


def _competitors(book: Book, rules: Rules, race: str, line: ResultLine) -> Sequence[str]:
    match rules.competitor:
        case "team":
            return (f"#{line.car}",)
        case "entrant":
            entrant = book.entries[line.car].event.entrant
            return () if entrant is None else (entrant,)
        case "manufacturer":
            return (line.manufacturer,)
        case "constructor":
            car = Paddock(book).car(line.car, race)
            return (f"{car.manufacturer}/{car.engine or car.manufacturer}",)
        case "driver":
            return _eligible(book, rules, race, line.drivers)


def _eligible(book: Book, rules: Rules, race: str, drivers: Sequence[str]) -> Sequence[str]:
    paddock = Paddock(book)
    return [one for one in drivers if rules.ratings is None or paddock.rating(one, race)[0] in rules.ratings]


def _worth(scale: PointsScaleAdopted, place: int) -> Fraction:
    return dict(enumerate(scale.points, start=1)).get(place, scale.beyond)


def _share(rules: Rules, crew: int) -> Fraction:
    """What part of a car's points each of its drivers gets."""
    alone = crew <= 1 or rules.shared_car == "each"
    return Fraction(1) if alone else Fraction(1, crew) if rules.shared_car == "split" else Fraction(0)
