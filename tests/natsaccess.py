"""Certificates for servers on this machine and for those who connect to them."""

import datetime
import ipaddress
from pathlib import Path
from typing import Final

from attrs import frozen
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_DAY: Final = datetime.timedelta(days=1)


@frozen
class Authority:
    """A certificate authority in a folder, where ``ca.pem`` is what it is known by."""

    folder: Path
    _key: ec.EllipticCurvePrivateKey
    _name: x509.Name

    @classmethod
    def create(cls, folder: Path) -> "Authority":
        """A new one."""
        key, name = ec.generate_private_key(ec.SECP256R1()), _name("An authority for tests")
        own = x509.BasicConstraints(ca=True, path_length=None)
        signed = _about(name, name, key.public_key()).add_extension(own, critical=True).sign(key, hashes.SHA256())
        (folder / "ca.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
        return cls(folder, key, name)

    def certify(self, name: str, *identities: x509.GeneralName) -> None:
        """Makes ``name.pem`` and ``name-key.pem``, for whoever has these identities."""
        key = ec.generate_private_key(ec.SECP256R1())
        known = x509.SubjectAlternativeName(identities)
        signed = (
            _about(_name(name), self._name, key.public_key())
            .add_extension(known, critical=False)
            .sign(self._key, hashes.SHA256())
        )
        (self.folder / f"{name}.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
        kept = self.folder / f"{name}-key.pem"
        kept.touch(mode=0o600)
        kept.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )


LOOPBACK: Final = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))


def _name(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _about(name: x509.Name, by: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder(by, name, key, x509.random_serial_number())
        .not_valid_before(now - _DAY)
        .not_valid_after(now + _DAY)
    )
