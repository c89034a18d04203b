"""The engine's host as the host of remote scripts: what they write is shown on it, what they ask it answers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Final
from uuid import uuid4

from remora.client.host import HostCallRefused
from remora.engine.errors import FlowSignal, PSError
from remora.engine.streams import EngineHost
from remora.engine.wire import from_wire
from remora.psrp.hostcalls import HostCall, HostMethod
from remora.values import HostDefaultData, HostInfo, Size, Version

_M: Final = HostMethod
_CULTURE: Final = "en-US"
_MAX_LINES: Final = 3000
_LAST_COLOUR: Final = 15
_USUAL: Final = (HostDefaultData().foreground_color, HostDefaultData().background_color)
_RAW: Final = frozenset(
    method
    for method in HostMethod
    if _M.GET_FOREGROUND_COLOR <= method <= _M.SCROLL_BUFFER_CONTENTS
)  # fmt: skip
_ABOUT_HOST: Final = (_M.GET_CURRENT_CULTURE, _M.GET_CURRENT_UI_CULTURE)
_NOT_HERE: Final = (_M.PUSH_RUNSPACE, _M.GET_RUNSPACE, _M.EXIT_NESTED_PROMPT)
_ASKS: Final = frozenset(
    (_M.READ_LINE, _M.READ_LINE_AS_SECURE_STRING, _M.PROMPT, _M.PROMPT_FOR_CREDENTIAL1, _M.PROMPT_FOR_CREDENTIAL2,
     _M.PROMPT_FOR_CHOICE, _M.PROMPT_FOR_CHOICE_MULTIPLE_SELECTION, _M.READ_KEY)
)  # fmt: skip


class LocalHost:
    """ClientHost on the host of an engine. left: the session asked to be left; exit_code: with ``exit``, and how."""

    def __init__(self, host: EngineHost) -> None:
        self._host = host
        self._id = uuid4()
        self.left = False
        self.exit_code: int | None = None

    @property
    def info(self) -> HostInfo:
        """What the host is now: its window may have got another size since."""
        width, height = self._host.get_buffer_size()
        window = Size(width=width, height=height)
        data = HostDefaultData(
            buffer_size=Size(width=width, height=max(height, _MAX_LINES)),
            window_size=window,
            max_window_size=window,
            max_physical_window_size=window,
            window_title=str(self._host.call_raw("get_window_title") or ""),
        )
        return HostInfo(
            is_host_null=False,
            is_host_ui_null=False,
            is_host_raw_ui_null=False,
            use_runspace_host=False,
            default_data=data,
        )

    async def answer(self, call: HostCall) -> Any:
        """Do what is asked; questions wait in a thread of their own. Raises HostCallRefused."""
        try:
            if call.method in _ASKS:
                return await asyncio.to_thread(self._do, call)
            return self._do(call)
        except PSError as problem:
            raise HostCallRefused(problem.record.message) from problem

    def _do(self, call: HostCall) -> Any:
        try:
            return self._dispatch(call)
        except FlowSignal:
            raise HostCallRefused("the question was given up") from None

    def _dispatch(self, call: HostCall) -> Any:
        args = call.args
        match call.method:
            case _M.POP_RUNSPACE:
                self.left = True
            case _M.SET_SHOULD_EXIT:
                self.left, self.exit_code = True, args[0]
            case _M.GET_NAME:
                return self._host.name
            case _M.GET_VERSION:
                return Version.parse(self._host.version)
            case _M.GET_INSTANCE_ID:
                return self._id
            case _M.GET_IS_RUNSPACE_PUSHED:
                return True
            case method if method in _ABOUT_HOST:
                return _CULTURE
            case _M.ENTER_NESTED_PROMPT:  # nobody waits for an answer, so the refusal is told here
                self._host.write_error_line("A nested prompt of a session on another machine cannot be entered.")
            case method if method in _NOT_HERE:
                raise HostCallRefused(f"the host has no {method.wire_name} for remote scripts")
            case _M.WRITE2 | _M.WRITE_LINE3:
                fore, back = (_unless(usual, given) for usual, given in zip(_USUAL, args[:2], strict=True))
                self._method(call)(args[2] or "", fore, back)
            case _M.WRITE_PROGRESS:
                self._host.write_progress(int(args[0]), from_wire(args[1]))
            case _M.PROMPT_FOR_CHOICE_MULTIPLE_SELECTION:
                return self._host.prompt_for_choice_multiple(args[0] or "", args[1] or "", *args[2:])
            case method if method in _RAW:
                return self._host.call_raw(method.attribute, *args)
            case _:
                return self._method(call)(*("" if value is None else value for value in args))
        return None

    def _method(self, call: HostCall) -> Callable[..., Any]:
        method: Callable[..., Any] = getattr(self._host, call.method.attribute)
        return method


def _unless(usual: int, given: int) -> int | None:
    """None for the colour that the other side takes for the usual one: it is sent where only one was asked for."""
    return given if given != usual and 0 <= given <= _LAST_COLOUR else None
