"""The PSRP bytes in the recorded dialogues, taken out of their envelopes."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from remora import _xml
from tests.support.vectors import Recording, recordings

POWERSHELL = "schemas.microsoft.com/powershell/"
_CARRIERS = {"creationXml", "connectXml", "connectResponseXml", "Arguments", "Stream"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One side of an exchange. parts: (element, stream, command id or None, bytes). action: last word of the Action."""

    request: bool
    action: str
    shell_id: UUID | None
    command_id: UUID | None
    parts: tuple[tuple[str, str, UUID | None, bytes], ...]


def psrp_recordings() -> list[Recording]:
    """Return the recordings in which a PowerShell shell is spoken to."""
    return [found for found in recordings() if any(POWERSHELL in exchange.request for exchange in found.exchanges)]


def turns(recording: Recording) -> Iterator[Turn]:
    """Iterate over the requests and responses of PowerShell shells, in order."""
    for exchange in recording.exchanges:
        if POWERSHELL not in exchange.request:
            continue
        yield _turn(exchange.request, request=True)
        if exchange.response and exchange.status == 200:
            yield _turn(exchange.response, request=False)


def _turn(text: str, *, request: bool) -> Turn:
    root = _xml.parse(text.encode(), max_size=10**7, max_depth=50, max_elements=10**5)
    action, shell_id, command_id, parts = "", None, None, []
    for node in root.iter():
        name = _xml.local_name(node)
        if name == "Action":
            action = (node.text or "").rpartition("/")[2]
        if name in ("Selector", "Shell") and (node.get("Name") == "ShellId" or node.get("ShellId")):
            shell_id = UUID(node.get("ShellId") or node.text)
        if name in ("CommandLine", "Signal", "DesiredStream", "Connect") and node.get("CommandId"):
            command_id = UUID(node.get("CommandId"))
        if name == "CommandId" and node.text:
            command_id = UUID(node.text)
        if name in _CARRIERS and node.text:
            own = node.get("CommandId")
            owner = UUID(own) if own else command_id if name == "Arguments" else None
            stream = node.get("Name") or ("stdin" if request else "stdout")
            parts.append((name, stream, owner, b64decode(node.text)))
    return Turn(request=request, action=action, shell_id=shell_id, command_id=command_id, parts=tuple(parts))
