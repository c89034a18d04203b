"""Get-FileHash."""

from __future__ import annotations

import hashlib
from typing import Any

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.types.registry import type_names
from remora.engine.validators import ValidateSet
from remora.modules.common import custom
from remora.modules.management.failures import os_failure
from remora.modules.management.paths import literal_or_glob

_ALGORITHMS = ("SHA1", "SHA256", "SHA384", "SHA512", "MD5")
_CHUNK = 1024 * 1024


@cmdlet("Get-FileHash", default_set="Path", output_type=("Microsoft.PowerShell.Commands.FileHashInfo",))
class GetFileHash(Cmdlet):
    """The hash of files, in upper-case hexadecimal."""

    path = Parameter(
        "string[]", sets={"Path": {"position": 0, "mandatory": True, "pipeline": True, "by_property": True}}
    )
    literal_path = Parameter(
        "string[]", sets={"LiteralPath": {"mandatory": True, "by_property": True}}, aliases=("PSPath", "LP")
    )
    input_stream = Parameter("object", sets={"Stream": {"mandatory": True}})
    algorithm = Parameter("string", position=1, default="SHA256", validate=(ValidateSet(*_ALGORITHMS),))

    def process(self) -> None:
        if self.input_stream is not None:
            self._stream()
            return
        for path in literal_or_glob(self, self.path, self.literal_path):
            self._file(path)

    def _new(self) -> Any:
        return hashlib.new(self.algorithm.lower(), usedforsecurity=False)

    def _file(self, path: str) -> None:
        digest = self._new()
        try:
            with open(path, "rb") as file:
                while data := file.read(_CHUNK):
                    self.check_stop()
                    digest.update(data)
        except IsADirectoryError:
            return
        except OSError as problem:
            self.write_error(os_failure(problem, path, "FileReadError").record)
            return
        self._out(digest, path)

    def _stream(self) -> None:
        from remora.engine.members.calls import invoke_member

        digest = self._new()
        digest.update(bytes(invoke_member(self.input_stream, "ToArray", [])))
        self._out(digest, None)

    def _out(self, digest: Any, path: str | None) -> None:
        made = custom(Algorithm=self.algorithm.upper(), Hash=digest.hexdigest().upper(), Path=path)
        made.type_names = ("Microsoft.PowerShell.Commands.FileHashInfo", *type_names(made)[1:])
        self.emit(made)


CMDLETS = (GetFileHash,)
