"""Syntax as scripts see it: [Parser], Ast objects, tokens, extents, [PSParser], data sections."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

LANGUAGE = "System.Management.Automation.Language"
PARSE = f"$t = $e = $null; $a = [{LANGUAGE}.Parser]::ParseInput(%s, [ref]$t, [ref]$e); "


def parsed(text: str, then: str) -> str:
    """Parse, then run the rest, in which ``~`` is the first statement's expression."""
    then = then.replace("~", "$a.EndBlock.Statements[0].GetPureExpression()")
    quoted = text.replace("'", "''")
    return PARSE % f"'{quoted}'" + then


@pytest.mark.parametrize(
    ("text", "path", "kind"),
    [
        ("1 + 2", "PipelineElements[0].Expression", "BinaryExpressionAst"),
        ("-$x", "PipelineElements[0].Expression", "UnaryExpressionAst"),
        ("$x++", "PipelineElements[0].Expression", "UnaryExpressionAst"),
        ("$a ? 1 : 2", "PipelineElements[0].Expression", "TernaryExpressionAst"),
        ("1, 2", "PipelineElements[0].Expression", "ArrayLiteralAst"),
        ("@(1)", "PipelineElements[0].Expression.SubExpression", "StatementBlockAst"),
        ("$(1)", "PipelineElements[0].Expression", "SubExpressionAst"),
        ("(1)", "PipelineElements[0].Expression.Pipeline", "PipelineAst"),
        ("@{ a = 1 }", "PipelineElements[0].Expression.KeyValuePairs[0].Item2", "PipelineAst"),
        ("{ 1 }", "PipelineElements[0].Expression.ScriptBlock.EndBlock", "NamedBlockAst"),
        ("[int]", "PipelineElements[0].Expression", "TypeExpressionAst"),
        ("[int]$x", "PipelineElements[0].Expression.Type", "TypeConstraintAst"),
        ("[Alias()]$x = 1", "Left", "AttributedExpressionAst"),
        ("$x.y", "PipelineElements[0].Expression", "MemberExpressionAst"),
        ("$x.y(1)", "PipelineElements[0].Expression.Arguments[0]", "ConstantExpressionAst"),
        ("$x[0]", "PipelineElements[0].Expression", "IndexExpressionAst"),
        ("$using:x", "PipelineElements[0].Expression.SubExpression", "VariableExpressionAst"),
        ('"a $b"', "PipelineElements[0].Expression.NestedExpressions[0]", "VariableExpressionAst"),
        ("f -a:1", "PipelineElements[0].CommandElements[1].Argument", "ConstantExpressionAst"),
        ("f > x", "PipelineElements[0].Redirections[0]", "FileRedirectionAst"),
        ("f 2>&1", "PipelineElements[0].Redirections[0]", "MergingRedirectionAst"),
        ("a && b", "RhsPipeline", "PipelineAst"),
        ("$x = 1", "Right", "CommandExpressionAst"),
        ("$x = f", "Right", "PipelineAst"),
        ("if (1) { } else { }", "ElseClause", "StatementBlockAst"),
        ("while (1) { }", "Condition", "PipelineAst"),
        ("do { } until (1)", "Body", "StatementBlockAst"),
        ("do { } while (1)", "Condition", "PipelineAst"),
        ("for (;;) { }", "Body", "StatementBlockAst"),
        ("foreach ($i in 1) { }", "Variable", "VariableExpressionAst"),
        ("switch (1) { 2 { } }", "Clauses[0].Item2", "StatementBlockAst"),
        ("switch -file x { 2 { } }", "Condition", "PipelineAst"),
        ("try { } catch [Exception] { }", "CatchClauses[0].CatchTypes[0]", "TypeConstraintAst"),
        ("throw 1", "Pipeline", "PipelineAst"),
        ("return 1", "Pipeline", "PipelineAst"),
        ("exit 1", "Pipeline", "PipelineAst"),
        ("break x", "Label", "StringConstantExpressionAst"),
        ("continue x", "Label", "StringConstantExpressionAst"),
        ("data x { 1 }", "Body", "StatementBlockAst"),
        ("function f($p) { }", "Parameters[0].Name", "VariableExpressionAst"),
        ("function f { param([int]$p = 1) }", "Body.ParamBlock.Parameters[0].DefaultValue", "ConstantExpressionAst"),
        ("function f { [CmdletBinding()] param() }", "Body.ParamBlock.Attributes[0]", "AttributeAst"),
        (
            "function f { param([Alias(x=1)]$p) }",
            "Body.ParamBlock.Parameters[0].Attributes[0].NamedArguments[0]",
            "NamedAttributeArgumentAst",
        ),
        ("class A : B { [int]$x = 1 }", "Members[0].PropertyType", "TypeConstraintAst"),
        ("class A { static [int] M($p) { return 1 } }", "Members[0].Body", "ScriptBlockAst"),
        ("enum E { a = 1 }", "Members[0].InitialValue", "ConstantExpressionAst"),
        ("for", "", "ErrorStatementAst"),
        ("1 +", "PipelineElements[0].Expression.Right", "ErrorExpressionAst"),
    ],
)
def test_classes_of_nodes(run: Callable[..., Any], text: str, path: str, kind: str) -> None:
    statement = "$a.EndBlock.Statements[0]" + (f".{path}" if path else "")
    outcome = run(parsed(text, f"{statement}.GetType().FullName; {statement} -is [{LANGUAGE}.Ast]"))
    assert outcome.texts == [f"{LANGUAGE}.{kind}", "True"]


@pytest.mark.parametrize(
    ("text", "then", "expected"),
    [
        ("a\nb c", "$a.EndBlock.Statements[1].Extent.StartLineNumber", ["2"]),
        ("a\nb c", "$a.EndBlock.Statements[1].Extent.EndColumnNumber", ["4"]),
        (
            "a; bc",
            "$x = $a.EndBlock.Statements[1].Extent; $x.StartOffset; $x.EndOffset; $x.Text; $x.File",
            ["3", "5", "bc"],
        ),
        ("a", "$p = $a.Extent.StartScriptPosition; $p.Offset; $p.LineNumber; $p.ColumnNumber; $p.Line", list("011a")),
        ("f 1", "$a.EndBlock.Statements[0].PipelineElements[0].GetCommandName()", ["f"]),
        ("& $x", "$null -eq $a.EndBlock.Statements[0].PipelineElements[0].GetCommandName()", ["True"]),
        ("$env:a", "~.VariablePath.DriveName", ["env"]),
        ("$global:a", "$v = ~.VariablePath; $v.IsGlobal; $v.UserPath", ["True", "global:a"]),
        ("1 -ceq 2", "[string]~.Operator", ["Ceq"]),
        ("1 -in 2", "[string]~.Operator", ["Iin"]),
        ("1 -ieq 2", "[string]~.Operator", ["Ieq"]),
        ("!$a", "[string]~.TokenKind", ["Exclaim"]),
        ("-not $a", "[string]~.TokenKind", ["Not"]),
        ("$x -= 1", "[string]$a.EndBlock.Statements[0].Operator", ["MinusEquals"]),
        ("'x'", "[string]~.StringConstantType", ["SingleQuoted"]),
        ("@'\nx\n'@", "[string]~.StringConstantType", ["SingleQuotedHereString"]),
        (
            "[list[int][]]",
            "$n = ~.TypeName; $n.FullName; $n.IsArray; $n.ElementType.IsGeneric",
            ["list[int][]", "True", "True"],
        ),
        ("[Collections.Generic.List[int]]", "~.TypeName.TypeName.GetReflectionType().Name", ["List`1"]),
        ("{ a } | { b { c } }", "@($a.FindAll({ $args[0].GetType().Name -eq 'CommandAst' }, $true)).Count", ["3"]),
        ("{ a }; b", "$a.FindAll({ $args[0].GetType().Name -eq 'CommandAst' }, $false).Extent.Text", ["b"]),
        ("a; b", "$a.Find({ $args[0].GetType().Name -eq 'CommandAst' }, $true).Extent.Text", ["a"]),
        ("a", "$a.EndBlock.Statements[0].Parent.Parent -eq $a", ["True"]),
        ("1 + 2", "& $a.GetScriptBlock()", ["3"]),
        ("@{ a = 1, 2; b = 'x' }", "$h = ~.SafeGetValue(); $h.a.Count; $h.b", ["2", "x"]),
        (
            "begin { } process { 1 }",
            "$a.ProcessBlock.Unnamed; $null -eq $a.EndBlock; $a.BeginBlock.Extent.Text",
            ["False", "True", "begin { }"],
        ),
        (
            "switch -regex -casesensitive (1) { 2 { } }",
            "[string]$a.EndBlock.Statements[0].Flags",
            ["Regex, CaseSensitive"],
        ),
        (
            "$x =",
            "$e.Count; $e[0].ErrorId; $e[0].IncompleteInput; $e[0].Extent.StartOffset",
            ["1", "ExpectedValueExpression", "True", "4"],
        ),
    ],
)
def test_members_of_nodes(run: Callable[..., Any], text: str, then: str, expected: list[str]) -> None:
    outcome = run(parsed(text, then))
    assert [text for text in outcome.texts if text != ""] == expected
    assert outcome.ids == []


def test_safe_value_refuses_what_would_run(run: Callable[..., Any]) -> None:
    outcome = run(
        parsed("$x", "try { $a.EndBlock.Statements[0].SafeGetValue() } catch { $_.Exception.GetType().Name }")
    )
    assert outcome.texts == ["MethodInvocationException"]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("$x = 1", "Variable Equals Number"),
        ("Get-X -a:1 b # c", "Generic Parameter Number Identifier Comment"),
        ("if (-not $a) { 'b' }", "If LParen Not Variable RParen LCurly StringLiteral RCurly"),
        ('@{ a = "x $y" }', "AtCurly Identifier Equals StringExpandable RCurly"),
        (
            "$a.b[0]::c(1)",
            "Variable Dot Identifier LBracket Number RBracket ColonColon Identifier LParen Number RParen",
        ),
        ("a 2>&1 > b", "Identifier Redirection Redirection Identifier"),
        (":l for (;;) { break l }", "Label For LParen Semi Semi RParen LCurly Break Identifier RCurly"),
        ("[int]$x", "LBracket Identifier RBracket Variable"),
        ("$a -ceq 1 -and $b -isplit 2", "Variable Ceq Number And Variable Isplit Number"),
        ("a `\n b", "Identifier LineContinuation Identifier"),
        ("$x ?? $y ??= 1", "Variable QuestionQuestion Variable QuestionQuestionEquals Number"),
        ("a | b; c", "Identifier Pipe Identifier Semi Identifier"),
        ("a && b || c", "Identifier AndAnd Identifier OrOr Identifier"),
        ("class A { hidden $b }", "Class Identifier LCurly Hidden Variable RCurly"),
        ("f @x --% y z", "Identifier SplattedVariable Generic Generic"),
        (
            "function f { param([A()]$x) }",
            "Function Identifier LCurly Param LParen LBracket Identifier LParen RParen RBracket Variable RParen RCurly",
        ),
    ],
)
def test_kinds_of_tokens(run: Callable[..., Any], text: str, kinds: str) -> None:
    assert run(parsed(text, "$t.Kind -join ' '")).texts == [f"{kinds} EndOfInput"]


def test_definitions_of_types(run: Callable[..., Any]) -> None:
    first = "$c = $a.EndBlock.Statements[0]; $m = $c.Members"
    shown = "$c.Name; $c.IsClass; $c.BaseTypes[0].TypeName.Name; $m.Name -join ','; $m.IsStatic -join ','"
    outcome = run(parsed("class A : B { $x; static M() { } A() { } }", f"{first}; {shown}; $m[2].IsConstructor"))
    assert outcome.texts == ["A", "True", "B", "x,M,A", "False,True,False", "True"]


def test_flags_and_data_of_tokens(run: Callable[..., Any]) -> None:
    outcome = run(
        parsed("f -a: $b.c", "$t[0].TokenFlags; $t[1].ParameterName; $t[1].UsedColon; $t[2].Name; $t[4].TokenFlags")
    )
    assert outcome.texts == ["CommandName", "a", "True", "b", "MemberName"]


def test_block_shows_its_tree(run: Callable[..., Any]) -> None:
    outcome = run(
        "$b = { param($x) $x + 1 }; $b.Ast.Extent.Text; $b.Ast.ParamBlock.Parameters[0].Name.VariablePath.UserPath"
    )
    assert outcome.texts == ["{ param($x) $x + 1 }", "x"]


def test_old_tokenizer(run: Callable[..., Any]) -> None:
    tokens = run("$e = $null; [System.Management.Automation.PSParser]::Tokenize('f ''a b'' $c', [ref]$e)")
    outcome = tokens.outputs
    assert len(outcome) == 3
    script = "[System.Management.Automation.PSParser]::Tokenize('f ''a b'' $c', [ref]$null) | "
    assert run(script + '% { "$($_.Type) $($_.Content)" }').texts == ["Command f", "String a b", "Variable c"]


def test_files_are_parsed(run: Callable[..., Any], tmp_path: Any) -> None:
    (tmp_path / "a.ps1").write_text("'x'\n1 +")
    outcome = run(
        f"$e = $null; $a = [{LANGUAGE}.Parser]::ParseFile('{tmp_path}/a.ps1', [ref]$null, [ref]$e); "
        "$a.Extent.File; $e.ErrorId; $e.Extent.StartLineNumber"
    )
    assert outcome.texts == [f"{tmp_path}/a.ps1", "ExpectedValueExpression", "2"]


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("data d { @{ a = 1 } }; $d.a", ["1"]),
        ("data { 'x' }", ["x"]),
        ("data d -SupportedCommand ConvertTo-Json { ConvertTo-Json 1 }; $d", ["1"]),
        ("$c = 'Get-Date'; try { data d -SupportedCommand $c { Write-Output 1 } } catch { $_.FullyQualifiedErrorId }",
         ["CmdletNotInAllowedListForDataSection"]),
        ("using namespace System.Text\n[StringBuilder]::new('x').ToString()", ["x"]),
        ("using namespace System.Collections.Generic\n[List[int]]::new().Count", ["0"]),
        ("using namespace System.Text\n[StringBuilder]::new() -is 'StringBuilder'", ["True"]),
    ],
)  # fmt: skip
def test_sections_and_namespaces(run: Callable[..., Any], script: str, expected: list[str]) -> None:
    assert run(script).texts == expected
