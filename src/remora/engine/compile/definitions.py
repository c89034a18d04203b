"""Function definitions and the registration of everything the compiler knows."""

from __future__ import annotations

from remora.engine import ast
from remora.engine.code import ScriptCode
from remora.engine.commands import FunctionInfo
from remora.engine.compile.core import Closure, Table
from remora.engine.errors import error
from remora.engine.frame import Frame
from remora.engine.scopes import CONSTANT, READ_ONLY
from remora.engine.scriptblock import ScriptBlock


def _function(node: ast.FunctionDef) -> Closure:
    prefix, colon, bare = node.name.partition(":")
    scoped = bool(colon) and prefix.lower() in ("global", "script", "local", "private")
    name = bare if scoped else node.name
    code = ScriptCode(node.script, name=name)
    code.definition = node
    where = prefix.lower() if scoped else ""

    def define(f: Frame) -> None:
        scope = f.scope.named(where) if where else f.scope
        if scope.functions is None:
            scope.functions = {}
        known = scope.functions.get(name.lower())
        f.context.resolver.check_writable(known)
        if known is not None and known.options & (READ_ONLY | CONSTANT):
            raise error(
                f"Cannot write to function {name} because it is read-only or constant.",
                "FunctionNotWritable",
                "WriteError",
                name,
                type_name="System.Management.Automation.SessionStateUnauthorizedAccessException",
            )
        session = f.scope.session
        owner = session.module
        info = FunctionInfo(
            name,
            ScriptBlock(code, f.context, session),
            is_filter=node.is_filter,
            module=owner.name if owner is not None else "",
        )
        info.owner = owner
        scope.functions[name.lower()] = info
        f.context.resolver.changed()

    return define


def _data(node: ast.Data) -> Closure:
    from remora.engine.compile.sections import data

    return data(node)


def _type_definition(node: ast.TypeDefinition) -> Closure:
    """The types of a script block are there from its beginning; the statement itself does nothing."""
    return lambda f: None


def with_types(node: ast.ScriptNode, body: Closure) -> Closure:
    """The first block of a script block that uses modules or defines types."""

    def run(f: Frame) -> None:
        prepare(f, node)
        body(f)

    return run


def prepare(f: Frame, node: ast.ScriptNode) -> None:
    """Import the modules a script uses, and make its types."""
    if node.usings:
        from remora.engine.module.using import use_modules

        use_modules(f, node.usings)
    if node.types is not None:
        from remora.engine.classes.define import define_types

        define_types(f, node.types)


STATEMENT_TABLE: Table = {ast.FunctionDef: _function, ast.Data: _data, ast.TypeDefinition: _type_definition}
