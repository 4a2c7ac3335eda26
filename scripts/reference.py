#!/usr/bin/env python3
"""Writes the reference pages of events, commands and public names from the code that they describe.

    python scripts/reference.py [--check]

With ``--check`` it writes nothing, and ends with 1 where a page is no longer what the code says.
"""

import argparse
import ast
import inspect
import re
import sys
import textwrap
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from types import ModuleType, NoneType
from typing import Any, Final, Literal, get_args, get_origin

import attrs
import click

import events.corrections
import events.entries
import events.publications
import events.results
import events.rules
import events.rulings
import events.season
import events.values
import ledger
import ledger.errors
import ledger.testing
import projections
from events.values import Exact, Text, Whole
from ledger.cli.app import parc
from ledger.codec import KIND_OF

PAGES: Final = Path(__file__).resolve().parents[1] / "docs" / "reference"
FAMILIES: Final = (
    ("The season's frame", events.season),
    ("Entries", events.entries),
    ("Results", events.results),
    ("Rulings", events.rulings),
    ("Corrections", events.corrections),
    ("Publications", events.publications),
)
_ROLE: Final = re.compile(r":\w+:`~?([^`]+)`")
"""A name as docstrings point to it."""
_VALUES: Final = (ledger.SeasonSummary, ledger.Objection)
_EVENT_PREAMBLE: Final = """\
Every type of event that can be recorded, with its fields. Written by `scripts/reference.py` from the code;
`parc schema` prints the same as JSON Schema. A field with a default may be left out. Beside its fields a line
of JSON may hold `"id"` (a UUIDv7), `"recorded_by"` and `"source"`."""
_COMMAND_PREAMBLE: Final = """\
    parc [--ledger PATH] [--mirror PATH] [--season ID] COMMAND ...

Every command with its arguments and options. Written by `scripts/reference.py` from the code; `parc COMMAND --help`
prints the same. Exit status: 0 done; 1 done, and it found something; 2 refused or wrong input, with one line on
standard error for each thing that is wrong, and nothing changed; 3 a cluster did not answer, and what was appended may
or may not be recorded."""

_NAME_PREAMBLE: Final = """\
Every public name of `ledger`, `projections` and `ledger.testing`, with what it takes and gives. Written by
`scripts/reference.py` from the code; [Python](python.md) is the way in, [Events](events.md) has the facts.

`KnownAt` is a position of the log, a `datetime` with an offset from UTC, or `None` for now. `Told` is a tuple:
an event, who records it, and the document that says so. Whatever is called `as_of` is a race id, or a round's number or
code."""


def main() -> int:
    """Writes or checks the pages; the exit status."""
    parser = argparse.ArgumentParser(description=inspect.cleandoc(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; end with 1 where a page is out of date")
    check = parser.parse_args().check
    stale = []
    for name, lines in (("events.md", event_page()), ("commands.md", command_page()), ("names.md", name_page())):
        text, page = "\n".join(lines) + "\n", PAGES / name
        if page.exists() and page.read_text(encoding="utf-8") == text:
            continue
        stale.append(page.name)
        if not check:
            page.write_text(text, encoding="utf-8")
    if stale:
        print(f"{'out of date' if check else 'written'}: {', '.join(stale)}")
    return 1 if check and stale else 0


def event_page() -> Iterator[str]:
    """Every type of event with its fields, then the values that they are made of."""
    yield "# Events"
    yield ""
    yield from _EVENT_PREAMBLE.splitlines()
    for title, module in FAMILIES:
        yield from ("", f"## {title}", "", _flowing(module.__doc__))
        parts = []
        for cls in _classes(module):
            if cls in KIND_OF:
                yield from ("", f"### {KIND_OF[cls]}", "", _flowing(cls.__doc__), "")
                yield f"In Python `events.{cls.__name__}`."
                yield from _fields(cls)
            else:
                parts.append(cls)
        for cls in parts:
            yield from ("", f"### {cls.__name__}", "", f"Part of the events above. {_flowing(cls.__doc__)}")
            yield from _fields(cls)
    yield from ("", "## Rules", "", _flowing(events.rules.__doc__), "", "### Rules of a championship", "")
    yield _flowing(events.rules.Rules.__doc__)
    yield from _fields(events.rules.Rules)
    for cls in _classes(events.rules):
        if cls is not events.rules.Rules:
            yield from ("", f"### {cls.__name__}", "", f"Part of the rules above. {_flowing(cls.__doc__)}")
            yield from _fields(cls)
    yield from ("", "## Values", "", "| value | what it is | form |", "| --- | --- | --- |")
    for module in (events.values, events.rules):
        for name, said in _aliases(module):
            yield f"| `{name}` | {_cell(said)} | {_cell(_form(getattr(module, name)))} |"


def command_page() -> Iterator[str]:
    """Every command with its arguments and options."""
    yield "# Commands"
    yield ""
    yield from _COMMAND_PREAMBLE.splitlines()
    yield from ("", "## parc", "")
    yield from _options(parc)
    with click.Context(parc) as ctx:
        for name in parc.list_commands(ctx):
            command = parc.get_command(ctx, name)
            if command is None:
                raise LookupError(f"parc lists {name} and does not have it")
            arguments = " ".join(one.make_metavar(ctx) for one in command.params if isinstance(one, click.Argument))
            yield from ("", f"## {name}", "", f"    parc {name} {arguments}".rstrip() + " [OPTIONS]", "")
            yield from inspect.cleandoc(command.help or "").replace("\b\n", "").splitlines()
            yield ""
            yield from _options(command)


def name_page() -> Iterator[str]:
    """Every public name for programs: what can be opened, what can be asked, and the values that come back."""
    yield "# Names in Python"
    yield ""
    yield from _NAME_PREAMBLE.splitlines()
    for cls in (ledger.Ledger, ledger.Season):
        yield from ("", f"## {cls.__name__}", "", f"`ledger.{cls.__name__}`. {_flowing(cls.__doc__)}")
        for name, member in vars(cls).items():
            if not name.startswith("_"):
                yield from ("", f"### {cls.__name__}.{name}", "")
                yield from _callable(name, member, bound=True)
    yield from ("", "## Errors", "", _flowing(ledger.errors.__doc__), "", "| error | means |", "| --- | --- |")
    for module in (ledger, projections):
        for name in sorted(module.__all__):
            error = getattr(module, name)
            if inspect.isclass(error) and issubclass(error, Exception):
                yield f"| `{module.__name__}.{name}` | {_cell(_flowing(error.__doc__))} |"
    yield from _public("Questions", projections)
    yield from ("", "## Values", "", "What those questions, and a season, answer with. All of them are frozen.")
    for cls in (*(getattr(projections, name) for name in sorted(projections.__all__)), *_VALUES):
        if inspect.isclass(cls) and attrs.has(cls) and not issubclass(cls, Exception):
            yield from ("", f"### {cls.__name__}", "", f"`{_home(cls)}.{cls.__name__}`. {_flowing(cls.__doc__)}")
            yield from _fields(cls)
    yield from _public("Testing", ledger.testing)


def _public(heading: str, module: ModuleType) -> Iterator[str]:
    """The public functions of a module."""
    yield from ("", f"## {heading}", "", f"`{module.__name__}`. {_flowing(module.__doc__)}")
    for name in sorted(module.__all__):
        member = getattr(module, name)
        if not inspect.isclass(member):
            yield from ("", f"### {name}", "")
            yield from _callable(name, member)


def _home(cls: type) -> str:
    """The package that people import a value from."""
    return cls.__module__.partition(".")[0]


def _callable(name: str, member: object, *, bound: bool = False) -> Iterator[str]:
    """How something is called, and what is said of it."""
    function: Any = getattr(member, "__func__", None) or getattr(member, "fget", None) or member
    try:
        source = inspect.getsource(function)
    except OSError:  # Hypothesis makes its strategies anew, from text
        source = f"def {name}{inspect.Signature([one.replace(annotation=one.empty) for one in _taken(function)])}: ..."
        source = source.replace("=Ellipsis", "=...")
    tree = ast.parse(textwrap.dedent(source)).body[0]
    if not isinstance(tree, ast.FunctionDef):
        raise TypeError(f"{name} is no function")
    if bound:
        del tree.args.args[0]
    given = "" if isinstance(member, property) else f"({ast.unparse(tree.args)})"
    gives = f" -> {ast.unparse(tree.returns)}" if tree.returns is not None else ""
    yield from (f"    {name}{given}{gives}", "", _flowing(function.__doc__))


def _taken(function: Any) -> list[inspect.Parameter]:
    """What a function takes; of a default that is no plain value, only that there is one."""
    plain = (str, int, bool, NoneType)
    return [
        one if one.default is one.empty or isinstance(one.default, plain) else one.replace(default=...)
        for one in inspect.signature(function).parameters.values()
    ]


def _options(command: click.Command) -> Iterator[str]:
    options = [one for one in command.params if isinstance(one, click.Option)]
    if options:
        yield from ("| option | meaning |", "| --- | --- |")
    for option in options:
        shape = ""
        if not option.is_flag:
            choice = option.type
            shape = " " + ("|".join(choice.choices) if isinstance(choice, click.Choice) else option.metavar or "VALUE")
        default = f" Default: {option.default}." if option.show_default else ""
        required = " Required." if option.required else ""
        yield f"| `{', '.join(option.opts)}{_cell(shape)}` | {_cell(option.help or '')}{required}{default} |"


def _classes(module: ModuleType) -> list[type]:
    """The attrs classes that a module defines, in its order."""
    return [one for one in vars(module).values() if inspect.isclass(one) and one.__module__ == module.__name__]


def _fields(cls: type) -> Iterator[str]:
    tree = ast.parse(inspect.getsource(cls)).body[0]
    if not isinstance(tree, ast.ClassDef):
        raise TypeError(f"{cls} has no source")
    defaults = {field.name: field.default for field in attrs.fields(cls)}
    if not defaults:
        yield from ("", "It has no fields.")
        return
    yield from ("", "| field | value | default | meaning |", "| --- | --- | --- | --- |")
    said = dict(_documented(tree.body))
    for node in tree.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            name = node.target.id
            default = defaults[name]
            shown = "" if default is attrs.NOTHING else f"`{_plain(default)}`"
            yield f"| `{name}` | `{_cell(ast.unparse(node.annotation))}` | {shown} | {_cell(said.get(name, ''))} |"


def _aliases(module: ModuleType) -> Iterator[tuple[str, str]]:
    """The public names of a module that are values, with what is said of them."""
    tree = ast.parse(inspect.getsource(module))
    said = dict(_documented(tree.body))
    for node in tree.body:
        if (
            isinstance(node, ast.AnnAssign)
            and isinstance(node.target, ast.Name)
            and ast.unparse(node.annotation) == "TypeAlias"
        ):
            yield node.target.id, said.get(node.target.id, "")


def _documented(body: list[ast.stmt]) -> Iterator[tuple[str, str]]:
    """Names that are followed by a text, with that text."""
    for node, following in pairwise(body):
        if (
            isinstance(node, ast.AnnAssign)
            and isinstance(node.target, ast.Name)
            and isinstance(following, ast.Expr)
            and isinstance(following.value, ast.Constant)
        ):
            yield node.target.id, _flowing(str(following.value.value))


def _form(alias: object) -> str:
    if get_origin(alias) is Literal:
        return ", ".join(f'"{one}"' for one in get_args(alias))
    rule = get_args(alias)[1] if len(get_args(alias)) > 1 else None
    match rule:
        case Text():
            return rule.meaning
        case Whole():
            return f"a whole number from {rule.least}" + ("" if rule.most == 2**63 - 1 else f" to {rule.most}")
        case Exact():
            return f'{rule.meaning}: a whole number, or text such as "12.5" or "8 1/7"'
        case _:
            return ""


def _plain(default: object) -> str:
    """A default as JSON would say it."""
    if default is None:
        return "null"
    if isinstance(default, bool):
        return "true" if default else "false"
    if isinstance(default, tuple):
        return "[" + ", ".join(_plain(one) for one in default) + "]"
    return f'"{default}"' if isinstance(default, str) else str(default)


def _flowing(text: str | None) -> str:
    """A docstring as one paragraph of Markdown."""
    out = " ".join(inspect.cleandoc(text or "").split()).replace("``", "`")
    return _ROLE.sub(r"`\1`", out)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    sys.exit(main())
