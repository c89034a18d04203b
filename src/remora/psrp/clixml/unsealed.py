"""Secrets in files of a machine without DPAPI, as PowerShell writes them there: UTF-16 in hexadecimal, not sealed."""

from __future__ import annotations

import binascii
import re
from typing import Final

from remora.values.secrets import SecureString

_HEXADECIMAL: Final = re.compile(r"(?:[0-9A-Fa-f]{4})*")


class Unsealed:
    """Stands where the session key does; ``SS`` then holds hexadecimal digits and not base64."""

    def encrypt(self, text: str, /) -> bytes:
        """The bytes of the text."""
        return text.encode("utf-16-le", "surrogatepass")

    def decrypt(self, cipher_text: bytes, /) -> str:
        """The text of the bytes; raises UnicodeDecodeError for an odd number of them."""
        return cipher_text.decode("utf-16-le", "surrogatepass")

    def read(self, text: str) -> SecureString:
        """What ``SS`` holds; what is not hexadecimal was sealed elsewhere. Raises ValueError for what is neither."""
        if _HEXADECIMAL.fullmatch(text):
            return SecureString(self.decrypt(bytes.fromhex(text)))
        return SecureString.sealed(binascii.a2b_base64("".join(text.split()), strict_mode=True))
