"""Classes as they run: members, constructors, inheritance, conversions, errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.cases import cases

SHAPE = """
class Shape {
    [string]$Name = 'shape'
    $Tag
    static [int]$Count = 0
    hidden [int]$Secret = 42
    Shape() { [Shape]::Count++ }
    Shape([string]$name) { $this.Name = $name; [Shape]::Count++ }
    [double] Area() { return 0 }
    [string] Describe() { return "$($this.Name) $($this.Area())" }
    static [Shape] Make([string]$name) { return [Shape]::new($name) }
    [string] ToString() { return "<$($this.Name)>" }
}
class Square : Shape {
    [double]$Side
    Square([double]$side) : base('square') { $this.Side = $side }
    [double] Area() { return $this.Side * $this.Side }
    [string] Describe() { return 'a ' + ([Shape]$this).Describe() }
}
"""

VALUES = cases(r"""
[Shape]::new().Name
=> shape

[Shape]::new('x').Name; (New-Object Shape 'y').Name
=> x | y

[Shape]::Make('z').Name; [Shape]::Count
=> z | 1

$s = [Square]::new(3); $s.Describe(); $s.Name; $s -is [Shape]
=> a square 9 | square | True

"$([Square]::new(1))"; [Square]::new(1).ToString()
=> <square> | <square>

([Shape]@{ Name = 'bag'; Tag = 5 }).Tag
=> 5

[Square].BaseType.Name; [Square].IsSubclassOf([Shape]); [Shape].FullName
=> Shape | True | Shape

$s = [Shape]::new(); $s.Secret; ($s | Get-Member Secret) -eq $null
=> 42 | True

[Shape[]]$a = [Shape]::new(), [Square]::new(2); $a.GetType().Name; $a.Count
=> Shape[] | 2

function take([Shape]$s) { $s.Name }; take ([Square]::new(2)); take 'made'
=> square | made

$l = [System.Collections.Generic.List[Shape]]::new(); $l.Add([Square]::new(1)); $l[0].Side
=> 1

[Shape]::new() -as [Square]; ([Square]::new(1) -as [Shape]).Name
=>  | square

class A { Do() { 'lost'; 1..3 } }
[A]::new().Do(); 'end'
=> end

class A { [object] Nothing() { return & { } } }
$null -eq [A]::new().Nothing()
=> True

class A { [int[]] All() { return 1..3 } }
[A]::new().All().Count
=> 3

class A { [int] Sum() { $t = 0; 1..4 | ForEach-Object { $t += $_ }; return $t } }
[A]::new().Sum()
=> 10

class A { [int]$n = 7; [object] Blocks() { return (1..9).Where({ $_ -eq $this.n }) } }
[A]::new().Blocks()
=> 7

class A { [int]$i; [bool]$b; [string]$s; $o }
$a = [A]::new(); $a.i; $a.b; $null -eq $a.s
=> 0 | False | True

class A { f($x) { $this.v = $x }; f() { $this.v = 'none' }; $v }
$a = [A]::new(); $a.f(); $a.v; $a.f(2); $a.v
=> none | 2

class A { [string] f([int]$x) { return 'int' } [string] f([string]$x) { return 'text' } }
$a = [A]::new(); $a.f(1); $a.f('1')
=> int | text

$script:v = 'script'
class A { [object] f() { return $script:v } }
& { [A]::new().f() }
=> script

class A { [object] f() { $x = 1; return $x } }
$x = 5; $null = [A]::new().f(); $x
=> 5

class A { static A() { [A]::log = 'ran' } static [string]$log }
[A]::log
=> ran

class A { static [int]$n = 5; static [int] Next() { return ++[A]::n } }
[A]::Next(); [A]::Next(); [A]::n
=> 6 | 7 | 7

class A { [object] Clone() { return $this.MemberwiseClone() } $v }
$a = [A]@{ v = 1 }; $b = $a.Clone(); $b.v = 2; $a.v
=> 1

class A { $v = 1 }
$a = [A]::new() | Add-Member note 5 -PassThru; $a.note; $a.v; $a -is [A]
=> 5 | 1 | True

class A { [B]$b }
class B { $c = 3 }
$a = [A]::new(); $a.b = [B]::new(); $a.b.c
=> 3

class A { [string] begin() { return 'b' } [string] end() { return 'e' } }
[A]::new().begin() + [A]::new().end()
=> be

& { class A { $v = 'inner' }; [A]::new().v }; try { [A]::new() } catch { $_.FullyQualifiedErrorId }
=> inner | TypeNotFound

class Stack { $v = 'mine' }
[Stack]::new().v; (New-Object Stack).v
=> mine | mine

Invoke-Expression 'class Late { $v = 9 }; [Late]::new().v'
=> 9

class A { [ValidateRange(1, 3)][int]$n = 1 }
$a = [A]::new(); try { $a.n = 4 } catch { $_.FullyQualifiedErrorId }; $a.n
=> ExceptionWhenSetting | 1

class A { [int]$n }
$a = [A]::new(); try { $a.n = 'x' } catch { $_.FullyQualifiedErrorId }
=> ExceptionWhenSetting

class A { f() { throw 'oops' } }
try { [A]::new().f() } catch { $_.FullyQualifiedErrorId; $_.Exception.GetType().Name }
=> oops | RuntimeException

class A { f() { 1 / 0; $global:after = 1 } }
try { [A]::new().f() } catch { $_.FullyQualifiedErrorId }; $null -eq $after
=> RuntimeException | True

class A { A([int]$n) { } }
try { [A]::new() } catch { $_.FullyQualifiedErrorId }
=> MethodCountCouldNotFindBest

class A { [int] f() { return 'x' } }
try { [A]::new().f() } catch { $_.FullyQualifiedErrorId }
=> InvalidCastFromStringToInteger

class A { static [int]$n = 'x' }
try { [A]::n } catch { $_.Exception.GetType().Name }
=> TypeInitializationException

class A { [ValidateSet('a', 'b')][string]$p; [ValidateRange(1, 2)]$q }
[A].GetProperty('p').GetCustomAttributes($false).ValidValues -join ','
[A].GetProperty('q').GetCustomAttributes($false).Count
=> a,b | 1

try { ([object]'abc').ToString(); ([object]5).GetType().Name } catch { $_ }
=> System.String | Int32
""")


@pytest.mark.parametrize(("script", "expected"), VALUES, ids=[script for script, _ in VALUES])
def test_classes(run: Callable[..., Any], script: str, expected: list[str]) -> None:
    outcome = run(SHAPE + script)
    assert outcome.texts == expected
    assert outcome.ids == []


NATIVE = cases(r"""
class Failure : Exception { [int]$Code; Failure($m, $c) : base($m) { $this.Code = $c } }
try { throw [Failure]::new('boom', 7) } catch [Failure] { $_.Exception.Message; $_.Exception.Code }
=> boom | 7

class Failure : InvalidOperationException { }
try { throw [Failure]::new() } catch [InvalidOperationException] { $_.Exception.GetType().Name }
=> Failure

class Ints : System.Collections.Generic.List[int] { [int] Sum() { $t = 0; foreach ($i in $this) { $t += $i }
return $t } }; $l = [Ints]::new(); $l.Add(3); $l.Add(4); $l.Sum(); $l.Count; $l[1]
($l | Measure-Object).Count
=> 7 | 2 | 4 | 2

class Bag : hashtable { [object] Take($k) { $v = $this[$k]; $this.Remove($k); return $v } }
$b = [Bag]::new(); $b['a'] = 5; $b.Take('a'); $b.Count
=> 5 | 0

class Rank : IComparable { [int]$n; Rank($n) { $this.n = $n }
[int] CompareTo([object]$o) { return $this.n.CompareTo($o.n) } }
(3, 1, 2 | ForEach-Object { [Rank]::new($_) } | Sort-Object).n -join ','
[Rank]::new(2) -gt [Rank]::new(1)
=> 1,2,3 | True

class Same { $n; Same($n) { $this.n = $n } [bool] Equals([object]$o) { return $this.n -eq $o.n } }
[Same]::new(1) -eq [Same]::new(1); [Same]::new(1) -eq [Same]::new(2)
[Same]::new(1), 5 -contains [Same]::new(1)
=> True | False | True

class Range : System.Collections.IEnumerable {
[System.Collections.IEnumerator] GetEnumerator() { return @(1, 2, 3).GetEnumerator() } }
[Range]::new() | ForEach-Object { $_ * 2 }; foreach ($x in [Range]::new()) { $x }
=> 2 | 4 | 6 | 1 | 2 | 3
""")


@pytest.mark.parametrize(("script", "expected"), NATIVE, ids=[script.splitlines()[0] for script, _ in NATIVE])
def test_classes_of_declared_types(run: Callable[..., Any], script: str, expected: list[str]) -> None:
    outcome = run(script)
    assert outcome.texts == expected
    assert outcome.ids == []


MAKING = [
    ("class A { $x; $x }", "MemberAlreadyDefined"),
    ("class A { f() { } f() { } }", "MemberAlreadyDefined"),
    ("class A { f([int]$a) { } f([int]$b) { } }", "MemberAlreadyDefined"),
    ("class A { static A($x) { } }", "StaticConstructorCantHaveParameters"),
    ("class A : string { }", "SealedBaseClass"),
    ("class A { }; class B { }; class C : A, B { }", "InterfaceNameExpected"),
    ("class A { }; class B : A[] { }", "SubtypeArray"),
    ("class A : B { }; class B { }", "TypeNotFound"),
    ("class A : System.Collections.Generic.List`1 { }", "SubtypeUnclosedGeneric"),
    ("class A { A($x) { } }; class B : A { }", "BaseClassNoDefaultCtor"),
    ("class A { A($x) { } }; class B : A { B() { } }", "BaseClassNoDefaultCtor"),
    ("class A : IDisposable { }", "TypeCreationError"),
    ("class A : IComparable { [void] CompareTo([object]$o) { } }", "TypeCreationError"),
    ("enum E { a; A }", "MemberAlreadyDefined"),
    ("enum E : byte { a = -1 }", "EnumeratorValueOutOfBounds"),
    ("enum E { a = [int]::MaxValue; b }", "EnumeratorValueOutOfBounds"),
    ("enum E { a = $x }", "EnumeratorValueMustBeConstant"),
    ("enum E { a = 'x' }", "CannotConvertValue"),
    ("enum E : string { a }", "InvalidUnderlyingType"),
    ("enum E { a = [G]::a }; enum G { a = [E]::a }", "CycleInEnumInitializers"),
]


@pytest.mark.parametrize(("script", "id"), MAKING, ids=[script for script, _ in MAKING])
def test_types_that_cannot_be_made(run: Callable[..., Any], script: str, id: str) -> None:
    assert run(script).ids == [id]


ENUMS = cases(r"""
[Side]::right; [int][Side]::right; [Side]'LEFT'; try { [Side]1 } catch { $_.FullyQualifiedErrorId }
=> right | 5 | left | EnumTypeCastingUndefinedValue

[Side]5 -eq 'right'; 'right' -eq [Side]::right; [Side]::left -lt [Side]::right
=> True | True | True

[Enum]::GetNames([Side]) -join ','; [Enum]::IsDefined([Side], 'left')
=> left,right,top | True

[Enum]::Parse([Side], 'top').value__; [Side]::top.GetType().Name; [Side]::top.ToString()
=> 6 | Side | top

[Mode]3; [Mode]'read, write'; [int][Mode]'read,write'; ([Mode]3).HasFlag([Mode]::write)
=> read, write | read, write | 3 | True

[Mode]::read -bor [Mode]::run
=> read, run

[Enum]::GetUnderlyingType([Small]).Name; [Small]::b -is [Enum]
=> Byte | True

function f([Side]$s) { "$s" }; f right; f 0
=> right | left

switch ([Side]::right) { 'left' { 1 } 'right' { 2 } }; @{ [Side]::top = 1 }[[Side]::top]
=> 2 | 1

class A { [Side]$s }
[A]::new().s; $a = [A]::new(); $a.s = 'top'; $a.s
=> left | top
""")


@pytest.mark.parametrize(("script", "expected"), ENUMS, ids=[script for script, _ in ENUMS])
def test_enums(run: Callable[..., Any], script: str, expected: list[str]) -> None:
    text = "enum Side { left; right = 5; top }\n[Flags()] enum Mode { read = 1; write = 2; run = 4 }\n"
    outcome = run(f"{text}enum Small : byte {{ a; b }}\n{script}")
    assert outcome.texts == expected


def test_a_class_is_made_anew_for_each_run_of_a_text(run: Callable[..., Any]) -> None:
    text = "class A { static [int]$n }; [A]::n++; [A]::n"
    assert run(text).texts == ["1"]
    assert run(text).texts == ["1"]


def test_unbounded_recursion_of_a_method_is_an_error(run: Callable[..., Any]) -> None:
    outcome = run("class A { f() { $this.f() } }; try { [A]::new().f() } catch { $_.FullyQualifiedErrorId }; 'on'")
    assert outcome.texts == ["CallDepthOverflow", "on"]


def test_an_enumerator_is_enumerated(run: Any) -> None:
    script = (
        "class E : Collections.IEnumerator { $n = 0; [bool] MoveNext() { return ++$this.n -le 2 } "
        "[object] get_Current() { return $this.n } [void] Reset() { } }; [E]::new() | % { $_ * 2 }; "
        "foreach ($x in [E]::new()) { $x }"
    )
    assert run(script).texts == ["2", "4", "1", "2"]
