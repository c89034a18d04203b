from __future__ import annotations

from pathlib import Path

import pytest

from remora.client.config_store import ClientAuth, ClientConfig
from remora.errors import ConfigError

WHOLE = """
[client]
allow_unencrypted = true
http_port = 15985
trusted_hosts = ["*.lab", "<local>"]
certificates = "/srv/certificates"
allow_fresh_credentials = ["WSMAN/*.lab"]

[client.auth]
basic = false

[hosts.Server01]
url = "http://127.0.0.1:15985/wsman"
username = "admin"
configuration_name = "ITTasks"
skip_ca_check = true

[unc]
'\\\\Server01\\Scripts' = "/srv/scripts"
'\\\\server01\\scripts\\deep' = "/srv/deep"
"""


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "client.toml"
    path.write_text(text, "utf-8")
    return path


def test_a_whole_file_is_read_and_written_back_equal(tmp_path: Path) -> None:
    config = ClientConfig.load(write(tmp_path, WHOLE))
    assert config.allow_unencrypted
    assert config.http_port == 15985
    assert config.trusted_hosts == ("*.lab", "<local>")
    assert config.certificates == Path("/srv/certificates")
    assert config.allow_fresh_credentials == ("WSMAN/*.lab",)
    assert config.auth == ClientAuth(basic=False)
    alias = config.alias("sERVER01")
    assert alias is not None
    assert (alias.name, alias.username, alias.skip_ca_check) == ("Server01", "admin", True)
    again = ClientConfig.load(config.save(tmp_path / "new" / "client.toml"))
    assert again == config


def test_without_a_file_the_defaults_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ClientConfig, "default_path", staticmethod(lambda: tmp_path / "none.toml"))
    assert ClientConfig.load() == ClientConfig()
    with pytest.raises(ConfigError, match="no client configuration"):
        ClientConfig.load(tmp_path / "none.toml")


def test_every_unknown_key_is_named(tmp_path: Path) -> None:
    text = "top = 1\n[client]\nx = 1\n[client.auth]\ny = true\n[hosts.A]\nz = 1\nname = 'B'\n"
    with pytest.raises(ConfigError, match=r"client\.auth\.y, client\.x, hosts\.A\.name, hosts\.A\.z, top"):
        ClientConfig.load(write(tmp_path, text))


@pytest.mark.parametrize(
    "text",
    [
        "not toml",
        "client = 1",
        "[client]\nallow_unencrypted = 'yes'",
        "[client]\nhttp_port = true",
        "[hosts]\nA = 1",
        "[hosts.A]\nurl = 5",
        "[unc]\n'\\\\server' = '/x'",
    ],
)
def test_defects_are_configuration_errors(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError):
        ClientConfig.load(write(tmp_path, text))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (r"\\Server01\Scripts\a\b.ps1", "/srv/scripts/a/b.ps1"),
        (r"\\SERVER01\scripts\DEEP\c.ps1", "/srv/deep/c.ps1"),
        ("//server01/Scripts/x.ps1", "/srv/scripts/x.ps1"),
        ("plain/x.ps1", "plain/x.ps1"),
    ],
)
def test_unc_paths_go_through_the_map(tmp_path: Path, given: str, expected: str) -> None:
    config = ClientConfig.load(write(tmp_path, WHOLE))
    assert config.local_path(given) == Path(expected)


def test_an_unmapped_unc_path_is_an_error() -> None:
    with pytest.raises(ConfigError, match="no entry"):
        ClientConfig().local_path(r"\\other\share\x")


def test_a_variable_names_another_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REMORA_CLIENT_CONFIG", str(tmp_path / "own.toml"))
    assert ClientConfig.default_path() == tmp_path / "own.toml"


def test_certificates_lie_beside_the_file_unless_it_says_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REMORA_CLIENT_CONFIG", str(tmp_path / "client.toml"))
    assert ClientConfig.load().certificates == tmp_path / "certificates"
    assert "certificates" not in ClientConfig().to_toml()["client"]
