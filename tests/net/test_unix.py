from __future__ import annotations

import asyncio
import os
import socket
import stat
import struct
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remora.errors import ConfigError, ConnectionLost, DeadlineExceeded, LimitExceeded, TransportError
from remora.net.unix import (
    BlockingChannel,
    MessageChannel,
    check_path,
    listen,
    peer_credentials,
    receive_descriptors,
    require_peer,
    send_descriptors,
    send_descriptors_async,
    serve,
)


async def pair(**options: int) -> tuple[MessageChannel, socket.socket]:
    ours, theirs = socket.socketpair()
    return await MessageChannel.adopt(ours, **options), theirs


async def test_messages_both_ways_between_the_two_kinds() -> None:
    channel, theirs = await pair()
    blocking = BlockingChannel(theirs)
    messages = [b"", b"one", os.urandom(300_000), b"last"]

    def other_end() -> None:
        while (message := blocking.receive(5)) is not None:
            blocking.send(message[::-1])
            if message == b"last":
                break
        blocking.close()

    thread = threading.Thread(target=other_end)
    thread.start()
    for message in messages:
        await channel.send(message)
    assert [await channel.receive() for _ in messages] == [message[::-1] for message in messages]
    assert await channel.receive() is None
    await asyncio.to_thread(thread.join)
    assert channel.closed
    with pytest.raises(ConnectionLost):
        await channel.send(b"too late")


async def test_served_at_a_path(tmp_path: Path) -> None:
    async def answer(channel: MessageChannel) -> None:
        assert channel.peer.uid == os.geteuid()
        while (message := await channel.receive()) is not None:
            await channel.send(message.upper())

    path = tmp_path / "s"
    sock = listen(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    server = await serve(sock, answer)
    async with server:
        first, second = await MessageChannel.connect(path), await MessageChannel.connect(path)
        await first.send(b"a")
        await second.send(b"b")
        assert (await first.receive(), await second.receive()) == (b"A", b"B")
        first.close()
        second.abort()
    with pytest.raises(TransportError, match="cannot connect"):
        await MessageChannel.connect(tmp_path / "nobody")


def test_a_dead_socket_is_replaced_and_a_live_one_is_not(tmp_path: Path) -> None:
    path = tmp_path / "s"
    listen(path).close()
    with listen(path), pytest.raises(ConfigError, match="already"):
        listen(path)


@given(st.lists(st.binary(max_size=50), max_size=8), st.lists(st.integers(1, 20), max_size=30))
def test_any_cut_of_the_bytes_gives_the_same_messages(messages: list[bytes], cuts: list[int]) -> None:
    stream = b"".join(struct.pack(">I", len(message)) + message for message in messages)

    async def run() -> None:
        channel = MessageChannel()
        position = 0
        for cut in [*cuts, len(stream)]:
            if position < len(stream):
                channel.data_received(stream[position : position + cut])
                position += cut
        channel.connection_lost(None)
        received = [await channel.receive() for _ in messages]
        assert received == messages
        assert await channel.receive() is None

    asyncio.run(run())


async def test_cut_and_oversized_messages() -> None:
    channel, theirs = await pair(max_message=10)
    theirs.sendall(struct.pack(">I", 5) + b"abc")
    theirs.close()
    with pytest.raises(ConnectionLost):
        await channel.receive()
    channel, theirs = await pair(max_message=10)
    theirs.sendall(struct.pack(">I", 3) + b"abc" + struct.pack(">I", 11))
    assert await channel.receive() == b"abc"
    with pytest.raises(LimitExceeded):
        await channel.receive()
    with pytest.raises(LimitExceeded):
        await channel.send(bytes(11))
    theirs.close()


async def test_a_slow_reader_slows_the_sender_and_loses_nothing() -> None:
    left, right = socket.socketpair()
    sender, receiver = await MessageChannel.adopt(left), await MessageChannel.adopt(right)
    payload = os.urandom(1 << 20)

    async def send() -> None:
        for _ in range(24):
            await sender.send(payload)
        sender.close()

    task = asyncio.create_task(send())
    await asyncio.sleep(0.2)
    assert not task.done()
    count = 0
    while (message := await receiver.receive()) is not None:
        assert message == payload
        count += 1
    await task
    assert count == 24
    receiver.close()


def test_blocking_end_of_a_cut_oversized_and_silent_peer() -> None:
    left, right = socket.socketpair()
    channel = BlockingChannel(left, max_message=10)
    with pytest.raises(DeadlineExceeded):
        channel.receive(0.05)
    right.sendall(struct.pack(">I", 11))
    with pytest.raises(LimitExceeded):
        channel.receive(1)
    right.sendall(b"\x00")
    right.close()
    with pytest.raises(ConnectionLost):
        channel.receive(1)
    with pytest.raises(LimitExceeded):
        channel.send(bytes(11))
    with pytest.raises(ConnectionLost):
        channel.send(b"x")
    channel.close()


def test_peer_credentials() -> None:
    left, right = socket.socketpair()
    with left, right:
        peer = peer_credentials(left)
        assert (peer.pid, peer.uid, peer.gid) == (os.getpid(), os.geteuid(), os.getegid())
        assert require_peer(left, [os.geteuid()]) == peer
        with pytest.raises(TransportError, match="may not"):
            require_peer(left, [os.geteuid() + 1])


def test_paths_the_kernel_cannot_have() -> None:
    assert check_path("/" + "a" * 106)
    with pytest.raises(ConfigError, match="1 more"):
        check_path("/" + "a" * 107)


async def test_descriptors_travel_beside_messages() -> None:
    left, right = socket.socketpair()
    with left, right:
        reader, writer = os.pipe()
        send_descriptors(left, b"here", [reader, writer])
        right.setblocking(True)
        received = receive_descriptors(right)
        assert received is not None
        message, descriptors = received
        assert message == b"here"
        os.write(descriptors[1], b"through")
        assert os.read(reader, 10) == b"through"
        assert not os.get_inheritable(descriptors[0])
        left.setblocking(False)
        await send_descriptors_async(left, b"again", [reader])
        second = receive_descriptors(right)
        assert second is not None
        assert second[0] == b"again"
        for descriptor in (reader, writer, *descriptors, *second[1]):
            os.close(descriptor)
        left.close()
        assert receive_descriptors(right) is None
