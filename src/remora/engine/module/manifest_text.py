"""The text of a module manifest: every member with a line that says what it is, those without a value as comments."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from remora.engine.convert.text import to_text
from remora.engine.convert.truth import is_true
from remora.engine.module.specification import ModuleSpecification
from remora.engine.scriptblock import ScriptBlock
from remora.engine.types.registry import unwrap
from remora.values.tables import Hashtable


def quoted(value: Any) -> str:
    """A text in single quotes."""
    return "'" + to_text(value).replace("'", "''") + "'"


def listed(values: Iterable[Any] | None) -> str:
    """Texts as a list; none at all as an empty array."""
    parts = [quoted(value) for value in values or ()]
    lines = [""]
    for index, part in enumerate(parts):
        piece = part + (", " if index + 1 < len(parts) else "")
        if lines[-1] and len(lines[-1]) + len(piece) > 64:
            lines.append("")
        lines[-1] += piece
    return ("\n" + " " * 15).join(line.rstrip() for line in lines) if parts else "@()"


def modules(values: Iterable[ModuleSpecification] | None) -> str:
    """Module specifications: names in quotes, those with versions as hashtables."""
    parts = []
    for one in values or ():
        if one.is_bare and one.guid is None:
            parts.append(quoted(one.name))
            continue
        pairs = [
            ("ModuleName", one.name),
            ("GUID", one.guid),
            ("ModuleVersion", one.minimum),
            ("RequiredVersion", one.required),
            ("MaximumVersion", one.maximum),
        ]
        parts.append("@{" + "; ".join(f"{key} = {quoted(item)}" for key, item in pairs if item is not None) + "; }")
    return (", \n" + " " * 15).join(parts) if len(parts) > 1 else "".join(parts) or "@()"


def literal(value: Any) -> str:
    """Private data as it is written in a manifest."""
    value = unwrap(value)
    if value is None:
        return "$null"
    if isinstance(value, bool):
        return "$true" if value else "$false"
    if isinstance(value, ScriptBlock):
        return "{" + value.text + "}"
    if isinstance(value, Hashtable | Mapping):
        return "@{" + "; ".join(f"{quoted(key)} = {literal(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "@(" + ", ".join(literal(item) for item in value) + ")"
    if isinstance(value, int | float):
        return to_text(value)
    return quoted(value)


# member -> (what it is, how its value is written)
Writer = Callable[[Any], str]
MEMBERS: Final[dict[str, tuple[str, Writer]]] = {
    "RootModule": ("The script or binary file this manifest belongs to", quoted),
    "ModuleVersion": ("The version of this module", quoted),
    "CompatiblePSEditions": ("The editions of PowerShell it runs in", listed),
    "GUID": ("What identifies this module", quoted),
    "Author": ("Who wrote it", quoted),
    "CompanyName": ("The company or vendor it comes from", quoted),
    "Copyright": ("Whose rights are reserved", quoted),
    "Description": ("What it does", quoted),
    "PowerShellVersion": ("The least version of PowerShell it needs", quoted),
    "PowerShellHostName": ("The host program it needs", quoted),
    "PowerShellHostVersion": ("The least version of the host program it needs", quoted),
    "DotNetFrameworkVersion": ("The least version of .NET Framework it needs (Desktop edition)", quoted),
    "ClrVersion": ("The least version of the common language runtime it needs (Desktop edition)", quoted),
    "ProcessorArchitecture": ("The processor architecture it needs: None, X86 or Amd64", quoted),
    "RequiredModules": ("Modules to import before this one, for the whole session", modules),
    "RequiredAssemblies": ("Assemblies to load before this module", listed),
    "ScriptsToProcess": ("Scripts to run in the caller's scope before this module is imported", listed),
    "TypesToProcess": ("Type files to load with this module", listed),
    "FormatsToProcess": ("Format files to load with this module", listed),
    "NestedModules": ("Modules to import into this one", modules),
    "FunctionsToExport": ("Functions to export: name them one by one, @() for none", listed),
    "CmdletsToExport": ("Cmdlets to export: name them one by one, @() for none", listed),
    "VariablesToExport": ("Variables to export", listed),
    "AliasesToExport": ("Aliases to export: name them one by one, @() for none", listed),
    "DscResourcesToExport": ("DSC resources to export", listed),
    "ModuleList": ("All modules that come with this one", modules),
    "FileList": ("All files that come with this module", listed),
    "PrivateData": ("Data for the module itself; PSData holds what galleries read", literal),
    "HelpInfoURI": ("Where updated help is found", quoted),
    "DefaultCommandPrefix": ("The prefix its commands get unless Import-Module -Prefix gives another", quoted),
}
PS_DATA: Final[dict[str, tuple[str, Writer]]] = {
    "Tags": ("Words that help to find the module", listed),
    "LicenseUri": ("Where the license is", quoted),
    "ProjectUri": ("The project's page", quoted),
    "IconUri": ("Its icon", quoted),
    "ReleaseNotes": ("What is new", quoted),
    "Prerelease": ("The name of the prerelease", quoted),
    "RequireLicenseAcceptance": (
        "Whether the license must be accepted",
        lambda value: "$true" if is_true(value) else "$false",
    ),
    "ExternalModuleDependencies": ("Modules it needs that come from elsewhere", listed),
}


def _member(key: str, comment: str, value: str | None, indent: str) -> str:
    if value is None:
        empty = (
            "@()"
            if key.endswith(("ToProcess", "ToExport", "List", "Modules", "Assemblies", "Tags", "Editions"))
            else "''"
        )
        return f"{indent}# {comment}\n{indent}# {key} = {empty}\n\n"
    return f"{indent}# {comment}\n{indent}{key} = {value}\n\n"


def private_data(values: Mapping[str, Any], given: Any) -> str:
    """The PrivateData member: a hashtable with PSData in it, or what was given, when that is something else."""
    given = unwrap(given)
    if given is not None and not isinstance(given, Hashtable):
        return _member("PrivateData", MEMBERS["PrivateData"][0], literal(given), "")
    out = [f"# {MEMBERS['PrivateData'][0]}\nPrivateData = @{{\n\n"]
    inner = unwrap(given.get("PSData")) if given is not None else None
    known = dict(inner.items()) if isinstance(inner, Hashtable) else {}
    out.append("    PSData = @{\n\n")
    for key, (comment, write) in PS_DATA.items():
        value = values.get(key, known.pop(key, None))
        out.append(_member(key, comment, write(value) if value is not None else None, " " * 8))
        known.pop(key, None)
    out.extend(f"        {quoted(key)} = {literal(item)}\n\n" for key, item in known.items())
    out.append("    }\n\n")
    if given is not None:
        out.extend(
            f"    {quoted(key)} = {literal(item)}\n\n"
            for key, item in given.items()
            if to_text(key).lower() != "psdata"
        )
    out.append("}\n\n")
    return "".join(out)


def manifest_text(name: str, author: str, date: str, values: Mapping[str, Any], data: Mapping[str, Any]) -> str:
    """The whole file. values: members by name, missing ones are commented out; data: those of PSData."""
    head = [
        "",
        f" Module manifest for module '{name}'",
        "",
        f" Generated by: {author}",
        "",
        f" Generated on: {date}",
        "",
    ]
    out = ["".join(f"#{line}\n" for line in head), "\n@{\n\n"]
    for key, (comment, write) in MEMBERS.items():
        if key == "PrivateData":
            out.append(private_data(data, values.get(key)))
            continue
        value = values.get(key)
        out.append(_member(key, comment, write(value) if value is not None else None, ""))
    out.append("}\n\n")
    return "".join(out)
