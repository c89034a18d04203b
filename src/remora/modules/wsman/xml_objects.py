"""Representations as scripts see them: XmlElement, whose children read as properties."""

from __future__ import annotations

from typing import Any

from remora import _xml
from remora._xml import Element
from remora.engine.types.xmldocument import document_of


def xml_object(element: Element) -> Any:
    """The root element of a document of its own."""
    return document_of(_xml.outer(element)).element()
