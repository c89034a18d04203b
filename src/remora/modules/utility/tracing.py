"""Get-TraceSource, Set-TraceSource and Trace-Command."""

from __future__ import annotations

import copy
import os
import stat
from datetime import datetime
from typing import IO, Any, Final

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.errors import ErrorRecord, PSError, error
from remora.engine.invoke import run_block
from remora.engine.nothing import NOTHING
from remora.engine.pipes import Pipes
from remora.engine.streams import EngineHost
from remora.engine.tracing import ALL, TraceListener, TraceSource, trace_sources
from remora.engine.validators import ValidateNotNullOrEmpty
from remora.engine.wildcard import has_wildcard
from remora.modules.common import matcher, not_found
from remora.modules.management.failures import os_failure
from remora.modules.management.paths import glob

_SOURCE: Final = "System.Management.Automation.PSTraceSource"
_OPTIONS: Final = "System.Management.Automation.PSTraceSourceOptions"
_LISTENER: Final = "System.Diagnostics.TraceOptions"
_FAILED: Final = "FileListenerPathResolutionFailed"
_STAMP: Final = "%Y-%m-%d %H:%M:%S."
# what PowerShell traces too and this engine does not
_UNTRACED: Final = frozenset(
    "CmdletProviderClasses CommandHelpProvider CommandSearch ConsoleHost ConsoleHostRunspaceInit "
    "ConsoleHostUserInterface ConsoleLineOutput DisplayDataQuery ETS FileSystemProvider FormatFileLoading "
    "FormatViewBinding InternalDeserializer LocationGlobber MemberResolution MethodInvocation Modules "
    "MshSnapinLoadUnload ParameterBinderBase ParameterBinderController PathResolution PSDriveInfo RunspaceInit "
    "SessionState TypeConversion TypeMatch".lower().split()
)


class _FileListener(TraceListener):
    """Appends lines to a file."""

    def __init__(self, name: str, file: IO[str]) -> None:
        super().__init__(name)
        self._file = file

    def write_line(self, text: str) -> None:
        self._file.write(text + "\n")
        self._file.flush()

    def close(self) -> None:
        self._file.close()


class _HostListener(TraceListener):
    """Shows lines on the host, each with the time."""

    def __init__(self, host: EngineHost) -> None:
        super().__init__("Host")
        self._host = host

    def write_line(self, text: str) -> None:
        now = datetime.now()
        self._host.write_debug_line(f"{now.strftime(_STAMP)}{now.microsecond // 100:04d} {text}")


class _DebuggerListener(TraceListener):
    """Lines for a debugger of the process; there is never one."""

    def __init__(self) -> None:
        super().__init__("Debug")

    def write_line(self, text: str) -> None:
        """Nobody is there to see it."""


class _TraceCommand(Cmdlet):
    """What the three have in common."""

    def found(self, patterns: list[str], *, complain: bool) -> list[TraceSource]:
        """The sources of those names. complain: write an error for a name that is none."""
        sources: list[TraceSource] = []
        for pattern in patterns:
            test = matcher([pattern])
            named = [one for one in trace_sources(self.session.context).known.values() if test(one.name)]
            sources += [one for one in named if one not in sources]
            if named or has_wildcard(pattern):
                continue
            if pattern.lower() in _UNTRACED:
                raise self.runtime.not_supported(f"The trace source {pattern}")
            if complain:
                message = f"Cannot find a trace source with the name '{pattern}'."
                self.write_error(not_found(message, "TraceSourceNotFound", pattern).record)
        return sources


class _Listening(_TraceCommand):
    """Those that add listeners."""

    listener_option = Parameter(_LISTENER, default=0)
    file_path = Parameter("string", aliases=("PSPath", "Path"))
    force = Parameter("switch")
    debugger = Parameter("switch")
    ps_host = Parameter("switch", name="PSHost")

    def listeners(self) -> list[TraceListener]:
        """New ones as the parameters ask for them."""
        made: list[TraceListener] = []
        if self.debugger:
            made.append(_DebuggerListener())
        if self.ps_host:
            made.append(_HostListener(self.session.host))
        if self.file_path is not None:
            made += self._file()
        for listener in made:
            listener.options = int(self.listener_option)
        return made

    def _file(self) -> list[TraceListener]:
        """The listener of -FilePath; none when the file cannot be opened, which is an error that ends nothing."""
        given = self.file_path
        try:
            places = list(glob(self.session, given)) if has_wildcard(given) else []
            place = places[0] if len(places) == 1 else self.session.resolve_path(given)
        except PSError as problem:
            self.write_error(_unresolved(given, problem.record.message).record)
            return []
        if len(places) > 1:
            reason = f"The path '{given}' resolved to multiple paths. Traces go to one file."
        elif not place.is_file_system:
            reason = f"Traces go to files of the file system only; '{given}' is of {place.drive.provider}."
        else:
            reason = ""
        if reason:
            self.write_error(_unresolved(given, reason).record)
            return []
        try:
            if self.force and os.path.isfile(place.path):
                os.chmod(place.path, stat.S_IMODE(os.stat(place.path).st_mode) | stat.S_IWUSR)
            return [_FileListener(given, open(place.path, "a", encoding="utf-8", newline=""))]
        except OSError as problem:
            failure = os_failure(problem, place.path, _FAILED)
            failure.record.category = "OpenError"
            self.write_error(failure.record)
            return []


def _unresolved(given: str, reason: str) -> PSError:
    return error(
        reason, _FAILED, "InvalidArgument", given, type_name="System.Management.Automation.PSNotSupportedException"
    )


@cmdlet("Get-TraceSource", output_type=(_SOURCE,))
class GetTraceSource(_TraceCommand):
    """The subjects that can be traced."""

    name = Parameter("string[]", position=0, pipeline=True, by_property=True, validate=(ValidateNotNullOrEmpty(),))

    def process(self) -> None:
        for source in sorted(self.found(self.name or ["*"], complain=True), key=lambda one: one.name):
            self.emit(source)


@cmdlet("Set-TraceSource", default_set="optionsSet", output_type=(_SOURCE,))
class SetTraceSource(_Listening):
    """Starts and ends the tracing of a subject."""

    name = Parameter("string[]", position=0, mandatory=True, pipeline=True, by_property=True)
    option = Parameter(_OPTIONS, sets={"optionsSet": {"position": 1, "by_property": True}}, default=ALL)
    listener_option = Parameter(_LISTENER, sets=("optionsSet",), default=0)
    file_path = Parameter("string", sets=("optionsSet",), aliases=("PSPath", "Path"))
    force = Parameter("switch", sets=("optionsSet",))
    debugger = Parameter("switch", sets=("optionsSet",))
    ps_host = Parameter("switch", name="PSHost", sets=("optionsSet",))
    remove_listener = Parameter("string[]", sets=("removeAllListenersSet",), validate=(ValidateNotNullOrEmpty(),))
    remove_file_listener = Parameter("string[]", sets=("removeFileListenersSet",), validate=(ValidateNotNullOrEmpty(),))
    pass_thru = Parameter("switch", sets=("optionsSet",))

    def process(self) -> None:
        removed = self.remove_listener or self.remove_file_listener
        sources = self.found(self.name, complain=bool(removed))
        if removed:
            self._remove(sources, removed)
        else:
            listeners = self.listeners()
            for source in sources:
                if "Option" in self.bound:
                    source.options = int(self.option)
                source.listeners += listeners
                if "ListenerOption" in self.bound:
                    for listener in source.listeners:
                        listener.options = int(self.listener_option)
        trace_sources(self.session.context).changed()
        if self.pass_thru:
            for source in sources:
                self.emit(source)

    def _remove(self, sources: list[TraceSource], patterns: list[str]) -> None:
        test, files = matcher(patterns), self.remove_file_listener is not None
        for source in sources:
            gone = [x for x in source.listeners if test(x.name) and (not files or isinstance(x, _FileListener))]
            source.listeners = [x for x in source.listeners if x not in gone]
            for listener in gone:
                listener.close()


@cmdlet("Trace-Command", default_set="expressionSet")
class TraceCommand(_Listening):
    """Runs a block or a command and tells what the engine does meanwhile."""

    input_object = Parameter("psobject", pipeline=True, default=NOTHING, allow_null=True)
    name = Parameter("string[]", position=0, mandatory=True)
    option = Parameter(_OPTIONS, position=2, default=ALL)
    expression = Parameter("scriptblock", sets={"expressionSet": {"position": 1, "mandatory": True}})
    command = Parameter("string", sets={"commandSet": {"position": 1, "mandatory": True}})
    argument_list = Parameter("object[]", sets={"commandSet": {"remaining": True}}, aliases=("Args",))

    def begin(self) -> None:
        self._input: list[Any] = []
        self._sources = self.found(self.name, complain=False)
        self._added = self.listeners()
        self._before: list[tuple[int, list[TraceListener]]] = []

    def process(self) -> None:
        value = self.input_object
        if self.command is not None:
            if value is not NOTHING:
                self._input.append(value)
            return
        out: list[Any] = []
        self._start()
        try:
            run_block(
                self.runtime.frame, self.expression, [], out.append, self.runtime.pipes, new_scope=False,
                input=[] if value is NOTHING else [value], dollar_under=None if value is NOTHING else value,
            )  # fmt: skip
        finally:
            self._stop()
            for item in out:
                self.emit(item)

    def end(self) -> None:
        if self.command is None:
            return
        frame = self.runtime.frame
        errors: list[ErrorRecord] = []
        sinks = self.runtime.pipes.sinks.copy()
        sinks.error = errors.append
        self._start()
        try:
            out = self._call(Pipes(frame.context, frame.scope, sinks))
        finally:
            self._stop()
            for record in errors:
                self._tell(record)
        for item in out:
            self.emit(item)

    def _call(self, pipes: Pipes) -> list[Any]:
        """The command with its arguments; texts that look like names of parameters are."""
        from remora.engine.arguments import Argument
        from remora.engine.invoke import call_with

        given: list[Argument] = []
        for value in self.argument_list or ():
            if isinstance(value, str) and value[:1] == "-" and value[1:2].isalpha():
                name, colon, text = value[1:].partition(":")
                given.append(Argument(name, text if colon else None, bool(colon)))
            else:
                given.append(Argument(None, value, True))
        return call_with(self.runtime.frame, self.command, given, input=self._input or None, pipes=pipes)

    def _tell(self, record: ErrorRecord) -> None:
        """An error of the command is this one's."""
        own = copy.copy(record)
        own.command_id, own.activity, own.invocation, own.settled = "", "", None, False
        self.write_error(own)

    def _start(self) -> None:
        self._before = [(source.options, list(source.listeners)) for source in self._sources]
        for source in self._sources:
            source.options = int(self.option)
            source.listeners = [*source.listeners, *self._added]
        trace_sources(self.session.context).changed()

    def _stop(self) -> None:
        for source, (options, listeners) in zip(self._sources, self._before, strict=False):
            source.options, source.listeners = options, listeners
        self._before = []
        trace_sources(self.session.context).changed()

    def dispose(self) -> None:
        for listener in getattr(self, "_added", ()):
            listener.close()


CMDLETS = (GetTraceSource, SetTraceSource, TraceCommand)
