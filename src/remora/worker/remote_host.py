"""The host of a remote runspace: every call becomes a PSRP host call to the client that runs the pipeline.

What the client's host cannot do (its HostInfo says so) is refused here without a call; getters are answered from
HostInfo.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from remora.engine.errors import PipelineStopped, PSError, error
from remora.engine.records import ProgressRecord
from remora.engine.streams import not_implemented, raw_without_window
from remora.engine.wire import from_wire, to_wire
from remora.psrp.hostcalls import HostMethod
from remora.values import ChoiceDescription, FieldDescription, HostDefaultData, HostInfo, Int64
from remora.worker.pool_driver import HostCallBroken, Inbox, PoolDriver

_M = HostMethod
_DEFAULT: Final = HostDefaultData()
_WIDTH_WITHOUT_WINDOW: Final = (120, 50)
_FROM_DATA: Final = frozenset(
    "get_" + name
    for name in (
        "foreground_color", "background_color", "cursor_size", "buffer_size", "window_size", "window_title",
        "max_window_size", "max_physical_window_size",
    )
)  # fmt: skip


class RemoteHost:
    """EngineHost of one runspace. `attach` says whose pipeline runs in it now.

    inbox: nested pipelines that run while a call waits for its answer. nested_prompt: reads and runs lines inside the
    pipeline; prompting: it does; leave_nested: it shall end.
    """

    name = "ServerRemoteHost"
    version = "1.0.0.0"
    interactive = True
    is_remote = True

    def __init__(self, driver: PoolDriver, pool_info: HostInfo, inbox: Inbox) -> None:
        self._driver = driver
        self._inbox = inbox
        self._pool_info = pool_info
        self._pipeline: UUID | None = None
        self._info = pool_info
        self._changed: set[str] = set()
        self.nested_prompt: Callable[[], None] | None = None
        self.prompting = False
        self.leave_nested = False

    def attach(self, pipeline_id: UUID | None, info: HostInfo | None) -> tuple[UUID | None, HostInfo]:
        """Calls go to this pipeline from now on. info: of its CREATE_PIPELINE. Returns what `restore` takes."""
        before = (self._pipeline, self._info)
        self._pipeline = pipeline_id
        self._info = self._pool_info if info is None or info.use_runspace_host else info
        return before

    def restore(self, before: tuple[UUID | None, HostInfo]) -> None:
        """A nested pipeline is over: calls go where they went before it."""
        self._pipeline, self._info = before

    @property
    def has_ui(self) -> bool:
        """Whether the client's host has a user interface."""
        return not (self._info.is_host_null or self._info.is_host_ui_null)

    @property
    def _has_raw_ui(self) -> bool:
        return self.has_ui and not self._info.is_host_raw_ui_null

    @property
    def _data(self) -> HostDefaultData:
        return self._info.default_data or _DEFAULT

    # --- calls ------------------------------------------------------------------------------------------------

    def _call(self, method: HostMethod, *args: Any) -> Any:
        try:
            response = self._driver.host_call(self._pipeline, method, args, self._inbox)
        except HostCallBroken:
            raise PipelineStopped from None
        if response is None:
            return None
        if response.error is not None:
            raise _raised(response.error, method)
        return response.value

    def _ask(self, method: HostMethod, *args: Any) -> Any:
        if not self.has_ui:
            raise error(
                "A command that prompts the user failed because the host program or the command type does not support"
                " user interaction. The host was attempting to request confirmation or input"
                f" ({method.wire_name}).",
                "NonInteractive",
                "NotImplemented",
                type_name="System.Management.Automation.Host.HostException",
            )
        return self._call(method, *args)

    def _tell(self, method: HostMethod, *args: Any) -> None:
        if self.has_ui:
            self._call(method, *args)

    # --- the host ---------------------------------------------------------------------------------------------

    def set_should_exit(self, exit_code: int) -> None:
        if not self.prompting and not self._info.is_host_null:
            self._call(_M.SET_SHOULD_EXIT, exit_code)

    def read_line(self) -> str:
        return self._ask(_M.READ_LINE) or ""

    def read_line_as_secure_string(self) -> Any:
        return from_wire(self._ask(_M.READ_LINE_AS_SECURE_STRING))

    def write(self, text: str, foreground: int | None = None, background: int | None = None) -> None:
        if foreground is None and background is None:
            self._tell(_M.WRITE1, text)
        else:
            self._tell(_M.WRITE2, *self._colours(foreground, background), text)

    def write_line(self, text: str = "", foreground: int | None = None, background: int | None = None) -> None:
        if foreground is None and background is None:
            self._tell(_M.WRITE_LINE2, text)
        else:
            self._tell(_M.WRITE_LINE3, *self._colours(foreground, background), text)

    def _colours(self, foreground: int | None, background: int | None) -> tuple[int, int]:
        data = self._data
        return (
            data.foreground_color if foreground is None else foreground,
            data.background_color if background is None else background,
        )

    def write_error_line(self, text: str) -> None:
        self._tell(_M.WRITE_ERROR_LINE, text)

    def write_debug_line(self, text: str) -> None:
        self._tell(_M.WRITE_DEBUG_LINE, text)

    def write_verbose_line(self, text: str) -> None:
        self._tell(_M.WRITE_VERBOSE_LINE, text)

    def write_warning_line(self, text: str) -> None:
        self._tell(_M.WRITE_WARNING_LINE, text)

    def write_progress(self, source_id: int, record: ProgressRecord) -> None:
        self._tell(_M.WRITE_PROGRESS, Int64(source_id), to_wire(record))

    def prompt(self, caption: str, message: str, fields: Sequence[Any]) -> Mapping[str, Any]:
        answers = self._ask(_M.PROMPT, caption, message, tuple(map(_field, fields)))
        return {name: from_wire(value) for name, value in (answers or {}).items()}

    def prompt_for_credential(
        self, caption: str, message: str, user_name: str, target_name: str, allowed: int = 3, options: int = 0
    ) -> Any:
        texts = (caption, message, user_name, target_name)
        if (allowed, options) == (3, 0):
            return from_wire(self._ask(_M.PROMPT_FOR_CREDENTIAL1, *texts))
        return from_wire(self._ask(_M.PROMPT_FOR_CREDENTIAL2, *texts, allowed, options))

    def prompt_for_choice(self, caption: str, message: str, choices: Sequence[Any], default_choice: int) -> int:
        return int(self._ask(_M.PROMPT_FOR_CHOICE, caption, message, tuple(map(_choice, choices)), default_choice))

    def get_buffer_size(self) -> tuple[int, int]:
        if not self._has_raw_ui:
            return _WIDTH_WITHOUT_WINDOW
        size = self._data.buffer_size
        return (size.width, size.height)

    def prompt_for_choice_multiple(
        self, caption: str, message: str, choices: Sequence[Any], default_choices: Sequence[int]
    ) -> list[int]:
        method = _M.PROMPT_FOR_CHOICE_MULTIPLE_SELECTION
        given = (tuple(map(_choice, choices)), tuple(default_choices))
        return [int(chosen) for chosen in self._ask(method, caption, message, *given)]

    def push_runspace(self, entered: Any) -> None:
        """A prompt that is in this session cannot go on into another one."""
        raise not_implemented("PushRunspace")

    def pop_runspace(self) -> None:
        """The client's prompt shall leave the session."""
        self._host_call(_M.POP_RUNSPACE)

    def enter_nested_prompt(self) -> None:
        """A prompt inside the pipeline: its lines are asked for as Read-Host asks, since PowerShell's clients know no
        other way.
        """
        if self.nested_prompt is None or not self.has_ui:
            raise not_implemented("EnterNestedPrompt")
        self.nested_prompt()

    def exit_nested_prompt(self) -> None:
        if not self.prompting:
            raise not_implemented("ExitNestedPrompt")
        self.leave_nested = True

    def notify_begin_application(self) -> None:
        self._host_call(_M.NOTIFY_BEGIN_APPLICATION)

    def notify_end_application(self) -> None:
        self._host_call(_M.NOTIFY_END_APPLICATION)

    def _host_call(self, method: HostMethod) -> None:
        if not self._info.is_host_null:
            self._call(method)

    def call_raw(self, method: str, *arguments: Any) -> Any:
        """A getter is answered from HostInfo, as PowerShell does; the rest goes to the client."""
        if not self._has_raw_ui:
            return raw_without_window(_WIDTH_WITHOUT_WINDOW, method)
        data = self._data
        if method in _FROM_DATA and method not in self._changed:
            return getattr(data, method.removeprefix("get_"))
        if method.startswith("set_"):
            self._changed.add("get_" + method.removeprefix("set_"))
        return self._call(HostMethod[method.upper()], *arguments)


def _field(value: Any) -> FieldDescription:
    if isinstance(value, FieldDescription):
        return value
    if isinstance(value, str):
        return FieldDescription(name=value, label=value)
    name = str(getattr(value, "name", value))
    return FieldDescription(
        name=name,
        label=getattr(value, "label", None) or name,
        help_message=getattr(value, "help_message", None) or "",
        is_mandatory=bool(getattr(value, "is_mandatory", True)),
    )


def _choice(value: Any) -> ChoiceDescription:
    if isinstance(value, ChoiceDescription):
        return value
    if isinstance(value, str):
        return ChoiceDescription(label=value)
    return ChoiceDescription(
        label=str(getattr(value, "label", value)), help_message=getattr(value, "help_message", None) or ""
    )


def _raised(record: Any, method: HostMethod) -> PSError:
    exception = getattr(record, "exception", None)
    message = getattr(exception, "message", None) or str(record) or f"The host refused {method.wire_name}."
    return error(message, record.fully_qualified_error_id or "HostFunctionNotImplemented", "NotSpecified")
