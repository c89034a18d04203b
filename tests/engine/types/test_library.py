"""Static members of Object, texts of lists; Enumerable, untyped collections, web, binary and interop types."""

from __future__ import annotations

from typing import Any

import pytest

from tests.engine.shapes import shapes

_E = "[System.Linq.Enumerable]"
_N = "[int[]](3,1,2)"
LINQ = [
    (
        f"{_E}::Sum({_N}); {_E}::Average({_N}); {_E}::Max({_N}); {_E}::Min({_N})",
        ["Int32:6", "Double:2", "Int32:3", "Int32:1"],
    ),
    (f"{_E}::Where({_N}, [Func[int,bool]]{{ $args[0] -gt 1 }})", ["Int32:3", "Int32:2"]),
    (f"{_E}::Select({_N}, [Func[int,object]]{{ param($x) $x * 2 }}) -join ','", ["String:6,2,4"]),
    (f"{_E}::OrderBy({_N}, [Func[int,int]]{{ $args[0] }}) -join ','", ["String:1,2,3"]),
    (
        f"{_E}::First({_N}); {_E}::Last({_N}); {_E}::Count({_N}); {_E}::Any({_N})",
        ["Int32:3", "Int32:2", "Int32:3", "Boolean:True"],
    ),
    (f"{_E}::First([int[]]@())", ["!InvalidOperationException"]),
    (f"{_E}::FirstOrDefault([int[]]@())", ["Int32:0"]),
    (f"{_E}::Range(1,3) -join ','; {_E}::Repeat('a',2) -join ','", ["String:1,2,3", "String:a,a"]),
    (
        f"{_E}::Skip({_N},1) -join ','; {_E}::Take({_N},1) -join ','; {_E}::Reverse({_N}) -join ','",
        ["String:1,2", "String:3", "String:2,1,3"],
    ),
    (
        f"{_E}::Distinct([int[]](1,1,2)) -join ','; {_E}::Union([int[]](1,2),[int[]](2,3)) -join ','",
        ["String:1,2", "String:1,2,3"],
    ),
    (
        f"{_E}::Except({_N},[int[]](1)) -join ','; {_E}::Intersect({_N},[int[]](1,9)) -join ','",
        ["String:3,2", "String:1"],
    ),
    (f"{_E}::SequenceEqual([int[]](1,2),[int[]](1,2)); {_E}::Contains({_N}, 9)", ["Boolean:True", "Boolean:False"]),
    (f"{_E}::ToList({_N}).GetType().Name; {_E}::ToHashSet([int[]](1,1)).Count", ["String:List`1", "Int32:1"]),
    (f"{_E}::Aggregate({_N}, [Func[int,int,int]]{{ $args[0] + $args[1] }})", ["Int32:6"]),
]
INHERITED = [
    (
        "$a = @(1); [object]::ReferenceEquals($a, $a); [object]::ReferenceEquals($a, @(1))",
        ["Boolean:True", "Boolean:False"],
    ),
    ("[object]::ReferenceEquals(1, 1); [string]::ReferenceEquals($null, $null)", ["Boolean:False", "Boolean:True"]),
    (
        "[object]::Equals('a', 'A'); [object]::Equals(1, 1); [object]::Equals(1, 1L)",
        ["Boolean:False", "Boolean:True", "Boolean:False"],
    ),
    ("[object]::ReferenceEquals($Host, $Host); $Host -eq $Host", ["Boolean:True", "Boolean:True"]),
    (
        "[Management.Automation.Platform]::IsWindows; [Management.Automation.Platform]::IsCoreCLR",
        ["Boolean:False", "Boolean:True"],
    ),
    ("'/a/\\'.Trim('/\\'); '/\\a'.TrimStart('\\/'); 'a/\\'.TrimEnd([char[]]'\\/')", ["String:a"] * 3),
    ("'a,b;c'.Split(',;').Count; 'a,b;c'.Split([char[]]',;').Count", ["Int32:1", "Int32:3"]),
    (
        "$x = 1, (2, 3); \"$x\"; $x -join ','; [string]$x; $OFS = '-'; \"$x\"",
        [
            "String:1 System.Object[]",
            "String:1,System.Object[]",
            "String:1 System.Object[]",
            "String:1-System.Object[]",
        ],
    ),
]
OTHERS = [
    (
        (
            '$b = [System.Collections.BitArray]::new(4); $b.Set(1,$true); $b[2] = $true; "$b"; [void]$b.Not(); $b[0]; '
            "$b.Count"
        ),
        ["String:False True True False", "Boolean:True", "Int32:4"],
    ),
    (
        "$s = [System.Collections.Specialized.StringCollection]::new(); $s.Add('a'); $s.Contains('A')",
        ["Int32:0", "Boolean:False"],
    ),
    (
        (
            "$n = [System.Collections.Specialized.NameValueCollection]::new(); $n.Add('a','1'); $n.Add('a','2'); "
            "$n['a']; $n.GetValues('a').Count; $n.Count"
        ),
        ["String:1,2", "Int32:2", "Int32:1"],
    ),
    (
        "$s = [System.Collections.SortedList]::new(); $s['b'] = 1; $s['a'] = 2; $s.Keys -join ','; $s.GetByIndex(0)",
        ["String:a,b", "Int32:2"],
    ),
    (
        (
            "$u = [UriBuilder]::new('http','h',81,'p'); $u.Query = 'a=1'; $u.Uri.AbsoluteUri; "
            "[UriBuilder]::new('https://x/y').Port"
        ),
        ["String:http://h:81/p?a=1", "Int32:-1"],
    ),
    ("[uri]::new([uri]'http://a/b/','c').AbsoluteUri", ["String:http://a/b/c"]),
    (
        (
            "[System.Web.HttpUtility]::UrlDecode('a%20b'); "
            "$q = [System.Web.HttpUtility]::ParseQueryString('?a=1&b=2'); $q['b']; "
            "$q.ToString()"
        ),
        ["String:a b", "String:2", "String:a=1&b=2"],
    ),
    (
        "[mailaddress]'Jo <jo@x.org>' | % { $_.User, $_.Host, $_.DisplayName }; [mailaddress]'nope'",
        ["String:jo", "String:x.org", "String:Jo", "!InvalidCastConstructorTargetInvocationException"],
    ),
    (
        "[IPEndpoint]::new([ipaddress]::Loopback,80).ToString(); [ipaddress]'x'",
        ["String:127.0.0.1:80", "!InvalidCastParseTargetInvocation"],
    ),
    (
        (
            "$m = [IO.MemoryStream]::new(); $w = [IO.BinaryWriter]::new($m); $w.Write([int]5); $w.Write('ab'); "
            "$m.Position = 0; "
            "$r = [IO.BinaryReader]::new($m); $r.ReadInt32(); $r.ReadString(); $r.ReadByte()"
        ),
        ["Int32:5", "String:ab", "!EndOfStreamException"],
    ),
    ("$w = [IO.StringWriter]::new(); $w.Write('a'); $w.WriteLine('b'); $w.ToString()", ["String:ab\n"]),
    (
        "[Runtime.InteropServices.RuntimeInformation]::IsOSPlatform([Runtime.InteropServices.OSPlatform]::Windows)",
        ["Boolean:False"],
    ),
    (
        (
            "$s = ConvertTo-SecureString 'abc' -AsPlainText -Force; "
            "$p = [Runtime.InteropServices.Marshal]::SecureStringToBSTR($s); "
            "[Runtime.InteropServices.Marshal]::PtrToStringAuto($p)"
        ),
        ["String:abc"],
    ),
    ("[System.Numerics.Complex]::new(3,4).Magnitude", ["Double:5"]),
    (
        (
            "$c = [Threading.CancellationTokenSource]::new(); $c.Cancel(); $c.Token.IsCancellationRequested; "
            "$c.Token.ThrowIfCancellationRequested()"
        ),
        ["Boolean:True", "!OperationCanceledException"],
    ),
    (
        "$m = [Threading.Mutex]::new(); $m.WaitOne(); $m.WaitOne(0); $m.ReleaseMutex(); $m.WaitOne(0)",
        ["Boolean:True", "Boolean:False", "Boolean:True"],
    ),
    (
        "[BitConverter]::ToString([Security.Cryptography.HMACMD5]::new([byte[]](1)).ComputeHash([byte[]](2))).Length",
        ["Int32:47"],
    ),
    (
        (
            "'abcb'.LastIndexOf('b',2); 'aBc'.Replace('b','x','OrdinalIgnoreCase'); 'Abc'.StartsWith('a',$true,$null); "
            "'abc'.Chars(1)"
        ),
        ["Int32:1", "String:axc", "Boolean:True", "Char:b"],
    ),
]


@pytest.mark.parametrize(("script", "expected"), [*LINQ, *INHERITED, *OTHERS])
def test_members(run: Any, script: str, expected: list[str]) -> None:
    assert shapes(run(script)) == expected


UTF16 = [
    ("$s = 'a\U0001f600b'; $s.Length; $s.IndexOf('b'); $s.LastIndexOf('b'); $s.IndexOf('b', 3, 1)", [4, 3, 3, 3]),
    ("'\U0001f600'[0].GetType().Name; [int]'\U0001f600'[1]; 'a\U0001f600b'[-1]", ["Char", 0xDE00, "b"]),
    ("('a\U0001f600b'[1..2] -join '') -eq '\U0001f600'", [True]),
    (
        "'a\U0001f600'.PadLeft(5, '.'); 'a\U0001f600b'.Remove(1, 2); 'a\U0001f600b'.Insert(3, 'x')",
        ["..a\U0001f600", "ab", "a\U0001f600xb"],
    ),
    ("'abc'.IndexOf('c', 1, 1); 'abc'.IndexOf('', 3); 'a\U0001f600b'.Chars(3)", [-1, 3, "b"]),
]


@pytest.mark.parametrize(("script", "expected"), UTF16)
def test_texts_are_utf16_units(run: Any, script: str, expected: list[Any]) -> None:
    assert run(script).outputs == expected


@pytest.mark.parametrize(("call", "parameter"), [("IndexOf('c', 4)", "startIndex"), ("IndexOf('c', 2, 2)", "count")])
def test_searches_stay_inside(run: Any, call: str, parameter: str) -> None:
    script = f"try {{ 'abc'.{call} }} catch {{ $_.Exception.InnerException.Message }}"
    assert f"(Parameter '{parameter}')" in run(script).outputs[0]
