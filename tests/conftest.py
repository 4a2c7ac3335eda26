"""What all tests share: how Hypothesis tries things, and the stores."""

import os
from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, settings

import import_f1db
from ledger import Ledger
from ledger.store import Log, ProvableLog
from tests.f1tree import EXTRACT
from tests.natscluster import Cluster, shared_cluster
from tests.stores import CLUSTER, KEPT, PLACES, STORES, NewKeptLog, NewLog, Place, cluster_places, clustered

# No test is about time, so that none fails on a slow machine.
settings.register_profile("here", deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
# The same seasons in every run, so that a change is judged by what it changed.
settings.register_profile("ci", settings.get_profile("here"), derandomize=True, database=None, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")


@pytest.fixture(params=[*STORES, CLUSTER], scope="session")
def new_log(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> NewLog:
    """Makes empty logs, for each store in turn. For the whole run, since Hypothesis makes many in one test."""
    make = clustered(request.getfixturevalue("cluster")) if request.param == CLUSTER else STORES[request.param]
    return lambda: make(tmp_path_factory.mktemp(request.param))


@pytest.fixture
def log(new_log: NewLog) -> Iterator[Log]:
    """An empty log, of each store in turn."""
    with new_log() as empty:
        yield empty


@pytest.fixture(params=KEPT, scope="session")
def new_kept_log(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> NewKeptLog:
    """Makes empty logs, for each store in turn that keeps a tree over its records."""
    make = KEPT[request.param]
    return lambda: make(tmp_path_factory.mktemp(request.param))


@pytest.fixture
def kept_log(new_kept_log: NewKeptLog) -> Iterator[ProvableLog]:
    """An empty log, of each store in turn that keeps a tree over its records."""
    with new_kept_log() as empty:
        yield empty


@pytest.fixture(params=[*PLACES, CLUSTER], scope="session")
def new_place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Place]:
    """Makes places for logs, for each store in turn."""
    make = cluster_places(request.getfixturevalue("cluster")) if request.param == CLUSTER else PLACES[request.param]
    return lambda: make(tmp_path_factory.mktemp(request.param))


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """The cluster of three nodes that all tests share, in whatever process they run; none of them disturbs it."""
    mine = tmp_path_factory.getbasetemp()
    with shared_cluster((mine.parent if "PYTEST_XDIST_WORKER" in os.environ else mine) / "cluster") as started:
        yield started


@pytest.fixture(scope="session")
def extract(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """A ledger with all that the extract holds."""
    path = tmp_path_factory.mktemp("f1db") / "f1.parc"
    assert 0 == import_f1db.main([str(EXTRACT), "--ledger", str(path)])
    with Ledger.open(path, read_only=True) as ledger:
        yield ledger


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """No progress bar, however slow the machine is."""
    monkeypatch.setattr(import_f1db, "PATIENCE_S", 3600)
