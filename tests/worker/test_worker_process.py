"""Workers as they really are: forked by the real spawner, with real uids, sockets and signals."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from remora.host.accounts import AccountStore
from remora.host.spawning import SpawnerHandle
from remora.psrp.states import PSInvocationState
from remora.worker import protocol as p
from tests.support.pool_client import PoolClient
from tests.support.workers import SESSION, Front, wait_until

ROOT = Path(__file__).parents[2]
ACCOUNT = "remora-test-account"
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root to change uids")


class Host:
    """A spawner with one account, and the workers it made."""

    def __init__(self, state_dir: Path) -> None:
        self.state_dir = state_dir
        self.accounts = AccountStore(state_dir)
        self.accounts.add(ACCOUNT, "Some Secret 1!")
        previous = os.umask(0o077)  # as the host runs
        try:
            self.spawner = SpawnerHandle.start(state_dir)
        finally:
            os.umask(previous)
        self.spawner.attach()
        self.stack = contextlib.ExitStack()

    async def spawn(self) -> tuple[UUID, Path, int]:
        shell_id = uuid4()
        name = str(shell_id).upper()
        spawned = await self.spawner.spawn(name, ACCOUNT)
        return shell_id, self.state_dir / "w" / name, spawned.pid

    def front(self, path: Path, session: str = SESSION) -> Front:
        return self.stack.enter_context(Front(path, session=session))

    def client(self, shell_id: UUID, path: Path, session: str = SESSION) -> PoolClient:
        return PoolClient(self.front(path, session), shell_id)

    def close(self) -> None:
        self.stack.close()
        for path in (self.state_dir / "w").iterdir():
            with contextlib.suppress(OSError, EOFError), Front(path) as front:
                front.ask(p.Delete())
        self.spawner.close()


@pytest.fixture
async def host(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Host]:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    with tempfile.TemporaryDirectory(prefix="remora-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        host = Host(Path(name))
        yield host
        host.close()


async def test_a_shell_from_create_to_delete(host: Host) -> None:
    shell_id, path, pid = await host.spawn()
    client = host.client(shell_id, path).open()
    assert client.invoke("1+1").output == [2]
    assert client.invoke("$PID").output == [pid]
    described = client.front.ask(p.Describe())
    assert isinstance(described, p.Description)
    assert described.memory_used > 1_000_000
    assert client.front.ask(p.Delete()) == p.Ok()
    wait_until(lambda: not path.exists())


async def test_creating_a_shell_is_quick(host: Host) -> None:
    times = []
    for _ in range(5):
        begun = time.perf_counter()
        shell_id, path, _ = await host.spawn()
        host.client(shell_id, path).open()
        times.append(time.perf_counter() - begun)
    assert sorted(times)[2] < 0.15  # 15 ms on a machine of its own


async def test_the_front_end_is_killed_in_mid_output(host: Host) -> None:
    shell_id, path, worker_pid = await host.spawn()
    width = random.randrange(50, 400)
    pause = "if ($_ % 10 -eq 0) { Start-Sleep -Milliseconds 5 }"
    script = f"1..400 | ForEach-Object {{ \"$_ \" + '-' * {width}; {pause} }}"
    with subprocess.Popen(
        [sys.executable, "-m", "tests.support.dying_front", path, str(shell_id), script],
        stdout=subprocess.PIPE,
        cwd=ROOT,
    ) as dying:
        assert dying.stdout is not None
        pipeline = UUID(dying.stdout.readline().decode().strip())
        seen = [dying.stdout.readline().decode().rstrip("\n") for _ in range(random.randrange(20, 150))]
        dying.kill()
        seen += dying.stdout.read().decode().split("\n")[:-1]
        assert dying.wait() == -signal.SIGKILL
    assert 0 < len(seen) < 400

    second = host.client(shell_id, path, f"uuid:{uuid4()}")
    assert second.front.hello == p.Hello(shell_id=str(shell_id).upper(), opened=True)
    wait_until(lambda: _description(second.front).state == "Disconnected")
    assert _description(second.front).process_id == worker_pid
    listed = second.front.ask(p.ListCommands())
    assert isinstance(listed, p.Commands)
    assert [entry.command_id for entry in listed.items] == [str(pipeline).upper()]
    outcome = second.connect(pipeline).finish(pipeline)
    assert outcome.state is PSInvocationState.COMPLETED
    expected = [f"{number} " + "-" * width for number in range(1, 401)]
    again = len(seen) + len(outcome.output) - len(expected)
    assert again >= 0
    assert seen + outcome.output[again:] == expected
    assert second.invoke("'and on'").output == ["and on"]


def _description(front: Front) -> p.Description:
    answer = front.ask(p.Describe())
    assert isinstance(answer, p.Description)
    return answer


async def test_a_crash_in_one_session_leaves_the_others(host: Host) -> None:
    shells = [await host.spawn() for _ in range(2)]
    clients = [host.client(shell_id, path).open() for shell_id, path, _ in shells]
    os.kill(shells[0][2], signal.SIGSEGV)
    with pytest.raises((EOFError, ConnectionError)):
        clients[0].invoke("1")
    assert clients[1].invoke("1").output == [1]
    wait_until(lambda: not shells[0][1].exists())


async def test_sigterm_ends_a_worker_and_what_it_started(host: Host) -> None:
    shell_id, path, pid = await host.spawn()
    client = host.client(shell_id, path).open()
    waiting = client.front.post(p.Receive(budget=1000, timeout=30.0))
    assert isinstance(client.front.ask(p.Describe()), p.Description)
    os.kill(pid, signal.SIGTERM)
    answer = client.front.wait(waiting)
    assert isinstance(answer, p.Fault)
    assert answer.number == 995
    wait_until(lambda: not path.exists())


async def test_idle_workers_are_small(host: Host) -> None:
    pids = []
    for _ in range(8):
        shell_id, path, pid = await host.spawn()
        host.client(shell_id, path).open()
        pids.append(pid)
    sizes = sorted(_proportional(pid) for pid in pids)
    assert sizes[4] < 12 * 1024


def _proportional(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


async def test_background_jobs(host: Host) -> None:
    shell_id, path, _ = await host.spawn()
    client = host.client(shell_id, path).open()
    outcome = client.invoke("$job = Start-Job { param($n) 'from the job'; $n * 2 } -ArgumentList 21; $job.Name")
    assert outcome.output == ["Job1"], outcome
    assert client.invoke("$job | Wait-Job | Receive-Job").output == ["from the job", 42]
    client.invoke("$long = Start-Job { Start-Sleep 60 }")
    begun = time.monotonic()
    assert client.front.ask(p.Delete()) == p.Ok()
    wait_until(lambda: not path.exists())
    assert time.monotonic() - begun < 5


@as_root
async def test_sessions_of_root_run_as_the_account(host: Host) -> None:
    shell_id, path, pid = await host.spawn()
    client = host.client(shell_id, path).open()
    account = host.accounts.get(ACCOUNT)
    status = Path(f"/proc/{pid}/status").read_text()
    assert f"Uid:\t{account.uid}\t{account.uid}" in status
    home = host.state_dir / "home" / str(account.uid)
    assert client.invoke("$HOME; (Get-Location).Path").output == [str(home), str(home)]
    refused = client.invoke("Get-Content /etc/shadow -ErrorAction Stop")
    assert refused.state is PSInvocationState.FAILED
    listing = client.invoke(f"Get-ChildItem {host.state_dir}/w -ErrorAction Stop")
    assert listing.state is PSInvocationState.FAILED


@as_root
async def test_root_is_refused_whatever_the_store_says(host: Host) -> None:
    from remora.errors import ConfigError, WSManFault

    with pytest.raises(ConfigError):
        host.accounts.add("root", "Some Secret 1!")
    with pytest.raises(WSManFault) as caught:
        await host.spawner.spawn(str(uuid4()).upper(), "root")
    assert caught.value.code == 0x803381DF


@as_root
def test_the_same_as_an_ordinary_user() -> None:
    with tempfile.TemporaryDirectory(prefix="remora-", ignore_cleanup_errors=True) as name:
        os.chown(name, 61998, 61998)
        done = subprocess.run(
            [sys.executable, "-m", "tests.support.ordinary_user", name],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=50,
            check=False,
        )
    assert done.stdout.split("\n") == ["Refused", "Spawned 61998", "[2, 61998]", ""], done.stderr
