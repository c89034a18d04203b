"""The front end in its own process: shells through it, its death and return, its orderly end."""

from __future__ import annotations

import json
import os
import signal
import stat
import time
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest

from remora import _xml
from remora.bindings.psrp_wsman import ClientShell
from remora.errors import WSManFault
from remora.psrp.client import ClientPool
from remora.values import HostInfo
from remora.wsman import (
    Connect,
    Delete,
    Disconnect,
    Enumerate,
    Get,
    Identified,
    Identify,
    Pull,
    Put,
    Receive,
    Release,
    SelectorSet,
    Signal,
    uris,
)
from remora.wsman.faults import (
    AccessDenied,
    EnumerationClosed,
    OperationAborted,
    OperationTimedOut,
    UnexpectedSelectors,
)
from tests.support.host import HostProcess, remora
from tests.support.wire import CmdShell, PowerShell, Wire
from tests.support.workers import wait_until

Start = Callable[..., HostProcess]
Open = Callable[..., Wire]


def _get(shell_id: str) -> Get:
    return Get(resource_uri=uris.RESOURCE_SHELL, selectors=SelectorSet.shell(shell_id))


def test_a_shell_from_create_to_delete(start_host: Start, connect: Open, started_as: tuple[str, ...]) -> None:
    host = start_host(prefix=started_as)
    wire = connect(host)
    shell = CmdShell(wire, working_directory="/tmp", name="one")
    assert shell.run("echo hello")[1] == 0
    assert shell.run("echo hello")[0].strip() == b"hello"
    info = wire.ask(_get(shell.id)).shell
    assert (info.shell_id, info.resource_uri, info.client_ip) == (shell.id, uris.RESOURCE_CMD, "127.0.0.1")
    assert info.owner.endswith("\\alice")
    assert info.memory_used is not None
    assert info.memory_used.endswith("MB")
    listed = wire.ask(Enumerate(resource_uri=uris.RESOURCE_SHELL))
    assert [item.shell_id for item in listed.items] == [shell.id]
    assert listed.end
    command_id = shell.start("ping_that_does_not_exist & echo x")
    commands = wire.ask(Enumerate.commands(shell.id))
    assert command_id in [item.command_id for item in commands.items]
    wire.ask(Delete.shell(uris.RESOURCE_CMD, shell.id))
    with pytest.raises(UnexpectedSelectors):
        wire.ask(_get(shell.id))
    assert wire.ask(Enumerate(resource_uri=uris.RESOURCE_SHELL)).items == ()


def test_a_powershell_session_survives_the_death_of_the_front_end(
    start_host: Start, connect: Open, started_as: tuple[str, ...]
) -> None:
    host = start_host(prefix=started_as)
    shell = PowerShell(connect(host), name="ITTask")
    assert shell.invoke("1 + 1") == [2]
    shell.invoke("$kept = 40")
    pipeline = shell.start("foreach ($n in 1..30) { $n; Start-Sleep -Milliseconds 100 }; 'end'")
    first = shell.wire.ask(shell.shell.receive(pipeline))
    values = [
        event.value for event in shell.shell.received(first, pipeline) if type(event).__name__ == "PipelineOutput"
    ]
    assert values[:1] == [1]
    old = host.pid
    host.kill()
    time.sleep(0.5)
    host.start()
    assert host.pid != old
    shell.wire = connect(host, session_id=shell.wire.session.session_id)
    values += shell.collect(pipeline)
    assert values == [*range(1, 31), "end"]
    assert shell.invoke("$kept + 2") == [42]
    status = host.status()
    assert [(entry["shell_id"], entry["owner"], entry["name"]) for entry in status["shells"]] == [
        (shell.id, "alice", "ITTask")
    ]


def test_another_client_takes_over_after_a_disconnect_and_a_restart(start_host: Start, connect: Open) -> None:
    host = start_host()
    shell = PowerShell(connect(host))
    pipeline = shell.start("foreach ($n in 1..10) { $n; Start-Sleep -Milliseconds 50 }")
    shell.wire.ask(Disconnect(**shell.place, idle_timeout=3600))
    listed = connect(host).ask(Enumerate(resource_uri=uris.RESOURCE_SHELL)).items
    assert [item.state for item in listed] == ["Disconnected"]
    host.kill()
    host.start()
    wire = connect(host)
    shell.wire = wire
    shell.pool = ClientPool(UUID(shell.id), host_info=HostInfo())
    shell.shell = ClientShell(
        shell.pool, resource_uri=shell.place["resource_uri"], payload_limit=wire.session.payload_limit
    )
    shell.shell.connected(wire.ask(shell.shell.connect()))
    found = wire.ask(Enumerate.commands(shell.id)).items
    assert [item.command_id for item in found] == [str(pipeline).upper()]
    wire.ask(shell.shell.connect_command(pipeline))
    assert shell.collect(pipeline) == list(range(1, 11))


def test_sigterm_answers_pending_receives_and_leaves_the_shells(start_host: Start, connect: Open) -> None:
    host = start_host()
    shell = PowerShell(connect(host))
    pending = shell.wire.begin_ask(shell.shell.receive(), timeout=50)
    idle = connect(host)
    idle.ask(Identify())
    assert host.process is not None
    time.sleep(0.3)
    begun = time.monotonic()
    host.process.send_signal(signal.SIGTERM)
    with pytest.raises(OperationTimedOut):
        shell.wire.finish_ask(pending)
    assert host.process.wait(10) == 0
    assert time.monotonic() - begun < 5
    host.start()
    shell.wire = connect(host, session_id=shell.wire.session.session_id)
    assert shell.invoke("'still here'") == ["still here"]


def test_a_crashed_worker_takes_only_its_own_shell_along(start_host: Start, connect: Open) -> None:
    host = start_host()
    first, second = PowerShell(connect(host)), PowerShell(connect(host))
    pid = first.wire.ask(_get(first.id)).shell.process_id
    pending = first.wire.begin_ask(first.shell.receive(), timeout=50)
    wait_until(lambda: host.status()["shells"])
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(OperationAborted, match="ended unexpectedly"):
        first.wire.finish_ask(pending)
    with pytest.raises(UnexpectedSelectors, match="ended unexpectedly"):
        first.wire.ask(Receive(**first.place), timeout=1)
    assert second.invoke("6 * 7") == [42]
    wait_until(lambda: len(host.status()["shells"]) == 1)
    assert not (host.state_dir / "w" / first.id).exists()


def test_a_worker_that_died_while_nobody_served_is_dropped(start_host: Start, connect: Open) -> None:
    host = start_host()
    first, second = PowerShell(connect(host)), PowerShell(connect(host))
    pid = first.wire.ask(_get(first.id)).shell.process_id
    host.kill()
    os.kill(pid, signal.SIGKILL)
    host.start()
    wire = connect(host)
    assert [item.shell_id for item in wire.ask(Enumerate(resource_uri=uris.RESOURCE_SHELL)).items] == [second.id]
    with pytest.raises(UnexpectedSelectors):
        wire.ask(Receive(**first.place))
    assert not (host.state_dir / "shells" / f"{first.id}.json").exists()
    assert not (host.state_dir / "w" / first.id).exists()


def test_nobody_reaches_the_shell_of_somebody_else(start_host: Start, connect: Open) -> None:
    host = start_host()
    host.add_user("bob", "b0b", "--group", "Administrators")
    host.add_user("carol", "car0l")
    shell = PowerShell(connect(host))
    bob, carol = connect(host, "bob", "b0b"), connect(host, "carol", "car0l")
    attempts = [
        Receive(**shell.place),
        Signal(**shell.place, code=uris.SIGNAL_TERMINATE),
        Disconnect(**shell.place),
        Connect(**shell.place, connect_xml=b"x"),
        Delete.shell(str(shell.place["resource_uri"]), shell.id),
    ]
    for other in (bob, carol):
        for attempt in attempts:
            with pytest.raises(AccessDenied):
                other.ask(attempt)
    with pytest.raises(AccessDenied):
        carol.ask(_get(shell.id))
    assert bob.ask(_get(shell.id)).shell.shell_id == shell.id
    assert carol.ask(Enumerate(resource_uri=uris.RESOURCE_SHELL)).items == ()
    assert len(bob.ask(Enumerate(resource_uri=uris.RESOURCE_SHELL)).items) == 1
    with pytest.raises(UnexpectedSelectors):
        connect(host).ask(Receive(resource_uri=str(shell.place["resource_uri"]), shell_id=shell.id.lower()))
    assert shell.invoke("1") == [1]


def test_a_lost_connection_frees_its_receive(start_host: Start, connect: Open) -> None:
    host = start_host()
    shell = PowerShell(connect(host))
    shell.wire.begin_ask(shell.shell.receive(), timeout=50)
    time.sleep(0.2)
    shell.wire.close()
    again = connect(host, session_id=shell.wire.session.session_id)
    with pytest.raises(OperationTimedOut):
        again.ask(shell.shell.receive(), timeout=0.5)
    shell.wire = again
    assert shell.invoke("1") == [1]


def test_one_front_end_serves_a_state_directory(start_host: Start, state_dir: Path) -> None:
    host = start_host()
    second = remora("host", "run", "--listen", "http://127.0.0.1:0", "--state-dir", str(state_dir), check=False)
    assert second.returncode != 0
    assert "another front end" in second.stderr
    assert host.status()["pid"] == host.pid
    assert stat.S_IMODE((state_dir / "shells").stat().st_mode) == 0o700


def test_status_and_stop(start_host: Start, connect: Open, started_as: tuple[str, ...]) -> None:
    host = start_host(prefix=started_as)
    shell = PowerShell(connect(host), name="named")
    pid = shell.wire.ask(_get(shell.id)).shell.process_id
    shown = remora("host", "status", "--state-dir", str(host.state_dir)).stdout
    assert shell.id in shown
    assert host.url in shown
    assert "named" in shown
    remora("host", "stop", "--state-dir", str(host.state_dir))
    assert host.process is not None
    assert host.process.wait(10) == 0
    gone = remora("host", "status", "--state-dir", str(host.state_dir), "-o", "json", check=False)
    assert (gone.returncode, json.loads(gone.stdout)["running"]) == (1, False)
    os.kill(pid, 0)
    remora("host", "stop", "--all", "--state-dir", str(host.state_dir))
    wait_until(lambda: not _alive(pid))


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


def test_https_with_a_certificate_of_its_own(start_host: Start, connect: Open) -> None:
    host = start_host(listen=("http://127.0.0.1:0", "https://127.0.0.1:0"))
    secure = next(url for url in host.urls if url.startswith("https:"))
    with Wire(secure) as wire:
        assert isinstance(wire.ask(Identify()), Identified)


def test_identify_without_authentication(start_host: Start, connect: Open) -> None:
    host = start_host()
    wire = connect(host)
    body = wire.session.send(Identify()).body
    wire.http.request(
        "POST",
        "/wsman-anon/identify",
        body,
        {"Content-Type": "application/soap+xml;charset=UTF-8", "WSMANIDENTIFY": "unauthenticated"},
    )
    status, answer = wire.finish()
    assert status == 200
    assert b"OS: 0.0.0 SP: 0.0 Stack: 3.0" in answer
    wire.http.request(
        "POST",
        "/wsman-anon/identify",
        wire.session.send(_get("908EA449-5553-4150-8A78-020057C8772A")).body,
        {"Content-Type": "application/soap+xml;charset=UTF-8", "WSMANIDENTIFY": "unauthenticated"},
    )
    status, answer = wire.finish()
    assert status == 500
    assert b'Code="5"' in answer


def test_the_configuration_can_be_read_and_changed_by_administrators_only(start_host: Start, connect: Open) -> None:
    host = start_host()
    host.add_user("bob", "b0b", "--group", "Administrators")
    with pytest.raises(AccessDenied):
        connect(host).ask(Get(resource_uri=uris.RESOURCE_CONFIG))
    bob = connect(host, "bob", "b0b")
    tree = bob.ask(Get(resource_uri=uris.RESOURCE_CONFIG)).body
    assert _xml.local_name(tree) == "Config"
    texts = {_xml.local_name(element): element.text for element in tree.iter()}
    assert (texts["MaxEnvelopeSizekb"], texts["URLPrefix"], texts["IPv4Filter"]) == ("500", "wsman", "*")
    winrs = bob.ask(Get(resource_uri=uris.RESOURCE_CONFIG + "/winrs")).body
    next(child for child in winrs if _xml.local_name(child) == "MaxShellsPerUser").text = "0"
    stored = bob.ask(Put(resource_uri=uris.RESOURCE_CONFIG + "/winrs", body=winrs)).body
    assert [child.text for child in stored if _xml.local_name(child) == "MaxShellsPerUser"] == ["0"]
    with pytest.raises(WSManFault) as caught:
        CmdShell(connect(host))
    assert caught.value.code == 0x803381A5


def test_many_shells_come_in_pieces_that_fit(start_host: Start, connect: Open) -> None:
    host = start_host()
    wire = connect(host, max_envelope_size=8192)
    shells = [CmdShell(wire) for _ in range(20)]
    listed = wire.ask(Enumerate(resource_uri=uris.RESOURCE_SHELL))
    assert 0 < len(listed.items) < 20
    found = [item.shell_id for item in listed.items]
    while not listed.end:
        context = listed.context
        listed = wire.ask(Pull(resource_uri=uris.RESOURCE_SHELL, context=context, max_elements=3))
        found += [item.shell_id for item in listed.items]
    assert sorted(found) == sorted(shell.id for shell in shells)
    with pytest.raises(EnumerationClosed):
        wire.ask(Pull(resource_uri=uris.RESOURCE_SHELL, context=context))
    lazy = wire.ask(Enumerate(resource_uri=uris.RESOURCE_SHELL, optimize=False))
    assert (lazy.items, lazy.end) == ((), False)
    wire.ask(Release(resource_uri=uris.RESOURCE_SHELL, context=lazy.context))


def test_what_another_process_writes_into_the_configuration_counts(start_host: Start, connect: Open) -> None:
    host = start_host(settings={})
    wire = connect(host)
    CmdShell(wire)
    (host.state_dir / "front" / "host.toml").write_text("[winrm.Winrs]\nAllowRemoteShellAccess = false\n")

    def refused() -> bool:
        try:
            CmdShell(wire)
        except WSManFault as fault:
            return fault.code == 0x803381AC
        return False

    wait_until(refused)
    (host.state_dir / "front" / "host.toml").write_text("this is no configuration")
    time.sleep(1.5)
    assert refused()


def test_local_administrators_can_be_filtered(start_host: Start, connect: Open) -> None:
    host = start_host(settings={"Remora/LocalAccountTokenFilterPolicy": "0"})
    host.add_user("bob", "b0b", "--group", "Administrators")
    with pytest.raises(AccessDenied):
        connect(host, "bob", "b0b").ask(Enumerate(resource_uri=uris.RESOURCE_SHELL))
    assert connect(host).ask(Enumerate(resource_uri=uris.RESOURCE_SHELL)).items == ()


def test_an_account_without_a_group_may_only_identify(start_host: Start, connect: Open) -> None:
    host = start_host()
    remora("host", "group", "add", "Nobodies", "--state-dir", str(host.state_dir))
    host.add_user("dave", "d4ve", "--group", "Nobodies")
    wire = connect(host, "dave", "d4ve")
    assert isinstance(wire.ask(Identify()), Identified)
    with pytest.raises(AccessDenied):
        CmdShell(wire)
