"""A fact in one line, as the log shows it to people."""

from collections.abc import Iterable
from typing import assert_never

import events
from events import Event, RulingRescinded, points_text
from events.facts import OrderRuling, PointsRuling
from projections import Change, Outcome
from projections.words import ordinal

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
            how = "" if event.status == "DNS" else f" {event.status}"
            return f"{event.race} #{event.car}{how}{_because(event.reason)}"
        case events.PoleTaken():
            return f"{event.race} #{event.car}{_by(event.driver)}"
        case events.FastestLapSet():
            return f"{event.race} #{event.car}{_by(event.driver)}{_lap_time(event.time_ms)}"
        case events.LapsLed():
            return f"{event.race} #{event.car}{_by(event.driver)}, {event.laps} laps"
        case events.WinnerReported():
            return f"{event.race} {event.car_class} {event.driver}"
        case (
            events.Disqualified()
            | events.MovedToPlace()
            | events.MovedDown()
            | events.MovedToRear()
            | events.TimePenaltyImposed()
            | events.ClassificationAmended()
            | events.PointsWithheld()
            | events.PointsDeducted()
            | events.PointsRestored()
            | events.ResultsAnnulled()
            | events.CompetitorExcluded()
            | events.RulingRescinded()
        ):
            since = "" if event.counts_from is None else f", counts from {event.counts_from}"
            return f"{_decision(event)}: {event.reason} ({event.authority}{since})"
        case events.RecordCorrected():
            return f"record {event.position} should say: {describe(event.fact)} ({event.reason})"
        case events.RecordStruck():
            return f"record {event.position} never was ({event.reason})"
        case events.StandingsPublished():
            return f"{event.championship} as of {event.as_of}, {len(event.rows)} rows"
        case events.WinnersPublished():
            return f"{len(event.winners)} winners"
        case _:
            assert_never(event)


def _decision(ruling: OrderRuling | PointsRuling | RulingRescinded) -> str:
    """What was decided, without who did and why."""
    match ruling:
        case events.Disqualified():
            return f"{ruling.race} #{ruling.car} disqualified"
        case events.MovedToPlace():
            return f"{ruling.race} #{ruling.car} to place {ruling.place}"
        case events.MovedDown():
            return f"{ruling.race} #{ruling.car} down {_counted(ruling.places, 'place')}"
        case events.MovedToRear():
            return f"{ruling.race} #{ruling.car} to the rear of its class"
        case events.TimePenaltyImposed():
            return f"{ruling.race} #{ruling.car} +{seconds(ruling.added_ms)}"
        case events.ClassificationAmended():
            return f"{ruling.race} {ruling.car_class} amended, {_counted(len(ruling.lines), 'car')}"
        case events.RaceShortened():
            return f"{ruling.race} pays {ruling.part} of its points"
        case events.PointsWithheld():
            car = None if ruling.car is None else f"#{ruling.car}"
            whose = " in ".join(filter(None, (ruling.driver, car)))
            of = f" of {', '.join(ruling.championships)}" if ruling.championships else ""
            behind = "the next move up" if ruling.behind == "move-up" else "nobody moves up"
            return f"{ruling.race} {whose}: points{of} withheld, {behind}"
        case events.PointsDeducted():
            return f"{ruling.championship} {ruling.competitor} -{points_text(ruling.points)}{_for(ruling.race)}"
        case events.PointsRestored():
            return f"{ruling.championship} {ruling.competitor} +{points_text(ruling.points)}{_for(ruling.race)}"
        case events.ResultsAnnulled():
            return f"{ruling.championship} {ruling.competitor}: results of {_few(list(ruling.races))} annulled"
        case events.CompetitorExcluded():
            return f"{ruling.championship} {ruling.competitor} excluded{_for(ruling.race)}"
        case events.RulingRescinded():
            return f"record {ruling.position} rescinded"
        case _:
            assert_never(ruling)


def became(outcomes: Iterable[Outcome]) -> str:
    """What became of a record: ``stands``, ``rescinded by 31``, ``spent by 40``; empty where nothing did."""
    return "; ".join(
        f"{one.state}{'' if one.by is None else f' by {one.by}'}"
        f"{'' if one.counts_from is None else f', counts from {one.counts_from}'}"
        for one in outcomes
    )


def moves(changes: Iterable[Change]) -> str:
    """What a ruling changed of an order: ``#6 3rd -> 10th, #40 5th -> 11th``."""
    return ", ".join(f"#{one.car} {_placed(one.before)} -> {_placed(one.after)}" for one in changes)


def _placed(shown: str | None) -> str:
    if shown is None:
        return "not listed"
    return ordinal(int(shown)) if shown.isdigit() else shown


def seconds(ms: int) -> str:
    """A time in seconds, as penalties are written: ``5 s``, ``12.5 s``."""
    whole, rest = divmod(ms, 1000)
    return f"{whole}.{rest:03d}".rstrip("0").rstrip(".") + " s"


def _counted(count: int, one: str) -> str:
    return f"1 {one}" if count == 1 else f"{count} {one}s"


def _for(race: str | None) -> str:
    return "" if race is None else f" for {race}"


def _lap_time(time_ms: int | None) -> str:
    return "" if time_ms is None else f" {lap_time(time_ms)}"


def lap_time(time_ms: int) -> str:
    """The time of a lap, as timing screens show it: ``1:31.234``."""
    minutes, rest = divmod(time_ms, 60_000)
    return f"{minutes}:{rest // 1000:02d}.{rest % 1000:03d}"


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
