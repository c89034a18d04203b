from __future__ import annotations

import stat
from pathlib import Path

import pytest

from remora.config import Backend, CommandShell
from remora.config.listener import ListenerSettings, parse_listener
from remora.errors import ConfigError
from remora.host.config_store import ConfigStore

FILE = """
[winrm]
MaxEnvelopeSizekb = 1000
[winrm.service.auth]
basic = true
[remora]
CommandShell = "sh"
[[listeners]]
url = "http://127.0.0.1:5985"
[[listeners]]
url = "https://*"
certificate = "a.pem"
key = "a.key"
[session_configurations.ITTasks]
backend = "engine"
startup_script = "/etc/it.ps1"
aliases = ["it"]
[session_configurations.ITTasks.quotas]
MaxShells = 5
"""


def test_a_missing_file_means_defaults(tmp_path: Path) -> None:
    store = ConfigStore(tmp_path / "config.toml")
    assert store.current.winrm.service.auth.negotiate
    assert store.current.sessions().resolve("microsoft.powershell").name == "Microsoft.PowerShell"


def test_everything_the_file_can_say(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(FILE)
    held = ConfigStore(path).current
    assert (held.winrm.max_envelope_size_kb, held.winrm.service.auth.basic) == (1000, True)
    assert held.remora.command_shell is CommandShell.SH
    assert held.listeners == (
        ListenerSettings(secure=False, host="127.0.0.1", port=5985),
        ListenerSettings(secure=True, host="*", port=None, certificate="a.pem", key="a.key"),
    )
    session = held.sessions().resolve("IT")
    assert (session.name, session.backend, session.startup_script) == ("ITTasks", Backend.ENGINE, "/etc/it.ps1")
    assert session.quotas.max_shells == 5


def test_what_is_written_is_read_and_only_changes_are_written(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(FILE)
    path.chmod(0o640)
    store = ConfigStore(path)
    before = store.current
    store.set("winrs/MaxShellsPerUser", "7")
    assert ConfigStore(path).current == before.with_setting("Winrs/MaxShellsPerUser", 7)
    assert "MaxTimeoutms" not in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    fresh = tmp_path / "fresh.toml"
    ConfigStore(fresh).set("winrs/MaxShellsPerUser", "7")
    assert stat.S_IMODE(fresh.stat().st_mode) == 0o600


def test_what_another_process_wrote_is_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    store, other = ConfigStore(path), ConfigStore(path)
    assert not store.refresh()
    other.set("winrs/MaxShellsPerUser", "7")
    assert store.refresh()
    assert store.current.winrm.winrs.max_shells_per_user == 7
    assert not store.refresh()
    path.write_text("[nothing]")
    with pytest.raises(ConfigError):
        store.refresh()
    assert store.current.winrm.winrs.max_shells_per_user == 7


def test_overrides_lie_over_the_file_and_are_not_written(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    store = ConfigStore(path, overrides=["Service/Auth/Basic=true", "remora/commandshell=sh"])
    assert store.current.winrm.service.auth.basic
    store.set("Service/AllowUnencrypted", True)
    assert store.current.winrm.service.auth.basic
    assert store.current.winrm.service.allow_unencrypted
    assert "Basic" not in path.read_text()
    assert "AllowUnencrypted" in path.read_text()


def test_two_writers_keep_each_others_changes(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    first, second = ConfigStore(path), ConfigStore(path)
    first.set("MaxBatchItems", 5)
    second.set("MaxTimeoutms", 1000)
    first.reload()
    assert (first.current.winrm.max_batch_items, first.current.winrm.max_timeout_ms) == (5, 1000)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("x = [", "config.toml"),
        ("[nonsense]", "nonsense"),
        ("winrm = 1", "winrm"),
        ("[winrm]\nNoSuch = 1", "winrm/NoSuch"),
        ("[winrm.Service.Auth]\nBasic = 7", "winrm/Service/Auth/Basic"),
        ("[winrm]\nMaxTimeoutms = 1", "500 to 4294967295"),
        ("[winrm]\nService = 1", "winrm/Service is a group"),
        ("[remora]\nCommandShell = 'zsh'", "one of cmd, sh"),
        ("[listeners]\nurl = 'x'", r"\[\[listeners\]\]"),
        ("[[listeners]]\nhost = 'x'", "url"),
        ("[[listeners]]\nurl = 5", "url"),
        ("[[listeners]]\nurl = 'ftp://x'", "ftp://x"),
        ("[[listeners]]\nurl = 'https://x'\nkey = 'k'", "certificate"),
        ("[session_configurations]\nA = 1", "session_configurations.A"),
        ("[session_configurations.A]\nbackend = 'x'", "engine, pwsh, auto"),
        ("[session_configurations.A]\ncolour = 'x'", "colour"),
        ("[session_configurations.A]\naliases = 'x'", "aliases"),
        ("[session_configurations.A]\nenabled = 1", "enabled"),
        ("[session_configurations.A]\nstartup_script = 1", "startup_script"),
        ("[session_configurations.A]\nquotas = 1", "quotas"),
        ("[session_configurations.A.quotas]\nMaxShells = 0", "MaxShells"),
        ("[session_configurations.'a/b']", "a/b"),
    ],
)
def test_errors_name_the_file_and_the_key(tmp_path: Path, text: str, named: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=named) as caught:
        ConfigStore(path)
    assert str(path) in str(caught.value)


def test_a_bad_file_leaves_the_configuration_in_force(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    store = ConfigStore(path)
    store.set("MaxBatchItems", 5)
    path.write_bytes(b"\xff")
    with pytest.raises(ConfigError):
        store.reload()
    assert store.current.winrm.max_batch_items == 5


@pytest.mark.parametrize(
    ("url", "host", "port", "shown"),
    [
        ("http://127.0.0.1:0", "127.0.0.1", 0, "http://127.0.0.1:0"),
        ("https://[::1]:5986/", "::1", 5986, "https://[::1]:5986"),
        ("http://+:80", "*", 80, "http://*:80"),
        ("http://*", "*", None, "http://*"),
    ],
)
def test_listeners(url: str, host: str, port: int | None, shown: str) -> None:
    found = parse_listener(url)
    assert (found.host, found.port, found.url) == (host, port, shown)


@pytest.mark.parametrize("url", ["", "http://", "http://a:99999", "http://a/b", "http://u@a", "tcp://a", "http://[::1"])
def test_what_is_no_listener(url: str) -> None:
    with pytest.raises(ConfigError, match="no listener"):
        parse_listener(url)
