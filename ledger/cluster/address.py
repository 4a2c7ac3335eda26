"""The address of a ledger in a cluster: ``nats://host:4222,host:4222,host:4222/PREFIX``."""

import re
from typing import Final
from urllib.parse import unquote

from attrs import field, frozen

from ledger.errors import BadInput

_PORT: Final = 4222
_SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LONGEST: Final = 200
"""Characters of a prefix or of a season's id in a cluster: servers make names of files of them."""
_HOST: Final = re.compile(
    r"\[(?P<v6>[0-9a-fA-F:.]+)\](?::(?P<v6port>[0-9]{1,5}))?|(?P<host>[\w.-]+)(?::(?P<port>[0-9]{1,5}))?"
)
CHECKPOINTS: Final = "-checkpoints"
"""What the name of the stream ends with in which nodes publish how far they are."""


@frozen
class Address:
    """Where a cluster is, and which of its streams holds the ledger."""

    servers: tuple[str, ...]
    """Each as ``host:port``."""
    prefix: str
    """The name of the stream, and the first word of its subjects."""
    tls: bool = False
    user: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)

    def __str__(self) -> str:
        """The address without what nobody else may read."""
        return f"{'tls' if self.tls else 'nats'}://{','.join(self.servers)}/{self.prefix}"

    @property
    def urls(self) -> tuple[str, ...]:
        """The servers, one by one."""
        return tuple(f"{'tls' if self.tls else 'nats'}://{server}" for server in self.servers)

    @property
    def subjects(self) -> str:
        """The subjects of the stream."""
        return f"{self.prefix}.*"

    @property
    def checkpoints(self) -> str:
        """The stream in which nodes publish how far they are."""
        return f"{self.prefix}{CHECKPOINTS}"

    def subject(self, season: str) -> str:
        """The subject of a season. Raises :class:`~ledger.errors.BadInput` where it can have none."""
        if not is_slug(season):
            raise BadInput(
                f"season {season!r}: in a cluster a season's id is a slug of at most {_LONGEST} characters: "
                "lower-case letters and digits joined by hyphens"
            )
        return f"{self.prefix}.{season}"

    def season(self, subject: str) -> str | None:
        """The season that a subject is of; ``None``: it is of none."""
        season = subject.removeprefix(f"{self.prefix}.")
        return season if season != subject and is_slug(season) else None


def is_slug(name: str) -> bool:
    """Whether a name can be that of a stream, and a word of a subject."""
    return len(name) <= _LONGEST and _SLUG.fullmatch(name) is not None


def read_address(text: str, *, shown: bool = False) -> Address:
    """The address that a text states. Raises :class:`~ledger.errors.BadInput` with the part that is wrong.

    ``shown``: the text stands where others can read it, as a command line does, and may hold no password.
    """
    scheme, _, rest = text.partition("://")
    servers, slash, prefix = rest.partition("/")
    login, at, hosts = servers.rpartition("@")
    if at and shown:
        raise BadInput(
            "a user or password on a command line can be read by others; put the address into $PARC_LEDGER, or name a "
            "credentials file in $PARC_NATS_CREDS"
        )
    where = f"{scheme}://{hosts}{slash}{prefix}"
    if scheme not in ("nats", "tls"):
        raise BadInput(f"{where}: the address of a cluster begins with nats:// or tls://")
    if not is_slug(prefix) or prefix.endswith(CHECKPOINTS):
        raise BadInput(
            f"{where}: after the servers comes the ledger's name, a slug that does not end with {CHECKPOINTS}: "
            f"{scheme}://host:4222,host:4222,host:4222/league"
        )
    user, colon, password = login.partition(":")
    return Address(
        servers=tuple(_server(where, host) for host in hosts.split(",")),
        prefix=prefix,
        tls=scheme == "tls",
        user=unquote(user) if at else None,
        password=unquote(password) if colon else None,
    )


def _server(where: str, text: str) -> str:
    found = _HOST.fullmatch(text)
    port = int((found["v6port"] or found["port"] or _PORT) if found is not None else 0)
    if found is None or not 0 < port < 2**16:
        raise BadInput(f"{where}: {text!r} is no server; each is a host with its port, joined by commas")
    return f"[{found['v6']}]:{port}" if found["v6"] is not None else f"{found['host']}:{port}"


__all__ = ["CHECKPOINTS", "Address", "is_slug", "read_address"]
