from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from remora.cli.cp import Place, parse_place
from remora.cli.cp_progress import ProgressLine
from remora.client.file_report import CopyProgress
from tests.cli.conftest import Remora
from tests.support.host import PASSWORD, USER, HostProcess, running_host


@pytest.fixture(scope="module")
def real_host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HostProcess]:
    with running_host(tmp_path_factory.mktemp("cp") / "state") as running:
        yield running


@pytest.fixture
def machines(real_host: HostProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """``server01`` and ``server02`` are the host, ``nowhere`` is none; gives a directory that its user may write."""
    (tmp_path / "pw").write_text(PASSWORD + "\n", "utf-8")
    entry = f'username = "{USER}"\npassword_file = "{tmp_path / "pw"}"\nauthentication = "negotiate"\n'
    url = f"{real_host.url}/wsman"
    names = {"server01": url, "server02": url, "nowhere": "http://127.0.0.1:1/wsman"}
    hosts = "".join(f'[hosts.{name}]\nurl = "{url}"\n{entry}' for name, url in names.items())
    (tmp_path / "client.toml").write_text(f"[client]\nallow_unencrypted = true\nauth.basic = true\n{hosts}", "utf-8")
    monkeypatch.setenv("REMORA_CLIENT_CONFIG", str(tmp_path / "client.toml"))
    with tempfile.TemporaryDirectory(prefix="remora-cp-") as far:
        Path(far).chmod(0o777)
        yield Path(far)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("file", Place((), "file")),
        ("./a:b", Place((), "./a:b")),
        ("/a:b", Place((), "/a:b")),
        ("dir/a:b", Place((), "dir/a:b")),
        ("host:/srv/x y", Place(("host",), "/srv/x y")),
        ("host:C:\\Temp", Place(("host",), "C:\\Temp")),
        ("host:", Place(("host",), ".")),
        ("host:5986", Place(("host",), "5986")),
        ("me@host:5986:/x", Place(("me@host:5986",), "/x")),
        ("a,b,me@c:/x", Place(("a", "b", "me@c"), "/x")),
        ("[::1]:5985:/x", Place(("[::1]:5985",), "/x")),
        ("http://h:5985/wsman:/x", Place(("http://h:5985/wsman",), "/x")),
    ],
)
def test_places(text: str, place: Place) -> None:
    assert parse_place(text) == place


def test_there_and_back(remora: Remora, machines: Path, tmp_path: Path) -> None:
    (tmp_path / "tree" / "in side").mkdir(parents=True)
    (tmp_path / "tree" / "in side" / "a'b").write_text("text")
    done = remora("cp", "-r", str(tmp_path / "tree"), f"server01:{machines}")
    assert (done.code, done.out, done.err) == (0, "", "")
    done = remora("cp", "-r", f"server01:{machines}/tree", str(tmp_path / "back"), "-o", "json")
    assert (tmp_path / "back" / "in side" / "a'b").read_text() == "text"
    found = json.loads(done.out)
    assert (found["exit_code"], found["bytes"], found["files"][0]["size"]) == (0, 4, 4)


def test_several_machines_and_one_that_is_not_there(remora: Remora, machines: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("text")
    done = remora(
        "cp", str(tmp_path / "file"), f"server01,nowhere:{machines}/copy", "--throttle-limit", "1", "-o", "jsonl"
    )
    assert done.code == 1
    lines = {line["computer"]: line for line in map(json.loads, done.out.splitlines())}
    assert lines["server01"]["exit_code"] == 0
    assert lines["nowhere"]["exit_code"] == 255
    assert "remora: nowhere: " in done.err
    assert (machines / "copy").read_text() == "text"


def test_failures_and_exit_codes(remora: Remora, machines: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("text")
    done = remora("cp", str(tmp_path / "file"), f"server01:{machines}/no/where")
    assert done.code == 1
    assert "[RemotePathNotFound]" in done.err
    assert remora("cp", str(tmp_path / "file"), "nowhere:/tmp").code == 255
    assert remora("cp", "a", "b").code == 2
    assert remora("cp", "server01:a", "server02:b").code == 2
    assert remora("cp", "a").code == 2


def test_preserve_force_resume_and_literal(remora: Remora, machines: Path, tmp_path: Path) -> None:
    source = tmp_path / "file[1]"
    source.write_text("text")
    source.chmod(0o640)
    assert remora("cp", "-p", str(source), f"server01:{machines}/copy[1]").code == 0
    assert (machines / "copy[1]").stat().st_mode & 0o777 == 0o640
    part = machines / "copy[1].remora-part"
    part.write_text("te")
    part.chmod(0o666)
    done = remora("cp", str(source), f"server01:{machines}/copy[1]", "-o", "json")
    assert json.loads(done.out)["files"][0]["resumed_at"] == 2
    part.write_text("te")
    part.chmod(0o666)
    (machines / "copy[1]").chmod(0o444)
    again = ("cp", "--no-resume", str(source), f"server01:{machines}/copy[1]", "-o", "json")
    assert remora(*again).code == 1
    assert json.loads(remora(*again, "--force").out)["files"][0]["resumed_at"] == 0
    assert remora("cp", f"server01:{machines}/copy[1]", str(tmp_path / "back")).code == 1
    assert remora("cp", "--literal", f"server01:{machines}/copy[1]", str(tmp_path / "back")).code == 0


def test_a_session_that_was_left_is_left_again(remora: Remora, machines: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("text")
    made = json.loads(remora("session", "new", "server01", "--name", "Work", "-o", "json").out)
    shown = made[0] if isinstance(made, list) else made
    try:
        remora("run", "server01", "--session", "Work", "-c", f"Set-Location '{machines}'")
        assert remora("cp", str(tmp_path / "file"), "server01:here", "--name", "Work").code == 0
        assert (machines / "here").read_text() == "text"
        key = next(name for name in shown if name.lower().replace("_", "") == "instanceid")
        assert remora("cp", str(tmp_path / "file"), "server01:again", "--id", shown[key]).code == 0
        assert (machines / "again").read_text() == "text"
        assert remora("cp", str(tmp_path / "file"), "server01:x", "--name", "Other").code == 1
    finally:
        assert remora("session", "rm", "server01", "--name", "Work").code == 0


def test_the_line_of_progress() -> None:
    out = io.StringIO()
    now = [0.0]
    line = ProgressLine(out, several=True, clock=lambda: now[0])
    tell = line.of("web1")
    now[0] = 1.0
    tell(
        CopyProgress(source="big\nfile", destination="d", done=1 << 20, size=4 << 20, total_done=0, total_size=4 << 20)
    )
    now[0] = 1.01
    tell(CopyProgress(source="unseen", destination="d", done=0, size=1, total_done=1 << 20, total_size=4 << 20))
    now[0] = 2.0
    tell(CopyProgress(source="file", destination="d", done=1, size=1, total_done=2 << 20, total_size=4 << 20))
    line.finish()
    shown = out.getvalue()
    assert "\rweb1: big?file    0%  0 B of 4.0 MiB  0 B/s" in shown
    assert "\rweb1: file   50%  2.0 MiB of 4.0 MiB  1.0 MiB/s" in shown
    assert "unseen" not in shown
    assert shown.endswith("2.0 MiB in 2.0 s (1.0 MiB/s)\n")
