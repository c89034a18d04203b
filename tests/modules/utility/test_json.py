from __future__ import annotations

import pytest

from tests.modules.conftest import Shell

NO_GUID = "00000000-0000-0000-0000-000000000000"

TEXTS = [
    ("@{a=1} | ConvertTo-Json -Compress", '{"a":1}'),
    ("ConvertTo-Json @{a=1}", '{\n  "a": 1\n}'),
    ("ConvertTo-Json @(1,'x',$null,$true) -Compress", '[1,"x",null,true]'),
    ("ConvertTo-Json 1 -AsArray -Compress", "[1]"),
    ("1 | ConvertTo-Json -AsArray -Compress", "[1]"),
    ("ConvertTo-Json 1.0", "1.0"),
    ("ConvertTo-Json ([decimal]2)", "2.0"),
    ("ConvertTo-Json ([double]::NaN)", '"NaN"'),
    ("ConvertTo-Json ([double]::PositiveInfinity)", '"Infinity"'),
    ("ConvertTo-Json ([char]'c')", '"c"'),
    ("ConvertTo-Json ([DayOfWeek]::Monday)", "1"),
    ("ConvertTo-Json ([DayOfWeek]::Monday) -EnumsAsStrings", '"Monday"'),
    ("ConvertTo-Json 'é<' -EscapeHandling EscapeNonAscii", '"\\u00e9<"'),
    ("ConvertTo-Json 'é<' -EscapeHandling EscapeHtml", '"é\\u003c"'),
    (
        "ConvertTo-Json ([version]'1.2') -Compress",
        '{"Major":1,"Minor":2,"Build":-1,"Revision":-1,"MajorRevision":-1,"MinorRevision":-1}',
    ),
    ("ConvertTo-Json ([guid]::Empty)", '"00000000-0000-0000-0000-000000000000"'),
    ("1 | Add-Member -PassThru n 3 | ConvertTo-Json -Compress", '{"value":1,"n":3}'),
    ("'s' | Add-Member -PassThru n 3 | ConvertTo-Json -Compress", '"s"'),
    ("@{a=@{b=@{c=1}}} | ConvertTo-Json -Depth 1 -Compress -WarningAction Ignore",
     '{"a":{"b":"System.Collections.Hashtable"}}'),
    ("ConvertTo-Json ([datetime]'2020-01-02T03:04:05Z').ToUniversalTime()", '"2020-01-02T03:04:05Z"'),
    ("$null | ConvertTo-Json", "null"),
]  # fmt: skip


@pytest.mark.parametrize(("script", "text"), TEXTS)
def test_json_written(ps, script: str, text: str) -> None:
    assert ps(script).output == [text]


def test_a_cut_is_told(ps) -> None:
    ran = ps("@{a=@{b=@{c=@{d=1}}}} | ConvertTo-Json -Depth 2")
    assert "depth of 2" in ran.sink.warnings[0].message


@pytest.mark.parametrize(
    ("script", "output"),
    [
        ("('{\"a\":[1,2]}' | ConvertFrom-Json).a -join '+'", ["1+2"]),
        ("('1' | ConvertFrom-Json).GetType().Name", ["Int64"]),
        ("('1.0' | ConvertFrom-Json).GetType().Name", ["Double"]),
        ("('99999999999999999999' | ConvertFrom-Json).GetType().Name", ["BigInteger"]),
        ("('[1,2]' | ConvertFrom-Json -NoEnumerate | Measure-Object).Count", [1]),
        ("('[1,2]' | ConvertFrom-Json | Measure-Object).Count", [2]),
        (
            "$h = '{\"B\":1,\"b\":2}' | ConvertFrom-Json -AsHashtable; $h.GetType().Name; $h['b']",
            ["OrderedHashtable", 2],
        ),
        ("('{\"a\":1}' | ConvertFrom-Json -AsHashtable) -is [hashtable]", [True]),
        ("('{a: 1, /* no */ ''b'': 0x10,}' | ConvertFrom-Json).b", [16]),
        ("('[NaN, undefined, 010, .5]' | ConvertFrom-Json)[2,3]", [8, 0.5]),
        ("('\"2020-01-02T03:04:05\"' | ConvertFrom-Json).GetType().Name", ["DateTime"]),
        ("('\"2020-01-02T03:04:05Z\"' | ConvertFrom-Json).Kind.ToString()", ["Utc"]),
        ("'\"2020-01-02T03:04:05\"' | ConvertFrom-Json -DateKind String", ["2020-01-02T03:04:05"]),
        ("('\"2020-01-02T03:04:05\"' | ConvertFrom-Json -DateKind Utc).Kind.ToString()", ["Utc"]),
        ("('\"2020-01-02T03:04:05Z\"' | ConvertFrom-Json -DateKind Local).Kind.ToString()", ["Local"]),
        ("('\"/Date(0)/\"' | ConvertFrom-Json).Year", [1970]),
        ("'{','\"a\":1','}' | ConvertFrom-Json | % a", [1]),
        ("'1','2' | ConvertFrom-Json", [1, 2]),
        ("ConvertFrom-Json -InputObject ''", [None]),
    ],
)
def test_json_read(ps, script: str, output: list[object]) -> None:
    ran = ps(script)
    assert ran.ids == []
    assert ran.output == output


COMMAND = ",Microsoft.PowerShell.Commands.ConvertFromJsonCommand"


@pytest.mark.parametrize(
    ("text", "error_id", "part"),
    [
        ("plain", "System.ArgumentException", "Unexpected character encountered while parsing value: p."),
        ('{"a":1', "System.ArgumentException", "Unexpected end of content while loading JObject. Path 'a', line 1"),
        ("[1", "System.ArgumentException", "Unexpected end of content while loading JArray."),
        ("[1] x", "System.ArgumentException", "Additional text encountered"),
        ('{"a" 1}', "System.ArgumentException", "Expected ':' but got: 1."),
        ('{"a":"x', "System.ArgumentException", "Unterminated string"),
        ('["\\\\q"]', "System.ArgumentException", "Bad JSON escape sequence"),
        ("[1 2]", "System.ArgumentException", "unexpected character was encountered: 2"),
        ("{%:1}", "System.ArgumentException", "Invalid property identifier character: %."),
        ('{"":1}', "EmptyKeyInJsonString", "empty string"),
        ('{"a":1,"A":2}', "KeysWithDifferentCasingInJsonString", "different casing"),
    ],
)
def test_wrong_json(ps, text: str, error_id: str, part: str) -> None:
    ran = ps("$input | ConvertFrom-Json", input=[text.replace("\\\\", "\\")])
    assert ran.ids == [error_id + COMMAND]
    assert part in ran.messages[0]


def test_depth_of_reading(ps) -> None:
    assert ps("'[[1]]' | ConvertFrom-Json -Depth 2 -NoEnumerate").ids == []
    ran = ps("'[[1]]' | ConvertFrom-Json -Depth 1")
    assert "MaxDepth of 1 has been exceeded" in ran.messages[0]


def test_keys_must_be_texts(ps) -> None:
    assert ps("ConvertTo-Json @{1=2}").ids == [
        "NonStringKeyInDictionary,Microsoft.PowerShell.Commands.ConvertToJsonCommand"
    ]


@pytest.mark.parametrize(
    ("script", "text"),
    [
        ("ConvertTo-Json ([single]::NaN)", '"NaN"'),
        ("ConvertTo-Json ([single]::NegativeInfinity)", '"-Infinity"'),
        ("$a = 1, 2; Add-Member -InputObject $a p x; ConvertTo-Json -InputObject $a", '{"value":[1,2],"p":"x"}'),
        ("$h = @{a = 1}; $h | Add-Member p x; $h | ConvertTo-Json", '{"a":1,"p":"x"}'),
        ("$h = @{a = 1}; $h | Add-Member ScriptMethod p { 1 }; $h | ConvertTo-Json", '{"a":1}'),
        ("[guid]::Empty | ConvertTo-Json", f'{{"value":"{NO_GUID}","Guid":"{NO_GUID}"}}'),
        ("ConvertTo-Json ([guid]::Empty)", f'"{NO_GUID}"'),
        ("class A { $x = 1; hidden $h = 2 }; [A]::new() | ConvertTo-Json", '{"x":1,"h":2}'),
        ("class A { $x = 1 }; class B : A { $y = 2 }; [B]::new() | ConvertTo-Json", '{"y":2,"x":1}'),
        (("[timespan]1234567 | Select-Object Ticks, Milliseconds, Microseconds, Nanoseconds, TotalMicroseconds, "
         "TotalNanoseconds | ConvertTo-Json"),
         ('{"Ticks":1234567,"Milliseconds":123,"Microseconds":456,"Nanoseconds":700,"TotalMicroseconds":123456.7,'
         '"TotalNanoseconds":123456700.0}')),
        ("([timespan]0 | ConvertTo-Json) -replace ':.*?,', ' ' -replace ':.*'",
         ('{"Ticks" "Days" "Hours" "Milliseconds" "Microseconds" "Nanoseconds" "Minutes" "Seconds" "TotalDays" '
         '"TotalHours" "TotalMilliseconds" "TotalMicroseconds" "TotalNanoseconds" "TotalMinutes" "TotalSeconds"')),
    ],
)  # fmt: skip
def test_what_values_carry(ps: Shell, script: str, text: str) -> None:
    ran = ps("$PSDefaultParameterValues['ConvertTo-Json:Compress'] = $true; " + script)
    assert (ran.output, ran.ids) == ([text], [])
