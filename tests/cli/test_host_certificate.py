from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives import serialization

from remora.cli.host_certificate import certificate
from remora.host.privileges import front_user
from tests.support.authority import Authority


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


def run(state: Path, *words: str | Path) -> Result:
    return CliRunner().invoke(certificate, [*map(str, words), "--state-dir", str(state)])


def test_add_trust_list_and_remove(state: Path, tmp_path: Path) -> None:
    authority = Authority()
    server = authority.server("pc.example.test")
    added = run(state, "add", *server.write(tmp_path, "server"))
    assert added.output == f"{server.thumbprint} added\n"
    root, _key = authority.root.write(tmp_path, "root")
    assert run(state, "trust", root).output == f"{authority.root.thumbprint} trusted\n"
    shown = json.loads(run(state, "list", "-o", "json").output)
    assert [(item["thumbprint"], item["kind"]) for item in shown] == [
        (server.thumbprint, "own"),
        (authority.root.thumbprint, "trusted"),
    ]
    assert shown[0]["names"] == ["pc.example.test"]
    (tmp_path / "list.pem").write_bytes(authority.revocation_list())
    assert run(state, "trust", tmp_path / "list.pem").exit_code == 0
    assert "with a revocation list" in run(state, "list").output
    files = [*(state / "tls").rglob("*.*")]
    assert len(files) == 4
    assert {path.stat().st_uid for path in files} == {front_user().uid}
    assert {path.stat().st_mode & 0o077 for path in files} == {0}
    for wanted in (server.thumbprint.lower(), authority.root.thumbprint):
        assert run(state, "remove", wanted).exit_code == 0
    assert run(state, "list").output == ""
    assert not [*(state / "tls").rglob("*.*")]


@pytest.mark.parametrize("what", ["another key", "secret key", "no authority", "strange list", "garbage", "gone"])
def test_what_is_refused_leaves_nothing(state: Path, tmp_path: Path, what: str) -> None:
    authority = Authority()
    server = authority.server("pc")
    path, key = server.write(tmp_path, "server")
    if what == "secret key":
        how = serialization.BestAvailableEncryption(b"secret")
        key.write_bytes(server.key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, how))
    (tmp_path / "list").write_bytes(authority.revocation_list())
    (tmp_path / "garbage").write_bytes(os.urandom(100))
    words: tuple[str | Path, ...] = {
        "another key": ("add", path, authority.server("pc").write(tmp_path, "other")[1]),
        "secret key": ("add", path, key),
        "no authority": ("trust", path),
        "strange list": ("trust", tmp_path / "list"),
        "garbage": ("trust", tmp_path / "garbage"),
        "gone": ("remove", "AB" * 20),
    }[what]
    done = run(state, *words)
    assert done.exit_code == 1
    assert done.output.startswith("Error: ")
    assert run(state, "list").output == ""
