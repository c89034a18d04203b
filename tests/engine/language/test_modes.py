"""Language modes and visible commands: what users of a limited session may do, and that its own code is not limited."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from remora.engine.convert import to_text
from remora.engine.language.visible import Visibility, VisibleCommand, VisibleParameter
from remora.engine.runspace import InitialSessionState, Runspace
from remora.engine.streams import CollectingSink
from remora.engine.threads import start_engine_thread
from remora.modules import builtin_commands


class Session:
    """A limited session; ``run`` gives the texts and error ids of a script or of commands."""

    def __init__(self, **state: Any) -> None:
        self.runspace = Runspace(state=InitialSessionState(commands=builtin_commands(), **state))

    def run(self, script: Any) -> tuple[list[str], list[str]]:
        sink = CollectingSink()
        ended: list[Any] = []
        thread = start_engine_thread(lambda: ended.append(self.runspace.invoke(script, sink=sink)), "limited")
        thread.join()
        ids = [record.fully_qualified_id for record in sink.errors]
        return [to_text(item) for item in sink.outputs], [
            *ids,
            *([ended[0].error.fully_qualified_id] if ended[0].error else []),
        ]


class Call:
    """A structured command as PSRP sends it."""

    use_local_scope = None
    is_script = False

    def __init__(self, name: str, *values: Any) -> None:
        self.name = name
        self.parameters = [(None, value) for value in values]


COMMANDS = "Microsoft.PowerShell.Commands."
SETTER = "PropertySetterNotSupportedInConstrainedLanguage"
METHOD = "MethodInvocationNotSupportedInConstrainedLanguage"
CONSTRAINED = [
    ("'abc'.ToUpper(); [int]'5'; [math]", ["ABC", "5", "System.Math"], []),
    ("$t = @{}; $t.a = 1; $t.a; ([pscustomobject]@{ b = 2 }).b", ["1", "2"], []),
    ("(Get-Date -Year 2020).Year; [enum]::GetNames([DayOfWeek]).Count", ["2020"], [METHOD]),
    ("$ExecutionContext.SessionState.LanguageMode", ["ConstrainedLanguage"], []),
    ("[IO.File]::Exists('/')", [], [METHOD]),
    ("& { [IO.File]::Exists('/') }", [], [METHOD]),
    ("1 | ForEach-Object { [IO.File]::Exists('/') }", [], [METHOD]),
    ("Invoke-Expression '[IO.File]::Exists(1)'", [], [METHOD]),
    ("(Get-Item /).Refresh()", [], [METHOD]),
    ("@(Get-Item /).Refresh()", [], [METHOD]),
    ("@(Get-Item /).ForEach('Refresh')", [], [METHOD]),
    ("Get-Item / | ForEach-Object Refresh", [], [f"{METHOD},{COMMANDS}ForEachObjectCommand"]),
    ("[scriptblock]::Create('1')", [], [METHOD]),
    ("$ExecutionContext.InvokeCommand.InvokeScript('1')", [], [METHOD]),
    ("[IO.FileInfo]'/etc/passwd'", [], ["ConversionSupportedOnlyToCoreTypes"]),
    ("$null -eq ('/etc/passwd' -as [IO.FileInfo])", ["True"], []),
    ("New-Object IO.FileInfo /", [], [f"CannotCreateTypeConstrainedLanguage,{COMMANDS}NewObjectCommand"]),
    ("$ExecutionContext.SessionState.LanguageMode = 'FullLanguage'", [], [SETTER]),
    ("class Own { }", [], ["ClassesNotAllowedInConstrainedLanguage"]),
    ("enum Own { a }; [Own]::a", ["a"], []),
    ("Trusted", ["True"], []),
    (". Trusted", [], ["DotSourceNotSupported"]),
    ("Trusted; [IO.File]::Exists('/')", ["True"], [METHOD]),
    ("Run-Block { [IO.File]::Exists('/') }", [], [METHOD]),
]  # fmt: skip


@pytest.mark.parametrize(("script", "texts", "ids"), CONSTRAINED, ids=[row[0] for row in CONSTRAINED])
def test_constrained_language(script: str, texts: list[str], ids: list[str]) -> None:
    functions = {
        "Trusted": "[IO.Directory]::Exists('/')",
        "Run-Block": "param($block) 1 | ForEach-Object $block",
    }
    session = Session(language_mode="ConstrainedLanguage", functions=functions)
    assert session.run(script) == (texts, ids)


def test_no_language_takes_commands_only() -> None:
    session = Session(language_mode="nolanguage", functions={"Trusted": "1 + 1"})
    assert session.run("1") == ([], ["ScriptsNotAllowed"])
    assert session.run("Trusted") == ([], ["ScriptsNotAllowed"])
    assert session.run([[Call("Trusted")]]) == (["2"], [])
    assert session.run([[Call("Write-Output", "$HOME")]]) == (["$HOME"], [])
    assert session.run([[Call("Invoke-Expression", "1")]])[1][0].startswith("ScriptsNotAllowed")
    assert "2" not in session.run([[Call("Write-Output", 1), Call("ForEach-Object", "{ 2 }")]])[0]


@pytest.mark.parametrize(
    ("script", "id"),
    [
        ("$x = 1", "AssignmentStatementNotSupportedInDataSection"),
        ("[IO.File]::Exists(1)", "MethodCallNotSupportedInDataSection"),
        ("{ 1 }", "ScriptBlockNotSupportedInDataSection"),
        ("$HOME", "VariableReferenceNotSupportedInDataSection"),
        ("function f { }", "FunctionDeclarationNotSupportedInDataSection"),
    ],
)
def test_restricted_language(script: str, id: str) -> None:
    session = Session(language_mode="RestrictedLanguage")
    assert session.run("Write-Output 5") == (["5"], [])
    assert session.run(script)[1] == [id]


def test_a_session_may_give_up_the_full_language() -> None:
    session = Session()
    session.run("function before { [IO.Directory]::Exists('/') }")
    session.run("$ExecutionContext.SessionState.LanguageMode = 'ConstrainedLanguage'")
    assert session.run("before; [IO.Directory]::Exists('/')") == (["True"], [METHOD])


VISIBLE = Visibility(
    cmdlets=(
        VisibleCommand("Get-D*"),
        VisibleCommand("Write-Output", (VisibleParameter("InputObject", ("a", "b")),)),
        VisibleCommand("Join-Path", (VisibleParameter("Path"), VisibleParameter("ChildPath", (), "^[a-z]+$"))),
    ),
    functions=(VisibleCommand("Reset-*"), VisibleCommand("Two", (VisibleParameter("First"),))),
    external=("/bin/echo",),
    aliases=(),
)


@pytest.mark.parametrize(
    ("script", "texts", "ids"),
    [
        ("(Get-Date -Year 2020).Year", ["2020"], []),
        ("Write-Output a", ["a"], []),
        ("Write-Output c", [], ["ParameterArgumentValidationError,Microsoft.PowerShell.Commands.WriteOutputCommand"]),
        ("Join-Path / abc", ["/abc"], []),
        ("Join-Path / ..", [], ["ParameterArgumentValidationError,Microsoft.PowerShell.Commands.JoinPathCommand"]),
        ("Join-Path / abc -Resolve", [], ["NamedParameterNotFound,Microsoft.PowerShell.Commands.JoinPathCommand"]),
        ("Reset-Thing", ["sees all"], []),
        ("Two -First 1", ["1"], []),
        ("Two -First 1 -Second 2", [], ["NamedParameterNotFound,Two"]),
        ("Hidden", [], ["CommandNotFoundException"]),
        ("Get-ChildItem /", [], ["CommandNotFoundException"]),
        ("ls /", [], ["CommandNotFoundException"]),
        ("gci /", [], ["CommandNotFoundException"]),
        ("/bin/echo hello", ["hello"], []),
        ("/bin/cat /etc/hostname", [], ["CommandNotFoundException"]),
        ("Microsoft.PowerShell.Management\\Get-ChildItem /", [], ["CommandNotFoundException"]),
    ],
)
def test_visible_commands(script: str, texts: list[str], ids: list[str]) -> None:
    functions = {
        "Reset-Thing": "'a', 'b' | ForEach-Object { } ; Write-Output 'sees all'",
        "Hidden": "1",
        "Two": '[CmdletBinding()] param($First, $Second) "$First$Second"',
    }
    assert Session(visibility=VISIBLE, functions=functions).run(script) == (texts, ids)


def test_what_a_session_brings(tmp_path: Path) -> None:
    module = tmp_path / "Tasks.psm1"
    module.write_text("function Get-Task { [IO.Path]::GetFileName('/x/nightly') }")
    session = Session(
        modules=(str(module),),
        startup_script="$global:greeting = 'hello ' + [Environment]::MachineName.Length.GetType().Name",
        aliases={"task": "Get-Task"},
        variables={"given": 5},
        language_mode="ConstrainedLanguage",
    )
    assert session.run("Get-Task; task; $given; $greeting") == (["nightly", "nightly", "5", "hello Int32"], [])


HIDDEN = [
    "& ${function:Hidden}",
    "$function:Open = $function:Hidden; Open",
    "& ($ExecutionContext.InvokeCommand.GetCommand('Get-Date', 'All'))",
    "$ExecutionContext.InvokeCommand.GetCommand('Get-Date', 'All').Name",
    "$ExecutionContext.InvokeCommand.GetCmdlet('Get-Date').Name",
    "($ExecutionContext.InvokeCommand.GetCmdlets() | Where-Object Name -eq Get-Date).Name",
    "$alias:gci",
    "[powershell]::Create().AddScript('Get-Date').Invoke()",
    "[powershell]::Create().AddCommand('Get-Date').Invoke()",
    "$p = [powershell]::Create().AddScript('Get-Date'); $p.EndInvoke($p.BeginInvoke())",
    (
        "$r = [runspacefactory]::CreateRunspace(); $r.Open(); $p = [powershell]::Create(); $p.Runspace = $r;"
        " $p.AddScript('Get-Date').Invoke()"
    ),
    (
        "$r = [runspacefactory]::CreateRunspacePool(1, 2); $r.Open(); $p = [powershell]::Create();"
        " $p.RunspacePool = $r; $p.AddScript('Get-Date').Invoke()"
    ),
]


@pytest.mark.parametrize("script", HIDDEN)
def test_the_full_language_is_no_way_to_hidden_commands(script: str) -> None:
    visible = Visibility(
        cmdlets=(VisibleCommand("Write-Output"), VisibleCommand("Where-Object")),
        functions=(VisibleCommand("Open"),),
        aliases=(),
    )
    functions = {"Hidden": "'secret'"}
    limited, free = Session(visibility=visible, functions=functions), Session(functions=functions)
    assert [text for text in limited.run(script)[0] if text] == []
    assert [text for text in free.run(script)[0] if text] != []


def test_a_new_runspace_shows_what_the_session_shows() -> None:
    script = "$p = [powershell]::Create().AddScript('Write-Output seen; Get-Date'); $p.Invoke(); $p.Streams.Error.Count"
    session = Session(visibility=Visibility(cmdlets=(VisibleCommand("Write-Output"),)))
    assert session.run(script) == (["seen", "1"], [])


@pytest.mark.parametrize(
    "script",
    [
        "$function:Hidden = { 'mine' }",
        "${function:global:Hidden} = { 'mine' }",
        "function Hidden { 'mine' }",
        "function global:Hidden { 'mine' }",
        "filter Hidden { 'mine' }",
        "$function:Hidden = $null",
        "$alias:write = 'Write-Host'",
        "& { $function:script:Hidden = { 'mine' } }",
        "Set-Item Function:Hidden { 'mine' }",
        "Remove-Item Function:Hidden",
        "New-Item Function:Hidden -Value { 'mine' } -Force",
    ],
)
def test_what_is_hidden_is_not_replaced(script: str) -> None:
    visible = Visibility(
        cmdlets=tuple(map(VisibleCommand, ("Set-Item", "Remove-Item", "New-Item"))),
        functions=(VisibleCommand("Open"),),
        aliases=(),
    )
    session = Session(visibility=visible, functions={"Hidden": "'secret'", "Open": "Hidden"})
    _, ids = session.run(script)
    assert session.run("Open") == (["secret"], [])
    assert ids != []
    free = Session(functions={"Hidden": "'secret'", "Open": "Hidden"})
    assert free.run(script)[1] == []


def test_users_of_limited_sessions_have_functions_of_their_own_names() -> None:
    session = Session(visibility=Visibility(functions=(VisibleCommand("Mine*"),)))
    assert session.run("function MineOne { 1 }; $function:MineOne = { 2 }; MineOne; & { function prompt { 3 } }") == (
        ["2"],
        [],
    )
