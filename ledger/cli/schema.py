"""``parc schema``: the JSON Schema of what ``parc append`` takes."""

import click

from ledger.cli.sheet import print_json


@click.command("schema", short_help="Print the JSON Schema of events.")
def command() -> None:
    """Print the JSON Schema of one line of what `parc append` takes: every type of event, with its fields."""
    from ledger.codec import json_schema

    print_json(json_schema())
