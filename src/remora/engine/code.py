"""ScriptCode: a script block's compiled form, made when first needed, shared by all ScriptBlocks from the same
source.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from remora.engine import ast

if TYPE_CHECKING:
    from remora.engine.binding.metadata import CommandMetadata
    from remora.engine.compile.core import Closure
    from remora.engine.pipeline.quickcall import Plan


class ScriptCode:
    """The closures and parameters of one ScriptNode. name: of the function it belongs to. tree: its Ast object, once
    a script has asked for it. definition: the function's whole definition.
    """

    def __init__(self, node: ast.ScriptNode, name: str = "") -> None:
        self.node = node
        self.name = name
        self.tree: Any = None
        self.definition: ast.FunctionDef | None = None

    @cached_property
    def text(self) -> str:
        """The source inside the braces."""
        return self.node.extent.text

    @property
    def file(self) -> str | None:
        return self.node.extent.source.file

    def _closure(self, node: ast.Block | None) -> Closure | None:
        if node is None:
            return None
        from remora.engine.compile.blocks import block

        run = block(node)
        if (self.node.types is None and not self.node.usings) or node is not self._first_block:
            return run
        from remora.engine.compile.definitions import with_types

        return with_types(self.node, run)

    @property
    def _first_block(self) -> ast.Block | None:
        node = self.node
        return next((one for one in (node.begin, node.process, node.end) if one is not None), None)

    @cached_property
    def begin(self) -> Closure | None:
        return self._closure(self.node.begin)

    @cached_property
    def process(self) -> Closure | None:
        return self._closure(self.node.process)

    @cached_property
    def end(self) -> Closure | None:
        return self._closure(self.node.end)

    @cached_property
    def clean(self) -> Closure | None:
        return self._closure(self.node.clean)

    @cached_property
    def dynamic(self) -> Closure | None:
        return self._closure(self.node.dynamic)

    @cached_property
    def plan(self) -> Plan | None:
        """How it is called in the short way, if it is that simple."""
        from remora.engine.pipeline.quickcall import plan_of

        return plan_of(self)

    @cached_property
    def value_closure(self) -> Closure | None:
        """For a block that is one expression: its collected output as a value; a failure is reported as its
        statement's.
        """
        node = self.node.end
        if not self.is_simple_body or node is None or len(node.statements) != 1 or node.traps:
            return None
        from remora.engine.compile.blocks import value_block

        return value_block(node.statements[0])

    @cached_property
    def is_simple_body(self) -> bool:
        """Only an end block and no parameters: can be run as a body without a call."""
        node = self.node
        blocks = (node.params, node.begin, node.process, node.clean, node.dynamic)
        return all(block is None for block in blocks)

    def metadata(self) -> CommandMetadata:
        """Parameters and sets."""
        return self._metadata

    @cached_property
    def _metadata(self) -> CommandMetadata:
        if self.node.params is None:
            from remora.engine.binding.metadata import CommandMetadata

            return CommandMetadata({}, advanced=False)
        from remora.engine.binding.script import script_metadata

        return script_metadata(self.node.params)

    def using_variables(self) -> list[str]:
        """Names used as ``$using:name`` inside, first spelling of each; those in the block of a nested ForEach-Object
        -Parallel are of the block around it.
        """
        out: dict[str, str] = {}
        pending: list[ast.Node] = [self.node]
        while pending:
            node = pending.pop()
            if isinstance(node, ast.Variable) and node.prefix == "using":
                out.setdefault(node.name.lower(), node.name)
            if not _is_parallel(node):
                pending.extend(node.children())
        return list(out.values())


def _is_parallel(node: ast.Node) -> bool:
    """Tell whether a command is ``ForEach-Object -Parallel``."""
    if not isinstance(node, ast.Command) or not isinstance(node.name, ast.StringConstant):
        return False
    if node.name.value.lower().rpartition("\\")[2] not in ("foreach-object", "foreach", "%"):
        return False
    return any(
        isinstance(one, ast.CommandParameter) and len(one.name) > 1 and "parallel".startswith(one.name.lower())
        for one in node.elements
    )
