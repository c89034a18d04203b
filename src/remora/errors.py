"""The error tree: one root, one branch for each party that can be at fault; wire codes travel both ways."""

from __future__ import annotations

from typing import Any, ClassVar


class FaultSpec:
    """Wire identity of a fault.

    http: HTTP status. code: SOAP code local name (Sender, Receiver, MustUnderstand, VersionMismatch). subcode: prefixed
    name such as ``w:TimedOut`` or None. number: WSManFault/@Code, unsigned 32 bits. constant: name in wsmerror.h
    without ``ERROR_``. Source: MS-WSMV 2.2.4.43, wsmerror.h.
    """

    __slots__ = ("code", "constant", "http", "number", "subcode")

    def __init__(self, http: int, code: str, subcode: str | None, number: int, constant: str) -> None:
        self.http = http
        self.code = code
        self.subcode = subcode
        self.number = number
        self.constant = constant

    def _key(self) -> tuple[object, ...]:
        return self.http, self.code, self.subcode, self.number, self.constant

    def __eq__(self, other: object) -> bool:
        return self._key() == other._key() if isinstance(other, FaultSpec) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._key())

    def __repr__(self) -> str:
        return f"FaultSpec{self._key()}"


class RemoraError(Exception):
    """Root of everything remora raises on purpose. An error can be pickled whatever its class is made of.

    hint: the command or step that mends it; set by the client where it knows one.
    """

    hint: str | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        return _bare, (type(self), self.args), dict(self.__dict__)


def _bare(cls: type[RemoraError], args: tuple[Any, ...]) -> RemoraError:
    """Return an error as it was before its attributes were set."""
    error = cls.__new__(cls, *args)
    error.args = args
    return error


class ExecutorFailed(RemoraError):
    """An executor did not do a task of a fleet: its worker died, or it refused the task."""


class LocalProtocolError(RemoraError):
    """The caller asked for something the protocol forbids; nothing was sent."""


class InvalidState(LocalProtocolError):
    """A trigger that has no row in the state table for the current state."""


class RemoteProtocolError(RemoraError):
    """The peer broke the protocol; the conversation cannot go on."""


class LimitExceeded(RemoteProtocolError):
    """Input larger, deeper or more numerous than the receiver allows."""


class UnknownEncoding(RemoteProtocolError):
    """A document declares a character encoding that is not read here."""


class WSManFault(RemoraError):
    """A WS-Management fault: raised by the host to be sent, raised by the client when received.

    machine: WSManFault/@Machine. detail: faultDetail URI or None. provider, provider_path: ProviderFault attributes.
    Concrete classes and the whole table live in ``remora.wsman.faults``.
    """

    spec: ClassVar[FaultSpec] = FaultSpec(500, "Receiver", "w:InternalError", 1359, "INTERNAL_ERROR")

    def __init__(
        self,
        message: str = "",
        *,
        spec: FaultSpec | None = None,
        machine: str | None = None,
        detail: str | None = None,
        provider: str | None = None,
        provider_path: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.fault = spec or type(self).spec
        self.machine = machine
        self.detail = detail
        self.provider = provider
        self.provider_path = provider_path

    @property
    def code(self) -> int:
        """The unsigned 32-bit WSManFault code."""
        return self.fault.number


class PSRPError(RemoraError):
    """A PSRP conversation failed: negotiation refused, pool broken, pipeline failed."""


class PSSessionError(RemoraError):
    """A PSSession operation is impossible in the session's present state.

    error_id: PowerShell's FullyQualifiedErrorId, such as ``PSSessionConnectFailed``. category: its ErrorCategory.
    """

    def __init__(self, message: str, *, error_id: str, category: str = "InvalidOperation") -> None:
        super().__init__(message)
        self.error_id = error_id
        self.category = category


class CimError(RemoraError):
    """A CIM operation failed."""


class AuthError(RemoraError):
    """Authentication was refused, is impossible, or the mechanism is not allowed."""

    def __init__(self, message: str, *, code: int | None = None) -> None:
        super().__init__(message)
        self.code = code


class TransportError(RemoraError):
    """The connection could not be made, was lost, or answered something that is not WS-Management.

    status: the HTTP status when there was one.
    """

    def __init__(self, message: str, *, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class ConnectionLost(TransportError):
    """The peer closed the connection, or it broke.

    sent: some of the request may have reached the peer, so repeating it is safe only if the protocol says so.
    """

    def __init__(self, message: str, *, sent: bool) -> None:
        super().__init__(message)
        self.sent = sent


class DeadlineExceeded(TransportError):
    """The caller's deadline passed before the operation was done."""


class ConfigError(RemoraError):
    """A setting is unknown, malformed or out of range; the message names the key.

    code: the HRESULT that the vendor's service has for this, 0 where it has none of its own.
    """

    def __init__(self, message: str = "", *, code: int = 0) -> None:
        super().__init__(message)
        self.code = code


class EngineError(RemoraError):
    """The embedded engine could not run what it was given."""
