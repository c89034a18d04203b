"""How a command is called, as text: one line for each parameter set."""

from __future__ import annotations

from remora.engine.binding.metadata import ALL_SETS, CommandMetadata, ParameterMeta, SetSpec
from remora.engine.errors import PSError
from remora.engine.types.accelerators import accelerator_of
from remora.engine.types.typeref import TypeRef

_PREFERRED = {
    "system.management.automation.switchparameter": "switch",
    "system.int32": "int",
    "system.int64": "long",
    "system.boolean": "bool",
    "system.object": "Object",
    "system.collections.hashtable": "hashtable",
}


def type_text(parameter: ParameterMeta) -> str:
    """The parameter's type in its short form: an accelerator, or the name without its namespace."""
    if parameter.ps_type:
        return parameter.ps_type
    try:
        return _short(parameter.type)
    except PSError:
        return parameter.type_name


def _short(target: TypeRef) -> str:
    if target.element is not None:
        return f"{_short(target.element)}[]"
    if target.net.name.startswith("System.Nullable") and target.arguments:
        return _short(target.arguments[0])
    if target.arguments:
        return f"{target.short_name.partition('`')[0]}[{','.join(_short(a) for a in target.arguments)}]"
    return _PREFERRED.get(target.name.lower()) or accelerator_of(target.name) or target.short_name


def in_order(metadata: CommandMetadata, set_name: str) -> list[tuple[ParameterMeta, SetSpec]]:
    """A set's own parameters as they are shown: by position, then the mandatory ones, then the rest."""
    chosen = [(p, s) for p in metadata.parameters.values() if (s := p.spec({set_name})) is not None and not s.dont_show]
    placed = sorted((pair for pair in chosen if pair[1].position is not None), key=lambda pair: pair[1].position or 0)
    named = [pair for pair in chosen if pair[1].position is None]
    return [*placed, *(p for p in named if p[1].mandatory), *(p for p in named if not p[1].mandatory)]


def parameter_text(parameter: ParameterMeta, spec: SetSpec) -> str:
    """One parameter: its name, in brackets where it may be left out, and its type."""
    label = f"-{parameter.name}"
    if parameter.is_switch:
        return label if spec.mandatory else f"[{label}]"
    if spec.position is not None:
        label = f"[{label}]"
    text = f"{label} <{type_text(parameter)}>"
    return text if spec.mandatory else f"[{text}]"


def set_text(metadata: CommandMetadata, set_name: str) -> str:
    """What follows the command's name in one set."""
    parts = [parameter_text(parameter, spec) for parameter, spec in in_order(metadata, set_name)]
    if metadata.advanced:
        parts.extend(["[-WhatIf]", "[-Confirm]"] if metadata.should_process else ())
        parts.append("[<CommonParameters>]")
    return " ".join(parts)


def syntax_lines(name: str, metadata: CommandMetadata) -> list[str]:
    """One line for each parameter set."""
    return [f"{name} {set_text(metadata, one)}".rstrip() for one in metadata.set_names or (ALL_SETS,)]


def syntax_text(name: str, metadata: CommandMetadata) -> str:
    """The lines as the Definition of a cmdlet has them."""
    return "".join(f"\n{line}\n" for line in syntax_lines(name, metadata))
