"""How each row of the fault table is provoked at a real host, or why it cannot be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

UNREACHABLE: Final = {
    0xE: "a worker that has no memory left ends; its client gets 995",
    0x32: "what a resource cannot do has a fault of its own, or is an action it does not support",
    0x4C7: "an operation is cancelled only when its client is gone, and then nobody is there to be told",
    0x52E: "bad credentials are answered with HTTP 401 at the listener; the host has no RunAs accounts",
    0x80070005: "no provider of the host raises it; access is refused with 5",
    0x8007000E: "a worker that has no memory left ends; its client gets 995",
    0x80338002: "the code of older servers; a wrong resource URI gets 0x8033803B",
    0x80338012: "raised by clients that cannot connect",
    0x80338014: "the answer to a defect of the host itself",
    0x80338032: "a second Receive on a stream takes the place of the first, which ends with 995",
    0x803380E4: "raised by clients for hosts outside TrustedHosts",
    0x803380FC: "raised for a session on this machine that no request leaves",
    0x80338113: "raised by clients for HTTP 404",
    0x8033814A: "a shell that is closing is already unknown, 0x8033805B",
    0x80338115: "an HTTPS listener of the host always has a certificate, the self-signed one at least",
    0x80338153: "4096 certificate mappings are too many for one request to make",
    0x8033814F: "a command that is closing is already unknown, 0x8033805B",
    0x80338199: "the host redirects nobody",
    0x803381A7: "the host does not limit the rate of requests",
    0x803381A8: "the host does not limit by system load",
    0x803381A9: "each request is authorised anew with the token of its own connection",
    0x803381CC: "a terminated command leaves the table at once, later requests get 0x8033805B",
    0x803381DD: "AllowRemoteAccess is read-only and true, as on Windows",
    0x803381E3: "no session configuration refuses callers from the network",
    0x803381E7: "operations are counted per user, not per session configuration",
    0x803381E8: "operations are counted per user, not per session configuration",
    0x80540FA1: "an operation ends with the shell or command it belongs to, 995",
}


@dataclass(frozen=True, slots=True)
class Row:
    """How one row is provoked. provoke: raises the fault; host: the kind of host it needs."""

    number: int
    text: str
    host: str
    provoke: Callable[..., object]


ROWS: Final[dict[int, Row]] = {}


def row(number: int, text: str, *, host: str = "plain") -> Callable[[Callable[..., object]], Callable[..., object]]:
    """Register the provocation of a row."""

    def register(provoke: Callable[..., object]) -> Callable[..., object]:
        assert number not in ROWS
        assert number not in UNREACHABLE
        ROWS[number] = Row(number, text, host, provoke)
        return provoke

    return register
