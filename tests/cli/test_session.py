from __future__ import annotations

import json

from tests.cli.conftest import Remora
from tests.client.small_host import Run, SmallHost


def test_a_session_outlives_the_processes_that_use_it(remora: Remora, server: SmallHost) -> None:
    done = remora("session", "new", "server01", "--name", "ITTask", "--idle-timeout-sec", "60*60*15")
    assert done.code == 0
    assert "ITTask" in done.out
    assert "Disconnected" in done.out
    (shell,) = server.shells.values()
    assert shell.info.idle_timeout == 54000.0
    listed = remora("session", "ls", "server01", "-o", "json")
    (entry,) = json.loads(listed.out)
    assert (entry["name"], entry["state"], entry["availability"]) == ("ITTask", "Disconnected", "None")
    assert entry["idle_timeout"] == 54_000_000
    connected = remora("session", "connect", "server01", "--name", "ITTask", "-o", "json")
    assert json.loads(connected.out)[0]["state"] == "Opened"
    assert not shell.connected
    changed = remora(
        "session", "disconnect", "--computer-name", "server01", "--name", "IT*",
        "--idle-timeout-sec", "120", "--output-buffering-mode", "drop", "-o", "json",
    )  # fmt: skip
    assert json.loads(changed.out)[0]["output_buffering_mode"] == "Drop"
    assert (shell.info.idle_timeout, shell.info.buffer_mode) == (120.0, "Drop")
    assert remora("session", "rm", "server01", "--name", "ITTask").code == 0
    assert server.shells == {}
    assert json.loads(remora("session", "ls", "server01", "-o", "json").out) == []


def test_several_machines_and_one_that_is_not_there(remora: Remora, server: SmallHost) -> None:
    done = remora("session", "new", "server01", "nowhere", "server02", "--name", "S", "-o", "jsonl")
    assert done.code == 255
    assert [json.loads(line)["computer_name"] for line in done.out.splitlines()] == ["server01", "server02"]
    assert done.err.startswith("nowhere: ")
    assert remora("session", "rm", "server01", "--all").code == 0
    assert server.shells == {}


def test_receive_streams_everything_and_the_end(remora: Remora, server: SmallHost) -> None:
    async def fails(run: Run) -> None:
        run.output(1)
        raise ValueError("boom")

    server.scripts["fails"] = fails
    remora("run", "server01", "--in-disconnected-session", "--session-name", "F", "-c", "fails")
    done = remora("session", "receive", "server01", "--name", "F")
    assert (done.code, done.out, done.err) == (1, "1\n", "boom\n")


def test_what_is_not_there_is_said(remora: Remora, server: SmallHost) -> None:
    remora("session", "new", "server01", "--name", "There")
    for arguments in (
        ("connect", "server01", "--name", "Not"),
        ("receive", "server01", "--name", "Not"),
        ("rm", "server01", "--name", "Not"),
        ("ls", "server01", "--name", "Not"),
    ):
        done = remora("session", *arguments)
        assert done.code == 1, arguments
        assert "Not" in done.err


def test_new_settings_that_are_refused_leave_the_session_as_it_was(remora: Remora, server: SmallHost) -> None:
    assert remora("session", "new", "server01", "--name", "S").code == 0
    done = remora("session", "disconnect", "server01", "--name", "S", "--idle-timeout-sec", "5")
    assert done.code == 1
    assert "idle timeout" in done.err
    assert [shell.connected for shell in server.shells.values()] == [False]


def test_all_means_the_free_ones_and_a_busy_one_is_named_as_such(remora: Remora, server: SmallHost) -> None:
    assert remora("session", "new", "server01", "--name", "Free").code == 0
    assert remora("session", "new", "server01", "--name", "Busy").code == 0
    busy = next(shell for shell in server.shells.values() if shell.info.name == "Busy")
    server._now(busy, True)
    assert remora("session", "rm", "server01", "--all").code == 0
    assert list(server.shells.values()) == [busy]
    done = remora("session", "rm", "server01", "--name", "Busy")
    assert done.code == 1
    assert "another client" in done.err


def test_ids_are_unique_in_one_listing(remora: Remora, server: SmallHost) -> None:
    assert remora("session", "new", "server01", "--name", "S").code == 0
    done = remora("session", "ls", "server01", "server02", "-o", "json")
    assert len(json.loads(done.out)) == len({item["id"] for item in json.loads(done.out)}) > 0


def test_usage(remora: Remora, server: SmallHost) -> None:
    for arguments in (
        ("new",),
        ("rm", "server01"),
        ("receive", "server01"),
        ("new", "server01", "--idle-timeout-sec", "x"),
    ):
        assert remora("session", *arguments).code == 2, arguments


def test_an_idle_timeout_out_of_range_is_an_error(remora: Remora, server: SmallHost) -> None:
    done = remora("session", "new", "server01", "--idle-timeout-sec", "59")
    assert done.code == 1
    assert "idle timeout" in done.err
    assert server.shells == {}
