"""Parser: error ids and positions, the incomplete/wrong distinction, extents, and that nothing but ParseError ever
comes out.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remora.engine import ast
from remora.engine.parser import parse
from remora.engine.source import ParseError

WRONG = [
    ("1 2", "UnexpectedToken", 2),
    ("5 = 3", "InvalidLeftHandSide", 0),
    ("$a[]", "MissingArrayIndexExpression", 3),
    ("if 1 {}", "MissingOpenParenthesisInIfStatement", 2),
    ("1 | 2", "ExpressionsMustBeFirstInPipeline", 4),
    ('"$a:"', "InvalidVariableReferenceWithDrive", 1),
    ("@{a=1; A=2}", "DuplicateKeyInHashLiteral", 7),
    ("foo | | bar", "EmptyPipeElement", 5),
    ("foo\n\n| bar", "EmptyPipeElement", 5),
    ("foo\n`\n| bar", "EmptyPipeElement", 6),
    ("1 -foo 2", "UnexpectedToken", 2),
    ("[]", "MissingTypename", 1),
    ("}", "UnexpectedToken", 0),
    ("try {}; 1", "MissingCatchOrFinally", 6),
    ("function f($a, $a) {}", "DuplicateFormalParameter", 15),
    ("parallel { }", "UnexpectedKeyword", 0),
    ("from", "ReservedKeywordNotAllowed", 0),
    ("a < b", "RedirectionNotSupported", 2),
    ("(1,)", "MissingExpressionAfterToken", 3),
    ("1..)", "ExpectedValueExpression", 3),
]
INCOMPLETE = [
    ("if (", "IfStatementMissingCondition"),
    ("if (1) {", "MissingEndCurlyBrace"),
    ('"abc', "TerminatorExpectedAtEndOfString"),
    ("'abc", "TerminatorExpectedAtEndOfString"),
    ("@'\nabc", "TerminatorExpectedAtEndOfString"),
    ("(1", "MissingEndParenthesisInExpression"),
    ("{", "MissingEndCurlyBrace"),
    ("@{a=1", "MissingEndCurlyBrace"),
    ("1 +", "ExpectedValueExpression"),
    ("$x =", "ExpectedValueExpression"),
    ("foo |", "EmptyPipeElement"),
    ("<# open", "MissingTerminatorMultiLineComment"),
    ("function f {", "MissingEndCurlyBrace"),
    ("$(1", "MissingEndParenthesisInSubexpression"),
    ("while", "MissingOpenParenthesisAfterKeyword"),
]
VALID = [
    "",
    "# only a comment",
    (
        "Get-ChildItem -Path foo,bar -Recurse:$false | Where-Object { $_.Length -gt 1kb } | Select-Object -First 1 "
        "> out.txt 2>&1"
    ),
    "$x = @{ a = 1; 'b c' = 2\n d = if (1) { 2 } else { 3 } }",
    "function f([int]$a = 1, [string[]]$b) { [CmdletBinding()] param() }".replace(
        "{ [CmdletBinding()] param() }", "{ $a }"
    ),
    (
        "function f { [CmdletBinding(SupportsShouldProcess)] param([Parameter(Mandatory, "
        "Position=0)][ValidateSet('a','b')][string]$x = 'a') begin {} process { $x } end {} }"
    ),
    ":outer foreach ($i in 1..3) { while ($true) { break outer } }",
    "switch -regex -casesensitive ($x) { 'a' { 1 } {$_ -gt 3} { 2 } foo* { 3 } default { 4 } }",
    "try { 1 } catch [FormatException], [Exception] { 2 } finally { 3 }",
    "$x.y[0].M(1, 2)::z; [math]::Round(2.5); [System.Collections.Generic.List[string]]::new()",
    "[int[]](1,2); [Dictionary[string,int]]::new(); [int]'5' + 3; [char[]]'abc'",
    "foo\n| bar\n&& baz || qux",
    "foo # a\n  # b\n <# c #>\n  <# d #> | bar",
    "$x++ *>&1; 1 *> $null",
    'echo a"b c"d $x/bar $x.y $(1+1) -Foo:bar --% raw %PATH% | more',
    "-not $a -contains 1; !$b; -split 'a b'; -join 1,2; $i++; --$j",
    "$a = $b = 5; $a, $b = $b, $a; $x ??= 1; $c ? 1 : 2",
    '"a $x $($y.z) ${w}: `n ""q"""',
    '@"\nline $x\n"@ -f 1',
    "7z a b; 1.5kb; .5; 0x1F; 1e3; 1l",
    "& { param($p) $p } 1; . ./x.ps1; &'a b' c",
    "$env:PATH; $global:x; ${a b}; $script:y = 1; $function:f",
    "do { 1 } while (0); do { 1 } until (1); for (;;) { break }",
    "“typographic” + ‘quotes’ – 1",
    "trap { continue } throw 'x'",
    "filter f { $_ }; return; exit 3",
    "if ($a) { 1 } elseif ($b) { 2 } else { 3 }",
    "{ $x }.Invoke(); $l.ForEach{ $_ }; ,1; @(); @(1;2)",
]


@pytest.mark.parametrize(("text", "id", "offset"), WRONG)
def test_wrong_text(text: str, id: str, offset: int) -> None:
    with pytest.raises(ParseError) as caught:
        parse(text)
    assert (caught.value.id, caught.value.incomplete) == (id, False)
    assert caught.value.extent.start == offset


@pytest.mark.parametrize(("text", "id"), INCOMPLETE)
def test_incomplete_text(text: str, id: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse(text)
    assert (caught.value.id, caught.value.incomplete) == (id, True)


@pytest.mark.parametrize("text", VALID)
def test_extents_nest_and_slice_the_source(text: str) -> None:
    script = parse(text)
    for node in script.walk():
        assert 0 <= node.extent.start <= node.extent.end <= len(text)
        assert node.extent.text == text[node.extent.start : node.extent.end]
        for child in node.children():
            if isinstance(child, ast.ParamBlock):
                continue  # parameters written after a function's name stand before its body
            assert node.extent.start <= child.extent.start, (node, child)
            assert child.extent.end <= node.extent.end, (node, child)


def test_lines_and_columns() -> None:
    script = parse("foo\r\n  bar\n\rbaz")
    assert script.end is not None
    positions = [(s.extent.start_line, s.extent.start_column) for s in script.end.statements]
    assert positions == [(1, 1), (2, 3), (4, 1)]


def test_nodes_are_frozen() -> None:
    script = parse("1")
    with pytest.raises(AttributeError):
        script.named = True  # type: ignore[misc]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("echo a-b", ["a-b"]),
        ("echo 'a b' \"c\"", ["a b", "c"]),
        ("echo a`tb", ["a\tb"]),
        ("echo 1..3", ["1..3"]),
        ("echo foo.bar:baz=1", ["foo.bar:baz=1"]),
    ],
)
def test_argument_words(text: str, expected: list[str]) -> None:
    words = [n.value for n in parse(text).walk() if isinstance(n, ast.StringConstant)]
    assert sorted(words) == sorted(["echo", *expected])


def test_deep_nesting_is_a_parse_error() -> None:
    with pytest.raises(ParseError) as caught:
        parse("(" * 5000 + "1" + ")" * 5000)
    assert caught.value.id == "ScriptTooComplicated"


FRAGMENTS = st.sampled_from(
    [
        "$x",
        "1",
        "'a'",
        '"b$x"',
        "(",
        ")",
        "{",
        "}",
        "[int]",
        "[",
        "]",
        "@{",
        "@(",
        "$(",
        "=",
        "+",
        "-eq",
        "|",
        "&&",
        ";",
        "\n",
        " ",
        ",",
        "if",
        "foreach",
        "function f",
        "try",
        "catch",
        ".",
        "::",
        "-Foo",
        ">",
        "2>&1",
        "#",
        "<#",
        "#>",
        "`",
        "@'",
        "'@",
        "??",
        "?",
        ":",
        "..",
        "--%",
    ]
)


@given(
    st.one_of(
        st.text(max_size=60),
        st.lists(FRAGMENTS, max_size=25).map("".join),
        st.lists(FRAGMENTS, max_size=25).map(" ".join),
    )
)
def test_only_parse_errors_come_out(text: str) -> None:
    problem = failure_of(text)
    if problem is not None:
        assert 0 <= problem.extent.start <= problem.extent.end <= len(text)
        assert problem.id
        return
    for node in parse(text).walk():
        assert node.extent.start <= node.extent.end <= len(text)


def failure_of(text: str) -> ParseError | None:
    try:
        parse(text)
    except ParseError as problem:
        return problem
    return None
