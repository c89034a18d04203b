"""``remora doctor`` through the real command line."""

from __future__ import annotations

import json
from pathlib import Path

from tests.support.host import PASSWORD, USER, free_port, remora, running_host
from tests.support.terminal import Terminal


def test_a_machine_that_is_well_and_one_that_is_not(tmp_path: Path) -> None:
    (tmp_path / "pw").write_text(PASSWORD + "\n")
    who = ("-u", USER, "--password-file", str(tmp_path / "pw"))
    with running_host(tmp_path / "state") as host:
        done = remora("doctor", f"{host.url}/wsman", *who)
        lines = done.stdout.splitlines()
        assert [line.split()[1] for line in lines[:13]] == [
            "name", "port", "tls", "service", "identify", "clock", "mechanism", "ticket", "logon", "binding",
            "encryption", "powershell", "cmd",
        ]  # fmt: skip
        assert lines[-1] == "127.0.0.1: all is well"
        assert done.stderr == ""
        (tmp_path / "wrong").write_text("not-it\n")
        done = remora(
            "doctor", f"{host.url}/wsman", "-u", USER, "--password-file", str(tmp_path / "wrong"), "-o", "json",
            check=False,
        )  # fmt: skip
        document = json.loads(done.stdout)
        assert (done.returncode, document["ok"], document["cause"]) == (1, False, "logon")
        assert "not-it" not in done.stdout
        (found,) = (item for item in document["findings"] if item["check"] == "logon")
        assert (found["verdict"], found["code"]) == ("failed", 5)
        terminal = Terminal(tmp_path, arguments=("doctor", f"{host.url}/wsman", *who))
        try:
            terminal.expect(b"logging on ...")
            terminal.expect(b"all is well")
            assert terminal.code() == 0
        finally:
            terminal.end()


def test_the_failure_is_told_with_what_mends_it(tmp_path: Path) -> None:
    (tmp_path / "pw").write_text("p\n")
    who = ("-u", "u", "--password-file", str(tmp_path / "pw"))
    done = remora("doctor", f"http://127.0.0.1:{free_port()}/wsman", *who, check=False)
    assert done.returncode == 1
    assert "failed   port" in done.stdout
    assert "-> on 127.0.0.1: winrm quickconfig" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("127.0.0.1: port failed: cannot connect")


def test_wrong_usage(tmp_path: Path) -> None:
    (tmp_path / "pw").write_text("p\n")
    who = ("-u", "u", "--password-file", str(tmp_path / "pw"))
    for words in (
        ("doctor",),
        ("doctor", "a/b", *who),
        ("doctor", "ftp://h", *who),
        ("doctor", "h", "-o", "xml", *who),
    ):
        done = remora(*words, check=False)
        assert (done.returncode, "Traceback" in done.stderr) == (2, False), words
