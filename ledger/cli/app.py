"""The command ``parc`` itself: its options, and its commands, each imported when it is called."""

import os
from importlib import import_module
from keyword import iskeyword
from typing import TYPE_CHECKING, Final

import click
from attrs import evolve, frozen

from ledger.place import is_address

if TYPE_CHECKING:
    from ledger.cluster.address import Address

DEFAULT_LEDGER: Final = "season.parc"

COMMANDS: Final = (
    "seasons",
    "calendar",
    "entries",
    "results",
    "championships",
    "rules",
    "standings",
    "progression",
    "title",
    "why",
    "diff",
    "what-if",
    "audit",
    "log",
    "append",
    "schema",
    "verify",
    "checkpoint",
    "prove",
    "check",
    "keygen",
    "backup",
    "restore",
    "export",
    "import",
    "follow",
    "copy",
)
"""Every command, in the order in which ``parc --help`` lists them. Each is the object ``command`` of its module."""


@frozen
class Asked:
    """What was said before the command."""

    path: str
    """The ledger's file, or the address of its cluster, without what nobody may read."""
    season: str | None
    address: "Address | None" = None
    """The address of its cluster; ``None``: it is a file."""
    mirror: str | None = None
    """The file of this node's mirror, where it was named."""
    accept_unsafe: bool = False

    def at(self, where: str, mirror: str | None, *, shown: bool = True) -> "Asked":
        """The same, of the ledger at another file or address; ``shown``: others can read it there."""
        if not is_address(where):
            return evolve(self, path=where, address=None, mirror=None)
        from ledger.cluster.address import read_address

        address = read_address(where, shown=shown)
        default = os.environ.get("PARC_LEDGER", "")
        if shown and address.user is None and is_address(default):
            known = read_address(default)
            if known.servers == address.servers:  # where the login of those servers is, and nobody reads it
                address = evolve(address, user=known.user, password=known.password)
        return evolve(self, path=str(address), address=address, mirror=mirror)


class _Commands(click.Group):
    """A group whose commands are imported by name, so that one command never pays for another."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = cmd_name.replace("-", "_")
        module = f"{module}_" if iskeyword(module) else module  # no module can be called import
        command: click.Command = import_module(f"ledger.cli.{module}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            import difflib

            close = difflib.get_close_matches(args[0], COMMANDS, n=1)
            hint = f" Did you mean '{close[0]}'?" if close else ""
            raise click.UsageError(f"No such command '{args[0]}'.{hint}", ctx)
        return super().resolve_command(ctx, args)


def _print_version(ctx: click.Context, _param: click.Parameter, asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        click.echo(f"parc {version('parc-ferme')}")
        ctx.exit()


@click.group(cls=_Commands, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--ledger",
    "path",
    metavar="PATH",
    help=f"The ledger's file, or nats://HOST,HOST,HOST/NAME. Default: $PARC_LEDGER, else {DEFAULT_LEDGER}.",
)
@click.option(
    "--mirror",
    metavar="PATH",
    help="This machine's copy of a ledger in a cluster. Default: $PARC_MIRROR, else NAME.mirror.parc.",
)
@click.option(
    "--accept-unsafe",
    is_flag=True,
    help="Take a cluster that may lose what it acknowledged. Every later command says so.",
)
@click.option("--season", metavar="ID", help="The season, such as imsa-vp-2024. Default: the only one of the ledger.")
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_print_version, help="Print the version."
)
@click.pass_context
def parc(ctx: click.Context, path: str | None, mirror: str | None, accept_unsafe: bool, season: str | None) -> None:
    """Parc Fermé keeps every fact of a racing season and explains every point.

    Facts are appended to a ledger and never changed. Every table is worked out from them: as of any race, and as
    known at any moment.

    \b
    Exit status: 0  done
                 1  done, and it found something (audit, verify, check)
                 2  refused or wrong input; nothing was changed
                 3  a cluster did not answer: what was appended may or may not be recorded
    """  # noqa: D301 - the mark is click's, for a paragraph that keeps its lines
    for name, value in (("--ledger", path), ("--mirror", mirror), ("--season", season)):
        if value == "":
            raise click.UsageError(f"{name} is empty; leave it out, or name one.", ctx)
    where = path or os.environ.get("PARC_LEDGER") or DEFAULT_LEDGER
    asked = Asked(where, season, accept_unsafe=accept_unsafe)
    ctx.obj = asked.at(where, mirror, shown=path is not None)
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())
