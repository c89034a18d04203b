"""Import-LocalizedData."""

from __future__ import annotations

import os
from collections.abc import Iterator

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.compile.variables import in_scope
from remora.engine.convert import to_text
from remora.engine.errors import PSError, error
from remora.engine.module.manifest import evaluate, read_text
from remora.engine.validators import ValidateNotNullOrEmpty

_OPERATION = "System.Management.Automation.PSInvalidOperationException"


@cmdlet("Import-LocalizedData", output_type=("System.Collections.Hashtable",))
class ImportLocalizedData(Cmdlet):
    """Reads the texts of a script from the data file for the language of the session, or another one."""

    binding_variable = Parameter("string", position=0, aliases=("Variable",), validate=(ValidateNotNullOrEmpty(),))
    ui_culture = Parameter("string", name="UICulture", position=1)
    base_directory = Parameter("string")
    file_name = Parameter("string")
    supported_command = Parameter("string[]", default=())

    def end(self) -> None:
        extent = self.runtime.invocation.extent
        script = (extent.source.file or "") if extent is not None else ""
        if self.file_name is not None and os.path.basename(self.file_name) != self.file_name:
            raise self._invalid("The argument for the FileName parameter should not contain a path.")
        if self.file_name is None and not script:
            raise self._invalid(
                "The FileName parameter was not specified. The FileName parameter is required when "
                "Import-LocalizedData is not called from a script file."
            )
        name = os.path.splitext(self.file_name or os.path.basename(script))[0] + ".psd1"
        folder = self.session.file_path(self.base_directory) if self.base_directory else os.path.dirname(script)
        folder = folder or self.session.file_location
        path = next((one for one in self._places(folder, name) if os.path.isfile(one)), None)
        if path is None:
            culture = self.ui_culture or to_text(self.session.get_variable("PSUICulture"))
            self._report(
                f"Cannot find the PowerShell data file '{name}' in directory '{os.path.join(folder, culture)}/', or in "
                "any parent culture directories.",
                "ObjectNotFound",
                os.path.join(folder, culture, name),
            )
            return
        try:
            found = evaluate(
                self.session.context, read_text(path), path, ("ConvertFrom-StringData", *self.supported_command)
            )
        except PSError as problem:
            self._report(
                f"The following error occurred while PowerShell was loading the '{path}' script data file:\n"
                f"{problem.record.message}",
                "InvalidArgument",
                path,
            )
            return
        if self.binding_variable is None:
            self.emit(found)
        else:
            name, scope = in_scope(self.binding_variable)
            self.session.set_variable(name, found, scope)

    def _places(self, folder: str, name: str) -> Iterator[str]:
        """The file in the directory of the culture, in those of the cultures around it, and beside them all."""
        own = to_text(self.session.get_variable("PSUICulture"))
        for culture in (self.ui_culture,) if self.ui_culture else (own, "en-US"):
            around = culture
            while around:
                yield os.path.join(folder, around, name)
                around = around.rpartition("-")[0]
        yield os.path.join(folder, name)

    def _invalid(self, message: str) -> Exception:
        return self.throw(error(message, "InvalidOperation", "InvalidOperation", type_name=_OPERATION))

    def _report(self, message: str, category: str, target: str) -> None:
        self.fail(message, "ImportLocalizedData", category, target, type_name=_OPERATION)


CMDLETS = (ImportLocalizedData,)
