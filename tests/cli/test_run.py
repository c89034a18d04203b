from __future__ import annotations

import asyncio
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from remora.psrp import clixml
from remora.psrp.hostcalls import HostMethod
from remora.values import ErrorRecord, WarningRecord
from tests.cli.conftest import Remora
from tests.client.small_host import Run, SmallHost


async def mixed(run: Run) -> None:
    run.output("out")
    run.record(ErrorRecord.of("bad", "Bad"))
    run.record(WarningRecord(message="careful"))


async def fails(run: Run) -> None:
    run.output("before")
    raise ValueError("boom")


async def exits(run: Run) -> None:
    await run.call(HostMethod.SET_SHOULD_EXIT, 3)


async def waits(run: Run) -> None:
    run.output("started")
    await asyncio.sleep(60)


async def half(run: Run) -> None:
    run.output("\ud83d")


async def arguments(run: Run) -> None:
    run.output(json.dumps([run.arguments, run.parameters]))


async def upper(run: Run) -> None:
    async for value in run.inputs():
        run.output(value.upper())


def test_output_and_errors_go_their_ways(remora: Remora, server: SmallHost) -> None:
    server.scripts["mixed"] = mixed
    done = remora("run", "server01", "-c", "mixed")
    assert (done.code, done.out) == (0, "out\n")
    assert done.err.splitlines() == ["bad", "WARNING: careful"]
    assert server.shells == {}


def test_a_terminating_error_is_one_and_exit_is_its_number(remora: Remora, server: SmallHost) -> None:
    server.scripts.update(fails=fails, exits=exits)
    done = remora("run", "server01", "-c", "fails")
    assert (done.code, done.out, done.err) == (1, "before\n", "boom\n")
    assert remora("run", "server01", "-c", "exits").code == 3


def test_a_script_from_a_file_with_its_arguments(remora: Remora, server: SmallHost, tmp_path: Path) -> None:
    server.scripts["arguments"] = arguments
    (tmp_path / "s.ps1").write_bytes(b"\xef\xbb\xbfarguments")
    done = remora("run", "server01", "-f", str(tmp_path / "s.ps1"), "--", "one", "-Name", "x", "--weird", "-Force")
    assert json.loads(done.out) == [["one", "--weird"], {"Name": "x", "Force": True}]


def test_standard_input_is_pipeline_input(remora: Remora, server: SmallHost, monkeypatch: pytest.MonkeyPatch) -> None:
    server.scripts["upper"] = upper
    monkeypatch.setattr("sys.stdin", io.StringIO("a\nb\n"))
    assert remora("run", "server01", "--input", "-c", "upper").out == "A\nB\n"


def test_json_of_one_and_of_several(remora: Remora, server: SmallHost) -> None:
    server.scripts["mixed"] = mixed
    one = json.loads(remora("run", "server01", "-c", "mixed", "-o", "json").out)
    assert (one["computer"], one["state"], one["exit_code"]) == ("server01", "Completed", 0)
    assert one["output"] == ["out"]
    assert one["error"][0]["message"] == "bad"
    assert one["warning"] == ["careful"]
    done = remora("run", "server01", "nowhere", "-c", "x", "-o", "json")
    assert done.code == 1
    by_name = {entry["computer"]: entry for entry in json.loads(done.out)}
    assert by_name["server01"]["exit_code"] == 0
    assert by_name["nowhere"]["exit_code"] == 255
    assert "cannot connect" in by_name["nowhere"]["failure"]


def test_jsonl_and_text_of_several_name_the_machine(remora: Remora, server: SmallHost) -> None:
    done = remora("run", "server01", "server02", "-c", "hi", "-o", "jsonl")
    lines = [json.loads(line) for line in done.out.splitlines()]
    assert {(line["computer"], line["value"]) for line in lines if "stream" in line} == {
        ("server01", "hi"),
        ("server02", "hi"),
    }
    assert {line["exit_code"] for line in lines if "exit_code" in line} == {0}
    text = remora("run", "server01", "server02", "-c", "hi")
    assert sorted(text.out.splitlines()) == ["[server01] hi", "[server02] hi"]


def test_clixml(server: SmallHost) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "remora", "run", "server01", "-c", "text", "-o", "clixml"],
        capture_output=True,
        check=True,
        env={**os.environ},
    )
    assert list(clixml.load_stream(done.stdout)) == [("Output", "text")]


def test_no_connection_is_255_wrong_password_too(remora: Remora, server: SmallHost, tmp_path: Path) -> None:
    done = remora("run", "nowhere", "-c", "x")
    assert done.code == 255
    assert "cannot connect" in done.err
    (tmp_path / "wrong").write_text("nonsense-password")
    done = remora("run", "server01", "-c", "x", "--password-file", str(tmp_path / "wrong"))
    assert done.code == 255
    assert "refused the logon" in done.err
    assert "nonsense-password" not in done.err + done.out


def test_out_of_time_is_124_and_the_script_is_stopped(remora: Remora, server: SmallHost) -> None:
    server.scripts["waits"] = waits
    started = time.monotonic()
    done = remora("run", "server01", "-c", "waits", "--timeout", "0.5")
    assert (done.code, done.out) == (124, "started\n")
    assert time.monotonic() - started < 20
    assert server.asked["Signal"] == 1
    assert server.shells == {}


def test_text_that_no_encoding_can_write_is_shown_all_the_same(server: SmallHost) -> None:
    server.scripts["half"] = half
    for form, shown in (("text", "?\n"), ("jsonl", '"value": "\\ud83d"')):
        done = subprocess.run(
            [sys.executable, "-m", "remora", "run", "server01", "-c", "half", "-o", form],
            capture_output=True,
            text=True,
            env={**os.environ},
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert shown in done.stdout


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_control_c_is_130_and_stops_the_script(server: SmallHost, number: signal.Signals, code: int) -> None:
    server.scripts["waits"] = waits
    process = subprocess.Popen(
        [sys.executable, "-m", "remora", "run", "server01", "-c", "waits"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "started\n"
    process.send_signal(number)
    _out, err = process.communicate(timeout=20)
    assert process.returncode == code
    assert "Traceback" not in err
    assert server.asked["Signal"] == 1
    assert server.shells == {}


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "server01"),
        ("run", "-c", "x"),
        ("run", "server01", "-c", "x", "-f", "y"),
        ("run", "server01", "-f", "/does/not/exist"),
        ("run", "server01", "-c", "x", "--auth", "magic"),
        ("run", "server01", "-c", "x", "--input", "--in-disconnected-session"),
        ("run", "a/b", "-c", "x"),
        ("run", "ftp://a", "-c", "x"),
        ("run", "server01", "-c", "x", "--timeout", "0"),
        ("run", "server01", "-c", "x", "--throttle-limit", "0"),
    ],
)
def test_wrong_usage(remora: Remora, server: SmallHost, arguments: tuple[str, ...]) -> None:
    done = remora(*arguments)
    assert done.code == 2
    assert done.err
    assert server.order == []


def test_an_unavailable_mechanism_is_refused_before_any_packet(remora: Remora, server: SmallHost) -> None:
    done = remora("run", "server01", "-c", "x", "--auth", "kerberos")
    assert done.code == 255
    assert "Kerberos" in done.err
    assert server.order == []


def test_in_an_existing_session_and_left_again(remora: Remora, server: SmallHost) -> None:
    assert remora("session", "new", "server01", "--name", "S").code == 0
    assert remora("run", "server01", "--session", "S", "-c", "inside").out == "inside\n"
    (shell,) = server.shells.values()
    assert not shell.connected
    done = remora("run", "server01", "--session", "Nobody", "-c", "x")
    assert done.code != 0


def test_left_running_and_received_later(remora: Remora, server: SmallHost) -> None:
    done = remora("run", "server01", "--in-disconnected-session", "--session-name", "Long", "-c", "later", "-o", "json")
    assert done.code == 0
    (session,) = json.loads(done.out)
    assert (session["name"], session["state"]) == ("Long", "Disconnected")
    assert remora("session", "receive", "server01", "--name", "long").out == "later\n"
