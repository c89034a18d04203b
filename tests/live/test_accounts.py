"""Who runs as whom: a host of an ordinary user, and a host of root with an account's own uid."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import winrm
from pypsrp.powershell import RunspacePool
from pypsrp.wsman import WSMan

import remora
import remora.sync
from remora.host.run_as import FIRST_DYNAMIC, LAST_DYNAMIC
from tests.live.conftest import ORDINARY_UID
from tests.support.host import IS_ROOT, PASSWORD, USER, HostProcess
from tests.support.host import remora as run_remora

pytestmark = pytest.mark.filterwarnings("ignore:'pywinrm' will use an environment variable:DeprecationWarning")

Start = Callable[..., HostProcess]
WHO = "[int](id -u); [int](id -g); $PID"


@contextmanager
def session(host: HostProcess, user: str = USER, password: str = PASSWORD, **options: Any) -> Iterator[Any]:
    opened = remora.sync.new_pssession(connection_uri=f"{host.url}/wsman", username=user, password=password, **options)
    try:
        yield opened
    finally:
        opened.close()


def owner_of_process(pid: int) -> int:
    return os.stat(f"/proc/{pid}").st_uid


def by_winrs(host: HostProcess, line: str, user: str = USER, password: str = PASSWORD) -> bytes:
    return winrm.Session(f"{host.url}/wsman", auth=(user, password), transport="ntlm").run_cmd(line).std_out


@pytest.fixture
def ordinary_host(start_host: Start, state_dir: Path, ordinary_program: tuple[str, ...]) -> HostProcess:
    state_dir.mkdir()
    if IS_ROOT:
        os.chown(state_dir.parent, ORDINARY_UID, ORDINARY_UID)
        os.chown(state_dir, ORDINARY_UID, ORDINARY_UID)
    return start_host(program=ordinary_program)


@pytest.mark.skipif(not IS_ROOT, reason="only a host of root runs sessions as others")
def test_a_configuration_runs_as_its_account_and_belongs_to_who_opened_it(start_host: Start) -> None:
    host = start_host()
    host.add_user("robot", "r0bot")
    (host.state_dir / "front" / "host.toml").write_text(
        '[session_configurations.Robots]\nrun_as_user = "robot"\n[session_configurations.Gone]\nrun_as_user = "ghost"\n'
    )
    robot = run_remora("host", "user", "list", "-o", "json", "--state-dir", str(host.state_dir)).stdout
    uid = next(item["uid"] for item in json.loads(robot) if item["name"] == "robot") if '"uid"' in robot else None
    with session(host) as own, session(host, configuration_name="Robots") as opened:
        mine, _group, _pid = own.invoke(WHO)
        theirs, _group, pid = opened.invoke(WHO)
        assert theirs != mine
        assert owner_of_process(pid) == theirs
        assert uid in (None, theirs)
        sender = opened.invoke("$PSSenderInfo.UserInfo.Identity.Name")[0]
        assert sender.endswith(f"\\{USER}")
        opened.disconnect()
        opened.connect()
        assert opened.invoke("1 + 1") == [2]
    with pytest.raises(remora.WSManFault, match="ghost"), session(host, configuration_name="Gone"):
        pass


def test_a_host_of_an_ordinary_user_runs_everything_as_that_user(ordinary_host: HostProcess, tmp_path: Path) -> None:
    uid = ORDINARY_UID if IS_ROOT else os.geteuid()
    made = ordinary_host.state_dir.parent / "made.txt"
    with session(ordinary_host) as opened:
        user, _group, pid = opened.invoke(WHO)
        assert user == uid
        assert owner_of_process(pid) == uid
        opened.invoke(f"Set-Content -Path '{made}' -Value 'mine'")
        assert made.stat().st_uid == uid
        assert opened.invoke("(Start-Job { [int](id -u) } | Wait-Job | Receive-Job)") == [uid]
    assert by_winrs(ordinary_host, "id -u").split() == [str(uid).encode()]
    assert owner_of_process(ordinary_host.pid) == uid


def test_a_host_of_an_ordinary_user_serves_no_other_user(ordinary_host: HostProcess) -> None:
    done = run_remora(
        "host", "user", "add", "mallory", "--password-stdin", "--run-as", "daemon",
        "--state-dir", str(ordinary_host.state_dir), input_text="x\n", check=False, program=ordinary_host.program,
    )  # fmt: skip
    assert done.returncode != 0
    assert "root" in done.stderr
    with pytest.raises(remora.sync.AuthError), session(ordinary_host, "mallory", "x"):
        raise AssertionError("an account that does not exist was served")


def test_the_accounts_of_somebody_else_are_out_of_reach(state_dir: Path, ordinary_program: tuple[str, ...]) -> None:
    if not IS_ROOT:
        pytest.skip("needs root")
    state_dir.mkdir(mode=0o755)
    done = run_remora(
        "host", "user", "add", "mallory", "--password-stdin", "--state-dir", str(state_dir),
        input_text="x\n", check=False, program=ordinary_program,
    )  # fmt: skip
    assert done.returncode != 0
    assert "Permission denied" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_session_outlives_the_front_end_of_an_ordinary_user(ordinary_host: HostProcess) -> None:
    with session(ordinary_host) as opened:
        opened.invoke("$kept = 41")
        ordinary_host.kill()
        ordinary_host.start()
        assert opened.invoke("$kept + 1") == [42]


@pytest.fixture
def root_host(start_host: Start, state_dir: Path) -> HostProcess:
    if not IS_ROOT:
        pytest.skip("needs root")
    host = start_host()
    host.add_user("bob", "b0b")
    return host


def test_a_session_of_root_runs_as_the_accounts_own_uid(root_host: HostProcess) -> None:
    with session(root_host) as alice, session(root_host, "bob", "b0b") as bob:
        mine, group, pid = alice.invoke(WHO)
        theirs, _, other = bob.invoke(WHO)
        assert FIRST_DYNAMIC <= mine <= LAST_DYNAMIC
        assert FIRST_DYNAMIC <= theirs <= LAST_DYNAMIC
        assert (mine, owner_of_process(pid)) == (group, mine)
        assert (mine != theirs, owner_of_process(other)) == (True, theirs)
        assert owner_of_process(root_host.pid) != 0
        home = alice.invoke("Set-Content -Path ~/made.txt -Value 'mine'; (Get-Item ~/made.txt).FullName")[0]
        made = Path(home)
        assert (made.stat().st_uid, made.read_text()) == (mine, "mine\n")
        with pytest.raises(remora.sync.RemoraError):
            bob.invoke(f"$ErrorActionPreference = 'Stop'; Get-Content -Path '{home}'")
        with pytest.raises(remora.sync.RemoraError):
            bob.invoke(f"$ErrorActionPreference = 'Stop'; Get-ChildItem -Path '{root_host.state_dir}/w'")
        bob.invoke(f"/bin/kill -9 {pid}")
        assert alice.invoke("'alive'") == ["alive"]
    assert by_winrs(root_host, "id -u").split() == [str(mine).encode()]


def test_another_account_neither_sees_nor_takes_the_session(root_host: HostProcess) -> None:
    uri = f"{root_host.url}/wsman"
    with session(root_host, name="Private") as alice:
        alice.disconnect()
        mine = remora.sync.get_pssession(connection_uri=uri, username=USER, password=PASSWORD)
        assert [found.name for found in mine] == ["Private"]
        assert remora.sync.get_pssession(connection_uri=uri, username="bob", password="b0b") == []
        theirs = {"connection_uri": uri, "username": "bob", "password": "b0b"}
        assert remora.sync.connect_pssession(instance_id=alice.instance_id, **theirs) == []
        with WSMan(
            "127.0.0.1", port=root_host.port, ssl=False, username="bob", password="b0b", auth="ntlm"
        ) as connection:
            assert RunspacePool.get_runspace_pools(connection) == []
        alice.connect()
        assert alice.invoke("6 * 7") == [42]


def test_a_state_directory_below_a_closed_one(start_host: Start, state_dir: Path) -> None:
    """Root's rights are gone by then, and a path through the parent leads nowhere."""
    if not IS_ROOT:
        pytest.skip("needs root")
    state_dir.parent.chmod(0o700)
    host = start_host()
    with session(host) as opened:
        opened.invoke("$kept = 41")
        assert opened.invoke("(Get-Location).Path; (Get-Process -Id $PID).Id -eq $PID")[1] is True
        host.kill()
        host.start()
        assert opened.invoke("$kept + 1") == [42]
        assert opened.invoke("Start-Job { 6 * 7 } | Wait-Job | Receive-Job") == [42]
    assert by_winrs(host, "echo here") == b"here\r\n"
