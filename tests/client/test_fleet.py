from __future__ import annotations

import asyncio
import pickle
from collections import Counter
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import aclosing
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

import remora
from remora.client.config_store import ClientAuth, ClientConfig
from remora.client.connection_info import connection_infos
from remora.client.fleet_work import FleetWork, run_fleet_work
from remora.client.options import PSSessionOption
from remora.client.results import InvokeResult, PipelineFailed
from remora.errors import ConnectionLost, ExecutorFailed, PSSessionError, TransportError, WSManFault
from remora.values import ErrorRecord, PSObject, WarningRecord
from remora.wsman import faults
from tests.client.small_host import PASSWORD, USER, Run, SmallHost, small_host, threaded_host

DEAD = "http://127.0.0.1:1/wsman"


async def fails(run: Run) -> None:
    run.output("before")
    raise ValueError("boom")


async def talks(run: Run) -> None:
    run.output("one")
    run.record(WarningRecord(message="careful"))
    run.output("two")


def keywords() -> dict[str, Any]:
    return {
        "username": USER, "password": PASSWORD, "authentication": "basic",
        "config": ClientConfig(allow_unencrypted=True, auth=ClientAuth(basic=True)),
    }  # fmt: skip


def fleet(*targets: str, **more: Any) -> remora.Fleet:
    return remora.Fleet(targets, **keywords(), **more)


async def test_results_come_one_for_each_target_and_a_failure_is_one(host: SmallHost) -> None:
    host.scripts["fails"] = fails
    many = fleet(host.url, DEAD, host.url)
    assert len(many) == 3
    results = [result async for result in many.invoke("hi")]
    assert sorted(list(result) for result in results) == [[], ["hi"], ["hi"]]
    (dead,) = [result for result in results if result.failure is not None]
    assert isinstance(dead.failure, TransportError)
    assert dead.state == "Failed"
    (result,) = [result async for result in fleet(host.url).invoke("fails")]
    assert (list(result), result.state) == (["before"], "Failed")
    assert isinstance(result.failure, PipelineFailed)
    assert host.shells == {}


async def test_arguments_go_along(host: SmallHost) -> None:
    async def shows(run: Run) -> None:
        run.output(f"{run.arguments} {run.parameters}")

    host.scripts["shows"] = shows
    (result,) = [r async for r in fleet(host.url).invoke("shows", [1, "x"], parameters={"Name": 2})]
    assert result == ["(1, 'x') {'Name': 2}"]


async def test_live_output_names_its_computer_and_ends_once_for_each(host: SmallHost) -> None:
    host.scripts.update(talks=talks, fails=fails)
    async with small_host({"talks": fails}) as other:
        items = [item async for item in fleet(host.url, other.url, DEAD).stream("talks")]
    assert sorted(item.value for item in items if item.stream == "output") == ["before", "one", "two"]
    assert Counter(item.stream for item in items) == {"output": 3, "warning": 1, "end": 3}
    ends = [item.value for item in items if item.stream == "end"]
    assert {end.computer_name for end in ends} == {"127.0.0.1"}
    assert sorted(end.state for end in ends) == ["Completed", "Failed", "Failed"]
    assert {type(end.failure) for end in ends} == {type(None), PipelineFailed, ConnectionLost}
    assert all(end == [] for end in ends)


async def test_output_comes_before_the_end_of_the_script(host: SmallHost) -> None:
    more = asyncio.Event()

    async def waits(run: Run) -> None:
        run.output("first")
        await more.wait()
        run.output("second")

    host.scripts["waits"] = waits
    seen = []
    async with asyncio.timeout(20):
        async for item in fleet(host.url, host.url).stream("waits"):
            seen.append(item.stream if item.stream == "end" else item.value)
            if seen == ["first", "first"]:
                more.set()
    assert Counter(seen) == {"first": 2, "second": 2, "end": 2}


async def test_leaving_the_loop_stops_the_scripts(host: SmallHost) -> None:
    async def waits(run: Run) -> None:
        run.output("started")
        await asyncio.sleep(60)

    host.scripts["waits"] = waits
    async with aclosing(fleet(host.url, host.url).stream("waits")) as items:
        async for _item in items:
            break
    assert host.shells == {}


async def test_a_slow_reader_holds_the_writers_back(host: SmallHost) -> None:
    written = 0

    async def pours(run: Run) -> None:
        nonlocal written
        for number in range(200):
            run.output(number)
            written += 1

    host.scripts["pours"] = pours
    async with aclosing(fleet(host.url, throttle_limit=2).stream("pours")) as items:
        values = [item.value async for item in items if item.stream == "output"]
    assert values == list(range(200))


def pools() -> list[Executor]:
    return [ThreadPoolExecutor(3), ProcessPoolExecutor(2, mp_context=get_context("spawn"))]


@pytest.mark.parametrize("kind", [0, 1])
async def test_any_executor_does_the_work(kind: int) -> None:
    with threaded_host({"fails": fails}) as host, pools()[kind] as executor:
        results = [r async for r in fleet(*[host.url] * 7, DEAD).invoke("hi", executor=executor, batch_size=3)]
        assert Counter("failed" if r.failure is not None else r[0] for r in results) == {"hi": 7, "failed": 1}
        (result,) = [r async for r in fleet(host.url).invoke("fails", executor=executor)]
        assert isinstance(result.failure, PipelineFailed)
        assert result.failure.error_record is not None
        assert host.shells == {}


def test_the_blocking_fleet_does_the_same() -> None:
    import remora.sync

    with threaded_host({"talks": talks}) as host, ThreadPoolExecutor(2) as executor:
        many = remora.sync.Fleet([host.url] * 3, **keywords())
        assert sorted(list(result) for result in many.invoke("hi", executor=executor, batch_size=1)) == [["hi"]] * 3
        assert Counter(item.stream for item in many.stream("talks")) == {"output": 6, "warning": 3, "end": 3}


class Broken(Executor):
    """Loses every second task."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(1)
        self._count = 0

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Any:
        self._count += 1
        return self._threads.submit(self._lose if self._count % 2 == 0 else fn, *args, **kwargs)

    @staticmethod
    def _lose(_work: FleetWork) -> None:
        raise BrokenProcessPool("a worker died")


async def test_a_task_that_is_lost_is_a_failure_of_each_of_its_targets() -> None:
    with threaded_host() as host:
        results = [r async for r in fleet(*[host.url] * 6).invoke("hi", executor=Broken(), batch_size=2)]
    assert [r[0] for r in results if r.failure is None] == ["hi"] * 4
    lost = [r.failure for r in results if r.failure is not None]
    assert [type(error) for error in lost] == [ExecutorFailed] * 2
    assert "a worker died" in str(lost[0])


class Cluster(Executor):
    """Never does anything; its workers are counted as Dask's are."""

    def __init__(self, *counts: int | Exception, recovers: bool = False) -> None:
        self._client = self
        self._recovers = recovers
        self._counts = list(counts)
        self.futures: list[Future[Any]] = []

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.futures.append(Future())
        return self.futures[-1]

    def nthreads(self) -> dict[str, int]:
        found = self._counts.pop(0) if len(self._counts) > 1 else self._counts[0]
        if isinstance(found, Exception):
            raise found
        if self._recovers and len(self._counts) == 1:
            self.futures[0].set_exception(BrokenProcessPool("found"))
        return {str(number): 1 for number in range(found)}


@pytest.mark.parametrize("answer", [0, OSError("the scheduler is gone")])
async def test_a_cluster_without_workers_is_not_waited_for_without_end(answer: int | Exception) -> None:
    executor = Cluster(2, answer)
    async with asyncio.timeout(30):
        results = [r async for r in fleet(*[DEAD] * 5).invoke("hi", executor=executor, batch_size=2, worker_wait=0.1)]
    assert [str(r.failure) for r in results] == ["the cluster has had no worker for 0.1 s"] * 5
    assert [type(r.failure) for r in results] == [ExecutorFailed] * 5
    assert all(future.cancelled() for future in executor.futures)


async def test_workers_that_come_back_end_the_waiting() -> None:
    executor = Cluster(0, 1, 0, 1, recovers=True)
    async with asyncio.timeout(30):
        (result,) = [r async for r in fleet(DEAD).invoke("hi", executor=executor, worker_wait=3600)]
    assert "found" in str(result.failure)


async def test_a_batch_has_a_target() -> None:
    with pytest.raises(ValueError, match="at least one"):
        await anext(fleet(DEAD).invoke("x", executor=Broken(), batch_size=0))


def test_the_work_and_its_results_can_be_pickled(tmp_path: Path) -> None:
    with threaded_host({"fails": fails}) as host:
        infos = connection_infos(connection_uri=[host.url, DEAD], session_option=PSSessionOption(), **keywords())
        _ = infos[0].tls_context
        work = pickle.loads(pickle.dumps(FleetWork(infos=infos, script="fails", argument_list=[PSObject()])))
        results: list[InvokeResult] = pickle.loads(pickle.dumps(run_fleet_work(work)))
    assert PASSWORD not in repr(work)
    assert [type(result.failure) for result in results] == [PipelineFailed, ConnectionLost]
    assert list(results[0]) == ["before"]


@pytest.mark.parametrize(
    "error",
    [
        PSSessionError("m", error_id="E", category="C"),
        TransportError("m", status=500),
        faults.ShellDisconnected(),
        WSManFault("m", machine="x"),
        PipelineFailed("m", error_record=ErrorRecord.of("m", "I"), result=InvokeResult("c")),
    ],
)
def test_errors_travel_whole(error: Exception) -> None:
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is type(error)
    assert str(copy) == str(error)
    plain = {name: value for name, value in vars(error).items() if isinstance(value, str | int | None)}
    assert {name: vars(copy)[name] for name in plain} == plain
