"""After the parse: each type name that means a class or enum of the text is bound to its definition."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from remora.engine import ast

Names = Mapping[str, ast.TypeDefinition]
_put = object.__setattr__


def bind_definitions(root: ast.ScriptNode) -> None:
    """Bind type names, tell script blocks what they define, and mark the ``return`` statements of methods. The root has
    ``types`` in any case: its code belongs to one session and is not shared.
    """
    _put(root, "types", ast.LocalTypes(()))
    pending: list[tuple[ast.Node, Names]] = [(root, {})]
    while pending:
        node, names = pending.pop()
        if isinstance(node, ast.ScriptNode):
            own = tuple(one for one in within(node) if isinstance(one, ast.TypeDefinition))
            if own:
                _put(node, "types", ast.LocalTypes(own))
                names = {**names, **{one.name.lower(): one for one in own}}
        elif isinstance(node, ast.TypeName):
            found = names.get(node.name.lower())
            if found is not None:
                _put(node, "binding", found.binding)
        elif isinstance(node, ast.MethodMember):
            for inner in within(node.script):
                if isinstance(inner, ast.Return):
                    _put(inner, "in_method", True)
        pending.extend((child, names) for child in node.children())


def within(script: ast.ScriptNode) -> Iterator[ast.Node]:
    """The nodes of a script block in the order of the text, without those of inner script blocks, but with those of
    the classes' members outside of their bodies.
    """
    pending = list(script.children())[::-1]
    while pending:
        node = pending.pop()
        yield node
        if not isinstance(node, ast.ScriptNode):
            pending.extend(list(node.children())[::-1])
