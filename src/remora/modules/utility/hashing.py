"""Get-FileHash."""

from __future__ import annotations

import hashlib
from typing import Any

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.patient import open_reading
from remora.engine.types.registry import type_names
from remora.engine.validators import ValidateSet
from remora.modules.common import as_list, custom, has_wildcard, not_found
from remora.modules.management.failures import os_failure
from remora.modules.management.paths import glob

_ALGORITHMS = ("SHA1", "SHA256", "SHA384", "SHA512", "MD5")
_CHUNK = 1024 * 1024
_FAILURES = {
    "System.IO.FileNotFoundException": ("FileNotFound", "ObjectNotFound"),
    "System.UnauthorizedAccessException": ("UnauthorizedAccessError", "InvalidData"),
}


@cmdlet("Get-FileHash", default_set="Path", output_type=("Microsoft.PowerShell.Commands.FileHashInfo",))
class GetFileHash(Cmdlet):
    """The hash of files, in upper-case hexadecimal."""

    path = Parameter(
        "string[]", sets={"Path": {"position": 0, "mandatory": True, "pipeline": True, "by_property": True}}
    )
    literal_path = Parameter(
        "string[]",
        sets={"LiteralPath": {"position": 0, "mandatory": True, "by_property": True}},
        aliases=("PSPath", "LP"),
    )
    input_stream = Parameter("System.IO.Stream", sets={"StreamParameterSet": {"position": 0, "mandatory": True}})
    algorithm = Parameter("string", position=1, default="SHA256", validate=(ValidateSet(*_ALGORITHMS),))

    def process(self) -> None:
        if self.input_stream is not None:
            return
        for text in as_list(self.literal_path):
            self._file(self.session.file_path(text))
        for text in as_list(self.path):
            found = [place for place in glob(self.session, text) if place.is_file_system]
            for place in found:
                self._file(place.path)
            if not found and not has_wildcard(text):
                path = self.session.file_path(text)
                message = f"Cannot find path '{path}' because it does not exist."
                self.write_error(not_found(message, "FileNotFound", text).record)

    def end(self) -> None:
        if self.input_stream is not None:
            self._stream()

    def _new(self) -> Any:
        return hashlib.new(self.algorithm.lower(), usedforsecurity=False)

    def _file(self, path: str) -> None:
        digest = self._new()
        try:
            with open_reading(path) as file:
                while data := file.read(_CHUNK):
                    self.check_stop()
                    digest.update(data)
        except OSError as problem:
            record = os_failure(problem, path, "FileReadError").record
            kind = record.exception.kind.name
            record.error_id, record.category = _FAILURES.get(kind, ("FileReadError", "ReadError"))
            self.write_error(record)
            return
        self._out(digest, path)

    def _stream(self) -> None:
        digest = self._new()
        while data := self.input_stream.read_bytes(_CHUNK):
            self.check_stop()
            digest.update(data)
        self._out(digest, "")

    def _out(self, digest: Any, path: str | None) -> None:
        made = custom(Algorithm=self.algorithm.upper(), Hash=digest.hexdigest().upper(), Path=path)
        made.type_names = ("Microsoft.PowerShell.Commands.FileHashInfo", *type_names(made)[1:])
        self.emit(made)


CMDLETS = (GetFileHash,)
