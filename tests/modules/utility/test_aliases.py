from __future__ import annotations

from pathlib import Path

import pytest

from tests.modules.conftest import Shell

_A = ",Microsoft.PowerShell.Commands."


@pytest.mark.parametrize(
    ("script", "output"),
    [
        ("Set-Alias qq Get-Date; (Get-Alias qq).Definition", ["Get-Date"]),
        ("(Set-Alias qq Get-Date -PassThru -Description d).Description", ["d"]),
        ("(Set-Alias qq Get-Date -PassThru -Option 'ReadOnly, Private').Options.ToString()", ["ReadOnly, Private"]),
        ("(Get-Alias -Definition Get-ChildItem -Exclude none).Name -contains 'gci'", [True]),
        ("(Get-Alias gc* -Exclude gci,gcm).Name -join ' '", ["gc gcb gcs"]),
        ("(Get-Alias gci).Options.ToString()", ["ReadOnly"]),
        ("(Get-Alias foreach).Options.ToString()", ["ReadOnly, AllScope"]),
        ("function f { sal inner Get-Date; (gal inner -Scope 0).Name; gal inner -Scope 1 -ea Ignore }; f",
         ["inner"]),
        ("Set-Alias gg Get-Date -Scope Global; function f { (Get-Alias gg -Scope Global).Name }; f", ["gg"]),
        (("sal ww gci; $a = gal ww; $a.Description = 'd'; $a.Options = 'ReadOnly'; (gal ww).Description; "
         "sal ww ls -ea 0; $Error[0].FullyQualifiedErrorId"), ["d", "AliasNotWritable" + _A + "SetAliasCommand"]),
        ("sal kk gci -Option Constant; try { (gal kk).Options = 'None' } catch { $_.FullyQualifiedErrorId }",
         ["AliasNotWritable"]),
        ("New-Alias zz Get-Date; New-Alias zz Get-Item -Force; (Get-Alias zz).Definition", ["Get-Item"]),
        ("(New-Alias zz Get-Date -PassThru -Scope Global -Description d -Option None).Description", ["d"]),
        ("sal ro Get-Date -Option ReadOnly; Set-Alias ro Get-Item -Force; (gal ro).Definition", ["Get-Item"]),
        ("Set-Alias zz Get-Date; Remove-Alias zz; Get-Alias zz -ea Ignore", []),
        ("Set-Alias ro Get-Date -Option ReadOnly; Remove-Alias ro -Force; Get-Alias ro -ea Ignore", []),
        ("'gci' | Get-Alias | % Definition", ["Get-ChildItem"]),
    ],
)  # fmt: skip
def test_aliases(ps, script: str, output: list[object]) -> None:
    ran = ps(script)
    assert ran.ids == []
    assert ran.output == output


@pytest.mark.parametrize(
    ("script", "error_id"),
    [
        ("Get-Alias nope", "ItemNotFoundException,Microsoft.PowerShell.Commands.GetAliasCommand"),
        ("Get-Alias -Definition nope", "ItemNotFoundException,Microsoft.PowerShell.Commands.GetAliasCommand"),
        ("New-Alias gci Get-Date", "AliasAlreadyExists,Microsoft.PowerShell.Commands.NewAliasCommand"),
        ("Set-Alias gci Get-Date", "AliasNotWritable,Microsoft.PowerShell.Commands.SetAliasCommand"),
        ("Set-Alias c Get-Date -Option Constant; Set-Alias c Get-Item -Force",
         "AliasNotWritable,Microsoft.PowerShell.Commands.SetAliasCommand"),
        ("Set-Alias c Get-Date; Set-Alias c Get-Item -Option Constant",
         "AliasCannotBeMadeConstant,Microsoft.PowerShell.Commands.SetAliasCommand"),
        ("Remove-Alias gci", "AliasNotRemovable,Microsoft.PowerShell.Commands.RemoveAliasCommand"),
        ("Remove-Alias nope", "ItemNotFoundException,Microsoft.PowerShell.Commands.RemoveAliasCommand"),
        ("Remove-Alias gci -Scope 99", "ArgumentOutOfRange,Microsoft.PowerShell.Commands.RemoveAliasCommand"),
        ("Set-Alias a b -Scope -1", "ArgumentOutOfRange,Microsoft.PowerShell.Commands.SetAliasCommand"),
        ("Export-Alias x.txt nope", "AliasNotFound,Microsoft.PowerShell.Commands.ExportAliasCommand"),
        ("Set-Content x.txt 1; Export-Alias x.txt -NoClobber",
         "NoClobber,Microsoft.PowerShell.Commands.ExportAliasCommand"),
        ("Import-Alias none.txt", "PathNotFound,Microsoft.PowerShell.Commands.ImportAliasCommand"),
        ("Set-Content x.txt 'a,b'; Import-Alias x.txt",
         "ImportAliasFileFormatError,Microsoft.PowerShell.Commands.ImportAliasCommand"),
        ("Set-Content x.txt 'a,b,c,Odd'; Import-Alias x.txt",
         "ImportAliasOptionsError,Microsoft.PowerShell.Commands.ImportAliasCommand"),
        ("Set-Content x.txt 'gci,b,c,None'; Import-Alias x.txt",
         "AliasAlreadyExists,Microsoft.PowerShell.Commands.ImportAliasCommand"),
        ("Set-Content x.txt 'Get-Date,b,c,None'; Import-Alias x.txt",
         "AliasAlreadyExists,Microsoft.PowerShell.Commands.ImportAliasCommand"),
        ("Set-Content x1.txt 1; Set-Content x2.txt 1; Import-Alias x?.txt",
         "NotSupported,Microsoft.PowerShell.Commands.ImportAliasCommand"),
    ],
)  # fmt: skip
def test_refused(ps, script: str, error_id: str) -> None:
    assert ps(script).ids == [error_id]


def test_one_session_does_not_lose_what_another_removes(ps) -> None:
    ps("Remove-Alias gci -Force")
    assert ps("(Get-Alias gci -ea Ignore) -eq $null").output == [True]
    from remora.modules import builtin_commands

    assert "gci" in builtin_commands().alias_infos()


def test_files_of_aliases(ps, tmp_path: Path) -> None:
    ps("Set-Alias one Get-Date -Description 'd' -Option ReadOnly; Export-Alias f.txt one -Description 'x\ny'")
    lines = (tmp_path / "f.txt").read_text().splitlines()
    assert lines[0] == "# Alias File"
    assert lines[-3:] == ["# x", "# y", '"one","Get-Date","d","ReadOnly"']
    assert ps("Remove-Alias one -Force; (Import-Alias f.txt -PassThru -Scope Global).Description").output == ["d"]
    assert ps("Import-Alias -LiteralPath f.txt -Force -PassThru | % Name").output == ["one"]
    ps("Export-Alias -LiteralPath f.txt one -As Script -Append -Scope Global")
    assert (tmp_path / "f.txt").read_text().splitlines()[-1] == (
        'set-alias -Name:"one" -Value:"Get-Date" -Description:"d" -Option:"ReadOnly"'
    )
    (tmp_path / "f.txt").chmod(0o444)
    assert ps("Export-Alias f.txt gci -PassThru -Force | % Name").output == ["gci"]


def test_an_alias_of_an_alias_tells_the_command(ps: Shell) -> None:
    ran = ps(
        "Set-Alias one Get-Date; Set-Alias two one; Set-Alias none no-such; Set-Alias a b; Set-Alias b a; "
        "(Get-Alias two, none).DisplayName; (Get-Alias two).ResolvedCommandName; (Get-Alias two).Definition; "
        "$null -eq (Get-Alias none).ResolvedCommandName; $null -eq (Get-Alias a).ResolvedCommand"
    )
    assert ran.output == ["two -> Get-Date", "none -> no-such", "Get-Date", "one", True, True]
