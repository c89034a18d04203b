"""The front end dies and comes back, workers die, clients leave: what was written arrives, once and in order."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pypsrp.exceptions import WinRMError
from pypsrp.powershell import PowerShell, RunspacePool
from pypsrp.wsman import WSMan

import remora.sync
from remora.errors import RemoraError
from tests.support.host import PASSWORD, PROGRAM, USER, HostProcess
from tests.support.host import remora as run_remora
from tests.support.workers import wait_until

Start = Callable[..., HostProcess]
COUNT = 600
SCRIPT = f"foreach ($i in 1..{COUNT}) {{ $i; Start-Sleep -Milliseconds 3 }}"
LOUD = "foreach ($i in 1..3000) { \"$i \" + 'x' * 1000 }"


@pytest.fixture
def open_session() -> Iterator[Callable[..., Any]]:
    """Open sessions of our own client; those still there are closed afterwards."""
    opened: list[Any] = []

    def new(host: HostProcess, **options: Any) -> Any:
        made = remora.sync.new_pssession(
            connection_uri=f"{host.url}/wsman", username=USER, password=PASSWORD, **options
        )
        opened.append(made)
        return made

    yield new
    for made in opened:
        try:
            made.close()
        except RemoraError:
            continue


def crash(host: HostProcess) -> None:
    """SIGKILL, and another front end on the same addresses."""
    old = host.pid
    host.kill()
    host.start()
    assert host.pid != old


class Killer(threading.Thread):
    """Kills the front end again and again, by a clock of its own, until it is told to stop."""

    def __init__(self, host: HostProcess, most: int) -> None:
        super().__init__()
        self._host = host
        self._most = most
        self._done = threading.Event()
        self.kills = 0

    def run(self) -> None:
        clock = random.Random()
        while not self._done.wait(clock.uniform(0.1, 0.5)) and self.kills < self._most:
            crash(self._host)
            self.kills += 1

    def __enter__(self) -> Killer:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self.join(60)


@pytest.mark.parametrize("script", [SCRIPT, LOUD], ids=["slow", "loud"])
def test_nothing_is_lost_and_nothing_comes_twice(start_host: Start, open_session: Any, script: str) -> None:
    host = start_host()
    session = open_session(host)
    total = COUNT if script == SCRIPT else 3000
    moments = sorted(random.Random().sample(range(1, total - 100), 3))
    values: list[int] = []
    deaths: list[int] = []
    for item in session.stream(script):
        if item.stream != "output":
            continue
        values.append(int(str(item.value).split()[0]))
        if moments and len(values) >= moments[0]:
            moments.pop(0)
            deaths.append(len(values))
            crash(host)
    assert all(0 < before < total for before in deaths)
    assert values == list(range(1, total + 1)), deaths
    assert session.invoke("'and the session lives'") == ["and the session lives"]


def test_killed_at_any_moment_of_an_exchange(start_host: Start, open_session: Any) -> None:
    """The killer has its own clock: it may hit a request, an answer on its way, or nothing."""
    host = start_host()
    session = open_session(host)
    with Killer(host, 5) as killer:
        values = [item.value for item in session.stream(SCRIPT) if item.stream == "output"]
    assert killer.kills
    assert values == list(range(1, COUNT + 1))


def test_every_command_runs_exactly_once(start_host: Start, open_session: Any) -> None:
    """Commands are short, so that many a kill falls between a request and its answer."""
    host = start_host()
    session = open_session(host)
    session.invoke("$global:n = 0")
    rounds = 0
    with Killer(host, 6) as killer:
        while killer.is_alive():
            rounds += 1
            assert session.invoke(f"$global:n += 1; {rounds}; $global:n") == [rounds, rounds]
    assert killer.kills == 6
    assert rounds > 6


def test_input_arrives_exactly_once(start_host: Start, open_session: Any) -> None:
    host = start_host()
    session = open_session(host)
    count = 1500
    script = "process { $_; if ($_ % 10 -eq 0) { Start-Sleep -Milliseconds 5 } }"

    def slowly() -> Iterator[int]:
        for number in range(count):
            if number % 10 == 0:
                pause.wait(0.01)
            yield number

    pause = threading.Event()
    with Killer(host, 4) as killer:
        result = session.invoke(script, input=slowly())
    assert killer.kills
    assert result == list(range(count))


RECEIVE = """
    import sys
    import remora.sync
    url, user, name = sys.argv[1:]
    password = sys.stdin.readline().rstrip("\\n")
    for value in remora.sync.receive_pssession(connection_uri=url, name=name, username=user, password=password):
        print(value, flush=True)
"""


def receive_elsewhere(host: HostProcess, name: str) -> list[int]:
    """Receive the session's output in another process."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(RECEIVE), f"{host.url}/wsman", USER, name],
        input=PASSWORD + "\n", text=True, capture_output=True, timeout=100, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [int(line.split()[0]) for line in done.stdout.splitlines()]


def leave(host: HostProcess, script: str, name: str, **option: Any) -> Any:
    return remora.sync.invoke_command(
        script,
        connection_uri=f"{host.url}/wsman",
        username=USER,
        password=PASSWORD,
        in_disconnected_session=True,
        session_name=name,
        session_option=remora.sync.PSSessionOption(**option),
    )


def test_left_in_one_process_and_received_in_another(start_host: Start, state_dir: Path) -> None:
    host = start_host()
    leave(host, SCRIPT, "Long")
    crash(host)
    assert receive_elsewhere(host, "Long") == list(range(1, COUNT + 1))


@pytest.mark.parametrize("mode", ["Block", "Drop"])
def test_what_becomes_of_output_that_nobody_takes(start_host: Start, mode: str) -> None:
    """Far more than the buffers hold: Block holds the command up, Drop gives up the oldest and lets it end."""
    host = start_host()
    count = 60_000
    progress = (
        f"$global:n = 0; foreach ($i in 1..{count}) {{ $i; if ($i % 500 -eq 0) {{ Set-Content ~/{mode}.txt $i }} }}"
    )
    left = leave(host, progress, mode, output_buffering_mode=mode)
    witness = remora.sync.new_pssession(connection_uri=f"{host.url}/wsman", username=USER, password=PASSWORD)
    try:
        reached = f"if (Test-Path ~/{mode}.txt) {{ [int](Get-Content ~/{mode}.txt) }} else {{ 0 }}"
        if mode == "Drop":
            wait_until(lambda: witness.invoke(reached)[0] == count, 60)
        else:
            seen: list[int] = []

            def stuck() -> bool:
                seen.append(witness.invoke(reached)[0])
                return len(seen) > 20 and seen[-20] == seen[-1] > 0

            wait_until(stuck, 60)
            assert seen[-1] < count
        crash(host)
        values = receive_elsewhere(host, mode)
    finally:
        witness.close()
    assert left.name == mode
    assert values == list(range(values[0], count + 1))
    assert (values[0] == 1) == (mode == "Block")


def test_sigterm_with_a_receive_pending(start_host: Start, open_session: Any) -> None:
    host = start_host()
    session = open_session(host)
    got: list[Any] = []

    def run() -> None:
        got.extend(session.invoke("'begun'; Start-Sleep -Seconds 2; 'ended'"))

    thread = threading.Thread(target=run)
    thread.start()
    wait_until(lambda: host.status()["shells"])
    old = host.pid
    assert host.terminate() == 0
    host.start()
    thread.join(60)
    assert host.pid != old
    assert got == ["begun", "ended"]


def test_a_killed_worker_takes_only_its_own_session(start_host: Start, open_session: Any) -> None:
    host = start_host()
    victim, other = open_session(host), open_session(host)
    running = other.stream("foreach ($i in 1..100) { $i; Start-Sleep -Milliseconds 10 }")
    assert next(running).value == 1
    pid = victim.invoke("$PID")[0]
    items = victim.stream("'up'; Start-Sleep -Seconds 60")
    assert next(items).value == "up"
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(RemoraError, match="ended unexpectedly"):
        next(items)
    assert [item.value for item in running] == list(range(2, 101))
    assert victim.state is not remora.sync.RunspaceState.OPENED


def wsman(host: HostProcess) -> WSMan:
    return WSMan("127.0.0.1", port=host.port, ssl=False, username=USER, password=PASSWORD, auth="ntlm")


def test_pypsrp_goes_on_with_the_next_front_end(start_host: Start) -> None:
    host = start_host()
    with wsman(host) as connection, RunspacePool(connection) as pool:
        ps = PowerShell(pool)
        ps.add_script(SCRIPT)
        ps.begin_invoke()
        while len(ps.output) < 50:
            ps.poll_invoke()
        before = len(ps.output)
        crash(host)
        connection.transport.close()
        connection.transport = wsman(host).transport
        ps.end_invoke()
        assert 0 < before < COUNT
        assert ps.output == list(range(1, COUNT + 1))


def test_pypsrp_comes_back_to_what_it_left(start_host: Start) -> None:
    host = start_host()
    with wsman(host) as connection:
        pool = RunspacePool(connection)
        pool.open()
        ps = PowerShell(pool)
        ps.add_script(SCRIPT)
        ps.begin_invoke()
        while len(ps.output) < 50:
            ps.poll_invoke()
        pool.disconnect()
        before = list(ps.output)
    crash(host)
    with wsman(host) as connection:
        (found,) = RunspacePool.get_runspace_pools(connection)
        found.connect()
        (pipeline,) = found.create_disconnected_power_shells()
        pipeline.connect()
        pipeline.end_invoke()
        assert before + list(pipeline.output) == list(range(1, COUNT + 1))
        found.close()


def test_pypsrp_is_told_that_its_worker_died(start_host: Start) -> None:
    host = start_host()
    with wsman(host) as connection, wsman(host) as second:
        victim, other = RunspacePool(connection), RunspacePool(second)
        victim.open()
        with other:
            ps = PowerShell(victim)
            ps.add_script("$PID; Start-Sleep -Seconds 60")
            ps.begin_invoke()
            while not ps.output:
                ps.poll_invoke()
            os.kill(ps.output[0], signal.SIGKILL)
            with pytest.raises(WinRMError, match="ended unexpectedly"):
                ps.end_invoke()
            ps = PowerShell(other)
            ps.add_script("6 * 7")
            assert ps.invoke() == [42]


@pytest.fixture
def line(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run the real command line with a password file."""
    secret = tmp_path / "pw"
    secret.write_text(PASSWORD + "\n", "utf-8")
    secret.chmod(0o600)

    def run(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
        return run_remora(*arguments, "--username", USER, "--password-file", str(secret), **options)

    return run


def test_the_command_line_leaves_and_comes_back(start_host: Start, line: Any) -> None:
    host = start_host()
    url = f"{host.url}/wsman"
    made = json.loads(
        line("session", "new", url, "--name", "Task", "--idle-timeout-sec", "60*60*15", "-o", "json").stdout
    )
    assert (made[0]["name"], made[0]["state"]) == ("Task", "Disconnected")
    assert line("run", url, "--session", "Task", "-c", "$x = 41; 'set'").stdout == "set\n"
    crash(host)
    listed = json.loads(line("session", "ls", url, "-o", "json").stdout)
    assert [(entry["name"], entry["state"], entry["instance_id"]) for entry in listed] == [
        ("Task", "Disconnected", made[0]["instance_id"])
    ]
    taken = json.loads(line("session", "connect", url, "--name", "Task", "-o", "json").stdout)
    assert taken[0]["state"] == "Opened"
    assert line("run", url, "--session", "Task", "-c", "$x + 1").stdout == "42\n"
    assert line("session", "rm", url, "--name", "Task").returncode == 0
    assert json.loads(line("session", "ls", url, "-o", "json").stdout) == []


def test_the_command_line_receives_after_a_crash(start_host: Start, line: Any) -> None:
    host = start_host()
    url = f"{host.url}/wsman"
    line("run", url, "--in-disconnected-session", "--session-name", "Long", "-c", SCRIPT)
    crash(host)
    received = line("session", "receive", url, "--name", "Long")
    assert received.stdout.split() == [str(i) for i in range(1, COUNT + 1)]
    again = line("session", "receive", url, "--name", "Long")
    assert again.stdout == ""
    assert line("session", "rm", url, "--name", "Long").returncode == 0


def test_the_command_line_streams_through_a_crash(start_host: Start, line: Any) -> None:
    """The receiving process is in the middle of its output when the front end dies, and knows nothing of it."""
    host = start_host()
    url = f"{host.url}/wsman"
    line("run", url, "--in-disconnected-session", "--session-name", "Long", "-c", SCRIPT)
    with subprocess.Popen(
        [*PROGRAM, "session", "receive", url, "--name", "Long", "--username", USER, "--password-stdin"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as receiver:
        assert receiver.stdin is not None
        assert receiver.stdout is not None
        receiver.stdin.write(PASSWORD + "\n")
        receiver.stdin.close()
        before = [receiver.stdout.readline() for _ in range(50)]
        assert receiver.poll() is None
        crash(host)
        after = receiver.stdout.readlines()
        assert receiver.wait(60) == 0
    assert after
    assert [int(text) for text in (*before, *after)] == list(range(1, COUNT + 1))
