"""The whole parser, and the functions that parse a text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from remora.engine import ast
from remora.engine.parser.commands import CommandParser
from remora.engine.parser.control import ControlParser
from remora.engine.parser.expressions import ExpressionParser
from remora.engine.parser.postfix import PostfixParser
from remora.engine.parser.script import ScriptParser
from remora.engine.parser.statements import StatementParser
from remora.engine.parser.strings import StringParser
from remora.engine.parser.types import TypeParser
from remora.engine.parser.words import ArgumentParser
from remora.engine.source import Extent, ParseError, Source

if TYPE_CHECKING:
    from remora.engine.parser.outside import Outside

MAX_SOURCE = 32 * 1024 * 1024
_REQUIRES = re.compile(r"^[ \t]*#requires", re.IGNORECASE | re.MULTILINE)


class Parser(
    ScriptParser,
    StatementParser,
    ControlParser,
    CommandParser,
    ArgumentParser,
    ExpressionParser,
    PostfixParser,
    TypeParser,
    StringParser,
):
    """All parts together."""

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self.handlers = {
            "if": self.if_statement,
            "while": self.while_statement,
            "do": self.do_statement,
            "for": self.for_statement,
            "foreach": self.foreach_statement,
            "switch": self.switch_statement,
            "try": self.try_statement,
            "trap": self.trap_statement,
            "data": self.data_statement,
            "throw": self.throw_statement,
            "return": self.return_statement,
            "exit": self.exit_statement,
            "break": self.break_statement,
            "continue": self.continue_statement,
            "function": self.function_statement,
            "filter": self.filter_statement,
            "workflow": self.workflow_statement,
            "class": self.class_statement,
            "enum": self.enum_statement,
        }


class Parsed(NamedTuple):
    """A tree, whole or with error nodes in it, and the errors found, in the order in which they were found."""

    script: ast.ScriptNode
    errors: tuple[ParseError, ...]


def parse_tolerant(text: str, file: str | None = None, *, outside: Outside | None = None) -> Parsed:
    """Parse a script whatever is wrong with it. Never raises for any text. outside: what the session knows."""
    source = Source(text, file)
    parser = Parser(source)
    try:
        if len(text) > MAX_SOURCE:
            raise _too_complicated(source, 0)
        script = parser.parse_script_file()
        if parser.checks:
            _run_checks(parser)
        if script.usings and outside is not None:
            parser.errors.extend(outside.using_errors(script.usings))
        if parser.defines:
            _finish_definitions(parser, script, outside)
    except RecursionError:
        return _failed(source, [*parser.errors, _too_complicated(source, parser.lexer.pos)])
    except ParseError as problem:
        return _failed(source, [*parser.errors, problem])
    if "#" in text and _REQUIRES.search(text):
        from remora.engine.parser.requirements import requirements

        lines, problems = requirements(script, parser.lexer.block_comments)
        script = script.replaced(requires=lines)
        parser.errors.extend(problems)
    return Parsed(script, tuple(parser.errors))


def _run_checks(parser: Parser) -> None:
    from remora.engine.parser.checks import CHECKS

    for _, name, subjects in sorted(parser.checks, key=lambda check: check[0]):
        CHECKS[name](parser, *subjects)


def _finish_definitions(parser: Parser, script: ast.ScriptNode, outside: Outside | None) -> None:
    """Bind the classes of a text and, if it is well formed, check them."""
    from remora.engine.parser.binding import bind_definitions
    from remora.engine.parser.class_checks import class_errors

    bind_definitions(script)
    if not parser.errors:
        usings = script.usings
        known = (lambda name: outside.knows(name, usings)) if outside is not None else (lambda name: True)
        parser.errors.extend(class_errors(script, known))


def _too_complicated(source: Source, offset: int) -> ParseError:
    from remora.engine.parser.messages import MESSAGES

    return ParseError("ScriptTooComplicated", MESSAGES["ScriptTooComplicated"], Extent(source, offset, offset))


def _failed(source: Source, errors: list[ParseError]) -> Parsed:
    empty = ast.Block(Extent(source, 0, 0), ())
    whole = Extent(source, 0, len(source.text))
    return Parsed(ast.ScriptNode(whole, None, None, None, None, empty, None, False), tuple(errors))


def parse(text: str, file: str | None = None, *, outside: Outside | None = None) -> ast.ScriptNode:
    """Parse a script. Raises ParseError (the first error found, with the others), and nothing else, for any text.
    outside: as of parse_tolerant.
    """
    script, errors = parse_tolerant(text, file, outside=outside)
    if errors:
        errors[0].others = errors[1:]
        raise errors[0]
    return script
