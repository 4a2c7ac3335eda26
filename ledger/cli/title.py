"""``parc title``: who can still win, and what the leader needs."""

import datetime
from typing import TYPE_CHECKING, Any

import click

from ledger.cli.app import Asked
from ledger.cli.asking import clocks, format_option, reading
from ledger.cli.sheet import Column, Format, Sheet, show

if TYPE_CHECKING:
    from projections import Leader, TitleRace


@click.command("title", short_help="Say who can still win, and what the leader needs.")
@click.argument("championship")
@clocks
@format_option
@click.pass_obj
def command(
    asked: Asked, championship: str, as_of: str | None, known_at: int | datetime.datetime | None, form: Format
) -> None:
    """Say who can still win a championship, and what its leader needs in the next race to be safe.

    Proved by the worst case: whoever asks to win takes all that is left while nobody else starts; a leader is safe
    where no rival that takes all that is left can pass. Where an answer is a bound, it says so.
    """
    import projections
    from events import points_text

    with reading(asked, known_at) as what:
        title = projections.title_race(what.book, championship, as_of)
        rows = [
            [
                str(one.position),
                one.competitor,
                one.name,
                points_text(one.points),
                points_text(one.most),
                "yes" if one.can_win else "no",
            ]
            for one in title.contenders
        ]
        when = "before the first race" if title.as_of is None else f"as of {title.as_of}"
        show(
            form,
            title=title.title,
            subtitle=f"{what.title}\n{when}, known at position {title.known_at}; {_left(title)}",
            sheets=[Sheet(_COLUMNS, rows if form == "csv" else _telling(title, rows))],
            data=title_json(title),
            notes=[*_verdicts(title), f"Taken for granted: {'; '.join(title.assumptions)}."],
        )


_COLUMNS = (
    Column("Pos", "position", right=True),
    Column("Id", "competitor"),
    Column("Name", "name", stretch=True),
    Column("Points", "points", right=True),
    Column("At most", "most", right=True),
    Column("Can win", "can_win"),
)


def title_json(title: "TitleRace") -> dict[str, Any]:
    """The state of a title in the form that other programs read."""
    from events import points_text

    return {
        "season": title.season,
        "championship": title.championship,
        "title": title.title,
        "as_of": title.as_of,
        "round": title.round,
        "known_at": title.known_at,
        "remaining": list(title.remaining),
        "contenders": [
            {
                "position": one.position,
                "competitor": one.competitor,
                "name": one.name,
                "points": points_text(one.points),
                "most": points_text(one.most),
                "can_win": one.can_win,
            }
            for one in title.contenders
        ],
        "newcomer": title.newcomer,
        "leaders": [
            {
                "competitor": one.competitor,
                "name": one.name,
                "safe": one.safe,
                "place": one.place,
                "any_place": one.any_place,
                "rivals": list(one.rivals),
                "needs": needs(title, one),
            }
            for one in title.leaders
        ],
        "exact": title.exact,
        "assumptions": list(title.assumptions),
    }


def needs(title: "TitleRace", leader: "Leader") -> str:
    """What a leader needs, in words: ``"9th or better in VIR-1"``."""
    from projections.words import ordinal

    if leader.safe:
        return "nothing more"
    if leader.place is None:
        return f"more than any place in {title.remaining[0]}"
    if leader.any_place:
        return f"any place in {title.remaining[0]}"
    return f"{ordinal(leader.place)}{' or better' if leader.place > 1 else ''} in {title.remaining[0]}"


def _left(title: "TitleRace") -> str:
    count = len(title.remaining)
    return (
        "no race left" if not count else f"{count} race{'' if count == 1 else 's'} left: {', '.join(title.remaining)}"
    )


def _telling(title: "TitleRace", rows: list[list[str]]) -> list[list[str]]:
    """The rows up to the last that can still win, and one more."""
    last = max((index for index, one in enumerate(title.contenders) if one.can_win), default=-1)
    return rows[: last + 2]


def _verdicts(title: "TitleRace") -> list[str]:
    out = []
    for one in title.leaders:
        if one.place is None and not one.safe:
            out.append(f"No place in {title.remaining[0]} would make {one.name} safe yet.")
        else:
            out.append(f"To be safe, {one.name} needs {needs(title, one)}.")
        passing = [other.name for other in title.contenders if other.competitor in one.rivals]
        if passing:
            out.append(f"Without a start in it, {one.name} could still be passed by {', '.join(passing)}.")
    able = [one.name for one in title.contenders if one.can_win]
    if len(able) == 1 and title.remaining and not title.newcomer:
        out.append(f"Nobody but {able[0]} can win any more.")
    if title.newcomer:
        out.append("Somebody who is not in the table yet could still win.")
    return out
