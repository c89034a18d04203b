"""A script block as an argument of a program: the program is a PowerShell, and gets it as -EncodedCommand, its
arguments, its input and its streams as CLIXML.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any, Final

from remora.engine.arguments import NativeWord
from remora.engine.convert.text import to_text
from remora.engine.enumeration import is_enumerable, items_of
from remora.engine.errors import ErrorRecord, PSError, error
from remora.engine.exception_types import exception
from remora.engine.objectstreams import ObjectStreams, object_streams
from remora.engine.pipes import Sinks
from remora.engine.records import DebugRecord, InformationRecord, ProgressRecord, VerboseRecord, WarningRecord
from remora.engine.scriptblock import ScriptBlock
from remora.engine.types.registry import unwrap

_PARAMETERS: Final = ("command", "inputformat", "outputformat", "args")
_FORMATS: Final = ("xml", "text")
_MESSAGES: Final = {"warning": WarningRecord, "verbose": VerboseRecord, "debug": DebugRecord}


def is_minishell(words: Sequence[NativeWord]) -> bool:
    """Tell whether one of the arguments is a script block."""
    return any(word.has_value and isinstance(unwrap(word.value), ScriptBlock) for word in words)


class MinishellArguments:
    """The words a PowerShell gets instead of those with a block. input, output: formats that were asked for."""

    def __init__(self, words: Sequence[NativeWord]) -> None:
        self.words: list[NativeWord] = []
        self.input: str | None = None
        self.output: str | None = None
        self._seen: set[str] = set()
        queue = list(words)
        while queue:
            word = queue.pop(0)
            name = self._parameter(word)
            if name is None:
                self._positional(word)
                continue
            self._once(name)
            value = word if word.has_value else queue.pop(0) if queue else None
            self._named(name, value)
        if self.input is None:
            self.input = "xml"
            self._add("-inputFormat", "xml")

    def _parameter(self, word: NativeWord) -> str | None:
        text = word.name.lower().lstrip("-").rstrip(":")
        return next((name for name in _PARAMETERS if text and name.startswith(text)), None)

    def _once(self, name: str) -> None:
        if name in self._seen:
            raise _wrong(f"The -{name} parameter was already specified.", "ParameterSpecifiedAlready")
        self._seen.add(name)

    def _add(self, name: str, text: str) -> None:
        self.words += [NativeWord(name, has_value=False), NativeWord(value=text, quoted=True)]

    def _positional(self, word: NativeWord) -> None:
        block = unwrap(word.value) if word.has_value and not word.name else None
        if isinstance(block, ScriptBlock):
            self._once("command")
            self._add("-encodedCommand", _base64(to_text(block)))
        else:
            self.words.append(word)

    def _named(self, name: str, word: NativeWord | None) -> None:
        value = None if word is None else word.constant if word.constant is not None else word.value
        if name == "command":
            block = unwrap(value)
            if word is None:
                raise _wrong("No value was specified for the Command parameter.", "NoValueForCommandParameter")
            if not isinstance(block, ScriptBlock):
                raise _wrong(
                    "ScriptBlock should only be specified as a value of the Command parameter.",
                    "IncorrectValueForCommandParameter",
                )
            self._add("-encodedCommand", _base64(to_text(block)))
        elif name == "args":
            if word is None:
                raise _wrong("No value was specified for the Args parameter.", "NoValuesSpecifiedForArgs")
            values = list(items_of(value)) if is_enumerable(value) else [value]
            self._add("-encodedArguments", _base64(_codec().dump([(None, values)]).decode()))
        else:
            self._format(name, word, to_text(value))

    def _format(self, name: str, word: NativeWord | None, text: str) -> None:
        shown = "InputFormat" if name == "inputformat" else "OutputFormat"
        if word is None:
            raise _wrong(
                f"No value was specified for the {shown} parameter. Valid values are Text and Xml.",
                f"NoValueFor{shown}Parameter",
            )
        known = next((known for known in _FORMATS if known.startswith(text.lower())), None)
        if known is None:
            raise _wrong(
                f"A value that is not valid ({text}) was specified for the {shown} parameter. "
                "Valid values are Text and Xml.",
                "IncorrectValueForFormatParameter",
            )
        self._add(f"-{shown}", known)
        if name == "inputformat":
            self.input = known
        else:
            self.output = known


class ObjectInput:
    """Objects of the pipeline as one CLIXML document, written when all are there."""

    def __init__(self) -> None:
        self._held: list[tuple[None, Any]] = []

    def bytes_of(self, value: Any) -> bytes:
        """Nothing yet."""
        self._held.append((None, value))
        return b""

    def rest(self) -> bytes:
        """The document."""
        held, self._held = self._held, []
        return _codec().dump(held) if held else b""


def put_objects(text: str, default: str, emit: Any, sinks: Sinks) -> None:
    """Hand the items of a document to the streams they came from. default: ``output`` or ``error``."""
    for stream, value in _codec().load(text):
        name = stream or default
        if name in _MESSAGES:
            getattr(sinks, name)(_MESSAGES[name](to_text(value)))
        elif name == "information":
            sinks.information(value if isinstance(value, InformationRecord) else InformationRecord(value, ""))
        elif name == "progress":
            if isinstance(value, ProgressRecord):
                sinks.progress(value)
        elif name == "error":
            sinks.error(value if isinstance(value, ErrorRecord) else _error_of(to_text(value)))
        else:
            emit(value)


def _error_of(text: str) -> ErrorRecord:
    made = exception(text, "System.Management.Automation.RemoteException")
    return ErrorRecord(made, "NativeCommandError", "NotSpecified", text)


def _codec() -> ObjectStreams:
    found = object_streams()
    if found is None:
        raise error("Objects cannot be passed to a program in this session.", "NotSupported", "NotImplemented")
    return found


def _base64(text: str) -> str:
    return base64.b64encode(text.encode("utf-16-le", "surrogatepass")).decode()


def _wrong(message: str, error_id: str) -> PSError:
    return error(
        message, error_id, "InvalidArgument", type_name="System.Management.Automation.ParameterBindingException"
    )
