"""Paths of .ps1xml files as Update-TypeData and Update-FormatData take them."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable

from remora.engine.cmdlet import Cmdlet
from remora.engine.errors import PSError
from remora.engine.wildcard import has_wildcard

EXTENSION = ".ps1xml"


def data_files(command: Cmdlet, paths: Iterable[str], error_id: str) -> list[str]:
    """The files that exist and have the right extension; everything else is an error of the command."""
    out: list[str] = []
    for given in paths:
        try:
            path = command.session.file_path(given)
        except PSError as problem:
            command.fail(problem.record.message, error_id, "InvalidOperation", given)
            continue
        found = sorted(glob.glob(path)) if has_wildcard(given) else [path] if os.path.exists(path) else []
        if not found and not has_wildcard(given):
            command.fail(
                f"Cannot find path '{path}' because it does not exist.", error_id, "InvalidOperation", given,
                type_name="System.Management.Automation.ItemNotFoundException",
            )  # fmt: skip
        for file in found:
            if file.lower().endswith(EXTENSION):
                out.append(file)
                continue
            command.fail(
                f'Cannot read the file "{file}" because it does not have the file name extension "{EXTENSION}".',
                "WrongExtension",
                "InvalidArgument",
                type_name="System.Management.Automation.PSInvalidOperationException",
            )
    return out
