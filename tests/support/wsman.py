"""Helpers of the WS-Management tests: canonical trees, sessions with counted ids."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from remora import _xml
from remora._xml import Element
from remora.wsman import ClientSession, Headers, ServerSession, uris

RESOURCE = uris.powershell_resource("Microsoft.PowerShell")
SHELL_ID = "908EA449-5553-4150-8A78-020057C8772A"
COMMAND_ID = "17F850F9-52AA-477F-B6EE-868C72E7AB70"

_UNORDERED = {f"{{{uris.NS_SOAP}}}Header"}
_DROPPED = {f"{{{uris.NS_WSMV}}}ActivityId"}
_IDS = {f"{{{uris.NS_ADDRESSING}}}MessageID"}
_FREE_CASE = {f"{{{uris.NS_WSMAN}}}Option"}

Canonical = tuple[str, tuple[tuple[str, str], ...], str, tuple["Canonical", ...]]


def counted_ids() -> Callable[[], UUID]:
    numbers = iter(range(1, 1_000_000))
    return lambda: UUID(int=next(numbers))


def client(**settings: object) -> ClientSession:
    return ClientSession("http://host:5985/wsman", new_id=counted_ids(), **settings)  # type: ignore[arg-type]


def server(**settings: object) -> ServerSession:
    return ServerSession(new_id=counted_ids(), machine="host", **settings)  # type: ignore[arg-type]


def canonical(data: str | bytes) -> Canonical:
    return _canonical(_xml.parse(data))


def _canonical(element: Element) -> Canonical:
    tag = str(element.tag)
    attributes = {str(name): str(value) for name, value in element.attrib.items()}
    if "End" in attributes:
        attributes["End"] = attributes["End"].lower()
        if attributes["End"] == "false":
            del attributes["End"]
    text = (element.text or "").strip()
    if tag in _IDS:
        text = "id"
    if tag in _FREE_CASE:
        text = text.upper()
    children = [_canonical(child) for child in element if child.tag not in _DROPPED]
    if tag in _UNORDERED:
        children.sort()
    return tag, tuple(sorted(attributes.items())), text, tuple(children)


def like(headers: Headers) -> ClientSession:
    """Return a session of ours that says about itself what the headers say."""
    assert headers.session_id is not None
    return ClientSession(
        headers.to or "",
        new_id=counted_ids(),
        session_id=UUID(headers.session_id.removeprefix("uuid:")),
        max_envelope_size=headers.max_envelope_size or 153600,
        locale=headers.locale or "en-US",
        data_locale=headers.data_locale,
    )
