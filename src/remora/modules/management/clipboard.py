"""Get-Clipboard, Set-Clipboard: by the program that the desktop has for it."""

from __future__ import annotations

import shutil
import subprocess
from typing import Any

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.convert import to_text
from remora.engine.errors import error
from remora.modules.common import as_list

_MODULE = "Microsoft.PowerShell.Management"
_TIMEOUT = 5
_READERS = (("wl-paste", "--no-newline"), ("xclip", "-selection", "clipboard", "-out"), ("xsel", "-b", "-o"),
            ("pbpaste",))  # fmt: skip
_WRITERS = (("wl-copy",), ("xclip", "-selection", "clipboard", "-in"), ("xsel", "-b", "-i"), ("pbcopy",))


def _run(command: Cmdlet, candidates: tuple[tuple[str, ...], ...], data: bytes | None) -> bytes:
    """Output of the first program there is. Raises a terminating error when there is none or it fails."""
    for words in candidates:
        path = shutil.which(words[0])
        if path is None:
            continue
        try:
            done = subprocess.run(
                [path, *words[1:]], input=data, stdout=subprocess.DEVNULL if data is not None else subprocess.PIPE,
                stderr=subprocess.DEVNULL, timeout=_TIMEOUT, check=True,
            )  # fmt: skip
        except (OSError, subprocess.SubprocessError):
            break
        return done.stdout or b""
    raise command.throw(
        error(
            "The clipboard is not supported on this platform.", "PlatformNotSupported", "NotImplemented",
            type_name="System.PlatformNotSupportedException",
        )
    )  # fmt: skip


def _text(command: Cmdlet) -> str:
    return _run(command, _READERS, None).decode("utf-8", "replace")


@cmdlet("Get-Clipboard", aliases=("gcb",), module=_MODULE, output_type=("System.String",))
class GetClipboard(Cmdlet):
    """What is in the clipboard, line by line."""

    raw = Parameter("switch")
    delimiter = Parameter("string[]")

    def process(self) -> None:
        text = _text(self)
        if self.raw:
            self.emit(text)
            return
        pieces = [text]
        for delimiter in as_list(self.delimiter) or ["\r\n", "\n"]:
            pieces = [part for piece in pieces for part in (piece.split(delimiter) if delimiter else [piece])]
        for piece in pieces:
            self.emit(piece)


@cmdlet("Set-Clipboard", aliases=("scb",), module=_MODULE, should_process=True)
class SetClipboard(Cmdlet):
    """Puts text into the clipboard."""

    value = Parameter(
        "string[]", position=0, mandatory=True, pipeline=True, by_property=True, allow_null=True, allow_empty=True
    )
    append = Parameter("switch")
    pass_thru = Parameter("switch")
    as_osc52 = Parameter("switch", name="AsOSC52", aliases=("ToLocalhost",))

    def begin(self) -> None:
        self._values: list[str] = []

    def process(self) -> None:
        values = as_list(self.value)
        self._values.extend(to_text(value) for value in values)
        if self.pass_thru:
            for value in values:
                self.emit(value)

    def end(self) -> None:
        text = "\n".join(self._values)
        action = "Append" if self.append else "Set"
        if not self.should_process(f"{action} string '{text[:20]}' to the clipboard.", "Set-Clipboard"):
            return
        if self.append:
            text = f"{_text(self)}\n{text}"
        if self.as_osc52:
            self._by_terminal(text)
        else:
            _run(self, _WRITERS, text.encode("utf-8", "replace"))

    def _by_terminal(self, text: str) -> Any:
        """The terminal's own sequence: it reaches the clipboard of the machine the terminal is on."""
        import base64

        self.session.host.write(f"\x1b]52;;{base64.b64encode(text.encode()).decode()}\x07")


CMDLETS = (GetClipboard, SetClipboard)
