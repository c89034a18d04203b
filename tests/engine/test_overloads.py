"""Operators of classes, and small families of types beside them."""

from __future__ import annotations

from typing import Any

import pytest

C = (
    "class C { [int] $n; C($n) { $this.n = $n } "
    "static [C] op_Addition([C] $a, [C] $b) { return [C]::new($a.n + $b.n) } "
    "static [C] op_Multiply([C] $a, [int] $b) { return [C]::new($a.n * $b) } "
    "static [C] op_Subtraction([int] $a, [C] $b) { return [C]::new($a - $b.n) } }; "
)

TEXT = '$i = [Globalization.StringInfo]::new("ae`u{301}`u{1F1E9}`u{1F1EA}x"); '


@pytest.mark.parametrize(
    ("script", "texts"),
    [
        (C + "([C]::new(2) + [C]::new(3)).n; ([C]::new(2) * 5).n; (9 - [C]::new(2)).n", ["5", "10", "7"]),
        (C + "try { [C]::new(1) / 2 } catch { $_.FullyQualifiedErrorId }", ["MethodNotFound"]),
        ("$b = [Numerics.BitOperations]; $b::PopCount(255); $b::TrailingZeroCount(8); $b::IsPow2(12)",
         ["8", "3", "False"]),
        ("[Numerics.BitOperations]::RotateLeft([uint32] 2147483649, 1); [Numerics.BitOperations]::Log2([uint64] 1024)",
         ["3", "10"]),
        (TEXT + "$i.LengthInTextElements; $i.SubstringByTextElements(1, 1).Length", ["4", "2"]),
        (TEXT + "[Globalization.StringInfo]::ParseCombiningCharacters($i.String)", ["0", "1", "3", "7"]),
        ("$e = [Globalization.StringInfo]::GetTextElementEnumerator('ab'); while ($e.MoveNext()) { $e.Current }",
         ["a", "b"]),
        ("'x/\\'.TrimEnd('/\\'); 'abxba'.Trim('ab'); 'aab'.TrimStart('a')", ["x", "x", "b"]),
        (("[int[]] $l = 1, 2, 3; $found = [Array]::FindAll($l, [Predicate[int]] { $args[0] -gt 1 }); "
         "$found.GetType().Name; [Array]::Find($l, { $args[0] -gt 1 }); [Array]::Exists($l, { $args[0] -gt 3 })"),
         ["Int32[]", "2", "False"]),
        ("[Array]::Empty[string]().GetType().Name; [Array]::Empty[int[]]().GetType().Name", ["String[]", "Int32[][]"]),
        (("[Linq.Enumerable]::OfType[int]((1, 'a', 2)); [Linq.Enumerable]::Cast[string]((1, 2)).GetType().Name; "
         "[Linq.Enumerable]::Empty[int]().GetType().Name"), ["1", "2", "String[]", "Int32[]"]),
        (("class M { static [int] Thrice([int] $x) { return 3 * $x } [int] Twice([int] $x) { return 2 * $x } }; "
         "([Func[int,int]] [M]::Thrice).Invoke(3); ([Func[int,int]] [M]::new().Twice).Invoke(4); "
         "([Func[int,int,int]] [Math]::Max).Invoke(1, 5); ([Func[string,int]] 'abc'.IndexOf).Invoke('c')"),
         ["9", "8", "5", "2"]),
        ("try { [Func[int,int,int,int]] [Math]::Max } catch { $_.FullyQualifiedErrorId }",
         ["ConvertToFinalInvalidCastException"]),
        ("$t = [Tuple]::Create(10, 'b', 'c'); $t[0]; $t[-1]; $t[1, 2] -join '+'", ["10", "c", "b+c"]),
        (("$t = [Management.Automation.OrderedHashtable]; $o = $t::new(); $o.Add('b', 1); $o.Add('a', 2); "
         "$o.Add('A', 3); $o.Keys -join ''; $t::new(10).Count; $t::new(@{ x = 1 }).x; "
         "$c = $o.Clone(); $c['A']; $c.GetType().Name"),
         ["baA", "0", "1", "3", "OrderedHashtable"]),
        ("[Collections.Stack] $s = 1, 2, 3; $s.Pop(); [Collections.Queue] $q = 1, 2; $q.Dequeue()", ["3", "1"]),
        ("(@{ a = 1 }.GetEnumerator() | % { $_ }) -eq (@{ a = 1 }.GetEnumerator() | % { $_ })", ["True"]),
        ("$g = (1, 2, 2 | Group-Object)[0].Group; [Collections.Stack]::new($g).Count", ["1"]),
        ("$g = (1, 2, 2 | Group-Object)[0].Group; [Collections.Queue]::new($g).Count", ["1"]),
        ("$g = (1, 2, 2 | Group-Object)[0].Group; [Collections.ArrayList]::new($g).Count", ["1"]),
        ("$m = 'abc'.Substring; $m.Invoke(1, 1)", ["b"]),
        ("class M { [int] Top($s) { return $s.Peek() } }; [M]::new().Top.Invoke([Collections.Stack] (4, 5))", ["5"]),
        ('"a`u{1F600}b".Substring(1, 2).Length; "a`u{1F600}b".Substring(3)', ["2", "b"]),
        ("$q = [Collections.Generic.Queue[object]]::new(); $q.Enqueue($null); $v = 1; $q.TryDequeue([ref] $v)",
         ["True"]),
        ("(@{ a = 1 }.GetEnumerator() | % { $_ }) -eq (@{ a = 2 }.GetEnumerator() | % { $_ })", ["False"]),
    ],
)  # fmt: skip
def test_results(run: Any, script: str, texts: list[str]) -> None:
    outcome = run(script)
    assert outcome.ids == []
    assert outcome.texts == texts


PATH_TOO_LONG = "The specified file name or path is too long, or a component of the specified path is too long."


@pytest.mark.parametrize(
    ("made", "message"),
    [
        ("IO.PathTooLongException()", PATH_TOO_LONG),
        ("ArgumentException()", "Value does not fall within the expected range."),
        ("ArgumentException('m', 'p')", "m (Parameter 'p')"),
        ("ArgumentNullException('p')", "Value cannot be null. (Parameter 'p')"),
        ("ArgumentNullException('p', 'm')", "m (Parameter 'p')"),
        ("ArgumentOutOfRangeException('p')",
         "Specified argument was out of the range of valid values. (Parameter 'p')"),
        ("Management.Automation.RuntimeException()",
         "Exception of type 'System.Management.Automation.RuntimeException' was thrown."),
    ],
)  # fmt: skip
def test_messages_of_exceptions(run: Any, made: str, message: str) -> None:
    name, _, arguments = made.partition("(")
    assert run(f"[{name}]::new({arguments}.Message").texts == [message]
