"""A fleet over a real Dask cluster: a scheduler, two worker processes, and a host that answers at many addresses."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import remora
from tests.support.dask_cluster import Cluster, dask_cluster
from tests.support.host import PASSWORD, HostProcess, running_host

TARGETS = int(os.environ.get("REMORA_TARGETS", "200"))
pytestmark = [
    pytest.mark.dask,
    pytest.mark.timeout(180 if TARGETS <= 200 else 3600),
    pytest.mark.filterwarnings("default"),
]
BATCH = 10
RETURNED_BEFORE_THE_KILL = 3 * BATCH


@pytest.fixture(scope="module")
def everywhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HostProcess]:
    state = tmp_path_factory.mktemp("dask") / "state"
    with running_host(state, listen=("http://0.0.0.0:0",)) as host:
        yield host


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    with dask_cluster(tmp_path) as running:
        yield running


def fleet(host: HostProcess, *more: str) -> tuple[remora.Fleet, list[str]]:
    names = [f"127.{1 + number // 250}.0.{1 + number % 250}" for number in range(TARGETS)]
    targets = [*(f"http://{name}:{host.port}/wsman" for name in names), *more]
    keywords: dict[str, Any] = {"username": "alice", "password": PASSWORD, "throttle_limit": 8}
    return remora.Fleet(targets, **keywords), names


def shells(host: HostProcess) -> set[str]:
    return {shell["shell_id"] for shell in host.status()["shells"]}


async def test_each_result_comes_once_and_a_dead_target_is_a_failure(everywhere: HostProcess, cluster: Cluster) -> None:
    many, names = fleet(everywhere, "http://127.0.0.1:1/wsman")
    seen: Counter[str] = Counter()
    before = shells(everywhere)  # what a killed worker of another test has left
    with cluster.client.get_executor() as executor:
        async for result in many.invoke("$PID; 6 * 7", executor=executor, batch_size=BATCH):
            seen[result.computer_name] += 1
            if result.computer_name == "127.0.0.1":
                assert isinstance(result.failure, remora.TransportError)
            else:
                assert (result.failure, result[1]) == (None, 42)
    assert seen == Counter([*names, "127.0.0.1"])
    assert shells(everywhere) <= before


async def test_a_worker_that_is_killed_loses_and_doubles_nothing(everywhere: HostProcess, cluster: Cluster) -> None:
    many, names = fleet(everywhere)
    seen: Counter[str] = Counter()
    with cluster.client.get_executor() as executor:
        async for result in many.invoke("6 * 7", executor=executor, batch_size=BATCH):
            seen[result.computer_name] += 1
            assert (result.failure, list(result)) == (None, [42])
            if sum(seen.values()) == RETURNED_BEFORE_THE_KILL:
                cluster.kill("worker-0")
    assert seen == Counter(names)


async def test_a_cluster_without_workers_is_given_up_in_time(everywhere: HostProcess, cluster: Cluster) -> None:
    many, names = fleet(everywhere)
    seen: Counter[str] = Counter()
    lost = []
    with cluster.client.get_executor() as executor:
        async for result in many.invoke("6 * 7", executor=executor, batch_size=BATCH, worker_wait=2.0):
            seen[result.computer_name] += 1
            if result.failure is not None:
                lost.append(result.failure)
            if sum(seen.values()) == BATCH:
                cluster.kill()
    assert seen == Counter(names)
    assert {type(failure) for failure in lost} == {remora.ExecutorFailed}
    assert {str(failure) for failure in lost} == {"the cluster has had no worker for 2 s"}
    assert len(lost) >= len(names) // 2


async def test_a_worker_that_comes_in_time_goes_on(everywhere: HostProcess, cluster: Cluster) -> None:
    many, names = fleet(everywhere)
    seen: Counter[str] = Counter()
    with cluster.client.get_executor() as executor:
        async for result in many.invoke("6 * 7", executor=executor, batch_size=BATCH, worker_wait=120.0):
            seen[result.computer_name] += 1
            assert (result.failure, list(result)) == (None, [42])
            if sum(seen.values()) == BATCH:
                cluster.kill()
                cluster.start("late")
    assert seen == Counter(names)
