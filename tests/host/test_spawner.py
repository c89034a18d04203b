from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from remora.errors import TransportError, WSManFault
from remora.host.spawner_protocol import ResourceLimits
from remora.host.spawning import SpawnerHandle, canonical_shell_id
from remora.net.unix import peer_credentials
from remora.worker import protocol as p
from tests.support.workers import Front, wait_until

STUB = (sys.executable, "-m", "tests.support.spawner_stub")
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root to change uids")
ME = "me" if os.geteuid() else "61999"


@pytest.fixture
def state_dir() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="remora-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture
def spawner(state_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SpawnerHandle]:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    handle = SpawnerHandle.start(state_dir, command=STUB)
    yield handle
    for path in (state_dir / "w").iterdir():
        with contextlib.suppress(OSError, EOFError), Front(path) as front:
            front.ask(p.Delete())
    handle.close()


@pytest.fixture
def connect() -> Iterator[Callable[[Path], Front]]:
    with contextlib.ExitStack() as stack:
        yield lambda path: stack.enter_context(Front(path))


def new_id() -> str:
    return str(uuid4()).upper()


def chunk_text(answer: p.Result) -> str:
    assert isinstance(answer, p.Output), answer
    return answer.chunks[0].data[21:].decode()


async def test_a_worker_is_spawned_serves_and_leaves_nothing(
    spawner: SpawnerHandle, state_dir: Path, connect: Callable[[Path], Front]
) -> None:
    spawner.attach()
    gone: list[tuple[str, int, int]] = []
    spawner.exited = lambda *what: gone.append(what)
    shell_id = new_id()
    spawned = await spawner.spawn(shell_id, ME)
    path = state_dir / "w" / shell_id
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o007 == 0
    front = connect(path)
    peer = peer_credentials(front.socket)
    assert (peer.pid, peer.uid) == (spawned.pid, spawned.uid)
    assert front.hello == p.Hello(shell_id=shell_id)
    assert front.open(shell_id).process_id == spawned.pid
    uid, _, rest = chunk_text(front.receive()).partition(" ")
    assert int(uid) == spawned.uid
    assert rest.endswith("True")  # a session of its own
    assert front.ask(p.Delete()) == p.Ok()
    front.close()
    async with asyncio.timeout(10):
        while not gone:
            await asyncio.sleep(0.01)
    assert gone == [(shell_id, spawned.pid, 0)]
    assert not path.exists()


async def test_the_worker_survives_front_ends_and_the_spawner(
    spawner: SpawnerHandle, state_dir: Path, connect: Callable[[Path], Front]
) -> None:
    spawner.attach()
    shell_id = new_id()
    spawned = await spawner.spawn(shell_id, ME)
    path = state_dir / "w" / shell_id
    first = connect(path)
    first.open(shell_id)
    first.ask(p.RunCommand(command_id="C", command_line="hello"))
    first.post(p.Receive(budget=100, timeout=60.0, command_id="C"))
    first.close()
    os.kill(spawner.pid, signal.SIGKILL)
    spawner.close()
    second = connect(path)
    assert second.hello == p.Hello(shell_id=shell_id, opened=True)
    described = second.ask(p.Describe())
    assert isinstance(described, p.Description)
    assert described.process_id == spawned.pid
    assert second.ask(p.Delete()) == p.Ok()
    wait_until(lambda: not Path(f"/proc/{spawned.pid}").exists() or _is_zombie(spawned.pid))


def _is_zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


async def test_the_spawner_ends_with_its_parent_and_a_worker_with_its_directory(
    state_dir: Path, monkeypatch: pytest.MonkeyPatch, connect: Callable[[Path], Front]
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    handle = SpawnerHandle.start(state_dir, command=STUB)
    handle.attach()
    shell_id = new_id()
    spawned = await handle.spawn(shell_id, ME)
    front = connect(state_dir / "w" / shell_id)
    front.open(shell_id)
    handle.close()
    assert not _is_zombie(spawned.pid)
    shutil.rmtree(state_dir / "w")
    front.receive()
    answer = front.receive(timeout=30.0)
    assert isinstance(answer, p.Fault)
    assert answer.number == 995
    with pytest.raises((EOFError, ConnectionError)):
        front.receive()


async def test_a_crash_ends_one_worker_only(
    spawner: SpawnerHandle, state_dir: Path, connect: Callable[[Path], Front]
) -> None:
    spawner.attach()
    ids = [new_id(), new_id()]
    fronts = []
    for shell_id in ids:
        await spawner.spawn(shell_id, ME)
        fronts.append(connect(state_dir / "w" / shell_id))
        fronts[-1].open(shell_id)
    with pytest.raises((EOFError, ConnectionError)):
        fronts[0].ask(p.RunCommand(command_line="crash"))
    assert isinstance(fronts[1].ask(p.RunCommand(command_id="C")), p.CommandAccepted)
    assert await spawner.discard(ids[0])
    assert not await spawner.discard(ids[1])


@pytest.mark.parametrize("account", ["root", "nobody", "unknown"])
async def test_who_nobody_runs_as(spawner: SpawnerHandle, account: str) -> None:
    spawner.attach()
    with pytest.raises(WSManFault) as caught:
        await spawner.spawn(new_id(), account)
    assert caught.value.code == 0x803381DF


async def test_an_id_in_use_and_ids_that_are_no_guids(spawner: SpawnerHandle) -> None:
    spawner.attach()
    shell_id = new_id()
    await spawner.spawn(shell_id, ME)
    with pytest.raises(WSManFault) as caught:
        await spawner.spawn(shell_id, ME)
    assert caught.value.code == 0x8033816E
    for text in ("../../etc/passwd", "", shell_id[:-1], "{" + shell_id + "}", shell_id.replace("-", "")):
        with pytest.raises(WSManFault):
            canonical_shell_id(text)
    assert canonical_shell_id(shell_id.lower()) == shell_id


async def test_hard_limits(spawner: SpawnerHandle, state_dir: Path) -> None:
    spawner.attach()
    shell_id = new_id()
    spawned = await spawner.spawn(shell_id, ME, ResourceLimits(open_files=256))
    limits = Path(f"/proc/{spawned.pid}/limits").read_text()
    (files,) = (line for line in limits.splitlines() if line.startswith("Max open files"))
    assert files.split()[3:5] == ["256", "256"]


@as_root
async def test_dynamic_uids_get_their_own_home_and_nothing_else(
    spawner: SpawnerHandle, state_dir: Path, connect: Callable[[Path], Front]
) -> None:
    spawner.attach()
    shell_id = new_id()
    spawned = await spawner.spawn(shell_id, "61300")
    front = connect(state_dir / "w" / shell_id)
    front.open(shell_id)
    home = state_dir / "home" / "61300"
    uid, gid, groups, cwd, home_variable, leads = chunk_text(front.receive()).split(" ")
    assert (spawned.uid, uid, gid, groups) == (61300, "61300", "61300", "[]")
    assert (cwd, home_variable, leads) == (str(home), str(home), "True")
    assert (home.stat().st_uid, home.stat().st_mode & 0o777) == (61300, 0o700)
    status = Path(f"/proc/{spawned.pid}/status").read_text()
    assert "CapEff:\t0000000000000000" in status
    assert "Uid:\t61300\t61300\t61300\t61300" in status


async def test_memory_is_limited_but_threads_still_start(spawner: SpawnerHandle, state_dir: Path) -> None:
    spawner.attach()
    spawned = await spawner.spawn(new_id(), ME, ResourceLimits(memory=256 * 1024 * 1024))
    limits = Path(f"/proc/{spawned.pid}/limits").read_text()
    (data,) = (line for line in limits.splitlines() if line.startswith("Max data size"))
    assert 256 * 1024 * 1024 < int(data.split()[3]) < 4 * 1024**3
    (space,) = (line for line in limits.splitlines() if line.startswith("Max address space"))
    assert "unlimited" in space or int(space.split()[3]) > 4 * 1024**3


async def test_more_requests_than_the_socket_holds_are_all_answered(spawner: SpawnerHandle) -> None:
    spawner.attach()
    os.kill(spawner.pid, signal.SIGSTOP)
    asked = [asyncio.create_task(spawner.discard(new_id())) for _ in range(2000)]
    await asyncio.sleep(0)
    asked[1500].cancel()  # in the middle of what waits to be written
    await asyncio.sleep(0)
    os.kill(spawner.pid, signal.SIGCONT)
    answers = await asyncio.wait_for(asyncio.gather(*asked, return_exceptions=True), 40)
    assert [answer for answer in answers if answer is not True] == [answers[1500]]
    assert isinstance(answers[1500], asyncio.CancelledError)


@pytest.mark.parametrize(
    ("program", "told"),
    [
        ("import sys; print('first', file=sys.stderr); sys.exit('no room for it')", "; it said: no room for it"),
        ("pass", "it ended before it was ready"),
    ],
)
def test_a_spawner_that_does_not_start_is_quoted(state_dir: Path, program: str, told: str) -> None:
    (state_dir / "worker.log").write_text("of an earlier run\n")
    with pytest.raises(TransportError) as caught:
        SpawnerHandle.start(state_dir, command=(sys.executable, "-c", program))
    assert told in str(caught.value)
    assert "earlier run" not in str(caught.value)
    assert str(state_dir / "worker.log") in str(caught.value)
