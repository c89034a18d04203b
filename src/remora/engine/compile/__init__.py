"""The compiler: syntax tree to Python closures. ``compile_text`` is cached; code is shared between runspaces."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from remora.engine import ast
from remora.engine.code import ScriptCode
from remora.engine.compile import (
    access,
    assign,
    blocks,
    commands,
    core,
    definitions,
    flow,
    literals,
    operators,
)
from remora.engine.errors import ErrorRecord, PSError
from remora.engine.exception_types import exception
from remora.engine.invocation import InvocationInfo, position_message
from remora.engine.parser import parse
from remora.engine.source import ParseError

for _table in (literals.TABLE, operators.TABLE, access.TABLE):
    core.EXPRESSIONS.update(_table)
for _statements in (
    assign.STATEMENT_TABLE,
    blocks.STATEMENT_TABLE,
    commands.STATEMENT_TABLE,
    flow.STATEMENT_TABLE,
    definitions.STATEMENT_TABLE,
):
    core.STATEMENTS.update(_statements)
core.VALUES.update(assign.VALUE_TABLE)
core.VALUES.update(commands.VALUE_TABLE)
core.VALUES.update(flow.VALUE_TABLE)


MAX_SHOWN = 10


def compile_text(text: str, file: str | None = None) -> ScriptCode:
    """Parse and compile. Raises PSError with a ParseException, its id that of the first error."""
    try:
        code = _cached(text, file)
        return (
            code if code.node.types is None and not code.node.usings else ScriptCode(parse(text, file, outside=OUTSIDE))
        )
    except ParseError as problem:
        raise parse_failure(problem) from None


@lru_cache(maxsize=256)
def _cached(text: str, file: str | None) -> ScriptCode:
    return ScriptCode(parse(text, file, outside=OUTSIDE))


class _Session:
    """What the running session knows; asked by texts with classes or using statements only."""

    def knows(self, name: ast.TypeName, usings: tuple[ast.Using, ...]) -> bool:
        from remora.engine.module.using import SessionOutside

        return SessionOutside().knows(name, usings)

    def using_errors(self, usings: tuple[ast.Using, ...]) -> list[ParseError]:
        from remora.engine.module.using import SessionOutside

        return SessionOutside().using_errors(usings)


OUTSIDE: Final = _Session()


def error_text(problem: ParseError) -> str:
    """The position message and what is wrong there."""
    return f"{position_message(problem.extent)}\n{problem.message}"


def parse_failure(problem: ParseError) -> PSError:
    """The PowerShell error of a text that does not parse."""
    kind = "IncompleteParseException" if problem.incomplete else "ParseException"
    invocation = InvocationInfo(None, problem.extent)
    shown = [error_text(one) for one in (problem, *problem.others)[:MAX_SHOWN]]
    if len(problem.others) >= MAX_SHOWN:
        shown[-1] = "Not all parse errors were reported.  Correct the reported errors and try again."
    exc = exception("\n\n".join(shown), f"System.Management.Automation.{kind}")
    exc.properties["Errors"] = (problem, *problem.others)
    record = exc.error_record = ErrorRecord(exc, problem.id, "ParserError")
    record.invocation = invocation
    return PSError(record)


__all__ = ["compile_text", "parse_failure"]
