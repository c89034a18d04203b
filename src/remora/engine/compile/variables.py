"""Reading and writing variables; names are folded at compile time."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any, Final

from remora.engine import ast
from remora.engine.compile.core import Closure
from remora.engine.convert.text import to_text
from remora.engine.errors import error
from remora.engine.frame import CallInfo, Frame
from remora.engine.nothing import NOTHING
from remora.engine.scopes import PRIVATE, Cell, Scope, not_writable

CONSTANTS: Final[dict[str, Any]] = {"true": True, "false": False, "null": None}
_UNWRITABLE: Final = frozenset(("true", "false"))
_SCOPES: Final = frozenset(("global", "script", "local", "private"))
Writer = Callable[[Frame, Any], None]


def _bound(call: CallInfo) -> Any:
    from remora.values.tables import Hashtable

    if call.bound is None:
        call.bound = Hashtable()
    return call.bound


def _input(call: CallInfo) -> Any:
    return call.input


_CALL: Final[dict[str, Callable[[CallInfo], Any]]] = {
    "args": lambda call: call.args,
    "psboundparameters": _bound,
    "myinvocation": lambda call: call.invocation,
    "pscmdlet": lambda call: call.cmdlet,
    "input": _input,
}


def is_strict(f: Frame, level: int = 1) -> bool:
    """Tell whether Set-StrictMode of at least that version holds here."""
    scope: Scope | None = f.scope
    while scope is not None:
        if scope.strict is not None:
            return scope.strict >= level
        scope = scope.parent
    return False


def unset(f: Frame, name: str) -> Any:
    """The value of a variable that does not exist: $null, or an error in strict mode."""
    if is_strict(f):
        raise error(
            f"The variable '${name}' cannot be retrieved because it has not been set.",
            "VariableIsUndefined",
            "InvalidOperation",
            name,
        )
    return None


def read_variable(node: ast.Variable, raw: bool = False) -> Closure:
    """A closure that reads the variable. raw: NOTHING stays NOTHING (first element of a pipeline, @( ), arguments)."""
    name = sys.intern(node.name.lower())
    if node.prefix:
        return _read_prefixed(node)
    if name in CONSTANTS:
        constant = CONSTANTS[name]
        return lambda f: constant
    if name == "?":
        return lambda f: f.context.success
    if name in ("psscriptroot", "pscommandpath"):
        file = node.extent.source.file or ""
        text = file if name == "pscommandpath" else os.path.dirname(file)
        return _read_place(name, text)
    if name in _CALL:
        return _read_call(name, node.name)
    return _read_plain(name, node.name, raw)


def _read_plain(name: str, shown: str, raw: bool) -> Closure:
    if name == "psitem":
        name = "_"

    def read(f: Frame) -> Any:
        scope = f.scope
        cell = scope.vars.get(name)
        if cell is None:
            parent = scope.parent
            while parent is not None:
                cell = parent.vars.get(name)
                if cell is not None and not cell.options & PRIVATE:
                    break
                cell = None
                parent = parent.parent
            if cell is None:
                return unset(f, shown)
        value = cell.value
        return None if value is NOTHING else value

    def read_raw(f: Frame) -> Any:
        cell = f.scope.vars.get(name)
        if cell is None:
            cell = f.scope.lookup(name)
            if cell is None:
                return unset(f, shown)
        return cell.value

    return read_raw if raw else read


def _read_place(name: str, text: str) -> Closure:
    """$PSScriptRoot and $PSCommandPath are what the source says, unless the call assigned them."""

    def read(f: Frame) -> Any:
        scope: Scope | None = f.scope
        while scope is not None:
            cell = scope.vars.get(name)
            if cell is not None:
                return cell.value
            scope = scope.parent if scope.call is None else None
        return text

    return read


def _read_call(name: str, shown: str) -> Closure:
    get = _CALL[name]

    def read(f: Frame) -> Any:
        scope: Scope | None = f.scope
        while scope is not None:
            cell = scope.vars.get(name)
            if cell is not None:
                return cell.value
            if scope.call is not None:
                return get(scope.call)
            scope = scope.parent
        return unset(f, shown)

    return read


def _read_prefixed(node: ast.Variable) -> Closure:
    prefix, name, folded = node.prefix, node.name, node.name.lower()
    if prefix == "env":
        return lambda f: os.environ.get(name) if name in os.environ else _env_any_case(name)
    if prefix in _SCOPES:
        return _read_scoped(prefix, name)
    if prefix == "variable":
        bare, scope = in_scope(name)
        return _read_plain(folded, name, False) if scope is None else _read_scoped(scope, bare)
    if prefix == "using":
        return _read_using(node)
    if prefix == "function":
        bare, scope = in_scope(folded)
        return lambda f: _function_block(f, bare, scope)
    if prefix == "alias":
        return lambda f: _alias_target(f, folded)
    return lambda f: _drive_get(f, prefix, name)


def in_scope(name: str) -> tuple[str, str | None]:
    """``global:x``, the name of an item of a flat drive, as name and scope; without a scope before it, None."""
    scope, colon, bare = name.partition(":")
    return (bare, scope.lower()) if colon and bare and scope.lower() in _SCOPES else (name, None)


def _read_scoped(prefix: str, name: str) -> Closure:
    folded = name.lower()

    def read(f: Frame) -> Any:
        cell = f.scope.named(prefix).vars.get(folded)
        if cell is None:
            return CONSTANTS[folded] if folded in CONSTANTS else unset(f, f"{prefix}:{name}")
        return None if cell.value is NOTHING else cell.value

    return read


def _env_any_case(name: str) -> Any:
    """Windows-minded scripts write $env:path: an exact miss is tried without case."""
    folded = name.lower()
    return next((value for key, value in os.environ.items() if key.lower() == folded), None)


def _read_using(node: ast.Variable) -> Closure:
    key = "using:" + node.name.lower()

    def read(f: Frame) -> Any:
        cell = f.scope.lookup(key)
        if cell is None:
            raise error(
                "A Using variable cannot be retrieved. A Using variable can be used only with Invoke-Command, "
                "Start-Job, or "
                "InlineScript in the script workflow.",
                "UsingWithoutInvokeCommand",
                "InvalidOperation",
                node.name,
            )
        return cell.value

    return read


def _function_block(f: Frame, folded: str, scope: str | None) -> Any:
    for level in f.scope.chain() if scope is None else (f.scope.named(scope),):
        info = (level.functions or {}).get(folded)
        if info is not None:
            return None if f.context.resolver.shown(info) is None else info.block
    return None


def _alias_target(f: Frame, folded: str) -> Any:
    for level in f.scope.chain():
        info = (level.aliases or {}).get(folded)
        if info is not None:
            return None if f.context.resolver.shown(info) is None else info.target
    return None


def _drive_get(f: Frame, prefix: str, name: str) -> Any:
    drive = f.context.drives.find(prefix)
    if drive is None or drive.content is None:
        return unset(f, f"{prefix}:{name}")
    return drive.content.get(name)


# -- writing -----------------------------------------------------------------------------------------------------------


def write_variable(node: ast.Variable) -> Writer:
    """A function that assigns to the variable."""
    name = sys.intern(node.name.lower())
    if node.prefix:
        return _write_prefixed(node)
    if name == "null":
        return lambda f, value: None
    if name in _UNWRITABLE or name == "?":
        return _refuse(node.name)
    shown = node.name
    if name == "psitem":
        name = shown = "_"

    def write(f: Frame, value: Any) -> None:
        cell = f.scope.vars.get(name)
        if cell is None:
            f.scope.set(shown, value)
        elif cell.guarded:
            cell.assign(value)
        else:
            cell.value = value

    return write


def _refuse(name: str) -> Writer:
    def write(f: Frame, value: Any) -> None:
        raise not_writable(name)

    return write


def _write_prefixed(node: ast.Variable) -> Writer:
    prefix, name = node.prefix, node.name
    if prefix == "env":
        return lambda f, value: set_environment(name, value)
    if prefix in _SCOPES:

        def write(f: Frame, value: Any) -> None:
            scope = f.scope.named(prefix)
            scope.set(name, value)
            if prefix == "private":
                cell = scope.vars[name.lower()]
                cell.set_options(cell.options | PRIVATE)

        return write
    if prefix == "variable":
        bare, inner = in_scope(name)
        return lambda f, value: (f.scope if inner is None else f.scope.named(inner)).set(bare, value)
    if prefix == "function":
        return lambda f, value: _set_function(f, name, value)
    if prefix == "alias":
        return lambda f, value: _set_alias(f, name, value)
    if prefix == "using":
        return _refuse(f"using:{name}")

    def write_drive(f: Frame, value: Any) -> None:
        drive = f.context.drives.find(prefix)
        if drive is None or drive.content is None:
            f.scope.set(f"{prefix}:{name}", value)
            return
        drive.content.set(name, value)

    return write_drive


def set_environment(name: str, value: Any) -> None:
    """``$env:name = value``; $null or an empty text removes the variable."""
    text = to_text(value)
    if value is None or value is NOTHING or text == "":
        os.environ.pop(name, None)
        return
    try:
        os.environ[name] = text
    except ValueError as problem:
        from remora.engine.text.unusable import unusable

        raise error(unusable(problem), "SetEnvironmentFailed", "InvalidArgument", name) from None


def _set_function(f: Frame, name: str, value: Any) -> None:
    from remora.engine.convert.conversion import convert_to
    from remora.engine.session import SessionState

    session = SessionState(f.context, f.scope)
    bare, scope = in_scope(name)
    if value is None:
        session.remove_function(bare, scope)
        return
    session.set_function(bare, convert_to(value, "scriptblock"), scope)


def _set_alias(f: Frame, name: str, value: Any) -> None:
    from remora.engine.commands import AliasInfo
    from remora.engine.session import SessionState

    SessionState(f.context, f.scope).set_alias(AliasInfo(name, to_text(value)))


def swap_cell(scope: Scope, name: str, value: Any) -> Cell | None:
    """Put a fresh cell under the folded name and return the one it hides, for ``restore_cell``."""
    hidden = scope.vars.get(name)
    scope.vars[name] = Cell(name, value)
    return hidden


def restore_cell(scope: Scope, name: str, hidden: Cell | None) -> None:
    """Undo swap_cell."""
    if hidden is None:
        scope.vars.pop(name, None)
    else:
        scope.vars[name] = hidden
