"""remora host configuration on a state directory of its own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from remora.cli.host_configuration import configuration
from remora.modules.remoting import configurations_store


@pytest.fixture(autouse=True)
def _makers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(configurations_store, "_makers", [])


def run(directory: Path, *words: str) -> Result:
    return CliRunner().invoke(configuration, [*words, "--state-dir", str(directory / "state")])


def shown(directory: Path, name: str) -> dict[str, str]:
    found: list[dict[str, str]] = json.loads(run(directory, "ls", name, "-o", "json").output)
    return found[0]


def test_everything_that_register_and_set_can_say(tmp_path: Path) -> None:
    done = run(
        tmp_path, "register", "Desk", "--startup-script", "/x.ps1", "--module", "One", "--module", "Two",
        "--access-mode", "local", "--maximum-received-object-size-mb", "20",
        "--maximum-received-data-size-per-command-mb", "60", "--option", "maxsessions=4", "-o", "json",
    )  # fmt: skip
    assert json.loads(done.output) == {"name": "Desk", "result": "registered"}
    one = shown(tmp_path, "Desk")
    assert (one["StartupScript"], one["MaxShells"]) == ("/x.ps1", "4")
    assert (one["PSMaximumReceivedObjectSizeMB"], one["PSMaximumReceivedDataSizePerCommandMB"]) == ("20", "60")
    assert one["Permission"].startswith("NT AUTHORITY\\NETWORK AccessDenied")
    assert 'modules = [\n    "One",\n    "Two",\n]' in (tmp_path / "state" / "front" / "host.toml").read_text()
    assert (
        run(tmp_path, "set", "Desk", "--security-descriptor", "D:P(A;;GA;;;BA)", "--startup-script", "").exit_code == 0
    )
    one = shown(tmp_path, "Desk")
    assert (one["SecurityDescriptorSddl"], one["StartupScript"]) == ("D:P(A;;GA;;;BA)", None)


def test_on_off_and_away(tmp_path: Path) -> None:
    assert run(tmp_path, "disable", "PowerShell.7").output == "PowerShell.7 disabled\n"
    assert shown(tmp_path, "PowerShell.7")["Enabled"] == "false"
    assert run(tmp_path, "enable", "PowerShell.7").output == "PowerShell.7 enabled\n"
    assert run(tmp_path, "unregister", "PowerShell.7").output == "PowerShell.7 deleted\n"
    lines = run(tmp_path, "ls").output.splitlines()
    assert [line.split()[0] for line in lines] == ["NAME", "Microsoft.PowerShell"]


def test_files_of_sessions(tmp_path: Path) -> None:
    file = tmp_path / "x.pssc"
    file.write_text("@{ SchemaVersion = '2.0.0.0'; SessionType = 'Empty' }")
    other = tmp_path / "own.toml"
    assert run(tmp_path, "register", "A", "--path", str(file), "--config", str(other)).exit_code == 0
    assert 'definition_file = "configurations/A.pssc"' in other.read_text()
    assert (tmp_path / "configurations" / "A.pssc").read_text() == file.read_text()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("unregister", "Nix"), "CustomShellNotFound"),
        (("set", "Nix"), "CSCmdsShellNotFound"),
        (("register", "A", "--startup-script", "x.sh"), "StartupScriptNotCorrect"),
        (("register", "A", "--option", "Nothing=1"), "NAME=VALUE"),
        (("register", "A", "--option", "MaxSessions=0"), "ParameterArgumentValidationError"),
    ],
)
def test_what_is_wrong_is_said_with_its_id(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    done = run(tmp_path, *words)
    assert done.exit_code != 0
    assert said in done.output
