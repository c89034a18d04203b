from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from remora.cli.main import main
from tests.client.small_host import PASSWORD, USER, SmallHost, threaded_host


@dataclass
class Ran:
    """What one call of the command line did."""

    code: int
    out: str
    err: str


Remora = Callable[..., Ran]


@pytest.fixture
def remora(capsys: pytest.CaptureFixture[str]) -> Remora:
    """Run the command line in this process."""

    def run(*arguments: str) -> Ran:
        with pytest.raises(SystemExit) as done:
            main(arguments)
        captured = capsys.readouterr()
        assert isinstance(done.value.code, int)
        return Ran(done.value.code, captured.out, captured.err)

    return run


@pytest.fixture
def host() -> Iterator[SmallHost]:
    with threaded_host() as running:
        yield running


@pytest.fixture
def server(host: SmallHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SmallHost:
    """The host as ``server01`` and ``server02`` of a client configuration; ``nowhere`` leads nowhere."""
    (tmp_path / "pw").write_text(PASSWORD + "\n", "utf-8")
    entry = f'username = "{USER}"\npassword_file = "{tmp_path / "pw"}"\nauthentication = "basic"\n'
    names = {"server01": host.url, "server02": host.url, "nowhere": "http://127.0.0.1:1/wsman"}
    hosts = "".join(f'[hosts.{name}]\nurl = "{url}"\n{entry}' for name, url in names.items())
    (tmp_path / "client.toml").write_text(f"[client]\nallow_unencrypted = true\nauth.basic = true\n{hosts}", "utf-8")
    monkeypatch.setenv("REMORA_CLIENT_CONFIG", str(tmp_path / "client.toml"))
    return host
