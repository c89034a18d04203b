"""Update-FormatData, Get-FormatData, Export-FormatData."""

from __future__ import annotations

import os
from typing import Any, Final

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.errors import PSError, error
from remora.engine.format import ViewTable
from remora.engine.format.definitions import type_definition, view_definitions
from remora.engine.format.session import session_views
from remora.engine.format.viewexport import export_views
from remora.engine.format.views import ViewDefinition
from remora.engine.format.viewxml import read_views
from remora.engine.patient import open_reading
from remora.engine.validators import ValidateNotNull, ValidateNotNullOrEmpty
from remora.modules.common import matcher
from remora.modules.management.failures import os_failure
from remora.modules.utility.datafiles import data_files

_FILES: Final = "FileSet"


@cmdlet("Update-FormatData", default_set=_FILES, should_process=True, confirm_impact="Low")
class UpdateFormatData(Cmdlet):
    """Adds the views of files to those of the session."""

    append_path = Parameter(
        "string[]", aliases=("PSPath", "Path"), pipeline=True, by_property=True,
        sets={_FILES: {"position": 0, "pipeline": True, "by_property": True}}, default=(),
    )  # fmt: skip
    prepend_path = Parameter("string[]", sets=(_FILES,), validate=(ValidateNotNull(),), default=())

    def process(self) -> None:
        views = session_views(self.session.context)
        for prepend, given in ((True, list(self.prepend_path)[::-1]), (False, self.append_path)):
            id_ = "FormatPrependPathException" if prepend else "FormatAppendPathException"
            for path in data_files(self, given, id_):
                if self.should_process(f"FileName: {path}", "Update FormatData"):
                    self._load(views, path, prepend=prepend)

    def _load(self, views: ViewTable, path: str, *, prepend: bool) -> None:
        try:
            with open_reading(path) as file:
                found = read_views(file.read(), path, self.session.context.make_block)
        except OSError as problem:
            self.fail(str(problem), "FormatXmlUpdateException", "InvalidOperation")
        except PSError as problem:
            self.fail(problem.record.message, "FormatXmlUpdateException", "InvalidOperation")
        else:
            views.add(path, found, prepend=prepend)


@cmdlet("Get-FormatData", output_type=("System.Management.Automation.ExtendedTypeDefinition",))
class GetFormatData(Cmdlet):
    """The views of types."""

    type_name = Parameter("string[]", position=0, validate=(ValidateNotNullOrEmpty(),))
    power_shell_version = Parameter("version", name="PowerShellVersion")

    def process(self) -> None:
        wanted = matcher(self.type_name)
        found: dict[tuple[str, ...], list[ViewDefinition]] = {}
        for definition in session_views(self.session.context).definitions():
            if any(wanted(name) for name in definition.type_names) and self._is_known(definition):
                found.setdefault(definition.type_names, []).append(definition)
        for names, definitions in found.items():
            self.emit(type_definition(names, definitions))

    def _is_known(self, definition: ViewDefinition) -> bool:
        """Versions before 5.1 do not know grouping by custom controls, custom views and selection by conditions."""
        version = self.power_shell_version
        if version is None or (version.major, version.minor) >= (5, 1):
            return True
        view = definition.view
        return view.shape != "Custom" and (view.grouping is None or view.grouping.control is None)


@cmdlet("Export-FormatData", default_set="ByPath")
class ExportFormatData(Cmdlet):
    """Writes views to a Format.ps1xml file."""

    input_object = Parameter("object[]", mandatory=True, pipeline=True)
    path = Parameter("string", aliases=("FilePath",), sets={"ByPath": {"mandatory": True}})
    literal_path = Parameter("string", aliases=("PSPath", "LP"), sets={"ByLiteralPath": {"mandatory": True}})
    force = Parameter("switch")
    no_clobber = Parameter("switch", aliases=("NoOverwrite",))
    include_script_block = Parameter("switch")

    def begin(self) -> None:
        self._definitions: list[ViewDefinition] = []
        self._target = self.session.file_path(self.literal_path or self.path)
        if self.no_clobber and os.path.exists(self._target):
            raise self.throw(
                error(
                    f"File {self._target} already exists and NoClobber was specified.", "NoClobber",
                    "ResourceExists", self._target, type_name="System.UnauthorizedAccessException",
                )
            )  # fmt: skip

    def process(self) -> None:
        for item in self.input_object:
            found = view_definitions(item)
            if found is None:
                raise self.throw(_no_definition(item))
            self._definitions.extend(found)

    def end(self) -> None:
        text = export_views(self._definitions, scripts=bool(self.include_script_block))
        try:
            if self.force and os.path.exists(self._target):
                os.chmod(self._target, os.stat(self._target).st_mode | 0o200)
            with open(self._target, "w", encoding="utf-8", newline="") as file:
                file.write(text)
        except OSError as problem:
            raise self.throw(os_failure(problem, self._target, "FileOpenFailure")) from None


def _no_definition(item: Any) -> PSError:
    from remora.engine.types.registry import type_of

    return error(
        f"Cannot export an object of type {type_of(item).name}; it is no ExtendedTypeDefinition.",
        "InvalidInputObject",
        "InvalidArgument",
        item,
        type_name="System.ArgumentException",
    )


CMDLETS = (ExportFormatData, GetFormatData, UpdateFormatData)
