"""What is wrong with the classes and enums of a text that reads well: found after the parse, before anything runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from remora.engine import ast
from remora.engine.parser.attribute_checks import check_attributes
from remora.engine.parser.binding import within
from remora.engine.parser.dsc_checks import check_resource
from remora.engine.parser.messages import MESSAGES
from remora.engine.parser.method_flow import MethodFlow
from remora.engine.source import Extent, ParseError

Known = Callable[[ast.TypeName], bool]
_LOOPS: Final = (ast.While, ast.DoLoop, ast.For, ast.ForEach, ast.Switch)


class ClassChecks:
    """The checks of one text. known: tells whether a type name outside of the text is one."""

    def __init__(self, known: Known) -> None:
        self.known = known
        self.errors: list[ParseError] = []

    def report(self, id: str, extent: Extent, *args: object) -> None:
        """Note an error."""
        self.errors.append(ParseError(id, MESSAGES[id].format(*args), extent))

    def script(self, root: ast.ScriptNode) -> list[ParseError]:
        """All errors of the text, in its order."""
        for node in root.walk():
            if isinstance(node, ast.ScriptNode) and node.types is not None:
                self._definitions(node.types.definitions)
        self.errors.sort(key=lambda one: one.extent.start)
        return self.errors

    def _definitions(self, definitions: tuple[ast.TypeDefinition, ...]) -> None:
        seen: set[str] = set()
        for definition in definitions:
            if definition.name.lower() in seen:
                self.report("MemberAlreadyDefined", definition.extent, definition.name)
            seen.add(definition.name.lower())
            check_attributes(self.report, self._attribute_known, definition.attributes, definition.kind)
            if definition.kind == "class":
                self._class(definition)

    def _attribute_known(self, name: ast.TypeName) -> bool:
        return self._named(name) or self.known(name.replaced(name=f"{name.name}Attribute"))

    def _named(self, name: ast.TypeName) -> bool:
        return name.binding is not None or self.known(name)

    def _type(self, name: ast.TypeName) -> None:
        if name.arguments:
            for argument in name.arguments:
                self._type(argument)
        elif not self._named(name):
            self.report("TypeNotFound", name.extent, name.full())

    def _class(self, definition: ast.TypeDefinition) -> None:
        check_resource(self.report, definition)
        for name in definition.bases:
            self._type(name)
        for node in definition.properties():
            check_attributes(self.report, self._attribute_known, node.attributes, "property")
            for name in node.types:
                self._type(name)
            if node.static and node.initial is not None:
                self._no_this(node.initial)
        for method in definition.methods():
            self._method(definition, method)

    # -- methods -------------------------------------------------------------------------------------------------------

    def _method(self, definition: ast.TypeDefinition, method: ast.MethodMember) -> None:
        self._body(definition, method)
        check_attributes(self.report, self._attribute_known, method.attributes, "method")
        for name in method.types:
            self._type(name)
        for parameter in method.parameters:
            check_attributes(self.report, self._attribute_known, parameter.attributes, "parameter")
            for name in parameter.types:
                self._type(name)
            if len(parameter.types) > 1:
                extent = parameter.types[1].extent
                place = Extent(extent.source, extent.start - 1, extent.end + 1)
                self.report("MultipleTypeConstraintsOnMethodParam", place)
        self._flow(definition, method)
        if method.static:
            self._no_this(method.script)
        self._labels(method.script, ())

    def _body(self, definition: ast.TypeDefinition, method: ast.MethodMember) -> None:
        script = method.script
        if script.params is not None:
            self.report("ParamBlockNotAllowedInMethod", script.params.extent)
        blocks = [one for one in (script.dynamic, script.begin, script.process, script.end, script.clean) if one]
        if script.named and blocks:
            self.report("NamedBlockNotAllowedInMethod", blocks[0].extent)
        if method.types and method.name.lower() == definition.name.lower():
            extent = method.types[0].extent
            place = Extent(extent.source, extent.start - 1, extent.end + 1)
            self.report("ConstructorCantHaveReturnType", place)

    def _no_this(self, node: ast.Node) -> None:
        for one in node.walk():
            if isinstance(one, ast.Variable) and one.name.lower() == "this":
                self.report("NonStaticMemberAccessInStaticMember", one.extent, one.name)

    def _flow(self, definition: ast.TypeDefinition, method: ast.MethodMember) -> None:
        returns = method.returns_value()
        flow = MethodFlow([one.name for one in method.parameters])
        if flow.body(method.script) and returns:
            source = method.extent.source
            place = Extent(source, method.name_start, method.name_start + len(method.name))
            self.report("MethodHasCodePathNotReturn", place)
        for variable in flow.unassigned:
            self.report("VariableNotLocal", variable.extent)
        self._properties_assigned(definition, method)
        for node in within(method.script):
            if isinstance(node, ast.Return):
                if node.value is not None and not returns:
                    self.report("VoidMethodHasReturn", node.extent)
                elif node.value is None and returns:
                    self.report("NonVoidMethodMissingReturnValue", node.extent)

    def _properties_assigned(self, definition: ast.TypeDefinition, method: ast.MethodMember) -> None:
        """``$x = 1`` where the class has a property x and the method no parameter of that name."""
        properties = {one.name.lower(): one for one in definition.properties()}
        for parameter in method.parameters:
            properties.pop(parameter.name.lower(), None)
        for node in within(method.script):
            if not isinstance(node, ast.Assignment):
                continue
            for target in _targets(node.left):
                found = properties.get(target.name.lower()) if not target.prefix else None
                if found is not None and found.static:
                    prefix = f"[{definition.name}]::"
                    self.report("MissingTypeInStaticPropertyAssignment", target.extent, prefix, found.name)
                elif found is not None:
                    self.report("MissingThis", target.extent, "$this.", found.name)

    def _labels(self, node: ast.Node, labels: tuple[str, ...]) -> None:
        for child in node.children():
            if isinstance(child, ast.ScriptNode):
                continue
            if isinstance(child, (ast.Break, ast.Continue)):
                label = child.label.value if isinstance(child.label, ast.StringConstant) else ""
                if label and label.lower() not in labels:
                    self.report("LabelNotFound", child.extent, label)
            inner = (*labels, child.label.lower()) if isinstance(child, _LOOPS) else labels
            self._labels(child, inner)


def _targets(node: ast.Expr) -> Iterator[ast.Variable]:
    if isinstance(node, (ast.Cast, ast.AttributedExpr)):
        yield from _targets(node.operand)
    elif isinstance(node, ast.Variable):
        yield node
    elif isinstance(node, ast.ArrayLiteral):
        for item in node.items:
            yield from _targets(item)


def class_errors(root: ast.ScriptNode, known: Known) -> list[ParseError]:
    """The errors of the classes and enums in a parsed text, in its order."""
    return ClassChecks(known).script(root)
