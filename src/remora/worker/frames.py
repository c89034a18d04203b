"""Frames of the worker channel: a 32-bit big-endian length, then one MessagePack document. Sans-IO."""

from __future__ import annotations

import struct
from typing import Final, Generic, TypeVar

import msgspec

from remora.errors import LimitExceeded, LocalProtocolError, RemoteProtocolError
from remora.worker.protocol import PROTOCOL_VERSION, Hello, ToFrontEnd, ToWorker

MAX_FRAME: Final = 32 * 1024 * 1024
_LENGTH: Final = struct.Struct(">I")
M = TypeVar("M")

_encoder: Final = msgspec.msgpack.Encoder()
_to_worker: Final[msgspec.msgpack.Decoder[ToWorker]] = msgspec.msgpack.Decoder(ToWorker)
_to_front_end: Final[msgspec.msgpack.Decoder[ToFrontEnd]] = msgspec.msgpack.Decoder(ToFrontEnd)


def encode(message: msgspec.Struct) -> bytes:
    """Return the message as one frame; LocalProtocolError when it is larger than a frame may be."""
    body = encode_body(message)
    return _LENGTH.pack(len(body)) + body


def encode_body(message: msgspec.Struct) -> bytes:
    """Return the frame without its length, for a channel that writes the length itself."""
    body = _encoder.encode(message)
    if len(body) > MAX_FRAME:
        raise LocalProtocolError(f"a worker message of {len(body)} bytes exceeds the frame limit")
    return body


class FrameDecoder(Generic[M]):
    """Turns the bytes of a channel, cut anywhere, into messages of one direction.

    Raises RemoteProtocolError for what is no such message and LimitExceeded for a frame that announces too much; after
    that the connection must be closed.
    """

    __slots__ = ("_buffer", "_decoder")

    def __init__(self, decoder: msgspec.msgpack.Decoder[M]) -> None:
        self._buffer = bytearray()
        self._decoder = decoder

    def feed(self, data: bytes) -> list[M]:
        """Return the messages that are complete now."""
        self._buffer += data
        messages: list[M] = []
        start = 0
        while len(self._buffer) - start >= _LENGTH.size:
            (size,) = _LENGTH.unpack_from(self._buffer, start)
            if size > MAX_FRAME:
                raise LimitExceeded(f"a worker frame announces {size} bytes")
            end = start + _LENGTH.size + size
            if len(self._buffer) < end:
                break
            with memoryview(self._buffer) as view:
                body = bytes(view[start + _LENGTH.size : end])
            messages.append(self.decode(body))
            start = end
        del self._buffer[:start]
        return messages

    def decode(self, body: bytes) -> M:
        """Return the message of one frame whose length was read elsewhere."""
        try:
            return self._decoder.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise RemoteProtocolError(f"not a message of the worker channel: {error}") from None


def worker_decoder() -> FrameDecoder[ToWorker]:
    """Decoder of the worker's end."""
    return FrameDecoder(_to_worker)


def front_end_decoder() -> FrameDecoder[ToFrontEnd]:
    """Decoder of the front end's end."""
    return FrameDecoder(_to_front_end)


def check_hello(message: object) -> Hello:
    """Return the message if it is a Hello of our version; RemoteProtocolError otherwise."""
    if not isinstance(message, Hello):
        raise RemoteProtocolError("the worker channel did not begin with Hello")
    if message.version != PROTOCOL_VERSION:
        raise RemoteProtocolError(f"worker channel version {message.version}, expected {PROTOCOL_VERSION}")
    return message
