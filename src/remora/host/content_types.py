"""What a request may call its document."""

from __future__ import annotations

from typing import Final

SOAP_TYPE: Final = "application/soap+xml"
CHARSETS: Final = {"": "utf-8", "utf-8": "utf-8", "utf8": "utf-8", "utf-16": "utf-16", "utf-16le": "utf-16"}
"""Python's name of each charset that a document may be in, by the name it comes with."""


def soap_charset(content_type: str) -> str | None:
    """Return ``utf-8`` or ``utf-16`` for a SOAP Content-Type, None for any other."""
    media, *parameters = content_type.split(";")
    if media.strip().lower() != SOAP_TYPE:
        return None
    charset = ""
    for parameter in parameters:
        name, _equals, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            charset = value.strip().strip("\"'").lower()
    return CHARSETS.get(charset)
