"""The command line of powershell.exe and pwsh as data."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass

from remora.errors import EngineError

# name, shortest abbreviation the program accepts, and whether a value follows
_SWITCHES: tuple[tuple[str, int, bool], ...] = (
    ("encodedcommand", 1, True),
    ("encodedarguments", 8, True),
    ("executionpolicy", 2, True),
    ("command", 1, True),
    ("commandwithargs", 8, True),
    ("configurationname", 6, True),
    ("configurationfile", 14, True),
    ("custompipename", 3, True),
    ("file", 1, True),
    ("help", 1, False),
    ("inputformat", 3, True),
    ("interactive", 1, False),
    ("login", 1, False),
    ("mta", 3, False),
    ("noexit", 3, False),
    ("nologo", 3, False),
    ("noninteractive", 4, False),
    ("noprofile", 3, False),
    ("noprofileloadtime", 10, False),
    ("outputformat", 1, True),
    ("psconsolefile", 1, True),
    ("settingsfile", 8, True),
    ("sshservermode", 4, False),
    ("servermode", 1, False),
    ("sta", 3, False),
    ("version", 1, True),
    ("windowstyle", 1, True),
    ("workingdirectory", 2, True),
)
_SYNONYMS = {
    "ec": "encodedcommand",
    "ep": "executionpolicy",
    "ex": "executionpolicy",
    "exec": "executionpolicy",
    "ea": "encodedarguments",
    "cwa": "commandwithargs",
    "wd": "workingdirectory",
    "if": "inputformat",
    "in": "inputformat",
    "of": "outputformat",
    "o": "outputformat",
    "?": "help",
    "nop": "noprofile",
    "noni": "noninteractive",
    "nol": "nologo",
    "noe": "noexit",
    "i": "interactive",
    "l": "login",
    "s": "servermode",
    "sshs": "sshservermode",
    "v": "version",
    "h": "help",
    "w": "windowstyle",
}
_NOT_ON_UNIX = {
    "sta": "Parameter -STA is not supported on this platform.",
    "mta": "Parameter -MTA is not supported on this platform.",
    "windowstyle": "Parameter -WindowStyle is not implemented on this platform.",
}
_FORMATS = ("Text", "XML", "None")
_POLICIES = ("default", "remotesigned", "bypass", "allsigned", "restricted", "unrestricted", "undefined")
_LONGEST_PIPE_NAME = 92  # a socket's path of 108 characters begins with its folder and CoreFxPipe_


class PowerShellUsageError(EngineError):
    """The command line means nothing; exit_code is what powershell.exe ends with (64 as pwsh does for usage)."""

    exit_code = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerShellArguments:
    """What to run and how.

    command: text of -Command or of the decoded -EncodedCommand, None when something else runs. from_stdin: ``-`` or no
    command at all with input redirected; prompts: what is read is shown with prompts, which -Command - alone does not.
    file_given: -File, be it ``-``. file: path of -File; arguments: what follows it (or -CommandWithArgs).
    encoded_arguments: of -EncodedArguments, base64 of a CLIXML list.
    """

    command: str | None = None
    encoded: bool = False
    from_stdin: bool = False
    prompts: bool = False
    file: str | None = None
    arguments: tuple[str, ...] = ()
    no_profile: bool = False
    non_interactive: bool = False
    no_logo: bool = False
    no_exit: bool = False
    interactive: bool = False
    server_mode: bool = False
    help: bool = False
    version: bool = False
    execution_policy: str | None = None
    input_format: str = "Text"
    output_format: str = "Text"
    encoded_arguments: str | None = None
    configuration_name: str | None = None
    configuration_file: str | None = None
    settings_file: str | None = None
    file_given: bool = False
    working_directory: str | None = None


def parse_powershell_arguments(arguments: Sequence[str], *, windows_powershell: bool = True) -> PowerShellArguments:
    """Read the arguments after the program's name; any case, ``-`` or ``/``, any unambiguous abbreviation.

    windows_powershell: a first argument without a dash starts -Command (powershell.exe) rather than -File (pwsh), and
    -Version takes a value. Raises PowerShellUsageError for an unknown switch, a missing value or bad base64.
    """
    found: dict[str, object] = {}
    index = 0
    while index < len(arguments):
        word = arguments[index]
        index += 1
        if word == "-":
            found["from_stdin"] = found["prompts"] = True
            break
        if not word.startswith(("-", "–", "—", "/")) or (word.startswith("/") and "/" in word[1:]):
            rest = list(arguments[index - 1 :])
            found.update(_command(rest) if windows_powershell else _file(rest))
            break
        name, value_follows = _switch(word)
        if name == "version" and not windows_powershell:
            found["version"] = True
            break
        if name in _NOT_ON_UNIX and not windows_powershell:
            raise PowerShellUsageError(_NOT_ON_UNIX[name])
        if not value_follows:
            _set_flag(found, name)
            continue
        if index >= len(arguments):
            raise PowerShellUsageError(
                f"Cannot process the command because of a missing parameter. Supply a value for {word}."
            )
        rest = list(arguments[index:])
        if name in ("command", "file", "commandwithargs"):
            found.update(_command(rest) if name == "command" else _file(rest) if name == "file" else _with_args(rest))
            break
        _set_value(found, name, arguments[index] if windows_powershell else _checked(name, arguments[index]))
        index += 1
    if not {"command", "file", "from_stdin", "help", "version", "server_mode"} & found.keys():
        found["from_stdin"] = found["prompts"] = True
    return PowerShellArguments(**found)  # type: ignore[arg-type]


def _switch(word: str) -> tuple[str, bool]:
    text = word[1:].lstrip("-").lower() if word.startswith("--") else word[1:].lower()
    name = _SYNONYMS.get(text)
    for full, shortest, value in _SWITCHES:
        if full == name or (name is None and len(text) >= shortest and full.startswith(text)):
            return full, value
    matches = [f"\n  -{full}" for full, _, _ in sorted(_SWITCHES) if text and text in full]
    if matches:
        raise PowerShellUsageError(f"Invalid argument '{word}', did you mean:\n" + "".join(matches))
    raise PowerShellUsageError(
        f"The argument '{word}' is not recognized as the name of a script file. Check the spelling of the name, or if "
        "a path was included, verify that the path is correct and try again."
    )


def _checked(name: str, value: str) -> str:
    """The value of a switch of pwsh, as it is known. Raises PowerShellUsageError for one that pwsh refuses."""
    if name in ("inputformat", "outputformat"):
        known = next((known for known in _FORMATS if known.lower() == value.lower()), None)
        if known is None:
            raise PowerShellUsageError(
                f'Cannot process the command because of an incorrect parameter value. "{value}" is not a valid '
                "format.\nAllowed values are:\n" + "\n".join(_FORMATS)
            )
        return known
    if name == "executionpolicy" and value.lower() not in _POLICIES:
        raise PowerShellUsageError(f"Invalid ExecutionPolicy value '{value}'.")
    if name == "custompipename" and len(value) > _LONGEST_PIPE_NAME:
        raise PowerShellUsageError(
            "Cannot process the command because -CustomPipeName specified is too long. Pipe names on this platform can "
            f"be up to {_LONGEST_PIPE_NAME} characters long. Your pipe name '{value}' is {len(value)} characters."
        )
    return value


_FLAGS = {
    "help": "help",
    "interactive": "interactive",
    "noexit": "no_exit",
    "nologo": "no_logo",
    "noninteractive": "non_interactive",
    "noprofile": "no_profile",
    "servermode": "server_mode",
    "sshservermode": "server_mode",
}
_VALUES = {
    "executionpolicy": "execution_policy",
    "inputformat": "input_format",
    "outputformat": "output_format",
    "configurationname": "configuration_name",
    "configurationfile": "configuration_file",
    "settingsfile": "settings_file",
    "workingdirectory": "working_directory",
    "encodedarguments": "encoded_arguments",
}


def _set_flag(found: dict[str, object], name: str) -> None:
    if name in _FLAGS:
        found[_FLAGS[name]] = True


def _set_value(found: dict[str, object], name: str, value: str) -> None:
    if name == "encodedcommand":
        found["command"] = decode_command(value)
        found["encoded"] = True
    elif name in _VALUES:
        found[_VALUES[name]] = value


def _command(rest: list[str]) -> dict[str, object]:
    if rest[0] == "-":
        return {"from_stdin": True, "arguments": tuple(rest[1:])}
    return {"command": " ".join(rest)}


def _file(rest: list[str]) -> dict[str, object]:
    if rest[0] == "-":
        return {"from_stdin": True, "prompts": True, "file_given": True, "arguments": tuple(rest[1:])}
    return {"file_given": True, "file": rest[0], "arguments": tuple(rest[1:])}


def _with_args(rest: list[str]) -> dict[str, object]:
    return {"command": rest[0], "arguments": tuple(rest[1:])}


def decode_command(text: str) -> str:
    """The script behind -EncodedCommand: base64 of UTF-16LE. Raises PowerShellUsageError."""
    try:
        return base64.b64decode(text.strip(), validate=True).decode("utf-16-le", "surrogatepass")
    except (binascii.Error, ValueError, UnicodeDecodeError):
        raise PowerShellUsageError(
            "Cannot process the command because the value specified with -EncodedCommand is not properly encoded. "
            "The value must be Base64 encoded."
        ) from None
