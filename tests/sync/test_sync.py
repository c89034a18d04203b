from __future__ import annotations

import asyncio
import inspect
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

import remora
import remora.sync
from remora.client.config_store import ClientAuth, ClientConfig
from remora.client.pipeline import RemotePipeline
from remora.client.pssession import PSSession as AsyncSession
from remora.client.repository import PSSessionRepository
from remora.sync import api
from tests.client.small_host import PASSWORD, USER, SmallHost, threaded_host

FUNCTIONS = [name for name in remora.sync.__all__ if name.endswith(("_pssession", "_command"))]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_have_the_same_names_and_signatures(name: str) -> None:
    blocking, asynchronous = getattr(remora.sync, name), getattr(remora, name)
    assert inspect.signature(blocking) == inspect.signature(asynchronous)
    assert blocking.__doc__ == asynchronous.__doc__
    assert not inspect.iscoroutinefunction(blocking)


def public(cls: type) -> dict[str, Any]:
    return {name: value for name, value in inspect.getmembers(cls) if not name.startswith("_")}


def test_the_session_has_every_public_member_of_the_async_one() -> None:
    theirs, ours = public(AsyncSession), public(remora.sync.PSSession)
    assert set(theirs) <= set(ours)
    for name, member in theirs.items():
        if inspect.isfunction(member):
            assert inspect.signature(member).parameters == inspect.signature(ours[name]).parameters, name


def test_pipelines_have_the_same_signatures() -> None:
    for name in ("stop", "collect", "items"):
        method = getattr(api.Pipeline, name)
        assert inspect.signature(method) == inspect.signature(getattr(RemotePipeline, name))


def test_every_async_name_has_a_blocking_one() -> None:
    assert set(remora.__all__) - set(remora.sync.__all__) == {"__version__"}


@pytest.fixture
def host() -> Iterator[SmallHost]:
    with threaded_host() as running:
        yield running


def test_a_whole_life_without_an_event_loop(host: SmallHost) -> None:
    where: dict[str, Any] = {
        "connection_uri": host.url,
        "username": USER,
        "password": PASSWORD,
        "authentication": "basic",
        "repository": PSSessionRepository(),
        "config": ClientConfig(allow_unencrypted=True, auth=ClientAuth(basic=True)),
    }
    session = remora.sync.new_pssession(name="S", **where)
    assert isinstance(session, remora.sync.PSSession)
    assert list(session.invoke("one")) == ["one"]
    assert remora.sync.invoke_command("two", session=session) == ["two"]
    assert [item.value for item in session.stream("three")] == ["three"]
    session.disconnect()
    assert session.state == "Disconnected"
    assert remora.sync.connect_pssession(session) == session
    assert session.state == "Opened"
    assert list(remora.sync.get_pssession(name="S", repository=where["repository"])) == [session]
    left = remora.sync.invoke_command("four", in_disconnected_session=True, session_name="L", **where)
    assert list(remora.sync.receive_pssession(left)) == ["four"]
    job = remora.sync.invoke_command("five", session=session, as_job=True, repository=where["repository"])
    assert job.wait(10) == "Completed"
    assert job.receive() == ["five"]
    remora.sync.remove_pssession([session, left])
    with remora.sync.new_pssession(**where) as another:
        pipeline = another.start("six")
        assert [item.value for item in pipeline.items()] == ["six"]
    assert another.state == "Closed"


SCRIPT = """
import sys, remora.sync as remora
config = remora.ClientConfig(allow_unencrypted=True, auth=remora.ClientAuth(basic=True))
session = remora.new_pssession(
    connection_uri=sys.argv[1], username="alice", password=sys.argv[2], authentication="basic", config=config
)
print("ready", flush=True)
try:
    session.invoke("waits")
except KeyboardInterrupt:
    print(session.availability, flush=True)
    session.close()
"""


def test_control_c_stops_the_remote_pipeline(host: SmallHost) -> None:
    async def waits(run: Any) -> None:
        await asyncio.sleep(60)

    host.scripts["waits"] = waits
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, host.url, PASSWORD], stdout=subprocess.PIPE, text=True, env={**os.environ}
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    while not host.asked["Command"]:
        threading.Event().wait(0.01)
    threading.Event().wait(0.1)
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=20)
    assert out == "Available\n"
    assert process.returncode == 0
    assert host.asked["Signal"] == 1
    assert host.shells == {}


def test_a_fleet_brings_every_machine(host: SmallHost) -> None:
    config = ClientConfig(allow_unencrypted=True, auth=ClientAuth(basic=True))
    where = {"port": urlsplit(host.url).port, "username": USER, "password": PASSWORD, "authentication": "basic"}
    fleet = remora.sync.Fleet(["127.0.0.1", "localhost"], config=config, **where)
    assert len(fleet) == 2
    assert [list(result) for result in fleet.invoke("hello")] == [["hello"], ["hello"]]
