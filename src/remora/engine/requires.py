"""``#requires`` lines of script files. Source: about_Requires."""

from __future__ import annotations

import os
import re

from remora.engine.errors import PSError, error

VERSION = (7, 4)
_VERSION = re.compile(r"-version\s+(\d+)(?:\.(\d+))?", re.IGNORECASE)
_EDITION = re.compile(r"-psedition\s+(\w+)", re.IGNORECASE)
_ELEVATED = re.compile(r"-runasadministrator\b", re.IGNORECASE)


def check_requires(lines: tuple[str, ...], name: str) -> None:
    """Raise ScriptRequiresException when engine or user are not what the script asks for. Modules are not checked."""
    for line in lines:
        version = _VERSION.search(line)
        if version is not None and (int(version[1]), int(version[2] or 0)) > VERSION:
            raise _unmet(
                name, f"requires version {version[0].split()[-1]} of PowerShell", "ScriptRequiresUnmatchedPSVersion"
            )
        edition = _EDITION.search(line)
        if edition is not None and edition[1].lower() != "core":
            raise _unmet(name, f"requires the {edition[1]} edition of PowerShell", "ScriptRequiresUnmatchedPSEdition")
        if _ELEVATED.search(line) and os.geteuid() != 0:
            raise _unmet(name, "requires to be run as administrator", "ScriptRequiresElevation")


def _unmet(name: str, reason: str, id: str) -> PSError:
    return error(
        f"The script '{name}' cannot be run because it {reason}.",
        id,
        "PermissionDenied" if id == "ScriptRequiresElevation" else "ResourceUnavailable",
        name,
        type_name="System.Management.Automation.ScriptRequiresException",
    )
