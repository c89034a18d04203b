"""Security.Cryptography.Rfc2898DeriveBytes and HashAlgorithmName: keys from passwords."""

from __future__ import annotations

import hashlib
import os
from functools import partial
from typing import Any, Final

from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.types import registry as r
from remora.engine.types.collections import failure
from remora.engine.types.hashes import ALGORITHMS
from remora.engine.types.typeref import register

_C: Final = "System.Security.Cryptography."
_MOST: Final = 1 << 20


class HashAlgorithmName(NetObject):
    """The name of a hash."""

    __slots__ = ("name",)
    net_type = NetType(_C + "HashAlgorithmName", r.VALUE_TYPE, is_value_type=True)

    def __init__(self, name: str) -> None:
        self.name = name

    def __eq__(self, other: object) -> bool:
        return isinstance(other, HashAlgorithmName) and self.name == other.name

    def __hash__(self) -> int:
        return hash(self.name)

    def net_text(self) -> str:
        return self.name


class Rfc2898DeriveBytes(NetObject):
    """PBKDF2: as many bytes as are asked for, each call going on where the last one ended."""

    __slots__ = ("_given", "_hash", "_password", "iterations", "salt")
    net_type = NetType(_C + "Rfc2898DeriveBytes", NetType(_C + "DeriveBytes", OBJECT))

    def __init__(self, password: Any, salt: Any, iterations: int = 1000, name: Any = "SHA1") -> None:
        self._password = password.encode() if isinstance(password, str) else bytes(password)
        self.salt = os.urandom(salt) if isinstance(salt, int) else bytes(salt)
        self.iterations = iterations
        self._hash = _hash_name(name)
        self._given = 0
        if iterations <= 0:
            text = "iterations ('{0}') must be a non-negative and non-zero value. (Parameter 'iterations')"
            raise failure(text.format(iterations), "System.ArgumentOutOfRangeException")

    def take(self, count: int) -> bytearray:
        """The next bytes."""
        if not 0 < count <= _MOST:
            raise failure("Positive number required. (Parameter 'cb')", "System.ArgumentOutOfRangeException")
        self._given += count
        made = hashlib.pbkdf2_hmac(self._hash, self._password, self.salt, self.iterations, self._given)
        return bytearray(made[-count:])

    def reset(self) -> None:
        """Begin again with the first byte."""
        self._given = 0


def _hash_name(name: Any) -> str:
    text = name.name if isinstance(name, HashAlgorithmName) else str(name)
    found = ALGORITHMS.get(text.upper())
    if found is None:
        raise failure(f"'{text}' is not a known hash algorithm.", _C + "CryptographicException")
    return found


def _pbkdf2(password: Any, salt: Any, iterations: int, name: Any, length: int) -> bytearray:
    return Rfc2898DeriveBytes(password, salt, iterations, name).take(length)


def _declare() -> None:
    h = HashAlgorithmName.net_type
    h.property("Name", "System.String")(lambda x: x.name)
    h.constructor("(string)")(HashAlgorithmName)
    h.parse = HashAlgorithmName
    for name in ALGORITHMS:
        h.static_property(name, h.name)(partial(HashAlgorithmName, name))
    d = Rfc2898DeriveBytes.net_type
    for password in ("string", "byte[]"):
        given = f"{password}, byte[]"
        d.constructor(f"({given})", f"({given}, int)", f"({given}, int, {h.name})")(Rfc2898DeriveBytes)
        d.static(f"Pbkdf2({given}, int, {h.name}, int)", returns="byte[]")(_pbkdf2)
    d.constructor("(string, int)", "(string, int, int)", f"(string, int, int, {h.name})")(Rfc2898DeriveBytes)
    d.property("IterationCount", "System.Int32")(lambda x: x.iterations)
    d.property("Salt", "System.Byte[]")(lambda x: bytearray(x.salt))
    d.property("HashAlgorithm", h.name)(lambda x: HashAlgorithmName(x._hash.upper()))
    d.method("GetBytes(int)", returns="byte[]")(Rfc2898DeriveBytes.take)
    d.method("Reset()", returns="void")(Rfc2898DeriveBytes.reset)
    d.method("Dispose()", returns="void")(lambda x: None)
    register(h, d)


_declare()
