"""The page on clusters works when it is pasted: its configuration, its addresses, its commands, on loopback."""

import asyncio
import json
import os
import re
import ssl
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import nats
import nats.errors
import pytest
from cryptography import x509

from tests.commandline import club
from tests.natsaccess import LOOPBACK, Authority
from tests.natscluster import RunningCluster
from tests.test_docs import BLOCK, commands, text

PAGE = text("docs/how-to/cluster.md")
[CONFIGURATION] = re.findall(r"^```conf\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
[ADDRESS] = re.findall(r"^```sh\n(export PARC_LEDGER=.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
[FOLLOW] = re.findall(r"^```sh\n(parc follow .*)\n```$", PAGE, re.MULTILINE)
COMMANDS = [
    command for block in BLOCK.finditer(PAGE) if block["kind"] == "console" for command in commands(block["body"])
]


class PagesCluster(RunningCluster):
    """Three servers as the page sets them up; ports, names of machines and folders are those of this machine."""

    def name(self, node: int) -> str:
        """What the page calls it."""
        return f"parc-{node + 1}"

    def configuration(self, node: int) -> str:
        """The page's, in the place of ``/etc/nats`` the folder of ``settings``."""
        mine = self.ports[node]
        here = {
            "server_name: parc-1": f"server_name: {self.name(node)}",
            "0.0.0.0:4222": f"127.0.0.1:{mine.client}",
            "0.0.0.0:6222": f"127.0.0.1:{mine.route}",
            "127.0.0.1:8222": f"127.0.0.1:{mine.monitor}",
            "/var/lib/nats": str(self.folder / self.name(node)),
            "/etc/nats/": f"{self.settings}/",
            **{f"parc-{one + 1}.example.com:6222": f"127.0.0.1:{each.route}" for one, each in enumerate(self.ports)},
        }
        return replaced(CONFIGURATION, here)


def replaced(page: str, here: Mapping[str, str]) -> str:
    """The page's text with what is otherwise here. Everything to replace is there."""
    for there, ours in here.items():
        assert there in page
        page = page.replace(there, ours)
    return page


@pytest.fixture(scope="module")
def access(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The certificates that the page asks for."""
    folder = tmp_path_factory.mktemp("access")
    authority = Authority.create(folder)
    authority.certify("server", LOOPBACK)
    authority.certify("writer", x509.RFC822Name("writer@example.com"))
    authority.certify("reader", x509.RFC822Name("reader@example.com"))
    authority.certify("stranger", x509.RFC822Name("stranger@example.com"))
    return folder


@pytest.fixture
def cluster(access: Path, tmp_path: Path) -> Iterator[RunningCluster]:
    """A cluster as the page has it."""
    with PagesCluster.create(tmp_path / "servers", settings=str(access)) as running:
        yield running.start()


def environment(cluster: RunningCluster, access: Path, who: str, mirror: Path) -> dict[str, str]:
    """What the page has everybody set, for ``who``."""
    here = {
        "/var/lib/parc/league.parc": str(mirror),
        "/etc/parc/ca.pem": str(access / "ca.pem"),
        "/etc/parc/me.pem": str(access / f"{who}.pem"),
        "/etc/parc/me-key.pem": str(access / f"{who}-key.pem"),
        **{f"parc-{one + 1}.example.com:4222": server for one, server in enumerate(cluster.servers)},
    }
    return dict(re.findall(r"^export (\w+)=(.*)$", replaced(ADDRESS, here), re.MULTILINE))


def ran(command: str, folder: Path, more: Mapping[str, str], status: int = 0) -> str:
    """Runs a command of the page, which ends with this status; what it says."""
    told = {name: value for name, value in os.environ.items() if not name.startswith("PARC_")}
    parc = folder / "parc"
    parc.write_text(f'#!/bin/sh\nexec {sys.executable} -m ledger "$@"\n')
    parc.chmod(0o755)
    root = str(Path(__file__).parents[1])
    done = subprocess.run(
        ["/bin/bash", "-c", command],
        cwd=folder,
        env={**told, "PATH": f"{folder}:{told['PATH']}", "PYTHONPATH": root, **more},
        capture_output=True,
        text=True,
        check=False,
    )
    said = done.stdout + done.stderr
    assert status == done.returncode, (command, said)
    return said


@pytest.fixture
def more(tmp_path: Path) -> str:
    """A command that appends one more event."""
    line = {"type": "driver-registered", "driver": "di-dale", "name": "Di Dale"}
    (tmp_path / "more.jsonl").write_text(json.dumps(line) + "\n")
    return "parc append more.jsonl"


def test_a_ledger_moves_to_three_machines_as_the_page_says(
    cluster: RunningCluster, access: Path, more: str, tmp_path: Path
) -> None:
    """Copied, verified, backed up, followed from the backup by a new machine, and moved out of what is left."""
    copy, verify, backup, restore, follow, moved = COMMANDS
    writer = environment(cluster, access, "writer", tmp_path / "writer.parc")
    club(tmp_path / "season.parc")
    said = ran(copy, tmp_path, writer)
    assert said.startswith("20 records copied")
    assert said.split("root: ")[1].strip() in ran("parc --ledger season.parc verify", tmp_path, {})
    assert "sound: 20 records" in ran(verify, tmp_path, writer)
    ran(backup, tmp_path, writer)
    assert "position 20," in ran(f"{FOLLOW} --once", tmp_path, writer)
    # A node dies; a new one of its name has everything, and makes up a quorum.
    cluster.kill(0)
    ran(more, tmp_path, writer)
    cluster.forget(0)
    cluster.start()
    cluster.kill(1)
    cluster.wait_for_leader("league")
    cluster.wait_until_healthy([0, 2])
    reader = environment(cluster, access, "reader", tmp_path / "reader.parc")
    assert "20 records restored" in ran(restore, tmp_path, reader)
    assert "position 21," in ran(follow, tmp_path, reader)
    cluster.start()
    # All is lost but a mirror.
    with PagesCluster.create(tmp_path / "new", settings=str(access)) as new:
        address = environment(new.start(), access, "writer", tmp_path / "new.parc")["PARC_LEDGER"]
        assert "21 records copied" in ran(moved, tmp_path, {**writer, "NEW_ADDRESS": address})


def test_nobody_does_more_than_the_page_allows(
    cluster: RunningCluster, access: Path, more: str, tmp_path: Path
) -> None:
    """A reader cannot append, a stranger does nothing, nobody deletes the stream; strange servers are not believed."""
    club(tmp_path / "season.parc")
    writer, reader, stranger = (
        environment(cluster, access, who, tmp_path / f"{who}.parc") for who in ("writer", "reader", "stranger")
    )
    ran(COMMANDS[0], tmp_path, writer)
    before = ran("parc verify --format json", tmp_path, reader)
    (tmp_path / "others").mkdir()
    Authority.create(tmp_path / "others")
    deceived = {**writer, "PARC_NATS_CA": str(tmp_path / "others" / "ca.pem")}
    refused = [
        ran(more, tmp_path, reader, 2),
        ran("parc seasons", tmp_path, {**stranger, "PARC_PATIENCE": "1"}, 2),
        ran(more, tmp_path, {**deceived, "PARC_PATIENCE": "1"}, 2),
    ]
    assert [1, 1, 1] == [said.count("\n") for said in refused], refused
    assert 'permissions violation for publish to "league.club-2026"' in refused[0]
    assert "certificate verify failed" in refused[2]
    with pytest.raises(nats.errors.Error):
        asyncio.run(delete_stream(cluster, access))
    assert before == ran("parc verify --format json", tmp_path, reader)


async def delete_stream(cluster: RunningCluster, access: Path) -> None:
    """Somebody with the certificate of a writer tries to delete the ledger's stream."""
    context = ssl.create_default_context(cafile=str(access / "ca.pem"))
    context.load_cert_chain(access / "writer.pem", access / "writer-key.pem")

    async def silent(_: Exception) -> None:
        """That it is not allowed is what the test is about."""

    client = await nats.connect(f"tls://{cluster.servers[0]}", tls=context, error_cb=silent)
    try:
        await client.request("$JS.API.STREAM.DELETE.league", b"", timeout=1)
    finally:
        await client.close()


def test_the_page_holds_the_commands_that_these_tests_run() -> None:
    """Nothing on the page is left out here."""
    assert ["copy", "verify", "backup", "restore", "follow", "copy"] == [command.split()[1] for command in COMMANDS]
