#!/usr/bin/env python3
"""Writes the reference pages of events and commands from the code that they describe.

    python scripts/reference.py [--check]

With ``--check`` it writes nothing, and ends with 1 where a page is no longer what the code says.
"""

import argparse
import ast
import inspect
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Final, Literal, get_args, get_origin

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


def main() -> int:
    """Writes or checks the pages; the exit status."""
    parser = argparse.ArgumentParser(description=inspect.cleandoc(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; end with 1 where a page is out of date")
    check = parser.parse_args().check
    stale = []
    for name, lines in (("events.md", event_page()), ("commands.md", command_page())):
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
    for role in (":data:", ":class:", ":func:"):
        out = out.replace(role, "")
    return out


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    sys.exit(main())
