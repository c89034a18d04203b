"""ScriptRequirements: what the #requires lines of a script ask for, as scripts see it."""

from __future__ import annotations

from typing import Any

from remora.engine import ast
from remora.engine.convert.conversion import convert_to
from remora.engine.convert.text import to_text
from remora.engine.nettype import NetObject
from remora.engine.syntax.kinds import KINDS
from remora.engine.syntax.nodes import AstObject
from remora.values.collections import TypedArray


class ScriptRequirements(NetObject):
    """parameters: folded name of each parameter of the lines -> its values."""

    __slots__ = ("parameters",)
    net_type = KINDS["ScriptRequirements"]

    def __init__(self, parameters: dict[str, list[Any]]) -> None:
        self.parameters = parameters


def script_requirements(node: AstObject) -> ScriptRequirements | None:
    """The requirements of a script; None when it has no #requires line."""
    from remora.engine.context import current
    from remora.engine.requires import parameters_of

    script = node.node
    if not isinstance(script, ast.ScriptNode) or not script.requires:
        return None
    found: dict[str, list[Any]] = {}
    for line in script.requires:
        for name, values in parameters_of(line, current().active_frame()):
            found.setdefault(name, []).extend(values)
    return ScriptRequirements(found)


def _first(name: str) -> Any:
    return lambda asked: next(iter(asked.parameters.get(name, ())), None)


def _version(asked: ScriptRequirements) -> Any:
    given = asked.parameters.get("version")
    if not given:
        return None
    text = to_text(given[0])
    return convert_to(text if "." in text else f"{text}.0", "version")


def _modules(asked: ScriptRequirements) -> Any:
    from remora.engine.module.specification import ModuleSpecification

    found = [ModuleSpecification.of(one) for one in asked.parameters.get("modules", ())]
    return TypedArray(found, ModuleSpecification.net_type.name)


def _texts(name: str) -> Any:
    return lambda asked: TypedArray([to_text(one) for one in asked.parameters.get(name, ())], "System.String")


_net = ScriptRequirements.net_type
_net.property("RequiredApplicationId", "System.String")(_first("shellid"))
_net.property("RequiredPSVersion", "System.Version")(_version)
_net.property("RequiredPSEditions")(_texts("psedition"))
_net.property("RequiredModules")(_modules)
_net.property("RequiredAssemblies")(_texts("assembly"))
_net.property("IsElevationRequired", "System.Boolean")(lambda asked: "runasadministrator" in asked.parameters)
