"""New-, Get-, Connect-, Disconnect-, Receive- and Remove-PSSession."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from remora.client import commands
from remora.client.fleet import SessionList
from remora.client.options import product
from remora.client.pssession import PSSession
from remora.client.repository import current_repository, matches
from remora.client.results import PipelineEnded
from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.convert import to_text
from remora.engine.remote_errors import OriginInfo
from remora.engine.validators import ValidateSet
from remora.engine.wire import remoting_error_from_wire
from remora.errors import ConfigError, PSSessionError, RemoraError
from remora.modules.common import as_list
from remora.modules.remoting.common import Caller, origin_of, remoting_error, sessions_of
from remora.modules.remoting.session_object import SessionObject
from remora.modules.remoting.way import (
    MODULE,
    SESSION_TYPE,
    OtherWays,
    WayParameters,
    reaches,
    reaches_otherwise,
)

_FIRST: dict[str, Any] = {"position": 0, "mandatory": True, "by_property": True}
_VALUE: dict[str, Any] = {**_FIRST, "pipeline": True}
_NAMED: dict[str, Any] = {"mandatory": True, "by_property": True}
_COMPUTERS = ("ComputerName", "ComputerInstanceId")
_URIS = ("ConnectionUri", "ConnectionUriInstanceId")
_BY_INSTANCE = (
    "ComputerInstanceId", "ConnectionUriInstanceId", "ContainerIdInstanceId", "VMIdInstanceId", "VMNameInstanceId",
)  # fmt: skip


def _texts(value: Any) -> list[str] | None:
    return None if value is None else [to_text(item) for item in as_list(value)]


class _Sessions(Cmdlet):
    """Cmdlets that write sessions."""

    session_: Any = None
    name: Any = None
    id: Any = None
    instance_id: Any = None

    @property
    def remote(self) -> Caller:
        return Caller(self)

    def put(self, found: PSSession | SessionList, error_id: str) -> None:
        """Write the sessions and the failures of a result."""
        for session in [found] if isinstance(found, PSSession) else found:
            self.emit(SessionObject(session))
        for failure in found.failures if isinstance(found, SessionList) else ():
            if failure.error is not None:
                self.write_error(remoting_error(failure.error, error_id).record)

    def local(self) -> list[PSSession]:
        """The sessions of this process that the selectors mean; one that is missing is an error of its own."""
        if self.session_ is not None:
            return sessions_of(self.session_)
        chosen: list[PSSession] = []
        selectors: Mapping[str, Any] = {"name": self.name, "id": self.id, "instance_id": self.instance_id}
        for key, values in selectors.items():
            for value in as_list(values):
                try:
                    wanted: dict[str, Any] = {key: value if key == "id" else to_text(value)}
                    found = current_repository().select(**wanted)
                except PSSessionError as missing:
                    self.write_error(remoting_error(missing, missing.error_id, value).record)
                    continue
                chosen += [session for session in found if session not in chosen]
        return chosen


@cmdlet("New-PSSession", aliases=("nsn",), default_set="ComputerName", module=MODULE, output_type=(SESSION_TYPE,))
@reaches(
    computers=("ComputerName",), uris=("Uri",),
    throttled=("ComputerName", "Uri", "Session", "VMId", "VMName", "ContainerId"),
)  # fmt: skip
@reaches_otherwise()
class NewPSSession(_Sessions, WayParameters, OtherWays):
    """Opens sessions on one or more machines."""

    computer_name = Parameter(
        "string[]", aliases=("Cn",), sets={"ComputerName": {"position": 0, "pipeline": True, "by_property": True}}
    )
    connection_uri = Parameter("string[]", aliases=("URI", "CU"), sets={"Uri": _FIRST})
    session_ = Parameter(
        "object[]", name="Session", sets={"Session": {"position": 0, "pipeline": True, "by_property": True}}
    )
    name = Parameter("string[]")
    credential = Parameter("object", by_property=True)
    enable_network_access = Parameter("switch", sets=("ComputerName", "Uri", "Session"), refused=True)
    use_windows_power_shell = Parameter(
        "switch", sets={"UseWindowsPowerShellParameterSet": {"mandatory": True}}, refused=True
    )

    def process(self) -> None:
        way = self.remote.way(self)
        if self.session_ is not None:
            for like in sessions_of(self.session_):
                self._open({"session": like, "name": _texts(self.name)})
            return
        place: dict[str, Any] = {}
        if self.connection_uri is not None:
            place["connection_uri"] = _texts(self.connection_uri)
        elif self.computer_name is not None:
            place["computer_name"] = _texts(self.computer_name)
        self._open({**way, **place, "name": _texts(self.name)})

    def _open(self, keywords: dict[str, Any]) -> None:
        opened = self.remote.attempt(commands.new_pssession(**keywords), "PSSessionOpenFailed")
        if opened is not None:
            self.put(opened, "PSSessionOpenFailed")


@cmdlet("Get-PSSession", aliases=("gsn",), default_set="Name", module=MODULE, output_type=(SESSION_TYPE,))
@reaches(computers=_COMPUTERS, uris=_URIS, throttled=(*_COMPUTERS, *_URIS))
class GetPSSession(_Sessions, WayParameters):
    """Shows the sessions of this process, or those of other machines, whoever opened them."""

    computer_name = Parameter("string[]", aliases=("Cn",), sets=dict.fromkeys(_COMPUTERS, _FIRST))
    connection_uri = Parameter("string[]", aliases=("URI", "CU"), sets=dict.fromkeys(_URIS, _FIRST))
    name = Parameter(
        "string[]", by_property=True, sets=("Name", "ComputerName", "ConnectionUri", "ContainerId", "VMId", "VMName")
    )
    id = Parameter("int[]", sets={"Id": _FIRST})
    instance_id = Parameter(
        "guid[]",
        sets={
            "InstanceId": {},
            **{name: {"mandatory": True} for name in _BY_INSTANCE},
        },
    )
    state = Parameter("string", sets=(*_COMPUTERS, *_URIS))
    container_id = Parameter(
        "string[]", sets=dict.fromkeys(("ContainerId", "ContainerIdInstanceId"), _NAMED), refused=True
    )
    vm_id = Parameter(
        "guid[]", name="VMId", aliases=("VMGuid",), sets=dict.fromkeys(("VMId", "VMIdInstanceId"), _NAMED), refused=True
    )
    vm_name = Parameter(
        "string[]", name="VMName", sets=dict.fromkeys(("VMName", "VMNameInstanceId"), _NAMED), refused=True
    )

    def process(self) -> None:
        if self.computer_name is None and self.connection_uri is None:
            if self.name is None and self.id is None and self.instance_id is None:
                found = list(current_repository())
            else:
                found = self.local()
            for session in found:
                self.emit(SessionObject(session))
            return
        places = _texts(self.computer_name) or _texts(self.connection_uri) or []
        key = "computer_name" if self.computer_name is not None else "connection_uri"
        for place in places:
            keywords: dict[str, Any] = {
                key: place,
                "name": _texts(self.name),
                "instance_id": _texts(self.instance_id),
                "state": to_text(self.state) if self.state is not None else None,
                **self.remote.way(self),
            }
            query = commands.get_pssession(**keywords)
            answer = self.remote.attempt(query, "RemotePSSessionQueryFailed", place)
            if answer is not None:
                self.put(answer, "RemotePSSessionQueryFailed")


@cmdlet(
    "Connect-PSSession",
    aliases=("cnsn",),
    default_set="Name",
    module=MODULE,
    output_type=(SESSION_TYPE,),
    should_process=True,
)
@reaches(
    computers=("ComputerName", "ComputerNameGuid"),
    uris=("ConnectionUri", "ConnectionUriGuid"),
    throttled=("__AllParameterSets",),
)
class ConnectPSSession(_Sessions, WayParameters):
    """Connects to sessions that were left, by this process or by another one."""

    session_ = Parameter("object[]", name="Session", sets={"Session": _VALUE})
    name = Parameter("string[]", sets={"Name": {"mandatory": True}, "ComputerName": {}, "ConnectionUri": {}})
    id = Parameter("int[]", sets={"Id": _FIRST})
    computer_name = Parameter(
        "string[]",
        aliases=("Cn",),
        sets={"ComputerName": {"position": 0, "mandatory": True}, "ComputerNameGuid": {"mandatory": True}},
    )
    connection_uri = Parameter(
        "string[]", aliases=("URI", "CU"), sets={"ConnectionUri": _FIRST, "ConnectionUriGuid": _FIRST}
    )
    instance_id = Parameter(
        "guid[]",
        sets={
            "InstanceId": {"mandatory": True},
            "ComputerNameGuid": {"mandatory": True},
            "ConnectionUriGuid": {"mandatory": True},
        },
    )

    def process(self) -> None:
        for session in self._chosen():
            if not self.should_process(session.name, "Connect"):
                continue
            answer = self.remote.attempt(commands.connect_pssession(session), "PSSessionConnectFailed", session.name)
            if answer is not None:
                self.put(answer, "PSSessionConnectFailed")

    def _chosen(self) -> list[PSSession]:
        if self.computer_name is None and self.connection_uri is None:
            return self.local()
        key, places = "computer_name", _texts(self.computer_name)
        if places is None:
            key, places = "connection_uri", _texts(self.connection_uri)
        keywords: dict[str, Any] = {
            key: places,
            "name": _texts(self.name),
            "instance_id": _texts(self.instance_id),
            "state": "Disconnected",
            **self.remote.way(self),
        }
        return list(self.remote.attempt(commands.get_pssession(**keywords), "PSSessionConnectFailed") or ())


@cmdlet(
    "Disconnect-PSSession",
    aliases=("dnsn",),
    default_set="Session",
    module=MODULE,
    output_type=(SESSION_TYPE,),
    should_process=True,
)
class DisconnectPSSession(_Sessions):
    """Leaves sessions; what runs in them goes on."""

    session_ = Parameter("object[]", name="Session", sets={"Session": _VALUE})
    name = Parameter("string[]", sets={"Name": _NAMED})
    id = Parameter("int[]", sets={"Id": _FIRST})
    instance_id = Parameter("guid[]", sets={"InstanceId": _NAMED})
    idle_timeout_sec = Parameter("object")
    output_buffering_mode = Parameter("string")
    throttle_limit = Parameter("int")

    def process(self) -> None:
        seconds = self._seconds()
        mode = to_text(self.output_buffering_mode) if self.output_buffering_mode is not None else None
        for session in self.local():
            if not self.should_process(session.name, "Disconnect"):
                continue
            leave = commands.disconnect_pssession(session, idle_timeout_sec=seconds, output_buffering_mode=mode)
            answer = self.remote.attempt(leave, "PSSessionDisconnectFailed", session.name)
            if answer is not None:
                self.put(answer, "PSSessionDisconnectFailed")

    def _seconds(self) -> int | None:
        """The documentation writes -IdleTimeoutSec 60*60*15, which is text to the binder: read it as it is meant."""
        if self.idle_timeout_sec is None:
            return None
        try:
            return product(to_text(self.idle_timeout_sec))
        except ConfigError as failure:
            bad = remoting_error(failure, "ParameterArgumentTransformationError", self.idle_timeout_sec)
            raise self.throw(bad) from None


@cmdlet("Receive-PSSession", aliases=("rcsn",), default_set="Session", module=MODULE, should_process=True)
@reaches(
    computers=("ComputerSessionName", "ComputerInstanceId"),
    uris=("ConnectionUriSessionName", "ConnectionUriInstanceId"), throttled=(),
)  # fmt: skip
class ReceivePSSession(_Sessions, WayParameters):
    """Writes what the command left in a session has put out and still puts out, until it ends."""

    session_ = Parameter("object", name="Session", sets={"Session": _VALUE})
    id = Parameter("int", sets={"Id": _VALUE})
    computer_name = Parameter(
        "string", aliases=("Cn",), sets={"ComputerSessionName": _FIRST, "ComputerInstanceId": _FIRST}
    )
    connection_uri = Parameter(
        "string", aliases=("URI", "CU"), sets={"ConnectionUriSessionName": _FIRST, "ConnectionUriInstanceId": _FIRST}
    )
    name = Parameter(
        "string",
        sets={
            "SessionName": {"mandatory": True},
            "ComputerSessionName": {"mandatory": True},
            "ConnectionUriSessionName": {"mandatory": True},
        },
    )
    instance_id = Parameter(
        "guid",
        sets={
            "InstanceId": {"mandatory": True},
            "ComputerInstanceId": {"mandatory": True},
            "ConnectionUriInstanceId": {"mandatory": True},
        },
    )
    job_name = Parameter("string", refused=True)
    out_target = Parameter("string", validate=(ValidateSet("Default", "Host", "Job"),))

    def process(self) -> None:
        if self.out_target is not None and self.out_target.lower() == "job":
            raise self.runtime.not_supported("Receive-PSSession -OutTarget Job")
        remote = self.computer_name is not None or self.connection_uri is not None
        if remote:
            keywords: dict[str, Any] = {
                **self.remote.way(self),
                "computer_name": self.computer_name,
                "connection_uri": self.connection_uri,
                "name": self.name,
                "instance_id": to_text(self.instance_id) if self.instance_id is not None else None,
            }
            self._receive(commands.receive_pssession(all_streams=True, **keywords), self._remote_origin(), None)
            return
        for session in self.local()[:1]:
            if self.should_process(session.name, "Receive"):
                received = commands.receive_pssession(session, all_streams=True)
                self._receive(received, origin_of(session), session.name)

    def _remote_origin(self) -> OriginInfo:
        """The machine by the name it was asked under; its session is found there by its id or its name."""
        name = self.computer_name or urlsplit(to_text(self.connection_uri)).hostname or ""
        return OriginInfo(to_text(name), self.instance_id or UUID(int=0))

    def _receive(self, items: Any, origin: OriginInfo, target: Any) -> None:
        try:
            self.remote.stream(items, origin)
        except PipelineEnded as ended:
            if ended.error_record is not None:
                self.write_error(remoting_error_from_wire(ended.error_record, origin))
                return
            self.write_error(remoting_error(ended, "ReceivePSSessionPipelineFailed", target).record)
        except RemoraError as failure:
            self.write_error(remoting_error(failure, "ReceivePSSessionCannotConnectSession", target).record)


@cmdlet("Remove-PSSession", aliases=("rsn",), default_set="Id", module=MODULE, should_process=True)
class RemovePSSession(_Sessions):
    """Ends sessions, with whatever runs in them."""

    id = Parameter("int[]", sets={"Id": _FIRST})
    session_ = Parameter("object[]", name="Session", sets={"Session": _VALUE})
    instance_id = Parameter("guid[]", sets={"InstanceId": _NAMED})
    name = Parameter("string[]", sets={"Name": _NAMED})
    computer_name = Parameter("string[]", aliases=("Cn",), sets={"ComputerName": _FIRST})
    container_id = Parameter("string[]", sets={"ContainerId": _NAMED}, refused=True)
    vm_id = Parameter("guid[]", name="VMId", aliases=("VMGuid",), sets={"VMId": _NAMED}, refused=True)
    vm_name = Parameter("string[]", name="VMName", sets={"VMName": _NAMED}, refused=True)

    def process(self) -> None:
        chosen = self.local()
        for pattern in _texts(self.computer_name) or ():
            chosen += [s for s in current_repository() if matches(pattern, s.computer_name)]
        for session in chosen:
            if self.should_process(session.computer_name, "Remove"):
                self.remote.attempt(
                    commands.remove_pssession(session), "RemoveSessionCannotConnectToServer", session.name
                )


CMDLETS = (ConnectPSSession, DisconnectPSSession, GetPSSession, NewPSSession, ReceivePSSession, RemovePSSession)
