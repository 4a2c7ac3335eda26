"""``parc rules``: the rules of a championship, as its regulations would say them."""

import datetime
from typing import TYPE_CHECKING, Any

import click

from ledger.cli.app import Asked
from ledger.cli.asking import clocks, format_option, reading
from ledger.cli.failing import printable
from ledger.cli.sheet import Column, Format, Sheet, show, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from events import PointsScaleAdopted
    from projections import Regulations


@click.command("rules", short_help="Say the rules of a championship.")
@click.argument("championship")
@clocks
@format_option
@click.pass_obj
def command(
    asked: Asked, championship: str, as_of: str | None, known_at: int | datetime.datetime | None, form: Format
) -> None:
    """Say the rules of a championship in the sentences of regulations, with its points scales as a table.

    CHAMPIONSHIP is an id that `parc championships` lists. With --as-of, it also says what that race pays and how many
    results are dropped by then. CSV holds the scales alone, JSON the rules as they were recorded too.
    """
    import projections

    with reading(asked, known_at) as what:
        found = projections.regulations(what.book, championship, as_of)
        scales = _scales(found.scales)
        when = "" if found.as_of is None else f"as of {found.as_of}, "
        show(
            form,
            title=found.title,
            subtitle=f"{what.title}\n{when}known at position {found.known_at}",
            sheets=[_listed(found.scales)] if form == "csv" else [scales],
            data=_json(found, what.book.championships[championship].event),
            notes=_articles(found) if form == "markdown" else (),
            parts=[*_prose(found), table(scales)] if form == "table" else None,
        )


def _articles(found: "Regulations") -> list[str]:
    return [f"{one.heading}. {' '.join(one.sentences)}" for one in found.articles]


def _prose(found: "Regulations") -> "Iterator[Any]":
    from rich.console import Group
    from rich.padding import Padding
    from rich.text import Text

    for one in found.articles:
        sentences = [Padding(Text(printable(each)), (0, 0, 0, 2)) for each in one.sentences]
        yield Group(Text(printable(one.heading), style="bold"), *sentences)


def _json(found: "Regulations", event: Any) -> dict[str, Any]:
    from events import points_text
    from ledger.codec import event_to_json

    return {
        "season": found.season,
        "championship": found.championship,
        "title": found.title,
        "as_of": found.as_of,
        "round": found.round,
        "known_at": found.known_at,
        "rules": event_to_json(event)["rules"],
        "scales": [
            {
                "scale": one.scale,
                "order": one.order,
                "points": [points_text(each) for each in one.points],
                "beyond": points_text(one.beyond),
            }
            for one in found.scales
        ],
        "articles": [{"heading": one.heading, "sentences": list(one.sentences)} for one in found.articles],
        "records": list(found.records),
    }


def _runs(scales: "Sequence[PointsScaleAdopted]") -> "Iterator[tuple[int, int | None, list[str]]]":
    """First and last place of each run of places that pay the same on every scale; ``None``: and all beyond."""
    from events import points_text

    first, before = 1, list[str]()
    for place in range(1, max(len(one.points) for one in scales) + 2):
        pays = [points_text(one.points[place - 1] if place <= len(one.points) else one.beyond) for one in scales]
        if place > 1 and pays != before:
            yield first, place - 1, before
            first = place
        before = pays
    yield first, None, before


def _scales(scales: "Sequence[PointsScaleAdopted]") -> Sheet:
    columns = [Column("Place", "place", right=True), *(Column(one.scale, one.scale, right=True) for one in scales)]
    rows = []
    for first, last, pays in _runs(scales):
        place = f"{first} and beyond" if last is None else str(first) if first == last else f"{first} to {last}"
        rows.append([place, *pays])
    return Sheet(columns, rows)


def _listed(scales: "Sequence[PointsScaleAdopted]") -> Sheet:
    columns = [Column("", key) for key in ("scale", "from_place", "to_place", "points")]
    rows = [
        [one.scale, str(first), "" if last is None else str(last), pays[0]]
        for one in scales
        for first, last, pays in _runs([one])
    ]
    return Sheet(columns, rows)
