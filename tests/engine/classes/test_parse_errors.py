"""What is wrong with a class or enum before it runs: ids and offsets of all errors."""

from __future__ import annotations

import pytest

from remora.engine.compile import OUTSIDE
from remora.engine.parser import parse
from remora.engine.source import ParseError

CASES = [
    ("class", [("MissingNameAfterKeyword", 5)]),
    ("enum", [("MissingNameAfterKeyword", 4)]),
    ("class Box", [("MissingTypeBody", 9)]),
    ("class Box {", [("MissingEndCurlyBrace", 11)]),
    ("class Box : {}", [("TypeNameExpected", 11)]),
    ("class Box : Nowhere {}", [("TypeNotFound", 12)]),
    ("class Box { [string] }", [("IncompleteMemberDefinition", 20)]),
    ("class Box { hidden hidden $a }", [("DuplicateQualifier", 19)]),
    ("class Box { [int][long]$a }", [("TooManyTypes", 17)]),
    ("class Box { [nix]$a }", [("TypeNotFound", 13)]),
    ("class Box { go([nix]$a) {} }", [("TypeNotFound", 16)]),
    ("class Box {} class Box {}", [("MemberAlreadyDefined", 13)]),
    ("class Box { go() { param($a) } }", [("ParamBlockNotAllowedInMethod", 19)]),
    ("class Box { go() { end {} } }", [("NamedBlockNotAllowedInMethod", 19)]),
    ("class Box { [int] Box() { throw } }", [("ConstructorCantHaveReturnType", 12)]),
    ("class Box { go([int][long]$a) {} }", [("MultipleTypeConstraintsOnMethodParam", 20)]),
    ("class Box { go([Parameter()]$a) {} }", [("AttributeNotAllowedOnDeclaration", 15)]),
    ("class Box { Box() : bass() {} }", [("MissingBaseCtorCall", 19)]),
    ("class Box { go() : base() {} }", [("MissingFunctionBody", 16)]),
    ("[Nix()]class Box {}", [("CustomAttributeTypeNotFound", 1)]),
    ("[Flags()]class Box {}", [("AttributeNotAllowedOnDeclaration", 0)]),
    ("class Box { [ValidateScript({1})]$a }", [("ParameterAttributeArgumentNeedsToBeConstant", 28)]),
    ("enum Side { left = }", [("ExpectedValueExpression", 18)]),
    ("class Box { go() { return 1 } }", [("VoidMethodHasReturn", 19)]),
    ("class Box { [int] go() { return } }", [("NonVoidMethodMissingReturnValue", 25)]),
    ("class Box { [int] go() { if ($true) { return 1 } } }", [("MethodHasCodePathNotReturn", 18)]),
    ("class Box { [int] go() { foreach ($i in 1, 2) { return 1 } } }", [("MethodHasCodePathNotReturn", 18)]),
    ("class Box { [int] go() { try { return 1 } catch { } } }", [("MethodHasCodePathNotReturn", 18)]),
    ("class Box { [int] go() { try { return 1 } catch { throw } } }", []),
    ("class Box { [int] go() { do { return 1 } until ($true) } }", []),
    ("class Box { [int] go() { for (;;) { } } }", []),
    ("class Box { [int] go() { if ($true) { return 1 } else { throw 'x' } } }", []),
    ("class Box { go() { $a = $b } }", [("VariableNotLocal", 24)]),
    ("class Box { go() { if ($true) { $b = 1 }; $a = $b } }", [("VariableNotLocal", 47)]),
    ("class Box { go() { if ($true) { $b = 1 } else { $b = 2 }; $a = $b } }", []),
    ("class Box { go() { while ($true) { $b = 1 }; $a = $b } }", [("VariableNotLocal", 50)]),
    ("class Box { go() { do { $b = 1 } while ($b); $a = $b } }", []),
    ("class Box { go() { foreach ($b in 1, 2) { }; $a = $b } }", []),
    ("class Box { go() { $a = $global:b + $script:c + $env:d } }", []),
    ("class Box { go() { $a, $b = 1, 2; $a + $b } }", []),
    ("class Box { go() { 1 | ForEach-Object { $outside } } }", []),
    ("class Box { go() { Get-Item / -OutVariable b; $a = $b } }", []),
    ("class Box { $x; go() { $x = 1 } }", [("MissingThis", 23)]),
    ("class Box { $x; go($x) { $x = 1 } }", []),
    ("class Box { static $x; go() { [int]$x = 1 } }", [("MissingTypeInStaticPropertyAssignment", 35)]),
    ("class Box { static go() { $this } }", [("NonStaticMemberAccessInStaticMember", 26)]),
    ("class Box { $a; static $b = $this.a }", [("NonStaticMemberAccessInStaticMember", 28)]),
    ("class Box { go() { while (1) { break away } } }", [("LabelNotFound", 31)]),
    ("class Box { go() { :away while (1) { break away } } }", []),
    (
        "[DscResource()]class Box { }",
        [
            ("DscResourceMissingTestMethod", 0),
            ("DscResourceMissingGetMethod", 0),
            ("DscResourceMissingSetMethod", 0),
            ("DscResourceMissingKeyProperty", 0),
        ],
    ),
    (
        "[DscResource()]class B { [DscProperty(Key)]$k; [bool] Test() { throw } [B] Get() { throw } Set() { } }",
        [],
    ),
]


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text for text, _ in CASES])
def test_errors_of_definitions(text: str, expected: list[tuple[str, int]]) -> None:
    found: list[tuple[str, int]] = []
    try:
        parse(text, outside=OUTSIDE)
    except ParseError as problem:
        found = [(one.id, one.extent.start) for one in (problem, *problem.others)]
    assert found == expected


def test_a_definition_cut_off_is_incomplete() -> None:
    with pytest.raises(ParseError) as caught:
        parse("class Box {\n [int] go() {")
    assert caught.value.incomplete
