"""Parameters of the cmdlets of items, paths, places and drives that no other test gives: what each one changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.modules.conftest import Session
from tests.support.cases import cases

P = "Microsoft.PowerShell.Commands."


@pytest.fixture(autouse=True)
def files(tmp_path: Path) -> None:
    for name in ("a.txt", "b.log", "x[1].txt", "sub/c.txt"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"{name}\n")


_CONTENT = """
Set-Content -LiteralPath 'x[1].txt' 1, 2 -NoNewline -PassThru; gc -Raw -LiteralPath 'x[1].txt'
=> 1 | 2 | 12

Add-Content -LiteralPath 'x[1].txt' 1, 2 -NoNewline -PassThru; (gc -LiteralPath 'x[1].txt')[-1]
=> 1 | 2 | 12

[byte[]](65, 66) | Add-Content a.txt -AsByteStream; (gc a.txt)[-1]
=> AB

Add-Content *.* Z -Filter *.log; @(gc a.txt).Count; @(gc b.log).Count
=> 1 | 2

Add-Content * Z -Include *.log; @(gc a.txt).Count; @(gc b.log).Count
=> 1 | 2

Add-Content * Z -Exclude *.txt, sub; @(gc a.txt).Count; @(gc b.log).Count
=> 1 | 2

Set-Content *.* Z -Filter *.log; gc a.txt; gc b.log
=> a.txt | Z

Set-Content * Z -Include *.log; gc a.txt; gc b.log
=> a.txt | Z

Set-Content * Z -Exclude *.txt, sub; gc a.txt; gc b.log
=> a.txt | Z

Clear-Content -LiteralPath 'x[1].txt'; (gi -LiteralPath 'x[1].txt').Length
=> 0

Clear-Content *.* -Filter *.log; (gi a.txt).Length; (gi b.log).Length
=> 6 | 0

Clear-Content * -Include *.log; (gi a.txt).Length; (gi b.log).Length
=> 6 | 0

Clear-Content * -Exclude *.txt, sub; (gi a.txt).Length; (gi b.log).Length
=> 6 | 0
"""

_ITEMS = """
$env:P_ONE = 1; $env:P_TWO = 2; Clear-Item Env:P_* -Exclude *_ONE; "$env:P_ONE|$env:P_TWO"
=> 1|

$env:P_ONE = 1; $env:P_TWO = 2; Clear-Item Env:P_* -Include *_ONE; "$env:P_ONE|$env:P_TWO"
=> |2

$env:P_ONE = 1; Clear-Item -LiteralPath Env:P_ONE; "[$env:P_ONE]"
=> []

Set-Variable ro 1 -Option ReadOnly; Clear-Item Variable:ro -ErrorAction SilentlyContinue; "[$ro]"
Clear-Item Variable:ro -Force; "[$ro]"; (Get-Variable ro).Options
=> [1] | [] | ReadOnly

$env:P_ONE = 1; $env:P_TWO = 2; Set-Item Env:P_* 9 -Exclude *_ONE; "$env:P_ONE|$env:P_TWO"
=> 1|9

$env:P_ONE = 1; $env:P_TWO = 2; Set-Item Env:P_* 9 -Include *_ONE; "$env:P_ONE|$env:P_TWO"
=> 9|2

Set-Item -LiteralPath Env:P_ONE 7; $env:P_ONE
=> 7

New-Item Alias:zz -Value Get-Date -Options AllScope | % Options
=> AllScope

New-Item Function:ff -Value { 1 } -Options ReadOnly | % Options; Set-Item Function:ff -Options None -Force
(gi Function:ff).Options
=> ReadOnly | None

(mkdir -Name d -Path sub).Parent.Name; (mkdir sub -Force).Name
=> sub | sub

mkdir sub -ErrorVariable e -ErrorAction SilentlyContinue; $e.Count
=> 1
"""

_PROPERTIES = """
Set-ItemProperty -Path a.txt -Name IsReadOnly -Value $true -PassThru | % IsReadOnly; (gi a.txt).IsReadOnly
=> True | True

Set-ItemProperty -LiteralPath 'x[1].txt' IsReadOnly $true; (gi -LiteralPath 'x[1].txt').IsReadOnly
=> True

Set-ItemProperty *.* IsReadOnly $true -Filter *.log; (gi a.txt).IsReadOnly; (gi b.log).IsReadOnly
=> False | True

Set-ItemProperty * IsReadOnly $true -Include *.log; (gi a.txt).IsReadOnly; (gi b.log).IsReadOnly
=> False | True

Set-ItemProperty * IsReadOnly $true -Exclude *.txt, sub; (gi a.txt).IsReadOnly; (gi b.log).IsReadOnly
=> False | True

Set-ItemProperty a.txt -InputObject ([pscustomobject]@{ IsReadOnly = $true }); (gi a.txt).IsReadOnly
=> True

$p = Get-ItemProperty a.txt -Name Length; $p.Length; [bool]$p.Name
=> 6 | False

(Get-ItemProperty -LiteralPath 'x[1].txt').Name
=> x[1].txt

(Get-ItemProperty *.* -Filter *.log).Name; (Get-ItemProperty * -Include *.log).Name
(Get-ItemProperty * -Exclude *.txt, sub).Name
=> b.log | b.log | b.log

Get-ItemPropertyValue -Path a.txt -Name Length, Name; Get-ItemPropertyValue -LiteralPath 'x[1].txt' Name
=> 6 | a.txt | x[1].txt

Get-ItemPropertyValue *.* Name -Filter *.log; Get-ItemPropertyValue * Name -Include *.log
Get-ItemPropertyValue * Name -Exclude *.txt, sub
=> b.log | b.log | b.log
"""

_PATHS = """
Convert-Path -LiteralPath 'x[1].txt' | Split-Path -Leaf; Convert-Path -Path *.log | Split-Path -Leaf
=> x[1].txt | b.log

Resolve-Path -LiteralPath 'x[1].txt' -Relative; Resolve-Path c.txt -Relative -RelativeBasePath sub
=> ./x[1].txt | ./c.txt

Join-Path . *.log -Resolve | Split-Path -Leaf; Join-Path . *.log
=> b.log | ./*.log

Split-Path -Parent a/b/c; Split-Path -LiteralPath 'x/y[1]'; Split-Path *.log -Leaf -Resolve
Split-Path Env:x/y -NoQualifier
=> a/b | x | b.log | x/y

Test-Path -LiteralPath 'x[1].txt'; Test-Path 'x[1].txt'
=> True | False

Test-Path *.* -Filter *.zip; Test-Path *.* -Filter *.log; Test-Path * -Include *.zip; Test-Path *.log -Exclude b*
=> False | True | False | False

Test-Path a.txt -NewerThan 2000-01-01; Test-Path a.txt -NewerThan 2999-01-01
=> True | False

Test-Path a.txt -OlderThan 2999-01-01; Test-Path a.txt -OlderThan 2000-01-01
=> True | False

(Get-Location -PSDrive Env).Path; (Get-Location -PSProvider Environment).Path
=> Env:/ | Env:/

pushd sub; (Get-Location -Stack).Count; popd; (Get-Location -Stack).Count
=> 1 | 0

Push-Location sub -StackName s; (Get-Location -StackName s).Count; (Get-Location -Stack).Count
(Pop-Location -StackName s -PassThru).Path -eq $PWD.Path; Test-Path a.txt
=> 1 | 0 | True | True

$null = mkdir 'y[1]'; (Push-Location -LiteralPath 'y[1]' -PassThru).Path | Split-Path -Leaf; popd
sl -LiteralPath 'y[1]'; Split-Path -Leaf $PWD
=> y[1] | y[1]

(Set-Location sub -PassThru).Path | Split-Path -Leaf
=> sub

Push-Location sub -StackName s; Set-Location -StackName s; (Get-Location -Stack).Count
=> 1
"""

_DRIVES = """
(Get-PSDrive -LiteralName Env).Name; (Get-PSDrive -LiteralName E* -ErrorAction SilentlyContinue).Count
=> Env | 0

(Get-PSDrive -PSProvider Environment).Name; (Get-PSProvider -PSProvider Env*).Name
=> Env | Environment

(New-PSDrive T FileSystem $PWD -Description d).Description; Remove-PSDrive -LiteralName T; Test-Path T:/
=> d | False

& { $null = New-PSDrive T FileSystem $PWD; @(Get-PSDrive T -Scope 0).Count }
@(Get-PSDrive T -Scope 0 -ErrorAction Ignore).Count
=> 1 | 0

& { $null = New-PSDrive U FileSystem $PWD -Scope 1 }; Test-Path U:/a.txt
=> True

$null = New-PSDrive U FileSystem $PWD; Remove-PSDrive -Name U -PSProvider Environment -ErrorAction Ignore
Test-Path U:/a.txt
Remove-PSDrive U -PSProvider FileSystem; Test-Path U:/a.txt
=> True | False

$null = New-PSDrive U FileSystem $PWD; & { Remove-PSDrive U -Scope 0 -ErrorAction Ignore }; Test-Path U:/a.txt
& { Remove-PSDrive U -Scope 1 }; Test-Path U:/a.txt
=> True | False

$null = New-PSDrive U FileSystem $PWD; sl U:/; Remove-PSDrive U -ErrorAction SilentlyContinue; Test-Path U:/a.txt
Remove-PSDrive U -Force; Test-Path U:/a.txt
=> True | False

(Get-FileHash -LiteralPath 'x[1].txt').Algorithm
=> SHA256

(Get-FileHash -InputStream ([IO.MemoryStream]::new([byte[]](97, 98, 99)))).Hash.Substring(0, 8)
=> BA7816BF
"""

_ALL = [*cases(_CONTENT), *cases(_ITEMS), *cases(_PROPERTIES), *cases(_PATHS), *cases(_DRIVES)]


@pytest.mark.parametrize(("script", "texts"), _ALL)
def test_parameters(ps: Session, script: str, texts: list[str]) -> None:
    from remora.engine.convert import to_text

    ran = ps(script)
    assert [to_text(value) for value in ran.output] == texts
    assert ran.failure is None


_DYNAMIC = (
    ("New-ItemProperty", "-Path a.txt -Name p -PropertyType String -Value 1 -Force"),
    ("New-ItemProperty", "-LiteralPath a.txt p -Include * -Exclude z -Filter *"),
    ("Remove-ItemProperty", "-Path a.txt -Name p -Force"),
    ("Remove-ItemProperty", "-LiteralPath a.txt p -Include * -Exclude z -Filter *"),
    ("Copy-ItemProperty", "-Path a.txt -Name p -Destination b.log -PassThru -Force"),
    ("Copy-ItemProperty", "-LiteralPath a.txt p b.log -Include * -Exclude z -Filter *"),
    ("Move-ItemProperty", "-Path a.txt -Name p -Destination b.log -PassThru -Force"),
    ("Move-ItemProperty", "-LiteralPath a.txt p b.log -Include * -Exclude z -Filter *"),
    ("Rename-ItemProperty", "-Path a.txt -Name p -NewName q -PassThru -Force"),
    ("Rename-ItemProperty", "-LiteralPath a.txt p q -Include * -Exclude z -Filter *"),
)


@pytest.mark.parametrize(("name", "words"), _DYNAMIC)
def test_no_drive_has_properties_to_make(ps: Session, name: str, words: str) -> None:
    assert ps(f"{name} {words}").ids == [f"NotSupported,{P}{name.replace('-', '')}Command"]


@pytest.mark.parametrize(
    ("script", "ids"),
    [
        ("Clear-ItemProperty -Path a.txt -Name IsReadOnly -PassThru -Force", [f"Argument,{P}ClearItemPropertyCommand"]),
        (
            "Clear-ItemProperty -LiteralPath nosuch -Name Attributes -Include a -Exclude b -Filter c",
            [f"PathNotFound,{P}ClearItemPropertyCommand"],
        ),
        ("Invoke-Item -LiteralPath nosuch", [f"PathNotFound,{P}InvokeItemCommand"]),
        ("New-Item a.new -Options ReadOnly", ["NamedParameterNotFound," + P + "NewItemCommand"]),
        ("Set-Item Env:P_ONE 1 -Options ReadOnly", ["NamedParameterNotFound," + P + "SetItemCommand"]),
        ("Debug-Process -Name nosuch", [f"NoProcessFoundForGivenName,{P}DebugProcessCommand"]),
        ("Wait-Process -Name nosuch", [f"NoProcessFoundForGivenName,{P}WaitProcessCommand"]),
        ("Get-Process -Id $PID | Debug-Process", [f"NoDebuggerFound,{P}DebugProcessCommand"]),
    ],
)
def test_what_parameters_ask_for_in_vain(ps: Session, script: str, ids: list[str]) -> None:
    assert ps(script).ids == ids
