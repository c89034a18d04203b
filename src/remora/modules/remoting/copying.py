"""Copy-Item -ToSession and -FromSession: calls of the client's copy_to and copy_from."""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Final

from remora.client.file_report import CopyFailed, CopyProgress, CopyReport
from remora.client.files import copy_from, copy_to
from remora.client.session_state import RunspaceAvailability
from remora.engine.convert import to_text
from remora.engine.errors import error
from remora.engine.records import ProgressRecord
from remora.engine.types.files import file_info
from remora.errors import PSSessionError, RemoraError
from remora.modules.common import as_list, matcher
from remora.modules.management.paths import chosen
from remora.modules.remoting.common import PORTAL, remoting_error, sessions_of

if TYPE_CHECKING:
    from remora.client.pssession import PSSession
    from remora.modules.management.transfer import CopyItem

_ABSOLUTE: Final = re.compile(r"[/\\~]|[A-Za-z][\w ]*:")
_LOOK: Final = 0.05
_ARGUMENT: Final = "System.ArgumentException"
_INVALID_OPERATION: Final = "System.InvalidOperationException"
_IO: Final = "System.IO.IOException"
_DENIED: Final = "System.UnauthorizedAccessException"


class RemoteCopy:
    """One object's worth of Copy-Item with a session."""

    def __init__(self, cmdlet: CopyItem) -> None:
        self._cmdlet = cmdlet
        self._told: SimpleQueue[CopyProgress] = SimpleQueue()
        self._record: ProgressRecord | None = None

    def run(self) -> None:
        """Check what was asked for, then copy each source; failures are errors of their own."""
        cmdlet = self._cmdlet
        if cmdlet.to_session is not None and cmdlet.from_session is not None:
            message = "'-FromSession' and '-ToSession' are mutually exclusive and cannot be specified at the same time."
            self._refuse(message, "InvalidInput", _ARGUMENT)
            return
        if not cmdlet.container:
            raise cmdlet.runtime.not_supported("Copy-Item -Container:$false with a session")
        session = self._session()
        if session is None:
            return
        if cmdlet.to_session is not None:
            self._send(session)
        else:
            self._fetch(session)

    def _session(self) -> PSSession | None:
        cmdlet = self._cmdlet
        given = cmdlet.to_session if cmdlet.to_session is not None else cmdlet.from_session
        try:
            (session,) = sessions_of([given])
        except PSSessionError as failure:
            raise cmdlet.throw(remoting_error(failure, failure.error_id, given, "InvalidArgument")) from None
        if session.availability is RunspaceAvailability.AVAILABLE:
            return session
        shown = session.availability.value
        message = f"Cannot perform operation because the session Availability is set to {shown}."
        cmdlet.write_error(
            error(message, "SessionIsNotAvailable", "InvalidOperation", shown, type_name=_INVALID_OPERATION).record
        )
        return None

    def _send(self, session: PSSession) -> None:
        cmdlet = self._cmdlet
        if cmdlet.pass_thru:
            raise cmdlet.runtime.not_supported("Copy-Item -PassThru with -ToSession")
        if not cmdlet.destination:
            message = "'Destination' parameter cannot be null or empty."
            self._refuse(message, "CopyItemRemoteDestinationIsNullOrEmpty", "System.ArgumentNullException")
            return
        destination = to_text(cmdlet.destination)
        if not self._absolute(destination):
            return
        for place in list(chosen(cmdlet, hidden=bool(cmdlet.force))):
            if self._agreed(place.path, destination):
                self._copy(
                    copy_to(
                        session, place.path, destination, recurse=bool(cmdlet.recurse), preserve=True,
                        force=bool(cmdlet.force), merge=bool(cmdlet.force), select=self._selected,
                        on_progress=self._told.put,
                    ), place.path, f"From localhost to {session.computer_name}",
                )  # fmt: skip

    def _fetch(self, session: PSSession) -> None:
        cmdlet = self._cmdlet
        literal = cmdlet.path is None
        target = cmdlet.local_target().path
        for source in map(to_text, as_list(cmdlet.literal_path if literal else cmdlet.path)):
            if not self._absolute(source) or not self._agreed(source, target):
                continue
            report = self._copy(
                copy_from(
                    session, source, target, literal=literal, recurse=bool(cmdlet.recurse), preserve=True,
                    force=bool(cmdlet.force), select=self._selected, on_progress=self._told.put,
                ), source, f"From {session.computer_name} to localhost",
            )  # fmt: skip
            if cmdlet.pass_thru and report is not None:
                for path in (*report.directories, *(file.destination for file in report.files)):
                    cmdlet.emit(file_info(path))

    def _agreed(self, source: str, destination: str) -> bool:
        return self._cmdlet.should_process(f"Item: {source} Destination: {destination}", "Copy File")

    def _absolute(self, path: str) -> bool:
        if _ABSOLUTE.match(path):
            return True
        message = f"The path '{path}' is not valid. Only absolute paths are supported on remote copy operations."
        self._refuse(message, "RemotePathIsNotAbsolute", _ARGUMENT, path)
        return False

    @property
    def _selected(self) -> Callable[[tuple[str, ...]], bool] | None:
        """-Exclude and -Filter for every file, -Include for the sources themselves."""
        cmdlet = self._cmdlet
        if not (cmdlet.filter or cmdlet.include or cmdlet.exclude):
            return None
        passes = matcher([cmdlet.filter]) if cmdlet.filter else lambda name: True
        included = matcher(as_list(cmdlet.include)) if cmdlet.include else lambda name: True
        excluded = matcher(as_list(cmdlet.exclude)) if cmdlet.exclude else lambda name: False

        def selected(names: tuple[str, ...]) -> bool:
            name = names[-1]
            return passes(name) and not excluded(name) and (len(names) > 1 or included(name))

        return selected

    def _copy(self, work: Coroutine[Any, Any, CopyReport], source: str, way: str) -> CopyReport | None:
        """Wait for a copy; progress is written here, in the pipeline's own thread."""
        call = PORTAL.start(work)
        try:
            while not call.wait(_LOOK):
                self._cmdlet.check_stop()
                self._show(way)
        except BaseException:
            call.cancel()
            raise
        self._show(way)
        self._completed()
        try:
            return call.result()
        except CopyFailed as failed:
            for failure in failed.report.failures:
                self._failed(failure.message, failure.error_id, failure.source)
            return failed.report
        except RemoraError as failure:
            self._cmdlet.write_error(remoting_error(failure, "CopyItemRemotelyIOError", source, "WriteError").record)
            return None

    def _failed(self, message: str, error_id: str, source: str) -> None:
        denied = error_id.endswith("UnauthorizedAccessError")
        missing = error_id == "RemotePathNotFound"
        category = "PermissionDenied" if denied else "InvalidArgument" if missing else "WriteError"
        if error_id == "DirectoryExist":
            category = "ResourceExists"
        kind = _DENIED if denied else _ARGUMENT if missing else _IO
        self._cmdlet.write_error(error(message, error_id, category, source, type_name=kind).record)

    def _refuse(self, message: str, error_id: str, type_name: str, target: Any = None) -> None:
        self._cmdlet.write_error(error(message, error_id, "InvalidArgument", target, type_name=type_name).record)

    # -- progress ------------------------------------------------------------------------------------------------------

    def _show(self, way: str) -> None:
        """Write the progress that came since; one file after the other has its own activity."""
        latest: dict[str, CopyProgress] = {}
        while True:
            try:
                told = self._told.get_nowait()
            except Empty:
                break
            latest[f"Copying {told.source} to {told.destination}"] = told
        for activity, told in latest.items():
            if self._record is None or self._record.activity != activity:
                self._completed()
            self._record = record = ProgressRecord(0, activity, way)
            record.percent_complete = told.done * 100 // told.size if told.size else 100
            self._cmdlet.write_progress(record)

    def _completed(self) -> None:
        if self._record is not None:
            done = ProgressRecord(0, self._record.activity, self._record.status_description)
            done.percent_complete = 100
            done.record_type = 1
            self._cmdlet.write_progress(done)
            self._record = None
