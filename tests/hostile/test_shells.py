"""Shells of somebody else, and PSRP that lies: inside creationXml, Arguments, Send and connectXml."""

from __future__ import annotations

import base64
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

import pytest

from remora.errors import RemoraError, WSManFault
from remora.psrp.fragments import fragment
from remora.psrp.spec import PipelineSpec
from remora.wsman import (
    Command,
    Connect,
    CreateShell,
    Delete,
    Disconnect,
    Enumerate,
    Get,
    Option,
    OptionSet,
    Receive,
    Reconnect,
    SelectorSet,
    Send,
    ShellSpec,
    Signal,
    uris,
)
from remora.wsman.faults import OperationTimedOut
from tests.support.scene import MARK, OTHER, UNKNOWN, Scene
from tests.support.wire import POWERSHELL, CmdShell, PowerShell, Wire, chunk

VERSION = OptionSet((Option(name="protocolversion", value="2.3", must_comply=True),))


@contextmanager
def wire_of(scene: Scene, *who: str) -> Iterator[Wire]:
    with Wire(scene.host.url, *who) as wire:
        yield wire


def create(creation_xml: bytes | None, **spec: object) -> CreateShell:
    fields = {"input_streams": ("stdin", "pr"), "output_streams": ("stdout",), "creation_xml": creation_xml, **spec}
    return CreateShell(resource_uri=POWERSHELL, shell=ShellSpec(**fields), options=VERSION)  # type: ignore[arg-type]


def shell_count(scene: Scene) -> int:
    return len(scene.host.status()["shells"])


def _expect(true: bool, error: RemoraError) -> None:
    if not true:
        raise AssertionError("not the fault for this") from error


# --- somebody else's -------------------------------------------------------------------------------------------------


def test_nothing_can_be_done_with_the_shell_of_somebody_else(scene: Scene) -> None:
    victim = scene.witness
    place, command = victim.place, str(uuid4()).upper()
    with wire_of(scene, *OTHER) as wire:
        for request in (
            Receive(**place),
            Receive(**place, command_id=command),
            Send(**place, streams=(chunk(b"x"),)),
            Command(**place, command_line="x", arguments=("AAAA",)),
            Signal(**place, command_id=command, code=uris.SIGNAL_TERMINATE),
            Disconnect(**place),
            Reconnect(**place),
            Connect(**place, connect_xml=b"x" * 30, options=VERSION),
            Delete.shell(POWERSHELL, victim.id),
            Get(resource_uri=uris.RESOURCE_SHELL, selectors=SelectorSet.shell(victim.id)),
        ):
            with pytest.raises(WSManFault) as caught:
                wire.ask(request)
            assert caught.value.code == 5, type(request).__name__
        assert wire.ask(Enumerate(resource_uri=uris.RESOURCE_SHELL)).items == ()
        with pytest.raises(WSManFault) as caught:
            wire.ask(Enumerate.commands(victim.id))
        assert caught.value.code == 5


def test_the_name_of_a_shell_of_somebody_else_is_taken(scene: Scene) -> None:
    with wire_of(scene, *OTHER) as wire, pytest.raises(WSManFault) as caught:
        CmdShell(wire, shell_id=scene.witness.id)
    assert caught.value.code in (5, 0x803381D7)


def test_another_session_of_the_same_user_cannot_disturb(scene: Scene) -> None:
    place = scene.witness.place
    with wire_of(scene) as wire:
        for request in (
            Receive(**place),
            Send(**place, streams=(chunk(b"x"),)),
            Disconnect(**place),
            Reconnect(**place),
        ):
            with pytest.raises(WSManFault) as caught:
                wire.ask(request)
            assert caught.value.code in (0x803381C6, 0x803381CD)
        with pytest.raises(WSManFault) as caught:
            wire.ask(Connect(**place, connect_xml=b"x" * 30, options=VERSION))
        assert caught.value.code == 0x803381CD


@pytest.mark.parametrize(
    "shell_id", ["../../x", "..", "/etc/x", "x" * 300, "908EA449-5553-4150-8A78-020057C8772A/..", "\u0661" * 36]
)
def test_shell_ids_chosen_by_a_client(scene: Scene, shell_id: str) -> None:
    before = shell_count(scene)
    with wire_of(scene) as wire, pytest.raises(WSManFault) as caught:
        CmdShell(wire, shell_id=shell_id)
    assert caught.value.code == 0x803381D5
    assert shell_count(scene) == before
    assert {path.name for path in (scene.host.state_dir / "w").iterdir()} == {
        entry["shell_id"] for entry in scene.host.status()["shells"]
    }


# --- PSRP that lies -------------------------------------------------------------------------------------------------


def message(kind: int, body: bytes, pool: UUID | None = None, pipeline: UUID | None = None) -> bytes:
    ids = (pool or UUID(UNKNOWN)).bytes_le + (pipeline or UUID(int=0)).bytes_le
    return struct.pack("<II", 2, kind) + ids + body


CAPABILITY = 0x00010002
INIT = 0x00010004
CREATE_PIPELINE = 0x00021006
INPUT = 0x00041002
DEEP = b"<Obj><LST>" * 5000 + b"</LST></Obj>" * 5000
WIDE = (
    b'<Obj RefId="0"><LST>'
    b'<Obj RefId="1"><LST>' + b"<Nil/>" * 30_000 + b"</LST></Obj>" + b'<Ref RefId="1"/>' * 5000 + b"</LST></Obj>"
)
LAUGHS = b"".join(
    b'<Obj RefId="%d"><LST>%s</LST></Obj>' % (n, b'<Ref RefId="%d"/>' % (n - 1) * 10 if n else b"<S>x</S>")
    for n in range(12)
)
BOMBS = {
    "deep": DEEP,
    "wide": WIDE,
    "references to references": b'<Obj RefId="99"><LST>' + LAUGHS + b"</LST></Obj>",
    "a circle": b'<Obj RefId="0"><LST><Ref RefId="0"/></LST></Obj>',
    "entities": b'<!DOCTYPE x [<!ENTITY e "eeeeeeeeee">]><S>&e;&e;</S>',
    "no CLIXML": MARK.encode(),
    "bytes": bytes(range(256)) * 4,
    "enormous numbers": b"<I32>" + b"9" * 100_000 + b"</I32>",
    "a bad date": b"<DT>9999-99-99</DT>",
    "nothing": b"",
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
@pytest.mark.parametrize("kind", [CAPABILITY, INIT, 0x12345678])
def test_bombs_in_creation_xml(scene: Scene, bomb: bytes, kind: int) -> None:
    blob = fragment(1, message(kind, bomb), 1 << 20)[0]
    before = shell_count(scene)
    with wire_of(scene) as wire, pytest.raises(WSManFault) as caught:
        wire.ask(create(blob))
    assert caught.value.code >= 0x80540BB8 or caught.value.code == 0x80338035
    assert shell_count(scene) == before


# a message may go on in the first Send, so a beginning alone is no lie
BEGINNINGS = ("cut", "in the header", "no end")
GOOD = fragment(1, message(CAPABILITY, b"<S>x</S>" * 20), 60)
LIES = {
    "cut": GOOD[0][:-5],
    "in the header": GOOD[0][:10],
    "the second first": GOOD[1] + GOOD[0],
    "a hole": GOOD[0] + GOOD[2],
    "twice": GOOD[0] + GOOD[0] + GOOD[1] + GOOD[1],
    "object 0": bytes(8) + GOOD[0][8:],
    "too long": GOOD[0][:17] + b"\xff\xff\xff\xff" + GOOD[0][21:],
    "too short": GOOD[0][:17] + b"\x00\x00\x00\x01" + GOOD[0][21:],
    "no end": GOOD[0] + GOOD[1],
    "flags": GOOD[0][:16] + b"\xff" + GOOD[0][17:],
    "nothing": b"",
    "zeros": bytes(5000),
}


@pytest.mark.parametrize("lie", LIES)
def test_lying_fragments_in_creation_xml(scene: Scene, lie: str) -> None:
    before = shell_count(scene)
    with wire_of(scene) as wire:
        try:
            created = wire.ask(create(LIES[lie]))
        except WSManFault as fault:
            _expect(fault.code >= 0x80540BB8, fault)
        else:
            assert lie in BEGINNINGS
            with pytest.raises(OperationTimedOut):
                wire.ask(Receive(resource_uri=POWERSHELL, shell_id=created.shell_id), timeout=0.5)
            wire.ask(Delete.shell(POWERSHELL, created.shell_id))
    assert shell_count(scene) == before


@pytest.mark.parametrize("stream", ["stdin", "pr"])
@pytest.mark.parametrize(
    "data",
    [*LIES.values(), *(fragment(50, message(INPUT, bomb), 1 << 20)[0] for bomb in BOMBS.values())],
    ids=[*LIES, *BOMBS],
)
def test_a_pool_that_is_lied_to_hurts_itself_only(scene: Scene, data: bytes, stream: str) -> None:
    """The answer is a fault, or the pool tells its client that it is broken; it may also pass over what it can."""
    with wire_of(scene) as wire:
        shell = PowerShell(wire)
        try:
            wire.ask(Send(**shell.place, streams=(chunk(data, stream),)))
            shell.shell.received(wire.ask(shell.shell.receive(), timeout=0.5))
        except RemoraError as error:
            _expect(not isinstance(error, WSManFault) or error.code >= 0x3E3, error)
        wire.ask(Delete.shell(POWERSHELL, shell.id))


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_bombs_in_pipeline_input(scene: Scene, bomb: bytes) -> None:
    with wire_of(scene) as wire:
        shell = PowerShell(wire)
        pipeline = uuid4()
        spec = PipelineSpec.script("$input | ForEach-Object { 1 }")
        shell.pool.create_pipeline(spec, pipeline)
        wire.ask(shell.shell.command(pipeline))
        blob = fragment(900, message(INPUT, bomb, UUID(shell.id), pipeline), 1 << 20)[0]
        try:
            wire.ask(Send(**shell.place, streams=(chunk(blob, "stdin", str(pipeline).upper()),)))
            wire.ask(shell.shell.receive(pipeline), timeout=0.5)
        except WSManFault as fault:
            _expect(fault.code >= 0x3E3, fault)
        wire.ask(Delete.shell(POWERSHELL, shell.id))


@pytest.mark.parametrize(
    "argument",
    [
        "=",
        "A",
        "\u00e9",
        "A" * 200_001,
        base64.b64encode(fragment(7, message(CREATE_PIPELINE, DEEP), 1 << 20)[0]).decode(),
    ],
)
def test_arguments_that_create_no_pipeline(scene: Scene, argument: str) -> None:
    with wire_of(scene) as wire:
        shell = PowerShell(wire)
        with pytest.raises(WSManFault) as caught:
            wire.ask(Command(**shell.place, command_id=str(uuid4()).upper(), arguments=(argument,)))
        assert caught.value.code >= 0x80338000
        assert shell.invoke("1 + 1") == [2]
        wire.ask(Delete.shell(POWERSHELL, shell.id))


@pytest.mark.parametrize("argument", ["", "AAAA"])
def test_a_pipeline_that_is_only_begun_can_be_ended(scene: Scene, argument: str) -> None:
    with wire_of(scene) as wire:
        shell = PowerShell(wire)
        command = wire.ask(Command(**shell.place, command_id=str(uuid4()).upper(), arguments=(argument,))).command_id
        wire.ask(Signal(**shell.place, command_id=command, code=uris.SIGNAL_TERMINATE))
        assert shell.invoke("1 + 1") == [2]
        wire.ask(Delete.shell(POWERSHELL, shell.id))


def test_the_same_command_and_the_same_shell_again(scene: Scene) -> None:
    with wire_of(scene) as wire:
        shell = PowerShell(wire)
        pipeline = uuid4()
        shell.pool.create_pipeline(PipelineSpec.script("Start-Sleep 1; 7"), pipeline)
        request = shell.shell.command(pipeline)
        wire.ask(request)
        with pytest.raises(WSManFault) as caught:
            wire.ask(request)
        assert caught.value.code == 0x803381D6
        assert shell.collect(pipeline) == [7]
        wire.ask(Delete.shell(POWERSHELL, shell.id))


def test_input_of_a_cmd_shell_that_is_no_base64(scene: Scene) -> None:
    with wire_of(scene) as wire:
        shell = CmdShell(wire)
        command = shell.start("more")
        outgoing = wire.session.send(Send(**shell.place, streams=(chunk(b"abc", "stdin", command),)))
        status, answer = wire.post(outgoing.body.replace(b">YWJj<", b">!!!!<"))
        assert status == 500
        assert b"Fault" in answer
        wire.ask(Send(**shell.place, streams=(chunk(b"fine\r\n", "stdin", command, end=True),)))
        reply = shell.receive(command)
        assert reply.streams
        wire.ask(Delete.shell(uris.RESOURCE_CMD, shell.id))
