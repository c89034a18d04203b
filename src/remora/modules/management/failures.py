"""Errors of the file system as PowerShell's records."""

from __future__ import annotations

import errno
import os
from typing import Any

from remora.engine.errors import PSError, error

_M = "System.Management.Automation."


def path_not_found(path: str) -> PSError:
    """``Cannot find path '...' because it does not exist.``"""
    return error(
        f"Cannot find path '{path}' because it does not exist.",
        "PathNotFound",
        "ObjectNotFound",
        path,
        type_name=_M + "ItemNotFoundException",
    )


def os_failure(problem: OSError, path: str, error_id: str) -> PSError:
    """A system error with the id of the operation; the exception's type tells what went wrong."""
    number = problem.errno
    if number in (errno.EACCES, errno.EPERM, errno.EROFS):
        return _failure(f"Access to the path '{path}' is denied.", error_id, "PermissionDenied", path,
                        "System.UnauthorizedAccessException")  # fmt: skip
    if number == errno.ENOENT:
        folder = os.path.dirname(path)
        if folder and not os.path.isdir(folder):
            return _failure(f"Could not find a part of the path '{path}'.", error_id, "ObjectNotFound", path,
                            "System.IO.DirectoryNotFoundException")  # fmt: skip
        return _failure(f"Could not find file '{path}'.", error_id, "ObjectNotFound", path,
                        "System.IO.FileNotFoundException")  # fmt: skip
    if number == errno.ENOTEMPTY:
        return _failure(f"Directory not empty : '{path}'", error_id, "WriteError", path, "System.IO.IOException")
    if number == errno.EISDIR:
        return _failure(f"Access to the path '{path}' is denied.", error_id, "PermissionDenied", path,
                        "System.UnauthorizedAccessException")  # fmt: skip
    if number == errno.EEXIST:
        return _failure(f"The file '{path}' already exists.", error_id, "ResourceExists", path, "System.IO.IOException")
    reason = problem.strerror or str(problem)
    return _failure(f"{reason} : '{path}'", error_id, "WriteError", path, "System.IO.IOException")


def _failure(message: str, error_id: str, category: str, target: Any, type_name: str) -> PSError:
    return error(message, error_id, category, target, type_name=type_name)


def provider_lacks(provider: str, what: str) -> PSError:
    """A provider without that operation."""
    return error(
        f"Provider operation stopped because the provider '{provider}' does not support {what}.",
        "NotSupported",
        "NotImplemented",
        provider,
        type_name=_M + "PSNotSupportedException",
    )
