"""Where a ledger is: in a file, or in a cluster. Apart from the cluster's own modules, which a file needs none of."""

from typing import Final, TypeGuard

_SCHEMES: Final = ("nats://", "tls://")


def is_address(where: object) -> TypeGuard[str]:
    """Whether ``where`` is meant as the address of a cluster, and not as the path of a file."""
    return isinstance(where, str) and where.startswith(_SCHEMES)


__all__ = ["is_address"]
