"""The variables, directory and code page one cmd shell keeps between its commands."""

from __future__ import annotations

import getpass
import locale
import os
import platform
import random
import socket
import tempfile
from collections.abc import Iterator, Mapping
from datetime import datetime

_CODECS = {437: "cp437", 850: "cp850", 1250: "cp1250", 1251: "cp1251", 1252: "cp1252", 20127: "ascii", 28591: "latin-1"}
UTF8_CODE_PAGE = 65001


def codec_of(code_page: int) -> str | None:
    """Python's name for a Windows code page, None when the code page is unknown."""
    return "utf-8" if code_page == UTF8_CODE_PAGE else _CODECS.get(code_page)


class CmdEnvironment:
    """State of one WinRS shell: variables (names ignore case), directory, code page, errorlevel, directory stack.

    Linux tells ``http_proxy`` from ``HTTP_PROXY``; both spellings survive and both change when either is set.
    """

    def __init__(
        self, variables: Mapping[str, str] | None = None, *, directory: str | None = None, code_page: int = 437
    ) -> None:
        self._values: dict[str, str] = {}
        self._spellings: dict[str, list[str]] = {}
        for name, value in (os.environ if variables is None else variables).items():
            self._add(name, value)
        self.directory = os.path.abspath(directory or os.getcwd())
        self.code_page = code_page if codec_of(code_page) else 437
        self.errorlevel = 0
        self.echo = True
        self.directory_stack: list[str] = []
        self.delayed_expansion = False
        for name, value in _well_known().items():
            if name.lower() not in self._spellings:
                self._add(name, value)

    def _add(self, name: str, value: str) -> None:
        spellings = self._spellings.setdefault(name.lower(), [])
        if name not in spellings:
            spellings.append(name)
        self._values[name] = value

    def get(self, name: str) -> str | None:
        """Value of a variable, the computed ones (CD, DATE, TIME, RANDOM, ERRORLEVEL) included; None when undefined."""
        spellings = self._spellings.get(name.lower())
        if spellings:
            return self._values[spellings[-1]]
        return self._computed(name.upper())

    def _computed(self, name: str) -> str | None:
        if name == "CD":
            return self.directory
        if name == "ERRORLEVEL":
            return str(self.errorlevel)
        if name == "RANDOM":
            return str(random.randrange(32768))  # noqa: S311  not a secret: cmd's own is a plain generator too
        if name == "DATE":
            return datetime.now().strftime("%a %m/%d/%Y")
        if name == "TIME":
            now = datetime.now()
            return f"{now.hour:2d}:{now:%M:%S}.{now.microsecond // 10000:02d}"
        if name == "CMDEXTVERSION":
            return "2"
        return None

    def set(self, name: str, value: str | None) -> bool:
        """Define a variable, or remove it with None or an empty text. False when there was nothing to remove."""
        folded = name.lower()
        if value:
            for spelling in self._spellings.get(folded) or [name]:
                self._add(spelling, value)
            return True
        spellings = self._spellings.pop(folded, [])
        for spelling in spellings:
            del self._values[spelling]
        return bool(spellings)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Name and value pairs, sorted as `set` prints them."""
        return iter(sorted(self._values.items(), key=lambda pair: (pair[0].lower(), pair[0])))

    def exported(self) -> dict[str, str]:
        """The environment a child process gets."""
        return {**self._values, "PWD": self.directory}

    @property
    def codec(self) -> str:
        return codec_of(self.code_page) or "cp437"

    def encode(self, text: str) -> bytes:
        """Text as bytes of the shell's code page; what it cannot hold becomes a question mark."""
        if self.code_page == UTF8_CODE_PAGE:
            return text.encode("utf-8", "surrogateescape")
        return text.encode(self.codec, "replace")

    def decode(self, data: bytes) -> str:
        """Bytes of the shell's code page as text; never fails."""
        if self.code_page == UTF8_CODE_PAGE:
            return data.decode("utf-8", "surrogateescape")
        return data.decode(self.codec, "replace")

    def snapshot(self) -> CmdEnvironment:
        """An independent copy: the two sides of a pipe, ``setlocal`` and nested shells change only their own."""
        copy = CmdEnvironment.__new__(CmdEnvironment)
        copy._values = dict(self._values)
        copy._spellings = {folded: list(names) for folded, names in self._spellings.items()}
        copy.directory = self.directory
        copy.code_page = self.code_page
        copy.errorlevel = self.errorlevel
        copy.echo = self.echo
        copy.directory_stack = list(self.directory_stack)
        copy.delayed_expansion = self.delayed_expansion
        return copy

    def restore(self, saved: CmdEnvironment) -> None:
        """Go back to a snapshot (``endlocal``); errorlevel and code page stay as they are now."""
        self._values, self._spellings = saved._values, saved._spellings
        self.directory = saved.directory
        self.delayed_expansion = saved.delayed_expansion


def _well_known() -> dict[str, str]:
    """Variables every Windows shell has and scripts count on, with this machine's values."""
    home = os.path.expanduser("~")
    temporary = tempfile.gettempdir()
    return {
        "TEMP": temporary,
        "TMP": temporary,
        "USERPROFILE": home,
        "HOME": home,
        "USERNAME": user_name(),
        "COMPUTERNAME": socket.gethostname().split(".")[0].upper(),
        "COMSPEC": "cmd.exe",
        "PATHEXT": ".CMD;.BAT",
        "PROMPT": "$P$G",
        "PROCESSOR_ARCHITECTURE": {"x86_64": "AMD64", "aarch64": "ARM64"}.get(machine := platform.machine(), machine),
        "NUMBER_OF_PROCESSORS": str(os.cpu_count() or 1),
        "OS": "Linux",
        "LANG": ".".join(part for part in locale.getlocale() if part) or "C.UTF-8",
        "PATH": os.defpath,
    }


def user_name() -> str:
    """Name of the user the shell runs as; the number when the account database has no name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())
