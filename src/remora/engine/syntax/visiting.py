"""Visits of trees by scripts' own classes: AstVisitor's actions and the values of ICustomAstVisitor."""

from __future__ import annotations

from typing import Any

from remora.engine.convert.conversion import convert_to
from remora.engine.errors import error
from remora.engine.syntax import enums
from remora.engine.syntax.kinds import KINDS
from remora.engine.syntax.nodes import AstObject

_SKIP = 1
_STOP = 2


def declare() -> None:
    """Declare Visit and Accept, and what the visitors do where a class has no method of its own."""
    base = KINDS["Ast"]
    base.method("Visit(object)", returns="void")(_start)
    base.method("Accept(object)")(_accept)
    kept = enums.value(enums.VISIT, "Continue")
    for kind in list(KINDS):
        if kind.endswith("Ast") and kind != "Ast":
            KINDS["AstVisitor"].method(f"{_method(kind)}(object)")(lambda visitor, node: kept)
            KINDS["DefaultCustomAstVisitor"].method(f"{_method(kind)}(object)")(lambda visitor, node: None)
    KINDS["AstVisitor"].constructor("()")(lambda: None)
    KINDS["DefaultCustomAstVisitor"].constructor("()")(lambda: None)


def _method(kind: str) -> str:
    return "Visit" + kind.removesuffix("Ast")


def _required(visitor: Any) -> None:
    if visitor is None:
        raise error(
            "Value cannot be null. (Parameter 'visitor')",
            "ArgumentNullException",
            type_name="System.ArgumentNullException",
        )


def _start(node: AstObject, visitor: Any) -> None:
    _required(visitor)
    _visit(node, visitor)


def _visit(node: AstObject, visitor: Any) -> bool:
    """Visit the node and what is below it, as its visitor decides; False when all is to stop."""
    from remora.engine.members import invoke_member

    action = _own(visitor, _method(node.name), node)
    decided = 0 if action is None else int(convert_to(action, enums.VISIT.name))
    if decided == _STOP:
        return False
    if decided != _SKIP:
        for child in node.children():
            if not _visit(child, visitor):
                return False
    if _has(visitor, "PostVisit"):
        invoke_member(visitor, "PostVisit", [node])
    return True


def _accept(node: AstObject, visitor: Any) -> Any:
    """What the visitor's method for this class of nodes gives."""
    from remora.engine.members import invoke_member

    _required(visitor)
    return invoke_member(visitor, _method(node.name), [node])


def _own(visitor: Any, name: str, node: AstObject) -> Any:
    from remora.engine.members import invoke_member

    return invoke_member(visitor, name, [node]) if _has(visitor, name) else None


def _has(visitor: Any, name: str) -> bool:
    from remora.engine.classes.instance import ScriptObject
    from remora.engine.classes.protocols import overload_of

    return isinstance(visitor, ScriptObject) and overload_of(visitor, name.lower(), 1) is not None
