"""From the parser's nodes to the objects scripts see: classes and enums."""

from __future__ import annotations

from typing import Any

from remora.engine import ast
from remora.engine.ast import definitions
from remora.engine.source import Extent
from remora.engine.syntax.expressions import ExpressionBuilder, Parent, elements_of
from remora.engine.syntax.nodes import AstObject


class DefinitionBuilder(ExpressionBuilder):
    """Types and their members."""

    def typedefinition(self, node: definitions.TypeDefinition, parent: Parent) -> AstObject:
        made = AstObject("TypeDefinitionAst", node, node.extent, parent)
        made.values["Attributes"] = self.all_of(node.attributes, made, "AttributeAst")
        made.values["BaseTypes"] = elements_of([self._base(one, made) for one in node.bases], "TypeConstraintAst")
        made.values["Members"] = self.all_of(node.members, made, "MemberAst")
        is_enum = node.kind == "enum"
        made.values.update(Name=node.name, IsClass=not is_enum, IsEnum=is_enum, IsInterface=False)
        return made

    def _base(self, name: ast.TypeName, parent: AstObject) -> AstObject:
        """A base type, which stands without brackets."""
        from remora.engine.syntax.nodes import TypeNameObject

        made = AstObject("TypeConstraintAst", name, name.extent, parent)
        made.values["TypeName"] = TypeNameObject(name)
        return made

    def propertymember(self, node: definitions.PropertyMember, parent: Parent) -> AstObject:
        made = AstObject("PropertyMemberAst", node, node.extent, parent)
        made.values["PropertyType"] = self.constraint(node.types[-1], made) if node.types else None
        made.values["Attributes"] = self.all_of(node.attributes, made, "AttributeAst")
        made.values["InitialValue"] = self.maybe(node.initial, made)
        made.values["Name"] = node.name
        return self._flags(made, node)

    def methodmember(self, node: definitions.MethodMember, parent: Parent) -> AstObject:
        made = AstObject("FunctionMemberAst", node, node.extent, parent)
        script = node.script
        body = Extent(script.extent.source, max(script.extent.start - 1, 0), node.extent.end)
        made.values["Attributes"] = self.all_of(node.attributes, made, "AttributeAst")
        made.values["ReturnType"] = self.constraint(node.types[-1], made) if node.types else None
        made.values["Parameters"] = self.all_of(node.parameters, made, "ParameterAst")
        made.values["Body"] = self.script(script, body, made, params=False)
        owner = parent.values.get("Name") if parent is not None else None
        owner = owner or getattr(parent.node if parent is not None else None, "name", "")
        made.values["Name"] = node.name
        made.values["IsConstructor"] = node.name.lower() == str(owner).lower()
        return self._flags(made, node)

    def _flags(self, made: AstObject, node: Any) -> AstObject:
        made.values.update(IsStatic=node.static, IsHidden=node.hidden, IsPublic=not node.hidden, IsPrivate=False)
        return made
