"""Fragments, messages, host calls, pools and stdio packets after damage: our own errors, in time, or a value."""

from __future__ import annotations

import base64
from functools import cache
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from remora.bindings.psrp_plugin import ServerShell, decode_argument
from remora.bindings.psrp_stdio import PacketReader, StdioClient, StdioServer, decode_packet
from remora.psrp import clixml
from remora.psrp.client import ClientPool
from remora.psrp.fragments import Defragmenter, fragment
from remora.psrp.hostcalls import call_from_bag, response_from_bag
from remora.psrp.messages import decode
from remora.psrp.server import ServerPool
from remora.psrp.spec import PipelineSpec
from remora.values import HostInfo, PSObject
from remora.wsman import Option
from tests.psrp.dialogues import psrp_recordings, turns
from tests.support.mutations import cuts, mutated, refused_or_read

POOL, PIPELINE = UUID(int=1), UUID(int=2)
SCRIPT = PipelineSpec.script("1..3 | ForEach-Object { $_ }")
PIECES = (
    b"<S>x</S>",
    b'<Obj RefId="0">',
    b"</Obj>",
    b'<Ref RefId="0" />',
    b"_xD800_",
    b"\x00" * 8,
    b"\xff" * 8,
    b"<Nil />",
    b'<I32 N="RunspaceState">99</I32>',
    b"\x00\x00\x00\x00\x00\x00\x00\x01",
    b"<LST>" * 80,
    b"<!DOCTYPE x>",
)


class Dialogue:
    """A whole life of a pool, with every flow of bytes written down."""

    def __init__(self) -> None:
        self.client = ClientPool(POOL, host_info=HostInfo())
        self.server = ServerPool()
        self.to_server: list[bytes] = []
        self.to_client: list[bytes] = []
        self.client.open()
        self.carry()
        self.server.accept_open({"a": 1})
        self.carry()
        self.client.create_pipeline(SCRIPT, PIPELINE)
        self.server.add_pipeline(PIPELINE)
        self.carry()
        self.server.send_output(PIPELINE, PSObject.custom(a=1, b=[1, "x"]))
        self.server.send_output(PIPELINE, {"k": "v"})
        self.carry()

    def carry(self) -> None:
        for pipeline_id, stream in list(self.client.pending_streams()):
            data = self.client.take(pipeline_id, 32768, stream)
            self.to_server.append(data)
            self.server.receive(data, pipeline_id, stream)
        for pipeline_id, _ in list(self.server.pending_streams()):
            data = self.server.take(pipeline_id, 32768)
            self.to_client.append(data)
            self.client.receive(data, pipeline_id)


@cache
def flows() -> tuple[bytes, ...]:
    own = Dialogue()
    recorded = [part[3] for found in psrp_recordings() for turn in turns(found) for part in turn.parts if part[3]]
    return (*own.to_server, *own.to_client, *[data for data in recorded if len(data) < 20_000][:60])


@cache
def messages() -> tuple[bytes, ...]:
    found: list[bytes] = []
    for data in flows():
        found += Defragmenter(lenient=True).feed(data)
    return tuple(found)


@given(mutated(flows(), PIECES), st.booleans(), st.booleans(), st.data())
def test_fragments(body: bytes, lenient: bool, unique: bool, data: st.DataObject) -> None:
    defragmenter = Defragmenter(1 << 20, lenient=lenient, remove_duplicates=unique)
    with refused_or_read():
        for piece in data.draw(cuts(body)):
            defragmenter.feed(piece)


@given(
    st.lists(st.sampled_from([p for i in (1, 2, 3) for p in fragment(i, b"m" * 300, 100)]), max_size=9), st.booleans()
)
def test_fragments_in_any_order(pieces: list[bytes], lenient: bool) -> None:
    defragmenter = Defragmenter(1 << 20, lenient=lenient)
    for piece in pieces:
        with refused_or_read():
            assert all(message == b"m" * 300 for message in defragmenter.feed(piece))


@given(mutated(messages(), PIECES))
def test_messages(blob: bytes) -> None:
    with refused_or_read():
        decode(blob)


@given(mutated(messages(), PIECES), st.integers(0, 3))
def test_an_open_client_pool(blob: bytes, how: int) -> None:
    pool = Dialogue().client
    for piece in fragment(1000, blob or b"x", 30_000):
        with refused_or_read():
            pool.receive(piece, None if how == 0 else PIPELINE)


@given(mutated(messages(), PIECES), st.sampled_from(["stdin", "pr", "other"]), st.booleans())
def test_an_open_server_pool(blob: bytes, stream: str, inside: bool) -> None:
    pool = Dialogue().server
    for piece in fragment(1000, blob or b"x", 30_000):
        with refused_or_read():
            pool.receive(piece, PIPELINE if inside else None, stream)


@given(mutated(flows(), PIECES), st.booleans())
def test_what_opens_a_shell(data: bytes, connect: bool) -> None:
    shell = ServerShell(ServerPool(POOL))
    options = [Option(name="protocolversion", value="2.3", must_comply=True)]
    with refused_or_read():
        if connect:
            shell.check_connect(data, options)
        else:
            shell.open(data, options)


@given(mutated(flows(), PIECES))
def test_the_argument_of_a_command(data: bytes) -> None:
    with refused_or_read():
        decode_argument([base64.b64encode(data).decode()])
    with refused_or_read():
        decode_argument([data.decode("latin-1")])


CALLS = tuple(
    clixml.dumps(PSObject.bag(bag))
    for bag in (
        {
            "ci": 1,
            "mi": clixml.loads(
                b'<Obj RefId="0"><TN RefId="0"><T>System.Management.Automation.Remoting.RemoteHostMethodId'
                b"</T></TN><ToString>WriteLine2</ToString><I32>15</I32></Obj>"
            ),
            "mp": ["text"],
        },
        {"ci": 2, "mi": 11, "mp": []},
        {"ci": 3, "mr": "answer"},
    )
)


@given(mutated(CALLS, (*PIECES, b"<I32>56</I32>", b"<I32>9</I32>", b'<Obj N="mp" RefId="9">')))
def test_host_calls_and_their_answers(body: bytes) -> None:
    for read in (call_from_bag, response_from_bag):
        with refused_or_read():
            read(clixml.loads(body))


@cache
def lines() -> tuple[bytes, ...]:
    client, server = StdioClient(ClientPool(POOL, host_info=HostInfo())), StdioServer(ServerPool())
    client.pool.open()
    sent = client.take()
    server.receive(sent)
    answer = server.take()
    fixed = b"<Close PSGuid='00000000-0000-0000-0000-000000000000' />\n<Data Stream='Default' PSGuid='%s'>AAAA</Data>\n"
    return tuple(item for item in (sent, answer, fixed % str(PIPELINE).encode()) if item)


STDIO_PIECES = (
    b"\n",
    b"<",
    b"/>",
    b"'",
    b'"',
    b"<Command PSGuid='x' />\n",
    b"<Signal",
    b"A" * 5000,
    b"\xff",
    b"&lt;",
    b"<!DOCTYPE x>",
)


@given(mutated(lines(), STDIO_PIECES))
def test_stdio_packets(data: bytes) -> None:
    with refused_or_read():
        decode_packet(data)
    with refused_or_read():
        PacketReader().feed(data)


@given(mutated(lines(), STDIO_PIECES), st.data())
def test_both_ends_of_stdio(body: bytes, data: st.DataObject) -> None:
    for end in (StdioServer(ServerPool()), StdioClient(ClientPool(POOL, host_info=HostInfo()))):
        with refused_or_read():
            for piece in data.draw(cuts(body)):
                end.receive(piece)


def test_the_seeds_are_valid() -> None:
    assert len(messages()) >= 6
    for blob in messages():
        decode(blob)
    for body in CALLS[1:2]:
        call_from_bag(clixml.loads(body))
    assert len(lines()) >= 2
