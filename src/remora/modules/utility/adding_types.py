"""Add-Type: assemblies whose types there are, or might be; there is no compiler."""

from __future__ import annotations

import os
import re
from typing import Any, Final

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.errors import PSError, error
from remora.engine.validators import ValidateNotNull, ValidateNotNullOrEmpty
from remora.modules.common import as_list

_SOURCE: Final = "FromSource"
_MEMBER: Final = "FromMember"
_PATH: Final = "FromPath"
_LITERAL: Final = "FromLiteralPath"
_ASSEMBLY: Final = "FromAssemblyName"
_COMPILED: Final[dict[str, dict[str, Any]]] = {_SOURCE: {}, _MEMBER: {}}
_OUTPUT: Final[dict[str, dict[str, Any]]] = {_SOURCE: {}, _MEMBER: {}, _PATH: {}, _LITERAL: {}}
# the assemblies of .NET on every system; those of its Windows desktop are not among them
_FRAMEWORK = re.compile(
    r"(mscorlib|netstandard|WindowsBase|Microsoft\.(CSharp|VisualBasic|VisualBasic\.Core|Win32\.\w+)|System(\.\w+)*|"
    r"System\.Management\.Automation|Microsoft\.PowerShell\.\w+(\.\w+)*)(,.*)?\Z",
    re.IGNORECASE,
)
_DESKTOP = re.compile(
    r"System\.(Windows\.|Design|Drawing\.Design|DirectoryServices|Speech|Workflow)|Presentation", re.IGNORECASE
)


@cmdlet("Add-Type", default_set=_SOURCE, output_type=("System.Type",))
class AddType(Cmdlet):
    """Makes the types of an assembly of .NET known, which they are anyway; everything else needs a compiler."""

    type_definition = Parameter("string", sets={_SOURCE: {"position": 0, "mandatory": True}})
    name = Parameter("string", sets={_MEMBER: {"position": 0, "mandatory": True}}, validate=(ValidateNotNullOrEmpty(),))
    member_definition = Parameter(
        "string[]", sets={_MEMBER: {"position": 1, "mandatory": True}}, validate=(ValidateNotNullOrEmpty(),)
    )
    namespace = Parameter("string", aliases=("NS",), sets={_MEMBER: {}}, allow_null=True)
    using_namespace = Parameter("string[]", aliases=("Using",), sets={_MEMBER: {}}, validate=(ValidateNotNull(),))
    path = Parameter("string[]", sets={_PATH: {"position": 0, "mandatory": True}}, validate=(ValidateNotNullOrEmpty(),))
    literal_path = Parameter(
        "string[]", aliases=("PSPath", "LP"), sets={_LITERAL: {"mandatory": True}},
        validate=(ValidateNotNullOrEmpty(),),
    )  # fmt: skip
    assembly_name = Parameter(
        "string[]", aliases=("AN",), sets={_ASSEMBLY: {"mandatory": True}}, validate=(ValidateNotNullOrEmpty(),)
    )
    language = Parameter("Microsoft.PowerShell.Commands.Language", sets=_COMPILED)
    referenced_assemblies = Parameter("string[]", aliases=("RA",), sets=_OUTPUT)
    output_assembly = Parameter("string", aliases=("OA",), sets=_OUTPUT)
    output_type = Parameter("Microsoft.PowerShell.Commands.OutputAssemblyType", aliases=("OT",), sets=_OUTPUT)
    pass_thru = Parameter("switch")
    ignore_warnings = Parameter("switch", sets=_OUTPUT)
    compiler_options = Parameter("string[]", sets=_OUTPUT, validate=(ValidateNotNullOrEmpty(),))

    def end(self) -> None:
        if self.assembly_name is None:
            self._check_paths()
            given = (f"-{p.name}" for p in self.spec.parameters if p.name in self.bound)
            raise self.throw(self.runtime.not_supported(" ".join(("Add-Type", *given))))
        for name in as_list(self.assembly_name):
            simple = os.path.basename(name).removesuffix(".dll")
            if _DESKTOP.match(simple) or not _FRAMEWORK.match(simple):
                raise self.throw(_missing(name))
        if self.pass_thru:
            raise self.throw(self.runtime.not_supported("Add-Type -PassThru"))

    def begin(self) -> None:
        if str(self.output_type) in ("ConsoleApplication", "WindowsApplication"):
            raise self.throw(
                error("The OutputType values ConsoleApplication and WindowsApplication are not supported.",
                      "AssemblyTypeNotSupported", "NotImplemented", self.output_type,
                      type_name="System.NotSupportedException")
            )  # fmt: skip
        if self.output_type is not None and not self.output_assembly:
            raise self.throw(
                error("Cannot add type. The OutputType parameter requires the OutputAssembly parameter.",
                      "OUTPUTTYPE_REQUIRES_ASSEMBLY", "InvalidArgument", self.output_type,
                      type_name="System.Exception")
            )  # fmt: skip

    def _check_paths(self) -> None:
        given = as_list(self.path if self.literal_path is None else self.literal_path)
        for one in given:
            path = self.session.file_path(one)
            if not os.path.isfile(path):
                raise self.throw(_missing(one, path))
            extension = os.path.splitext(path)[1].lower()
            if extension not in (".cs", ".dll"):
                raise self.throw(
                    error(f"Cannot add type. The {extension.upper()} extension is not supported.",
                          "EXTENSION_NOT_SUPPORTED", "InvalidArgument", extension, type_name="System.Exception")
                )  # fmt: skip


def _missing(name: str, path: str = "") -> PSError:
    return error(
        f"Cannot find path '{path or name}' because it does not exist.", "PathNotFound", "ObjectNotFound", name,
        type_name="System.Management.Automation.ItemNotFoundException",
    )  # fmt: skip


CMDLETS = (AddType,)
