"""Where the output of a runspace goes, and what it may ask of its host: the two protocols the world above implements.

All values handed to a sink are engine values; ``remora.engine.wire.to_wire`` turns them (records too) into what CLIXML
encodes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from remora.engine.errors import ErrorRecord, PSError, error
from remora.engine.records import DebugRecord, InformationRecord, ProgressRecord, VerboseRecord, WarningRecord


class StreamSink(Protocol):
    """Receives what a pipeline writes, in order, on the engine's thread. A sink may block: that is the
    back-pressure.
    """

    def output(self, value: Any) -> None: ...
    def error(self, record: ErrorRecord) -> None: ...
    def warning(self, record: WarningRecord) -> None: ...
    def verbose(self, record: VerboseRecord) -> None: ...
    def debug(self, record: DebugRecord) -> None: ...
    def information(self, record: InformationRecord) -> None: ...
    def progress(self, record: ProgressRecord) -> None: ...


class CollectingSink:
    """A sink that keeps everything, stream by stream; for tests, nested invokes and the console."""

    def __init__(self) -> None:
        self.outputs: list[Any] = []
        self.errors: list[ErrorRecord] = []
        self.warnings: list[WarningRecord] = []
        self.verboses: list[VerboseRecord] = []
        self.debugs: list[DebugRecord] = []
        self.informations: list[InformationRecord] = []
        self.progresses: list[ProgressRecord] = []
        self.output = self.outputs.append
        self.error = self.errors.append
        self.warning = self.warnings.append
        self.verbose = self.verboses.append
        self.debug = self.debugs.append
        self.information = self.informations.append
        self.progress = self.progresses.append


class EngineHost(Protocol):
    """The PSHost of a runspace: PSRP's host call methods by name (MS-PSRP 2.2.3.17). Every call blocks until answered.

    Colours are ConsoleColor numbers. A method without an answer returns None. A host that cannot do it raises PSError.
    """

    name: str
    version: str
    interactive: bool

    def set_should_exit(self, exit_code: int) -> None: ...
    def read_line(self) -> str: ...
    def read_line_as_secure_string(self) -> Any: ...
    def write(self, text: str, foreground: int | None = None, background: int | None = None) -> None: ...
    def write_line(self, text: str = "", foreground: int | None = None, background: int | None = None) -> None: ...
    def write_error_line(self, text: str) -> None: ...
    def write_debug_line(self, text: str) -> None: ...
    def write_verbose_line(self, text: str) -> None: ...
    def write_warning_line(self, text: str) -> None: ...
    def write_progress(self, source_id: int, record: ProgressRecord) -> None: ...
    def prompt(self, caption: str, message: str, fields: Sequence[Any]) -> Mapping[str, Any]: ...
    def prompt_for_credential(
        self, caption: str, message: str, user_name: str, target_name: str, allowed: int = 3, options: int = 0
    ) -> Any: ...
    def prompt_for_choice(self, caption: str, message: str, choices: Sequence[Any], default_choice: int) -> int: ...
    def prompt_for_choice_multiple(
        self, caption: str, message: str, choices: Sequence[Any], default_choices: Sequence[int]
    ) -> list[int]: ...
    def enter_nested_prompt(self) -> None: ...
    def exit_nested_prompt(self) -> None: ...
    def notify_begin_application(self) -> None: ...
    def notify_end_application(self) -> None: ...
    def get_buffer_size(self) -> tuple[int, int]: ...
    def call_raw(self, method: str, *arguments: Any) -> Any:
        """A method of PSHostRawUserInterface by its name (``get_cursor_position``, ``read_key``): ``values.host`` in
        and out.
        """


class SilentHost:
    """The host of a runspace nobody watches: output goes nowhere, every question is refused as NonInteractive."""

    name = "Default Host"
    version = "7.4.6"
    interactive = False

    def set_should_exit(self, exit_code: int) -> None:
        """Nobody to tell."""

    def write(self, text: str, foreground: int | None = None, background: int | None = None) -> None:
        """Dropped."""

    def write_line(self, text: str = "", foreground: int | None = None, background: int | None = None) -> None:
        """Dropped."""

    def write_error_line(self, text: str) -> None:
        """Dropped."""

    def write_debug_line(self, text: str) -> None:
        """Dropped."""

    def write_verbose_line(self, text: str) -> None:
        """Dropped."""

    def write_warning_line(self, text: str) -> None:
        """Dropped."""

    def write_progress(self, source_id: int, record: ProgressRecord) -> None:
        """Dropped."""

    def notify_begin_application(self) -> None:
        """Nobody to tell."""

    def notify_end_application(self) -> None:
        """Nobody to tell."""

    def enter_nested_prompt(self) -> None:
        raise self._refuse("EnterNestedPrompt")

    def exit_nested_prompt(self) -> None:
        raise self._refuse("ExitNestedPrompt")

    def call_raw(self, method: str, *arguments: Any) -> Any:
        """No window: its size is what formatting assumes, its title is empty, the rest is refused."""
        return raw_without_window(self.get_buffer_size(), method)

    def get_buffer_size(self) -> tuple[int, int]:
        """Width and height that formatting assumes without a terminal."""
        return (120, 50)

    def read_line(self) -> str:
        raise self._refuse("ReadLine")

    def read_line_as_secure_string(self) -> Any:
        raise self._refuse("ReadLineAsSecureString")

    def prompt(self, caption: str, message: str, fields: Sequence[Any]) -> Mapping[str, Any]:
        raise self._refuse("Prompt")

    def prompt_for_credential(
        self, caption: str, message: str, user_name: str, target_name: str, allowed: int = 3, options: int = 0
    ) -> Any:
        raise self._refuse("PromptForCredential")

    def prompt_for_choice(self, caption: str, message: str, choices: Sequence[Any], default_choice: int) -> int:
        raise self._refuse("PromptForChoice")

    def prompt_for_choice_multiple(
        self, caption: str, message: str, choices: Sequence[Any], default_choices: Sequence[int]
    ) -> list[int]:
        raise self._refuse("PromptForChoice")

    @staticmethod
    def _refuse(what: str) -> PSError:
        return error(
            "A command that prompts the user failed because the host program or the command type does not "
            "support user "
            f"interaction ({what}).",
            "NonInteractive",
            "InvalidOperation",
            type_name="System.Management.Automation.PSInvalidOperationException",
        )


def raw_without_window(size: tuple[int, int], method: str) -> Any:
    """What a host without a window answers. Raises PSError for what it cannot know."""
    from remora.values.host import Coordinates, Size

    answers = {
        "get_foreground_color": -1,
        "get_background_color": -1,
        "get_cursor_position": Coordinates(x=0, y=0),
        "get_window_position": Coordinates(x=0, y=0),
        "get_cursor_size": 25,
        "get_window_title": "",
        "get_key_available": False,
        **dict.fromkeys(
            ("get_buffer_size", "get_window_size", "get_max_window_size", "get_max_physical_window_size"),
            Size(width=size[0], height=size[1]),
        ),
    }
    if method in answers:
        return answers[method]
    raise not_implemented(method)


def not_implemented(method: str) -> PSError:
    """The error of a method that this host does not have."""
    return error(
        f"The method or operation is not implemented ({method}).",
        "NotImplemented",
        "NotImplemented",
        type_name="System.NotImplementedException",
    )
