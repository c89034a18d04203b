"""Tee-Object."""

from __future__ import annotations

from typing import Any

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.convert import to_text
from remora.engine.nothing import NOTHING
from remora.engine.validators import ValidateNotNullOrEmpty


@cmdlet("Tee-Object", aliases=("tee",), default_set="File")
class TeeObject(Cmdlet):
    """Keeps a copy of what passes in a file or a variable."""

    input_object = Parameter("psobject", pipeline=True, default=NOTHING, allow_null=True)
    file_path = Parameter("string", sets={"File": {"position": 0, "mandatory": True}}, aliases=("Path",))
    literal_path = Parameter("string", sets={"LiteralFile": {"mandatory": True}}, aliases=("PSPath", "LP"))
    append = Parameter("switch", sets=("File",))
    encoding = Parameter("System.Text.Encoding", sets=("File", "LiteralFile"), validate=(ValidateNotNullOrEmpty(),))
    variable = Parameter("string", sets={"Variable": {"mandatory": True}})

    def begin(self) -> None:
        self._kept: list[Any] = []

    def process(self) -> None:
        if self.input_object is NOTHING:
            return
        self._kept.append(self.input_object)
        self.emit(self.input_object)

    def end(self) -> None:
        if self.variable is not None:
            kept: Any = self._kept[0] if len(self._kept) == 1 else self._kept
            self.session.set_variable(self.variable, kept)
            return
        parameters: dict[str, Any] = {"Append": bool(self.append)}
        parameters["FilePath" if self.literal_path is None else "LiteralPath"] = self.literal_path or self.file_path
        if self.encoding is not None:
            given = self.encoding
            parameters["Encoding"] = to_text(given) if isinstance(given, str) else given
        self.runtime.call_command("Out-File", input=self._kept, **parameters)


CMDLETS = (TeeObject,)
