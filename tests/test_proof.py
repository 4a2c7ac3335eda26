"""Proofs: the tree against known vectors and an implementation that is not ours, the texts against their makers'."""

import base64
import re
from functools import partial
from itertools import pairwise

import pymerkle
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import BadInput
from ledger.ids import keyed_id
from ledger.proof import tree
from ledger.proof.checkpoint import Checkpoint, checkpoint, read_checkpoint
from ledger.proof.entry import LARGEST_ENTRY, Fields, decode_entry, encode_entry
from ledger.proof.note import (
    Note,
    Signature,
    SignerKey,
    VerifierKey,
    key_name,
    read_note,
    read_signer_key,
    read_verifier_key,
)
from ledger.proof.proofs import Consistency, Inclusion, read_proof, unsigned_by

# The leaves and roots that implementations of Certificate Transparency test themselves with.
VECTOR = ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
# The example of golang.org/x/mod/sumdb/note: its keys, its text, its signature.
GO_PUBLIC = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_PRIVATE = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
GO_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
GO_NOTE = (
    f"{GO_TEXT}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBw"
    "JnAM=\n"
)
KEY = SignerKey("example.com/club", bytes(range(32)))
OTHER = SignerKey("example.com/club", bytes(32))


def grown(size: int) -> tree.Tree:
    """A tree of as many leaves, each unlike all others."""
    return tree.Tree(tree.leaf_hash(b"%d" % number) for number in range(size))


# The tree.


@pytest.mark.parametrize("size", range(9))
def test_roots_are_those_of_the_vectors(size: int) -> None:
    """The roots of the first eight trees, and of the empty one, are those that everybody else gets."""
    made = tree.Tree(tree.leaf_hash(bytes.fromhex(one)) for one in VECTOR)
    assert ROOTS[size] == tree.root(size, made.node).hex()


@given(st.lists(st.binary(max_size=4), min_size=1, max_size=70), st.data())
def test_trees_are_those_of_another_implementation(entries: list[bytes], data: st.DataObject) -> None:
    """Roots and paths of any tree, at any size that it had, are those that pymerkle works out in its own way."""
    oracle = pymerkle.InmemoryTree(algorithm="sha256")
    for entry in entries:
        oracle.append_entry(entry)
    made = tree.Tree(map(tree.leaf_hash, entries))
    size = data.draw(st.integers(1, len(entries)))
    number, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    assert oracle.get_root(size) == tree.root(size, made.node)
    # Its paths begin with the leaf itself, or with the root that the checker has anyway.
    inclusion = oracle.prove_inclusion(number + 1, size).serialize()["path"]
    assert inclusion[1:] == [one.hex() for one in tree.inclusion_path(number, size, made.node)]
    path = tree.consistency_path(old, size, made.node)
    assert tree.is_consistent(old, size, oracle.get_root(old), oracle.get_root(size), path)


@given(st.integers(0, 70), st.integers(0, 70))
def test_many_leaves_complete_what_each_of_them_does(size: int, more: int) -> None:
    """The nodes over several leaves at once are those that the leaves complete one after the other."""
    whole, old = grown(size + more), grown(size)
    leaves = [whole.node(0, number) for number in range(size, size + more)]
    each = [b"".join((leaf, *tree.grown(number, leaf, whole.node))) for number, leaf in enumerate(leaves, start=size)]
    assert each == tree.added_by(size, leaves, old.node)


def at_hand(frontier: tree.Frontier, level: int, number: int) -> bytes:
    """A node of the frontier, and of nothing else."""
    last, node = frontier[level]
    assert last == number
    return node


@given(st.lists(st.integers(1, 9), min_size=1, max_size=20))
def test_a_tree_grows_on_its_frontier_alone(counts: list[int]) -> None:
    """Whatever comes at once, what it is joined with is at the frontier of what was there, and nothing else is."""
    whole, size, frontier = grown(sum(counts)), 0, tree.Frontier()
    for count in counts:
        leaves = [whole.node(0, number) for number in range(size, size + count)]
        added = tree.added_by(size, leaves, partial(at_hand, frontier))
        assert tree.added_by(size, leaves, whole.node) == added
        frontier, size = tree.frontier(size, added, frontier), size + count
        assert {level: (size >> level) - 1 for level in range(size.bit_length())} == {
            level: number for level, (number, _) in frontier.items()
        }
        assert all(whole.node(level, number) == node for level, (number, node) in frontier.items())
        assert frontier == tree.frontier(size, [], frontier)


def test_the_paths_are_those_of_the_rfc() -> None:
    """The tree of seven leaves in RFC 6962, section 2.1.3, has the paths that are written there."""
    made = grown(7)
    a, b, c, d, e, f, j = (made.node(0, number) for number in range(7))
    g, h, i = (made.node(1, number) for number in range(3))
    k, l_ = made.node(2, 0), tree.node_hash(i, j)
    assert [tree.node_hash(*pair) for pair in ((a, b), (c, d), (e, f), (g, h))] == [g, h, i, k]
    assert [[b, h, l_], [c, g, l_], [f, j, k], [i, k]] == [
        tree.inclusion_path(number, 7, made.node) for number in (0, 3, 4, 6)
    ]
    assert [[c, d, g, l_], [l_], [i, j, k]] == [tree.consistency_path(old, 7, made.node) for old in (3, 4, 6)]


def test_every_path_of_a_small_tree_holds() -> None:
    """For each size up to 33, each leaf is proved to be in it, and each smaller size to be its beginning."""
    made = grown(33)
    roots = [tree.root(size, made.node) for size in range(34)]
    for size in range(34):
        for number in range(size):
            path = tree.inclusion_path(number, size, made.node)
            assert tree.is_included(number, size, made.node(0, number), path, roots[size])
        for old in range(size + 1):
            path = tree.consistency_path(old, size, made.node)
            assert tree.is_consistent(old, size, roots[old], roots[size], path)


def wrong(path: list[bytes]) -> list[list[bytes]]:
    """A path, changed in each way that leaves it a list of hashes."""
    out = [path[:-1], path[1:], [*path, bytes(32)], [bytes(32), *path], path[::-1]]
    out += [[*path[:at], bytes([one[0] ^ 1]) + one[1:], *path[at + 1 :]] for at, one in enumerate(path)]
    return [one for one in out if one != path]


def test_no_other_path_holds() -> None:
    """A path that is changed, cut, lengthened or turned around proves nothing, nor does it of another leaf or size."""
    made = grown(12)
    roots = [tree.root(size, made.node) for size in range(13)]
    for size in range(1, 13):
        for number in range(size):
            leaf, path = made.node(0, number), tree.inclusion_path(number, size, made.node)
            assert not any(tree.is_included(number, size, leaf, other, roots[size]) for other in wrong(path))
            assert not any(
                tree.is_included(other, size, leaf, path, roots[size]) for other in range(-1, 13) if other != number
            )
            assert not tree.is_included(number, size, made.node(0, (number + 1) % 12), path, roots[size])
            assert not tree.is_included(number, size, leaf, path, roots[size - 1])
        for old in range(1, size + 1):
            path = tree.consistency_path(old, size, made.node)
            assert not any(tree.is_consistent(old, size, roots[old], roots[size], other) for other in wrong(path))
            assert not tree.is_consistent(old, size, roots[old - 1], roots[size], path)
            assert not tree.is_consistent(old, size, roots[old], roots[size - 1], path)
            assert not tree.is_consistent(size + 1, size, roots[old], roots[size], path)


def test_a_proof_looks_at_few_nodes() -> None:
    """A path and a root of a large tree are made from some hundred of its nodes, whatever its size."""
    made, asked = grown(5000), list[tuple[int, int]]()

    def node(level: int, number: int) -> bytes:
        asked.append((level, number))
        return made.node(level, number)

    for work in (
        lambda: tree.root(4999, node),
        lambda: tree.inclusion_path(1234, 4999, node),
        lambda: tree.consistency_path(1234, 4999, node),
        lambda: tree.grown(4095, made.node(0, 4095), node),
    ):
        asked.clear()
        work()
        assert len(asked) < 13**2


@pytest.mark.parametrize(("number", "size"), [(0, 0), (-1, 3), (3, 3)])
def test_there_is_no_path_from_a_leaf_that_is_not_there(number: int, size: int) -> None:
    """Asked for the path of a leaf that a tree does not have, it refuses."""
    with pytest.raises(ValueError, match="has no leaf"):
        tree.inclusion_path(number, size, grown(3).node)


# Entries.

TEXTS = st.text(st.characters(codec="utf-8"), max_size=30)
NUMBERS = st.integers(0, 2**63 - 1)
RECORDS = st.tuples(
    NUMBERS,
    TEXTS,
    NUMBERS,
    st.integers(-(2**63), 2**63 - 1),
    st.integers(0, 20).map(lambda number: keyed_id("tests", "entries", number)),
    st.none() | TEXTS,
    st.none() | TEXTS,
    TEXTS,
    st.binary(max_size=60),
)


@given(RECORDS)
def test_an_entry_is_the_record(record: Fields) -> None:
    """Decoding the entry of a record gives the record."""
    assert record == decode_entry(encode_entry(*record))


@given(st.lists(RECORDS, min_size=2, max_size=6, unique=True))
def test_no_two_records_share_an_entry(records: list[Fields]) -> None:
    """Records that differ in anything have entries that differ."""
    entries = sorted(encode_entry(*record) for record in records)
    assert all(one != other for one, other in pairwise(entries))


def test_the_entry_is_as_documented() -> None:
    """Byte for byte, an entry is what its description says."""
    id_ = "01234567-89ab-7def-8123-456789abcdef"
    expected = (
        "01" "0000000000000007" "0000000000000003" "00060a24181e4000" "0123456789ab7def8123456789abcdef"
        "01" "0002" "6631" "00" "01" "0003" "e29882" "01" "0003" "612f31" "0002" "80ff"
    )  # fmt: skip
    assert expected == encode_entry(7, "f1", 3, 1_700_000_000_000_000, id_, None, "☂", "a/1", b"\x80\xff").hex()


def test_an_entry_has_room_for_65535_bytes() -> None:
    """A record whose entry is a byte too long is refused; one that just fits is not."""
    id_ = keyed_id("tests", "entries", 1)
    rest = len(encode_entry(1, "f1", 1, 0, id_, None, None, "a/1", b""))
    assert LARGEST_ENTRY == len(encode_entry(1, "f1", 1, 0, id_, None, None, "a/1", bytes(LARGEST_ENTRY - rest)))
    with pytest.raises(BadInput, match="takes 65,536 bytes"):
        encode_entry(1, "f1", 1, 0, id_, None, None, "a/1", bytes(LARGEST_ENTRY - rest + 1))


@given(RECORDS, st.data())
def test_a_changed_entry_is_another_record_or_none(record: Fields, data: st.DataObject) -> None:
    """An entry with a bit flipped, cut or lengthened is refused, or is of another record; it is never the same."""
    entry = bytearray(encode_entry(*record))
    match data.draw(st.sampled_from(("flip", "cut", "add"))):
        case "flip":
            entry[data.draw(st.integers(0, len(entry) - 1))] ^= 1 << data.draw(st.integers(0, 7))
        case "cut":
            del entry[data.draw(st.integers(0, len(entry) - 1)) :]
        case _:
            entry += data.draw(st.binary(min_size=1, max_size=3))
    try:
        other = decode_entry(bytes(entry))
    except BadInput:
        return
    assert record != other
    assert bytes(entry) == encode_entry(*other)


# Notes, keys, checkpoints.


def test_keys_and_notes_are_those_of_go() -> None:
    """The keys of Go's example are read, make its signature to the letter, and verify it."""
    private, public = read_signer_key(GO_PRIVATE), read_verifier_key(GO_PUBLIC)
    assert (GO_PRIVATE, GO_PUBLIC) == (private.text, str(public))
    assert public == private.verifier
    assert GO_NOTE == str(Note(GO_TEXT, (private.sign(GO_TEXT),)))
    assert read_note(GO_NOTE).is_signed_by(public)


def test_a_private_key_does_not_show_itself() -> None:
    """Neither printing a private key nor refusing one tells what it is."""
    assert ("SignerKey(name='example.com/club')",) * 2 == (str(KEY), repr(KEY))
    with pytest.raises(BadInput) as caught:
        read_signer_key(GO_PRIVATE[:-4] + "AAAA")
    assert "AYEK" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (GO_NOTE.replace("answer", "question"), None),
        (GO_NOTE.replace("PeterNeumann", "PaulNeumann"), None),
        (GO_TEXT, None),
        (GO_NOTE.replace("x08go/Z", "x08go/a"), None),
        (GO_NOTE + GO_NOTE.splitlines()[-1].replace("x08go/Z", "x08go/a") + "\n", None),
        (GO_NOTE[:-1], "does not end with a line break"),
        (GO_TEXT + "\n", "followed by 1 to 100 signatures"),
        (GO_NOTE.replace("— ", "- "), "has the form"),
        (GO_NOTE.replace("AM=", "AN="), "not base64 in its one form"),
        (GO_NOTE.replace("AM=", "A M="), "not base64"),
        (GO_NOTE.replace("think", "th\x1bnk"), "a control character"),
        (GO_NOTE.replace("think", "th\rnk"), "a control character"),
        (f"{GO_TEXT}\n— PeterNeumann AAAA\n", "too short"),
        ("x" * 70_000 + "\n", "longer than"),
    ],
)
def test_a_note_that_was_changed_is_not_signed(text: str, problem: str | None) -> None:
    """A note whose text, name or signature is another is no note at all, or is not signed by the key."""
    if problem is None:
        assert not read_note(text).is_signed_by(read_verifier_key(GO_PUBLIC))
    else:
        with pytest.raises(BadInput, match=problem):
            read_note(text)


def test_signatures_of_others_are_passed_over() -> None:
    """A note may have signatures of keys that nobody here knows, of any algorithm, before and after the known one."""
    witness = Signature("witness.example", b"\x01\x02\x03\x04" + bytes(3000))
    note = Note(GO_TEXT, (witness, read_signer_key(GO_PRIVATE).sign(GO_TEXT), witness))
    assert read_note(str(note)).is_signed_by(read_verifier_key(GO_PUBLIC))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (GO_PRIVATE, "this is a private key"),
        ("", "has the form"),
        ("PeterNeumann", "has the form"),
        ("PeterNeumann+c74f20a3", "not a key for Ed25519"),
        ("PeterNeumann+C74F20A3" + GO_PUBLIC[21:], "has the form"),
        ("PeterNeumann+c74f20a4" + GO_PUBLIC[21:], "does not belong"),
        ("PaulNeumann" + GO_PUBLIC[12:], "does not belong"),
        (GO_PUBLIC[:-4], "not a key for Ed25519"),
        (GO_PUBLIC.replace("0TW", "0TX"), "does not belong"),
        (GO_PUBLIC.replace("+AR", "+BR"), "not a key for Ed25519"),
        (GO_PUBLIC + "!", "not base64"),
        (GO_PUBLIC.replace("PeterNeumann", "Peter Neumann"), "without spaces"),
    ],
)
def test_what_is_no_public_key_is_refused(text: str, problem: str) -> None:
    """A text that is not a public key to the letter is refused, and a private one is not taken for it."""
    with pytest.raises(BadInput, match=problem):
        read_verifier_key(text)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u2003b", "a\nb", "a\x1bb", "a\u202eb"])
def test_a_key_has_a_plain_name(name: str) -> None:
    """A name that is empty, or holds spaces, a plus sign or what acts on a terminal, is refused."""
    with pytest.raises(BadInput, match="without spaces"):
        key_name(name)


def signed(size: int, made: tree.Tree, key: SignerKey = KEY, origin: str | None = None) -> Checkpoint:
    """A checkpoint of a tree at a size."""
    stated = checkpoint(origin or key.name, size, tree.root(size, made.node))
    return read_checkpoint(str(Note(stated.note.text, (key.sign(stated.note.text),))))


def test_a_checkpoint_has_the_form_that_others_read() -> None:
    """Three lines, each ended; an empty one; the signature over the three."""
    text = str(signed(5, tree.Tree(tree.leaf_hash(bytes.fromhex(one)) for one in VECTOR)))
    root = base64.b64encode(bytes.fromhex(ROOTS[5])).decode()
    assert re.fullmatch(rf"example.com/club\n5\n{re.escape(root)}\n\n— example.com/club [A-Za-z0-9+/]{{91}}=\n", text)
    assert 68 == len(base64.b64decode(text.rsplit(maxsplit=1)[-1]))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "last line"),
        ("a\n1\n", "a line each"),
        ("a\n1\n\n", "followed by 1 to 100"),
        ("a\n01\nAAAA\n", "the size is not a whole number"),
        ("a\n-1\nAAAA\n", "the size is not a whole number"),
        ("a\n1e3\nAAAA\n", "the size is not a whole number"),
        ("a\n" + "9" * 4000 + "\nAAAA\n", "the size is not a whole number"),
        ("a\n1\nAAAA\n", "not a hash of 32 bytes"),
        ("a\n1\n" + "A" * 43 + "\n", "not base64"),
        ("a\n1\n" + "A" * 42 + "B=\n", "not base64 in its one form"),
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str, problem: str) -> None:
    """A text that is not a checkpoint is refused, with what is wrong with it."""
    with pytest.raises(BadInput, match=problem):
        read_checkpoint(text)


def test_only_the_key_of_the_log_signs_for_it() -> None:
    """A checkpoint counts with the signature of the key, under the origin of its name; without, it says why not."""
    made, public = grown(3), KEY.verifier
    assert unsigned_by(public, signed(3, made), signed(2, made)) is None
    assert "does not have the signature" in str(unsigned_by(public, signed(3, made), signed(2, made, OTHER)))
    assert "is not signed" in str(unsigned_by(public, checkpoint("example.com/club", 0, tree.EMPTY_ROOT)))
    assert "is of the log example.com/cup" in str(unsigned_by(public, signed(3, made, origin="example.com/cup")))


# Proofs as texts.

ENTRIES = [encode_entry(n + 1, "f1", n + 1, n, keyed_id("t", "p", n), None, None, "a/1", b"%d" % n) for n in range(7)]
TREE = tree.Tree(map(tree.leaf_hash, ENTRIES))
INCLUSION = Inclusion(ENTRIES[4], 4, tuple(tree.inclusion_path(4, 7, TREE.node)), signed(7, TREE))
CONSISTENCY = Consistency(tuple(tree.consistency_path(3, 7, TREE.node)), signed(3, TREE), signed(7, TREE))
HALF_SIGNED = Consistency(CONSISTENCY.path, signed(3, TREE), checkpoint("u", 7, tree.root(7, TREE.node)))


@pytest.mark.parametrize("proof", [INCLUSION, CONSISTENCY, HALF_SIGNED])
def test_a_proof_is_read_as_it_was_written(proof: Inclusion | Consistency) -> None:
    """The text of a proof is read as the same proof."""
    assert proof == read_proof(str(proof))


def test_a_proof_of_a_record_has_the_form_that_others_read() -> None:
    """The lines are those of c2sp.org/tlog-proof; the extra data is what the leaf covers."""
    lines = str(INCLUSION).split("\n")
    assert ["c2sp.org/tlog-proof@v1", "index 4", ""] == [lines[0], lines[2], lines[6]]
    leaf = tree.leaf_hash(base64.b64decode(lines[1].removeprefix("extra ")))
    path = [base64.b64decode(line) for line in lines[3:6]]
    assert tree.is_included(4, 7, leaf, path, base64.b64decode(lines[9]))


def test_a_proof_holds_or_says_why_not() -> None:
    """A proof that holds has no fault; another entry, index, path or checkpoint is a fault with a reason."""
    assert (None, None) == (INCLUSION.fault(), CONSISTENCY.fault())
    path, at = INCLUSION.path, INCLUSION.checkpoint
    assert "does not lead" in str(Inclusion(ENTRIES[4], 4, path, signed(6, TREE)).fault())
    assert "does not lead" in str(Inclusion(ENTRIES[4], 4, path[:-1], at).fault())
    assert "stands at position 4" in str(Inclusion(ENTRIES[3], 4, path, at).fault())
    assert "does not lead" in str(Consistency(CONSISTENCY.path, signed(2, TREE), signed(7, TREE)).fault())
    assert "different logs" in str(HALF_SIGNED.fault())


SEEDS = (str(INCLUSION), str(CONSISTENCY), str(CONSISTENCY.new), GO_NOTE, GO_PUBLIC, GO_PRIVATE)
READERS = (read_proof, read_checkpoint, read_note, read_verifier_key, read_signer_key)


@given(st.text(max_size=200) | st.sampled_from(SEEDS), st.data())
def test_whatever_is_read_is_a_value_or_an_error(text: str, data: st.DataObject) -> None:
    """Any text, and any text made from a good one, is read as what it is or refused; nothing else happens."""
    at = data.draw(st.integers(0, len(text)))
    text = text[:at] + data.draw(st.text(max_size=5)) + text[at + data.draw(st.integers(0, 5)) :]
    for read in READERS:
        try:
            value = read(text)
        except BadInput:
            continue
        assert text == (value.text if isinstance(value, SignerKey) else str(value))


@given(st.binary(max_size=200))
def test_whatever_bytes_are_an_entry_or_an_error(data: bytes) -> None:
    """Any bytes are the entry of a record, the only one that it has, or refused."""
    try:
        record = decode_entry(b"\x01" + data)
    except BadInput:
        return
    assert b"\x01" + data == encode_entry(*record)


def test_a_key_that_is_no_point_verifies_nothing() -> None:
    """Thirty-two bytes that are no public key make a key under which no signature is good."""
    assert not VerifierKey("a", b"\xff" * 32).verifies("text\n", bytes(64))
