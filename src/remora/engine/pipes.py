"""The streams of a command: where records go (sinks), and the preferences that decide whether they go there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from remora.engine.convert.text import to_text
from remora.engine.errors import ErrorRecord, PSError, error
from remora.engine.exception_types import NetException, exception
from remora.engine.invocation import InvocationInfo
from remora.engine.records import DebugRecord, InformationRecord, ProgressRecord, VerboseRecord, WarningRecord

if TYPE_CHECKING:
    from remora.engine.context import EngineContext
    from remora.engine.scopes import Scope

STOPPED = "System.Management.Automation.ActionPreferenceStopException"
_SUSPEND = 2
Put = Callable[[Any], None]
ACTIONS = ("SilentlyContinue", "Stop", "Continue", "Inquire", "Ignore", "Suspend", "Break")
_FOLDED = {name.lower(): name for name in ACTIONS}


class Sinks:
    """Six functions that take records: streams 2 to 6 and progress. Redirection makes a changed copy.

    captures: lists of -ErrorVariable and its relatives of the functions around, by stream name; they take what is
    written whether it is shown or not.
    """

    __slots__ = ("captures", "debug", "error", "information", "progress", "verbose", "warning")

    def __init__(
        self,
        error: Put,
        warning: Put,
        verbose: Put,
        debug: Put,
        information: Put,
        progress: Put,
        captures: dict[str, tuple[list[Any], ...]] | None = None,
    ) -> None:
        self.error = error
        self.warning = warning
        self.verbose = verbose
        self.debug = debug
        self.information = information
        self.progress = progress
        self.captures = captures

    def copy(self) -> Sinks:
        return Sinks(self.error, self.warning, self.verbose, self.debug, self.information, self.progress, self.captures)

    def capturing(self, variables: dict[str, list[Any]]) -> Sinks:
        """A copy that also fills these -ErrorVariable and relatives with what is written inside."""
        made = self.copy()
        captures = dict(self.captures or {})
        for stream, target in variables.items():
            captures[stream] = (*captures.get(stream, ()), target)
        made.captures = captures
        return made

    def capture(self, stream: str, record: Any) -> None:
        """Give the record to the capture variables of that stream."""
        if self.captures is not None:
            for target in self.captures.get(stream, ()):
                target.append(record)


class Overrides:
    """What common parameters set for one command; None: the preference variable decides. variables: stream -> lists to
    fill.
    """

    __slots__ = (
        "debug",
        "error_action",
        "information_action",
        "progress_action",
        "variables",
        "verbose",
        "warning_action",
    )

    def __init__(self) -> None:
        self.error_action: str | None = None
        self.warning_action: str | None = None
        self.information_action: str | None = None
        self.progress_action: str | None = None
        self.verbose: bool | None = None
        self.debug: bool | None = None
        self.variables: dict[str, list[Any]] = {}


def _stop_exception(record: ErrorRecord) -> NetException:
    """What -ErrorVariable takes of an error that stops its command."""
    stopped = exception(
        'The running command stopped because the preference variable "ErrorActionPreference" or common parameter is '
        f"set to Stop: {record.message}",
        STOPPED,
    )
    stopped.error_record = record
    return stopped


class Pipes:
    """Streams of one command in one scope. stopped: the error that stopped it, when one did."""

    __slots__ = ("context", "overrides", "scope", "sinks", "stopped")

    def __init__(self, context: EngineContext, scope: Scope, sinks: Sinks, overrides: Overrides | None = None) -> None:
        self.context = context
        self.scope = scope
        self.sinks = sinks
        self.overrides = overrides
        self.stopped: ErrorRecord | None = None

    # -- preferences ---------------------------------------------------------------------------------------------------

    def preference(self, variable: str, override: str | None, default: str) -> str:
        """An action's canonical name: the override, else the variable, else the default."""
        if override is not None:
            return override
        value = self.scope.get(variable)
        return default if value is None else action_name(value, default)

    def error_action(self) -> str:
        return self.preference(
            "erroractionpreference", self.overrides.error_action if self.overrides else None, "Continue"
        )

    # -- writers -------------------------------------------------------------------------------------------------------

    def write_error(self, record: ErrorRecord) -> None:
        """A non-terminating error: $Error, -ErrorVariable, stream 2, or an exception under Stop."""
        action = self.error_action()
        if action == "Ignore":
            return
        if action == "Stop":
            if self.stopped is not record:
                self.stopped = record
                self.capture("error", _stop_exception(record))
            raise PSError(record, thrown=True, wrapper=STOPPED)
        self.context.remember(record)
        self.capture("error", record)
        if action == "SilentlyContinue":
            return
        if action == "Inquire":
            self._inquire(record.message)
        if action == "Break":
            self._break(record)
        self.sinks.error(record)

    def write_warning(self, message: str, invocation: InvocationInfo | None = None) -> None:
        action = self.preference(
            "warningpreference", self.overrides.warning_action if self.overrides else None, "Continue"
        )
        record = WarningRecord(message, invocation)
        if action != "Ignore":
            self.capture("warning", record)
        self._act(action, record, self.sinks.warning, "WarningPreference")

    def write_verbose(self, message: str, invocation: InvocationInfo | None = None) -> None:
        flag = self.overrides.verbose if self.overrides else None
        action = (
            ("Continue" if flag else "SilentlyContinue")
            if flag is not None
            else self.preference("verbosepreference", None, "SilentlyContinue")
        )
        if action not in ("SilentlyContinue", "Ignore"):
            self._act(action, VerboseRecord(message, invocation), self.sinks.verbose, "VerbosePreference")

    def write_debug(self, message: str, invocation: InvocationInfo | None = None) -> None:
        flag = self.overrides.debug if self.overrides else None
        action = (
            ("Continue" if flag else "SilentlyContinue")
            if flag is not None
            else self.preference("debugpreference", None, "SilentlyContinue")
        )
        if action not in ("SilentlyContinue", "Ignore"):
            self._act(action, DebugRecord(message, invocation), self.sinks.debug, "DebugPreference")

    def write_information(self, record: InformationRecord) -> None:
        override = self.overrides.information_action if self.overrides else None
        action = self.preference("informationpreference", override, "SilentlyContinue")
        self.context.sign(record)
        if action == "Ignore":
            return
        self.capture("information", record)
        record.shown = action != "SilentlyContinue" or ("PSHOST" in record.tags and override is None)
        if action == "SilentlyContinue":
            self.sinks.information(record)
        else:
            self._act(action, record, self.sinks.information, "InformationPreference")

    def write_progress(self, record: ProgressRecord) -> None:
        override = self.overrides.progress_action if self.overrides else None
        if self.preference("progresspreference", override, "Continue") not in ("SilentlyContinue", "Ignore"):
            self.sinks.progress(record)

    def _act(self, action: str, record: Any, put: Put, variable: str) -> None:
        if action in ("SilentlyContinue", "Ignore"):
            return
        if action == "Inquire":
            self._inquire(to_text(record))
        if action == "Break":
            self._break(record)
        put(record)
        if action == "Stop":
            stop = error(
                f'The running command stopped because the preference variable "{variable}" or common parameter '
                f"is set to Stop: {to_text(record)}",
                "ActionPreferenceStop",
                "OperationStopped",
                type_name="System.Management.Automation.ActionPreferenceStopException",
            )
            stop.thrown = True
            raise stop

    def capture(self, stream: str, record: Any) -> None:
        """Give the record to -ErrorVariable and its relatives."""
        self.sinks.capture(stream, record)
        if self.overrides is not None:
            target = self.overrides.variables.get(stream)
            if target is not None:
                target.append(record)

    def _break(self, record: Any) -> None:
        """Stop in the debugger, where the command was called."""
        from remora.engine.compile.blocks import break_at

        frame, invocation = self.context.active_frame(), record.invocation
        if invocation is not None and invocation.extent is not None:
            break_at(frame, invocation.extent, record)

    def _inquire(self, message: str) -> None:
        choices = [("&Yes", "Continue"), ("&Halt Command", "Stop"), ("&Suspend", "Pause")]
        choice = self.context.host.prompt_for_choice("Confirm", message, choices, 0)
        while choice == _SUSPEND:
            self.context.host.enter_nested_prompt()
            choice = self.context.host.prompt_for_choice("Confirm", message, choices, 0)
        if choice == 1:
            halted = error(
                "The running command stopped because the user selected the Stop option.",
                "ActionPreferenceStop",
                "OperationStopped",
                type_name="System.Management.Automation.ActionPreferenceStopException",
            )
            halted.thrown = True
            raise halted


def action_name(value: Any, default: str = "Continue") -> str:
    """Canonical name of an ActionPreference from an enum, number or text; unknown texts give the default."""
    if isinstance(value, int) and not isinstance(value, bool):
        name = ACTIONS[value] if 0 <= int(value) < len(ACTIONS) else default
    else:
        name = _FOLDED.get(to_text(value).strip().lower(), default)
    if name == "Suspend":
        raise _suspended()
    return name


def _suspended() -> PSError:
    return error(
        "The value Suspend is not supported for an ActionPreference variable. The provided value should be used only "
        "as a value for a preference parameter, and has been replaced by the default value. For more information, see "
        'the Help topic, "about_Preference_Variables."',
        "System.NotSupportedException",
        "NotImplemented",
        type_name="System.NotSupportedException",
    )
