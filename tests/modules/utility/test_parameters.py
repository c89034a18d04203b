"""Parameters of the cmdlets of Microsoft.PowerShell.Utility that no other test gives: what each one changes."""

from __future__ import annotations

import pytest

from remora.engine.convert import to_text
from tests.modules.conftest import Session
from tests.support.cases import cases

_VARIABLES = """
$w = 1; & { $w = 2; Clear-Variable w -Scope 1; "[$w]" }; "[$w]"
=> [2] | []

Set-Variable ro 1 -Option ReadOnly; Clear-Variable ro -ErrorAction SilentlyContinue; "[$ro]"
Clear-Variable ro -Force; "[$ro]"
=> [1] | []

$va = 1; $vb = 2; Remove-Variable va, vb -Exclude vb; "[$va][$vb]"; Remove-Variable v* -Include vb; "[$vb]"
=> [][2] | []

$v = 1; & { $v = 2; Remove-Variable v -Scope 1 }; "[$v]"
=> []
"""

_TEXT = """
[pscustomobject]@{ a = 1; b = 'x' } | Export-Csv o.csv -Delimiter ';'; gc o.csv
=> "a";"b" | "1";"x"

[pscustomobject]@{ a = 1 } | Export-Csv o.csv -IncludeTypeInformation; (gc o.csv)[0]
[pscustomobject]@{ a = 1 } | Export-Csv o.csv -NoTypeInformation; (gc o.csv)[0]
=> #TYPE System.Management.Automation.PSCustomObject | "a"

[pscustomobject]@{ a = 1; b = 'x' } | Export-Csv o.csv -QuoteFields b; gc o.csv
=> a,"b" | 1,"x"

[pscustomobject]@{ a = 1 } | Export-Csv o.csv -UseQuotes Never; gc o.csv
=> a | 1

(Get-Culture).TextInfo.ListSeparator = ';'; [cultureinfo]::CurrentCulture.TextInfo.ListSeparator = ';'
[pscustomobject]@{ a = 1; b = 2 } | Export-Csv o.csv -UseCulture; gc o.csv
=> "a";"b" | "1";"2"

(ConvertTo-CliXml -InputObject (gi .) -Depth 1) -match '<Obj N="Parent"'
(ConvertTo-CliXml -InputObject (gi .) -Depth 2) -match '<Obj N="Parent"'
=> False | True

1, '1', 2, 'b', 'B' | Get-Unique -AsString; 'b', 'B' | Get-Unique -CaseInsensitive; 1, 2, 'x' | Get-Unique -OnType
=> 1 | 2 | b | B | b | 1 | x

'a', 'b' | Join-String -DoubleQuote; 'ab', 'c' | Join-String -Property Length -Separator +
=> "a""b" | 2+1

'a', 'b' | Join-String -FormatString '<{0}>' -OutputPrefix '[' -OutputSuffix ']' -Separator ','
=> [<a>,<b>]

'a', 'b' | Join-String -UseCulture
=> ab

'x' > ro.txt; [IO.File]::SetAttributes("$PWD/ro.txt", 'ReadOnly'); 'yy' | Out-File ro.txt -Force; gc ro.txt
=> yy

'a', 'b' | Out-File o.txt -NoNewline; gc o.txt -Raw; 'a', 'b' | Out-String -NoNewline
=> ab | ab

[pscustomobject]@{ a = 'x' * 60 } | Out-File o.txt -Width 20; ((gc o.txt) -match 'x')[0].Length
=> 20

New-Guid -Empty | % Guid; New-Guid -InputObject 11111111-1111-1111-1111-111111111111 | % Guid
=> 00000000-0000-0000-0000-000000000000 | 11111111-1111-1111-1111-111111111111

'b', 'a' | Sort-Object -Culture en-US; ('b', 'b' | Group-Object -Culture '').Count
@(Compare-Object 1 2 -Culture en-GB).Count
=> a | b | 2 | 2
"""

_EVENTS = """
$null = Register-EngineEvent a; $null = Register-EngineEvent b
(Get-EventSubscriber -SubscriptionId 2).SourceIdentifier
=> b

Register-EngineEvent a -Forward; (Get-EventSubscriber a).ForwardEvent
Register-ObjectEvent ([Timers.Timer]::new(10)) Elapsed t -Forward; (Get-EventSubscriber t).ForwardEvent
=> True | True

$t = [Timers.Timer]::new(5); $t.AutoReset = $false
$null = Register-ObjectEvent $t Elapsed s -MessageData m -MaxTriggerCount 1; $t.Start()
(Wait-Event s -Timeout 20).MessageData
@(Get-EventSubscriber).Count
=> m | 0

$t = [Timers.Timer]::new(5); $t.AutoReset = $false; $j = Register-ObjectEvent $t Elapsed s -Action { 5 } -SupportEvent
@(Get-EventSubscriber).Count; @(Get-EventSubscriber -Force).Count; Unregister-Event s -ErrorAction SilentlyContinue
@(Get-EventSubscriber -Force).Count; Unregister-Event s -Force; @(Get-EventSubscriber -Force).Count
=> 0 | 1 | 1 | 0

$r = [runspacefactory]::CreateRunspace(); $r.Name = 'mine'; $r.Open(); (Get-Runspace -Name mine).Id -eq $r.Id
(Get-Runspace -InstanceId $r.InstanceId).Id -eq $r.Id; $r.Dispose()
=> True | True

$b = Set-PSBreakpoint -Command Get-Date; $null = $b | Disable-PSBreakpoint; $b.Enabled
$r = [runspace]::DefaultRunspace; $b | Enable-PSBreakpoint; Disable-PSBreakpoint -Id $b.Id -Runspace $r
(Get-PSBreakpoint).Enabled
Remove-PSBreakpoint -Id $b.Id -Runspace $r; @(Get-PSBreakpoint).Count
=> False | False | 0
"""


@pytest.mark.parametrize(("script", "texts"), [*cases(_VARIABLES), *cases(_TEXT), *cases(_EVENTS)])
def test_parameters(ps: Session, script: str, texts: list[str]) -> None:
    ran = ps(script)
    assert [to_text(value) for value in ran.output] == texts
    assert ran.failure is None


_BAD = "@{ n = 'bad'; e = { throw 'x' } }"
_FORMATS = [
    (f"$o | Format-List {_BAD} -DisplayError", "#ERR"),
    ("$o | Format-Custom @{ e = { throw 'x' } } -DisplayError", "#ERR"),
    ("$o | Format-Wide @{ e = { throw 'x' } } -DisplayError", "#ERR"),
    ("$o | Format-Wide -GroupBy a", "   a: 1"),
    ("$o | Format-Custom -GroupBy a", "   a: 1"),
    ("$o | Format-Table -GroupBy a", "   a: 1"),
]


@pytest.mark.parametrize(("script", "line"), _FORMATS)
def test_what_a_format_shows(ps: Session, script: str, line: str) -> None:
    ran = ps(f"$o = [pscustomobject]@{{ a = 1; b = 2 }}; {script} | Out-String -Stream")
    assert any(line in to_text(text) for text in ran.output), ran.output


@pytest.mark.parametrize("name", ["Format-List", "Format-Custom", "Format-Wide", "Format-Table"])
def test_a_format_tells_of_expressions_that_fail(ps: Session, name: str) -> None:
    script = f"[pscustomobject]@{{ a = 1 }} | {name} @{{ e = {{ throw 'x' }} }}"
    assert "Failed to evaluate expression" in " ".join(
        map(to_text, ps(f"{script} -ShowError 2>&1 | Out-String").output)
    )
    assert "Failed to evaluate expression" not in " ".join(map(to_text, ps(f"{script} 2>&1 | Out-String").output))


@pytest.mark.parametrize(
    ("script", "feature"),
    [
        ("1 | Sort-Object -Culture sv-SE", "Sort-Object -Culture sv-SE"),
        ("1 | Group-Object -Culture tr-TR", "Group-Object -Culture tr-TR"),
        ("Compare-Object 1 2 -Culture de", "Compare-Object -Culture de"),
        ("Invoke-WebRequest http://127.0.0.1:1/ -HttpVersion 2.0", "Invoke-WebRequest -HttpVersion 2.0"),
        ("Invoke-RestMethod http://127.0.0.1:1/ -HttpVersion 1.0", "Invoke-RestMethod -HttpVersion 1.0"),
        ("Enable-RunspaceDebug -ProcessName p -AppDomainName d", "Enable-RunspaceDebug -ProcessName -AppDomainName"),
        (
            "Disable-RunspaceDebug p -ErrorAction Ignore -AppDomainName d",
            "Disable-RunspaceDebug -ProcessName -AppDomainName",
        ),
        ("Get-RunspaceDebug -ProcessName p", "Get-RunspaceDebug -ProcessName"),
        ("Get-RunspaceDebug -ProcessName p -AppDomainName d", "Get-RunspaceDebug -ProcessName -AppDomainName"),
    ],
)
def test_what_is_refused_by_name(ps: Session, script: str, feature: str) -> None:
    assert ps(script).messages == [f"{feature} is not supported by this engine."]


@pytest.mark.parametrize(
    "given",
    [
        "-TypeDefinition x -Language CSharp",
        "-Name A -MemberDefinition 'int i;' -Namespace B -UsingNamespace C",
        "-TypeDefinition x -ReferencedAssemblies y -OutputAssembly z -OutputType Library -IgnoreWarnings",
        "-LiteralPath a.cs -CompilerOptions o",
        "-Path a.cs",
    ],
)
def test_what_a_compiler_would_need_is_named(ps: Session, given: str) -> None:
    ran = ps(f"$null > a.cs; Add-Type {given}")
    names = " ".join(word for word in given.split() if word.startswith("-"))
    assert [message.replace("Add-Type ", "") for message in ran.messages] == [
        f"{names} is not supported by this engine."
    ]
