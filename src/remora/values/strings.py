"""Texts whose .NET type ``str`` would lose."""

from __future__ import annotations

from typing import ClassVar


class Char(str):
    """System.Char: exactly one UTF-16 code unit (a lone surrogate is legal); anything else raises ValueError."""

    __slots__ = ()
    TYPE_NAME: ClassVar[str] = "System.Char"

    def __new__(cls, value: str | int) -> Char:
        if isinstance(value, int):
            if not 0 <= value <= 0xFFFF:
                raise ValueError(f"{value} is not a UTF-16 code unit")
            value = chr(value)
        elif len(value) != 1 or ord(value) > 0xFFFF:
            raise ValueError("a Char is one UTF-16 code unit")
        return str.__new__(cls, value)

    def __repr__(self) -> str:
        return f"Char({str(self)!r})"


class Uri(str):
    """System.Uri, as the text it was made from."""

    __slots__ = ()
    TYPE_NAME: ClassVar[str] = "System.Uri"

    def __repr__(self) -> str:
        return f"Uri({str(self)!r})"


class XmlDocument(str):
    """System.Xml.XmlDocument, as its outer XML; never parsed here."""

    __slots__ = ()
    TYPE_NAME: ClassVar[str] = "System.Xml.XmlDocument"

    def __repr__(self) -> str:
        return f"XmlDocument({str(self)!r})"


class ScriptBlockText(str):
    """System.Management.Automation.ScriptBlock, as its source text; never run on receipt."""

    __slots__ = ()
    TYPE_NAME: ClassVar[str] = "System.Management.Automation.ScriptBlock"

    def __repr__(self) -> str:
        return f"ScriptBlockText({str(self)!r})"
