"""PSRP over pipes with the embedded engine; and the same program in the place of a real pwsh."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from remora.errors import WSManFault
from remora.psrp import events as ev
from remora.psrp.hostcalls import HostMethod
from remora.psrp.spec import PipelineSpec
from remora.psrp.states import PSInvocationState, RunspacePoolState
from remora.values import HostInfo
from remora.worker import protocol as p
from remora.worker.backend import Backend
from remora.worker.cmd_shell import CmdShell
from remora.worker.outlet import Gate
from remora.worker.pool_server import PoolServer, make_pool
from remora.worker.powershell_launcher import Launcher
from remora.worker.pwsh_child import PwshPool
from remora.worker.reactor import Reactor
from tests.support.cmd_client import Cmd
from tests.support.pool_client import PoolClient
from tests.support.stdio_pipes import Pipes
from tests.support.worker_place import Place

SERVER = (
    "import sys; from remora.worker.engine_session import EngineSession; from remora.worker.stdio_server import serve; "
    "sys.exit(serve(make_session=EngineSession.for_stdio))"
)


@pytest.fixture
def pipes() -> Iterator[Pipes]:
    command = [sys.executable, "-m", "remora", "console", "-s"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0) as process:
        pipes = Pipes(process)
        pipes.client.pool.open()
        pipes.pump(lambda: pipes.client.pool.state is RunspacePoolState.OPENED)
        yield pipes
        if process.poll() is None:
            pipes.client.close()
            pipes.pump(lambda: pipes.client.closed)
        assert process.wait(10) == 0


def test_pipelines_input_and_large_output(pipes: Pipes) -> None:
    pool = pipes.client.pool
    pid = uuid4()
    pool.create_pipeline(PipelineSpec.script("1+1; 'x' * 300000"), pid)
    output, state = pipes.finish(pid)
    assert (output[0], len(output[1]), state) == (2, 300_000, PSInvocationState.COMPLETED)
    pid = uuid4()
    pipeline = pool.create_pipeline(PipelineSpec.script("$input | % { $_ + 1 }", no_input=False), pid)
    for number in range(5):
        pipeline.send_input(number)
    pipeline.end_input()
    assert pipes.finish(pid)[0] == [1, 2, 3, 4, 5]


def test_stop(pipes: Pipes) -> None:
    pid = uuid4()
    pipes.client.pool.create_pipeline(PipelineSpec.script("'started'; Start-Sleep 60"), pid)
    pipes.pump(lambda: any(isinstance(event, ev.PipelineOutput) for event in pipes.events))
    pipes.client.stop(pid)
    assert pipes.finish(pid)[1] is PSInvocationState.STOPPED


def test_errors_and_records(pipes: Pipes) -> None:
    pool = pipes.client.pool
    pid = uuid4()
    pool.create_pipeline(PipelineSpec.script("Write-Warning 'careful'; Get-Item /nowhere/x; throw 'end'"), pid)
    assert pipes.finish(pid) == ([], PSInvocationState.FAILED)
    records = [e.record for e in pipes.events if isinstance(e, ev.PipelineRecord)]
    assert [str(record) for record in records] == [
        "careful",
        "Cannot find path '/nowhere/x' because it does not exist.",
    ]
    assert records[1].extra["InvocationInfo"]["InvocationName"] == "Get-Item"
    last = [e for e in pipes.events if isinstance(e, ev.PipelineStateChanged)][-1]
    assert last.error is not None
    assert last.error.fully_qualified_error_id == "end"


def test_host_calls_go_to_the_host_of_the_pipeline(pipes: Pipes) -> None:
    pool = pipes.client.pool
    pid = uuid4()
    host = HostInfo(is_host_null=False, is_host_ui_null=False, use_runspace_host=False)
    pipeline = pool.create_pipeline(PipelineSpec.script("$Host.UI.ReadLine() + '!'", host_info=host), pid)

    def calls() -> list[ev.HostCallReceived]:
        return [e for e in pipes.events if isinstance(e, ev.HostCallReceived)]

    pipes.pump(lambda: bool(calls()) or pipeline.state.terminal)
    assert calls()[0].call.method is HostMethod.READ_LINE
    pool.respond(calls()[0], "typed")
    assert pipes.finish(pid) == (["typed!"], PSInvocationState.COMPLETED)


def test_a_pipeline_waits_its_turn_and_can_be_stopped_meanwhile(pipes: Pipes) -> None:
    pool = pipes.client.pool
    running, stopped, waiting = uuid4(), uuid4(), uuid4()
    pool.create_pipeline(PipelineSpec.script("'begun'; Start-Sleep -Milliseconds 300; 'ended'"), running)
    pool.create_pipeline(PipelineSpec.script("'never'"), stopped)
    pool.create_pipeline(PipelineSpec.script("'last'"), waiting)
    pipelines = [pool.pipelines[pid] for pid in (running, stopped, waiting)]
    pipes.pump(lambda: any(isinstance(event, ev.PipelineOutput) for event in pipes.events))
    pipes.client.stop(stopped)
    pipes.pump(lambda: all(pipeline.state.terminal for pipeline in pipelines))
    assert [pipeline.state for pipeline in pipelines] == [
        PSInvocationState.COMPLETED,
        PSInvocationState.STOPPED,
        PSInvocationState.COMPLETED,
    ]
    output = [(e.pipeline_id, e.value) for e in pipes.events if isinstance(e, ev.PipelineOutput)]
    assert output == [(running, "begun"), (running, "ended"), (waiting, "last")]


def test_the_end_of_input_ends_the_server(pipes: Pipes) -> None:
    assert pipes.process.stdin is not None
    pipes.process.stdin.close()
    assert pipes.process.wait(10) == 0


# --- in the place of pwsh ------------------------------------------------------------------------------------------


@pytest.fixture
def pwsh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory at the head of PATH with a ``pwsh`` that is our own server."""
    directory = tmp_path / "bin"
    directory.mkdir()
    program = directory / "pwsh"
    program.write_text(
        f'#!/bin/sh\ncase "$*" in *-s*) exec {sys.executable} -c \'{SERVER}\';; *) echo "real $*"; exit 9;; esac\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{directory}:{os.environ['PATH']}")
    return directory


def choose(backend: Any, reactor: Any = None) -> Backend:
    request = p.Open(
        shell_id="S",
        kind="powershell",
        resource_uri="u",
        shell=p.ShellSpec(input_streams=("stdin", "pr"), output_streams=("stdout",)),
        sender=p.Sender(name="me"),
        options=(p.Option(name="protocolversion", value="2.3", must_comply=True),),
        creation_xml=b"x",
        configuration=p.Configuration(backend=backend),
    )
    return make_pool(request, reactor, lambda driver, opened: None)  # type: ignore[arg-type,return-value]


def test_which_backend(pwsh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(choose("auto"), PwshPool)
    assert isinstance(choose("pwsh"), PwshPool)
    assert isinstance(choose("engine"), PoolServer)
    monkeypatch.setenv("PATH", "/nowhere")
    assert isinstance(choose("auto"), PoolServer)
    with pytest.raises(WSManFault) as caught:
        choose("pwsh")
    assert caught.value.code == 0x80540BBA


def test_a_shell_over_a_pwsh_process(pwsh: Path, tmp_path: Path) -> None:
    def backend(request: p.Open, gate: Gate, reactor: Reactor) -> Backend:
        return make_pool(request, reactor, lambda driver, opened: None)  # type: ignore[arg-type,return-value]

    place = Place(tmp_path, backend)
    try:
        first = PoolClient(place.front(), place.shell_id).open()
        assert first.invoke("$x = 5; $x + 1").output == [6]
        pid = first.start("1..50 | % { $_ }; Start-Sleep -Milliseconds 200; 'last'")
        first.receive(pid)
        assert first.front.ask(p.Disconnect()) == p.Ok()
        second = PoolClient(place.front(), place.shell_id).connect(pid)
        outcome = second.finish(pid)
        assert outcome.output[-1] == "last"
        assert outcome.state is PSInvocationState.COMPLETED
        assert second.invoke("$x").output == [5]
        pid = second.start("Start-Sleep 60")
        time.sleep(0.2)
        second.front.ask(p.Signal(command_id=str(pid).upper(), code="powershell/signal/crtl_c"))
        assert second.finish(pid).state is PSInvocationState.STOPPED
    finally:
        place.close()


def test_a_pwsh_process_that_dies_breaks_the_pool(pwsh: Path, tmp_path: Path) -> None:
    def backend(request: p.Open, gate: Gate, reactor: Reactor) -> Backend:
        return make_pool(request, reactor, lambda driver, opened: None)  # type: ignore[arg-type,return-value]

    place = Place(tmp_path, backend)
    try:
        client = PoolClient(place.front(), place.shell_id).open()
        pid = client.start("Stop-Process -Id $PID -Force; Start-Sleep 60")
        outcome = client.finish(pid)
        assert outcome.state is PSInvocationState.FAILED
        while client.pool.state is RunspacePoolState.OPENED:
            client.receive_pool()
        assert client.pool.state is RunspacePoolState.BROKEN
    finally:
        place.close()


def test_powershell_lines_go_to_a_real_pwsh(pwsh: Path, tmp_path: Path) -> None:
    def backend(request: p.Open, gate: Gate, reactor: Reactor) -> Backend:
        return CmdShell(request, Launcher(None, prefer_pwsh=True))  # type: ignore[arg-type]

    place = Place(tmp_path, backend)
    try:
        shell = Cmd(place.front(), place.name)
        assert shell.run("powershell -NoProfile -c 1+1") == (b"real -NoProfile -c 1+1\n", b"", 9)
    finally:
        place.close()
