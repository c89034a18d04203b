"""ConnectionOptions: who connects, with what certificate, through which proxy (IWSManConnectionOptionsEx2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from remora.auth.proxy_authentication import ProxyAuthentication
from remora.client.automation.constants import PROXY_CONSTANTS, find_constant
from remora.client.options import ProxyAccessType
from remora.errors import AuthError
from remora.values import PSCredential, SecureString

_ACCESS: Final = {
    1: ProxyAccessType.IE_CONFIG,
    2: ProxyAccessType.WIN_HTTP_CONFIG,
    4: ProxyAccessType.AUTO_DETECT,
    8: ProxyAccessType.NO_PROXY_SERVER,
}
_MECHANISMS: Final = {1: ProxyAuthentication.NEGOTIATE, 2: ProxyAuthentication.BASIC, 4: ProxyAuthentication.DIGEST}
ACCESS_TYPE: Final = 0x8033819C
INVALID_MECHANISM: Final = 0x8033819A
SEVERAL_MECHANISMS: Final = 0x803381B4
HALF_CREDENTIALS: Final = 0x8033819B
NO_PROXY_WITH_CREDENTIALS: Final = 0x8033819D


@dataclass(frozen=True, slots=True)
class ProxyWish:
    """The proxy that was asked for."""

    access: ProxyAccessType
    mechanism: ProxyAuthentication
    credential: PSCredential | None


class ConnectionOptions:
    """What CreateConnectionOptions returns. Password can be set and never read."""

    def __init__(self) -> None:
        self.UserName: str = ""
        self.CertificateThumbprint: str = ""
        self._password: SecureString | None = None
        self._proxy: ProxyWish | None = None

    def __getattr__(self, name: str) -> Any:
        return find_constant(name, PROXY_CONSTANTS)

    def __repr__(self) -> str:
        return f"<ConnectionOptions UserName={self.UserName!r}>"

    @property
    def Password(self) -> str:
        """Write-only: reading raises AttributeError."""
        raise AttributeError("Password cannot be read")

    @Password.setter
    def Password(self, value: str | SecureString) -> None:
        secret = value if isinstance(value, SecureString) else SecureString(value)
        self._password = secret if secret.reveal() else None

    @property
    def password(self) -> SecureString | None:
        """The secret that was set, for the connection."""
        return self._password

    @property
    def proxy(self) -> ProxyWish | None:
        """What SetProxy asked for."""
        return self._proxy

    def SetProxy(
        self,
        accessType: int,
        authenticationMechanism: int = 0,
        userName: str = "",
        password: str = "",
    ) -> None:
        """Choose the proxy. authenticationMechanism 0: Negotiate. Raises AuthError with the documented code."""
        if accessType not in _ACCESS:
            raise AuthError("the access type of a proxy is one of its four constants", code=ACCESS_TYPE)
        if authenticationMechanism and authenticationMechanism not in _MECHANISMS:
            several = 0 < authenticationMechanism <= sum(_MECHANISMS)
            code = SEVERAL_MECHANISMS if several else INVALID_MECHANISM
            raise AuthError("a proxy has one mechanism of authentication, by its constant", code=code)
        if bool(userName) is not bool(password):
            raise AuthError("a proxy needs a user name and a password, both", code=HALF_CREDENTIALS)
        access = _ACCESS[accessType]
        if access is ProxyAccessType.NO_PROXY_SERVER and userName:
            raise AuthError("no proxy, and credentials for one", code=NO_PROXY_WITH_CREDENTIALS)
        credential = PSCredential(userName, SecureString(password)) if userName else None
        self._proxy = ProxyWish(access, _MECHANISMS[authenticationMechanism or 1], credential)
