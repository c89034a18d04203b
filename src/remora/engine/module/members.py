"""What scripts see of a PSModuleInfo."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from remora.engine.context import current
from remora.engine.convert.conversion import convert, convert_to
from remora.engine.errors import error
from remora.engine.invoke import run_block
from remora.engine.module.custom import as_custom_object
from remora.engine.module.info import PSModuleInfo, dynamic_module
from remora.engine.module.specification import ModuleSpecification
from remora.engine.nettype import NetType
from remora.engine.nothing import collected
from remora.engine.scriptblock import ScriptBlock
from remora.engine.types import registry as r
from remora.engine.types.typeref import register, require
from remora.values.collections import TypedArray
from remora.values.tables import OrderedDictionary

_M = "System.Management.Automation."
MODULE_TYPE: Final = NetType(
    _M + "ModuleType", r.ENUM, enum={"Script": 0, "Binary": 1, "Manifest": 2, "Cim": 3, "Workflow": 4}
)
ACCESS_MODE: Final = NetType(_M + "ModuleAccessMode", r.ENUM, enum={"ReadWrite": 0, "ReadOnly": 1, "Constant": 2})
ARCHITECTURE: Final = NetType(
    "System.Reflection.ProcessorArchitecture",
    r.ENUM,
    enum={"None": 0, "MSIL": 1, "X86": 2, "IA64": 3, "Amd64": 4, "Arm": 5},
)


class ExportTable(OrderedDictionary):
    """Exported members by name: a dictionary that ignores case."""


def _table(items: Mapping[str, Any]) -> ExportTable:
    return ExportTable({item.name: item for item in items.values()})


def _variables(module: PSModuleInfo) -> ExportTable:
    from remora.engine.variable import PSVariable

    return ExportTable({cell.name: PSVariable(cell) for cell in module.exports.variables.values()})


def _text(key: str) -> Any:
    return lambda m: m.manifest.text(key) if m.manifest is not None else ""


def _list(key: str) -> Any:
    return lambda m: TypedArray((m.manifest.texts(key) if m.manifest is not None else None) or (), "System.String")


def _version(key: str) -> Any:
    return lambda m: m.manifest.version(key) if m.manifest is not None else None


def _uri(key: str) -> Any:
    def read(module: PSModuleInfo) -> Any:
        value = module.manifest.data(key) if module.manifest is not None else None
        return convert_to(value, "uri") if value else None

    return read


def _tags(module: PSModuleInfo) -> Any:
    value = module.manifest.data("Tags") if module.manifest is not None else None
    return TypedArray(convert_to(value, "string[]") if value is not None else (), "System.String")


def _notes(module: PSModuleInfo) -> Any:
    value = module.manifest.data("ReleaseNotes") if module.manifest is not None else None
    return None if value is None else convert_to(value, "string")


def _files(key: str) -> Any:
    def read(module: PSModuleInfo) -> Any:
        import os

        names = (module.manifest.texts(key) if module.manifest is not None else None) or []
        return TypedArray([os.path.join(module.base, name) for name in names], "System.String")

    return read


def _architecture(module: PSModuleInfo) -> Any:
    text = module.manifest.text("ProcessorArchitecture") if module.manifest is not None else ""
    return convert(text or "None", require(ARCHITECTURE.name))


def _bound(module: PSModuleInfo, block: ScriptBlock) -> ScriptBlock:
    """NewBoundScriptBlock: the block, running in the module."""
    if module.session is None:
        raise error(
            "This operation cannot be performed on a binary module. It can only be performed on a script module.",
            "InvalidOperation",
            "InvalidOperation",
            type_name="System.InvalidOperationException",
        )
    return ScriptBlock(block.code, block.context, module.session)


def _invoke(module: PSModuleInfo, block: ScriptBlock, *arguments: Any) -> Any:
    values = list(arguments[0]) if len(arguments) == 1 and isinstance(arguments[0], list) else list(arguments)
    out: list[Any] = []
    run_block(current().active_frame(), _bound(module, block), values, out.append)
    return collected(out)


def _caller_variable(module: PSModuleInfo, name: str) -> Any:
    from remora.engine.variable import PSVariable

    frames = current().frames
    outside = next((f for f in reversed(frames) if f.scope.session is not module.session), None)
    cell = outside.scope.lookup(name.lower()) if outside is not None else None
    return None if cell is None else PSVariable(cell)


def _session(module: PSModuleInfo) -> Any:
    from remora.engine.automatic import SessionView

    return None if module.session is None else SessionView(current(), module.session)


def _made(*given: Any) -> PSModuleInfo:
    """``[psmoduleinfo]::new($true)`` or ``::new({ ... })``."""
    context = current()
    module = dynamic_module(context)
    if isinstance(given[0], ScriptBlock):
        _invoke_at_top(module, given[0])
    return module


def _invoke_at_top(module: PSModuleInfo, block: ScriptBlock) -> None:
    from remora.engine.pipeline.processor import drop

    run_block(current().active_frame(), _bound(module, block), [], drop, new_scope=False)


def _properties(m: NetType) -> None:
    m.property("LogPipelineExecutionDetails", "System.Boolean")(lambda x: x.log_details)
    m.setter("LogPipelineExecutionDetails")(lambda x, value: setattr(x, "log_details", bool(value)))
    m.property("Name", "System.String")(lambda x: x.name)
    m.property("Path", "System.String")(lambda x: x.path)
    m.property("ImplementingAssembly", wire=False)(lambda x: None)
    m.property("Definition", "System.String")(lambda x: x.text)
    m.property("Description", "System.String")(_text("Description"))
    m.property("Guid", "System.Guid")(lambda x: x.guid)
    m.property("HelpInfoUri", "System.String")(lambda x: x.manifest.text("HelpInfoURI") or None if x.manifest else None)
    m.property("ModuleBase", "System.String")(lambda x: x.base or None)
    m.property("PrivateData")(lambda x: x.private_data)
    m.setter("PrivateData")(lambda x, value: setattr(x, "private_data", value))
    m.property("ExperimentalFeatures")(lambda x: [])
    m.property("Tags")(_tags)
    for key in ("ProjectUri", "IconUri", "LicenseUri"):
        m.property(key, "System.Uri")(_uri(key))
    m.property("ReleaseNotes", "System.String")(_notes)
    m.property("RepositorySourceLocation", "System.Uri")(lambda x: None)
    m.property("Version", "System.Version")(lambda x: x.version)
    m.property("ModuleType")(lambda x: convert(x.kind, require(MODULE_TYPE.name)))
    m.property("Author", "System.String")(_text("Author"))
    m.property("AccessMode")(lambda x: convert(x.access_mode, require(ACCESS_MODE.name)))
    m.setter("AccessMode")(_set_access)
    m.property("ClrVersion", "System.Version")(_version("CLRVersion"))
    m.property("CompanyName", "System.String")(_text("CompanyName"))
    m.property("Copyright", "System.String")(_text("Copyright"))
    m.property("DotNetFrameworkVersion", "System.Version")(_version("DotNetFrameworkVersion"))
    m.property("ExportedFunctions")(lambda x: _table(x.exports.functions))
    m.property("Prefix", "System.String")(lambda x: x.prefix)
    m.property("ExportedCmdlets")(lambda x: _table(x.exports.cmdlets))
    m.property("ExportedCommands")(lambda x: _table(x.exports.commands()))
    m.property("FileList")(_files("FileList"))
    m.property("CompatiblePSEditions")(_list("CompatiblePSEditions"))
    m.property("ModuleList")(lambda x: x.manifest.specifications("ModuleList") if x.manifest is not None else [])
    m.property("NestedModules", wire=False)(lambda x: list(x.nested))
    m.property("PowerShellHostName", "System.String")(_text("PowerShellHostName"))
    m.property("PowerShellHostVersion", "System.Version")(_version("PowerShellHostVersion"))
    m.property("PowerShellVersion", "System.Version")(_version("PowerShellVersion"))
    m.property("ProcessorArchitecture")(_architecture)
    m.property("Scripts")(_files("ScriptsToProcess"))
    m.property("RequiredAssemblies")(_list("RequiredAssemblies"))
    m.property("RequiredModules", wire=False)(_required)
    m.property("RootModule", "System.String")(lambda x: x.manifest.root if x.manifest is not None else None)
    m.property("ExportedVariables")(_variables)
    m.property("ExportedAliases")(lambda x: _table(x.exports.aliases))
    m.property("ExportedDscResources")(_list("DscResourcesToExport"))
    m.property("SessionState", wire=False)(_session)
    m.property("OnRemove", wire=False)(lambda x: x.on_remove)
    m.setter("OnRemove")(lambda x, block: setattr(x, "on_remove", block))
    m.property("ExportedFormatFiles")(_files("FormatsToProcess"))
    m.property("ExportedTypeFiles")(_files("TypesToProcess"))


def _required(module: PSModuleInfo) -> list[Any]:
    if module.required or module.manifest is None or module.session is not None:
        return list(module.required)
    return [PSModuleInfo(one.name, "") for one in module.manifest.specifications("RequiredModules")]


def _set_access(module: PSModuleInfo, value: Any) -> None:
    wanted = convert(value, require(ACCESS_MODE.name))
    if module.access_mode == "Constant":
        raise error(
            f"The access mode of the module '{module.name}' cannot be changed: it is constant.",
            "InvalidOperation",
            "InvalidOperation",
            type_name="System.Management.Automation.PSInvalidOperationException",
        )
    module.access_mode = str(wanted)


def _methods(m: NetType) -> None:
    m.method("NewBoundScriptBlock(scriptblock)")(_bound)
    m.method("Invoke(scriptblock, *object)")(_invoke)
    m.method("AsCustomObject()")(as_custom_object)
    m.method("GetVariableFromCallersModule(string)")(_caller_variable)
    m.method("GetExportedTypeDefinitions()")(lambda x: OrderedDictionary())
    m.method("Clone()")(lambda x: x)
    m.constructor("(scriptblock)", "(bool)")(_made)


def register_types() -> None:
    """Types one may name in casts and -is."""
    register(PSModuleInfo.net_type, MODULE_TYPE, ACCESS_MODE, ARCHITECTURE, ModuleSpecification.net_type)


_properties(PSModuleInfo.net_type)
_methods(PSModuleInfo.net_type)
