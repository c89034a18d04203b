"""The file that Out-File, Export-Csv, Export-Clixml and their like write: where it is, and how it is opened."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from typing import IO

from remora.engine.cmdlet import Cmdlet
from remora.engine.errors import PSError, error
from remora.engine.wildcard import has_wildcard
from remora.modules.management.failures import os_failure
from remora.modules.management.paths import glob

_INVALID = "System.Management.Automation.PSInvalidOperationException"


def output_path(command: Cmdlet, path: str | None, literal_path: str | None) -> str:
    """The absolute path that -Path (wildcards must mean one file) or -LiteralPath means. Raises PSError."""
    if literal_path is None and path is not None and has_wildcard(path):
        found = list(glob(command.session, path))
        if len(found) > 1:
            raise command.throw(
                _refused(
                    "Cannot perform operation because the path resolved to more than one file. This command cannot "
                    "operate on multiple files.",
                    "ReadWriteMultipleFilesNotSupported",
                )
            )
        if not found:
            raise command.throw(
                _refused(
                    f"Cannot perform operation because the wildcard path {path} did not resolve to a file.",
                    "FileOpenFailure",
                    "OpenError",
                )
            )
        place = found[0]
    else:
        place = command.session.resolve_path((literal_path or path) or "")
    if not place.is_file_system:
        raise command.throw(
            _refused(
                f"Cannot open file because the current provider ({place.drive.provider}) cannot open a file.",
                "ReadWriteFileNotFileSystemProvider",
            )
        )
    return place.path


def _refused(message: str, error_id: str, category: str = "InvalidArgument") -> PSError:
    return error(message, error_id, category, type_name=_INVALID)


class OutputFile:
    """An open file. A write-protected one, opened with force, is protected again when closed."""

    def __init__(self, file: IO[bytes], restore: Callable[[], None] | None) -> None:
        self._file = file
        self._restore = restore

    def write(self, data: bytes) -> None:
        self._file.write(data)

    def flush(self) -> None:
        self._file.flush()

    def close(self) -> None:
        """Close; a second time does nothing."""
        self._file.close()
        if self._restore is not None:
            self._restore()
            self._restore = None


def open_output(
    command: Cmdlet, path: str, given: str, *, append: bool = False, force: bool = False, no_clobber: bool = False
) -> OutputFile:
    """Open the file to write. given: the path as the caller wrote it. Raises PSError: NoClobber, FileOpenFailure."""
    mode = "ab" if append else "xb" if no_clobber else "wb"
    try:
        return _opened(path, mode, force=force and (append or not no_clobber))
    except FileExistsError:
        failure = error(
            f"The file '{path}' already exists.", "NoClobber", "ResourceExists", path, type_name="System.IO.IOException"
        )
        failure.record.details = f"File {given} already exists and NoClobber was specified."
        raise command.throw(failure) from None
    except (OSError, ValueError) as problem:
        reason = problem if isinstance(problem, OSError) else OSError(str(problem))
        failure = os_failure(reason, path, "FileOpenFailure")
        failure.record.category = "OpenError"
        failure.record.target = None
        raise command.throw(failure) from None


def _opened(path: str, mode: str, *, force: bool) -> OutputFile:
    restore: Callable[[], None] | None = None
    if force and os.path.isfile(path):
        known = stat.S_IMODE(os.stat(path).st_mode)
        if not known & stat.S_IWUSR:
            os.chmod(path, known | stat.S_IWUSR)

            def restore() -> None:
                os.chmod(path, known)

    return OutputFile(open(path, mode), restore)
