"""The request that brings about each fault. Every function gets an Attacker and ends in the fault of its row."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass, field
from typing import Any

from remora import _xml
from remora.wsman import (
    Command,
    Connect,
    CreateShell,
    Delete,
    Disconnect,
    Enumerate,
    EnumerationMode,
    Get,
    Identify,
    Option,
    OptionSet,
    Pull,
    Put,
    Receive,
    Release,
    SelectorSet,
    Send,
    ShellSpec,
    uris,
)
from tests.support.fault_rows import row
from tests.support.host import HostProcess, remora
from tests.support.wire import POWERSHELL, CmdShell, PowerShell, Wire, chunk

UNKNOWN = "908EA449-5553-4150-8A78-020057C8772A"
BOB, CAROL = ("bob", "b0b"), ("carol", "car0l")
GET = Get(resource_uri=uris.RESOURCE_SHELL, selectors=SelectorSet.shell(UNKNOWN))
CREATE = CreateShell(resource_uri=uris.RESOURCE_CMD, shell=ShellSpec(idle_timeout=90))
RECEIVE = Receive(resource_uri=POWERSHELL, shell_id=UNKNOWN)


@dataclass
class Attacker:
    """Wires to a host, as an administrator unless said otherwise."""

    host: HostProcess
    wires: list[Wire] = field(default_factory=list)

    def wire(self, user: str = "bob", password: str = "b0b", **session: Any) -> Wire:
        wire = Wire(self.host.url, user, password, **session)
        self.wires.append(wire)
        return wire

    def cmd(self, **spec: Any) -> CmdShell:
        return CmdShell(self.wire(), **spec)

    def powershell(self, **create: Any) -> PowerShell:
        return PowerShell(self.wire(), **create)

    def altered(self, request: Any, old: str, new: str) -> object:
        """Send a request with a piece of its text exchanged."""
        wire = self.wire()
        outgoing = wire.session.send(request, operation_timeout=20)
        body = outgoing.body.decode()
        assert old in body
        status, answer = wire.post(body.replace(old, new).encode())
        assert status in (200, 500), status
        return wire.session.receive(outgoing, answer)

    def with_header(self, request: Any, header: str) -> object:
        return self.altered(request, "</s:Header>", f"{header}</s:Header>")

    def close(self) -> None:
        for wire in self.wires:
            wire.close()


def _create(spec: dict[str, Any], *options: Option) -> CreateShell:
    return CreateShell(resource_uri=uris.RESOURCE_CMD, shell=ShellSpec(**spec), options=OptionSet(options))


def _powershell(options: OptionSet, **spec: Any) -> CreateShell:
    fields = {"input_streams": ("stdin", "pr"), "output_streams": ("stdout",), "creation_xml": b"x" * 30, **spec}
    return CreateShell(resource_uri=POWERSHELL, shell=ShellSpec(**fields), options=options)


VERSION = OptionSet((Option(name="protocolversion", value="2.3", must_comply=True),))

# --- who may, and what is there ---------------------------------------------------------------------------------


@row(0x5, "an operation on a shell of somebody else")
def access_denied(attacker: Attacker) -> None:
    shell = attacker.cmd()
    attacker.wire("carol", "car0l").ask(Delete.shell(uris.RESOURCE_CMD, shell.id))


@row(0x57, "a Receive without CommandId on a cmd shell")
def invalid_parameter(attacker: Attacker) -> None:
    shell = attacker.cmd()
    shell.wire.ask(Receive(**shell.place, streams=("stdout",)))


@row(0x3E3, "a shell is deleted while a Receive waits")
def operation_aborted(attacker: Attacker) -> None:
    shell = attacker.powershell()
    pending = shell.wire.begin_ask(shell.shell.receive())
    time.sleep(0.3)
    other = attacker.wire(session_id=shell.wire.session.session_id)
    other.ask(Delete.shell(POWERSHELL, shell.id))
    shell.wire.finish_ask(pending)


@row(0x54F, "a Receive repeats the MessageID of one that still waits")
def internal_error(attacker: Attacker) -> None:
    shell = attacker.powershell()
    pending = shell.wire.begin_ask(shell.shell.receive())
    time.sleep(0.3)
    other = attacker.wire(session_id=shell.wire.session.session_id)
    other.ask(shell.shell.receive(), message_id=pending.message_id)


@row(0x80070002, "a Command with WINRS_SKIP_CMD_SHELL names a program that does not exist")
def file_not_found(attacker: Attacker) -> None:
    attacker.cmd().start("no_such_program.exe", options=OptionSet.of(WINRS_SKIP_CMD_SHELL="TRUE"))


@row(0x80338000, "the resource URI is not that of the shell")
def resource_not_found(attacker: Attacker) -> None:
    shell = attacker.cmd()
    shell.wire.ask(Receive(resource_uri=POWERSHELL, shell_id=shell.id))


@row(0x80338003, "the metadata of a new shell cannot be written", host="broken")
def provider_failure(attacker: Attacker) -> None:
    shutil.rmtree(attacker.host.state_dir / "shells")
    attacker.cmd()


@row(0x8033803B, "an unknown resource or session configuration")
def invalid_resource_uri(attacker: Attacker) -> None:
    attacker.wire().ask(CreateShell(resource_uri=uris.powershell_resource("Nowhere"), shell=ShellSpec()))


@row(0x80338013, "an action that the resource does not support")
def action_not_supported(attacker: Attacker) -> None:
    attacker.wire().ask(Put(resource_uri=uris.RESOURCE_SHELL, body=_xml.element("{urn:x}X")))


# --- envelopes ---------------------------------------------------------------------------------------------------


@row(0x8033800D, "an envelope of SOAP 1.1")
def version_mismatch(attacker: Attacker) -> None:
    attacker.altered(GET, uris.NS_SOAP, uris.NS_SOAP_11)


@row(0x8033800F, "OperationTimeout is not above zero, or a header occurs twice")
def invalid_header(attacker: Attacker) -> None:
    attacker.altered(GET, "PT20S", "PT-1S")


@row(0x80338010, "a header that must be understood is unknown, compression among them")
def must_understand(attacker: Attacker) -> None:
    attacker.with_header(CREATE, '<rsp:CompressionType s:mustUnderstand="true">xpress</rsp:CompressionType>')


@row(0x80338011, "Action, MessageID or ResourceURI is missing")
def header_required(attacker: Attacker) -> None:
    attacker.altered(GET, "a:MessageID", "a:Nothing")


@row(0x80338027, "the body is empty or holds something else than the action needs")
def invalid_body(attacker: Attacker) -> None:
    attacker.altered(RECEIVE, "rsp:Receive>", "rsp:Unknown>")


@row(0x80338031, "the body is that of another action")
def action_mismatch(attacker: Attacker) -> None:
    attacker.altered(RECEIVE, "rsp:Receive>", "rsp:Signal>")


@row(0x80338035, "a header is too long, or the document nested too deeply")
def encoding_limit(attacker: Attacker) -> None:
    attacker.altered(GET, "<a:MessageID>", "<a:MessageID>" + "0" * 3000)


@row(0x80338041, "a value or an element has no place in the body")
def schema_validation(attacker: Attacker) -> None:
    attacker.altered(CREATE, "PT90S", "an hour")


@row(0x80338043, "the request is not well-formed XML, or has a DOCTYPE")
def invalid_xml(attacker: Attacker) -> None:
    attacker.altered(GET, "<s:Envelope", "<!DOCTYPE x><s:Envelope")


@row(0x8033804C, "the document declares a character encoding other than UTF-8 and UTF-16")
def character_set(attacker: Attacker) -> None:
    attacker.altered(GET, "<s:Envelope", '<?xml version="1.0" encoding="koi8-r"?><s:Envelope')


@row(0x80338058, "the Shell or Config element has the wrong XML namespace")
def wrong_namespace(attacker: Attacker) -> None:
    attacker.altered(CREATE, "<rsp:Shell", '<rsp:Shell xmlns:rsp="urn:other"')


@row(0x80338087, "the Locale header is marked mustUnderstand")
def locale(attacker: Attacker) -> None:
    attacker.altered(GET, '<w:Locale s:mustUnderstand="false"', '<w:Locale s:mustUnderstand="true"')


@row(0x80338081, "OperationTimeout is not a duration")
def timeout_header(attacker: Attacker) -> None:
    attacker.altered(GET, "PT20S", "soon")


@row(0x8033807E, "MaxEnvelopeSize is below 8192")
def min_envelope_size(attacker: Attacker) -> None:
    attacker.altered(GET, ">153600<", ">8191<")


@row(0x80338047, "the configuration is asked for with a MaxEnvelopeSize above MaxEnvelopeSizekb")
def max_envelope_size(attacker: Attacker) -> None:
    attacker.wire(max_envelope_size=1 << 20).ask(Get(resource_uri=uris.RESOURCE_CONFIG))


@row(0x80338048, "the reply is larger than the request's MaxEnvelopeSize")
def reply_too_large(attacker: Attacker) -> None:
    _list_long_command(attacker, 5000, 8192)


def _list_long_command(attacker: Attacker, length: int, max_envelope_size: int) -> None:
    """Run a line whose characters take four times their size in a reply, and ask for it."""
    shell = attacker.cmd()
    wire = attacker.wire(max_envelope_size=max_envelope_size)
    outgoing = wire.session.send(Command(**shell.place, command_line="rem #"))
    wire.post(outgoing.body.replace(b"#", b">" * length))
    wire.ask(Enumerate.commands(shell.id))


@row(0x80338049, "the reply is larger than MaxEnvelopeSizekb", host="narrow")
def server_limit(attacker: Attacker) -> None:
    _list_long_command(attacker, 20000, 512000)


# --- selectors and options ----------------------------------------------------------------------------------------


@row(0x8033805A, "the selector ShellId is missing")
def insufficient_selectors(attacker: Attacker) -> None:
    attacker.wire().ask(Get(resource_uri=uris.RESOURCE_SHELL))


@row(0x8033805B, "there is no such shell, or no such command in it")
def unexpected_selectors(attacker: Attacker) -> None:
    attacker.wire().ask(GET)


@row(0x8033805D, "the selector ShellId is not a GUID")
def selector_value(attacker: Attacker) -> None:
    attacker.wire().ask(Receive(resource_uri=POWERSHELL, shell_id="../../etc/passwd"))


@row(0x8033803D, "a selector occurs twice or has no name")
def invalid_selectors(attacker: Attacker) -> None:
    attacker.altered(GET, "</w:SelectorSet>", '<w:Selector Name="shellid">x</w:Selector></w:SelectorSet>')


@row(0x80338039, "the OptionSet holds something else than options")
def invalid_options(attacker: Attacker) -> None:
    attacker.with_header(CREATE, "<w:OptionSet><w:Choice/></w:OptionSet>")


@row(0x80338051, "an option with MustComply is not known")
def option_unknown(attacker: Attacker) -> None:
    attacker.wire().ask(_create({}, Option(name="COLOUR", value="blue", must_comply=True)))


@row(0x80338052, "an option without a name")
def option_name(attacker: Attacker) -> None:
    attacker.with_header(CREATE, "<w:OptionSet><w:Option>1</w:Option></w:OptionSet>")


@row(0x80338053, "WINRS_NOPROFILE is not a truth value, WINRS_CODEPAGE not a number")
def option_value(attacker: Attacker) -> None:
    attacker.wire().ask(_create({}, Option(name="WINRS_CODEPAGE", value="latin")))


@row(0x803380A6, "options with a request for the configuration")
def no_options(attacker: Attacker) -> None:
    attacker.wire().ask(Get(resource_uri=uris.RESOURCE_CONFIG, options=OptionSet.of(X="1")))


@row(0x8033803A, "a value of the configuration is out of its range")
def parameter(attacker: Attacker) -> None:
    wire = attacker.wire()
    tree = wire.ask(Get(resource_uri=uris.RESOURCE_CONFIG)).body
    tree[0].text = "1"
    wire.ask(Put(resource_uri=uris.RESOURCE_CONFIG, body=tree))


# --- enumerations -------------------------------------------------------------------------------------------------


@row(0x80338007, "a Pull after the last item or after Release")
def enumeration_closed(attacker: Attacker) -> None:
    wire = attacker.wire()
    context = wire.ask(Enumerate(resource_uri=uris.RESOURCE_SHELL, optimize=False)).context
    wire.ask(Release(resource_uri=uris.RESOURCE_SHELL, context=context))
    wire.ask(Pull(resource_uri=uris.RESOURCE_SHELL, context=context))


@row(0x8033801B, "a Pull with a context that is unknown, expired or somebody else's")
def unknown_context(attacker: Attacker) -> None:
    context = attacker.wire().ask(Enumerate(resource_uri=uris.RESOURCE_SHELL, optimize=False)).context
    attacker.wire("carol", "car0l").ask(Pull(resource_uri=uris.RESOURCE_SHELL, context=context))


@row(0x80338042, "an EnumerationMode or filter dialect that is not supported")
def unsupported(attacker: Attacker) -> None:
    attacker.wire().ask(Enumerate(resource_uri=uris.RESOURCE_SHELL, mode=EnumerationMode.EPR))


@row(0x803381C0, "an enumeration of commands without a filter for the ShellId")
def filter_expected(attacker: Attacker) -> None:
    attacker.wire().ask(Enumerate(resource_uri=uris.RESOURCE_SHELL_COMMAND))


@row(0x803381C1, "an enumeration of commands as endpoint references")
def no_references(attacker: Attacker) -> None:
    attacker.wire().ask(Enumerate(resource_uri=uris.RESOURCE_SHELL_COMMAND, mode=EnumerationMode.EPR))


@row(0x8033803F, "more than 64 open enumerations of one user")
def quota_limit(attacker: Attacker) -> None:
    wire = attacker.wire("carol", "car0l")
    for _ in range(65):
        wire.ask(Enumerate(resource_uri=uris.RESOURCE_SHELL, optimize=False))


# --- quotas and settings ------------------------------------------------------------------------------------------


@row(0x803381A5, "one shell more than Winrs/MaxShellsPerUser", host="two shells")
def max_shells(attacker: Attacker) -> None:
    for _ in range(3):
        attacker.cmd()


@row(0x803381A6, "one operation more at once than Service/MaxConcurrentOperationsPerUser", host="one operation")
def max_operations(attacker: Attacker) -> None:
    shell = attacker.powershell()
    shell.wire.begin_ask(shell.shell.receive())
    time.sleep(0.3)
    attacker.wire().ask(GET)


@row(0x803381AB, "a shell of one user more than Winrs/MaxConcurrentUsers", host="one user")
def max_users(attacker: Attacker) -> None:
    attacker.cmd()
    CmdShell(attacker.wire("carol", "car0l"))


@row(0x803381AC, "Winrs/AllowRemoteShellAccess is false", host="no shells")
def no_remote_shells(attacker: Attacker) -> None:
    attacker.cmd()


@row(0x803381E4, "one shell more than MaxShellsPerUser of the session configuration", host="configured")
def configuration_shells_per_user(attacker: Attacker) -> None:
    for _ in range(2):
        PowerShell(attacker.wire(), configuration="OneEach", open_pool=False)


@row(0x803381E5, "one user more than MaxConcurrentUsers of the session configuration", host="configured")
def configuration_users(attacker: Attacker) -> None:
    for user in (BOB, CAROL):
        PowerShell(attacker.wire(*user), configuration="OneUser", open_pool=False)


@row(0x803381E6, "one shell more than MaxShells of the session configuration", host="configured")
def configuration_shells(attacker: Attacker) -> None:
    for user in (BOB, CAROL):
        PowerShell(attacker.wire(*user), configuration="OneShell", open_pool=False)


@row(0x803381E9, "one command more at once than MaxConcurrentCommandsPerShell", host="configured")
def configuration_commands(attacker: Attacker) -> None:
    shell = PowerShell(attacker.wire(), configuration="OneCommand")
    shell.start("Start-Sleep 30")
    shell.start("Start-Sleep 30")


@row(0x803381DF, "the account is gone when the worker is to be started", host="one goes")
def run_as_failed(attacker: Attacker) -> None:
    wire = attacker.wire("carol", "car0l")
    wire.ask(Identify())
    remora("host", "user", "remove", "carol", "--state-dir", str(attacker.host.state_dir))
    CmdShell(wire)


@row(0x8033816E, "the process of the shell cannot be started", host="broken")
def not_initialized(attacker: Attacker) -> None:
    shutil.rmtree(attacker.host.state_dir / "w")
    attacker.cmd()


# --- shells -------------------------------------------------------------------------------------------------------


@row(0x80338029, "nothing to receive within OperationTimeout")
def timed_out(attacker: Attacker) -> None:
    shell = attacker.powershell()
    shell.wire.ask(shell.shell.receive(), timeout=0.5)


@row(0x80338140, "WINRS_CODEPAGE is not available")
def code_page(attacker: Attacker) -> None:
    attacker.wire().ask(_create({}, Option(name="WINRS_CODEPAGE", value="99999")))


@row(0x803381C4, "an operation on a disconnected shell")
def disconnected(attacker: Attacker) -> None:
    shell = attacker.powershell()
    shell.wire.ask(Disconnect(**shell.place))
    shell.wire.ask(shell.shell.receive())


@row(0x803381C5, "Disconnect of a cmd shell")
def no_disconnect(attacker: Attacker) -> None:
    shell = attacker.cmd()
    shell.wire.ask(Disconnect(**shell.place))


@row(0x803381C6, "an operation with another SessionId than the connected one")
def session_mismatch(attacker: Attacker) -> None:
    shell = attacker.powershell()
    attacker.wire().ask(shell.shell.receive())


@row(0x803381CD, "Connect to a shell that is connected")
def connected_elsewhere(attacker: Attacker) -> None:
    shell = attacker.powershell()
    attacker.wire().ask(Connect(**shell.place, connect_xml=b"x"))


@row(0x803381D4, "the CommandId of a Command is not a GUID")
def command_id(attacker: Attacker) -> None:
    shell = attacker.cmd()
    shell.wire.ask(Command(**shell.place, command_id="first", command_line="echo"))


@row(0x803381D5, "the ShellId of a Create is not a GUID")
def shell_id(attacker: Attacker) -> None:
    attacker.wire().ask(_create({"shell_id": "../../etc/passwd"}))


@row(0x803381D6, "the CommandId of a Command is in use")
def command_in_use(attacker: Attacker) -> None:
    shell = attacker.cmd()
    for _ in range(2):
        shell.wire.ask(Command(**shell.place, command_id=UNKNOWN, command_line="echo"))


@row(0x803381D7, "the ShellId of a Create is in use")
def shell_in_use(attacker: Attacker) -> None:
    shell = attacker.cmd()
    attacker.wire().ask(_create({"shell_id": shell.id.lower()}))


@row(0x803381DE, "the shell is disconnected while a Receive waits")
def stream_disconnected(attacker: Attacker) -> None:
    shell = attacker.powershell()
    pending = shell.wire.begin_ask(shell.shell.receive())
    time.sleep(0.3)
    attacker.wire(session_id=shell.wire.session.session_id).ask(Disconnect(**shell.place))
    shell.wire.finish_ask(pending)


@row(0x803381F2, "IdleTimeOut is below a minute or above MaxIdleTimeoutms")
def idle_timeout(attacker: Attacker) -> None:
    attacker.powershell(idle_timeout=1)


# --- the PowerShell plug-in ---------------------------------------------------------------------------------------


def _spec(**fields: Any) -> ShellSpec:
    known: dict[str, Any] = {"input_streams": ("stdin", "pr"), "output_streams": ("stdout",), **fields}
    return ShellSpec(**known)


@row(0x80540BB8, "creationXml is missing")
def creation_missing(attacker: Attacker) -> None:
    attacker.wire().ask(_powershell(VERSION, creation_xml=None))


@row(0x80540BB9, "InputStreams or OutputStreams is empty")
def streams_missing(attacker: Attacker) -> None:
    attacker.wire().ask(_powershell(VERSION, output_streams=()))


@row(0x80540BBA, "the session configuration wants pwsh and it is not installed", host="configured")
def creation_failed(attacker: Attacker) -> None:
    wire = attacker.wire()
    wire.ask(
        CreateShell(resource_uri=uris.powershell_resource("Real"), shell=_spec(creation_xml=b"x"), options=VERSION)
    )


@row(0x80540BBE, "Send to another stream than stdin and pr")
def input_stream(attacker: Attacker) -> None:
    shell = attacker.powershell()
    shell.wire.ask(Send(**shell.place, streams=(chunk(b"x", "stdout"),)))


@row(0x80540BBF, "creationXml or connectXml is not base64")
def input_type(attacker: Attacker) -> None:
    wanted = _powershell(VERSION, creation_xml=b"abcd")
    attacker.altered(wanted, "YWJjZA==", "%%%%")


@row(0x80540BC0, "Receive from another stream than stdout")
def output_stream(attacker: Attacker) -> None:
    shell = attacker.powershell()
    shell.wire.ask(Receive(**shell.place, streams=("stderr",)))


@row(0x80540BC4, "a Command without exactly one Arguments element")
def arguments(attacker: Attacker) -> None:
    shell = attacker.powershell()
    shell.wire.ask(Command(**shell.place, command_id=UNKNOWN))


@row(0x80540BC5, "protocolversion has another major version")
def protocol_version(attacker: Attacker) -> None:
    attacker.wire().ask(_powershell(OptionSet((Option(name="protocolversion", value="3.0", must_comply=True),))))


@row(0x80540BC6, "an option that begins with PS_ and must be complied with")
def plugin_option(attacker: Attacker) -> None:
    option = Option(name="PS_COLOUR", value="blue", must_comply=True)
    attacker.wire().ask(_powershell(OptionSet((*VERSION.items, option))))


@row(0x80540BC7, "protocolversion is missing")
def no_protocol_version(attacker: Attacker) -> None:
    attacker.wire().ask(_powershell(OptionSet()))


@row(0x80540FA0, "the start-up script of the session configuration cannot be read", host="configured")
def managed_exception(attacker: Attacker) -> None:
    wire = attacker.wire()
    wire.ask(CreateShell(resource_uri=uris.powershell_resource("Scripted"), shell=_spec(), options=VERSION))


@row(0x80540FA2, "Connect to a disconnected shell without connectXml")
def no_negotiation(attacker: Attacker) -> None:
    shell = attacker.powershell()
    shell.wire.ask(Disconnect(**shell.place))
    shell.wire.ask(Connect(**shell.place, options=VERSION))


@row(0x80540FA3, "Connect with a connectXml that is not two PSRP messages")
def connect_failed(attacker: Attacker) -> None:
    shell = attacker.powershell()
    shell.wire.ask(Disconnect(**shell.place))
    shell.wire.ask(Connect(**shell.place, connect_xml=b"x" * 100, options=VERSION))
