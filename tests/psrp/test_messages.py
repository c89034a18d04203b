from __future__ import annotations

import datetime
from contextlib import suppress
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remora.errors import LocalProtocolError, RemoraError, RemoteProtocolError
from remora.psrp import clixml
from remora.psrp import messages as m
from remora.psrp.crypto import KeyMissing, KeyRing, SessionKey
from remora.psrp.hostcalls import HostCall, HostMethod, HostResponse
from remora.psrp.spec import (
    ApartmentState,
    CommandMetadataSpec,
    CommandSpec,
    Merges,
    PipelineSpec,
    PSThreadOptions,
    RemoteStreamOptions,
)
from remora.psrp.states import PSInvocationState, RunspacePoolState
from remora.values import (
    Coordinates,
    DebugRecord,
    ErrorCategory,
    ErrorRecord,
    HostDefaultData,
    HostInfo,
    InformationRecord,
    Int64,
    PrimitiveDictionary,
    ProgressRecord,
    PSCredential,
    PSObject,
    SecureString,
    Size,
    VerboseRecord,
    Version,
    WarningRecord,
)

POOL, PIPELINE = UUID("00112233-4455-6677-8899-aabbccddeeff"), UUID("ffeeddcc-bbaa-9988-7766-554433221100")
ERROR = ErrorRecord.of("no such thing", "NotThere", ErrorCategory.OBJECT_NOT_FOUND)
SCREEN = HostInfo(
    is_host_null=False,
    is_host_ui_null=False,
    is_host_raw_ui_null=False,
    use_runspace_host=False,
    default_data=HostDefaultData(
        cursor_position=Coordinates(x=3, y=4), window_size=Size(width=80, height=25), window_title="a <b> title"
    ),
)
FULL = PipelineSpec(
    statements=(
        (
            CommandSpec(name="Get-Item", parameters=(("Path", "C:\\"), (None, 5), ("Force", True), ("Nothing", None))),
            CommandSpec(name="Out-Null", merges=Merges.all_to_output(), use_local_scope=False),
        ),
        (CommandSpec(name="1;\n'x'", is_script=True, use_local_scope=True),),
    ),
    no_input=False,
    add_to_history=True,
    host_info=SCREEN,
    is_nested=True,
    history="get it",
    redirect_shell_error_output_pipe=True,
    stream_options=RemoteStreamOptions.ERROR | RemoteStreamOptions.DEBUG,
    apartment_state=ApartmentState.MTA,
)
CALL = HostCall(call_id=7, method=HostMethod.READ_LINE)
ANSWER = HostResponse(call_id=7, method=HostMethod.READ_LINE, value="text")
EVERY: list[m.Message] = [
    m.SessionCapability(protocol_version=Version(2, 3), time_zone=b"zone"),
    m.CloseSession(),
    m.InitRunspacePool(min_runspaces=1, max_runspaces=4, host_info=HostInfo()),
    m.InitRunspacePool(
        min_runspaces=2,
        max_runspaces=2,
        thread_options=PSThreadOptions.REUSE_THREAD,
        apartment_state=ApartmentState.STA,
        host_info=SCREEN,
        application_arguments=PrimitiveDictionary({"a": 1, "b": PrimitiveDictionary({"c": Version(1, 2)})}),
    ),
    m.PublicKey("a2V5"),
    m.EncryptedSessionKey("a2V5"),
    m.PublicKeyRequest(),
    m.ConnectRunspacePool(),
    m.ConnectRunspacePool(min_runspaces=1, max_runspaces=2),
    m.RunspacePoolInitData(min_runspaces=1, max_runspaces=2),
    m.ResetRunspaceState(3),
    m.SetMaxRunspaces(count=-1, call_id=1),
    m.SetMinRunspaces(count=9, call_id=2),
    m.RunspaceAvailability(response=True, call_id=1),
    m.RunspaceAvailability(response=3, call_id=2),
    m.RunspacePoolStateInfo(state=RunspacePoolState.OPENED),
    m.CreatePipeline(PipelineSpec.script("1+1")),
    m.CreatePipeline(FULL),
    m.GetAvailableRunspaces(4),
    m.UserEvent(
        event_identifier=1,
        source_identifier="src",
        time_generated=datetime.datetime(2020, 1, 2, 3, 4, 5, tzinfo=datetime.UTC),
        sender="me",
        source_args=(1, "two"),
        message_data=PSObject.custom(a=1),
        computer_name="host",
        runspace_id=PIPELINE,
    ),
    m.ApplicationPrivateData(
        PrimitiveDictionary({"PSVersionTable": PrimitiveDictionary({"PSVersion": Version(7, 4)})})
    ),
    m.ApplicationPrivateData(None),
    m.GetCommandMetadata(CommandMetadataSpec(names=("Get-*",), namespace=("Utility",), argument_list=(1,))),
    m.GetCommandMetadata(CommandMetadataSpec()),
    m.RunspacePoolHostCall(CALL),
    m.RunspacePoolHostResponse(ANSWER),
    m.PipelineInput(Int64(5)),
    m.EndOfPipelineInput(),
    m.PipelineOutput(PSObject.custom(name="x", items=[1, None, "s"])),
    m.PipelineBytes(b"\xef\xbb\xbf\x00 no text"),
    m.DebugRecordMessage(DebugRecord(message="d")),
    m.VerboseRecordMessage(VerboseRecord(message="v")),
    m.WarningRecordMessage(WarningRecord(message="w")),
    m.StopPowerShell(),
    m.PipelineHostCall(HostCall(call_id=-100, method=HostMethod.WRITE_LINE2, args=("hi",))),
    m.PipelineHostResponse(HostResponse(call_id=7, method=HostMethod.PROMPT_FOR_CHOICE, value=2)),
    m.PipelineStateInfo(state=PSInvocationState.STOPPED),
]


@pytest.mark.parametrize("message", EVERY, ids=lambda message: type(message).__name__)
def test_every_message_survives(message: m.Message) -> None:
    blob = m.encode(message, m.Destination.SERVER, POOL, PIPELINE)
    assert blob[8:24] == POOL.bytes_le
    found = m.decode(blob)
    assert found == m.Envelope(destination=m.Destination.SERVER, message=message, pool_id=POOL, pipeline_id=PIPELINE)
    if blob[40:] and message.type is not m.MessageType.PIPELINE_BYTES:
        assert m.decode(blob[:40] + b"\xef\xbb\xbf" + blob[40:]) == found


@pytest.mark.parametrize(
    "message",
    [
        m.RunspacePoolStateInfo(state=RunspacePoolState.BROKEN, error=ERROR),
        m.PipelineStateInfo(state=PSInvocationState.FAILED, error=ERROR),
        m.PipelineHostResponse(HostResponse(call_id=7, method=HostMethod.READ_LINE, error=ERROR)),
        m.ErrorRecordMessage(ERROR),
        m.ProgressRecordMessage(ProgressRecord(activity="a", percent_complete=50, status_description="s")),
        m.InformationRecordMessage(InformationRecord(message_data="told", source="here", tags=["PSHOST"])),
    ],
    ids=lambda message: type(message).__name__,
)
def test_messages_with_records_survive(message: m.Message) -> None:
    blob = m.encode(message, m.Destination.CLIENT, POOL, PIPELINE)
    found = m.decode(blob).message
    assert m.encode(found, m.Destination.CLIENT, POOL, PIPELINE) == blob
    assert type(found) is type(message)
    before, after = (_error_of(x) for x in (message, found))
    assert str(before) == str(after)
    assert type(before) is type(after)


def _error_of(message: Any) -> Any:
    for name in ("error", "record"):
        if hasattr(message, name):
            return getattr(message, name)
    return message.response.error


def test_every_type_has_a_message() -> None:
    kinds = {type(message).type for message in EVERY} | {
        m.MessageType.ERROR_RECORD,
        m.MessageType.PROGRESS_RECORD,
        m.MessageType.INFORMATION_RECORD,
    }
    assert kinds == set(m.MessageType)


def test_level_of_ids() -> None:
    blob = m.encode(m.EndOfPipelineInput(), m.Destination.SERVER, None)
    assert len(blob) == 40
    assert blob[8:] == bytes(32)
    assert m.decode(blob).pipeline_id is None


def test_old_versions_leave_out_what_they_do_not_know() -> None:
    spec = PipelineSpec.script("x")
    names: dict[tuple[int, int], set[str]] = {}
    for version in ((2, 1), (2, 2), (2, 3)):
        body = clixml.loads(m.encode_body(m.CreatePipeline(spec), None, version))
        command = body["PowerShell"]["Cmds"][0]
        names[version] = {*command.extended, *body.extended, *body["PowerShell"].extended}
    assert names[2, 3] - names[2, 2] == {"MergeInformation"}
    assert names[2, 2] - names[2, 1] == {"MergeError", "MergeWarning", "MergeVerbose", "MergeDebug", "ExtraCmds"}
    with pytest.raises(LocalProtocolError, match=r"2\.2"):
        m.encode_body(m.CreatePipeline(FULL), None, (2, 1))


def test_secrets_need_the_key() -> None:
    message = m.PipelineInput(PSCredential("user", SecureString("secret")))
    with pytest.raises(KeyMissing):
        m.encode_body(message, KeyRing())
    key = SessionKey(bytes(32))
    body = m.encode_body(message, key)
    assert b"secret" not in body
    opened = m.decode_body(m.MessageType.PIPELINE_INPUT, body, key)
    assert isinstance(opened, m.PipelineInput)
    assert opened.value.password.reveal() == "secret"
    sealed = m.decode_body(m.MessageType.PIPELINE_INPUT, body)
    assert isinstance(sealed, m.PipelineInput)
    assert sealed.value.password.is_sealed


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (m.MessageType.SESSION_CAPABILITY, b"<S>no bag</S>"),
        (m.MessageType.SESSION_CAPABILITY, b"<Obj RefId='0'><MS><S N='protocolversion'>2.3</S></MS></Obj>"),
        (m.MessageType.INIT_RUNSPACEPOOL, b"<Obj RefId='0'><MS><I32 N='MinRunspaces'>1</I32></MS></Obj>"),
        (m.MessageType.RUNSPACEPOOL_STATE, b"<Obj RefId='0'><MS><I32 N='RunspaceState'>77</I32></MS></Obj>"),
        (m.MessageType.PIPELINE_STATE, b"<Obj RefId='0'><MS><S N='PipelineState'>4</S></MS></Obj>"),
        (m.MessageType.CREATE_PIPELINE, b"<Obj RefId='0'><MS><B N='NoInput'>true</B></MS></Obj>"),
        (m.MessageType.PIPELINE_HOST_CALL, b"<Obj RefId='0'><MS><I64 N='ci'>1</I64><I32 N='mi'>99</I32></MS></Obj>"),
        (m.MessageType.PUBLIC_KEY, b""),
        (m.MessageType.PIPELINE_OUTPUT, b"<Obj"),
        (m.MessageType.USER_EVENT, b"<S />"),
    ],
)
def test_malformed_bodies_are_refused(kind: m.MessageType, body: bytes) -> None:
    with pytest.raises(RemoteProtocolError):
        m.decode_body(kind, body)


@pytest.mark.parametrize("blob", [b"", bytes(39), bytes(40), b"\x03\0\0\0" + b"\x02\0\1\0" + bytes(32)])
def test_malformed_headers_are_refused(blob: bytes) -> None:
    with pytest.raises(RemoteProtocolError):
        m.decode(blob)


def test_what_a_peer_wrote_in_another_case_is_found() -> None:
    body = b'<Obj RefId="0"><MS><I32 N="maxrunspaces">5</I32><I64 N="CI">1</I64></MS></Obj>'
    assert m.decode_body(m.MessageType.SET_MAX_RUNSPACES, body) == m.SetMaxRunspaces(count=5, call_id=1)


@given(st.sampled_from(list(m.MessageType)), st.binary(max_size=200))
def test_nothing_but_our_errors_comes_out(kind: m.MessageType, body: bytes) -> None:
    with suppress(RemoraError):
        m.decode_body(kind, body)


_NAMES = [
    "ci", "mi", "mp", "mr", "me", "PowerShell", "Cmds", "ExtraCmds", "Cmd", "Args", "N", "V", "HostInfo", "NoInput",
    "_hostDefaultData", "data", "MinRunspaces", "MaxRunspaces", "Name", "PipelineState", "RunspaceState",
    "SetMinMaxRunspacesResponse", "ExceptionAsErrorRecord", "ApplicationPrivateData", "IsNested", "RemoteStreamOptions",
]  # fmt: skip
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**31), 2**31 - 1) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_NAMES), inner, max_size=4).map(PSObject.bag)
    ),
    max_leaves=10,
)


@given(st.sampled_from(list(m.MessageType)), st.dictionaries(st.sampled_from(_NAMES), _VALUES, max_size=6))
def test_well_formed_bodies_of_any_content_are_judged(kind: m.MessageType, members: dict[str, Any]) -> None:
    with suppress(RemoteProtocolError):
        m.decode_body(kind, clixml.dumps(PSObject.bag(members)))


@given(st.text(max_size=50), st.booleans())
def test_any_script_text_survives(text: str, nested: bool) -> None:
    spec = PipelineSpec.script(text, is_nested=nested)
    body = m.encode_body(m.CreatePipeline(spec))
    assert m.decode_body(m.MessageType.CREATE_PIPELINE, body) == m.CreatePipeline(spec)


def test_a_pipeline_needs_commands() -> None:
    with pytest.raises(LocalProtocolError):
        PipelineSpec(statements=())
    with pytest.raises(LocalProtocolError):
        PipelineSpec(statements=((),))
    assert FULL.text == "Get-Item | Out-Null; 1;\n'x'"
    assert m.encode(m.PipelineInput("x"), m.Destination.SERVER, uuid4()).endswith(b"<S>x</S>")
