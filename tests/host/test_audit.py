"""The audit log: its file, and what a real host writes into it."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remora.config.host import HostConfiguration
from remora.config.sessions import SessionConfiguration
from remora.config.tree_xml import CONFIG_URI
from remora.host.audit import MAX_TEXT, AuditLog
from remora.host.audited import changed_settings
from remora.wsman import Delete, Get, Put, uris
from remora.wsman.faults import AccessDenied
from tests.support.fault_config_requests import settings
from tests.support.host import HostProcess
from tests.support.wire import PowerShell, Wire

Start = Callable[..., HostProcess]
Open = Callable[..., Wire]


def log_in(directory: Path, limit: int = 1 << 20, keep: int = 2) -> AuditLog:
    return AuditLog(directory / "audit.jsonl", limits=lambda: (limit, keep), now=lambda: 0.5)


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("ascii").splitlines()]


def test_an_event_is_one_line_in_a_file_of_its_owner(tmp_path: Path) -> None:
    log = log_in(tmp_path)
    log.write("logon", user="alice", shell=None, attempts=2)
    path = tmp_path / "audit.jsonl"
    assert lines(path) == [{"time": "1970-01-01T00:00:00.500Z", "event": "logon", "user": "alice", "attempts": 2}]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    log.close()
    log.write("logon", user="bob")
    assert [line["user"] for line in lines(path)] == ["alice", "bob"]


@given(st.text(), st.text(max_size=30))
def test_no_name_makes_a_line_of_its_own(tmp_path_factory: pytest.TempPathFactory, name: str, other: str) -> None:
    directory = tmp_path_factory.mktemp("audit")
    hostile = f'{name}"}}\n{{"event": "logon", "user": "root"}}\r\x1b[2J\u2028\u202e{other}'
    log_in(directory).write("logon_refused", user=hostile)
    raw = (directory / "audit.jsonl").read_bytes()
    assert raw.count(b"\n") == 1
    assert all(0x20 <= byte < 0x7F for byte in raw[:-1])
    (line,) = lines(directory / "audit.jsonl")
    assert line["event"] == "logon_refused"
    assert len(line["user"]) <= MAX_TEXT
    assert set(line) == {"time", "event", "user"}


def test_the_file_is_moved_aside_at_its_limit_and_old_ones_go(tmp_path: Path) -> None:
    log = log_in(tmp_path, limit=300, keep=2)
    for number in range(40):
        log.write("logon", number=number)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["audit.jsonl", "audit.jsonl.1", "audit.jsonl.2"]
    assert all((tmp_path / name).stat().st_size <= 300 for name in names)
    numbers = [line["number"] for name in reversed(names) for line in lines(tmp_path / name)]
    assert numbers == list(range(numbers[0], 40))
    none = log_in(tmp_path / "none", limit=0)
    none.write("logon")
    assert not (tmp_path / "none").exists()


def test_what_cannot_be_written_stops_nothing_and_a_link_is_not_followed(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "audit.jsonl").symlink_to(tmp_path / "elsewhere")
    log = log_in(tmp_path)
    log.write("logon")
    log.write("logon")
    assert caplog.text.count("audit_failed") == 1
    assert not (tmp_path / "elsewhere").exists()
    os.unlink(tmp_path / "audit.jsonl")
    log.write("logon")
    assert len(lines(tmp_path / "audit.jsonl")) == 1


def test_what_a_change_says() -> None:
    before = HostConfiguration()
    after = before.with_setting("Service/Auth/Basic", "true").with_setting("Remora/LogonThrottle", "false")
    assert changed_settings(before, after) == {
        "Service/Auth/Basic": ["false", "true"],
        "Remora/LogonThrottle": ["true", "false"],
    }
    with_session = HostConfiguration(configured_sessions=(SessionConfiguration(name="Night"),), listeners=())
    changed = changed_settings(before, with_session)
    assert (set(changed), changed["SessionConfiguration/Night"][0]) == ({"Listeners", "SessionConfiguration/Night"}, "")


def test_a_host_tells_logons_refusals_sessions_and_changes(start_host: Start, connect: Open) -> None:
    host = start_host()
    host.add_user("bob", "b0b-secret", "--group", "Administrators")
    alice, bob = connect(host), connect(host, "bob", "b0b-secret")
    shell = PowerShell(alice)
    place = str(shell.place["resource_uri"])
    with pytest.raises(AccessDenied):
        bob.ask(Delete.shell(place, shell.id))
    with pytest.raises(AccessDenied):
        alice.ask(Get(resource_uri=CONFIG_URI))
    winrs = CONFIG_URI + "/winrs"
    bob.ask(Put(resource_uri=winrs, body=settings(winrs, "Winrs", MaxShellsPerUser="7")))
    alice.ask(Delete.shell(place, shell.id))
    assert connect(host, "bo\nb", "wrong-secret").post(b"")[0] == 401
    path = host.state_dir / "front" / "audit.jsonl"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    text = path.read_text("ascii")
    assert "secret" not in text
    told = lines(path)
    assert [line["event"] for line in told if line["event"] != "logon"] == [
        "session_created", "access_denied", "access_denied", "configuration_changed", "session_deleted",
        "logon_refused",
    ]  # fmt: skip
    assert {line["user"] for line in told if line["event"] == "logon"} == {"alice", "bob"}
    by_event = {line["event"]: line for line in told}
    assert by_event["session_created"]["shell"] == by_event["session_deleted"]["shell"] == shell.id
    assert by_event["session_created"]["resource"] == place
    assert by_event["configuration_changed"]["changes"] == {"Winrs/MaxShellsPerUser": ["2147483647", "7"]}
    assert by_event["logon_refused"]["user"].endswith("bo\nb")
    assert by_event["logon_refused"]["address"] == "127.0.0.1"
    assert by_event["access_denied"]["action"] == uris.ACTION_GET
