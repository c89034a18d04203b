"""Unblock-File: on Linux no file is blocked, and the command says so."""

from __future__ import annotations

import os

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.errors import error
from remora.engine.wildcard import has_wildcard
from remora.modules.common import as_list
from remora.modules.management.paths import glob


@cmdlet("Unblock-File", default_set="ByPath", should_process=True)
class UnblockFile(Cmdlet):
    """Refused, as PowerShell refuses it on Linux; files that are missing are named first."""

    path = Parameter("string[]", sets={"ByPath": {"position": 0, "mandatory": True}})
    literal_path = Parameter(
        "string[]", aliases=("PSPath", "LP"), sets={"ByLiteralPath": {"mandatory": True, "by_property": True}}
    )

    def process(self) -> None:
        literal = self.literal_path is not None
        for given in as_list(self.literal_path if literal else self.path):
            if not literal and has_wildcard(given):
                found = [place.path for place in glob(self.session, given)]
            else:
                found = [self.session.file_path(given)]
            for path in found:
                if not os.path.exists(path):
                    self.write_error(
                        error(f"Unable to find the specified file: {path}", "FileNotFound", "ObjectNotFound", path,
                              type_name="System.IO.FileNotFoundException").record
                    )  # fmt: skip
        raise self.throw(
            error("This cmdlet does not support Linux.", "LinuxNotSupported", "NotImplemented",
                  type_name="System.PlatformNotSupportedException")
        )  # fmt: skip


CMDLETS = (UnblockFile,)
