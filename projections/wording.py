"""A championship's rules in the sentences of regulations, article by article, with the scales that it pays by."""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Final, assert_never

import events
from events import Bonus, CountedPart, RacesApart, Rules, points_text
from events.frozen import frozen
from events.rules import CompetitorKind, TieRule, Unplaced
from projections.book import Book
from projections.competitors import competitor_name
from projections.dropping import Dropping
from projections.errors import UnknownName
from projections.races import races_up_to, resolve_race, round_of
from projections.rulings import Docket
from projections.standings import Scorer
from projections.terms import terms_of
from projections.words import ordinal


@frozen
class Article:
    """One article: what it is about, and what it says."""

    heading: str
    sentences: tuple[str, ...]


@frozen
class Regulations:
    """The rules of one championship."""

    season: str
    championship: str
    title: str
    rules: Rules
    as_of: str | None
    """The race at which they were asked; ``None``: none in particular."""
    round: int | None
    known_at: int
    """The position of the log up to which they were known."""
    articles: tuple[Article, ...]
    scales: tuple[events.PointsScaleAdopted, ...]
    """The scales that it pays by: its own, then those of races apart."""
    records: tuple[int, ...]
    """The positions of the records that set them."""


_COMPETITORS: Final[dict[CompetitorKind, str]] = {
    "driver": "the drivers of the cars",
    "team": "the team entries, each a car number whoever drives it,",
    "entrant": "the entrants of cars, each with all of them,",
    "manufacturer": "the manufacturers of the cars",
    "constructor": "the constructors of the cars, each a chassis with its engine,",
}
_BONUSES: Final = {
    "pole": "Pole position earns",
    "fastest-lap": "The fastest lap earns",
    "led-a-lap": "Leading a lap earns",
    "most-laps-led": "Leading the most laps earns",
}
_SHORTENED: Final = {
    "full": "A shortened race pays it in full.",
    "part": "A shortened race pays the same part of it as of all points.",
    "none": "A shortened race does not pay it.",
}
_UNPLACED: Final[dict[Unplaced, str]] = {
    "DNF": "a retirement",
    "NC": "not to be classified",
    "DSQ": "a disqualification",
    "DNS": "a missed start",
}
_APPEARS: Final = {
    "entered": "The table lists whoever is entered.",
    "started": "The table lists whoever started a race, or was entered for it and missed the start.",
    "placed": "The table lists whoever was placed in a race.",
    "scored": "The table lists whoever has points.",
}


def regulations(book: Book, championship: str, as_of: str | int | None = None) -> Regulations:
    """The rules of ``championship`` in sentences; with ``as_of``, also what they come to at that race.

    ``as_of`` is a race id, or a round's number or code, which mean its last race. Raises
    :class:`~projections.errors.UnknownName` for a championship or race that the book does not hold.
    """
    filed = book.championships.get(championship)
    if filed is None:
        raise UnknownName("championship", championship, book.championships)
    rules = filed.event.rules
    race = None if as_of is None else resolve_race(book, as_of)
    names = dict.fromkeys((rules.scale, *(apart.scale for apart in rules.apart if apart.scale is not None)))
    scales = [book.scales[name] for name in names]
    articles = [
        Article("Competitors", tuple(_competitors(book, rules))),
        Article("Points", tuple(_points(rules))),
        Article("Results that count", tuple(_counting(rules))),
        Article("Equal points", tuple(_ties(rules))),
        Article("The table", tuple(_table(rules))),
    ]
    if race is not None:
        articles.append(Article(f"As of {race}", tuple(_at_race(book, championship, rules, race))))
    return Regulations(
        season=book.season,
        championship=championship,
        title=filed.event.title,
        rules=rules,
        as_of=race,
        round=None if race is None else round_of(book, race),
        known_at=book.known_at,
        articles=tuple(articles),
        scales=tuple(one.event for one in scales),
        records=tuple(sorted({*filed.records, *(position for one in scales for position in one.records)})),
    )


def _competitors(book: Book, rules: Rules) -> Iterator[str]:
    classes = "class" if len(rules.classes) == 1 else "the classes"
    apart = "" if len(rules.classes) == 1 else ", each of which is scored by itself"
    yield f"The competitors are {_COMPETITORS[rules.competitor]} of {classes} {_and(rules.classes)}{apart}."
    if rules.ratings is not None:
        yield f"Only drivers rated {_or(rules.ratings)} take part."
    if rules.competitors is not None:
        listed = (competitor_name(book, rules.competitor, one) for one in rules.competitors)
        if rules.competitor == "team":
            listed = (f"{one} {name}" for one, name in zip(rules.competitors, listed, strict=True))
        yield f"Only these take part: {_and(tuple(listed))}."


def _points(rules: Rules) -> Iterator[str]:
    yield f'The {rules.wins} points win. A race pays by the scale "{rules.scale}".'
    if rules.place == "class":
        yield "Points go by the place in the class, whoever stands between the competitors."
    else:
        yield "The cars that count here are ranked among themselves in each class, and points go by that place."
    if rules.cars is not None:
        cars = "car" if rules.cars == 1 else f"{rules.cars} cars"
        score = "scores" if rules.cars == 1 else "score"
        yield f"In each class of a race only the best-placed {cars} of a {rules.competitor} {score}."
    elif rules.competitor == "driver":
        yield "A driver who is in several cars of a race scores with each."
    elif rules.competitor != "team":
        yield f"Every car of a {rules.competitor} scores."
    if rules.competitor == "driver":
        match rules.shared_car:
            case "each":
                yield "Each driver of a shared car scores its points in full."
            case "split":
                yield "The drivers of a shared car split its points equally."
            case "nobody":
                yield "Nobody scores with a shared car."
            case _:
                assert_never(rules.shared_car)
    if rules.unplaced == "nothing":
        yield "A car without a place scores nothing by it."
    else:
        yield (
            "A result without a place, and a race that an entered competitor missed, is worth what the scale has for "
            "a place more than there are entries."
        )
    yield from map(_apart, rules.apart)
    for bonus in rules.bonuses:
        yield from _bonus(bonus)


def _apart(apart: RacesApart) -> str:
    kinds = [f"races of the kind {_or(apart.kinds)}"] if apart.kinds else []
    races = [f"the race{'s' * (len(apart.races) > 1)} {_and(apart.races)}"] if apart.races else []
    subject = _and((*kinds, *races))
    several = bool(apart.kinds) or len(apart.races) > 1
    says = []
    if not apart.counts:
        says.append("do not count" if several else "does not count")
    if apart.scale is not None:
        says.append(f'pay{"s" * (not several)} by the scale "{apart.scale}"')
    if apart.times != 1:
        times = "twice" if apart.times == 2 else f"{points_text(apart.times)} times"  # noqa: PLR2004 - 2 is twice
        says.append(f"pay{'s' * (not several)} {times} what the scale has")
    if not apart.break_ties:
        says.append(f"tell{'s' * (not several)} no equal points apart")
    if not says:
        says.append("count as every other race does" if several else "counts as every other race does")
    return f"{subject[0].upper()}{subject[1:]} {_and(says)}."


def _bonus(bonus: Bonus) -> Iterator[str]:
    kinds = f" in races of the kind {_or(bonus.kinds)}" if bonus.kinds else ""
    within = f", to a car that is placed {ordinal(bonus.within)} or better" if bonus.within is not None else ""
    yield f"{_BONUSES[bonus.what]} {_counted(bonus.points, 'point')}{kinds}{within}."
    equal = "split it equally" if bonus.equal == "split" else "each get it in full"
    yield f"Several who did the same {equal}. {_SHORTENED[bonus.shortened]}"


def _counting(rules: Rules) -> Iterator[str]:
    if not rules.counting:
        yield "All results count."
        return
    yield from map(_part, rules.counting)
    yield "The worst are dropped, and of equal ones the earliest; a race missed is a result like any other."
    if rules.kept_statuses:
        yield f"Not dropped: {_or([_UNPLACED[one] for one in rules.kept_statuses])}."
    if rules.kept_races:
        yield f"Not dropped: the result of {_or(rules.kept_races)}."


def _part(part: CountedPart) -> str:
    unit = "result" if part.unit == "race" else "round"
    if part.best is not None:
        many = f"best {part.best} {unit}s count" if part.best > 1 else f"best {unit} counts"
        return f"Of {_where(part)} the {many}."
    worst = f"{part.all_but} worst {unit}s" if part.all_but != 1 else f"worst {unit}"
    run = "races" if part.unit == "race" else "rounds"
    if len(part.dropped_after) == 1:
        when = f", from the time that {part.dropped_after[0]} {run} are run"
    else:
        begins = [f"the {ordinal(nth)} once {after}" for nth, after in enumerate(part.dropped_after, start=1)]
        when = f": {_and(begins)} {run} are run" if begins else ""
    return f"Of {_where(part)} all but the {worst} count{when}."


def _where(part: CountedPart) -> str:
    rounds = _rounds(part)
    if not rounds:
        return part.name or "the season"
    return f"{rounds} ({part.name})" if part.name is not None else rounds


def _rounds(part: CountedPart) -> str:
    if part.first_round == 1 and part.last_round is None:
        return ""
    if part.first_round == part.last_round:
        return f"round {part.first_round}"
    if part.last_round is None:
        return f"round {part.first_round} to the last"
    return f"rounds {part.first_round} to {part.last_round}"


def _ties(rules: Rules) -> Iterator[str]:
    if not rules.ties:
        yield "Competitors with equal points share the position."
        return
    for index, rule in enumerate(rules.ties):
        yield f"{'Of those with equal points' if index == 0 else 'If they are still equal,'} ahead is {_tie(rule)}."
    yield "Competitors that none of this tells apart share the position."


def _tie(rule: TieRule) -> str:
    match rule:
        case "countback":
            return "who has more wins, then more second places, and so on down"
        case "scoring-countback":
            return "who has more wins, then more second places, and so on down, of the places that earned points"
        case "all-cars-countback":
            return (
                "who has more wins, then more second places, and so on down, of the places good enough for points that "
                "any of its cars took"
            )
        case "best-results":
            return "whose best result is worth more, then whose next best, and so on"
        case "first-achieved":
            return "who took the best of these places first, then the next best, and so on"
        case "last-achieved":
            return "who took the best of these places last, then the next best, and so on"
        case "last-race":
            return "who scored better in the last race, dropped or not, then in the one before it, and so on"
        case _:
            assert_never(rule)


def _table(rules: Rules) -> Iterator[str]:
    yield _APPEARS[rules.appears]
    if rules.shown == "class":
        yield "It shows the place in the class."
    else:
        yield "It shows the place that scores."


def _at_race(book: Book, championship: str, rules: Rules, race: str) -> Iterator[str]:
    """What the rules come to at a race: what it pays, and how many results are dropped by then."""
    upto = races_up_to(book, race)
    terms = terms_of(book, rules, race)
    if race in book.cancelled:
        yield f"{race} is cancelled."
    elif not terms.counts:
        yield f"{race} does not count."
    else:
        times = "" if terms.times == 1 else f", {points_text(terms.times)} times over"
        shortened = Docket(book, upto).shortened(race)
        pays = "" if shortened is None else f"{shortened.event.part or 'nothing'} of that, since it was shortened"
        part = f", and {pays}" if pays else ""
        yield f'{race} pays by the scale "{terms.scale.event.scale}"{times}{part}.'
    scorer = Scorer(book, championship)
    for rule, run, dropped in Dropping(book, rules, [one for one in upto if scorer.has_result(one)]).so_far():
        results = (
            f"{run} {rule.unit}{'' if run == 1 else 's'} of {_where(rule)} {'has' if run == 1 else 'have'} a result"
        )
        yield f"{results}; {dropped or 'none'} {'is' if dropped == 1 else 'are'} dropped."


def _counted(number: Fraction, what: str) -> str:
    return f"{points_text(number)} {what}{'' if number == 1 else 's'}"


def _and(items: Sequence[str]) -> str:
    return _joined(items, "and")


def _or(items: Sequence[str]) -> str:
    return _joined(items, "or")


def _joined(items: Iterable[str], word: str) -> str:
    *most, last = items
    return f"{', '.join(most)} {word} {last}" if most else last
