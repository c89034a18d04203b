"""What each parameter of Format-Table, -List, -Wide and -Custom changes in the text."""

from __future__ import annotations

import pytest

from remora.engine.convert import to_text
from tests.modules.conftest import Session
from tests.support.cases import cases

_START = """
$o = [pscustomobject]@{ a = 1; b = 2 }
$list = [System.Collections.ArrayList]@(8, 9)
$deep = [pscustomobject]@{ a = [pscustomobject]@{ b = [pscustomobject]@{ c = 1 } } }
try { throw 'x' } catch { $failed = $_ }
function Lines { @($input | Out-String -Width 60 -Stream | ? { $_ } | % { $_.TrimEnd() }) }
"""
_CASES = """
(Get-Alias gc | ft -AutoSize | Lines)[0].IndexOf('Name'); (Get-Alias gc | ft | Lines)[0].IndexOf('Name')
=> 12 | 16

$o | ft b | Lines; $o | ft -Property b -HideTableHeaders | Lines; $o | ft b -ExcludeProperty b, a | Lines
=> b | - | 2 | 2

[pscustomobject]@{ a = 'one two three four'; b = 1 } | ft @{ n = 'a'; e = 'a'; w = 9 } -Wrap | Lines
=> a | - | one two | three | four

(, $list | ft -Expand CoreOnly | Lines)[0].Split()[0]; , $list | ft -Expand EnumOnly | Lines
(, $list | ft -Expand Both | Lines) -match '^The'
=> Count | 8 | 9 | The following object supports IEnumerable:
 | The IEnumerable contains the following 2 objects:

($failed | ft | Lines)[0] -match '^PSMessage'; ($failed | ft -Force | Lines)[0] -match '^PSMessage'
=> False | True

$o | fl b | Lines; $o | fl -ExcludeProperty a | Lines; (, $list | fl -Expand CoreOnly | Lines)[0]
=> b : 2 | b : 2 | Count          : 2

@($failed | fl | Lines).Count -lt 6; ($failed | fl -Force | Lines)[0]
=> True | PSMessageDetails      :

1..6 | % { [pscustomobject]@{ n = "v$_" } } | fw -Column 3 | Lines
(1..6 | % { [pscustomobject]@{ n = "v$_" } } | fw | Lines).Count
=> v1                   v2                  v3 | v4                   v5                  v6
 | 3

@(1..6 | % { [pscustomobject]@{ n = "v$_" } } | fw -AutoSize | Lines).Count
$o | fw b | Lines; $o | fw -Property a | Lines; $o | fw -ExcludeProperty a | Lines
=> 1 | 2 | 1 | 2

, $list | fw -Expand CoreOnly | Lines; , $list | fw -Expand EnumOnly | Lines; @(, $list | fw -Expand Both | Lines)[0]
=> 2 | 8 | 9 | The following object supports IEnumerable:

(, $list | fc -Expand CoreOnly | Lines).Count; (, $list | fc -Expand EnumOnly | Lines).Count
(, $list | fc -Expand Both | Lines)[0]
=> 4 | 2 | The following object supports IEnumerable:

$o | fc -ExcludeProperty a | Lines; $o | fc b | Lines | select -Skip 2 -First 1
=> class PSCustomObject | { |   b = 2 | } |   b = 2

($deep | fc -Depth 1 | Lines) -match 'c = 1'; ($deep | fc -Depth 1 | Lines) -match '@{c'
($deep | fc -Depth 3 | Lines) -match 'c = 1'
=>       b = @{c=1} |           c = 1

($failed | fw | Lines)[0] -match '^Exception:'; ($failed | fw -Force | Lines)[0]
($failed | fc | Lines)[0] -match '^Exception:'; ($failed | fc -Force | Lines)[0]
=> True | x | True | class ErrorRecord

'fl', 'fw', 'fc' | % { & $_ -InputObject 5 | Lines }
=> 5 | 5 | 5
"""
_VIEWS = """\
<Configuration><ViewDefinitions>
<View><Name>other</Name><ViewSelectedBy><TypeName>T1</TypeName></ViewSelectedBy><WideControl><WideEntries><WideEntry>
<WideItem><PropertyName>b</PropertyName></WideItem></WideEntry></WideEntries></WideControl></View>
<View><Name>framed</Name><ViewSelectedBy><TypeName>T1</TypeName></ViewSelectedBy><CustomControl><CustomEntries>
<CustomEntry><CustomItem><Text>[</Text><ExpressionBinding><PropertyName>b</PropertyName></ExpressionBinding>
<Text>]</Text></CustomItem></CustomEntry></CustomEntries></CustomControl></View>
<View><Name>rows</Name><ViewSelectedBy><TypeName>T1</TypeName></ViewSelectedBy><TableControl>
<TableHeaders><TableColumnHeader><Label></Label><Width>4</Width></TableColumnHeader></TableHeaders><TableRowEntries>
<TableRowEntry><TableColumnItems><TableColumnItem><PropertyName>b</PropertyName></TableColumnItem></TableColumnItems>
</TableRowEntry></TableRowEntries></TableControl></View>
<View><Name>items</Name><ViewSelectedBy><TypeName>T1</TypeName></ViewSelectedBy><ListControl><ListEntries><ListEntry>
<ListItems><ListItem><PropertyName>b</PropertyName></ListItem></ListItems></ListEntry></ListEntries></ListControl></View>
</ViewDefinitions></Configuration>
"""


@pytest.mark.parametrize(("script", "texts"), cases(_CASES))
def test_what_a_parameter_changes(ps: Session, script: str, texts: list[str]) -> None:
    ran = ps(_START + script)
    assert ran.failure is None
    assert [to_text(value).strip() for value in ran.output] == texts


@pytest.mark.parametrize(
    ("command", "lines"),
    [
        ("Format-Wide -View other", ["2"]),
        ("Format-Custom -View framed", ["[2]"]),
        ("Format-Table -View rows", ["b", "-", "2"]),
        ("Format-List -View items", ["b : 2"]),
    ],
)
def test_a_view_by_its_name(ps: Session, command: str, lines: list[str]) -> None:
    script = f"$x = [pscustomobject]@{{ PSTypeName = 'T1'; a = 1; b = 2 }}; $x | {command} | Lines"
    views = f"@'\n{_VIEWS}\n'@ | Set-Content v.format.ps1xml; Update-FormatData -AppendPath v.format.ps1xml\n"
    ran = ps(views + _START + script)
    assert ran.ids == []
    assert [to_text(value) for value in ran.output] == lines
    assert ps(f"$x | {command.split(' -')[0]} -View nope").ids[0].startswith("FormatViewNotFound,")
