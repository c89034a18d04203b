"""The Error property of the automation objects: the last failure as a WSManFault in XML."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Final

from remora import _xml
from remora.errors import AuthError, ConfigError, RemoraError, TransportError, WSManFault
from remora.wsman import uris

CANNOT_CONNECT: Final = 0x80338012
FAILED: Final = 0x80004005
_F: Final = f"{{{uris.NS_FAULT}}}"


class Failures:
    """Remembers the last failure. machine: the other side, or this one."""

    def __init__(self, machine: str) -> None:
        self._machine = machine
        self.xml = ""

    @contextlib.contextmanager
    def noted(self) -> Iterator[None]:
        """Let an error pass, and remember it."""
        try:
            yield
        except RemoraError as error:
            self.xml = fault_xml(error, self._machine)
            raise


def error_number(error: RemoraError) -> int:
    """Return the HRESULT of an error."""
    match error:
        case WSManFault(code=code):
            return code
        case AuthError(code=code) | ConfigError(code=code) if code:
            return int(code)
        case TransportError():
            return CANNOT_CONNECT
    return FAILED


def fault_xml(error: RemoraError, machine: str) -> str:
    """Return f:WSManFault for an error."""
    where = getattr(error, "machine", None) or machine
    attributes = {"Code": str(error_number(error)), "Machine": where}
    root = _xml.element(_F + "WSManFault", nsmap={"f": uris.NS_FAULT}, **attributes)
    message = _xml.sub(root, _F + "Message")
    text = _xml.printable(str(getattr(error, "message", "") or error))
    if isinstance(error, WSManFault) and error.provider is not None:
        inner = {"provider": error.provider, "path": error.provider_path or ""}
        _xml.sub(message, _F + "ProviderFault", text, inner)
    else:
        message.text = text
    return _xml.outer(root)
