"""``#requires`` lines of scripts: versions, editions, rights and modules. Source: about_Requires."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from remora.engine import ast
from remora.engine.binding.script import constant
from remora.engine.compile import compile_text
from remora.engine.convert.text import to_text
from remora.engine.errors import PSError, error
from remora.engine.initial import PS_VERSION
from remora.engine.module.exports import ImportRequest
from remora.engine.module.loading import ModuleLoader
from remora.engine.module.manifest import safe_value
from remora.engine.module.specification import ModuleSpecification
from remora.engine.pipes import Pipes

if TYPE_CHECKING:
    from remora.engine.frame import Frame


def check_requires(lines: tuple[str, ...], name: str, f: Frame) -> None:
    """Raise ScriptRequiresException when the engine or the user are not what the script asks for; import modules."""
    modules: list[ModuleSpecification] = []
    for line in lines:
        for parameter, values in parameters_of(line, f):
            if parameter == "version":
                _check_version(to_text(values[0]), name)
            elif parameter == "psedition" and not any(to_text(one).lower() == "core" for one in values):
                editions = ",".join(to_text(one) for one in values)
                raise _unmet(
                    f"The script '{name}' cannot be run because it contained a \"#requires\" statement for PowerShell "
                    f"editions '{editions}'. The edition of PowerShell that is required by the script does not match "
                    "the currently running PowerShell Core edition.",
                    "ScriptRequiresUnmatchedPSEdition",
                    name,
                )
            elif parameter == "runasadministrator" and os.geteuid() != 0:
                raise _unmet(
                    f"The script '{name}' cannot be run because it contains a \"#requires\" statement for running as "
                    "Administrator. The current PowerShell session is not running as Administrator. Start PowerShell "
                    "by using the Run as Administrator option, and then try running the script again.",
                    "ScriptRequiresElevation",
                    name,
                    "PermissionDenied",
                )
            elif parameter == "modules":
                modules.extend(ModuleSpecification.of(one) for one in values)
    if modules:
        _import(modules, name, f)


def parameters_of(line: str, f: Frame) -> list[tuple[str, list[Any]]]:
    """(folded full name, values) of each parameter; names may be shortened."""
    end = compile_text(f"requires {line}").node.end
    statement = end.statements[0] if end is not None and end.statements else None
    command = statement.elements[0] if isinstance(statement, ast.Pipeline) else None
    found: list[tuple[str, list[Any]]] = []
    for element in command.elements if isinstance(command, ast.Command) else ():
        if isinstance(element, ast.CommandParameter):
            known = ("version", "psedition", "modules", "runasadministrator", "shellid", "pssnapin")
            full = next((one for one in known if one.startswith(element.name.lower())), element.name.lower())
            found.append((full, _values(element.argument, f) if element.argument is not None else []))
        elif found:
            found[-1][1].extend(_values(element, f))
    return [pair for pair in found if pair[1] or pair[0] == "runasadministrator"]


def _values(node: ast.Expr, f: Frame) -> list[Any]:
    if isinstance(node, ast.ArrayLiteral):
        return [value for item in node.items for value in _values(item, f)]
    if isinstance(node, ast.HashLiteral):
        return [safe_value(f.context, node.extent.text)]
    if isinstance(node, ast.Constant):
        return [node.extent.text]
    value = constant(node)
    return list(value) if isinstance(value, list) else [value]


def _check_version(text: str, name: str) -> None:
    wanted = tuple(int(part) for part in text.split(".")[:2])
    if wanted > (PS_VERSION.major, PS_VERSION.minor):
        raise _unmet(
            f"The script '{name}' cannot be run because it contained a \"#requires\" statement for PowerShell {text}. "
            "The version of PowerShell that is required by the script does not match the currently running version of "
            f"PowerShell {PS_VERSION}.",
            "ScriptRequiresUnmatchedPSVersion",
            name,
        )


def _import(modules: list[ModuleSpecification], name: str, f: Frame) -> None:
    missing: list[ModuleSpecification] = []
    for wanted in modules:
        known = f.context.modules.values()
        if any(m.name.lower() == wanted.name.lower() and wanted.accepts(m) for m in known):
            continue
        loader = ModuleLoader(
            f,
            Pipes(f.context, f.scope, f.sinks),
            f.context.global_scope.session,
            ImportRequest(check_names=False),
            report=lambda problem: None,
        )
        try:
            loader.load(wanted)
        except PSError:
            missing.append(wanted)
    if missing:
        raise _unmet(
            f"The script '{name}' cannot be run because the following modules that are specified by the \"#requires\" "
            f"statements of the script are missing: {', '.join(one.net_text() for one in missing)}.",
            "ScriptRequiresMissingModules",
            name,
        )


def _unmet(message: str, id: str, name: str, category: str = "ResourceUnavailable") -> PSError:
    return error(message, id, category, name, type_name="System.Management.Automation.ScriptRequiresException")
