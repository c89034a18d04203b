"""Errors of the file system as PowerShell's records."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING, Any

from remora.engine.errors import PSError, error

if TYPE_CHECKING:
    from remora.engine.cmdlet import Cmdlet

_M = "System.Management.Automation."
IO = "System.IO.IOException"
DENIED = "System.UnauthorizedAccessException"


def path_not_found(path: str) -> PSError:
    """``Cannot find path '...' because it does not exist.``"""
    return error(
        f"Cannot find path '{path}' because it does not exist.",
        "PathNotFound",
        "ObjectNotFound",
        path,
        type_name=_M + "ItemNotFoundException",
    )


def os_failure(
    problem: OSError, path: str, error_id: str, *, category: str | None = None, target: Any = None
) -> PSError:
    """A system error with the id of the operation; the exception's type tells what went wrong. category: instead of
    the one that follows from it.
    """
    message, likely, type_name = _reason(problem, path)
    return error(message, error_id, category or likely, path if target is None else target, type_name=type_name)


def _reason(problem: OSError, path: str) -> tuple[str, str, str]:
    """Message, usual category and exception type of a system error."""
    number = problem.errno
    if number in (errno.EACCES, errno.EPERM, errno.EROFS, errno.EISDIR):
        return f"Access to the path '{path}' is denied.", "PermissionDenied", DENIED
    if number == errno.ENOENT:
        folder = os.path.dirname(path)
        if folder and not os.path.isdir(folder):
            part = f"Could not find a part of the path '{path}'."
            return part, "ObjectNotFound", "System.IO.DirectoryNotFoundException"
        return f"Could not find file '{path}'.", "ObjectNotFound", "System.IO.FileNotFoundException"
    if number == errno.ENOTDIR:
        return f"Could not find a part of the path '{path}'.", "ObjectNotFound", "System.IO.DirectoryNotFoundException"
    if number == errno.ENAMETOOLONG:
        return f"The file name is too long : '{path}'", "InvalidArgument", "System.IO.PathTooLongException"
    if number == errno.ENOTEMPTY:
        return f"Directory not empty : '{path}'", "WriteError", IO
    if number == errno.EEXIST:
        return f"The file '{path}' already exists.", "ResourceExists", IO
    return f"{problem.strerror or problem} : '{path}'", "WriteError", IO


def report(
    command: Cmdlet, problem: OSError | ValueError, path: str, prefix: str, category: str = "WriteError",
    target: Any = None,
) -> None:  # fmt: skip
    """Write the error of a file operation: prefix and what went wrong are its id. category: of input and output
    errors.
    """
    if isinstance(problem, ValueError):
        command.fail(
            f"Null character in path. (Parameter 'path') : {path!r}", prefix + "ArgumentError", "InvalidArgument",
            path, type_name="System.ArgumentException",
        )  # fmt: skip
        return
    denied = _reason(problem, path)[2] == DENIED
    command.write_error(
        os_failure(
            problem, path, prefix + ("UnauthorizedAccessError" if denied else "IOError"),
            category="PermissionDenied" if denied else category, target=target,
        ).record
    )  # fmt: skip
