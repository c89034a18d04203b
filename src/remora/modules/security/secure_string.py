"""ConvertTo-SecureString, ConvertFrom-SecureString, Get-Credential."""

from __future__ import annotations

import base64
import os
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.errors import PSError, error
from remora.engine.validators import ValidateNotNull, ValidateNotNullOrEmpty
from remora.values import PSCredential, SecureString

_GIVEN = (ValidateNotNullOrEmpty(),)
_MODULE = "Microsoft.PowerShell.Security"
_HEADER = "76492d1116743f0423413b16050a5345"
_BLOCK = 16
_KEY_SIZES = (16, 24, 32)


def _key_of(command: Any) -> bytes | None:
    if command.secure_key is not None:
        return bytes(command.secure_key.reveal().encode("utf-16-le"))
    if command.key is not None:
        return bytes(int(item) for item in command.key)
    return None


def _bad_key() -> PSError:
    return error(
        "The specified key is not valid. A valid key has a length of 128, 192, or 256 bits.",
        "Argument",
        "InvalidArgument",
        type_name="System.Management.Automation.PSArgumentException",
    )


def protect(text: str, key: bytes) -> str:
    """AES-CBC under a key of 16, 24 or 32 bytes, as PowerShell writes it: header, base64 of version, IV and text."""
    if len(key) not in _KEY_SIZES:
        raise _bad_key()
    vector = os.urandom(_BLOCK)
    padder = PKCS7(_BLOCK * 8).padder()
    padded = padder.update(text.encode("utf-16-le", "surrogatepass")) + padder.finalize()
    encryptor = Cipher(algorithms.AES(key), modes.CBC(vector)).encryptor()
    sealed = encryptor.update(padded) + encryptor.finalize()
    body = f"2|{base64.b64encode(vector).decode()}|{sealed.hex()}"
    return _HEADER + base64.b64encode(body.encode("utf-16-le")).decode()


def unprotect(text: str, key: bytes) -> str:
    """The inverse of `protect`. Raises PSError."""
    if len(key) not in _KEY_SIZES:
        raise _bad_key()
    try:
        _, vector, sealed = base64.b64decode(text.removeprefix(_HEADER), validate=True).decode("utf-16-le").split("|")
        decryptor = Cipher(algorithms.AES(key), modes.CBC(base64.b64decode(vector))).decryptor()
        padded = decryptor.update(bytes.fromhex(sealed)) + decryptor.finalize()
        unpadder = PKCS7(_BLOCK * 8).unpadder()
        plain = unpadder.update(padded) + unpadder.finalize()
        return plain.decode("utf-16-le", "surrogatepass")
    except (ValueError, UnicodeError):
        raise error(
            "Padding is invalid and cannot be removed.",
            "ImportSecureString_InvalidArgument_CryptographicError",
            "InvalidArgument",
            type_name="System.Security.Cryptography.CryptographicException",
        ) from None


@cmdlet("ConvertTo-SecureString", default_set="Secure", module=_MODULE, output_type=("System.Security.SecureString",))
class ConvertToSecureString(Cmdlet):
    """Text as a secure string."""

    string = Parameter("string", position=0, mandatory=True, pipeline=True)
    as_plain_text = Parameter("switch", sets=("PlainText",), position=1)
    force = Parameter("switch", sets=("PlainText",), position=2)
    secure_key = Parameter("securestring", sets={"Secure": {"position": 1}})
    key = Parameter("byte[]", sets=("Open",))

    def process(self) -> None:
        if self.as_plain_text:
            self.emit(SecureString(self.string))
            return
        key = _key_of(self)
        if key is not None:
            self.emit(SecureString(unprotect(self.string, key)))
            return
        try:
            self.emit(SecureString(bytes.fromhex(self.string).decode("utf-16-le")))
        except (ValueError, UnicodeError):
            raise self.throw(
                error(
                    f"Input string '{'*' * 8}' was not in a correct format.",
                    "ImportSecureString_InvalidArgument",
                    "InvalidArgument",
                    type_name="System.Management.Automation.PSArgumentException",
                )
            ) from None


@cmdlet("ConvertFrom-SecureString", default_set="Secure", module=_MODULE, output_type=("System.String",))
class ConvertFromSecureString(Cmdlet):
    """A secure string as text: encrypted with a key, plain on request; without a key Unix only encodes it."""

    secure_string = Parameter("securestring", position=0, mandatory=True, pipeline=True)
    as_plain_text = Parameter("switch", sets=("AsPlainText",))
    secure_key = Parameter("securestring", sets={"Secure": {"position": 1}})
    key = Parameter("byte[]", sets=("Open",))

    def process(self) -> None:
        text = self.secure_string.reveal()
        key = _key_of(self)
        if self.as_plain_text:
            self.emit(text)
        elif key is not None:
            self.emit(protect(text, key))
        else:
            self.emit(text.encode("utf-16-le", "surrogatepass").hex())


@cmdlet(
    "Get-Credential",
    default_set="CredentialSet",
    module=_MODULE,
    output_type=("System.Management.Automation.PSCredential",),
)
class GetCredential(Cmdlet):
    """Asks the host for a user name and password."""

    credential = Parameter("object", sets={"CredentialSet": {"position": 0}}, validate=(ValidateNotNull(),))
    user_name = Parameter("string", sets={"MessageSet": {"position": 0}}, default="", validate=_GIVEN)
    message = Parameter("string", sets=("MessageSet",), default="Enter your credentials.", validate=_GIVEN)
    title = Parameter("string", sets=("MessageSet",), default="PowerShell credential request", validate=_GIVEN)

    def end(self) -> None:
        given = self.credential
        if isinstance(given, PSCredential):
            self.emit(given)
            return
        name = self.user_name if given is None else str(given)
        self.emit(self.session.host.prompt_for_credential(self.title, self.message, name, ""))


CMDLETS = (ConvertFromSecureString, ConvertToSecureString, GetCredential)
