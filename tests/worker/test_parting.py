"""The answer on its way when a client left with a Disconnect: still there for the Receive that asked for it."""

from __future__ import annotations

from remora.worker.buffers import Item, OutputBuffer, ReceiveKey


def key(name: str) -> ReceiveKey:
    return ReceiveKey(message_id=name)


def parted() -> OutputBuffer:
    buffer = OutputBuffer()
    buffer.put(Item(body=b"one", object_id=1))
    assert buffer.take(key("first"), 1000) is not None
    buffer.put(Item(body=b"two", object_id=2))
    buffer.part()
    return buffer


def test_only_the_same_receive_gets_it_again() -> None:
    buffer = parted()
    again = buffer.repeat_parted(key("first"))
    assert again is not None
    assert b"one" in b"".join(piece.data for piece in again.pieces)
    assert buffer.repeat_parted(key("second")) is None


def test_whoever_comes_next_gets_what_follows() -> None:
    buffer = parted()
    buffer.rewind()
    assert buffer.repeat_parted(key("first")) is None
    batch = buffer.take(key("third"), 1000)
    assert batch is not None
    sent = b"".join(piece.data for piece in batch.pieces)
    assert b"two" in sent
    assert b"one" not in sent


def test_the_same_client_goes_on_after_it() -> None:
    buffer = parted()
    buffer.resume()
    assert buffer.repeat_parted(key("first")) is None
    batch = buffer.take(key("third"), 1000)
    assert batch is not None
    assert b"one" not in b"".join(piece.data for piece in batch.pieces)


def test_the_end_of_a_command_can_be_asked_for_again() -> None:
    buffer = OutputBuffer()
    buffer.put(Item(body=b"one", object_id=1))
    buffer.finish(3)
    buffer.take(key("first"), 1000)
    buffer.part()
    assert buffer.finished
    again = buffer.repeat_parted(key("first"))
    assert again is not None
    assert again.exit_code == 3
