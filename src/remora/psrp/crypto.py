"""The session key: RSA-2048 exchange in Win32 key blobs, AES-256-CBC for secure strings (MS-PSRP 2.2.5.1)."""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Callable
from struct import Struct
from typing import Final

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

from remora.errors import LocalProtocolError, RemoteProtocolError

KEY_SIZE: Final = 32
_MODULUS_SIZE: Final = 256
_PUBLIC_BLOB: Final = Struct("<BBHI4sII")  # type, version, reserved, algorithm, magic, bits, exponent
_SIMPLE_HEADER: Final = bytes.fromhex("010200001066000000a40000")  # SIMPLEBLOB, CALG_AES_256, CALG_RSA_KEYX
_CALG_RSA_KEYX: Final = 0x0000A400


class KeyMissing(LocalProtocolError):
    """A secure string was to be written or read before the session key was exchanged."""


class SessionKey:
    """The AES-256 key of one runspace pool; equal plaintexts give equal ciphertexts (zero IV)."""

    __slots__ = ("_key",)

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_SIZE:
            raise LocalProtocolError(f"a session key has {KEY_SIZE} bytes, not {len(key)}")
        self._key = key

    def __repr__(self) -> str:
        return "SessionKey(...)"

    def encrypt(self, text: str) -> bytes:
        """Return the ciphertext of UTF-16LE text with PKCS#7 padding."""
        padder = PKCS7(128).padder()
        padded = padder.update(text.encode("utf-16-le", "surrogatepass")) + padder.finalize()
        encryptor = self._cipher().encryptor()
        return encryptor.update(padded) + encryptor.finalize()

    def decrypt(self, data: bytes) -> str:
        """Return the text. Raises RemoteProtocolError when the data was not made with this key."""
        if not data or len(data) % 16:
            raise RemoteProtocolError("secure string is not a whole number of cipher blocks")
        decryptor = self._cipher().decryptor()
        padded = decryptor.update(data) + decryptor.finalize()
        unpadder = PKCS7(128).unpadder()
        try:
            return (unpadder.update(padded) + unpadder.finalize()).decode("utf-16-le", "surrogatepass")
        except ValueError:
            raise RemoteProtocolError("secure string does not decrypt with the session key") from None

    def _cipher(self) -> Cipher[modes.CBC]:
        return Cipher(algorithms.AES256(self._key), modes.CBC(bytes(16)))

    def seal(self, public_key: str) -> str:
        """Return the key as EncryptedSessionKey for the holder of ``public_key``, both base64.

        Raises RemoteProtocolError when the public key is not an RSA-2048 PUBLICKEYBLOB.
        """
        encrypted = _read_public_key(public_key).encrypt(self._key, padding.PKCS1v15())
        return b64encode(_SIMPLE_HEADER + encrypted[::-1]).decode("ascii")


class KeyRing:
    """The cipher of one pool: the session key once it is there, KeyMissing before.

    new_key: how a server makes the key itself, for a client that asks for it when it needs it.
    """

    __slots__ = ("key", "new_key")

    def __init__(self) -> None:
        self.key: SessionKey | None = None
        self.new_key: Callable[[], SessionKey] | None = None

    def encrypt(self, text: str) -> bytes:
        """Return the ciphertext. Raises KeyMissing without a key where none may be made."""
        if self.key is None:
            if self.new_key is None:
                raise KeyMissing("a secure string needs the session key, and none was exchanged")
            self.key = self.new_key()
        return self.key.encrypt(text)

    def decrypt(self, data: bytes) -> str:
        """Return the text. Raises KeyMissing without a key, RemoteProtocolError for data of another key."""
        if self.key is None:
            raise KeyMissing("a secure string arrived before the session key")
        return self.key.decrypt(data)


class ExchangeKey:
    """The client's RSA-2048 key pair for one key exchange."""

    __slots__ = ("_private",)

    def __init__(self) -> None:
        self._private = rsa.generate_private_key(public_exponent=65537, key_size=_MODULUS_SIZE * 8)

    def __repr__(self) -> str:
        return "ExchangeKey(...)"

    @property
    def public_key(self) -> str:
        """The public half as base64 of a 276-byte PUBLICKEYBLOB."""
        numbers = self._private.public_key().public_numbers()
        head = _PUBLIC_BLOB.pack(6, 2, 0, _CALG_RSA_KEYX, b"RSA1", _MODULUS_SIZE * 8, numbers.e)
        return b64encode(head + numbers.n.to_bytes(_MODULUS_SIZE, "little")).decode("ascii")

    def unseal(self, encrypted_session_key: str) -> SessionKey:
        """Return the session key in an EncryptedSessionKey. Raises RemoteProtocolError when it is not for this pair."""
        blob = _decode(encrypted_session_key, "encrypted session key")
        if len(blob) != len(_SIMPLE_HEADER) + _MODULUS_SIZE or not blob.startswith(_SIMPLE_HEADER):
            raise RemoteProtocolError("encrypted session key is not a SIMPLEBLOB of an AES-256 key")
        try:
            key = self._private.decrypt(blob[len(_SIMPLE_HEADER) :][::-1], padding.PKCS1v15())
        except ValueError:
            raise RemoteProtocolError("encrypted session key was not made for our public key") from None
        if len(key) != KEY_SIZE:
            raise RemoteProtocolError("encrypted session key was not made for our public key")
        return SessionKey(key)


def _read_public_key(text: str) -> rsa.RSAPublicKey:
    blob = _decode(text, "public key")
    if len(blob) != _PUBLIC_BLOB.size + _MODULUS_SIZE:
        raise RemoteProtocolError(f"public key blob has {len(blob)} bytes")
    kind, version, _, algorithm, magic, bits, exponent = _PUBLIC_BLOB.unpack_from(blob)
    if (kind, version, algorithm, magic, bits) != (6, 2, _CALG_RSA_KEYX, b"RSA1", _MODULUS_SIZE * 8):
        raise RemoteProtocolError("public key is not a PUBLICKEYBLOB of an RSA-2048 key")
    modulus = int.from_bytes(blob[_PUBLIC_BLOB.size :], "little")
    try:
        return rsa.RSAPublicNumbers(exponent, modulus).public_key()
    except ValueError as error:
        raise RemoteProtocolError("public key is not a usable RSA key") from error


def _decode(text: str, what: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except (Base64Error, ValueError):
        raise RemoteProtocolError(f"{what} is not base64") from None
