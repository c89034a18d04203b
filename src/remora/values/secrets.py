"""SecureString and PSCredential: secrets that hide from repr, logs and tracebacks."""

from __future__ import annotations

from typing import ClassVar


class SecureString:
    """System.Security.SecureString: known text, or a sealed cipher text that could not be opened here.

    ``SecureString(text).reveal()`` is the only way to the text. ``SecureString.sealed(cipher)`` holds ``.cipher``
    bytes; ``hexadecimal`` tells that the wire form was hex (DPAPI files) and not base64.
    """

    TYPE_NAME: ClassVar[str] = "System.Security.SecureString"
    __slots__ = ("_text", "cipher", "hexadecimal", "read_only")

    def __init__(self, text: str) -> None:
        self._text: str | None = text
        self.cipher: bytes | None = None
        self.hexadecimal = False
        self.read_only = False

    @classmethod
    def sealed(cls, cipher: bytes, *, hexadecimal: bool = False) -> SecureString:
        """Return a secret whose text is unknown here; it can be passed on, not read."""
        self = cls("")
        self._text, self.cipher, self.hexadecimal = None, cipher, hexadecimal
        return self

    @property
    def is_sealed(self) -> bool:
        return self._text is None

    def reveal(self) -> str:
        """Return the clear text; a sealed secret raises ValueError."""
        if self._text is None:
            raise ValueError("this SecureString is sealed: its session key is not known here")
        return self._text

    def change(self, text: str) -> None:
        """Hold another text; a secret that is read-only or sealed raises ValueError."""
        if self.read_only or self._text is None:
            raise ValueError("Instance is read-only.")
        self._text = text

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SecureString):
            return NotImplemented
        if self._text is None or other._text is None:
            return self._text is other._text and self.cipher == other.cipher
        mine, theirs = (text.encode("utf-8", "surrogatepass") for text in (self._text, other._text))
        import hmac

        return hmac.compare_digest(mine, theirs)

    __hash__ = None  # type: ignore[assignment]  # equal secrets must not be found through a hash

    def __repr__(self) -> str:
        return "SecureString(sealed)" if self._text is None else "SecureString(***)"

    __str__ = __repr__


class PSCredential:
    """System.Management.Automation.PSCredential: a user name and a SecureString (a str is wrapped)."""

    TYPE_NAME: ClassVar[str] = "System.Management.Automation.PSCredential"
    __slots__ = ("password", "username")

    def __init__(self, username: str, password: SecureString | str) -> None:
        self.username = username
        self.password = SecureString(password) if isinstance(password, str) else password

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, PSCredential):
            return NotImplemented
        return self.username == other.username and self.password == other.password

    __hash__ = None  # type: ignore[assignment]  # holds a secret

    def __repr__(self) -> str:
        return f"PSCredential({self.username!r}, {self.password!r})"
