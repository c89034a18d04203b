"""What Invoke-WebRequest finds in an HTML page: links, images and input fields, by their tags alone."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from remora.values import PSObject

_TAG = {
    "a": re.compile(r"<a\b[^>]*>.*?</a\s*>|<a\b[^>]*>", re.IGNORECASE | re.DOTALL),
    "img": re.compile(r"<img\b[^>]*>", re.IGNORECASE | re.DOTALL),
    "input": re.compile(r"<input\b[^>]*>", re.IGNORECASE | re.DOTALL),
}
_OPENING = re.compile(r"<[A-Za-z]+\b([^>]*)>", re.DOTALL)
_ATTRIBUTE = re.compile(r"([^\s\"'>/=]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]*)))?", re.DOTALL)


def elements(text: str, tag: str) -> Iterator[PSObject]:
    """The elements of that name: outerHTML, tagName and their attributes."""
    for match in _TAG[tag].finditer(text):
        members: dict[str, object] = {"outerHTML": match[0], "tagName": tag.upper()}
        opening = _OPENING.match(match[0])
        for name, value in _attributes(opening[1] if opening else ""):
            members.setdefault(name, value)
        yield PSObject.custom(members)


def _attributes(text: str) -> Iterator[tuple[str, str | None]]:
    for match in _ATTRIBUTE.finditer(text):
        value = next((part for part in match.groups()[1:] if part is not None), None)
        yield match[1], None if value is None else html.unescape(value)
