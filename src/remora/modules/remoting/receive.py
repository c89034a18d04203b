"""Receive-PSSession."""

from __future__ import annotations

from typing import Any

from remora.client.commands import receive_session
from remora.client.pssession import PSSession
from remora.client.remote_command import CommandTarget, RemoteCommand
from remora.client.results import PipelineEnded
from remora.client.session_state import RunspaceState
from remora.engine.cmdlet import Parameter, cmdlet
from remora.engine.convert import to_text
from remora.engine.wire import remoting_error_from_wire
from remora.errors import RemoraError
from remora.modules.core.job import Job
from remora.modules.credentials import credential
from remora.modules.remoting import way
from remora.modules.remoting.common import origin_of, remoting_error
from remora.modules.remoting.remote_job import job_of, start_remote_job
from remora.modules.remoting.session_cmdlet import SessionCmdlet
from remora.modules.remoting.session_object import SessionObject

_COMPUTERS = ("ComputerSessionName", "ComputerInstanceId")
_URIS = ("ConnectionUriSessionName", "ConnectionUriInstanceId")
_WIRE = (*_COMPUTERS, *_URIS)


@cmdlet(
    "Receive-PSSession",
    aliases=("rcsn",),
    default_set="Session",
    module=way.MODULE,
    should_process=True,
    confirm_impact="Low",
)
class ReceivePSSession(SessionCmdlet):
    """Writes what the command left in a session has put out and still puts out, until it ends."""

    session_ = Parameter(
        way.SESSION_TYPE, name="Session", sets={"Session": way.FIRST_FROM_PIPELINE}, validate=way.NOT_EMPTY
    )
    id = Parameter("int", sets={"Id": way.FIRST_FROM_PIPELINE})
    computer_name = Parameter(
        "string", aliases=("Cn",), sets=dict.fromkeys(_COMPUTERS, way.FIRST_BY_PROPERTY), validate=way.NOT_EMPTY
    )
    application_name = way.name_by_property(_COMPUTERS)
    configuration_name = way.name_by_property(_WIRE)
    connection_uri = Parameter(
        "uri", aliases=("URI", "CU"), sets=dict.fromkeys(_URIS, way.FIRST_BY_PROPERTY), validate=way.NOT_EMPTY
    )
    allow_redirection = Parameter("switch", sets=_URIS)
    instance_id = Parameter(
        "guid",
        sets={
            "InstanceId": way.FIRST_FROM_PIPELINE,
            "ComputerInstanceId": way.NAMED,
            "ConnectionUriInstanceId": way.NAMED,
        },
        validate=way.NOT_NULL,
    )
    name = Parameter(
        "string",
        sets={
            "SessionName": way.FIRST_FROM_PIPELINE,
            "ComputerSessionName": way.NAMED,
            "ConnectionUriSessionName": way.NAMED,
        },
        validate=way.NOT_EMPTY,
    )
    out_target = Parameter("Microsoft.PowerShell.Commands.OutTarget")
    job_name = Parameter("string", validate=way.NOT_EMPTY)
    credential = credential(_WIRE)
    authentication = way.authentication(_WIRE)
    certificate_thumbprint = way.certificate_thumbprint(_WIRE)
    port = way.port(_COMPUTERS)
    use_ssl = way.use_ssl(_COMPUTERS)
    session_option = way.session_option(_WIRE)

    def process(self) -> None:
        wanted = to_text(self.out_target) if self.out_target is not None else "Default"
        for session in (self._there() if self.is_remote else self.local())[:1]:
            if not self.should_process(session.name, "Receive"):
                continue
            job = job_of(self.session, session)
            if wanted == "Job" or (wanted == "Default" and job is not None):
                self._as_job(session, job)
            else:
                self._receive(session)

    def _as_job(self, session: PSSession, job: Job | None) -> None:
        """Let a job take what comes: the one that the command belongs to in this process, or a new one."""
        if session.state is not RunspaceState.OPENED:
            try:
                self.remote.wait(session.connect())
            except RemoraError as failure:
                self._not_connected(session, failure)
                return
        if job is None:
            command = RemoteCommand(script="", targets=[CommandTarget(session=session)], keep=True)
            job = start_remote_job(self.session, command, name=self.job_name, following=True)
        self.emit(job)

    def _there(self) -> list[PSSession]:
        """The session of that name, whole and in any case, or of that id; a computer without one is no error."""
        if self.instance_id is not None:
            wanted = to_text(self.instance_id).casefold()
            return [session for session in self.find(every=True) if str(session.instance_id) == wanted]
        wanted = to_text(self.name).casefold()
        return [session for session in self.find(every=True) if session.server_name.casefold() == wanted]

    def _not_found(self, target: Any, failure: RemoraError) -> None:
        failed = remoting_error(failure, "ReceivePSSessionQueryForSessionFailed", target, "InvalidOperation")
        self.write_error(failed.record)

    def _receive(self, session: PSSession) -> None:
        target = SessionObject(session)
        try:
            self.remote.stream(receive_session(session), origin_of(session))
        except PipelineEnded as ended:
            if ended.error_record is not None:
                self.write_error(remoting_error_from_wire(ended.error_record, origin_of(session)))
                return
            record = remoting_error(ended, "ReceivePSSessionPipelineFailed", target).record
            record.error_id = "ReceivePSSessionPipelineFailed"
            self.write_error(record)
        except RemoraError as failure:
            self._not_connected(session, failure)

    def _not_connected(self, session: PSSession, failure: RemoraError) -> None:
        target = SessionObject(session)
        failed = remoting_error(failure, "ReceivePSSessionCannotConnectSession", target, "InvalidOperation")
        self.write_error(failed.record)


CMDLETS = (ReceivePSSession,)
