"""Facts to bytes and JSON and back: nothing is lost, guessed, coerced or dropped; what was written stays readable."""

import datetime
import enum
import json
from fractions import Fraction
from pathlib import Path
from typing import Any, get_args

import attrs
import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from events import (
    EVENT_TYPES,
    FACT_TYPES,
    CarClassDefined,
    ChampionshipDefined,
    DriverRated,
    DriverRegistered,
    EntryRegistered,
    Event,
    Fact,
    Line,
    PointsScaleAdopted,
    RaceClassified,
    RacesApart,
    RaceScheduled,
    RaceShortened,
    Record,
    RecordCorrected,
    RecordStruck,
    Rules,
    SeasonClosed,
    SeasonOpened,
    points,
    points_text,
    read_points,
)
from events.rules import TieRule
from ledger.codec import (
    KIND_OF,
    KINDS,
    decode,
    encode,
    event_from_json,
    event_to_json,
    json_schema,
    read_line,
    record_to_json,
    time_text,
)
from ledger.codec.tags import TAG_OF, TAGS
from ledger.codec.upcasts import UPCASTS
from ledger.codec.values import bare, items_of, optional_of
from ledger.errors import BadInput, CannotRead, Refused
from ledger.ids import keyed_id
from ledger.scrutineering.shapes import shape_findings
from ledger.testing import check_round_trip, event_of, events

GOLDEN: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "golden" / "payloads.json").read_text(encoding="utf-8")
)
NEWEST = [row for row in GOLDEN if row["tag"] in TAGS]
OLD = [row for row in GOLDEN if row["tag"] not in TAGS]
FORMS: dict[str, Any] = json.loads((Path(__file__).parent / "golden" / "forms.json").read_text(encoding="utf-8"))
CLASSIFIED = {
    "type": "race-classified",
    "race": "DAY-1",
    "car_class": "GSX",
    "lines": [{"place": 1, "car": "59"}, {"place": None, "car": "08", "status": "DNF"}],
}
SHORTENED = {"type": "race-shortened", "race": "DAY-1", "part": "0.5"}
SCHEDULED = {"type": "race-scheduled", "race": "DAY-1", "round": 1}
DEFINED = {
    "type": "championship-defined",
    "championship": "drivers",
    "title": "Drivers",
    "rules": {"competitor": "driver", "classes": ["GSX"], "scale": "race"},
}
CORRECTED = {"type": "record-corrected", "position": 7, "fact": SCHEDULED, "reason": "a slip"}
AN_ID = keyed_id("tests", "codec", 0)


def line(**changes: object) -> dict[str, object]:
    """The classification with changes to its first line."""
    return {**CLASSIFIED, "lines": [{"place": 1, "car": "59", **changes}]}


def rules(**changes: object) -> dict[str, object]:
    """The championship with changes to its rules."""
    return {**DEFINED, "rules": {"competitor": "driver", "classes": ["GSX"], "scale": "race", **changes}}


# Both ways.


@given(events())
def test_every_event_is_read_as_it_was_written(event: Event) -> None:
    """Whatever an event holds, its stored form and its JSON form are read as the same event."""
    check_round_trip(event)


@pytest.mark.parametrize("cls", EVENT_TYPES)
def test_every_type_of_event_is_read_as_it_was_written(cls: type[Event]) -> None:
    """Each type by itself, so that none is left to chance."""

    @given(event_of(cls))
    def of_this_type(event: Event) -> None:
        assert cls is type(event)
        check_round_trip(event)

    of_this_type()


@given(events())
def test_a_made_up_event_has_the_shapes_that_are_asked_for(event: Event) -> None:
    """Scrutineering objects to nothing in the shape of a made-up event."""
    assert () == tuple(shape_findings(event))


def test_tags_types_and_strategies_are_the_same_set() -> None:
    """Every member of the union has one tag and one type in JSON, and nothing else has."""
    assert set(EVENT_TYPES) == set(TAGS.values()) == set(TAG_OF) == set(KINDS.values()) == set(KIND_OF)
    assert len(EVENT_TYPES) == len(TAGS) == len(KINDS)


def test_a_tag_is_a_stable_name_with_a_version() -> None:
    """A tag is the type in JSON with the version of its form; an upcast takes each version to the next one."""
    older = {tag: upcast[0] for tag, upcast in UPCASTS.items()}
    newest = {tag.partition("/")[0]: int(tag.partition("/")[2]) for tag in TAGS}
    assert list(KINDS) == list(newest)
    assert {
        f"{kind}/{version}": f"{kind}/{version + 1}" for kind, last in newest.items() for version in range(1, last)
    } == older


def test_a_strategy_for_what_no_fact_holds_says_so() -> None:
    """A field of a type that nobody taught the strategies is an error, not a silent gap."""

    @attrs.frozen
    class Weather:
        celsius: float

    with pytest.raises(TypeError, match="no strategy for <class 'float'>"):
        event_of(Weather)


# For ever.


@pytest.mark.parametrize("row", GOLDEN, ids=lambda row: f"{row['tag']} {row['payload'][:60]}")
def test_what_was_stored_is_read_for_ever(row: dict[str, Any]) -> None:
    """A payload that any release has written is read as the event that it stands for."""
    expected = event_from_json(row["event"])
    assert expected == decode(row["tag"], bytes.fromhex(row["payload"]))


@pytest.mark.parametrize("row", NEWEST, ids=lambda row: f"{row['tag']} {row['payload'][:60]}")
def test_what_is_stored_does_not_change_unseen(row: dict[str, Any]) -> None:
    """Today's encoding of each event is the one on file, to the byte, and so is its JSON."""
    event = event_from_json(row["event"])
    assert (row["tag"], row["payload"]) == (encode(event)[0], encode(event)[1].hex())
    assert json.dumps(row["event"]) == json.dumps(event_to_json(event))


def test_every_tag_has_a_stored_payload_on_file() -> None:
    """No tag is without a payload that must be read for ever, be it of a form that is no longer written."""
    assert {*TAGS, *UPCASTS} == {row["tag"] for row in GOLDEN}


@pytest.mark.parametrize("row", OLD, ids=lambda row: f"{row['tag']} {row['payload'][:60]}")
def test_what_an_old_form_did_not_say_is_what_its_absence_meant(row: dict[str, Any]) -> None:
    """A payload of an old tag is read as today's event with the fields it had, and no others set."""
    event = event_to_json(decode(row["tag"], bytes.fromhex(row["payload"])))
    assert row["event"] == told_of(event, row["event"])
    assert event == event_to_json(event_from_json(row["event"]))


def told_of(value: Any, asked: Any) -> Any:
    """``value`` with the keys of ``asked`` alone, however deep."""
    if isinstance(value, dict):
        return {key: told_of(value[key], inner) for key, inner in asked.items()}
    if isinstance(value, list):
        return [told_of(item, inner) for item, inner in zip(value, asked, strict=True)]
    return value


def test_an_upcast_leaves_the_stored_payload_alone() -> None:
    """What was read from the log is not changed by reading it."""
    for tag, (_, upcast) in UPCASTS.items():
        row = next(row for row in OLD if row["tag"] == tag)
        stored = msgpack.unpackb(bytes.fromhex(row["payload"]))
        upcast(stored)
        assert msgpack.unpackb(bytes.fromhex(row["payload"])) == stored


def test_a_fact_inside_a_correction_is_read_by_its_own_tag() -> None:
    """A correction keeps the tag of the fact inside it: one that was written in an old form is read for ever."""
    inside = ["race-shortened/1", {"race": "DAY-1", "part": "0.5", "reason": "rain"}]
    stored = msgpack.packb({"position": 7, "fact": inside, "reason": "it was half the distance"})
    expected = RecordCorrected(7, RaceShortened("DAY-1", Fraction(1, 2), "rain"), "it was half the distance")
    assert expected == decode("record-corrected/1", stored)
    tag, again = encode(expected)
    assert ("record-corrected/1", "race-shortened/2") == (tag, msgpack.unpackb(again)["fact"][0])


def form_of(hint: Any) -> Any:
    """What a value declared as ``hint`` is stored as: its fields in their order, and the kinds of their values."""
    hint = bare(hint)
    if hint == Fact:
        return "a fact"
    if (inner := optional_of(hint)) is not None:
        return {"or null": form_of(inner)}
    if (inner := items_of(hint)) is not None:
        return {"list of": form_of(inner)}
    if attrs.has(hint):
        return {field.name: form_of(field.type) for field in attrs.fields(hint)}
    return " | ".join(get_args(hint)) or hint.__name__


@pytest.mark.parametrize("tag", TAGS)
def test_a_fact_does_not_change_under_its_tag(tag: str) -> None:
    """A fact whose fields change, or their kinds, terms or order, gets the next version of its tag."""
    kind, _, version = tag.partition("/")
    following = f"{kind}/{int(version) + 1}"
    assert json.dumps(FORMS.get(tag)) == json.dumps(form_of(TAGS[tag])), (
        f"{TAGS[tag].__name__} is no longer what {tag} has stored. Leave that form on file: make {following} its tag, "
        f"write an upcast from {tag} to {following}, and add its form to tests/golden/forms.json and payloads of it to "
        f"tests/golden/payloads.json. (A tag that was never released goes into forms.json as it is.)"
    )


def test_every_tag_ever_has_its_form_on_file() -> None:
    """The forms on file are those of every tag, and each stored payload has the fields of its tag's form."""
    assert {*TAGS, *UPCASTS} == set(FORMS)
    for row in GOLDEN:
        assert list(FORMS[row["tag"]]) == list(msgpack.unpackb(bytes.fromhex(row["payload"])))


# Strict: JSON that is no event.


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "$: expected an object, got null"),
        ([], "$: expected an object, got a list"),
        ("race-classified", '$: expected an object, got "race-classified"'),
        (7, "$: expected an object, got 7"),
        ({}, "$.type: is missing"),
        ({"type": None}, "$.type: no event is called null; parc schema lists them"),
        ({"type": 7}, "$.type: no event is called 7; parc schema lists them"),
        ({"type": ["season-closed"]}, "$.type: no event is called a list; parc schema lists them"),
        ({"type": "race-won"}, '$.type: no event is called "race-won"; parc schema lists them'),
        ({"type": "season-closed/1"}, "$.type: no event is called \"season-closed/1\"; did you mean 'season-closed'?"),
        ({"type": "SeasonClosed"}, "$.type: no event is called \"SeasonClosed\"; did you mean 'season-closed'?"),
        # text
        ({**CLASSIFIED, "race": 7}, "$.race: expected text, got 7"),
        ({**CLASSIFIED, "race": None}, "$.race: expected text, got null"),
        ({**CLASSIFIED, "race": True}, "$.race: expected text, got true"),
        ({**CLASSIFIED, "race": ["DAY-1"]}, "$.race: expected text, got a list"),
        ({**CLASSIFIED, "race": {}}, "$.race: expected text, got an object"),
        (line(car=59), "$.lines[0].car: expected text, got 59"),
        (line(car="\ud800"), '$.lines[0].car: expected Unicode text, got a lone surrogate in "\\ud800"'),
        (
            {**SHORTENED, "reason": "wet " * 20 + "\udfff"},
            f'$.reason: expected Unicode text, got a lone surrogate in "{"wet " * 10}..."',
        ),
        # whole numbers
        (line(place="1"), '$.lines[0].place: expected a whole number, got "1"'),
        (line(place=7.0), "$.lines[0].place: expected a whole number, got 7.0"),
        (line(place=7.9), "$.lines[0].place: expected a whole number, got 7.9"),
        (line(place=True), "$.lines[0].place: expected a whole number, got true"),
        (line(place=False), "$.lines[0].place: expected a whole number, got false"),
        (line(place=[1]), "$.lines[0].place: expected a whole number, got a list"),
        (line(gap_ms=2**63), "$.lines[0].gap_ms: expected a whole number of at most 64 bits"),
        (line(gap_ms=-(2**63) - 1), "$.lines[0].gap_ms: expected a whole number of at most 64 bits"),
        ({**SCHEDULED, "round": None}, "$.round: expected a whole number, got null"),
        # points and parts
        (
            {**SHORTENED, "part": 0.5},
            '$.part: expected a whole number or text such as "12.5" or "8 1/7", got 0.5',
        ),
        ({**SHORTENED, "part": True}, '$.part: expected a whole number or text such as "12.5" or "8 1/7", got true'),
        ({**SHORTENED, "part": None}, '$.part: expected a whole number or text such as "12.5" or "8 1/7", got null'),
        ({**SHORTENED, "part": "1"}, "$.part: expected 1 without quotation marks: whole points are a whole number"),
        ({**SHORTENED, "part": "2/4"}, '$.part: expected a whole number or text such as "12.5" or "8 1/7", got "2/4"'),
        ({**SHORTENED, "part": 2**63}, "$.part: expected a whole number of at most 64 bits"),
        # dates
        ({**SCHEDULED, "starts_on": 20260201}, '$.starts_on: expected a date such as "2024-01-20", got 20260201'),
        (
            {**SCHEDULED, "starts_on": "2026-02-30"},
            '$.starts_on: expected a date such as "2024-01-20", got "2026-02-30"',
        ),
        ({**SCHEDULED, "starts_on": "20260201"}, '$.starts_on: expected a date such as "2024-01-20", got "20260201"'),
        (
            {**SCHEDULED, "starts_on": "2026-W01-1"},
            '$.starts_on: expected a date such as "2024-01-20", got "2026-W01-1"',
        ),
        (
            {**SCHEDULED, "starts_on": "2026-02-01T00:00:00"},
            '$.starts_on: expected a date such as "2024-01-20", got "2026-02-01T00:00:00"',
        ),
        ({**SCHEDULED, "starts_on": ""}, '$.starts_on: expected a date such as "2024-01-20", got ""'),
        # terms
        ({**CLASSIFIED, "status": "final"}, '$.status: expected one of "provisional", "official", got "final"'),
        ({**CLASSIFIED, "status": None}, '$.status: expected one of "provisional", "official", got null'),
        (line(status="dnf"), '$.lines[0].status: expected one of "finished", "DNF", "NC", "DSQ", got "dnf"'),
        (rules(shared_car=1), '$.rules.shared_car: expected one of "each", "split", "nobody", got 1'),
        (
            rules(ties=["wins"]),
            f'$.rules.ties[0]: expected one of {", ".join(map(json.dumps, get_args(TieRule)))}, got "wins"',
        ),
        # lists and objects
        ({**CLASSIFIED, "lines": None}, "$.lines: expected a list, got null"),
        ({**CLASSIFIED, "lines": {}}, "$.lines: expected a list, got an object"),
        ({**CLASSIFIED, "lines": "59"}, '$.lines: expected a list, got "59"'),
        ({**CLASSIFIED, "lines": [[1, "59"]]}, "$.lines[0]: expected an object, got a list"),
        ({**CLASSIFIED, "lines": [None]}, "$.lines[0]: expected an object, got null"),
        ({**DEFINED, "rules": None}, "$.rules: expected an object, got null"),
        ({**DEFINED, "rules": []}, "$.rules: expected an object, got a list"),
        (rules(ties="countback"), '$.rules.ties: expected a list, got "countback"'),
        # truths
        (rules(apart=[{"counts": 1}]), "$.rules.apart[0].counts: expected true or false, got 1"),
        (rules(apart=[{"counts": "true"}]), '$.rules.apart[0].counts: expected true or false, got "true"'),
        (rules(apart=[{"counts": None}]), "$.rules.apart[0].counts: expected true or false, got null"),
        # facts inside others
        ({**CORRECTED, "fact": None}, "$.fact: expected an object, got null"),
        ({**CORRECTED, "fact": ["race-scheduled/1", {}]}, "$.fact: expected an object, got a list"),
        ({**CORRECTED, "fact": {"race": "DAY-1"}}, "$.fact.type: is missing"),
        ({**CORRECTED, "fact": {**SCHEDULED, "round": "1"}}, '$.fact.round: expected a whole number, got "1"'),
        ({**CORRECTED, "fact": {**SCHEDULED, "id": AN_ID}}, "$.fact.id: is not a field of this type"),
        ({**CORRECTED, "fact": line(place="1")}, '$.fact.lines[0].place: expected a whole number, got "1"'),
        ({**CORRECTED, "fact": CORRECTED}, "$.fact.type: a record-corrected cannot stand inside another event"),
        (
            {**CORRECTED, "fact": {"type": "record-struck", "position": 7, "reason": "a slip"}},
            "$.fact.type: a record-struck cannot stand inside another event",
        ),
        # fields
        ({"type": "race-scheduled", "race": "DAY-1"}, "$.round: is missing"),
        ({**CLASSIFIED, "lines": [{"car": "59"}]}, "$.lines[0].place: is missing"),
        ({**DEFINED, "rules": {"competitor": "driver", "classes": []}}, "$.rules.scale: is missing"),
        ({**SHORTENED, "laps": 3}, "$.laps: is not a field of this type"),
        (line(driver="luca-mars"), "$.lines[0].driver: is not a field of this type"),
        (rules(best=4), "$.rules.best: is not a field of this type"),
        ({**SHORTENED, 'a"\n': 1}, '$.a\\"\\n: is not a field of this type'),
        ({"type": "season-closed", "Type": 1}, "$.Type: is not a field of this type"),
    ],
)
def test_json_that_is_no_event_is_refused(value: object, expected: str) -> None:
    """Each value of a wrong type is refused with its path, and nothing is made to fit."""
    with pytest.raises(Refused) as caught:
        event_from_json(value)
    assert [expected] == [str(objection) for objection in caught.value.objections]


def test_every_wrong_value_is_named_at_once() -> None:
    """One refusal names each value that does not fit, wherever it stands."""
    lines = [{"place": "1", "car": 59}, {"place": 2, "car": "8"}, {"laps": 1.5, "car": "7", "x": 1}]
    with pytest.raises(Refused) as caught:
        event_from_json({"type": "race-classified", "race": 1, "lines": lines, "status": "x"})
    assert {
        "$.race",
        "$.car_class",
        "$.status",
        "$.lines[0].place",
        "$.lines[0].car",
        "$.lines[2].place",
        "$.lines[2].laps",
        "$.lines[2].x",
    } == {objection.path for objection in caught.value.objections}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"", "is empty; every line holds one JSON object"),
        (b" \t\r\n", "is empty; every line holds one JSON object"),
        (b"\xef\xbb\xbf{}", "begins with a byte-order mark; save the file as UTF-8 without one"),
        (b'{"type": "\xff"}', "not UTF-8 at byte 11"),
        (b'{"type": "\xed\xa0\x80"}', "not UTF-8 at byte 11"),
        (b"\x00", "not JSON: expecting value at column 1"),
        (b"{", "not JSON: expecting property name enclosed in double quotes at column 2"),
        (b"{'type': 'season-closed'}", "not JSON: expecting property name enclosed in double quotes at column 2"),
        (b'{"type": "season-closed"} {}', "not JSON: extra data at column 27"),
        (b'{"type": "season\nclosed"}', "not JSON: invalid control character at at column 17"),
        (b'{"part": NaN}', "not JSON: NaN is no number that JSON knows"),
        (b'{"part": Infinity}', "not JSON: Infinity is no number that JSON knows"),
        (b'{"part": -Infinity}', "not JSON: -Infinity is no number that JSON knows"),
        (b'{"type": 1, "type": 1}', 'not an event: the key "type" stands twice in one object'),
        (b'{"lines": [{"car": "1", "car": "1"}]}', 'not an event: the key "car" stands twice in one object'),
        (b"[" * 100_000, "not an event: nested too deep"),
        (b'{"a":' * 100_000, "not an event: nested too deep"),
        (b'{"title": "' + b"a" * 1_048_576 + b'"}', "longer than 1,048,576 bytes"),
    ],
)
def test_a_line_that_is_no_json_is_refused(text: bytes, expected: str) -> None:
    """A line that is not one JSON object, in UTF-8, of numbers and keys that mean one thing, is refused in words."""
    with pytest.raises(BadInput) as caught:
        read_line(text)
    assert expected == str(caught.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"[]", ["$: expected an object, got a list"]),
        (b"null", ["$: expected an object, got null"]),
        (b'"season-closed"', ['$: expected an object, got "season-closed"']),
        (
            b'{"type": "season-opened", "season": "s", "title": "t", "year": 9223372036854775808}',
            ["$.year: expected a whole number of at most 64 bits"],
        ),
        (
            b'{"type": "season-opened", "season": "s", "title": "t", "year": ' + b"9" * 5_000 + b"}",
            ["$.year: expected a whole number of at most 64 bits"],
        ),
        (
            b'{"type": "season-opened", "season": "s", "title": "t", "year": 2e3}',
            ["$.year: expected a whole number, got 2000.0"],
        ),
        (
            b'{"type": "season-opened", "season": "s", "title": "\\ud83c", "year": 2026}',
            ['$.title: expected Unicode text, got a lone surrogate in "\\ud83c"'],
        ),
        (b'{"type": "season-closed", "season": "s"}', ["$.season: is not a field of this type"]),
        (b'{"type": "season-closed", "position": 7}', ["$.position: is not a field of this type"]),
        (
            b'{"type": "season-closed", "id": "7"}',
            ['$.id: expected a UUIDv7 in lower case with hyphens, got "7"'],
        ),
        (
            b'{"type": "season-closed", "id": "018D2A5E-0000-7000-8000-000000000000"}',
            [
                '$.id: expected a UUIDv7 in lower case with hyphens, got "018D2A5E-0000-7000-8000-000000000000"',
            ],
        ),
        (
            b'{"type": "season-closed", "id": "018d2a5e-0000-4000-8000-000000000000"}',
            [
                '$.id: expected a UUIDv7 in lower case with hyphens, got "018d2a5e-0000-4000-8000-000000000000"',
            ],
        ),
        (
            b'{"type": "season-closed", "recorded_by": 7, "source": ["a"]}',
            ["$.recorded_by: expected text, got 7", "$.source: expected text, got a list"],
        ),
        (
            b'{"event": {"type": "season-closed"}, "season": 1, "position": "1", "version": 1.0, "recorded_at": 5}',
            [
                '$.position: expected a whole number, got "1"',
                "$.season: expected text, got 1",
                "$.version: expected a whole number, got 1.0",
                "$.recorded_at: expected a time, got 5",
            ],
        ),
        (b'{"event": {"type": "season-closed"}, "race": "DAY-1"}', ["$.race: is not a field of a record"]),
        (b'{"event": {"type": "season-closed", "race": 1}}', ["$.event.race: is not a field of this type"]),
        (b'{"event": null}', ["$.event: expected an object, got null"]),
        (b'{"event": {"type": "season-closed"}, "type": "season-closed"}', ["$.event: is not a field of this type"]),
    ],
)
def test_a_line_that_is_no_event_is_refused(text: bytes, expected: list[str]) -> None:
    """A line of JSON is refused with every value of the event and of its envelope that does not fit."""
    with pytest.raises(Refused) as caught:
        read_line(text)
    assert expected == [str(objection) for objection in caught.value.objections]


def test_a_line_may_have_an_envelope() -> None:
    """Id, recorder and source may stand beside the fields; left out or null, they are not given."""
    bare = read_line(b' {"type": "season-closed", "id": null}\r\n')
    assert (SeasonClosed(), None, None, None, None, None) == attrs.astuple(bare, recurse=False)
    text = json.dumps({"type": "season-closed", "id": AN_ID, "recorded_by": "me", "source": "it"}).encode()
    assert (SeasonClosed(), AN_ID, "me", "it", None, None) == attrs.astuple(read_line(text), recurse=False)


@given(events())
def test_a_record_as_the_log_prints_it_can_be_appended(event: Event) -> None:
    """What one ledger prints another takes: the same event, id, recorder and source, and where it stood."""
    moment = datetime.datetime(2026, 1, 20, 18, 5, tzinfo=datetime.UTC)
    record = Record(7, "imsa-vp-2024", 3, moment, AN_ID, "race control", None, event)
    printed = json.dumps(record_to_json(record)).encode()
    assert (event, AN_ID, "race control", None, "imsa-vp-2024", 7) == attrs.astuple(read_line(printed), recurse=False)


def test_a_time_is_printed_in_utc_to_the_microsecond() -> None:
    """Whatever its offset, a time of a record is shown in UTC, with all of its digits."""
    moment = datetime.datetime(2024, 1, 20, 13, 5, 0, 7, tzinfo=datetime.timezone(datetime.timedelta(hours=-5)))
    assert "2024-01-20T18:05:00.000007Z" == time_text(moment)


# Strict: facts that a script built with wrong values, and payloads that somebody damaged.


class Heat(enum.IntEnum):
    """What a script may give for a number. Looked for among all of 64 bits one by one, this one would be found."""

    RACE = -(2**63)


class Circuit(enum.StrEnum):
    """What a script may give for a text."""

    OULTON = "oulton"


def wrong(value: Any) -> Any:
    """A value where its type forbids it, past the type checker."""
    return value


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (RaceScheduled("DAY-1", wrong(True)), "expected a whole number, got true"),
        (RaceScheduled("DAY-1", wrong("1")), 'expected a whole number, got "1"'),
        (RaceScheduled("DAY-1", wrong(1.0)), "expected a whole number, got 1.0"),
        (RaceScheduled("DAY-1", 2**63), "expected a whole number of at most 64 bits"),
        (RaceScheduled(wrong(None), 1), "expected text, got null"),
        (RaceScheduled(wrong(b"DAY-1"), 1), "expected text, got a bytes"),
        (RaceScheduled(wrong(Heat.RACE), 1), "expected text, got a Heat"),
        (RaceScheduled("DAY-1", wrong(Heat.RACE)), "expected a whole number, got a Heat"),
        (RaceScheduled(wrong(Circuit.OULTON), 1), "expected text, got a Circuit"),
        (DriverRegistered("x", "\ud800"), 'expected Unicode text, got a lone surrogate in "\\ud800"'),
        (RaceScheduled("DAY", 1, datetime.datetime(2026, 1, 1)), "expected a date without a time, got a datetime"),  # noqa: DTZ001
        (RaceShortened("DAY-1", wrong(0.5)), "expected a Fraction, got 0.5"),
        (RaceShortened("DAY-1", wrong(1)), "expected a Fraction, got 1"),
        (RaceShortened("DAY-1", Fraction(1, 10**16)), "expected points that can be written in fifteen digits"),
        (
            PointsScaleAdopted("race", (Fraction(1, 7 * 10**15),)),
            "expected points that can be written in fifteen digits",
        ),
        (PointsScaleAdopted("race", (Fraction(2**63),)), "expected a whole number of at most 64 bits"),
        (
            EntryRegistered("1", "GT", "T", "m", drivers=wrong(["ann"])),
            "expected a tuple, got a list",
        ),
        (
            EntryRegistered("1", "GT", "T", "m", drivers=wrong("ann")),
            'expected a tuple, got "ann"',
        ),
        (RaceClassified("DAY-1", "GT", wrong([Line(1, "1")])), "expected a tuple of Line"),
        (RaceClassified("DAY-1", "GT", wrong(((1, "1"),))), "$.lines[0]: expected a Line, got a list"),
        (ChampionshipDefined("c", "C", wrong(None)), "expected a Rules, got null"),
        (ChampionshipDefined("c", "C", wrong(Line(1, "1"))), "expected a Rules, got a Line"),
        (
            DriverRated("ann", wrong("copper")),
            'expected one of "platinum", "gold", "silver", "bronze", got "copper"',
        ),
        (
            ChampionshipDefined("c", "C", Rules("driver", ("GT",), "race", apart=(RacesApart(counts=wrong(1)),))),
            "expected true or false, got 1",
        ),
        (RecordCorrected(7, wrong(None), "a slip"), "expected a fact, got null"),
        (RecordCorrected(7, wrong(Line(1, "1")), "a slip"), "expected a fact, got a Line"),
        (RecordCorrected(7, wrong(RecordStruck(6, "a slip")), "a slip"), "expected a fact, got a RecordStruck"),
        (RecordCorrected(7, RaceScheduled("DAY-1", wrong("1")), "a slip"), 'expected a whole number, got "1"'),
        (wrong(Line(1, "1")), "a Line is not an event that can be recorded"),
        (wrong({"type": "season-closed"}), "a dict is not an event that can be recorded"),
        (wrong(SeasonClosed), "a type is not an event that can be recorded"),
    ],
)
def test_a_fact_with_a_wrong_value_is_not_written(event: Event, expected: str) -> None:
    """A script that puts a wrong value into a fact is told when it is written, not when somebody reads it."""
    with pytest.raises(BadInput) as caught:
        encode(event)
    assert expected in str(caught.value)


LINES = ["place", "car", "status", "laps", "gap_ms"]


@pytest.mark.parametrize(
    ("tag", "payload", "expected"),
    [
        ("race-classified/2", {}, "unknown kind of event 'race-classified/2': a newer version of parc wrote it"),
        ("race-classified", {}, "unknown kind of event 'race-classified'"),
        ("", {}, "unknown kind of event ''"),
        ("race-scheduled/1", {"race": "DAY-1"}, "damaged payload of a race-scheduled/1"),
        ("race-scheduled/1", {"race": "DAY-1", "round": "1"}, 'expected a whole number, got "1"'),
        ("race-scheduled/1", {"race": "DAY-1", "round": 1.0}, "expected a whole number, got 1.0"),
        ("race-scheduled/1", {"race": "DAY-1", "round": True}, "expected a whole number, got true"),
        ("race-scheduled/1", {"race": b"DAY-1", "round": 1}, "expected text, got a bytes"),
        ("race-scheduled/1", {"race": "DAY-1", "round": 1, "laps": 2}, "Extra fields"),
        ("race-scheduled/1", ["DAY-1", 1], "expected an object, got a list"),
        ("race-shortened/1", {"race": "DAY-1", "part": 0.5}, "got 0.5"),
        ("race-shortened/1", {"race": "DAY-1", "part": "1"}, "expected 1 without quotation marks"),
        ("race-shortened/1", {"race": "DAY-1", "part": "0.50"}, 'got "0.50"'),
        ("race-classified/1", {"race": "D", "car_class": "G", "lines": []}, "expected a table with the columns"),
        ("race-classified/1", {"race": "D", "car_class": "G", "lines": [LINES[::-1]]}, "expected a table with"),
        ("race-classified/1", {"race": "D", "car_class": "G", "lines": [[*LINES, "x"]]}, "expected a table with"),
        ("race-classified/1", {"race": "D", "car_class": "G", "lines": [LINES, [1, "59"]]}, "damaged payload"),
        ("race-classified/1", {"race": "D", "car_class": "G", "lines": [LINES, ["1", "59", "x", 1, 1]]}, "damaged"),
        ("race-classified/1", {"race": "D", "car_class": "G", "lines": [{"place": 1, "car": "59"}]}, "a table with"),
        ("race-scheduled/2", ["DAY-1", 1], "expected an object, got a list"),
        ("race-scheduled/1", {"race": "DAY-1", "round": 1, "starts_on": None, "kind": "x"}, "Extra fields"),
        ("championship-defined/1", {"championship": "c", "title": "C"}, "damaged payload of a championship-defined/1"),
        ("championship-defined/1", {"championship": "c", "title": "C", "rules": None}, "damaged payload"),
        ("race-scheduled/3", {}, "unknown kind of event 'race-scheduled/3': a newer version of parc wrote it"),
        ("record-corrected/1", {"position": 7, "fact": None, "reason": "x"}, "damaged payload of a record-corrected/1"),
        ("record-corrected/1", {"position": 7, "fact": ["season-closed/1"], "reason": "x"}, "damaged payload"),
        (
            "record-corrected/1",
            {"position": 7, "fact": ["race-won/1", {}], "reason": "x"},
            "unknown kind of event 'race-won/1': a newer version of parc wrote it",
        ),
        (
            "record-corrected/1",
            {"position": 7, "fact": ["record-struck/1", {"position": 6, "reason": "x"}], "reason": "x"},
            "expected a fact, got a record-struck/1",
        ),
        (
            "record-corrected/1",
            {"position": 7, "fact": ["race-scheduled/1", {"race": "DAY-1", "round": "1"}], "reason": "x"},
            'expected a whole number, got "1"',
        ),
    ],
)
def test_a_payload_that_is_not_of_its_tag_is_damage(tag: str, payload: object, expected: str) -> None:
    """A payload that does not hold what its tag says, or is of an unknown tag, cannot be read, and says so."""
    with pytest.raises(CannotRead) as caught:
        decode(tag, msgpack.packb(payload))
    assert expected in str(caught.value)


@pytest.mark.parametrize("payload", [b"", b"\x80\x80", b"\xc1", b"\x81", b"\x9f" * 2_000, bytes.fromhex("d9ff00")])
def test_bytes_that_are_no_msgpack_are_damage(payload: bytes) -> None:
    """Bytes that are no payload at all are damage too, and never an event."""
    with pytest.raises(CannotRead, match="damaged payload of a season-closed/1"):
        decode("season-closed/1", payload)


# Points, as they are written.


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", Fraction(0)),
        ("7", Fraction(7)),
        ("3210", Fraction(3210)),
        ("-10", Fraction(-10)),
        ("12.5", Fraction(25, 2)),
        ("0.5", Fraction(1, 2)),
        ("-0.25", Fraction(-1, 4)),
        ("8.04", Fraction(201, 25)),
        ("0.000000000000001", Fraction(1, 10**15)),
        ("8 1/7", Fraction(57, 7)),
        ("-8 1/7", Fraction(-57, 7)),
        ("1/7", Fraction(1, 7)),
        ("-1/7", Fraction(-1, 7)),
        ("0.125", Fraction(1, 8)),
        ("3 5/6", Fraction(23, 6)),
        ("999999999999999 1/3", 999_999_999_999_999 + Fraction(1, 3)),
    ],
)
def test_points_are_written_in_one_way(text: str, value: Fraction) -> None:
    """Points are an integer, a decimal where it ends, else a fraction; and are read as what was written."""
    assert text == points_text(value)
    assert value == read_points(text)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "x", "+7", "07", "7.", ".5", "0.50", "12.0", "-0", "1/2", "5/5", "2/4", "8/7", "8 2/14", "8 7/7",
        "8  1/7", "8 1 /7", "8 1/0", "1/0", "0/7", "8 -1/7", "8.5 1/7", "1e3", "1_000", "NaN", "inf", "½", "\u0667",
        "7\n", " 7", "1,5", "0x7", "--7", "1" * 16, "0." + "1" * 16, "7 1/" + "1" * 16,
    ],
)  # fmt: skip
def test_points_that_are_written_otherwise_are_refused(text: str) -> None:
    """A number that is not written in that one way is refused: no two texts are the same points."""
    with pytest.raises(ValueError, match="not"):
        read_points(text)


@given(st.fractions(max_denominator=1_000))
def test_points_are_read_as_they_were_written(value: Fraction) -> None:
    """Reading what was written gives the same points, of any size that fits."""
    text = points_text(value)
    if len(str(abs(value.numerator))) <= 15:
        assert value == read_points(text)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ((25, 18), (Fraction(25), Fraction(18))),
        (("12.5", "8 1/7", "1/3"), (Fraction(25, 2), Fraction(57, 7), Fraction(1, 3))),
        ((), ()),
    ],
)
def test_a_scale_is_written_as_regulations_list_it(values: tuple[int | str, ...], expected: tuple[Fraction]) -> None:
    """A scale's points are whole numbers or text."""
    assert expected == points(*values)


@pytest.mark.parametrize("value", [12.5, True, None, Fraction(1, 2)])
def test_a_scale_takes_no_floats(value: Any) -> None:
    """A float is never points."""
    with pytest.raises(TypeError, match="points are whole numbers or text"):
        points(25, value)


# The JSON Schema.

SCHEMA = json_schema()
VALIDATOR = Draft202012Validator(SCHEMA)


def test_the_schema_is_one() -> None:
    """What parc schema prints is a JSON Schema of the draft that it names, with a definition for each type.

    A fact that stands inside a record or another fact has one more, without an envelope; so has a whole record.
    """
    Draft202012Validator.check_schema(SCHEMA)
    assert "https://json-schema.org/draft/2020-12/schema" == SCHEMA["$schema"]
    assert {*KINDS, *(f"{kind}-inside" for kind in KINDS), "record"} >= {*SCHEMA["$defs"]}
    assert {*KINDS, *(f"{KIND_OF[cls]}-inside" for cls in FACT_TYPES), "record"} <= {*SCHEMA["$defs"]}


@given(events(), st.booleans())
def test_every_event_is_valid(event: Event, enveloped: bool) -> None:
    """The schema takes every event that the codec writes, with an envelope and without."""
    envelope = {"id": AN_ID, "recorded_by": "race control", "source": None} if enveloped else {}
    assert [] == [error.message for error in VALIDATOR.iter_errors({**event_to_json(event), **envelope})]


@pytest.mark.parametrize("row", GOLDEN, ids=lambda row: f"{row['tag']} {row['payload'][:60]}")
def test_the_events_on_file_are_valid(row: dict[str, Any]) -> None:
    """The schema takes every event on file."""
    assert VALIDATOR.is_valid(row["event"])


@st.composite
def spoilt(draw: st.DrawFn) -> dict[str, Any]:
    """An event's JSON with one mistake in it, which has nothing to do with shapes."""
    value = event_to_json(draw(events()))
    cls = KINDS[value["type"]]
    required = [field.name for field in attrs.fields(cls) if field.default is attrs.NOTHING]
    name = draw(st.sampled_from(["type", *required]))
    match draw(st.sampled_from(("unknown", "missing", "wrong"))):
        case "unknown":
            value[draw(st.sampled_from(("x", "Race", "event", "positions")))] = 1
        case "missing":
            del value[name]
        case _:
            value[name] = draw(st.sampled_from((1.5, {"x": 1}, [[]], True)))
    return value


@given(spoilt())
def test_the_schema_and_the_codec_refuse_the_same_mistakes(value: dict[str, Any]) -> None:
    """A field that is missing, unknown or of a wrong type is refused by the schema, and by the codec."""
    assert not VALIDATOR.is_valid(value)
    with pytest.raises(Refused):
        event_from_json(value)


@pytest.mark.parametrize(
    "value",
    [
        {"type": "driver-registered", "driver": "Luca Mars", "name": "Luca Mars"},
        {"type": "driver-registered", "driver": "luca-mars", "name": " Luca Mars"},
        {"type": "driver-registered", "driver": "luca-mars", "name": "Luca\x1bMars"},
        {"type": "driver-registered", "driver": "luca-mars", "name": "Luca Mars", "country": "us"},
        {"type": "race-scheduled", "race": "DAY-0", "round": 1},
        {"type": "race-scheduled", "race": "DAY-1", "round": 0},
        {"type": "race-scheduled", "race": "DAY-1", "round": 1, "starts_on": "20240120"},
        {**SHORTENED, "part": "12.5.5"},
        line(place=0),
        line(car="#59"),
        {"type": "season-closed", "id": "7"},
    ],
)
def test_the_schema_knows_the_shapes(value: dict[str, Any]) -> None:
    """The schema refuses what scrutineering would refuse for its shape."""
    assert not VALIDATOR.is_valid(value)


def test_the_plain_examples_are_events() -> None:
    """The values that the refused ones are changes of are read: each is refused for its change alone."""
    assert (
        RaceClassified("DAY-1", "GSX", (Line(1, "59"), Line(None, "08", "DNF"))),
        RaceShortened("DAY-1", Fraction(1, 2)),
        RaceScheduled("DAY-1", 1),
        ChampionshipDefined("drivers", "Drivers", Rules("driver", ("GSX",), "race")),
        SeasonOpened("s", "t", 2026),
        CarClassDefined("GSX", "Grand Sport X"),
    ) == (
        event_from_json(CLASSIFIED),
        event_from_json(SHORTENED),
        event_from_json(SCHEDULED),
        event_from_json(DEFINED),
        read_line(b'{"type": "season-opened", "season": "s", "title": "t", "year": 2026}').event,
        read_line(b'{"event": {"type": "car-class-defined", "car_class": "GSX", "name": "Grand Sport X"}}').event,
    )
