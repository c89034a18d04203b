"""Security.Cryptography hashes and random bytes; SecureString and PSCredential."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from typing import Any

from remora.engine.nettype import OBJECT, NetObject, NetType
from remora.engine.types import registry as r
from remora.engine.types.collections import failure
from remora.engine.types.core import text_size
from remora.engine.types.typeref import register
from remora.values.secrets import PSCredential, SecureString

_C = "System.Security.Cryptography."
ALGORITHMS = {"MD5": "md5", "SHA1": "sha1", "SHA256": "sha256", "SHA384": "sha384", "SHA512": "sha512"}


class HashAlgorithm(NetObject):
    """A hash to be computed over bytes, a stream, or block after block. key: makes it a keyed one (HMAC)."""

    __slots__ = ("_blocks", "digest", "key", "name")
    net_type = NetType(_C + "HashAlgorithm", OBJECT)

    def __init__(self, name: str, key: bytes | None = None) -> None:
        self.name = name
        self.key = key
        self._blocks = self._fresh()
        self.digest: bytearray | None = None

    def _fresh(self) -> Any:
        if self.key is not None:
            return hmac.new(self.key, digestmod=ALGORITHMS[self.name])
        return hashlib.new(ALGORITHMS[self.name], usedforsecurity=False)

    def add(self, data: Any, start: int, count: int) -> int:
        """One more block."""
        self._blocks.update(bytes(data[start : start + count]))
        return count

    def finish(self, data: Any, start: int, count: int) -> bytearray:
        """The last block; from now on there is a digest, and the next block begins anew."""
        self.add(data, start, count)
        self.digest = bytearray(self._blocks.digest())
        self._blocks = self._fresh()
        return bytearray(data[start : start + count])

    def compute(self, data: Any) -> bytearray:
        """The digest of bytes, or of a stream read to its end."""
        made = self._fresh()
        read = getattr(data, "read_bytes", None)
        if read is None:
            made.update(bytes(data))
        else:
            while block := read(1 << 20):
                made.update(block)
        return bytearray(made.digest())


def _algorithm(name: str) -> HashAlgorithm:
    key = name.upper().replace("-", "")
    if key not in ALGORITHMS:
        raise failure(
            f"The hash algorithm '{name}' is not known.", "System.Security.Cryptography.CryptographicException"
        )
    return HashAlgorithm(key)


def _hash_types() -> list[NetType]:
    base = HashAlgorithm.net_type
    base.method("ComputeHash(object)", returns="byte[]")(lambda h, data: h.compute(data))
    base.method("TransformBlock(byte[], int, int, byte[], int)", returns="int")(
        lambda h, data, start, count, out, at: h.add(data, start, count)
    )
    base.method("TransformFinalBlock(byte[], int, int)", returns="byte[]")(
        lambda h, data, start, count: h.finish(data, start, count)
    )
    base.property("Hash", "System.Byte[]")(lambda h: h.digest)
    base.method("Dispose()", "Clear()", returns="void")(lambda h: None)
    base.property("HashSize", "System.Int32")(lambda h: len(h.compute(b"")) * 8)
    base.static("Create(string)")(_algorithm)
    out = [base]
    for name in ALGORITHMS:
        kind = NetType(_C + name, base)
        kind.static("Create()")(lambda name=name: HashAlgorithm(name))
        kind.static("HashData(byte[])", returns="byte[]")(lambda data, name=name: HashAlgorithm(name).compute(data))
        kind.constructor("()")(lambda name=name: HashAlgorithm(name))
        out.append(kind)
        for suffix in ("CryptoServiceProvider", "Managed"):
            alias = NetType(_C + name + suffix, kind)
            alias.constructor("()")(lambda name=name: HashAlgorithm(name))
            out.append(alias)
        out.append(_keyed(base, name))
    return out


def _keyed(base: NetType, name: str) -> NetType:
    kind = NetType(_C + "HMAC" + name, base)
    kind.constructor("()")(lambda: HashAlgorithm(name, os.urandom(64)))
    kind.constructor("(byte[] key)")(lambda key: HashAlgorithm(name, bytes(key)))
    kind.property("Key", "System.Byte[]", wire=False)(lambda h: bytearray(h.key or b""))
    kind.setter("Key")(lambda h, key: HashAlgorithm.__init__(h, name, bytes(key)))
    kind.static("HashData(byte[] key, byte[] source)", returns="byte[]")(
        lambda key, data: HashAlgorithm(name, bytes(key)).compute(data)
    )
    return kind


class RandomBytes(NetObject):
    """RandomNumberGenerator: bytes of the system's source."""

    __slots__ = ()
    net_type = NetType(_C + "RandomNumberGenerator", OBJECT)

    def fill(self, data: Any, offset: int = 0, count: int | None = None) -> None:
        """Random bytes in place of those that are there."""
        count = len(data) - offset if count is None else count
        if offset < 0 or count < 0 or offset + count > len(data):
            raise failure("Offset and length were out of bounds for the array or count is greater than the number of "
                          "elements from index to the end of the source collection.",
                          "System.ArgumentException")  # fmt: skip
        data[offset : offset + count] = os.urandom(count)


def _more_security() -> list[NetType]:
    service = NetType(_C + "RNGCryptoServiceProvider", RandomBytes.net_type)
    service.constructor("()")(RandomBytes)
    operations = NetType(_C + "CryptographicOperations", OBJECT, form="static")
    operations.static("FixedTimeEquals(byte[] left, byte[] right)", returns="bool")(
        lambda a, b: hmac.compare_digest(bytes(a), bytes(b))
    )
    operations.static("ZeroMemory(byte[] buffer)", returns="void")(
        lambda buffer: buffer.__setitem__(slice(None), bytes(len(buffer)))
    )
    return [service, operations]


def _random_bytes() -> NetType:
    kind = RandomBytes.net_type
    kind.static("Create()", returns=kind.name)(RandomBytes)
    kind.method("GetBytes(byte[] data)", returns="void")(lambda v, data: v.fill(data))
    kind.method("GetNonZeroBytes(byte[] data)", returns="void")(
        lambda v, data: data.__setitem__(slice(None), bytes(secrets.randbelow(255) + 1 for _ in data))
    )
    kind.method("GetBytes(byte[] data, int offset, int count)", returns="void")(lambda v, d, at, n: v.fill(d, at, n))
    kind.method("Dispose()", returns="void")(lambda v: None)
    kind.static("GetHexString(int stringLength)", "GetHexString(int stringLength, bool lowercase)", returns="string")(
        _random_hex
    )
    kind.static("GetBytes(int)", returns="byte[]")(lambda n: bytearray(os.urandom(min(max(n, 0), 1 << 24))))
    kind.static("GetInt32(int)", "GetInt32(int, int)", returns="int")(_random_int)
    kind.static("Fill(byte[])", returns="void")(lambda buffer: buffer.__setitem__(slice(None), os.urandom(len(buffer))))
    return kind


def _random_hex(length: int, lower: bool = False) -> str:
    digits = os.urandom((text_size(length) + 1) // 2).hex()[:length]
    return digits if lower else digits.upper()


def _random_int(low: int, high: int | None = None) -> int:
    low, high = (0, low) if high is None else (low, high)
    if high <= low:
        raise failure("Range of random number does not contain at least one possibility.", "System.ArgumentException")
    return low + secrets.randbelow(high - low)


def _plain(value: SecureString) -> str:
    try:
        return value.reveal()
    except ValueError as problem:
        raise failure(str(problem), "System.InvalidOperationException") from None


class NetworkCredential(NetObject):
    """Net.NetworkCredential: the readable form of a credential."""

    __slots__ = ("password", "user")
    net_type = NetType("System.Net.NetworkCredential", OBJECT)

    def __init__(self, user: str, password: SecureString) -> None:
        self.user = user
        self.password = password


def _change(secret: SecureString, index: int, text: str, over: int = 0) -> None:
    """Put text in at an index, in place of as many characters."""
    known = _plain(secret)
    if not 0 <= index <= len(known) - over:
        raise failure("Index was out of range. (Parameter 'index')", "System.ArgumentOutOfRangeException")
    if secret.read_only:
        raise failure("Instance is read-only.", "System.InvalidOperationException")
    secret.change(known[:index] + text + known[index + over :])


def _credentials() -> None:
    s = r.SECURE
    s.property("Length", "System.Int32")(lambda v: len(_plain(v)))
    s.method("Copy()", returns="System.Security.SecureString")(lambda v: SecureString(_plain(v)))
    s.method("Dispose()", returns="void")(lambda v: None)
    s.method("MakeReadOnly()", returns="void")(lambda v: setattr(v, "read_only", True))
    s.method("IsReadOnly()", returns="System.Boolean")(lambda v: v.read_only)
    s.method("AppendChar(char c)", returns="void")(lambda v, char: _change(v, len(_plain(v)), str(char)))
    s.method("InsertAt(int index, char c)", returns="void")(lambda v, index, char: _change(v, index, str(char)))
    s.method("RemoveAt(int index)", returns="void")(lambda v, index: _change(v, index, "", 1))
    s.method("SetAt(int index, char c)", returns="void")(lambda v, index, char: _change(v, index, str(char), 1))
    s.method("Clear()", returns="void")(lambda v: _change(v, 0, "", len(_plain(v))))
    s.constructor("()")(lambda: SecureString(""))
    c = r.CREDENTIAL
    c.static_property("Empty", c.name)(lambda: PSCredential("", SecureString("")))
    c.property("UserName", "System.String")(lambda v: v.username)
    c.property("Password")(lambda v: v.password)
    c.method("GetNetworkCredential()")(lambda v: NetworkCredential(v.username, v.password))
    c.constructor("(string, securestring)")(PSCredential)
    n = NetworkCredential.net_type
    n.property("UserName", "System.String")(lambda v: v.user.rpartition("\\")[2])
    n.property("Domain", "System.String")(lambda v: v.user.rpartition("\\")[0])
    n.property("Password", "System.String", wire=False)(lambda v: _plain(v.password))
    n.property("SecurePassword")(lambda v: v.password)
    n.constructor("(string, securestring)")(NetworkCredential)
    n.constructor("(string, string)")(lambda user, text: NetworkCredential(user, SecureString(text)))


def register_types() -> None:
    """Hashes, random bytes, credentials."""
    register(*_HASHES, _random_bytes(), *_more_security(), NetworkCredential.net_type)


_HASHES = _hash_types()
_credentials()
