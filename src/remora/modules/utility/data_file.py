"""Import-PowerShellDataFile."""

from __future__ import annotations

import os
from typing import Any

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.errors import PSError
from remora.engine.module.manifest import NO_TABLE, read_text, safe_value
from remora.engine.validators import ValidateNotNullOrEmpty
from remora.modules.common import as_list

_GIVEN = (ValidateNotNullOrEmpty(),)
_INVALID = "System.InvalidOperationException"


@cmdlet("Import-PowerShellDataFile", default_set="ByPath", output_type=("System.Collections.Hashtable",))
class ImportPowerShellDataFile(Cmdlet):
    """Reads a data file: the value of its hashtable, without running anything."""

    path = Parameter("string[]", position=0, sets={"ByPath": {"mandatory": True}}, validate=_GIVEN)
    literal_path = Parameter(
        "string[]",
        position=0,
        by_property=True,
        sets={"ByLiteralPath": {"mandatory": True}},
        aliases=("PSPath", "LP"),
        validate=_GIVEN,
    )
    skip_limit_check = Parameter("switch")

    def process(self) -> None:
        for given in as_list(self.path if self.literal_path is None else self.literal_path):
            path = self._file(given)
            if path is None:
                self.fail(
                    f"Cannot find path '{given}' because it does not exist.",
                    "PathNotFound",
                    "InvalidArgument",
                    given,
                    type_name="System.ArgumentException",
                )
                continue
            self._read(path)

    def _file(self, given: str) -> str | None:
        if self.literal_path is not None:
            path = self.session.file_path(given)
            return path if os.path.isfile(path) else None
        found = self.runtime.call_command("Resolve-Path", Path=given, ErrorAction="Ignore")
        paths = [self.session.file_path(str(getattr(one, "provider_path", None) or one.net_text())) for one in found]
        return next((path for path in paths if os.path.isfile(path)), None)

    def _read(self, path: str) -> None:
        try:
            data: Any = safe_value(self.session.context, read_text(path), path, limited=not self.skip_limit_check)
        except PSError as problem:
            if problem.record.category == "ParserError":
                self._refuse(path, "CouldNotParseAsPowerShellDataFile")
                return
            raise self.throw(problem) from None
        if data is NO_TABLE:
            self._refuse(path, "CouldNotParseAsPowerShellDataFileNoHashtableRoot")
        else:
            self.emit(data)

    def _refuse(self, path: str, id: str) -> None:
        self.fail(
            f"The file '{path}' could not be parsed as a PowerShell Data File.", id, "InvalidData", path,
            type_name=_INVALID,
        )  # fmt: skip


CMDLETS = (ImportPowerShellDataFile,)
