"""Accounts of NATS, as an operator hands them out: signed tokens for the servers, and credentials files for users."""

import base64
import hashlib
import json
import os
from pathlib import Path
from typing import Any, Final

import nkeys
from attrs import frozen

_HEADER: Final = {"typ": "JWT", "alg": "ed25519-nkey"}
_UNLIMITED: Final = -1


@frozen
class Operator:
    """An operator with one account that may keep streams, and the account by which servers know each other."""

    _operator: nkeys.KeyPair
    _system: nkeys.KeyPair
    _account: nkeys.KeyPair

    @classmethod
    def create(cls) -> "Operator":
        """A new one."""
        account = nkeys.PREFIX_BYTE_ACCOUNT
        return cls(_pair(nkeys.PREFIX_BYTE_OPERATOR), _pair(account), _pair(account))

    @property
    def settings(self) -> str:
        """What the configuration of each server says of it."""
        connections = dict.fromkeys(("subs", "data", "payload", "imports", "exports", "conn", "leaf"), _UNLIMITED)
        streams = dict.fromkeys(("mem_storage", "disk_storage", "streams", "consumer"), _UNLIMITED)
        operator = _token(self._operator, self._operator, "tests", {"type": "operator"})
        system = _token(self._operator, self._system, "SYS", {"type": "account", "limits": connections})
        account = _token(self._operator, self._account, "league", {"type": "account", "limits": connections | streams})
        return f"""
            operator: {operator}
            system_account: {_name(self._system)}
            resolver: MEMORY
            resolver_preload: {{
              {_name(self._system)}: {system}
              {_name(self._account)}: {account}
            }}
        """

    def credentials(self, path: Path, *, allowed: list[str]) -> None:
        """Makes the credentials file of a user who may publish to some subjects."""
        user = _pair(nkeys.PREFIX_BYTE_USER)
        claims = {"type": "user", "pub": {"allow": allowed}, "sub": {}, "subs": -1, "data": -1, "payload": -1}
        token = _token(self._account, user, "somebody", claims)
        path.touch(mode=0o600)
        path.write_text(
            f"-----BEGIN NATS USER JWT-----\n{token}\n------END NATS USER JWT------\n\n"
            f"-----BEGIN USER NKEY SEED-----\n{user.seed.decode()}\n------END USER NKEY SEED------\n",
            encoding="ascii",
        )


def _pair(kind: int) -> nkeys.KeyPair:
    return nkeys.from_seed(nkeys.encode_seed(os.urandom(32), kind))


def _name(pair: nkeys.KeyPair) -> str:
    name: str = pair.public_key.decode()
    return name


def _token(issuer: nkeys.KeyPair, about: nkeys.KeyPair, name: str, claims: dict[str, Any]) -> str:
    """A claim about somebody, signed: a JSON Web Token in the form of NATS."""
    body = {"iat": 0, "iss": _name(issuer), "name": name, "sub": _name(about), "nats": {"version": 2, **claims}}
    digest = hashlib.new("sha512_256", json.dumps(body).encode()).digest()
    body["jti"] = base64.b32encode(digest).decode().rstrip("=")
    signed = f"{_base64(json.dumps(_HEADER).encode())}.{_base64(json.dumps(body).encode())}"
    return f"{signed}.{_base64(issuer.sign(signed.encode()))}"


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
