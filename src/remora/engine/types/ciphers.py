"""Security.Cryptography.Aes with its transforms and CryptoStream, over the ``cryptography`` library."""

from __future__ import annotations

import io
import os
from typing import Any, Final

from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.types.collections import failure
from remora.engine.types.streams import STREAM, ByteStream
from remora.engine.types.typeref import register

_C: Final = "System.Security.Cryptography."
_BLOCK: Final = 16
_KEYS: Final = (16, 24, 32)
_PROBLEM: Final = _C + "CryptographicException"
_ENUMS: Final = {"mode": _C + "CipherMode", "padding": _C + "PaddingMode"}


class Aes(NetObject):
    """A key and how it is used. mode: CBC or ECB; padding: None, PKCS7, Zeros, ANSIX923 or ISO10126."""

    __slots__ = ("iv", "key", "mode", "padding")
    net_type = NetType(_C + "Aes", NetType(_C + "SymmetricAlgorithm", OBJECT))

    def __init__(self) -> None:
        self.key = os.urandom(32)
        self.iv = os.urandom(_BLOCK)
        self.mode = "CBC"
        self.padding = "PKCS7"

    def transform(self, *, encrypts: bool, key: Any = None, iv: Any = None) -> CryptoTransform:
        """A transform with this key and vector, or with others."""
        used, vector = self.key if key is None else bytes(key), self.iv if iv is None else bytes(iv)
        _check_key(used)
        _check_iv(vector)
        return CryptoTransform(used, vector, self.mode, self.padding, encrypts=encrypts)


class CryptoTransform(NetObject):
    """ICryptoTransform: whole blocks at once, or block after block; after the last one it begins anew."""

    __slots__ = ("_encrypts", "_iv", "_key", "_mode", "_padding", "_waiting")
    net_type = NetType(_C + "ICryptoTransform", OBJECT)

    def __init__(self, key: bytes, iv: bytes, mode: str, padding: str, *, encrypts: bool) -> None:
        self._key, self._iv, self._mode, self._padding, self._encrypts = key, iv, mode, padding, encrypts
        self._waiting = b""

    def add(self, data: Any, start: int, count: int, out: Any, at: int) -> int:
        """One more piece; what it makes is in the last one's output."""
        self._waiting += bytes(data[start : start + count])
        return 0

    def finish(self, data: Any, start: int, count: int) -> bytearray:
        """The last piece: the output of all."""
        text, self._waiting = self._waiting + bytes(data[start : start + count]), b""
        return bytearray(self._run(self._padded(text)) if self._encrypts else self._unpadded(self._run(text)))

    def _run(self, data: bytes) -> bytes:
        from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

        if len(data) % _BLOCK:
            raise failure("The input data is not a complete block.", _PROBLEM)
        mode = modes.CBC(self._iv) if self._mode == "CBC" else modes.ECB()  # noqa: S305 - what the script asks for
        cipher = Cipher(algorithms.AES(self._key), mode)
        step = cipher.encryptor() if self._encrypts else cipher.decryptor()
        return step.update(data) + step.finalize()

    def _padded(self, data: bytes) -> bytes:
        count = _BLOCK - len(data) % _BLOCK
        if self._padding == "PKCS7":
            return data + bytes([count]) * count
        if self._padding == "ANSIX923":
            return data + bytes(count - 1) + bytes([count])
        if self._padding == "ISO10126":
            return data + os.urandom(count - 1) + bytes([count])
        return data + bytes(count % _BLOCK) if self._padding == "Zeros" else data

    def _unpadded(self, data: bytes) -> bytes:
        if self._padding in ("None", "Zeros") or not data:
            return data
        count = data[-1]
        filled = {"PKCS7": bytes([count]) * count, "ANSIX923": bytes(count - 1) + bytes([count])}.get(self._padding)
        if not 1 <= count <= _BLOCK or (filled is not None and not data.endswith(filled)):
            raise failure("Padding is invalid and cannot be removed.", _PROBLEM)
        return data[:-count]


class CryptoStream(ByteStream):
    """A stream through a transform: reading takes all of the inner one, writing fills it when closed."""

    __slots__ = ("_done", "_inner", "_reads", "_transform")
    net_type = NetType(_C + "CryptoStream", STREAM)

    def __init__(self, inner: ByteStream, transform: CryptoTransform, mode: Any) -> None:
        self._inner, self._transform = inner, transform
        self._reads = self._done = str(mode).lower() == "read"
        super().__init__(io.BytesIO(self._whole(inner.read_bytes(-1)) if self._reads else b""))

    def _whole(self, data: bytes) -> bytes:
        return bytes(self._transform.finish(data, 0, len(data)))

    def finish(self) -> None:
        """Write the last block."""
        if not self._done:
            self._done = True
            self._inner.file.write(self._whole(self.file.getvalue()))

    def close(self) -> None:
        self.finish()
        self._inner.close()


def _check_key(key: bytes) -> None:
    if len(key) not in _KEYS:
        raise failure("Specified key is not a valid size for this algorithm.", _PROBLEM)


def _check_iv(iv: bytes) -> None:
    if len(iv) != _BLOCK:
        raise failure(
            "Specified initialization vector (IV) does not match the block size for this algorithm.", _PROBLEM
        )


def _set_key(aes: Aes, key: Any) -> None:
    _check_key(bytes(key))
    aes.key = bytes(key)


def _set_iv(aes: Aes, iv: Any) -> None:
    _check_iv(bytes(iv))
    aes.iv = bytes(iv)


def _set_size(aes: Aes, bits: int) -> None:
    if bits // 8 not in _KEYS:
        raise failure("Specified key size is not valid for this algorithm.", _PROBLEM)
    aes.key = os.urandom(bits // 8)


def _set_block_size(aes: Aes, bits: int) -> None:
    if bits != _BLOCK * 8:
        raise failure("Specified block size is not valid for this algorithm.", _PROBLEM)


def _set_mode(aes: Aes, mode: Any) -> None:
    if str(mode) not in ("CBC", "ECB"):
        raise failure("Specified cipher mode is not valid for this algorithm.", _PROBLEM)
    aes.mode = str(mode)


def _enum_of(aes: Aes, name: str) -> Any:
    from remora.engine.convert.conversion import convert_to

    return convert_to(getattr(aes, name), _ENUMS[name])


def _one_shot(aes: Aes, data: Any, iv: Any, padding: Any, *, encrypts: bool, mode: str) -> bytearray:
    """EncryptCbc and its relatives."""
    vector = aes.iv if iv is None else bytes(iv)
    _check_iv(vector)
    made = CryptoTransform(aes.key, vector, mode, str(padding or "PKCS7"), encrypts=encrypts)
    return made.finish(data, 0, len(data))


def _declare() -> None:
    a = Aes.net_type
    a.property("Mode", _ENUMS["mode"])(lambda x: _enum_of(x, "mode"))
    a.setter("Mode")(_set_mode)
    a.property("Padding", _ENUMS["padding"])(lambda x: _enum_of(x, "padding"))
    a.setter("Padding")(lambda x, padding: setattr(x, "padding", str(padding)))
    a.property("KeySize", "System.Int32")(lambda x: len(x.key) * 8)
    a.setter("KeySize")(_set_size)
    a.property("BlockSize", "System.Int32")(lambda x: _BLOCK * 8)
    a.setter("BlockSize")(_set_block_size)
    a.property("Key", "System.Byte[]", wire=False)(lambda x: bytearray(x.key))
    a.setter("Key")(_set_key)
    a.property("IV", "System.Byte[]")(lambda x: bytearray(x.iv))
    a.setter("IV")(_set_iv)
    a.method("GenerateKey()", returns="void")(lambda x: setattr(x, "key", os.urandom(len(x.key))))
    a.method("GenerateIV()", returns="void")(lambda x: setattr(x, "iv", os.urandom(_BLOCK)))
    for name, encrypts in (("Encrypt", True), ("Decrypt", False)):
        a.method(f"Create{name}or()", f"Create{name}or(byte[], byte[])")(
            lambda x, key=None, iv=None, encrypts=encrypts: x.transform(encrypts=encrypts, key=key, iv=iv)
        )
        a.method(f"{name}Cbc(byte[], byte[])", f"{name}Cbc(byte[], byte[], {_ENUMS['padding']})", returns="byte[]")(
            lambda x, data, iv, padding=None, encrypts=encrypts: _one_shot(
                x, data, iv, padding, encrypts=encrypts, mode="CBC"
            )
        )
        a.method(f"{name}Ecb(byte[], {_ENUMS['padding']})", returns="byte[]")(
            lambda x, data, padding, encrypts=encrypts: _one_shot(x, data, None, padding, encrypts=encrypts, mode="ECB")
        )
    a.method("Dispose()", "Clear()", returns="void")(lambda x: None)
    a.static("Create()")(Aes)
    t = CryptoTransform.net_type
    t.method("TransformBlock(byte[], int, int, byte[], int)", returns="int")(CryptoTransform.add)
    t.method("TransformFinalBlock(byte[], int, int)", returns="byte[]")(CryptoTransform.finish)
    t.method("Dispose()", returns="void")(lambda x: None)
    s = CryptoStream.net_type
    s.constructor("(object, object, object)")(CryptoStream)
    s.method("FlushFinalBlock()", returns="void")(CryptoStream.finish)


def register_types() -> None:
    """Aes under its names, transforms, streams."""
    register(Aes.net_type, CryptoTransform.net_type, CryptoStream.net_type)
    for name in ("AesManaged", "AesCryptoServiceProvider", "RijndaelManaged"):
        kind = NetType(_C + name, Aes.net_type)
        kind.constructor("()")(Aes)
        register(kind)


_declare()
