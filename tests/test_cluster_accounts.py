"""Credentials files: with one, whoever has it writes and reads as far as it allows; without, nobody does."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commandline import club, parc
from tests.natsaccounts import Operator
from tests.natscluster import RunningCluster

EVERYTHING = ["league.*", "league-checkpoints.*", "$JS.API.>"]
READING = ["league-checkpoints.*", "$JS.API.>"]


@pytest.fixture(scope="module")
def operator() -> Operator:
    """Who hands out accounts."""
    return Operator.create()


@pytest.fixture(scope="module")
def cluster(operator: Operator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCluster]:
    """Three servers that know nobody but that operator's."""
    with RunningCluster.create(tmp_path_factory.mktemp("accounts"), settings=operator.settings) as running:
        yield running.start()


def test_a_credentials_file_lets_in(cluster: RunningCluster, operator: Operator, tmp_path: Path) -> None:
    """With one, everything works that it allows; without, nothing does, and what is missing is said."""
    address = cluster.address("league")
    operator.credentials(tmp_path / "writer.creds", allowed=EVERYTHING)
    operator.credentials(tmp_path / "reader.creds", allowed=READING)
    Operator.create().credentials(tmp_path / "stranger.creds", allowed=EVERYTHING)
    club(tmp_path / "club.parc")

    def run(who: str, *arguments: str | Path, stdin: bytes = b"") -> tuple[int, str]:
        known = {"PARC_NATS_CREDS": str(tmp_path / f"{who}.creds"), "PARC_MIRROR": str(tmp_path / f"{who}.parc")}
        ran = parc("--ledger", address, *arguments, stdin=stdin, env=known)
        return ran.status, ran.out + ran.err

    status, said = run("writer", "copy", tmp_path / "club.parc", address)
    assert 0 == status, said
    status, said = run("reader", "standings", "drivers")
    assert 0 == status, said
    assert "Ann Archer" in said
    status, said = run(
        "reader", "append", "-", stdin=b'{"type": "driver-registered", "driver": "dee-dale", "name": "Dee Dale"}\n'
    )
    assert 2 == status
    assert "takes nothing from us" in said
    status, said = run("stranger", "standings", "drivers")
    assert 2 == status
    assert "does not let us in" in said
    assert "PARC_NATS_CREDS" in said
    status, said = run("nobody", "standings", "drivers")
    assert 2 == status
    assert "nobody.creds, named in $PARC_NATS_CREDS, cannot be read: No such file or directory\n" in said
