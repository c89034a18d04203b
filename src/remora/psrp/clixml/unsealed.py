"""Secrets in files of a machine without DPAPI, as PowerShell writes them there: UTF-16 in hexadecimal, not sealed."""

from __future__ import annotations


class Unsealed:
    """Stands where the session key does; ``SS`` then holds hexadecimal digits and not base64."""

    def encrypt(self, text: str, /) -> bytes:
        """The bytes of the text."""
        return text.encode("utf-16-le", "surrogatepass")

    def decrypt(self, cipher_text: bytes, /) -> str:
        """The text of the bytes; raises UnicodeDecodeError for an odd number of them."""
        return cipher_text.decode("utf-16-le", "surrogatepass")
