"""Message bodies: each message to the value its CLIXML holds and back (MS-PSRP 2.2.2)."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from typing import Any, Final

from remora.errors import RemoteProtocolError
from remora.psrp import bags, hostcalls
from remora.psrp import message_types as m
from remora.psrp.clixml import records
from remora.psrp.hostvalues import host_info_from_bag, host_info_to_bag
from remora.psrp.pipeline_body import (
    apartment_to_wire,
    metadata_from_bag,
    metadata_to_bag,
    pipeline_from_bag,
    pipeline_to_bag,
)
from remora.psrp.spec import ApartmentState, PSThreadOptions
from remora.psrp.states import PSInvocationState, RunspacePoolState
from remora.values import (
    DebugRecord,
    ErrorRecord,
    InformationRecord,
    Int64,
    PrimitiveDictionary,
    ProgressRecord,
    PSObject,
    VerboseRecord,
    Version,
    WarningRecord,
)

_THREAD_LABELS: Final = {
    PSThreadOptions.DEFAULT: "Default",
    PSThreadOptions.USE_NEW_THREAD: "UseNewThread",
    PSThreadOptions.REUSE_THREAD: "ReuseThread",
    PSThreadOptions.USE_CURRENT_THREAD: "UseCurrentThread",
}
_EVENT: Final = "PSEventArgs."


def to_value(message: m.Message, version: tuple[int, int]) -> Any:
    """Return what the body of a message holds, in the form this protocol version wants."""
    match message:
        case m.PipelineOutput() | m.PipelineInput() | m.PipelineBytes():
            return message.value
        case m.CreatePipeline():
            return pipeline_to_bag(message.spec, version)
        case m.PublicKeyRequest():
            return ""
        case _:
            return _WRITERS[type(message)](message)


def from_value(kind: m.MessageType, value: Any) -> m.Message:
    """Return the message of this type with this body. Raises RemoteProtocolError where the body is malformed."""
    return _READERS[kind](value)


def _capability_out(message: m.SessionCapability) -> PSObject:
    members: dict[str, Any] = {
        "protocolversion": message.protocol_version,
        "PSVersion": message.ps_version,
        "SerializationVersion": message.serialization_version,
    }
    if message.time_zone is not None:
        members["TimeZone"] = message.time_zone
    return PSObject.bag(members)


def _capability_in(value: Any) -> m.SessionCapability:
    source = bags.bag(value, "SESSION_CAPABILITY")
    zone = source.get("TimeZone")
    return m.SessionCapability(
        protocol_version=_version(source, "protocolversion"),
        ps_version=_version(source, "PSVersion"),
        serialization_version=_version(source, "SerializationVersion"),
        time_zone=zone if isinstance(zone, bytes) else None,
    )


def _version(source: PSObject, name: str) -> Version:
    value = source.get(name)
    if not isinstance(value, Version):
        raise RemoteProtocolError(f"property {name}: a Version was due")
    return value


def _init_out(message: m.InitRunspacePool) -> PSObject:
    arguments = message.application_arguments
    thread = bags.enum_value(
        message.thread_options,
        "System.Management.Automation.Runspaces.PSThreadOptions",
        _THREAD_LABELS[message.thread_options],
    )
    return PSObject.bag(
        MinRunspaces=message.min_runspaces,
        MaxRunspaces=message.max_runspaces,
        PSThreadOptions=thread,
        ApartmentState=apartment_to_wire(message.apartment_state),
        HostInfo=host_info_to_bag(message.host_info),
        ApplicationArguments=None if arguments is None else _primitive(arguments),
    )


def _init_in(value: Any) -> m.InitRunspacePool:
    source = bags.bag(value, "INIT_RUNSPACEPOOL")
    arguments = source.get("ApplicationArguments")
    host = source.get("HostInfo")
    return m.InitRunspacePool(
        min_runspaces=bags.integer(source, "MinRunspaces"),
        max_runspaces=bags.integer(source, "MaxRunspaces"),
        thread_options=bags.enumeration(source, "PSThreadOptions", PSThreadOptions, PSThreadOptions.DEFAULT),
        apartment_state=bags.enumeration(source, "ApartmentState", ApartmentState, ApartmentState.UNKNOWN),
        host_info=host_info_from_bag(PSObject.bag() if host is None else host),
        application_arguments=None
        if arguments is None
        else _primitive(bags.mapping(arguments, "ApplicationArguments")),
    )


def _primitive(data: Mapping[Any, Any]) -> PrimitiveDictionary:
    """Return the data as PSPrimitiveDictionary, dictionaries within it likewise."""
    nested = {key: _primitive(value) if isinstance(value, Mapping) else value for key, value in data.items()}
    return PrimitiveDictionary(nested)


def _connect_out(message: m.ConnectRunspacePool) -> Any:
    if message.min_runspaces is None or message.max_runspaces is None:
        return ""
    return PSObject.bag(MinRunspaces=message.min_runspaces, MaxRunspaces=message.max_runspaces)


def _connect_in(value: Any) -> m.ConnectRunspacePool:
    if not isinstance(value, PSObject):
        return m.ConnectRunspacePool()
    low, high = (value.get(name) for name in ("MinRunspaces", "MaxRunspaces"))
    return m.ConnectRunspacePool(
        min_runspaces=None if low is None else bags.as_integer(low, "MinRunspaces"),
        max_runspaces=None if high is None else bags.as_integer(high, "MaxRunspaces"),
    )


def _init_data_in(value: Any) -> m.RunspacePoolInitData:
    source = bags.bag(value, "RUNSPACEPOOL_INIT_DATA")
    low, high = (bags.integer(source, name) for name in ("MinRunspaces", "MaxRunspaces"))
    return m.RunspacePoolInitData(min_runspaces=low, max_runspaces=high)


def _call_id(value: Any) -> int:
    return bags.integer(bags.bag(value, "pool request"), "ci")


def _set_max_in(value: Any) -> m.SetMaxRunspaces:
    return m.SetMaxRunspaces(count=bags.integer(bags.bag(value, "SET_MAX"), "MaxRunspaces"), call_id=_call_id(value))


def _set_min_in(value: Any) -> m.SetMinRunspaces:
    return m.SetMinRunspaces(count=bags.integer(bags.bag(value, "SET_MIN"), "MinRunspaces"), call_id=_call_id(value))


def _availability_in(value: Any) -> m.RunspaceAvailability:
    response = bags.bag(value, "RUNSPACE_AVAILABILITY").get("SetMinMaxRunspacesResponse")
    if not isinstance(response, bool):
        response = bags.as_integer(response, "SetMinMaxRunspacesResponse")
    return m.RunspaceAvailability(response=response, call_id=_call_id(value))


def _with_error(members: dict[str, Any], error: ErrorRecord | None) -> PSObject:
    if error is not None:
        members["ExceptionAsErrorRecord"] = error
    return PSObject.bag(members)


def _pool_state_in(value: Any) -> m.RunspacePoolStateInfo:
    source = bags.bag(value, "RUNSPACEPOOL_STATE")
    number = bags.integer(source, "RunspaceState")
    try:
        state = RunspacePoolState(number)
    except ValueError:
        raise RemoteProtocolError(f"runspace pool state {number} is unknown") from None
    return m.RunspacePoolStateInfo(state=state, error=bags.error(source, "ExceptionAsErrorRecord"))


def _pipeline_state_in(value: Any) -> m.PipelineStateInfo:
    source = bags.bag(value, "PIPELINE_STATE")
    number = bags.integer(source, "PipelineState")
    try:
        state = PSInvocationState(number)
    except ValueError:
        raise RemoteProtocolError(f"pipeline state {number} is unknown") from None
    return m.PipelineStateInfo(state=state, error=bags.error(source, "ExceptionAsErrorRecord"))


def _user_event_out(event: m.UserEvent) -> PSObject:
    members = {
        "EventIdentifier": event.event_identifier,
        "SourceIdentifier": event.source_identifier,
        "TimeGenerated": event.time_generated,
        "Sender": event.sender,
        "SourceArgs": list(event.source_args),
        "MessageData": event.message_data,
        "ComputerName": event.computer_name,
        "RunspaceId": event.runspace_id,
    }
    return PSObject.bag({_EVENT + name: value for name, value in members.items()})


def _user_event_in(value: Any) -> m.UserEvent:
    source = bags.bag(value, "USER_EVENT")
    time = source.get(_EVENT + "TimeGenerated")
    if not isinstance(time, datetime.datetime):
        raise RemoteProtocolError("property PSEventArgs.TimeGenerated: a DateTime was due")
    args = source.get(_EVENT + "SourceArgs")
    return m.UserEvent(
        event_identifier=bags.integer(source, _EVENT + "EventIdentifier"),
        source_identifier=bags.text(source, _EVENT + "SourceIdentifier"),
        time_generated=time,
        sender=source.get(_EVENT + "Sender"),
        source_args=() if args is None else tuple(bags.items(args, "PSEventArgs.SourceArgs")),
        message_data=source.get(_EVENT + "MessageData"),
        computer_name=bags.optional_text(source, _EVENT + "ComputerName"),
        runspace_id=bags.optional_guid(source, _EVENT + "RunspaceId"),
    )


def _private_data_in(value: Any) -> m.ApplicationPrivateData:
    data = bags.bag(value, "APPLICATION_PRIVATE_DATA").get("ApplicationPrivateData")
    return m.ApplicationPrivateData(None if data is None else _primitive(bags.mapping(data, "ApplicationPrivateData")))


def _private_data_out(message: m.ApplicationPrivateData) -> PSObject:
    return PSObject.bag(ApplicationPrivateData=None if message.data is None else _primitive(message.data))


def _key(value: Any, name: str) -> str:
    return bags.text(bags.bag(value, name), name)


def _record(value: Any, kind: type[Any], read: Callable[[Any], Any]) -> Any:
    return value if isinstance(value, kind) else read(bags.bag(value, kind.__name__))


_WRITERS: Final[dict[type, Callable[[Any], Any]]] = {
    m.SessionCapability: _capability_out,
    m.CloseSession: lambda _: "",
    m.InitRunspacePool: _init_out,
    m.PublicKey: lambda x: PSObject.bag(PublicKey=x.key),
    m.EncryptedSessionKey: lambda x: PSObject.bag(EncryptedSessionKey=x.key),
    m.ConnectRunspacePool: _connect_out,
    m.RunspacePoolInitData: lambda x: PSObject.bag(MinRunspaces=x.min_runspaces, MaxRunspaces=x.max_runspaces),
    m.ResetRunspaceState: lambda x: PSObject.bag(ci=Int64(x.call_id)),
    m.SetMaxRunspaces: lambda x: PSObject.bag(MaxRunspaces=x.count, ci=Int64(x.call_id)),
    m.SetMinRunspaces: lambda x: PSObject.bag(MinRunspaces=x.count, ci=Int64(x.call_id)),
    m.RunspaceAvailability: lambda x: PSObject.bag(SetMinMaxRunspacesResponse=x.response, ci=Int64(x.call_id)),
    m.RunspacePoolStateInfo: lambda x: _with_error({"RunspaceState": x.state.value}, x.error),
    m.GetAvailableRunspaces: lambda x: PSObject.bag(ci=Int64(x.call_id)),
    m.UserEvent: _user_event_out,
    m.ApplicationPrivateData: _private_data_out,
    m.GetCommandMetadata: lambda x: metadata_to_bag(x.spec),
    m.RunspacePoolHostCall: lambda x: hostcalls.call_to_bag(x.call),
    m.RunspacePoolHostResponse: lambda x: hostcalls.response_to_bag(x.response),
    m.ErrorRecordMessage: lambda x: x.record,
    m.PipelineStateInfo: lambda x: _with_error({"PipelineState": x.state.value}, x.error),
    m.DebugRecordMessage: lambda x: x.record,
    m.VerboseRecordMessage: lambda x: x.record,
    m.WarningRecordMessage: lambda x: x.record,
    m.ProgressRecordMessage: lambda x: records.progress_to_bag(x.record),
    m.InformationRecordMessage: lambda x: records.information_to_bag(x.record),
    m.StopPowerShell: lambda _: "",
    m.PipelineHostCall: lambda x: hostcalls.call_to_bag(x.call),
    m.PipelineHostResponse: lambda x: hostcalls.response_to_bag(x.response),
}

_K = m.MessageType
_READERS: Final[dict[m.MessageType, Callable[[Any], m.Message]]] = {
    _K.SESSION_CAPABILITY: _capability_in,
    _K.CLOSE_SESSION: lambda _: m.CloseSession(),
    _K.INIT_RUNSPACEPOOL: _init_in,
    _K.PUBLIC_KEY: lambda v: m.PublicKey(_key(v, "PublicKey")),
    _K.ENCRYPTED_SESSION_KEY: lambda v: m.EncryptedSessionKey(_key(v, "EncryptedSessionKey")),
    _K.PUBLIC_KEY_REQUEST: lambda _: m.PublicKeyRequest(),
    _K.CONNECT_RUNSPACEPOOL: _connect_in,
    _K.RUNSPACEPOOL_INIT_DATA: _init_data_in,
    _K.RESET_RUNSPACE_STATE: lambda v: m.ResetRunspaceState(_call_id(v)),
    _K.SET_MAX_RUNSPACES: _set_max_in,
    _K.SET_MIN_RUNSPACES: _set_min_in,
    _K.RUNSPACE_AVAILABILITY: _availability_in,
    _K.RUNSPACEPOOL_STATE: _pool_state_in,
    _K.CREATE_PIPELINE: lambda v: m.CreatePipeline(pipeline_from_bag(v)),
    _K.GET_AVAILABLE_RUNSPACES: lambda v: m.GetAvailableRunspaces(_call_id(v)),
    _K.USER_EVENT: _user_event_in,
    _K.APPLICATION_PRIVATE_DATA: _private_data_in,
    _K.GET_COMMAND_METADATA: lambda v: m.GetCommandMetadata(metadata_from_bag(v)),
    _K.RUNSPACEPOOL_HOST_CALL: lambda v: m.RunspacePoolHostCall(hostcalls.call_from_bag(v)),
    _K.RUNSPACEPOOL_HOST_RESPONSE: lambda v: m.RunspacePoolHostResponse(hostcalls.response_from_bag(v)),
    _K.PIPELINE_INPUT: m.PipelineInput,
    _K.END_OF_PIPELINE_INPUT: lambda _: m.EndOfPipelineInput(),
    _K.PIPELINE_OUTPUT: m.PipelineOutput,
    _K.ERROR_RECORD: lambda v: m.ErrorRecordMessage(_record(v, ErrorRecord, records.bag_to_error)),
    _K.PIPELINE_STATE: _pipeline_state_in,
    _K.DEBUG_RECORD: lambda v: m.DebugRecordMessage(_record(v, DebugRecord, records.bag_to_debug)),
    _K.VERBOSE_RECORD: lambda v: m.VerboseRecordMessage(_record(v, VerboseRecord, records.bag_to_verbose)),
    _K.WARNING_RECORD: lambda v: m.WarningRecordMessage(_record(v, WarningRecord, records.bag_to_warning)),
    _K.PROGRESS_RECORD: lambda v: m.ProgressRecordMessage(_record(v, ProgressRecord, records.bag_to_progress)),
    _K.INFORMATION_RECORD: lambda v: m.InformationRecordMessage(
        _record(v, InformationRecord, records.bag_to_information)
    ),
    _K.STOP_POWERSHELL: lambda _: m.StopPowerShell(),
    _K.PIPELINE_HOST_CALL: lambda v: m.PipelineHostCall(hostcalls.call_from_bag(v)),
    _K.PIPELINE_HOST_RESPONSE: lambda v: m.PipelineHostResponse(hostcalls.response_from_bag(v)),
}
