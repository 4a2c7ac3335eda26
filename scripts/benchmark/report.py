"""Turns a run into plain data for JSON, and that data into a table for a terminal and the page of the documentation."""

import inspect
from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeAlias

import attrs
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from benchmark import bare, clustered, keepers, tables
from benchmark.result import Measured, Row
from benchmark.rows import GROWTH, ROWS

Data: TypeAlias = dict[str, Any]
"""A run as JSON holds it."""
_STYLES: Final = {"met": "green", "missed": "bold red", "not judged": "yellow"}


def row_data(row: Row, measured: Measured) -> Data:
    """A row and what it came to."""
    return {
        "name": row.name,
        "what": row.what,
        "target": row.target,
        "verdict": measured.verdict if row.target else None,
        "figures": [attrs.asdict(figure) for figure in measured.figures],
        "checks": [{**attrs.asdict(check), "verdict": check.verdict} for check in measured.checks],
        "growth": [attrs.asdict(growth) for growth in measured.growth],
    }


def number(value: float) -> str:
    """Three significant digits, and commas between thousands."""
    for least, form in ((100, ",.0f"), (10, ".1f"), (1, ".2f")):
        if value >= least:
            return format(value, form)
    return f"{value:.3f}"


def machine_lines(run: Data) -> Iterator[str]:
    """What the run depends on, in a few lines."""
    it, disk = run["machine"], run["machine"]["fdatasync_us"]
    yield f"{it['measured_at']}, {run['rounds']} rounds{', quick: the figures say nothing' if run['quick'] else ''}"
    yield f"{it['cores']} cores, {it['processor']}, {it['system']}"
    before, after = run["load"]["before"], run["load"]["after"]
    busy = "; others worked on it too, and times are longer than they need be" if before > it["cores"] else ""
    yield f"load average {before:.1f} before, {after:.1f} after{busy}"
    yield f"one fdatasync: p50 {number(disk['p50'])} µs (quartiles {number(disk['q1'])} to {number(disk['q3'])})"
    sqlite = it["sqlite"]
    yield f"{it['python']}; SQLite {sqlite['apsw']} in apsw, {sqlite['sqlite3']} in the standard library"
    yield ", ".join(f"{name} {version or 'missing'}" for name, version in it["packages"].items())


def tables_of(run: Data) -> Iterator[Table]:
    """Figures, what grows, and the targets with their verdicts last, where a terminal shows them."""
    judged = [row for row in run["rows"] if row["target"]]
    measured = [row for row in run["rows"] if row["figures"]]
    if measured:
        table = _table("Figures")
        table.add_column("Who", max_width=44)
        for heading in ("p50", "Quartiles", "Measured"):
            table.add_column(heading, justify="right", no_wrap=heading != "Quartiles")
        for row in measured:
            table.add_row(Text(row["name"], style="bold"))
            for figure in row["figures"]:
                table.add_row(Text(f"  {figure['who']}"), *_figure(figure))
        yield table
    for growth in (growth for row in run["rows"] for growth in row["growth"]):
        table = _table(growth["title"])
        for column in (growth["axis"], *growth["columns"]):
            table.add_column(column, justify="right")
        for size, values in growth["rows"]:
            table.add_row(f"{size:,}", *map(number, values))
        yield table
    if judged:
        table = _table("Where it stands")
        table.add_column("Target", max_width=52)
        table.add_column("Came to", justify="right", no_wrap=True)
        table.add_column("Verdict", no_wrap=True)
        for row in judged:
            table.add_row(Text(row["name"], style="bold"), "", _verdict(row["verdict"]))
            for check in row["checks"]:
                table.add_row(Text(f"  {check['says']}"), _value(check), _verdict(check["verdict"]))
        yield table


def page(run: Data) -> Iterator[str]:
    """The page of the documentation, line by line."""
    yield from _PREAMBLE.splitlines()
    yield from ("", *(f"- {line}" for line in machine_lines(run)))
    yield from ("", "## Targets", "", "| what | target | came to | verdict |", "| --- | --- | --- | --- |")
    for row in run["rows"]:
        if row["target"]:
            came = "<br>".join(f"{check['says']}: **{_value(check)}**" for check in row["checks"])
            yield f"| {row['what']} | {row['target']} | {came} | {row['verdict']} |"
    missed = [row["name"] for row in run["rows"] if row["verdict"] == "missed"]
    yield ""
    if missed:
        yield f"Missed: {len(missed)} of {len(ROWS)}. Why, as far as a profile tells:"
        reasons = {row.name: row.reason for row in ROWS}
        yield ""
        yield from (f"- `{name}`: {reasons[name] or 'not looked into yet.'}" for name in missed)
    else:
        yield "All are met."
    yield from ("", "## Figures")
    for row in run["rows"]:
        if row["figures"]:
            yield from ("", f"### `{row['name']}`: {row['what']}", "")
            measure = next(one.measure for one in (*ROWS, *GROWTH) if one.name == row["name"])
            yield from (_flowing(measure.__doc__), "")
            yield from ("| who | p50 | quartiles | measured | what it does |", "| --- | --- | --- | --- | --- |")
            for figure in row["figures"]:
                spread = figure["spread"]
                yield (
                    f"| {figure['who']} | {number(spread['p50'])} {figure['unit']} | "
                    f"{number(spread['q1'])} to {number(spread['q3'])} | {spread['count']} | {figure['note']} |"
                )
    yield from ("", "## Cost as work grows", "", "Medians. Each size is measured in turns with the others.")
    for growth in (growth for row in run["rows"] for growth in row["growth"]):
        yield from ("", f"### {growth['title']}", "")
        yield "| " + " | ".join((growth["axis"], *growth["columns"])) + " |"
        yield "| " + " | ".join(["---"] * (1 + len(growth["columns"]))) + " |"
        for size, values in growth["rows"]:
            yield f"| {size:,} | " + " | ".join(map(number, values)) + " |"
    yield from ("", "## How each is measured", "", _flowing(keepers.__doc__.partition("\n")[2]))
    from benchmark import eventsourced

    for module in (bare, eventsourced, tables, clustered):
        yield from ("", _flowing(module.__doc__))


def whole(run: Data) -> bool:
    """Whether a run is fit for the documentation: every row, no peer missing, and not a quick one."""
    names = [row["name"] for row in run["rows"]]
    there = all(figure["spread"] for row in run["rows"] for figure in row["figures"])
    return not run["quick"] and names == [row.name for row in (*ROWS, *GROWTH)] and there


def _table(title: str) -> Table:
    return Table(title=title, title_justify="left", title_style="bold underline", box=SIMPLE_HEAD, pad_edge=False)


def _figure(figure: Mapping[str, Any]) -> tuple[str, str, str]:
    spread = figure["spread"]
    if spread is None:
        return "-", figure["note"], ""
    quartiles = f"{number(spread['q1'])} to {number(spread['q3'])}"
    return f"{number(spread['p50'])} {figure['unit']}", quartiles, str(spread["count"])


def _value(check: Mapping[str, Any]) -> str:
    return "-" if check["value"] is None else f"{number(check['value'])} {check['unit']}"


def _verdict(verdict: str) -> Text:
    return Text(verdict, style=_STYLES[verdict])


def _flowing(text: str | None) -> str:
    return " ".join(inspect.cleandoc(text or "").split()).replace("``", "`")


_PREAMBLE: Final = """\
# Performance

What the ledger costs, measured beside what people would use instead. Written by `scripts/bench.py` from one run of it
on the machine below; nothing here is rounded in anybody's favour, and a target that is missed says so. Every guarantee
is on in every figure: `synchronous=FULL`, scrutineering, every check of the codec, the guards of the file.

To repeat it:

```sh
.venv/bin/python -m pip install --editable ".[bench]"
.venv/bin/python scripts/bench.py --json run.json --write-docs
```

`--quick` tries everything in small, `--only append --only batches` measures some rows, `--list` names them all, and
`--folder` says where the files go: the disk that is measured. All contestants of a row take turns within one run, so
that what the machine does meanwhile falls on all of them; where a row has peers, each has a process of its own, so that
nobody pays for what another holds in memory. Compare within a run, never between two. The figures are medians, with the
quartiles beside them. Why it is measured so: [decision 0050](decisions/0050-benchmark.md).

## The machine"""
