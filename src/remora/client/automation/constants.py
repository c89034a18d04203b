"""The constants of the automation objects: numbers that can be called, since their documentation shows both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from remora.client.session_flags import SessionFlag
from remora.wsman.requests import EnumerationMode


class Constant(int):
    """A number; called, it is itself: ``SessionFlagUseNegotiate`` and ``SessionFlagUseNegotiate()`` are 131072."""

    def __call__(self) -> int:
        return int(self)


SESSION_NAMES: Final[Mapping[str, SessionFlag]] = {
    "UTF8": SessionFlag.UTF8,
    "CredUsernamePassword": SessionFlag.CRED_USERNAME_PASSWORD,
    "CredUserNamePassword": SessionFlag.CRED_USERNAME_PASSWORD,
    "SkipCACheck": SessionFlag.SKIP_CA_CHECK,
    "SkipCNCheck": SessionFlag.SKIP_CN_CHECK,
    "UseNoAuthentication": SessionFlag.USE_NO_AUTHENTICATION,
    "UseDigest": SessionFlag.USE_DIGEST,
    "UseNegotiate": SessionFlag.USE_NEGOTIATE,
    "UseBasic": SessionFlag.USE_BASIC,
    "UseKerberos": SessionFlag.USE_KERBEROS,
    "NoEncryption": SessionFlag.NO_ENCRYPTION,
    "UseClientCertificate": SessionFlag.USE_CLIENT_CERTIFICATE,
    "EnableSPNServerPort": SessionFlag.ENABLE_SPN_SERVER_PORT,
    "UTF16": SessionFlag.UTF16,
    "UseCredSsp": SessionFlag.USE_CREDSSP,
    "SkipRevocationCheck": SessionFlag.SKIP_REVOCATION_CHECK,
    "AllowNegotiateImplicitCredentials": SessionFlag.ALLOW_NEGOTIATE_IMPLICIT_CREDENTIALS,
    "UseSsl": SessionFlag.USE_SSL,
}
"""What follows ``SessionFlag`` in the name of a method, and ``WSManFlag`` in that of a constant."""
ENUMERATION_NAMES: Final[Mapping[str, int]] = {
    "ReturnObject": 0,
    "NonXmlText": 1,
    "ReturnEPR": 2,
    "ReturnObjectAndEPR": 4,
    "HierarchyDeep": 0,
    "HierarchyShallow": 0x20,
    "HierarchyDeepBasePropsOnly": 0x40,
    "AssociatedInstance": 0,
    "AssociationInstance": 0x80,
}
PROXY_NAMES: Final[Mapping[str, int]] = {
    "ProxyIEConfig": 1,
    "ProxyWinHttpConfig": 2,
    "ProxyAutoDetect": 4,
    "ProxyNoProxyServer": 8,
    "ProxyAuthenticationUseNegotiate": 1,
    "ProxyAuthenticationUseBasic": 2,
    "ProxyAuthenticationUseDigest": 4,
}
NON_XML_TEXT: Final = ENUMERATION_NAMES["NonXmlText"]
SHALLOW: Final = ENUMERATION_NAMES["HierarchyShallow"]
BASE_PROPERTIES: Final = ENUMERATION_NAMES["HierarchyDeepBasePropsOnly"]
ASSOCIATIONS: Final = ENUMERATION_NAMES["AssociationInstance"]
MODES: Final[Mapping[int, EnumerationMode]] = {
    0: EnumerationMode.OBJECT,
    2: EnumerationMode.EPR,
    4: EnumerationMode.OBJECT_AND_EPR,
}

WSMAN_CONSTANTS: Final[Mapping[str, int]] = {
    **{f"SessionFlag{name}": int(flag) for name, flag in SESSION_NAMES.items()},
    **{f"WSManFlag{name}": int(flag) for name, flag in SESSION_NAMES.items()},
    **{f"EnumerationFlag{name}": value for name, value in ENUMERATION_NAMES.items()},
    **{f"WSManFlag{name}": value for name, value in ENUMERATION_NAMES.items()},
}
PROXY_CONSTANTS: Final[Mapping[str, int]] = {
    **PROXY_NAMES,
    **{f"WSMan{name}": value for name, value in PROXY_NAMES.items()},
    **{f"WSManFlag{name}": value for name, value in PROXY_NAMES.items() if "Authentication" in name},
}


def find_constant(name: str, known: Mapping[str, int]) -> Constant:
    """Return a constant by its name in any case, as COM finds it. Raises AttributeError."""
    value = known.get(name)
    if value is None:
        folded = name.casefold()
        value = next((number for key, number in known.items() if key.casefold() == folded), None)
    if value is None:
        raise AttributeError(name)
    return Constant(value)
