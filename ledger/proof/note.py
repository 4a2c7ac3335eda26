"""Signed notes and their keys, as c2sp.org/signed-note has them, with Ed25519 signatures.

Keys have the text forms of golang.org/x/mod/sumdb/note, which other programs read too:

    NAME+KEYID+base64(0x01 || public key)               what verifies; to be published
    PRIVATE+KEY+NAME+KEYID+base64(0x01 || seed)         what signs; to be kept

KEYID is eight hexadecimal digits: the first four bytes of SHA-256(NAME || 0x0A || 0x01 || public key).
"""

import base64
import binascii
import re
from hashlib import sha256
from typing import Final

from attrs import field, frozen

from ledger.errors import BadInput

LARGEST_NOTE: Final = 65_536
"""Bytes of a signed note; a checkpoint with a dozen witnesses has some two thousand."""

_ED25519: Final = b"\x01"
_KEY_SIZE: Final = 32

_ID_SIZE: Final = 4
_MOST_SIGNATURES: Final = 100
_PRIVATE: Final = "PRIVATE+KEY+"
_KEY_ID: Final = re.compile(r"[0-9a-f]{8}")
_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")


@frozen
class VerifierKey:
    """A public key under a name."""

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        """The four bytes by which a signature names its key."""
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:_ID_SIZE]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{to_base64(_ED25519 + self.public)}"

    def verifies(self, text: str, signature: bytes) -> bool:
        """Whether ``signature`` is of this key over ``text``."""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except (InvalidSignature, ValueError):
            return False
        return True


@frozen
class SignerKey:
    """A private key under a name. It never shows itself unless it is asked for its :attr:`text`."""

    name: str
    seed: bytes = field(repr=False)

    @property
    def verifier(self) -> VerifierKey:
        """The public half."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        key = Ed25519PrivateKey.from_private_bytes(self.seed)
        return VerifierKey(self.name, key.public_key().public_bytes_raw())

    @property
    def text(self) -> str:
        """The key as its file holds it."""
        return f"{_PRIVATE}{self.name}+{self.verifier.id.hex()}+{to_base64(_ED25519 + self.seed)}"

    def sign(self, text: str) -> "Signature":
        """A signature over ``text``."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        signed = Ed25519PrivateKey.from_private_bytes(self.seed).sign(text.encode())
        return Signature(self.name, self.verifier.id + signed)


@frozen
class Signature:
    """One signature line of a note."""

    name: str
    data: bytes
    """The key's id, four bytes, then what the key's algorithm makes."""


@frozen
class Note:
    """A text and its signatures."""

    text: str
    """Ends with a line break."""
    signatures: tuple[Signature, ...] = ()

    def __str__(self) -> str:
        lines = "".join(f"— {one.name} {to_base64(one.data)}\n" for one in self.signatures)
        return f"{self.text}\n{lines}" if lines else self.text

    def is_signed_by(self, key: VerifierKey) -> bool:
        """Whether the key signed it. Signatures of other keys are passed over; a wrong one under its id is not."""
        mine = [one.data[_ID_SIZE:] for one in self.signatures if (one.name, one.data[:_ID_SIZE]) == (key.name, key.id)]
        return bool(mine) and all(key.verifies(self.text, one) for one in mine)


def read_note(text: str) -> Note:
    """A note, signed or not yet. Raises :class:`~ledger.errors.BadInput`."""
    if len(text) > LARGEST_NOTE:
        raise BadInput(f"not a note: longer than {LARGEST_NOTE:,} bytes")
    if _CONTROL.search(text):
        raise BadInput("not a note: it holds a control character")
    if not text.endswith("\n"):
        raise BadInput("not a note: its last line does not end with a line break")
    body, separator, rest = text.rpartition("\n\n")
    if not separator:
        return Note(text)
    lines = rest.removesuffix("\n").split("\n") if rest else []
    if not lines or len(lines) > _MOST_SIGNATURES:
        raise BadInput(f"not a note: an empty line is followed by 1 to {_MOST_SIGNATURES} signatures")
    return Note(f"{body}\n", tuple(_signature(line) for line in lines))


def read_verifier_key(text: str) -> VerifierKey:
    """A public key from its text. Raises :class:`~ledger.errors.BadInput`."""
    if text.startswith(_PRIVATE):
        raise BadInput("this is a private key; it takes the public one here")
    name, key_id, data = _key_parts(text)
    key = VerifierKey(name, data)
    if key.id.hex() != key_id:
        raise BadInput("not a public key: its id does not belong to its name and key")
    return key


def read_signer_key(text: str) -> SignerKey:
    """A private key from its text. Raises :class:`~ledger.errors.BadInput`, which never quotes it."""
    if not text.startswith(_PRIVATE):
        raise BadInput("not a private key: one begins with PRIVATE+KEY+")
    name, key_id, data = _key_parts(text.removeprefix(_PRIVATE))
    key = SignerKey(name, data)
    if key.verifier.id.hex() != key_id:
        raise BadInput("not a private key: its id does not belong to its name and key")
    return key


def key_name(text: str) -> str:
    """A name that a key may have, unchanged. Raises :class:`~ledger.errors.BadInput`."""
    if not text or "+" in text or any(one.isspace() or not one.isprintable() for one in text):
        raise BadInput("a key's name is text without spaces and without '+', such as example.com/results")
    return text


def to_base64(data: bytes) -> str:
    """Base64 as RFC 4648, section 4, has it."""
    return base64.b64encode(data).decode()


def from_base64(text: str, what: str) -> bytes:
    """The bytes of the one base64 form that they have. Raises :class:`~ledger.errors.BadInput`."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, ValueError):
        raise BadInput(f"{what} is not base64") from None
    if to_base64(data) != text:
        raise BadInput(f"{what} is not base64 in its one form")
    return data


def _key_parts(text: str) -> tuple[str, str, bytes]:
    # The key is base64, in which a plus sign is a digit: only the first two of them part anything.
    name, _, rest = text.partition("+")
    key_id, _, encoded = rest.partition("+")
    if not rest or _KEY_ID.fullmatch(key_id) is None:
        raise BadInput("not a key: one has the form NAME+KEYID+BASE64")
    data = from_base64(encoded, "the key")
    if data[:1] != _ED25519 or len(data) != 1 + _KEY_SIZE:
        raise BadInput("not a key for Ed25519, the only algorithm that is known here")
    return key_name(name), key_id, data[1:]


def _signature(line: str) -> Signature:
    dash, _, rest = line.partition(" ")
    name, _, encoded = rest.partition(" ")
    if dash != "—" or not encoded:
        raise BadInput("not a note: a signature has the form '— NAME BASE64'")
    data = from_base64(encoded, "a signature")
    if len(data) <= _ID_SIZE:
        raise BadInput("not a note: a signature is too short")
    return Signature(key_name(name), data)
