"""Help as text: the views of Get-Help."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from typing import Any

from remora.engine.convert.text import to_text
from remora.engine.format.access import get

_COMMON = (
    "This cmdlet supports the common parameters: Verbose, Debug, ErrorAction, ErrorVariable, WarningAction, "
    "WarningVariable, OutBuffer, PipelineVariable, and OutVariable. For more information, see "
    "about_CommonParameters (https://go.microsoft.com/fwlink/?LinkID=113216)."
)
_INDENT = " " * 4
_WIDTH = 110


def _many(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def _texts(items: Any) -> str:
    return "\n".join(to_text(get(item, "Text")) for item in _many(items)).rstrip("\n")


def _indented(text: str, levels: int = 1) -> list[str]:
    """Lines, each indented and wrapped."""
    out: list[str] = []
    for line in text.split("\n"):
        lead = _INDENT * levels + line[: len(line) - len(line.lstrip())]
        out.extend(
            textwrap.wrap(line.strip(), _WIDTH, initial_indent=lead, subsequent_indent=lead) or [_INDENT * levels]
        )
    return out


def parameter_syntax(parameter: Any) -> str:
    """One parameter of a syntax line."""
    name, required = f"-{get(parameter, 'name')}", to_text(get(parameter, "required")) == "true"
    value, group = get(parameter, "parameterValue"), get(parameter, "parameterValueGroup")
    if to_text(get(parameter, "position")) != "named":
        name = f"[{name}]"
    shown = name
    if group is not None:
        shown = f"{name} {{{' | '.join(to_text(one) for one in _many(get(group, 'parameterValue')))}}}"
    elif value is not None:
        shown = f"{name} <{to_text(value)}>"
    return shown if required else f"[{shown}]"


def syntax_item(item: Any) -> str:
    """One syntax line."""
    parts = [to_text(get(item, "name")), *(parameter_syntax(one) for one in _many(get(item, "parameter")))]
    if get(item, "CommonParameters"):
        parts.append("[<CommonParameters>]")
    return " ".join(parts)


def syntax_lines(syntax: Any) -> list[str]:
    """The syntax of a command, wrapped."""
    out: list[str] = []
    for item in _many(get(syntax, "syntaxItem")):
        out.extend([*_indented(syntax_item(item)), ""])
    return out


def parameter_lines(parameter: Any, levels: int = 1, *, details: bool = True) -> list[str]:
    """A parameter with what is said about it; details: the table of its traits too."""
    kind = to_text(get(get(parameter, "type"), "name"))
    head = f"-{get(parameter, 'name')}" + ("" if kind == "SwitchParameter" and not details else f" <{kind}>")
    if kind == "SwitchParameter":
        head = f"-{get(parameter, 'name')} [<SwitchParameter>]"
    out = _indented(head, levels)
    out.extend(_indented(_texts(get(parameter, "description")), levels + 1))
    if not details:
        return [*out, ""]
    out.append(_INDENT * (levels + 1))
    for label, key in (
        ("Required?", "required"),
        ("Position?", "position"),
        ("Default value", "defaultValue"),
        ("Accept pipeline input?", "pipelineInput"),
        ("Aliases", "aliases"),
        ("Accept wildcard characters?", "globbing"),
    ):
        out.append(f"{_INDENT * (levels + 1)}{label:<29}{to_text(get(parameter, key))}")
    return [*out, ""]


def all_parameter_lines(parameters: Any) -> list[str]:
    """All parameters of a command."""
    return [line for one in _many(get(parameters, "parameter")) for line in parameter_lines(one)]


def example_lines(examples: Any, levels: int = 1) -> list[str]:
    """Examples under each other."""
    out: list[str] = []
    for one in _many(get(examples, "example")):
        out.extend([_INDENT * levels + to_text(get(one, "title")), ""])
        prompt = _texts(get(one, "introduction"))
        out.extend(_INDENT * levels + line for line in (prompt + to_text(get(one, "code"))).split("\n"))
        remarks = _texts(get(one, "remarks"))
        out.extend(["", *_indented(remarks, levels)] if remarks else [])
        out.extend(["", ""])
    return out


def _section(title: str, lines: Iterable[str]) -> list[str]:
    return [title, *lines, _INDENT, ""]


def help_text(found: Any) -> str:
    """The view the object's type names ask for: default, detailed, full or examples."""
    names = [name.lower() for name in getattr(found, "type_names", ())]
    view = next((name.partition("#")[2] for name in names if "#" in name), "")
    full, detailed = view == "fullview", view == "detailedview"
    name = to_text(get(found, "Name"))
    synopsis = to_text(get(found, "Synopsis")).strip("\n")
    out = ["", *_section("NAME", _indented(name)), *_section("SYNOPSIS", _indented(synopsis))]
    if view == "examplesview":
        return "\n".join([*out, "", *example_lines(get(found, "examples"))])
    out.extend(_section("SYNTAX", syntax_lines(get(found, "syntax"))))
    out.extend(_section("DESCRIPTION", _indented(_texts(get(found, "description")))))
    if full or detailed:
        out.extend(_long_sections(found, full=full))
    targets = _many(get(get(found, "relatedLinks"), "navigationLink"))
    links = [to_text(get(one, "linkText") or get(one, "uri")) for one in targets]
    if links or not detailed:
        out.extend(["RELATED LINKS", *(_INDENT + link for link in links), ""])
    if not full:
        out.extend(
            [
                "REMARKS",
                f'{_INDENT}To see the examples, type: "Get-Help {name} -Examples"',
                f'{_INDENT}For more information, type: "Get-Help {name} -Detailed"',
                f'{_INDENT}For technical information, type: "Get-Help {name} -Full"',
                "",
            ]
        )
    return "\n".join(out)


def _long_sections(found: Any, *, full: bool) -> list[str]:
    parameters = _many(get(get(found, "parameters"), "parameter"))
    lines = [line for one in parameters for line in parameter_lines(one, details=full)]
    items = _many(get(get(found, "syntax"), "syntaxItem"))
    if any(get(item, "CommonParameters") for item in items):
        lines.extend([*_indented("<CommonParameters>"), *_indented(_COMMON, 2)])
    out = _section("PARAMETERS", lines)
    if full:
        for title, group, one in (("INPUTS", "inputTypes", "inputType"), ("OUTPUTS", "returnValues", "returnValue")):
            names = [to_text(get(get(item, "type"), "name")) for item in _many(get(get(found, group), one))]
            out.extend(_section(title, [line for name in names for line in _indented(name)]))
        alerts = _texts(get(get(found, "alertSet"), "alert"))
        out.extend(["NOTES", "", *_indented(alerts), _INDENT, ""] if alerts else [])
    examples = example_lines(get(found, "examples"))
    if examples:
        out.extend(examples)
    return out
