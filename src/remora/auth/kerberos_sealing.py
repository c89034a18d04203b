"""Kerberos message protection from an exported security context, so that who authenticates and who seals may be two.

RFC 4121 wrap tokens, cut as WinRM wants them: the token's header before the data (wire-protocol 1.5).
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from remora.auth.context import SealedMessage
from remora.errors import AuthError

_PROTECTED: Final = 0x10 | 0x20
"""GSS_C_CONF_FLAG and GSS_C_INTEG_FLAG (RFC 2744)."""


class KerberosKeys(msgspec.Struct, frozen=True, tag=True):
    """What a finished Kerberos exchange leaves: the exported security context, good for one import."""

    context: bytes

    @property
    def usable(self) -> bool:
        """True always: a context without encryption is not exported."""
        return True

    def __repr__(self) -> str:
        return "KerberosKeys()"


class KerberosSealing:
    """One security context of one connection; it counts the messages of both directions itself."""

    __slots__ = ("_context",)

    def __init__(self, context: Any) -> None:
        """context: a complete ``gssapi.SecurityContext``."""
        self._context = context

    @classmethod
    def imported(cls, keys: KerberosKeys) -> KerberosSealing:
        """Take over an exported context. Raises AuthError when it is none, or Kerberos is not installed here."""
        try:
            import gssapi

            return cls(gssapi.SecurityContext(token=keys.context))
        except Exception:
            raise AuthError("the Kerberos context cannot be taken over") from None

    def seal(self, plain: bytes) -> SealedMessage:
        from gssapi import raw

        parts = raw.IOV(raw.IOVBufferType.header, bytes(plain), raw.IOVBufferType.padding, std_layout=False)
        try:
            encrypted = raw.wrap_iov(self._context, parts, confidential=True)
        except Exception:
            raise AuthError("the message cannot be encrypted with this Kerberos context") from None
        if not encrypted:
            raise AuthError("this Kerberos context does not encrypt")
        header, data, padding = (part.value or b"" for part in parts)
        return SealedMessage(header, data + padding, len(plain) + len(padding))

    def unseal(self, header: bytes, data: bytes | memoryview) -> bytes:
        from gssapi import raw

        # The empty third buffer keeps MIT from looking for padding at the end of the data.
        parts = raw.IOV(
            (raw.IOVBufferType.header, False, bytes(header)), bytes(data), raw.IOVBufferType.data, std_layout=False
        )
        try:
            opened = raw.unwrap_iov(self._context, parts)
        except Exception:
            raise AuthError("the message signature does not match: altered, repeated or out of order") from None
        if not opened.encrypted:
            raise AuthError("the message is signed and not encrypted")
        return parts[1].value or b""


def exported(context: Any) -> KerberosKeys | None:
    """Take a complete context out of this process; None when it does not encrypt. The context is used up."""
    if int(context.actual_flags) & _PROTECTED != _PROTECTED:
        return None
    try:
        return KerberosKeys(bytes(context.export()))
    except Exception:
        raise AuthError("the Kerberos context cannot be handed over") from None
