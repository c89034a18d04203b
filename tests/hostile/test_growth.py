"""The same abuse many times over: memory and descriptors of the host stay where they were."""

from __future__ import annotations

import base64
import contextlib
import itertools
import socket

import psutil

from remora.errors import WSManFault
from remora.wsman import CreateShell, Enumerate, Identify, Option, OptionSet, ShellSpec, uris
from tests.support.scene import Ntlm, Scene
from tests.support.wire import POWERSHELL, SOAP, CmdShell, Wire
from tests.support.workers import wait_until

MEGABYTE = 1 << 20
VERSION = OptionSet((Option(name="protocolversion", value="2.3", must_comply=True),))


def abuse(scene: Scene, round_: int) -> None:
    """One of everything."""
    body = scene.envelope()
    wrong = base64.b64encode(f"nobody{round_}:wrong-7a3b".encode()).decode()
    with socket.create_connection(("127.0.0.1", scene.host.port)) as connection:
        connection.sendall(scene.head(len(body)) + body[: round_ % len(body)])
    with socket.create_connection(("127.0.0.1", scene.host.port)) as connection:
        connection.sendall(b"POST /wsman HTTP/1.1\r\nX: " + b"a" * 5000)
    scene.raw(scene.head(0, "Connection: close", token=f"Basic {wrong}"))
    scene.raw(b"nonsense %d\r\n\r\n" % round_)
    with Ntlm(scene) as connection:
        connection.challenge()
    with Ntlm(scene).log_on() as connection:
        headers, sealed = connection.seal(body)
        connection.send(headers, sealed[:-30] + b"x" * 30)
    with Wire(scene.host.url) as wire:
        wire.post(b"<!DOCTYPE x>" + body)
        wire.post(body[: len(body) // 2])
        wire.ask(Enumerate(resource_uri=uris.RESOURCE_SHELL))
        wire.ask(Identify())
        for bad in (b"", b"x" * 40, bytes(21)):
            spec = ShellSpec(input_streams=("stdin",), output_streams=("stdout",), creation_xml=bad)
            for options in (OptionSet(), VERSION):
                with contextlib.suppress(WSManFault):
                    wire.ask(CreateShell(resource_uri=POWERSHELL, shell=spec, options=options))
        with contextlib.suppress(WSManFault):
            CmdShell(wire, shell_id=f"../{round_}")
    scene.post(body, f"{SOAP}; x={round_}")


def test_memory_and_descriptors_stay(scene: Scene) -> None:
    """What leaks grows in every window; what a pool of threads keeps for good grows once."""
    front = psutil.Process(scene.host.pid)
    family = [front, *front.children(recursive=True)]
    rounds = iter(range(1000))
    memory: dict[int, list[int]] = {process.pid: [] for process in family}
    opened = {process.pid: process.num_fds() for process in family}
    for _window in range(5):
        for _ in range(6):
            abuse(scene, next(rounds))
        for process in family:
            memory[process.pid].append(process.memory_info().rss)
    for process in family:
        wait_until(lambda process=process: process.num_fds() <= opened[process.pid] + 4)  # type: ignore[misc]
        sizes = memory[process.pid]
        growths = [after - before for before, after in itertools.pairwise(sizes)]
        assert min(growths) < MEGABYTE, (process.cmdline(), sizes)
        assert sizes[-1] - sizes[0] < 64 * MEGABYTE, (process.cmdline(), sizes)
    assert len(scene.host.status()["shells"]) == 1
    wait_until(lambda: [path.name for path in (scene.host.state_dir / "w").iterdir()] == [scene.witness.id])
    wait_until(lambda: len(front.children(recursive=True)) <= len(family))
