"""Completion: what is proposed for a text with the cursor at ``|`` (at the end where none is shown)."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from remora.engine.completion.scan import place_at
from remora.engine.runspace import InitialSessionState, Runspace
from remora.engine.streams import CollectingSink
from remora.modules import builtin_commands

Proposals = Callable[[str], list[str]]


@pytest.fixture
def runspace() -> Runspace:
    return Runspace(state=InitialSessionState(commands=builtin_commands()))


@pytest.fixture
def proposals(runspace: Runspace) -> Proposals:
    """The texts that would stand in place of the word at the cursor."""

    def ask(text: str) -> list[str]:
        cursor = text.index("¦") if "¦" in text else len(text)
        return [match.text for match in runspace.complete(text.replace("¦", ""), cursor).matches]

    return ask


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Get-Chi", "Get-ChildItem"),
        ("get-CHI", "Get-ChildItem"),
        ("1 | ForEach-O", "ForEach-Object"),
        ("if ($true) { Get-Chi", "Get-ChildItem"),
        ("$x = Get-Chi", "Get-ChildItem"),
        ("$h = @{ key = Get-Chi", "Get-ChildItem"),
        ("Write-Output (Get-Chi", "Get-ChildItem"),
        ('"now: $(Get-Chi', "Get-ChildItem"),
        ("& Get-Chi", "Get-ChildItem"),
        ("a; b\nGet-Chi", "Get-ChildItem"),
        ("Get-ChildItem -Fil", "-Filter"),
        ("gci -Fil", "-Filter"),
        ("gci / -re¦ -Force", "-Recurse"),
        ("gci –fil", "–Filter"),
        ("Get-ChildItem -ErrorAction sil", "SilentlyContinue"),
        ("Write-Host x -ForegroundColor dark", "DarkBlue"),
        ("1 -notl", "-notlike"),
        ("$x -is", "-is"),
        ("$PSVers", "$PSVersionTable"),
        ("${PSVers", "${PSVersionTable}"),
        ("$global:PSVers", "$global:PSVersionTable"),
        ("Get-Command @PSVers", "@PSVersionTable"),
        ("$PSVersionTable.PSEd", "PSEdition"),
        ("$PSVersionTable.PSVersion.Maj", "Major"),
        ("'text'.Len", "Length"),
        ("'text'.ToUpperI", "ToUpperInvariant("),
        ("[math]::Trunc", "Truncate("),
        ("[DayOfWeek]::Wed", "Wednesday"),
        ("[string]::IsNullOrE", "IsNullOrEmpty("),
        ("[datet", "datetime"),
        ("[System.Tex", "System.Text"),
        ("[IO.Pat", "IO.Path"),
        ("Get-Variable PSVers", "PSVersionTable"),
        ("Get-Command -Name Get-Chi", "Get-ChildItem"),
        ("Microsoft.PowerShell.Utility\\set-al", "Microsoft.PowerShell.Utility\\Set-Alias"),
        ("Get-Verb -Group Data -Verb Ex", "Expand"),
        ("Get-Command -Noun Json -Verb Conv", "ConvertFrom"),
        ("Get-Command -Verb ConvertTo -Noun X", "Xml"),
        ("Get-Command -Module Microsoft.PowerShell.Core -Noun Obj", "Object"),
        ("gmo Microsoft.PowerShell.U", "Microsoft.PowerShell.Utility"),
        ("rmo Microsoft.PowerShell.U", "Microsoft.PowerShell.Utility"),
        ("Get-Module -PSEdition ", "Desktop"),
        ("Get-PSDrive -PSProvider Env", "Environment"),
        ("New-Object System.Text.StringB", "System.Text.StringBuilder"),
        ("Clear-Variable -Scope 'Lo", "'Local'"),
        ("Set-StrictMode -Version La", "Latest"),
        ("Set-ExecutionPolicy -ExecutionPolicy:By", "Bypass"),
        ("Set-ExecutionPolicy -exe: By", "Bypass"),
        ("Get-Command -CommandType Alias, Fil", "Filter"),
        ('Join-String -Separator "; ', '"; "'),
        ("Join-String -Separator `", '"`n"'),
        ("Join-String -FormatString [", "'[{0}]'"),
        ("foreach ($current in 1..10) { $curr", "$current"),
        ("$Global:mineHere = 1; $mineH", "$mineHere"),
        ("data mineThere { 1 }; $mineTh", "$mineThere"),
        ("${env:HOM", "${env:HOME}"),
    ],
)
def test_the_first_proposal(proposals: Proposals, text: str, first: str) -> None:
    assert proposals(text)[0] == first


def test_what_is_replaced(runspace: Runspace) -> None:
    found = runspace.complete("gci -Fil more", 8)
    assert (found.start, found.length) == (4, 4)
    found = runspace.complete("$PSVersionTable.PSEd", 20)
    assert (found.start, found.length) == (16, 4)


@pytest.mark.parametrize(
    "text", ["# Get-Chi", "1 # Get-Chi", "<# Get-Chi", "'a'.Nothing", "$nosuchvariable.x", "[nosuch]::x"]
)
def test_nothing_is_proposed(proposals: Proposals, text: str) -> None:
    assert proposals(text) == []


def test_parameters_that_stand_there_are_not_proposed_again(proposals: Proposals) -> None:
    assert "-Recurse" in proposals("gci -")
    assert "-Recurse" not in proposals("gci -Recurse -")
    assert proposals("gci -")[-1] not in ("-Path", "-Recurse")


def test_own_functions_and_their_sets(runspace: Runspace, proposals: Proposals) -> None:
    sink = CollectingSink()
    runspace.invoke(
        "function Invoke-Mine { param([ValidateSet('red', 'dark blue')] $Colour, [switch] $Fast, [bool] $Kept) }; "
        "$mine = @{ alpha = 1 }; "
        "$list = @([pscustomobject]@{ Beta = 2 })",
        sink=sink,
    )
    assert proposals("Invoke-Mi") == ["Invoke-Mine"]
    assert proposals("Invoke-Mine -") == ["-Colour", "-Fast", "-Kept"]
    assert proposals("Invoke-Mine -Colour ") == ["red", "'dark blue'"]
    assert proposals("Invoke-Mine d") == ["'dark blue'"]
    assert proposals("Invoke-Mine -Fast d") == ["'dark blue'"]
    assert proposals("Invoke-Mine -Kept ") == ["$true", "$false"]
    assert proposals("$mine.al") == ["alpha"]
    assert proposals("$list.Be") == ["Beta"]


def test_a_variable_tells_its_type_and_description(runspace: Runspace) -> None:
    runspace.invoke("New-Variable typed 1 -Description told; $global:bare = $null", sink=CollectingSink())
    found = [
        runspace.complete(text, len(text)).matches[0] for text in ("$typed", "$bare", "[int] [string] $own = 1; $own")
    ]
    assert [(one.text, one.shown, one.tool_tip) for one in found] == [
        ("$typed", "typed", "[int]$typed - told"), ("$bare", "bare", "bare"), ("$own", "own", "[int]$own"),
    ]  # fmt: skip


def test_only_the_name_of_a_type_is_replaced(runspace: Runspace) -> None:
    found = runspace.complete("[List[datet", 11)
    assert (found.start, found.length, found.matches[0].text) == (6, 5, "datetime")


def test_reading_a_property_is_all_that_runs(runspace: Runspace, proposals: Proposals) -> None:
    sink = CollectingSink()
    runspace.invoke("function Set-Mark { $global:mark = 1; 'x' }", sink=sink)
    assert proposals("(Set-Mark).Len") == []
    runspace.invoke("$mark", sink=sink)
    assert sink.outputs == [None] or sink.outputs == []


def test_paths(proposals: Proposals, tmp_path: Path) -> None:
    (tmp_path / "plain.txt").touch()
    (tmp_path / "with space.txt").touch()
    (tmp_path / "folder").mkdir()
    (tmp_path / ".hidden").touch()
    base = f"{tmp_path}{os.sep}"
    assert proposals(f"Get-Content {base}") == [f"{base}folder", f"{base}plain.txt", f"'{base}with space.txt'"]
    assert proposals(f"Get-Content {base}PL") == [f"{base}plain.txt"]
    assert proposals(f"Get-Content '{base}with") == [f"'{base}with space.txt'"]
    assert proposals(f"Get-Content {base}.h") == [f"{base}.hidden"]
    (tmp_path / "a#b").touch()
    (tmp_path / "odd[1]“").touch()
    assert proposals(f"Get-Content {base}a") == [f"{base}a#b"]
    assert proposals(f"Get-Content {base}od") == [f"'{base}odd`[1`]“'"]
    assert proposals(f'Get-Content "{base}od') == [f'"{base}odd``[1``]`“"']
    assert proposals(f"{base}with") == [f"& '{base}with space.txt'"]


def test_tab_expansion_is_a_command(runspace: Runspace) -> None:
    sink = CollectingSink()
    runspace.invoke(
        "$r = TabExpansion2 'Get-Chi' 7; $r.ReplacementIndex; $r.ReplacementLength; "
        "$r.CompletionMatches[0].CompletionText; "
        '"$($r.CompletionMatches[0].ResultType)"; $r.CurrentMatchIndex; $r.GetNextResult($true).ListItemText; '
        "[System.Management.Automation.CompletionResult]::new('a', 'b', 'Text', 'c').ToolTip",
        sink=sink,
    )
    assert sink.errors == []
    assert sink.outputs == [0, 7, "Get-ChildItem", "Command", -1, "Get-ChildItem", "c"]


@pytest.mark.parametrize(
    "text", ["", "((((", "}}}}", "'", '"$(', "${", "@{a=", "[", "a | | b ", "`", "$x.", "::", "&", "\0"]
)
def test_every_cut_of_strange_text_is_borne(runspace: Runspace, text: str) -> None:
    for cursor in range(len(text) + 1):
        place_at(text, cursor)
        runspace.complete(text, cursor)


@pytest.mark.parametrize("command", ["Import-Csv", "Out-File f", "gc f", "Select-String x f", "Export-Clixml f"])
def test_encodings_by_their_names(proposals: Proposals, command: str) -> None:
    assert proposals(f"{command} -Encoding ") == [
        *("ansi", "ascii", "bigendianunicode", "bigendianutf32", "oem", "unicode", "utf7", "utf8", "utf8BOM"),
        *("utf8NoBOM", "utf32"),
    ]
    assert proposals(f"{command} -Encoding UTF8") == ["utf8", "utf8BOM", "utf8NoBOM"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("using namespace sys", ["System"]),
        ("using namespace System.Collections.Gen", ["System.Collections.Generic"]),
        ("using namespace System.Management.Automation.Lang", ["System.Management.Automation.Language"]),
    ],
)
def test_namespaces(proposals: Proposals, text: str, expected: list[str]) -> None:
    assert proposals(text) == expected


def test_properties_of_what_an_expression_gives(runspace: Runspace, proposals: Proposals) -> None:
    runspace.invoke("$here = [pscustomobject]@{ alpha = 1; beta = @{ gamma = 2 } }", sink=CollectingSink())
    assert proposals("$here | Select-Object al") == ["alpha"]
    assert proposals("$here.beta | Sort-Object -Property gam") == ["gamma"]
    assert proposals("'text' | Measure-Object -Property Len") == ["Length"]
    assert proposals('[io.fileinfo]::new("/x") | Join-String -Property FullN') == ["FullName"]
    assert proposals("$nobody | Select-Object al") == []
