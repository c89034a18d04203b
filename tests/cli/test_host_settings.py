from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner, Result

from remora.cli.host import host


def run(state_dir: Path, *words: str) -> Result:
    return CliRunner().invoke(host, [*words, "--state-dir", str(state_dir)])


def test_settings_are_changed_for_good_and_shown(tmp_path: Path) -> None:
    done = run(tmp_path, "set", "remora/localAccountTokenFilterPolicy=0", "Service/Auth/Basic=TRUE")
    assert done.output.splitlines() == ["Service/Auth/Basic=true", "Remora/LocalAccountTokenFilterPolicy=0"]
    assert run(tmp_path, "get", "Remora/LocalAccountTokenFilterPolicy").output == done.output.splitlines()[1] + "\n"
    assert json.loads(run(tmp_path, "get", "service/auth", "-o", "json").output)["Service/Auth/Basic"] == "true"
    every = run(tmp_path, "get").output
    assert "MaxTimeoutms=60000" in every
    assert "Remora/Pam=false" in every
    assert "LocalAccountTokenFilterPolicy = 0" in (tmp_path / "front" / "host.toml").read_text()


def test_what_is_refused_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "front").mkdir()
    (tmp_path / "front" / "policy.toml").write_text("[winrm.Service.Auth]\nBasic = false\n")
    for words, why in (
        (("Remora/Pam=true", "Remora/LogonBlockAfter=0"), "a whole number from 1"),
        (("Remora/Pam=true", "Remora/Nonsense=1"), "there is no setting"),
        (("Remora/Pam=true", "Service/RootSDDL=D:P(A;;GA;;;QQ)"), "no security identifier"),
        (("Remora/PamService=../x",), "no PAM service"),
        (("Service/Auth/Basic=true",), "fixed by a policy"),
        (("Remora/Pam",), "KEY=VALUE"),
    ):
        done = run(tmp_path, "set", *words)
        assert done.exit_code == 1
        assert why in done.output
    assert not (tmp_path / "front" / "host.toml").exists()
    assert run(tmp_path, "get", "Nonsense").exit_code == 1
