"""Jobs and threads started in a limited session may do no more than the session itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from remora.engine.language.visible import Visibility, VisibleCommand
from remora.engine.runspace import InitialSessionState, Runspace
from remora.modules import builtin_commands
from remora.modules.job_host import ProcessJobHost
from tests.engine.language.test_modes import METHOD, Session


class JobSession(Session):
    """A limited session whose jobs are processes."""

    def __init__(self, **state: object) -> None:
        super().__init__()
        given = InitialSessionState(commands=builtin_commands(), **state)  # type: ignore[arg-type]  # as Session's
        self.runspace = Runspace(state=given, job_host=ProcessJobHost())


READ = "[IO.Directory]::Exists('/')"
WAYS = (
    f"Start-ThreadJob {{ {READ} }} | Receive-Job -Wait",
    f"Start-ThreadJob {{ }} -InitializationScript {{ {READ} }} | Receive-Job -Wait",
    f'Start-ThreadJob {{ Invoke-Expression "{READ}" }} | Receive-Job -Wait',
    f"1 | ForEach-Object -Parallel {{ {READ} }}",
    f"1 | ForEach-Object -Parallel {{ {READ} }} -AsJob | Receive-Job -Wait",
    f"Start-Job {{ {READ} }} | Receive-Job -Wait",
    f"Start-Job {{ }} -InitializationScript {{ {READ} }} | Receive-Job -Wait",
    f"Start-Job ${{function:Trusted}} -InitializationScript {{ {READ} }} | Receive-Job -Wait",
)


@pytest.mark.parametrize("script", WAYS)
def test_jobs_keep_the_constrained_language(script: str) -> None:
    session = JobSession(language_mode="ConstrainedLanguage", functions={"Trusted": "1"})
    texts, ids = session.run(script)
    assert "True" not in texts
    assert any(id.startswith(METHOD) for id in ids), ids


def test_a_script_file_as_a_job_keeps_the_constrained_language(tmp_path: Path) -> None:
    file = tmp_path / "s.ps1"
    file.write_text(READ)
    session = JobSession(language_mode="ConstrainedLanguage")
    for way in (f"Start-ThreadJob -FilePath {file}", f"Start-Job -FilePath {file}"):
        texts, ids = session.run(f"{way} | Receive-Job -Wait")
        assert (texts, [id.partition(",")[0] for id in ids]) == ([], [METHOD])


@pytest.mark.parametrize("start", ["Start-ThreadJob", "Start-Job"])
def test_jobs_of_a_sessions_own_functions_have_the_full_language(start: str) -> None:
    functions = {"Trusted": f"{start} {{ {READ} }} | Receive-Job -Wait"}
    session = JobSession(language_mode="ConstrainedLanguage", functions=functions)
    assert session.run("Trusted") == (["True"], [])


VISIBLE = Visibility(
    cmdlets=tuple(VisibleCommand(name) for name in ("Start-*", "Receive-Job", "ForEach-Object", "Write-Output")),
    functions=(),
    external=(),
    aliases=(),
)


@pytest.mark.parametrize(
    "script",
    ["Start-ThreadJob { Get-Date } | Receive-Job -Wait", "1 | ForEach-Object -Parallel { Get-Date }"],
)
def test_jobs_see_the_commands_their_session_sees(script: str) -> None:
    session = JobSession(visibility=VISIBLE)
    assert session.run(script) == ([], ["CommandNotFoundException"])
    assert session.run(script.replace("Get-Date", "Write-Output 5")) == (["5"], [])


def test_processes_are_no_way_to_commands_that_are_not_visible() -> None:
    session = JobSession(visibility=VISIBLE)
    assert session.run("Start-Job { Get-Date } | Receive-Job -Wait")[1] == [
        "NotSupported,Microsoft.PowerShell.Commands.StartJobCommand"
    ]
