"""The parameters of the WSMan cmdlets about the way to a machine. Nothing of the network is imported for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from remora.engine.cmdlet import Cmdlet, Parameter
from remora.engine.validators import ValidateNotNullOrEmpty, ValidateRange
from remora.modules.credentials import CREDENTIAL, credential_of
from remora.modules.wsman.session_option import OPTION_TYPE

MODULE: Final = "Microsoft.WSMan.Management"
AUTHENTICATION: Final = f"{MODULE}.AuthenticationMechanism"
XML_ELEMENT: Final = "System.Xml.XmlElement"
NOT_EMPTY: Final = (ValidateNotNullOrEmpty(),)
_PORTS: Final = (ValidateRange(1, 65535),)
_REMOTE: Final = frozenset(
    (
        "ApplicationName", "Authentication", "CertificateThumbprint", "ComputerName", "ConnectionURI", "Credential",
        "Port", "SessionOption", "UseSSL",
    )
)  # fmt: skip
Sets = Sequence[str] | Mapping[str, Mapping[str, Any]]


def class_name(verb_noun: str) -> str:
    """The class of a cmdlet of this module, as error ids end with it."""
    return f"{MODULE}.{verb_noun}Command"


class WayParameters(Cmdlet):
    """A cmdlet that reaches this machine, or another one once a parameter says so."""

    credential = Parameter(CREDENTIAL, by_property=True, aliases=("cred", "c"), transform=credential_of)
    authentication = Parameter(AUTHENTICATION, aliases=("auth", "am"))
    certificate_thumbprint = Parameter("string")
    computer_name: Any = None
    connection_uri: Any = None
    port: Any = None
    use_ssl: Any = False
    application_name: Any = None
    session_option: Any = None

    @property
    def is_remote(self) -> bool:
        """Whether another machine, or a certain way, was asked for."""
        return bool(_REMOTE & self.bound)


def computer_name(sets: Sets = (), **more: Any) -> Parameter:
    """-ComputerName."""
    return Parameter("string", aliases=("cn",), sets=sets, **more)


def connection_uri(sets: Sets = ()) -> Parameter:
    """-ConnectionURI."""
    return Parameter("uri", name="ConnectionURI", aliases=("CURI", "CU"), sets=sets, validate=NOT_EMPTY)


def port(sets: Sets = ()) -> Parameter:
    """-Port."""
    return Parameter("int", sets=sets, validate=_PORTS)


def use_ssl(sets: Sets = ()) -> Parameter:
    """-UseSSL."""
    return Parameter("switch", name="UseSSL", aliases=("ssl",), sets=sets)


def application_name(sets: Sets = ()) -> Parameter:
    """-ApplicationName: the path of the service."""
    return Parameter("string", sets=sets, validate=NOT_EMPTY)


def session_option(sets: Sets = ()) -> Parameter:
    """-SessionOption."""
    return Parameter(OPTION_TYPE, aliases=("so",), sets=sets, validate=NOT_EMPTY)


def option_set(sets: Sets = ()) -> Parameter:
    """-OptionSet."""
    return Parameter("hashtable", aliases=("os",), sets=sets, by_property=True, validate=NOT_EMPTY)


def resource_uri(sets: Sets = ()) -> Parameter:
    """-ResourceURI."""
    return Parameter(
        "string",
        name="ResourceURI",
        aliases=("ruri",),
        sets=sets,
        position=0,
        mandatory=True,
        by_property=True,
        validate=NOT_EMPTY,
    )
