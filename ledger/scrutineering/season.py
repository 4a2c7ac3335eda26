"""Checks of the season's frame: rules that can be meant, a calendar without holes."""

from itertools import pairwise

import events
from events import points_text
from events.facts import SeasonFact
from ledger.scrutineering.calendar import postponed_findings, rewriting_findings
from ledger.scrutineering.finding import Finding, Findings, run_already, unknown
from ledger.scrutineering.rules import part_findings, rules_findings
from projections import Book


def findings(book: Book, event: SeasonFact) -> Findings:
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
            yield from rules_findings(book, rules, "$.rules")
        case events.RoundScheduled():
            yield from _round(book, event)
        case events.RaceScheduled():
            yield from _race(book, event)
        case events.RacePostponed():
            objected = list(postponed_findings(book, event))
            yield from objected or rewriting_findings(book, event, "$.race")
        case events.RaceCancelled(race=race):
            yield from unknown("$.race", "race", race, book.races)
            yield from run_already(book, "$.race", race)
            if race in book.cancelled:
                yield Finding("$.race", f"{race} is cancelled already (position {book.cancelled[race].position})")
        case events.SeasonClosed():
            pass


def _scale(event: events.PointsScaleAdopted) -> Findings:
    if not event.points:
        yield Finding("$.points", "is empty; a scale has points for the first place at least")
    falls = event.order == "falling"
    word = "more" if falls else "less"
    for index, (before, after) in enumerate(pairwise(event.points), start=1):
        if (after > before) if falls else (after < before):
            yield Finding(
                f"$.points[{index}]",
                f"{points_text(after)} is {word} than the {points_text(before)} of the place before",
            )
    last = event.points[-1] if event.points else event.beyond
    if (event.beyond > last) if falls else (event.beyond < last):
        yield Finding(
            "$.beyond", f"{points_text(event.beyond)} is {word} than the {points_text(last)} of the last listed place"
        )


def _round(book: Book, event: events.RoundScheduled) -> Findings:
    following = max(book.rounds, default=0) + 1
    if event.round != following:
        problem = "is scheduled already" if event.round in book.rounds else f"is not the next round, {following}"
        yield Finding("$.round", f"round {event.round} {problem}")
    before = book.rounds.get(event.round - 1)
    since = None if before is None else before.event.starts_on
    if event.starts_on is not None and since is not None and event.starts_on < since:
        yield Finding("$.starts_on", f"{event.starts_on} is before round {event.round - 1}, which starts on {since}")
    yield from part_findings(book, event)
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
