"""Sessions made from session configuration files and role capability files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from remora.engine.errors import PSError
from remora.engine.threads import start_engine_thread
from remora.modules import builtin_commands
from remora.worker import protocol as p
from remora.worker.initial_state import initial_state
from tests.engine.language.test_modes import Call, Session

HEAD = "SchemaVersion = '2.0.0.0'\n"
GONE = "CommandNotFoundException"


def session_of(definition: str, **more: Any) -> Session:
    """A session that a configuration file makes, for alice who is an operator."""
    options = {"user": "alice", "groups": ("Operators",), "definition_file": "/etc/x.pssc", **more}
    configuration = p.Configuration(definition=f"@{{\n{HEAD}{definition}\n}}", **options)
    state = initial_state(configuration, builtin_commands(), None)
    names = ("language_mode", "visibility", "plan", "modules", "startup_script")
    return Session(**{name: getattr(state, name) for name in names})


def call(session: Session, name: str, **parameters: Any) -> tuple[list[str], list[str]]:
    command = Call(name)
    command.parameters = list(parameters.items())  # type: ignore[misc]
    return session.run([[command]])


def refusal(definition: str, **more: Any) -> str:
    """The error id with which a session is refused."""
    caught: list[PSError] = []

    def attempt() -> None:
        try:
            session_of(definition, **more)
        except PSError as problem:
            caught.append(problem)

    start_engine_thread(attempt, "refused").join()
    return caught[0].record.fully_qualified_id if caught else ""


def test_a_default_session_has_what_the_file_defines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REMORA_TEST_PLAN", "given back at the end")
    script = tmp_path / "greet.ps1"
    script.write_text("$global:greeting = 'hello'")
    session = session_of(
        f"""
        ScriptsToProcess = '{script}'
        FunctionDefinitions = @{{ Name = 'Get-Twice'; ScriptBlock = {{ param($n) 2 * $n }}; Options = 'ReadOnly' }}
        AliasDefinitions = @{{ Name = 'twice'; Value = 'Get-Twice'; Description = 'two' }}
        VariableDefinitions = @{{ Name = 'three'; Value = {{ 1 + 2 }} }}, @{{ Name = 'site'; Value = 'north' }}
        EnvironmentVariables = @{{ REMORA_TEST_PLAN = 'yes' }}
        TranscriptDirectory = '{tmp_path}/transcripts'
        """
    )
    script_text = "twice 4; $three; $site; $env:REMORA_TEST_PLAN; $greeting; (Get-Alias twice).Description"
    assert session.run(script_text) == (["8", "3", "north", "yes", "hello", "two"], [])
    assert session.run("(Get-Command Get-Twice).Options")[0] == ["ReadOnly"]
    assert list((tmp_path / "transcripts").rglob("*.txt"))


def test_types_formats_and_a_user_drive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    types = tmp_path / "own.types.ps1xml"
    types.write_text(
        "<Types><Type><Name>System.Int32</Name><Members><ScriptProperty><Name>Twice</Name>"
        "<GetScriptBlock>$this * 2</GetScriptBlock></ScriptProperty></Members></Type></Types>"
    )
    session = session_of(f"TypesToProcess = '{types}'; MountUserDrive = $true")
    assert session.run("(21).Twice; Set-Content User:\\note.txt mine; Get-Content User:\\note.txt") == (
        ["42", "mine"],
        [],
    )


@pytest.mark.parametrize(
    ("policy", "told", "said"),
    [
        ("Restricted", "Restricted", "running scripts is disabled"),
        ("AllSigned", "AllSigned", "is not digitally signed"),
        ("RemoteSigned", "RemoteSigned", ""),
        ("Bypass", "Bypass", ""),
        ("Default", "RemoteSigned", ""),
        ("Undefined", "Unrestricted", ""),
    ],
)
def test_the_execution_policy_holds_for_users(tmp_path: Path, policy: str, told: str, said: str) -> None:
    """What the configuration brings itself runs before it."""
    script, module = tmp_path / "one.ps1", tmp_path / "own.psm1"
    script.write_text("$global:ran += 1; 'ran'")
    module.write_text("function Get-Own { 'own' }")
    session = session_of(f"ExecutionPolicy = '{policy}'; ScriptsToProcess = '{script}'")
    assert session.run("Get-ExecutionPolicy; Get-ExecutionPolicy -Scope Process; $ran") == ([told, told, "1"], [])
    for operator in "&.":
        found, ids = session.run(f"try {{ {operator} '{script}' }} catch {{ $_.FullyQualifiedErrorId; \"$_\" }}")
        assert ids == []
        assert found[0] == ("UnauthorizedAccess" if said else "ran")
        assert said in found[-1]
    inner = f"[powershell]::Create().AddScript(\"& '{script}'\").Invoke(); 1 | % -Parallel {{ & '{script}' }}"
    assert session.run(inner)[0] == ([] if said else ["ran", "ran"])
    _, ids = session.run(f"Import-Module '{module}'; Get-Own")
    assert ids[:1] == (["UnauthorizedAccess,Microsoft.PowerShell.Commands.ImportModuleCommand"] if said else [])
    assert session.run("& { 'blocks run' }") == (["blocks run"], [])


def test_a_restricted_server_session_shows_eight_commands() -> None:
    session = session_of("SessionType = 'RestrictedRemoteServer'")
    names = [
        "Clear-Host", "Exit-PSSession", "Get-Command", "Get-FormatData", "Get-Help", "Measure-Object", "Out-Default",
        "Select-Object",
    ]  # fmt: skip
    found, ids = call(session, "Get-Command", CommandType="Cmdlet,Function")
    assert (sorted(found), ids) == (names, [])
    assert sorted(call(session, "Get-Command", CommandType="Function")[0]) == names[1:]  # proxies, as PowerShell has it
    assert call(session, "Get-Command", CommandType="Cmdlet") == (names[:1], [])
    assert session.run("Get-Command") == ([], ["ScriptsNotAllowed"])
    assert call(session, "Get-ChildItem", Path="/")[1] == [GONE]
    assert call(session, "Microsoft.PowerShell.Management\\Get-ChildItem")[1] == [GONE]
    assert call(session, "/bin/ls")[1] == [GONE]


RESTRICTED = [
    ("Get-Command", {"Syntax": True}, "ParameterArgumentValidationError"),
    ("Get-Command", {"Name": ["x" * 1001]}, "ParameterArgumentValidationError"),
    ("Get-Help", {"Name": "../../etc"}, "ParameterArgumentValidationError"),
    ("Get-Help", {"Path": "/etc"}, "NamedParameterNotFound"),
    ("Select-Object", {"ExpandProperty": "Length"}, "NamedParameterNotFound"),
    ("Select-Object", {"Property": ["Secret"]}, "ParameterArgumentValidationError"),
    ("Measure-Object", {"Property": "Length"}, "NamedParameterNotFound"),
    ("Out-Default", {"Transcript": True}, "NamedParameterNotFound"),
    ("Exit-PSSession", {"Id": 1}, "NamedParameterNotFound"),
]


@pytest.mark.parametrize(("name", "parameters", "id"), RESTRICTED)
def test_its_commands_take_few_parameters(name: str, parameters: dict[str, Any], id: str) -> None:
    session = session_of("SessionType = 'RestrictedRemoteServer'")
    assert call(session, name, **parameters)[1][0].partition(",")[0] == id


def test_an_empty_session_has_nothing() -> None:
    session = session_of("SessionType = 'Empty'; VisibleCmdlets = 'Get-Date'")
    assert call(session, "Get-Command")[1] == [GONE]
    assert call(session, "Get-Date", Year=2020, Format="yyyy") == (["2020"], [])


ROLES = """
SessionType = 'RestrictedRemoteServer'
RoleDefinitions = @{
    'HOST\\Operators' = @{ RoleCapabilities = 'Watch' }
    'alice' = @{ RoleCapabilityFiles = 'DIRECTORY/Date.psrc' }
    'Strangers' = @{ RoleCapabilities = 'Missing' }
}
"""


def write_roles(directory: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Two role capability files, one of them in a module; the definition that refers to them."""
    module = directory / "Desk"
    (module / "RoleCapabilities").mkdir(parents=True)
    (module / "Desk.psm1").write_text("function Reset-Desk { 'reset ' + [IO.Path]::GetFileName('/x/desk') }")
    (module / "RoleCapabilities" / "Watch.psrc").write_text(
        """@{
        VisibleCmdlets = @{ Name = 'Get-Date'; Parameters = @{ Name = 'Format'; ValidateSet = 'yyyy' } }
        VisibleFunctions = 'Reset-Desk', 'Get-Both'
        FunctionDefinitions = @{ Name = 'Get-Both'; ScriptBlock = { Get-Item / | ForEach-Object Name; Hidden } },
            @{ Name = 'Hidden'; ScriptBlock = { 'hidden' } }
        VisibleExternalCommands = '/bin/echo'
        }"""
    )
    (directory / "Date.psrc").write_text(
        """@{
        VisibleCmdlets = @{ Name = 'Get-Date'; Parameters = @{ Name = 'Year' },
            @{ Name = 'Format'; ValidatePattern = '^M+$' } }
        VisibleProviders = 'Environment'
        }"""
    )
    monkeypatch.setattr("remora.engine.initial.default_module_path", lambda _home: str(directory))
    return ROLES.replace("DIRECTORY", str(directory))


def test_a_user_cannot_write_a_role_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    definition = write_roles(tmp_path / "home" / "modules", monkeypatch)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    with pytest.raises(PSError) as refused:
        session_of(definition)
    assert refused.value.record.error_id == "CouldNotFindRoleCapability"


def test_a_user_has_the_union_of_its_roles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session = session_of(write_roles(tmp_path, monkeypatch))
    assert call(session, "Get-Date", Year=2020, Format="yyyy") == (["2020"], [])
    assert call(session, "Get-Date", Year=2020, Format="MM")[1] == []
    assert call(session, "Get-Date", Format="dd")[1][0].startswith("ParameterArgumentValidationError")
    assert call(session, "Get-Date", Month=3)[1][0].startswith("NamedParameterNotFound")
    assert call(session, "Reset-Desk") == (["reset desk"], [])
    assert call(session, "Get-Both") == (["/", "hidden"], [])
    assert call(session, "Hidden")[1] == [GONE]
    assert session.run([[Call("/bin/echo", "hello")]]) == (["hello"], [])


@pytest.mark.parametrize(
    ("user", "groups", "id"),
    [
        ("alice", (), ""),
        ("bob", ("Operators",), ""),
        ("bob", (), "AccessDenied"),
        ("bob", ("Strangers",), "CouldNotFindRoleCapability"),
    ],
)
def test_roles_decide_who_comes_in(
    user: str, groups: tuple[str, ...], id: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert refusal(write_roles(tmp_path, monkeypatch), user=user, groups=groups) == id


@pytest.mark.parametrize(
    ("required", "id"),
    [
        ("@{ And = 'Operators', @{ Or = 'Night', 'HOST\\alice' } }", ""),
        ("@{ And = 'Operators', @{ Or = 'Night', 'Day' } }", "AccessDenied"),
        ("@{ Or = 'Night' }", "AccessDenied"),
        ("@{ And = 'a'; Or = 'b' }", "RequiredGroupsFormat"),
    ],
)
def test_required_groups(required: str, id: str) -> None:
    assert refusal(f"RequiredGroups = {required}") == id


@pytest.mark.parametrize(
    ("definition", "id"),
    [
        ("RoleDefinitions = 'a'", "InvalidRoleEntry"),
        ("RoleDefinitions = @{ 5 = @{ RoleCapabilities = 'a' } }", "InvalidRoleKeyType"),
        ("RoleDefinitions = @{ a = 'b' }", "InvalidRoleValue"),
        ("RoleDefinitions = @{ a = @{ RoleCapabilities = 5 } }", "InvalidRoleValue"),
        ("RoleDefinitions = @{ a = @{ Other = 'b' } }", "InvalidRoleCapabilityKey"),
        ("RoleDefinitions = @{ a = @{ RoleCapabilityFiles = 'b.txt' } }", "InvalidRoleCapabilityFileExtension"),
        ("RoleDefinitions = @{ alice = @{ RoleCapabilities = 'None' } }", "CouldNotFindRoleCapability"),
        ("RunAsVirtualAccount = $true", "NotSupported"),
        ("RunAsVirtualAccountGroups = 'Administrators'", "NotSupported"),
        ("GroupManagedServiceAccount = 'D\\a$'", "NotSupported"),
        ("UserDriveMaximumSize = 5", "NotSupported"),
        ("PowerShellVersion = '8.0'", "PowerShellVersionNotFound"),
        ("SessionType = 'Other'", "InvalidPSSessionConfigurationFile"),
        ("Unknown = 1", "InvalidPSSessionConfigurationFile"),
        ("AliasDefinitions = @{ Name = 'x' }", "InvalidPSSessionConfigurationFile"),
        ("Author = (Get-Date)", "CmdletNotInAllowedListForDataSection"),
        ("Author = $HOME", "VariableReferenceNotSupportedInDataSection"),
    ],
)
def test_what_is_refused_by_name(definition: str, id: str) -> None:
    assert refusal(definition).partition(",")[0] == id


def test_providers_that_are_not_visible(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REMORA_TEST_PLAN", "seen")
    session = session_of("VisibleProviders = 'Environment'; FunctionDefinitions = @{ Name = 'Own'; ScriptBlock = { "
                         "(Get-Item /).Name } }")  # fmt: skip
    assert session.run("(Get-Item Env:REMORA_TEST_PLAN).Value; (Get-PSDrive).Name; Own") == (["seen", "Env", "/"], [])
    for text in ("Get-Content /etc/hostname", "Get-Item FileSystem::/", "Get-ChildItem Function:", "Set-Location /"):
        assert session.run(text)[1][0].startswith("DriveNotFound"), text
