"""A fact in one line, as the log shows it to people."""

from typing import assert_never

import events
from events import Event, points_text

_FEW = 4


def describe(event: Event) -> str:
    """What a fact says, in one line."""
    match event:
        case events.SeasonOpened():
            return f"{event.title} ({event.year})"
        case events.SeasonClosed():
            return "the season is over"
        case events.PointsScaleAdopted():
            return (
                f"{event.scale}: {_few([points_text(one) for one in event.points])}; beyond {points_text(event.beyond)}"
            )
        case events.CarClassDefined():
            return f"{event.car_class}: {event.name}"
        case events.ChampionshipDefined():
            rules = event.rules
            who = f"{rules.competitor}s of {', '.join(rules.classes)}"
            return f"{event.championship}: {event.title}; {who}, scale {rules.scale}"
        case events.RoundScheduled():
            return f"round {event.round} {event.code}: {event.circuit}{_when(event.starts_on, event.ends_on)}"
        case events.RaceScheduled():
            return f"{event.race} in round {event.round}{_when(event.starts_on, None)}"
        case events.RacePostponed():
            where = f"to round {event.to_round}" if event.to_round is not None else "no round decided"
            return f"{event.race} {where}{_because(event.reason)}"
        case events.RaceCancelled():
            return f"{event.race}{_because(event.reason)}"
        case events.RaceShortened():
            return f"{event.race} pays {event.part} of its points{_because(event.reason)}"
        case events.DriverRegistered():
            return f"{event.name}{_of(event.country)} as {event.driver}"
        case events.DriverRated():
            return f"{event.driver} {event.rating}{_from(event.from_race)}"
        case events.ManufacturerRegistered():
            return f"{event.name}{_of(event.country)} as {event.manufacturer}"
        case events.EntryRegistered():
            crew = f": {', '.join(event.drivers)}" if event.drivers else ""
            return f"#{event.car} {event.car_class}, {event.team}, {event.model or event.manufacturer}{crew}"
        case events.DriverAssigned():
            until = f" to {event.to_race}" if event.to_race is not None else ""
            return f"#{event.car} {event.driver}{_from(event.from_race)}{until}"
        case events.DriverSwapped():
            return f"#{event.car} {event.outgoing} -> {event.incoming} from {event.from_race}"
        case events.CarChanged():
            return f"#{event.car} {event.model or event.manufacturer} from {event.from_race}"
        case events.EntryWithdrawn():
            return f"#{event.car} from {event.from_race}{_because(event.reason)}"
        case events.RaceClassified():
            order = [f"{line.place or line.status} #{line.car}" for line in event.lines]
            return f"{event.race} {event.car_class} {event.status}, {len(order)} cars: {_few(order)}"
        case events.DidNotStart():
            return f"{event.race} #{event.car}{_because(event.reason)}"
        case events.PoleTaken():
            return f"{event.race} #{event.car}{_by(event.driver)}"
        case events.FastestLapSet():
            return f"{event.race} #{event.car}{_by(event.driver)}"
        case events.WinnerReported():
            return f"{event.race} {event.car_class} {event.driver}"
        case events.StandingsPublished():
            return f"{event.championship} as of {event.as_of}, {len(event.rows)} rows"
        case events.WinnersPublished():
            return f"{len(event.winners)} winners"
        case _:
            assert_never(event)


def _few(items: list[str]) -> str:
    return ", ".join(items[:_FEW]) + (", ..." if len(items) > _FEW else "")


def _when(first: object, last: object) -> str:
    return "" if first is None else f", {first}" if last in (None, first) else f", {first} to {last}"


def _because(reason: str | None) -> str:
    return "" if reason is None else f": {reason}"


def _of(country: str | None) -> str:
    return "" if country is None else f" ({country})"


def _from(race: str | None) -> str:
    return "" if race is None else f" from {race}"


def _by(driver: str | None) -> str:
    return "" if driver is None else f" {driver}"
