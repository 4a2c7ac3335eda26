"""A log that several machines share: NATS JetStream keeps one order of appends, and each node follows it into a file.

Nothing of this package is imported until a cluster's address is opened. ``nats`` itself is imported in one module,
:mod:`ledger.cluster.transport`.
"""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from ledger.errors import BadInput, CannotRead

if TYPE_CHECKING:
    from ledger.cluster.address import Address
    from ledger.cluster.log import ClusterLog


def opened(
    address: "str | Address",
    mirror: str | os.PathLike[str] | None,
    *,
    read_only: bool = False,
    accept_unsafe: bool = False,
    patience_s: float | None = None,
    busy_timeout_s: float = 5.0,
) -> "ClusterLog":
    """The log at an address, with what the environment says of mirror and credentials; see :meth:`Ledger.open`."""
    from ledger.cluster.address import read_address
    from ledger.cluster.log import ClusterLog
    from ledger.cluster.transport import Credentials, require_client

    require_client()
    where = read_address(address) if isinstance(address, str) else address
    return ClusterLog(
        where,
        mirror_path(where, mirror),
        credentials=Credentials(*map(_file_named, ("CREDS", "CA", "CERT", "KEY"))),
        read_only=read_only,
        accept_unsafe=accept_unsafe,
        patience_s=default_patience_s() if patience_s is None else patience_s,
        busy_timeout_s=busy_timeout_s,
    )


def _file_named(what: str) -> str | None:
    """The file that the environment names for a purpose, which must be there: no patience would make it appear."""
    variable = f"PARC_NATS_{what}"
    file = os.environ.get(variable) or None
    if file is not None:
        try:
            with Path(file).open("rb"):
                pass
        except OSError as error:
            raise CannotRead(f"{file}, named in ${variable}, cannot be read: {error.strerror}") from None
    return file


def default_patience_s() -> float:
    """For how many seconds a cluster is tried, unless somebody says it."""
    said = os.environ.get("PARC_PATIENCE") or "20"
    try:
        return float(said)
    except ValueError:
        raise BadInput(f"$PARC_PATIENCE is a number of seconds, not {said!r}") from None


def mirror_path(address: "Address", mirror: str | os.PathLike[str] | None = None) -> str | os.PathLike[str]:
    """Where this node's mirror of a ledger is, unless ``mirror`` says it."""
    return mirror or os.environ.get("PARC_MIRROR") or f"{address.prefix}.mirror.parc"


__all__ = ["default_patience_s", "mirror_path", "opened"]
