"""The background operator ``&``: the statement as a job, with the variables it reads sent along as ``$using:``."""

from __future__ import annotations

from remora.engine import ast
from remora.engine.compile.core import Closure
from remora.engine.errors import error
from remora.engine.frame import Frame
from remora.engine.scopes import ALL_SCOPE, CONSTANT, READ_ONLY

_OWN = frozenset(("_", "args", "input", "this", "psitem", "?", "^", "$", "myinvocation", "executioncontext", "host"))


def background(node: ast.Pipeline | ast.Chain) -> Closure:
    """Start the job and emit it."""
    text = node.extent.text.rstrip().removesuffix("&").rstrip()
    start = node.extent.start
    places = sorted(
        ((one.extent.start - start, one.name) for one in node.walk() if isinstance(one, ast.Variable) and _sent(one)),
        reverse=True,
    )

    def run(f: Frame) -> None:
        from remora.engine.invoke import call_command

        command = f.context.commands.find("Start-Job")
        if command is None:
            raise error(
                "The background operator needs the Start-Job command.",
                "CommandNotFoundException",
                "ObjectNotFound",
                "Start-Job",
                type_name="System.Management.Automation.CommandNotFoundException",
            )
        block = f.context.make_block(_with_using(f, text, places))
        for job in call_command(f, "Start-Job", [], {"ScriptBlock": block}):
            f.emit(job)

    return run


def _sent(variable: ast.Variable) -> bool:
    return not variable.prefix and not variable.splat and variable.name.lower() not in _OWN


def _with_using(f: Frame, text: str, places: list[tuple[int, str]]) -> str:
    """The text with ``using:`` before the names of variables that the caller has; its own ones the job has itself."""
    for at, name in places:
        cell = f.scope.lookup(name.lower())
        if cell is None or cell.options & (ALL_SCOPE | CONSTANT | READ_ONLY) or text[at : at + 1] != "$":
            continue
        after = at + 2 if text[at + 1 : at + 2] == "{" else at + 1
        text = f"{text[:after]}using:{text[after:]}"
    return text
