"""Checks of the season's frame: rules that can be meant, a calendar without holes."""

from itertools import pairwise
from typing import TypeAlias

import events
from events import Rules, points_text
from ledger.scrutineering.finding import Finding, Findings, repeated, run_already, unknown, unraceable
from projections import Book

SeasonEvent: TypeAlias = (
    events.SeasonOpened
    | events.PointsScaleAdopted
    | events.CarClassDefined
    | events.ChampionshipDefined
    | events.RoundScheduled
    | events.RaceScheduled
    | events.RacePostponed
    | events.RaceCancelled
    | events.RaceShortened
    | events.SeasonClosed
)


def findings(book: Book, event: SeasonEvent) -> Findings:
    """Objections to a fact about the season's frame."""
    match event:
        case events.SeasonOpened(season=season):
            if book.opened is not None:
                yield Finding("$", f"season {book.season} is open already (position {book.opened.position})")
            if season != book.season:
                yield Finding("$.season", f"{season} is not the season that it is recorded in, {book.season}")
        case events.PointsScaleAdopted(scale=scale):
            if scale in book.scales:
                yield Finding("$.scale", f"{scale} is adopted already (position {book.scales[scale].position})")
            yield from _scale(event)
        case events.CarClassDefined(car_class=car_class):
            if car_class in book.classes:
                position = book.classes[car_class].position
                yield Finding("$.car_class", f"{car_class} is defined already (position {position})")
        case events.ChampionshipDefined(championship=championship, rules=rules):
            if championship in book.championships:
                position = book.championships[championship].position
                yield Finding("$.championship", f"{championship} is defined already (position {position})")
            yield from _rules(book, rules)
        case events.RoundScheduled():
            yield from _round(book, event)
        case events.RaceScheduled():
            yield from _race(book, event)
        case events.RacePostponed(race=race, to_round=to_round):
            yield from unknown("$.race", "race", race, book.races)
            yield from run_already(book, "$.race", race)
            if race in book.cancelled:
                yield Finding("$.race", f"{race} is cancelled (position {book.cancelled[race].position})")
            if to_round is not None and to_round not in book.rounds:
                yield Finding("$.to_round", f"there is no round {to_round}")
        case events.RaceCancelled(race=race):
            yield from unknown("$.race", "race", race, book.races)
            yield from run_already(book, "$.race", race)
            if race in book.cancelled:
                yield Finding("$.race", f"{race} is cancelled already (position {book.cancelled[race].position})")
        case events.RaceShortened(race=race):
            yield from unraceable(book, "$.race", race)
            if race in book.shortened:
                yield Finding("$.race", f"{race} is shortened already (position {book.shortened[race].position})")
        case events.SeasonClosed():
            pass


def _scale(event: events.PointsScaleAdopted) -> Findings:
    if not event.points:
        yield Finding("$.points", "is empty; a scale has points for the first place at least")
    for index, (before, after) in enumerate(pairwise(event.points), start=1):
        if after > before:
            yield Finding(
                f"$.points[{index}]",
                f"{points_text(after)} is more than the {points_text(before)} of the place before",
            )
    if event.points and event.beyond > event.points[-1]:
        yield Finding(
            "$.beyond",
            f"{points_text(event.beyond)} is more than the {points_text(event.points[-1])} of the last listed place",
        )


def _rules(book: Book, rules: Rules) -> Findings:
    path = "$.rules"
    yield from unknown(f"{path}.scale", "points scale", rules.scale, book.scales)
    if not rules.classes:
        yield Finding(f"{path}.classes", "is empty; a championship is for one class at least")
    for index, car_class in enumerate(rules.classes):
        yield from unknown(f"{path}.classes[{index}]", "class", car_class, book.classes)
    yield from repeated(f"{path}.classes", rules.classes)
    if rules.ratings is not None:
        if rules.competitor != "driver":
            yield Finding(f"{path}.ratings", "choose among drivers; the competitors here are not drivers")
        if not rules.ratings:
            yield Finding(f"{path}.ratings", "is empty, so that nobody could take part; null is for everybody")
        yield from repeated(f"{path}.ratings", rules.ratings)
    if rules.cars is not None and rules.competitor == "team":
        yield Finding(f"{path}.cars", "a team entry has one car; leave it out")
    if rules.shared_car != "each" and rules.competitor != "driver":
        yield Finding(f"{path}.shared_car", "is about drivers; the competitors here are not drivers")
    yield from repeated(f"{path}.ties", rules.ties)
    if rules.ties[:1] == ("first-achieved",):
        yield Finding(
            f"{path}.ties[0]", "first-achieved compares when equal places were taken: put countback before it"
        )


def _round(book: Book, event: events.RoundScheduled) -> Findings:
    following = max(book.rounds, default=0) + 1
    if event.round != following:
        problem = "is scheduled already" if event.round in book.rounds else f"is not the next round, {following}"
        yield Finding("$.round", f"round {event.round} {problem}")
    for filed in book.rounds.values():
        if filed.event.code == event.code and filed.event.round != event.round:
            yield Finding("$.code", f"{event.code} is the code of round {filed.event.round}")
    if event.starts_on is not None and event.ends_on is not None and event.ends_on < event.starts_on:
        yield Finding("$.ends_on", f"{event.ends_on} is before the first day, {event.starts_on}")


def _race(book: Book, event: events.RaceScheduled) -> Findings:
    if event.race in book.races:
        yield Finding("$.race", f"{event.race} is scheduled already (position {book.races[event.race].position})")
        return
    filed = book.rounds.get(event.round)
    if filed is None:
        yield Finding("$.round", f"there is no round {event.round}")
        return
    code, inside = filed.event.code, [race for race in book.races if book.races[race].event.round == event.round]
    expected = f"{code}-{len(inside) + 1}"
    if code in inside or (event.race == code and inside):
        yield Finding("$.race", f"round {event.round} has the race {inside[0]}; several are {code}-1, {code}-2...")
    elif event.race not in ({code, expected} if not inside else {expected}):
        alone = f"{code} or " if not inside else ""
        yield Finding("$.race", f"{event.race} is not the next race of round {event.round}, {alone}{expected}")
    first, last = filed.event.starts_on, filed.event.ends_on
    if event.starts_on is not None and (
        (first is not None and event.starts_on < first) or (last is not None and event.starts_on > last)
    ):
        yield Finding("$.starts_on", f"{event.starts_on} is outside round {event.round}, {first} to {last}")
