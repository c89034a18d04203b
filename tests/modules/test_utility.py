from __future__ import annotations

import pytest

from remora.values import Int64, PSObject


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("1..3 | ForEach-Object { $_ * 2 }", [2, 4, 6]),
        ("1..2 | % { 'b' } { $_ } { 'e' }", ["b", 1, 2, "e"]),
        ("'ab','c' | ForEach-Object Length", [2, 1]),
        ("'ab','c' | % ToUpper", ["AB", "C"]),
        ("'a-b' | % Split '-'", ["a", "b"]),
        ("$null | % { 1 }", [1]),
        ("& {} | % { 1 }", []),
        ("1..5 | Where-Object { $_ -gt 3 }", [4, 5]),
        ("1 | ? { $false, $false }", [1]),
        ("1 | ? { }", []),
        ("@{n=1},@{n=0},@{n=3} | ? n | % { $_.n }", [1, 3]),
        ("'aa','b','ab' | ? Length -eq 2", ["aa", "ab"]),
        ("'aa','b','AB' | ? { $_ } | ? Length -gt 1 | Select-Object -Last 1", ["AB"]),
        ("[pscustomobject]@{a='x'},[pscustomobject]@{a='Y'} | ? a -like 'y*' | % a", ["Y"]),
        ("[pscustomobject]@{a='x'},[pscustomobject]@{a='Y'} | ? a -ceq 'y' | % a", []),
        ("[pscustomobject]@{a='x'},[pscustomobject]@{a='Y'} | ? a -in 'x','z' | % a", ["x"]),
        ("[pscustomobject]@{a=''},[pscustomobject]@{a=1} | ? -Not a | Measure-Object | % Count", [1]),
        ("1..10 | Select-Object -First 2", [1, 2]),
        ("1..10 | Select-Object -Last 2", [9, 10]),
        ("1..10 | Select-Object -Skip 8", [9, 10]),
        ("1..10 | Select-Object -SkipLast 8", [1, 2]),
        ("1..10 | Select-Object -Skip 2 -First 2", [3, 4]),
        ("1..10 | Select-Object -Index 0,9", [1, 10]),
        ("'a','A','a' | Select-Object -Unique", ["a", "A"]),
        ("'a','A','A' | Get-Unique", ["a", "A"]),
        ("'b','A','c' | Sort-Object", ["A", "b", "c"]),
        ("'b','A','B' | Sort-Object -Unique", ["A", "b"]),
        ("3,1,2 | Sort-Object -Descending", [3, 2, 1]),
        ("'aaa','b','cc' | Sort-Object Length | Select-Object -First 1", ["b"]),
        ("3,1,2 | Sort-Object { -$_ }", [3, 2, 1]),
        ("'10','9' | Sort-Object { [int]$_ }", ["9", "10"]),
        ("(1..4 | measure -Sum).Sum", [10]),
        ("(1..4 | Measure-Object -Average).Average", [2.5]),
        ("(@() | Measure-Object -Sum).Count", [0]),
        ("(@() | Measure-Object -Sum).Sum; (@() | Measure-Object).Sum", [0, None]),
        ("('one two','three' | Measure-Object -Word).Words", [3]),
        ("Write-Output 1,2", [1, 2]),
        ("echo 1 2", [1, 2]),
        ("(Write-Output 1,2 -NoEnumerate | % { $_.Count })", [2]),
        ("('a','b','A' | Group-Object | % { $_.Name + $_.Count })", ["a2", "b1"]),
        ("('x1','x2','y1' | Group-Object { $_[0] } -AsHashTable -AsString).x.Count", [2]),
        ('Compare-Object 1,2 2,3 | % { "$($_.InputObject)$($_.SideIndicator)" }', ["3=>", "1<="]),
        ("1,2 | Tee-Object -Variable t | % { $_ + 1 }; $t", [2, 3, 1, 2]),
        ("Invoke-Expression '1+2'", [3]),
        ("(New-TimeSpan -Hours 2).TotalMinutes", [120.0]),
        ("'a','b' | Join-String -Separator ', ' -SingleQuote", ["'a', 'b'"]),
        ("Get-Random -InputObject 7", [7]),
        ("(New-Guid).ToString().Length", [36]),
        ("'x' | Out-Null", []),
        ("1,2 | Out-String -Stream", ["1", "2"]),
        ("[pscustomobject]@{a=1} | Out-String", ["\na\n-\n1\n\n"]),
    ],
)
def test_results(ps, script: str, expected: list[object]) -> None:
    ran = ps(script)
    assert ran.ids == []
    assert ran.output == expected


def test_first_stops_what_stands_before_it(ps) -> None:
    ran = ps("$log = @(); 1..100 | % { $log += $_; $_ } -End { $log += 'end' } | Select-Object -First 2; $log")
    assert ran.output == [1, 2, 1, 2]


def test_select_makes_objects_with_what_was_asked_for(ps) -> None:
    made = ps("[pscustomobject]@{b=1;A=2} | Select-Object a, @{n='Twice';e={$_.b * 2}}, missing").output[0]
    assert isinstance(made, PSObject)
    assert made.extended == {"A": 2, "Twice": 2, "missing": None}
    assert made.type_names[0] == "Selected.System.Management.Automation.PSCustomObject"
    assert ps("[pscustomobject]@{b=1;a=2} | select * -ExcludeProperty b").output[0].extended == {"a": 2}


def test_expanding_what_is_not_there_is_an_error(ps) -> None:
    assert ps("[pscustomobject]@{a=1} | Select-Object -ExpandProperty x").ids == [
        "ExpandPropertyNotFound,Microsoft.PowerShell.Commands.SelectObjectCommand"
    ]
    assert ps("[pscustomobject]@{a=1,2} | Select-Object -ExpandProperty a").output == [1, 2]


def test_measuring_what_is_not_a_number(ps) -> None:
    assert ps("'a' | Measure-Object -Sum").ids == [
        "NonNumericInputObject,Microsoft.PowerShell.Commands.MeasureObjectCommand"
    ]
    assert ps("Set-StrictMode -Version 2; 1 | Measure-Object nope").ids == [
        "GenericMeasurePropertyNotFound,Microsoft.PowerShell.Commands.MeasureObjectCommand"
    ]


JSON = [
    ("@{a=1} | ConvertTo-Json -Compress", '{"a":1}'),
    (
        "@{a=1;b=@(1,'x',$null,$true)} | ConvertTo-Json",
        '{\n  "a": 1,\n  "b": [\n    1,\n    "x",\n    null,\n    true\n  ]\n}',
    ),
    ("1 | ConvertTo-Json", "1"),
    ("1,2 | ConvertTo-Json -Compress", "[1,2]"),
    ("@(1) | ConvertTo-Json -Compress", "1"),
    ("ConvertTo-Json @(1) -Compress", "[1]"),
    ("1 | ConvertTo-Json -AsArray -Compress", "[1]"),
    ("$null | ConvertTo-Json", "null"),
    ("1.0 | ConvertTo-Json", "1.0"),
    ("1.10d | ConvertTo-Json", "1.10"),
    ("[pscustomobject]@{b=1;a='é<'} | ConvertTo-Json -Compress", '{"b":1,"a":"é<"}'),
    ("'é<' | ConvertTo-Json -EscapeHandling EscapeNonAscii", '"\\u00e9<"'),
    ("'<' | ConvertTo-Json -EscapeHandling EscapeHtml", '"\\u003c"'),
    ("[datetime]'2024-01-02T03:04:05Z' | % ToUniversalTime | ConvertTo-Json", '"2024-01-02T03:04:05Z"'),
    ("@{} | ConvertTo-Json -Compress", "{}"),
    ("[DayOfWeek]::Monday | ConvertTo-Json", "1"),
    ("[DayOfWeek]::Monday | ConvertTo-Json -EnumsAsStrings", '"Monday"'),
]


@pytest.mark.parametrize(("script", "expected"), JSON)
def test_convert_to_json(ps, script: str, expected: str) -> None:
    ran = ps(script)
    assert (ran.output, ran.ids) == ([expected], [])


def test_json_deeper_than_the_depth_is_cut_with_a_warning(ps) -> None:
    ran = ps("@{a=@{b=@{c=@{d=1}}}} | ConvertTo-Json -Compress")
    assert ran.output == ['{"a":{"b":{"c":"System.Collections.Hashtable"}}}']
    assert (
        ran.sink.warnings[0].message == "Resulting JSON is truncated as serialization has exceeded the set depth of 2."
    )


def test_convert_from_json(ps) -> None:
    made = ps('\'{"a":1,"b":{"c":[1.5,null]},"d":"2024-01-02T03:04:05Z"}\' | ConvertFrom-Json').output[0]
    assert made.a == 1
    assert isinstance(made.a, Int64)
    assert made.b.c == [1.5, None]
    assert made.d.year == 2024
    assert ps("'[1,2]' | ConvertFrom-Json | % { $_ }").output == [1, 2]
    assert ps('(\'{"b":1,"a":2}\' | ConvertFrom-Json -AsHashtable).Keys').output == ["b", "a"]
    assert ps("'{bad' | ConvertFrom-Json").ids == [
        "System.ArgumentException,Microsoft.PowerShell.Commands.ConvertFromJsonCommand"
    ]
    assert ps("'{', '\"a\": 1', '}' | ConvertFrom-Json | % a").output == [1]


def test_csv_both_ways(ps, tmp_path) -> None:
    assert ps("[pscustomobject]@{a=1;b='x \"y\"'} | ConvertTo-Csv").output == ['"a","b"', '"1","x ""y"""']
    assert ps("[pscustomobject]@{a=1;b='x,y'} | ConvertTo-Csv -UseQuotes AsNeeded").output == ["a,b", '1,"x,y"']
    rows = ps("'a,b','1,\"x,y\"','2' | ConvertFrom-Csv").output
    assert [row.extended for row in rows] == [{"a": "1", "b": "x,y"}, {"a": "2", "b": None}]
    ps("[pscustomobject]@{n='ä';v=1} | Export-Csv t.csv; [pscustomobject]@{n='b';v=2} | Export-Csv t.csv -Append")
    assert (tmp_path / "t.csv").read_text() == '"n","v"\n"ä","1"\n"b","2"\n'
    assert ps("(Import-Csv t.csv)[1].n").output == ["b"]
    assert ps("(Import-Csv t.csv)[1].v -gt 1").output == [True]


def test_clixml_files_round_trip(ps) -> None:
    ps("@{a=1;b=@('x',2)}, 'text' | Export-Clixml t.xml")
    got = ps("Import-Clixml t.xml").output
    assert got[1] == "text"
    assert ps("(Import-Clixml t.xml)[0].b[1]").output == [2]


def test_convert_to_xml_as_text(ps) -> None:
    shown = ps("[pscustomobject]@{Name='a';Length=5} | ConvertTo-Xml -NoTypeInformation -As String").output[0]
    assert shown == (
        '<?xml version="1.0" encoding="utf-8"?>\n<Objects>\n  <Object>\n    <Property Name="Name">a</Property>\n'
        '    <Property Name="Length">5</Property>\n  </Object>\n</Objects>'
    )


def test_select_string(ps, tmp_path) -> None:
    (tmp_path / "f.txt").write_text("one\ntwo\nTHREE two\n")
    assert ps("Select-String TWO f.txt | % LineNumber").output == [2, 3]
    assert ps("Select-String two f.txt -CaseSensitive -List | % Line").output == ["two"]
    assert ps("'a.b','axb' | Select-String 'a.b' -SimpleMatch | % Line").output == ["a.b"]
    assert ps("'abc' | Select-String b -Quiet").output == [True]
    assert ps("'abc' | Select-String x -Quiet").output == []
    assert ps("'a','b' | sls a -NotMatch -Raw").output == ["b"]
    assert ps("(Select-String two f.txt -Context 1)[0].Context.PreContext").output == ["one"]


def test_variables(ps) -> None:
    assert ps("$abc = 5; Get-Variable ab* | % Name").output == ["abc"]
    assert ps("Get-Variable abc -ValueOnly").output == [5]
    assert ps("Get-Variable nosuch").ids == ["VariableNotFound,Microsoft.PowerShell.Commands.GetVariableCommand"]
    assert ps("New-Variable abc 1").ids == ["VariableAlreadyExists,Microsoft.PowerShell.Commands.NewVariableCommand"]
    assert ps("Set-Variable -Name x -Value 1,2; $x.Count").output == [2]
    assert ps("Clear-Variable x; $x -eq $null").output == [True]
    assert ps("Remove-Variable x; Test-Path variable:x").output == [False]
    assert ps("New-Variable r 1 -Option ReadOnly; $r = 2").ids == ["VariableNotWritable"]
    assert ps("Set-Variable r 3 -Force; $r").output == [3]
    assert ps("function f { Set-Variable z 1 -Scope Global }; f; $z").output == [1]


def test_aliases(ps) -> None:
    assert ps("(Get-Alias ls).Definition").output == ["Get-ChildItem"]
    assert ps("Set-Alias zz Get-Date; (Get-Alias zz).Definition").output == ["Get-Date"]
    assert ps("Get-Alias nosuch").ids == ["ItemNotFoundException,Microsoft.PowerShell.Commands.GetAliasCommand"]
    assert "gci" in ps("(Get-Alias -Definition Get-ChildItem).Name").output


def test_streams(ps) -> None:
    ran = ps(
        "Write-Warning w; Write-Verbose v -Verbose; Write-Debug d -Debug; Write-Information i; "
        "Write-Host h -NoNewline; Write-Progress act -Status st -PercentComplete 50; "
        "Write-Error e -ErrorId My -Category InvalidData"
    )
    sink = ran.sink
    assert [record.message for record in sink.warnings] == ["w"]
    assert [record.message for record in sink.verboses] == ["v"]
    assert [record.message for record in sink.debugs] == ["d"]
    host = [record for record in sink.informations if "PSHOST" in record.tags]
    assert (host[0].message_data.message, host[0].message_data.no_new_line) == ("h", True)
    assert (sink.progresses[0].activity, sink.progresses[0].percent_complete) == ("act", 50)
    assert (ran.ids, ran.errors[0].category) == (["My"], "InvalidData")


def test_write_error_is_its_callers_error(ps) -> None:
    assert ps("Write-Error boom").ids == ["Microsoft.PowerShell.Commands.WriteErrorException"]
    assert ps("function f { Write-Error boom }; f").ids == ["Microsoft.PowerShell.Commands.WriteErrorException,f"]
    ran = ps("$ErrorActionPreference = 'Stop'; Write-Error boom; 'not reached'")
    assert (ran.state, ran.output, ran.ids) == ("Failed", [], ["Microsoft.PowerShell.Commands.WriteErrorException"])


def test_dates(ps) -> None:
    assert ps("Get-Date '2024-03-04 05:06:07' -Format 'yyyy-MM-ddTHH:mm:ss'").output == ["2024-03-04T05:06:07"]
    assert ps("Get-Date -Year 2020 -Month 2 -Day 29 -UFormat '%Y-%m-%d'").output == ["2020-02-29"]
    assert ps("((Get-Date '2024-01-02') - (Get-Date '2024-01-01')).Days").output == [1]
    assert ps("Get-Date '2024-01-02' -UFormat %j").output == ["002"]


def test_members_and_objects(ps) -> None:
    assert ps("([pscustomobject]@{a=1} | Add-Member b 2 -PassThru).b").output == [2]
    assert ps("$o = [pscustomobject]@{a=1}; $o | Add-Member ScriptProperty d { $this.a * 2 }; $o.d").output == [2]
    assert ps("$o = [pscustomobject]@{a=1}; $o | Add-Member a 2").ids == [
        "MemberAlreadyExists,Microsoft.PowerShell.Commands.AddMemberCommand"
    ]
    assert ps("(New-Object psobject -Property @{a=1}).a").output == [1]
    assert ps("[pscustomobject]@{a=1} | Get-Member -MemberType NoteProperty | % Name").output == ["a"]
    assert ps("Get-Member").ids == ["NoObjectInGetMember,Microsoft.PowerShell.Commands.GetMemberCommand"]
    assert ps("New-Object No.Such.Type").ids == ["TypeNotFound,Microsoft.PowerShell.Commands.NewObjectCommand"]


def test_format_cmdlets(ps) -> None:
    assert ps("[pscustomobject]@{a=1;b=2} | Format-List").text == "\na : 1\nb : 2\n"
    assert ps("[pscustomobject]@{a=1;b=2} | Format-Table b -HideTableHeaders").text == "\n2\n"
    assert ps("[pscustomobject]@{a=1;b=2} | ft @{n='X';e={$_.a+1};w=5;a='left'}").text == "\nX\n-\n2\n"
    assert ps("[pscustomobject]@{g='x';v=1},[pscustomobject]@{g='y';v=2} | ft v -GroupBy g").text == (
        "\n   g: x\n\nv\n-\n1\n\n   g: y\n\nv\n-\n2\n"
    )
    assert ps("'a'..'f' | Format-Wide").text == "a\nb\nc\nd\ne\nf"
    assert ps("[pscustomobject]@{a='one two three'} | Format-Table -Wrap | Out-String -Width 8").output == [
        "\na\n-\none two\nthree\n\n"
    ]
    assert "$" not in ps("[pscustomobject]@{p=0.256} | ft @{n='P';e='p';f='{0:P0}'}").text


def test_secure_strings(ps) -> None:
    assert ps("ConvertTo-SecureString 's' -AsPlainText -Force | ConvertFrom-SecureString -AsPlainText").output == ["s"]
    key = "(1..16)"
    sealed = f"ConvertTo-SecureString 'pä' -AsPlainText -Force | ConvertFrom-SecureString -Key {key}"
    assert ps(f"ConvertTo-SecureString ({sealed}) -Key {key} | ConvertFrom-SecureString -AsPlainText").output == ["pä"]
    assert ps(f"ConvertTo-SecureString ({sealed}) -Key (2..17)").ids == [
        "ImportSecureString_InvalidArgument_CryptographicError,Microsoft.PowerShell.Commands.ConvertToSecureStringCommand"
    ]
