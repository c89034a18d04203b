"""Every parse error by id and place, in the order in which they are found; and the errors that come after others."""

from __future__ import annotations

import pytest

from remora.engine import ast
from remora.engine.parser import parse, parse_tolerant
from remora.engine.parser.messages import MESSAGES
from remora.engine.parser.restricted import check_errors
from remora.engine.source import ParseError

# text, then the errors: id at offset; "?" behind the offset where more text could repair it
CASES = [
    ("while (1)", "MissingLoopStatement@9?"),
    ("while () {}", "MissingExpressionAfterKeyword@7"),
    ("while 1 {}", "MissingOpenParenthesisAfterKeyword@5 UnexpectedToken@8"),
    (":x while (", "MissingExpressionAfterKeyword@10?"),
    ("for ($i; 1", "MissingEndParenthesisAfterStatement@10?"),
    ("for (;;) x", "MissingLoopStatement@8"),
    ("foreach ($x of 1) {}", "MissingInInForeach@11 UnexpectedToken@16"),
    ("foreach -nope ($x in 1) {}", "InvalidForeachFlag@8"),
    ("foreach -parallel ($x in 1) {}", "KeywordParameterReservedForFutureUse@0"),
    ("foreach -throttle 2 ($x in 1) {}", "KeywordParameterReservedForFutureUse@0 ThrottleLimitRequiresParallelFlag@0"),
    ("do { } until 1", "MissingOpenParenthesisAfterKeyword@12"),
    ("if (1) { 1 } else 2", "MissingStatementBlockAfterElse@17"),
    ("if (1 { 2 }", "UnexpectedToken@6 MissingEndParenthesisAfterStatement@6"),
    ("switch -parallel (1) { 1 { } }", "KeywordParameterReservedForFutureUse@0"),
    ("switch (1) { 1 { } ", "MissingEndCurlyBrace@11?"),
    ("switch (1) { { } { } }", ""),
    ("try { } catch { } catch { }", "EmptyCatchNotLast@18"),
    ("try { } catch [Exception] { } catch [FormatException] { }", "ExceptionTypeAlreadyCaught@36"),
    ("try { } finally { foreach ($i in 1) { break } }", ""),
    ("try { } finally { & { return } }", ""),
    ("try { } finally { :a while (1) { continue b } }", "ControlLeavingFinally@33"),
    ("data { $x }", "VariableReferenceNotSupportedInDataSection@7"),
    ("data { Get-Date }", "CmdletNotInAllowedListForDataSection@7"),
    ("data -SupportedCommand Get-Date { Get-Date }", ""),
    ("data { 1..2 }", "OperatorNotSupportedInDataSection@7"),
    ("data { (1).x }", "PropertyReferenceNotSupportedInDataSection@7"),
    ("data { [xml]'a' }", "TypeNotAllowedInDataSection@7"),
    ("begin { } 1", "MissingNamedBlocks@10"),
    ("begin { } begin { }", "DuplicateScriptCommandClause@10"),
    ("param($a,) 1", "MissingExpressionAfterToken@9"),
    ("param([int]) 1", "InvalidFunctionParameter@11"),
    ("param($a=) 1", "MissingExpressionAfterToken@9"),
    ("[string] param($a)", "TypeNotAllowedBeforeParam@0"),
    ("function f($a) { param($b) }", "OnlyOneParameterListAllowed@17"),
    ("function { }", "MissingNameAfterKeyword@8"),
    ("[Parameter(Mandatory=)]$x", "MissingExpressionInNamedArgument@21"),
    ("function f { param([Parameter(Position=1, Position=2)]$x) }", "DuplicateNamedArgument@42"),
    ("function f { param([Parameter(Position=$y)]$x) }", "ParameterAttributeArgumentNeedsToBeConstantOrScriptBlock@39"),
    ("[Foo()]1", "UnexpectedAttribute@0"),
    ("[ordered]1", "OrderedAttributeOnlyOnHashLiteralNode@0"),
    ("[int", "EndSquareBracketExpectedAtEndOfAttribute@4"),
    ("[int[", "MissingTypename@5? EndSquareBracketExpectedAtEndOfAttribute@5"),
    ("[list[int,]]", "MissingTypename@10"),
    ("1 2", "UnexpectedToken@2"),
    ("1 -foo", "UnexpectedToken@2"),
    ("'a' 'b c'", "UnexpectedToken@4"),
    (") }", "UnexpectedToken@0 UnexpectedToken@2"),
    ("{ ) }", "MissingEndCurlyBrace@0 UnexpectedToken@2 UnexpectedToken@4"),
    ("a && ", "EmptyPipelineChainElement@4?"),
    ("a && ;b", "EmptyPipelineChainElement@2"),
    ("a & && b", "BackgroundOperatorInPipelineChain@4"),
    ("a > ", "MissingFileSpecification@3"),
    ("a < b", "RedirectionNotSupported@2"),
    ("a 1>&2", "RedirectionNotSupported@2"),
    ("a 2> x 2> y", "StreamAlreadyRedirected@7"),
    ("& ", "MissingExpression@0"),
    ("a -b: ", "ParameterRequiresArgument@5"),
    ("echo @x, 1", "SplattingNotPermittedInArgumentList@5"),
    ("$x.", "MissingPropertyName@3?"),
    ("$x[1", "MissingEndSquareBracket@4?"),
    ("$x.M(1", "MissingEndParenthesisInMethodCall@6?"),
    ("$x.M(1,)", "MissingExpressionAfterToken@7"),
    ("(1 + ) + 2", "ExpectedValueExpression@4"),
    ("(", "ExpectedExpression@1? MissingEndParenthesisInExpression@1?"),
    ("@{ a }", "MissingEqualsInHashLiteral@4"),
    ("@{ a = }", "MissingStatementInHashLiteral@6"),
    ("@{ a = 1 b = 2 }", "UnexpectedToken@9 MissingEndCurlyBrace@2 UnexpectedToken@15"),
    ("@{ 1 = 2; 1 = 3 }", "DuplicateKeyInHashLiteral@10"),
    ("5++", "OperatorRequiresVariableOrProperty@0"),
    ("$a + 1 = 2", "InvalidLeftHandSide@0"),
    ("f() = 1", "ExpectedExpression@2"),
    ("0x1FFFFFFFFFFFFFFFF", "BadNumericConstant@0"),
    ("$", ""),
    ("${}", "EmptyVariableReference@2"),
    ("${a{b}", "OpenBraceNeedsToBeBackTickedInVariableName@4"),
    ("${a", "IncompleteDollarVariableReference@1?"),
    ('"$x: y"', "InvalidVariableReferenceWithDrive@1"),
    ("@' x\n'@", "UnexpectedCharactersAfterHereStringHeader@3"),
    ("@'\nx\n '@", "WhitespaceBeforeHereStringFooter@5"),
    ("a `", "IncompleteString@3?"),
    ("<# x", "MissingTerminatorMultiLineComment@0?"),
    ("var", "ReservedKeywordNotAllowed@0"),
    ("configuration c { }", "ConfigurationNotSupportedInPowerShellCore@0"),
    ("using", "MissingUsingStatementDirective@5?"),
    ("using namespace", "MissingUsingItemName@15?"),
    ("using type a", "MissingEqualsInUsingAlias@12?"),
    ("using namespace a.b c", "MissingStatementTerminator@19"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "errors"), CASES)
def test_errors_and_places(text: str, errors: str) -> None:
    found = [f"{one.id}@{one.extent.start}{'?' * one.incomplete}" for one in parse_tolerant(text).errors]
    assert " ".join(found) == errors


@pytest.mark.parametrize("id", sorted(MESSAGES))
def test_messages_take_their_arguments(id: str) -> None:
    text = MESSAGES[id].format("first", "second", "third")
    assert text.strip() == text
    assert not {"{0}", "{{"} & {text[i : i + n] for n in (2, 3) for i in range(len(text))}


def test_all_errors_come_with_the_first() -> None:
    with pytest.raises(ParseError) as caught:
        parse("1 2 3")
    assert [one.extent.text for one in (caught.value, *caught.value.others)] == ["2", "3"]


def test_what_could_be_read_stands_in_the_error_node() -> None:
    script = parse_tolerant("foreach ($a in $b").script
    assert script.end is not None
    statement = script.end.statements[0]
    assert isinstance(statement, ast.ErrorStatement)
    assert [part.extent.text for part in statement.parts] == ["$a", "$b"]


def test_statements_after_an_error_are_read() -> None:
    script = parse_tolerant("1 +\n)\n$x = 2").script
    assert script.end is not None
    assert isinstance(script.end.statements[-1], ast.Assignment)


def test_restricted_language_with_other_variables() -> None:
    body = parse("$a + $env:HOME").end
    assert body is not None
    wrong = "VariableReferenceNotSupportedInDataSection"
    assert [one.id for one in check_errors(body, None, None)] == [wrong, wrong]
    assert [one.id for one in check_errors(body, None, ["a"])] == [wrong]
    assert check_errors(body, None, ["a"], env=True) == check_errors(body, None, ["*"]) == []
