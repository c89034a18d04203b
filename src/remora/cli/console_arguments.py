"""The command line of ``remora console``: its own few options, and whatever ``pwsh`` takes in its place."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

_SERVER = ("-s", "-sshs")


class UsageError(Exception):
    """The command line means nothing; the text says why. exit_code: 64 for an option of pwsh, 2 for one of remora."""

    def __init__(self, text: str, exit_code: int = 2) -> None:
        super().__init__(text)
        self.exit_code = exit_code


class ConsoleArguments:
    """What to run. text: of -c (``-``: standard input). file: a script, with its arguments. server: PSRP on pipes.

    stay: a prompt follows what was run. interactive: None lets the terminal decide. version: nothing but that is shown.
    encoded_arguments: base64 of CLIXML. input_xml, output_xml: standard streams carry CLIXML. profiles: they run first.
    prompts: what is read from standard input is shown with prompts, after a line about the program (logo).
    login: the words after -Login, which starts a login shell around the console.
    """

    __slots__ = (
        "arguments",
        "encoded_arguments",
        "file",
        "help",
        "input_xml",
        "interactive",
        "login",
        "logo",
        "output_xml",
        "profiles",
        "prompts",
        "server",
        "stay",
        "strict",
        "text",
        "version",
        "working_directory",
    )

    def __init__(self) -> None:
        self.text: str | None = None
        self.file: str | None = None
        self.arguments: tuple[str, ...] = ()
        self.server = False
        self.strict = False
        self.help = False
        self.stay = False
        self.interactive: bool | None = None
        self.working_directory: str | None = None
        self.version = False
        self.encoded_arguments: str | None = None
        self.input_xml = False
        self.output_xml = False
        self.profiles = True
        self.prompts = False
        self.logo = True
        self.login: tuple[str, ...] | None = None


def read_arguments(arguments: Sequence[str]) -> ConsoleArguments:
    """Read the words after ``console``. Raises UsageError."""
    given = ConsoleArguments()
    if arguments and arguments[0].lower() in ("-l", "-login", "--login"):
        given.login = tuple(arguments[1:])
        return given
    at = 0
    while at < len(arguments):
        word = arguments[at]
        at += 1
        if word in ("-c", "--command") or word.startswith("--command="):
            _text(given, word, arguments[at:])
            return given
        if word == "--strict":
            given.strict = True
        elif word == "-h" or (len(word) > 2 and "--help".startswith(word.lower())):
            given.help = True
        elif word in _SERVER:
            given.server = True
        elif word.startswith("--") and word != "--":
            raise UsageError(f"No such option: {word}")
        elif word.startswith("-") and word not in ("-", "--"):
            _as_pwsh(given, arguments[at - 1 :])
            return given
        else:
            rest = arguments[at:] if word == "--" else arguments[at - 1 :]
            given.file, given.arguments = (rest[0], tuple(rest[1:])) if rest else (None, ())
            return given
    return given


def _text(given: ConsoleArguments, word: str, rest: Sequence[str]) -> None:
    _name, equals, value = word.partition("=")
    words = [value, *rest] if equals else list(rest)
    if not words:
        raise UsageError(f"Option '{word}' requires an argument.", 64 if word == "-c" else 2)
    if words[0] == "-":
        _dash(words[1:])
    given.text = " ".join(words)


def _dash(more: Sequence[str]) -> None:
    """``-Command -`` stands alone, and reads what is not typed."""
    if more:
        raise UsageError("'-' was given to -Command; nothing else may follow it there.", 64)
    if sys.stdin is not None and sys.stdin.isatty():
        raise UsageError("'-' was given to -Command, but standard input is a terminal: redirect it.", 64)


def _as_pwsh(given: ConsoleArguments, words: Sequence[str]) -> None:
    """-NoProfile, -File, -Command, -EncodedCommand and the rest, in any case and abbreviated as pwsh allows it."""
    from remora.engine.cmd.powershell_args import PowerShellUsageError, parse_powershell_arguments

    try:
        read = parse_powershell_arguments(words, windows_powershell=False)
    except PowerShellUsageError as problem:
        raise UsageError(str(problem), problem.exit_code) from None
    given.text, given.file, given.arguments = read.command, read.file, read.arguments
    given.server = given.server or read.server_mode
    given.help = given.help or read.help
    given.version = read.version
    given.encoded_arguments = read.encoded_arguments
    given.input_xml, given.output_xml = read.input_format == "XML", read.output_format == "XML"
    given.stay = read.no_exit
    given.profiles = not read.no_profile
    given.logo = not read.no_logo and not read.file_given
    given.prompts = read.from_stdin and read.prompts
    if read.from_stdin and not read.prompts:
        _dash(read.arguments)
    if read.configuration_name is not None or read.configuration_file is not None:
        raise UsageError("-ConfigurationName and -ConfigurationFile are not supported by this console.", 64)
    if read.settings_file is not None and not os.path.isfile(read.settings_file):
        raise UsageError(f"The settings file '{read.settings_file}' does not exist.", 64)
    given.working_directory = read.working_directory
    if read.non_interactive:
        given.interactive = False
