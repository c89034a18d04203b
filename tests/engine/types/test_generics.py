"""Generic types by name, construction, conversion and use."""

from __future__ import annotations

from typing import Any

import pytest

from tests.engine.shapes import shapes

_G = "Collections.Generic."
CASES = [
    (
        f"[{_G}List[int]].Name; [{_G}List[int]].ToString()",
        ["String:List`1", "String:System.Collections.Generic.List`1[System.Int32]"],
    ),
    (f'"$([{_G}Dictionary[string,int[]]])"', ["String:System.Collections.Generic.Dictionary[string,int[]]"]),
    (f"[{_G}List`1[System.Int32]] -eq [{_G}List[int]]", ["Boolean:True"]),
    (
        "[System.Collections.Generic.List`1[[System.Int32, mscorlib]]].FullName",
        [
            (
                "String:System.Collections.Generic.List`1[[System.Int32, System.Private.CoreLib, Version=8.0.0.0, "
                "Culture=neutral, PublicKeyToken=7cec85d7bea7798e]]"
            )
        ],
    ),
    ("[Nullable[string]]", ["!TypeNotFound"]),
    ("[Nullable[int]]5; [Nullable[int]]$null", ["Int32:5", "null"]),
    (f"$l = [{_G}List[int]](1,2); $l.Add('3'); ,$l", ["Collections.Generic.List`1(Int32:1 Int32:2 Int32:3)"]),
    (f"[{_G}List[int]]::new().Add('x')", ["!MethodArgumentConversionInvalidCastArgument"]),
    (f"[{_G}List[int]]::new(1,2,3)", ["!MethodCountCouldNotFindBest"]),
    (f",[{_G}List[string]]5", ["Collections.Generic.List`1(String:5)"]),
    (
        f"$l = [{_G}List[int]](3,1,2); $l.Sort(); \"$l\"; $l.Find({{ $args[0] -gt 1 }}); $l.IndexOf('3')",
        ["String:1 2 3", "Int32:2", "Int32:2"],
    ),
    (
        f'$l = [{_G}List[int]](1,2,3,4); $l.RemoveAll({{ param($x) $x % 2 }}); $l.RemoveRange(0,1); "$l"',
        ["Int32:2", "String:4"],
    ),
    (
        f"$l = [{_G}List[int]](1,2,3); $l.Insert(1,9); $l.Reverse(); \"$l\"; $l.GetRange(0,2) -join ','",
        ["String:3 2 9 1", "String:3,2"],
    ),
    ("$a = [Collections.ArrayList](1,2); $a.Contains('1'); $a.Contains(1)", ["Boolean:False", "Boolean:True"]),
    (
        f"$d = [{_G}Dictionary[string,int]]::new(); $d['a'] = '1'; $d.b = 2; $d['a'], $d.b, $d['zz'], $d.Count",
        ["Int32:1", "Int32:2", "null", "Int32:2"],
    ),
    (f"$d = [{_G}Dictionary[int,string]]::new(); $d[5] = 'x'; $d[5]; $d['5']", ["String:x", "String:x"]),
    (f"$d = [{_G}Dictionary[string,int]]::new(); $d.Add('a',1); $d.Add('a',2)", ["!ArgumentException"]),
    (f"$d = [{_G}Dictionary[string,int]]::new([StringComparer]::OrdinalIgnoreCase); $d['A'] = 1; $d['a']", ["Int32:1"]),
    (
        (
            f"$d = [{_G}Dictionary[string,int]]@{{a=1}}; $v = 0; $d.TryGetValue('a',[ref]$v); $v; "
            f"$d.TryGetValue('b',[ref]$v); $v"
        ),
        ["Boolean:True", "Int32:1", "Boolean:False", "Int32:0"],
    ),
    (
        f"foreach ($p in ([{_G}Dictionary[int,string]]@{{1='a'}}).GetEnumerator()) {{ $p.Key; $p.Value; \"$p\" }}",
        ["Int32:1", "String:a", "String:[1, a]"],
    ),
    (f"([{_G}SortedDictionary[string,int]]@{{b=1;a=2}}).Keys -join ','", ["String:a,b"]),
    (
        f"$s = [{_G}SortedList[string,int]]@{{b=1;a=2}}; $s.IndexOfKey('b'); $s.Values -join ','",
        ["Int32:1", "String:2,1"],
    ),
    (
        f"$h = [{_G}HashSet[string]]('a','b','a'); $h.Count; $h.Add('b'); $h.Contains('A'); \"$h\"",
        ["Int32:2", "Boolean:False", "Boolean:False", "String:a b"],
    ),
    (
        (
            f'$h = [{_G}HashSet[int]](1,2,3); $h.IntersectWith([int[]](2,3,4)); "$h"; $h.IsSubsetOf([int[]](2,3)); '
            f'$h.SymmetricExceptWith([int[]](3,9)); "$h"; $h.Overlaps([int[]](9)); $h.SetEquals([int[]](9,2))'
        ),
        ["String:2 3", "Boolean:True", "String:2 9", "Boolean:True", "Boolean:True"],
    ),
    (
        f"$s = [{_G}SortedSet[int]](3,1,2); \"$s\"; $s.Min; $s.Max; $s.GetViewBetween(2,3) -join ','",
        ["String:1 2 3", "Int32:1", "Int32:3", "String:2,3"],
    ),
    (
        f"$q = [{_G}Queue[int]]::new(); $q.Enqueue(3); $q.Enqueue('4'); $q.Dequeue(); $q.Peek(); $q.Count",
        ["Int32:3", "Int32:4", "Int32:1"],
    ),
    (
        f"$s = [{_G}Stack[int]](1,2); $s.Pop(); $s.Push(7); $s.Peek(); $s.ToArray() -join ','",
        ["Int32:2", "Int32:7", "String:7,1"],
    ),
    (f"[{_G}Queue[int]]::new().Dequeue()", ["!InvalidOperationException"]),
    (
        (
            f'$l = [{_G}LinkedList[int]](1,2); [void]$l.AddFirst(0); "$l"; $l.First.Next.Value; '
            "$l.Last.Previous.Value; $l.RemoveLast(); $l.Count"
        ),
        ["String:0 1 2", "Int32:1", "Int32:1", "Int32:2"],
    ),
    (
        (
            "$c = [Collections.Concurrent.ConcurrentDictionary[string,int]]::new(); $c.GetOrAdd('a',5); "
            "$c.TryAdd('a',1); $v = 0; $c.TryRemove('a',[ref]$v); $v; $c.IsEmpty"
        ),
        ["Int32:5", "Boolean:False", "Boolean:True", "Int32:5", "Boolean:True"],
    ),
    (",[Collections.ObjectModel.Collection[string]](1,2)", ["Collections.ObjectModel.Collection`1(String:1 String:2)"]),
    ("[Collections.ObjectModel.ReadOnlyCollection[int]](1,2) | % { $_ }", ["Int32:1", "Int32:2"]),
    (
        "[Tuple]::Create(1,'a').Item2; [Tuple[int,string]]::new(1,'b').ToString(); [ValueTuple]::Create(1,2).Item1",
        ["String:a", "String:(1, b)", "Int32:1"],
    ),
    (f"[{_G}List[int[]]]$x = [int[]](1, 2, 3); $x.Count; [{_G}List[int]]$y = 1, 2; $y.Count", ["Int32:1", "Int32:2"]),
    (f"$h = [{_G}HashSet[string]]::new([string[]]('a', 'b')); $h -eq 'A'; $h -match 'b'", ["String:a", "String:b"]),
    (f"[{_G}KeyValuePair[string,int]]::new('a','3').Value", ["Int32:3"]),
    (
        "([Func[int,int]]{ param($x) $x + 1 }).Invoke('4'); ([Func[int,string]]{ $_ }).Invoke(4)",
        ["Int32:5", "String:4"],
    ),
    ("([Action[string]]{ param($s) $global:seen = $s }).Invoke('hi'); $seen", ["String:hi"]),
    ("([Predicate[int]]{ $args[0] -gt 1 }).Invoke(2)", ["Boolean:True"]),
    (
        (
            "$a = [int[,]]::new(2,3); $a[0,1] = '5'; $a[0,1]; $a[-1,-1]; $a.Rank; $a.Length; $a.GetLength(1); "
            "$a.GetType().Name"
        ),
        ["Int32:5", "Int32:0", "Int32:2", "Int32:6", "Int32:3", "String:Int32[,]"],
    ),
    ("$a = [int[,]]::new(2,3); $a[5]", ["!NeedMultidimensionalIndex"]),
    ("$a = [int[,]]::new(2,3); $a[5,5]", ["!System.IndexOutOfRangeException"]),
    (",[object[][]]((1,2),(3,4))", ["Object[][](Object[](Int32:1 Int32:2) Object[](Int32:3 Int32:4))"]),
    (",[int[]](1,'2',3.7)", ["Int32[](Int32:1 Int32:2 Int32:4)"]),
    (
        "[System.DayOfWeek].IsEnum; [IO.FileMode]'Open'; [IO.FileAttributes]'Hidden,System'",
        ["Boolean:True", "IO.FileMode:Open", "IO.FileAttributes:Hidden, System"],
    ),
    (
        '"$([int]) $([string[]]) $([pscustomobject])"; [int].ToString()',
        ["String:int string[] psobject", "String:System.Int32"],
    ),
    ("'abc'.Insert.OverloadDefinitions", ["String:string Insert(int startIndex, string value)"]),
]


@pytest.mark.parametrize(("script", "expected"), CASES)
def test_generics(run: Any, script: str, expected: list[str]) -> None:
    assert shapes(run(script)) == expected
