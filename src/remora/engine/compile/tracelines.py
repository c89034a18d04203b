"""What Set-PSDebug -Trace 2 tells beside statements: calls and assignments. Source: about_Debuggers."""

from __future__ import annotations

from remora.engine import ast
from remora.engine.convert.text import to_text
from remora.engine.errors import PSError
from remora.engine.frame import Frame

CALLS = 2
"""The level of tracing from which on these are told."""
MAX_SHOWN = 256


def assigned_names(node: ast.Statement) -> tuple[str, ...]:
    """The variables that an assignment sets, as they are written, without those of nested ones."""
    if not isinstance(node, ast.Assignment):
        return ()
    left = node.left
    targets = left.items if isinstance(left, ast.ArrayLiteral) else (left,)
    return tuple(
        f"{one.prefix}:{one.name}" if one.prefix else one.name for one in targets if isinstance(one, ast.Variable)
    )


def show_assignments(f: Frame, names: tuple[str, ...]) -> None:
    """Tell what variables were set to."""
    for name in names:
        found = f.scope.lookup(name.rpartition(":")[2].lower())
        try:
            text = "" if found is None else to_text(found.value)
        except PSError:
            text = ""
        f.context.host.write_debug_line(f"    ! SET ${name} = '{text[:MAX_SHOWN]}'.")


def show_call(f: Frame, name: str, file: str, *, script: bool) -> None:
    """Tell that a function or a script is called."""
    if script:
        line = f"    ! CALL script '{file}'"
    else:
        line = f"    ! CALL function '{name}'" + (f"  (defined in file '{file}')" if file else "")
    f.context.host.write_debug_line(line)
