"""A server that sends its client elsewhere: by HTTP status or by WS-Management fault, and where one goes then."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

from remora.client.connection_info import ConnectionInfo
from remora.client.target import split_uri
from remora.errors import ConfigError, PSSessionError, TransportError, WSManFault

REDIRECT_REQUESTED: Final = 0x80338199
LOCATION_INVALID: Final = 0x803381B7
STATUSES: Final = frozenset({301, 302, 303, 307, 308})
_URL: Final = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)


class Redirected(TransportError):
    """The answer was another address. location: as the server wrote it, empty when it wrote none."""

    def __init__(self, location: str, *, status: int | None = None) -> None:
        super().__init__(f"the server redirects to {location or 'nowhere'}", status=status)
        self.location = location


class RedirectError(TransportError):
    """A redirection that was not allowed, or leads where nobody may go. code: the vendor's."""

    def __init__(self, message: str, *, code: int) -> None:
        super().__init__(message)
        self.code = code


def location_of(fault: WSManFault) -> str:
    """Return the address in the text of a redirection fault; empty when there is none."""
    found = _URL.search(f"{fault.message} {fault.detail or ''}")
    return "" if found is None else found[0].rstrip(".,;)")


def redirected(info: ConnectionInfo, location: str) -> ConnectionInfo:
    """Return the way to where a server sends us.

    Whom we may speak to is judged anew for the other host: what was said in favour of the first one does not count.
    Raises RedirectError: more redirections than were allowed (none without AllowRedirection), a location that is no
    whole http or https URL, has a user in it, or leads from HTTPS to HTTP.
    """
    if info.redirections == 0:
        raise RedirectError(
            f"{info.computer_name} redirects to {_shown(location)}: to follow, allow it (AllowRedirection) with a "
            "connection URI, and let MaximumConnectionRedirectionCount of the session option (PSSessionOption) be "
            "large enough",
            code=REDIRECT_REQUESTED,
        )
    try:
        parts, port, host = split_uri(location)
    except (PSSessionError, ConfigError):
        raise _invalid(info, "is no address to go to") from None
    secure = parts.scheme.lower() == "https"
    if parts.username is not None:
        raise _invalid(info, "has a user name in it")
    if info.secure and not secure:
        raise _invalid(info, "gives up HTTPS")
    shown = f"[{host}]" if ":" in host else host
    query = f"?{parts.query}" if parts.query else ""
    return replace(
        info,
        url=f"{parts.scheme.lower()}://{shown}:{port or (443 if secure else 80)}{parts.path or '/'}{query}",
        redirections=info.redirections - 1,
        vouched=info.vouched and host == info.host,
    )


def _invalid(info: ConnectionInfo, wrong: str) -> RedirectError:
    return RedirectError(f"the location that {info.computer_name} redirects to {wrong}", code=LOCATION_INVALID)


def _shown(location: str) -> str:
    """A location without what may be secret in it."""
    try:
        parts = urlsplit(location)
        return f"{parts.scheme}://{parts.hostname}{f':{parts.port}' if parts.port else ''}{parts.path}"
    except ValueError:
        return "an address that cannot be read"
