"""The person (or nobody) at the client's end: remote scripts write to it, ask it, and may end it."""

from __future__ import annotations

import asyncio
import getpass
import sys
from collections.abc import Awaitable, Mapping, Sequence
from inspect import isawaitable
from typing import Any, Protocol, TextIO, runtime_checkable
from uuid import UUID, uuid4

from remora.errors import RemoraError
from remora.psrp.hostcalls import HostCall, HostMethod
from remora.values import (
    ChoiceDescription,
    FieldDescription,
    HostDefaultData,
    HostInfo,
    ProgressRecord,
    PSCredential,
    SecureString,
    Size,
    Version,
)


class HostCallRefused(RemoraError):
    """This host does not offer what the remote script asked for; the script gets an error record."""


@runtime_checkable
class ClientHost(Protocol):
    """What answers host calls. info: which parts exist, told to the server at the start.

    ``answer`` returns the value of the call, None for void ones; an exception becomes an error of the remote script.
    """

    @property
    def info(self) -> HostInfo: ...

    async def answer(self, call: HostCall) -> Any: ...


class NullHost:
    """Nobody is there: the server is told so and asks nothing."""

    info = HostInfo()

    async def answer(self, call: HostCall) -> Any:
        raise HostCallRefused(f"the client has no user interface for {call.method.wire_name}")


class UserHost:
    """Turns host calls into methods, ordinary or async; override those you have. exit_code keeps SetShouldExit.

    What is not overridden either does nothing (writing) or refuses (asking).
    """

    name = "RemoraHost"
    version = Version(0, 1)
    culture = "en-US"

    def __init__(self, *, width: int = 120, height: int = 50) -> None:
        self.instance_id: UUID = uuid4()
        self.exit_code: int | None = None
        size = Size(width=width, height=height)
        data = HostDefaultData(
            buffer_size=size,
            window_size=size,
            max_window_size=size,
            max_physical_window_size=size,
            window_title="remora",
        )
        self._info = HostInfo(
            is_host_null=False,
            is_host_ui_null=False,
            is_host_raw_ui_null=False,
            use_runspace_host=False,
            default_data=data,
        )

    @property
    def info(self) -> HostInfo:
        return self._info

    def write(self, text: str, foreground: int | None = None, background: int | None = None) -> Awaitable[None] | None:
        """Write text without a line end. Colours: ConsoleColor 0 to 15, None for the default."""

    def write_line(
        self, text: str = "", foreground: int | None = None, background: int | None = None
    ) -> Awaitable[None] | None:
        return self.write(text + "\n", foreground, background)

    def write_error_line(self, text: str) -> Awaitable[None] | None:
        return self.write_line(text)

    def write_warning_line(self, text: str) -> Awaitable[None] | None:
        return self.write_line(f"WARNING: {text}")

    def write_verbose_line(self, text: str) -> Awaitable[None] | None:
        return self.write_line(f"VERBOSE: {text}")

    def write_debug_line(self, text: str) -> Awaitable[None] | None:
        return self.write_line(f"DEBUG: {text}")

    def write_progress(self, source_id: int, record: ProgressRecord) -> Awaitable[None] | None:
        """Show progress; source_id tells apart who reports."""

    def read_line(self) -> Awaitable[str] | str:
        raise HostCallRefused("the client cannot be asked for a line")

    def read_line_as_secure_string(self) -> Awaitable[SecureString] | SecureString:
        raise HostCallRefused("the client cannot be asked for a secret")

    def prompt(
        self, caption: str | None, message: str | None, fields: Sequence[FieldDescription]
    ) -> Awaitable[Mapping[str, Any]] | Mapping[str, Any]:
        """Ask for several fields; returns a value for each field's name."""
        raise HostCallRefused("the client cannot be asked for values")

    def prompt_for_credential(
        self, caption: str | None, message: str | None, user_name: str | None, target_name: str | None
    ) -> Awaitable[PSCredential] | PSCredential:
        raise HostCallRefused("the client cannot be asked for a credential")

    def prompt_for_choice(
        self, caption: str | None, message: str | None, choices: Sequence[ChoiceDescription], default: int
    ) -> Awaitable[int] | int:
        """Ask for one of the choices; returns its index. default: -1 for none."""
        raise HostCallRefused("the client cannot be asked to choose")

    def set_should_exit(self, exit_code: int) -> Awaitable[None] | None:
        self.exit_code = exit_code
        return None

    async def answer(self, call: HostCall) -> Any:
        value = self._dispatch(call)
        return await value if isawaitable(value) else value

    def _dispatch(self, call: HostCall) -> Any:
        args = call.args
        match call.method:
            case HostMethod.WRITE1:
                return self.write(args[0] or "")
            case HostMethod.WRITE2:
                return self.write(args[2] or "", args[0], args[1])
            case HostMethod.WRITE_LINE1 | HostMethod.WRITE_LINE2:
                return self.write_line((args[0] or "") if args else "")
            case HostMethod.WRITE_LINE3:
                return self.write_line(args[2] or "", args[0], args[1])
            case (
                HostMethod.WRITE_ERROR_LINE
                | HostMethod.WRITE_DEBUG_LINE
                | HostMethod.WRITE_VERBOSE_LINE
                | HostMethod.WRITE_WARNING_LINE
            ):
                return self._methods()[call.method](args[0] or "")
            case HostMethod.PROMPT_FOR_CREDENTIAL1 | HostMethod.PROMPT_FOR_CREDENTIAL2:
                return self.prompt_for_credential(*args[:4])
            case HostMethod.PROMPT_FOR_CHOICE_MULTIPLE_SELECTION:
                return self._several(*args)
            case _ if (value := self._identity(call.method)) is not None:
                return value
            case _ if (method := self._methods().get(call.method)) is not None:
                return method(*args)
            case _ if call.method.is_void:
                return None
        raise HostCallRefused(f"the client's host has no {call.method.wire_name}")

    def _identity(self, method: HostMethod) -> Any:
        return {
            HostMethod.GET_NAME: self.name,
            HostMethod.GET_VERSION: self.version,
            HostMethod.GET_INSTANCE_ID: self.instance_id,
            HostMethod.GET_CURRENT_CULTURE: self.culture,
            HostMethod.GET_CURRENT_UI_CULTURE: self.culture,
        }.get(method) or self._screen(method)

    def _screen(self, method: HostMethod) -> Any:
        data = self._info.default_data or HostDefaultData()
        return {
            HostMethod.GET_FOREGROUND_COLOR: data.foreground_color,
            HostMethod.GET_BACKGROUND_COLOR: data.background_color,
            HostMethod.GET_CURSOR_POSITION: data.cursor_position,
            HostMethod.GET_WINDOW_POSITION: data.window_position,
            HostMethod.GET_CURSOR_SIZE: data.cursor_size,
            HostMethod.GET_BUFFER_SIZE: data.buffer_size,
            HostMethod.GET_WINDOW_SIZE: data.window_size,
            HostMethod.GET_WINDOW_TITLE: data.window_title,
            HostMethod.GET_MAX_WINDOW_SIZE: data.max_window_size,
            HostMethod.GET_MAX_PHYSICAL_WINDOW_SIZE: data.max_physical_window_size,
            HostMethod.GET_IS_RUNSPACE_PUSHED: False,
            HostMethod.GET_KEY_AVAILABLE: False,
        }.get(method)

    def _methods(self) -> Mapping[HostMethod, Any]:
        return {
            HostMethod.SET_SHOULD_EXIT: self.set_should_exit,
            HostMethod.READ_LINE: self.read_line,
            HostMethod.READ_LINE_AS_SECURE_STRING: self.read_line_as_secure_string,
            HostMethod.WRITE_ERROR_LINE: self.write_error_line,
            HostMethod.WRITE_DEBUG_LINE: self.write_debug_line,
            HostMethod.WRITE_VERBOSE_LINE: self.write_verbose_line,
            HostMethod.WRITE_WARNING_LINE: self.write_warning_line,
            HostMethod.WRITE_PROGRESS: self.write_progress,
            HostMethod.PROMPT: self.prompt,
            HostMethod.PROMPT_FOR_CHOICE: self.prompt_for_choice,
        }

    async def _several(
        self, caption: str | None, message: str | None, choices: Sequence[ChoiceDescription], defaults: Sequence[int]
    ) -> tuple[int, ...]:
        """Ask for several choices by asking for one at a time until the default (none) is taken."""
        chosen = self.prompt_for_choice(caption, message, choices, defaults[0] if defaults else -1)
        return (await chosen if isawaitable(chosen) else chosen,)


class ConsoleHost(UserHost):
    """The terminal of this process: text goes to ``out`` and ``err``, questions to the terminal.

    Captions and messages come from another machine and are marked as such before a secret is asked for.
    """

    def __init__(
        self,
        computer_name: str,
        *,
        out: TextIO | None = None,
        err: TextIO | None = None,
        width: int = 120,
        height: int = 50,
    ) -> None:
        super().__init__(width=width, height=height)
        self._computer = computer_name
        self._out = out if out is not None else sys.stdout
        self._err = err if err is not None else sys.stderr

    def write(self, text: str, foreground: int | None = None, background: int | None = None) -> None:
        self._out.write(text)
        self._out.flush()

    def write_error_line(self, text: str) -> None:
        self._say(text)

    def write_warning_line(self, text: str) -> None:
        self._say(f"WARNING: {text}")

    def write_verbose_line(self, text: str) -> None:
        self._say(f"VERBOSE: {text}")

    def write_debug_line(self, text: str) -> None:
        self._say(f"DEBUG: {text}")

    async def read_line(self) -> str:
        return await asyncio.to_thread(self._ask, "")

    async def read_line_as_secure_string(self) -> SecureString:
        return SecureString(await asyncio.to_thread(self._ask_secret, f"{self._computer} asks for a secret: "))

    async def prompt(
        self, caption: str | None, message: str | None, fields: Sequence[FieldDescription]
    ) -> Mapping[str, Any]:
        self._explain(caption, message)
        answers: dict[str, Any] = {}
        for item in fields:
            label = (item.label or item.name).replace("&", "")
            if item.parameter_type_full_name == SecureString.TYPE_NAME:
                answers[item.name] = SecureString(await asyncio.to_thread(self._ask_secret, f"{label}: "))
            else:
                answers[item.name] = await asyncio.to_thread(self._ask, f"{label}: ")
        return answers

    async def prompt_for_credential(
        self, caption: str | None, message: str | None, user_name: str | None, target_name: str | None
    ) -> PSCredential:
        self._explain(f"{self._computer} asks for a credential. {caption or ''}".rstrip(), message)
        user = user_name if user_name is not None else ""
        if not user:
            user = await asyncio.to_thread(self._ask, "User: ")
        return PSCredential(user, await asyncio.to_thread(self._ask_secret, f"Password for user {user}: "))

    async def prompt_for_choice(
        self, caption: str | None, message: str | None, choices: Sequence[ChoiceDescription], default: int
    ) -> int:
        self._explain(caption, message)
        keys = [_hot_key(choice.label) for choice in choices]
        names = [choice.label.replace("&", "") for choice in choices]
        line = "  ".join(f"[{key or name}] {name}" for key, name in zip(keys, names, strict=True))
        hint = f' (default is "{keys[default] or names[default]}")' if 0 <= default < len(names) else ""
        while True:
            answer = (await asyncio.to_thread(self._ask, f"{line}{hint}: ")).strip().casefold()
            if not answer and 0 <= default < len(names):
                return default
            for index, (key, name) in enumerate(zip(keys, names, strict=True)):
                if answer and answer in (key.casefold(), name.casefold()):
                    return index

    def _explain(self, caption: str | None, message: str | None) -> None:
        for text in (caption, message):
            if text:
                self._say(text)

    def _say(self, text: str) -> None:
        self._err.write(text + "\n")
        self._err.flush()

    def _ask(self, prompt: str) -> str:
        self._err.write(prompt)
        self._err.flush()
        line = sys.stdin.readline()
        if not line:
            raise HostCallRefused("there is no more input to read")
        return line.rstrip("\r\n")

    def _ask_secret(self, prompt: str) -> str:
        if sys.stdin.isatty():
            return getpass.getpass(prompt, stream=self._err)
        self._say(prompt.rstrip())  # nothing is echoed where no terminal is
        return self._ask("")


def _hot_key(label: str) -> str:
    _before, mark, after = label.partition("&")
    return after[:1].upper() if mark else ""
