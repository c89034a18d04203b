"""The parameters about the way to a machine; nothing of the network is imported for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from typing import TYPE_CHECKING, Any, Final, TypeVar

from remora.engine.cmdlet import Cmdlet, Parameter
from remora.engine.validators import ValidateNotNull, ValidateNotNullOrEmpty, ValidateRange
from remora.modules.credentials import CREDENTIAL, credential_of

if TYPE_CHECKING:
    pass

MODULE: Final = "Microsoft.PowerShell.Core"
SESSION_TYPE: Final = "System.Management.Automation.Runspaces.PSSession"
SESSION_OPTION: Final = "System.Management.Automation.Remoting.PSSessionOption"
AUTHENTICATION: Final = "System.Management.Automation.Runspaces.AuthenticationMechanism"
OUTPUT_BUFFERING: Final = "System.Management.Automation.Runspaces.OutputBufferingMode"
NOT_EMPTY: Final = (ValidateNotNullOrEmpty(),)
NOT_NULL: Final = (ValidateNotNull(),)
PORTS: Final = (ValidateRange(1, 65535),)

Sets = Sequence[str] | Mapping[str, Mapping[str, Any]]
FIRST: Final[dict[str, Any]] = {"position": 0, "mandatory": True}
FIRST_BY_PROPERTY: Final[dict[str, Any]] = {**FIRST, "by_property": True}
FIRST_FROM_PIPELINE: Final[dict[str, Any]] = {**FIRST_BY_PROPERTY, "pipeline": True}
NAMED: Final[dict[str, Any]] = {"mandatory": True}
NAMED_BY_PROPERTY: Final[dict[str, Any]] = {"mandatory": True, "by_property": True}


def port(sets: Sets) -> Parameter:
    """-Port."""
    return Parameter("int", sets=sets, validate=PORTS)


def use_ssl(sets: Sets) -> Parameter:
    """-UseSSL."""
    return Parameter("switch", name="UseSSL", sets=sets)


def name_by_property(sets: Sets) -> Parameter:
    """-ApplicationName or -ConfigurationName."""
    return Parameter("string", sets=sets, by_property=True)


def authentication(sets: Sets) -> Parameter:
    """-Authentication."""
    return Parameter(AUTHENTICATION, sets=sets)


def certificate_thumbprint(sets: Sets) -> Parameter:
    """-CertificateThumbprint."""
    return Parameter("string", sets=sets)


def session_option(sets: Sets, *, nullable: bool = True) -> Parameter:
    """-SessionOption: an object or a hashtable of its properties."""
    return Parameter(SESSION_OPTION, sets=sets, validate=() if nullable else NOT_NULL)


def throttle_limit(sets: Sets = ()) -> Parameter:
    """-ThrottleLimit: 0 or less is 32."""
    return Parameter("int", sets=sets)


def sessions(sets: Sets) -> Parameter:
    """-Session."""
    return Parameter(f"{SESSION_TYPE}[]", name="Session", sets=sets, validate=NOT_EMPTY)


def computer_names(sets: Sets) -> Parameter:
    """-ComputerName for several."""
    return Parameter("string[]", aliases=("Cn",), sets=sets, validate=NOT_EMPTY)


def connection_uris(sets: Sets) -> Parameter:
    """-ConnectionUri for several."""
    return Parameter("uri[]", aliases=("URI", "CU"), sets=sets, validate=NOT_EMPTY)


def vm_ids(sets: Sets) -> Parameter:
    """-VMId for several; refused by name, as there are no virtual machines here."""
    return Parameter("guid[]", name="VMId", aliases=("VMGuid",), sets=sets, validate=NOT_EMPTY, refused=True)


def vm_names(sets: Sets) -> Parameter:
    """-VMName for several."""
    return Parameter("string[]", name="VMName", sets=sets, validate=NOT_EMPTY, refused=True)


def container_ids(sets: Sets) -> Parameter:
    """-ContainerId for several."""
    return Parameter("string[]", sets=sets, by_property=True, validate=NOT_EMPTY, refused=True)


C = TypeVar("C", bound="type[WayParameters]")
D = TypeVar("D", bound="type[OtherWays]")
_EVERYWHERE: Final = ("throttle_limit",)
_TO_COMPUTERS: Final = ("port", "use_ssl", "application_name")
_TO_URIS: Final = ("allow_redirection",)
_TO_BOTH: Final = (
    "configuration_name", "credential", "authentication", "certificate_thumbprint", "session_option",
)  # fmt: skip


class WayParameters(Cmdlet):
    """Cmdlets that reach other machines. ``reaches`` says in which of their sets the parameters are."""

    port = Parameter("int")
    use_ssl = Parameter("switch", name="UseSSL")
    application_name = Parameter("string", by_property=True)
    configuration_name = Parameter("string", by_property=True)
    credential = Parameter(CREDENTIAL, by_property=True, transform=credential_of)
    authentication = Parameter(AUTHENTICATION)
    certificate_thumbprint = Parameter("string")
    allow_redirection = Parameter("switch")
    session_option = Parameter(SESSION_OPTION)
    throttle_limit = Parameter("int")


def reaches(*, computers: tuple[str, ...], uris: tuple[str, ...], throttled: tuple[str, ...]) -> Callable[[C], C]:
    """Limit the parameters of the way to the sets of a cmdlet that name computers and addresses. throttled: sets with
    -ThrottleLimit; none at all where it is empty. PowerShell takes no -CertificateThumbprint with -FilePath.
    """
    both = (*computers, *uris)
    places = {
        **dict.fromkeys(_TO_COMPUTERS, computers),
        **dict.fromkeys(_TO_URIS, uris),
        **dict.fromkeys(_TO_BOTH, both),
        "certificate_thumbprint": tuple(name for name in both if not name.startswith("FilePath")),
        **dict.fromkeys(_EVERYWHERE, throttled),
    }

    def limit(cls: C) -> C:
        for attribute, sets in places.items():
            parameter = copy(getattr(cls, attribute))
            parameter.sets = sets
            setattr(cls, attribute, parameter if sets else None)
        return cls

    return limit


class OtherWays(Cmdlet):
    """Ways that only PowerShell has: virtual machines, containers, SSH. Taking one of them is refused by name."""

    vm_id = Parameter("guid[]", name="VMId", aliases=("VMGuid",), by_property=True, refused=True)
    vm_name = Parameter("string[]", name="VMName", by_property=True, refused=True)
    container_id = Parameter("string[]", by_property=True, refused=True)
    run_as_administrator = Parameter("switch", refused=True)
    host_name = Parameter("string[]", refused=True)
    user_name = Parameter("string", refused=True)
    key_file_path = Parameter("string", aliases=("IdentityFilePath",), refused=True)
    subsystem = Parameter("string", refused=True)
    ssh_transport = Parameter("switch", name="SSHTransport", refused=True)
    connecting_timeout = Parameter("int", refused=True)
    options = Parameter("hashtable", refused=True)
    ssh_connection = Parameter("hashtable[]", name="SSHConnection", refused=True)


_MACHINES: Final[Mapping[str, tuple[str, ...]]] = {
    "vm_id": ("VMId",),
    "vm_name": ("VMName",),
    "container_id": ("ContainerId",),
    "host_name": ("SSHHost",),
    "ssh_connection": ("SSHHostHashParam",),
}
_DETAILS: Final[Mapping[str, tuple[str, ...]]] = {
    "run_as_administrator": ("ContainerId",),
    **dict.fromkeys(
        ("user_name", "key_file_path", "subsystem", "ssh_transport", "connecting_timeout", "options"), ("SSHHost",)
    ),
}
_SHARED: Final[Mapping[str, tuple[str, ...]]] = {
    "configuration_name": ("VMId", "VMName", "ContainerId"),
    "credential": ("VMId", "VMName"),
}
OTHER_SETS: Final = tuple(name for names in _MACHINES.values() for name in names)
OTHER_FILE_SETS: Final = tuple(f"FilePath{name.removesuffix('Param')}" for name in OTHER_SETS)


def reaches_otherwise(*, positional: Sequence[str], files: bool = False) -> Callable[[D], D]:
    """Put the parameters of the other ways into their sets, on a cmdlet that ``reaches``. positional: those at position
    0. files: into the sets with -FilePath too. PowerShell takes -Port for SSH with a script block only.
    """

    def sets_of(names: tuple[str, ...]) -> tuple[str, ...]:
        more = tuple(OTHER_FILE_SETS[OTHER_SETS.index(name)] for name in names) if files else ()
        return (*names, *more)

    def put(cls: D) -> D:
        for attribute, names in (*_MACHINES.items(), *_DETAILS.items()):
            parameter: Any = copy(getattr(cls, attribute))
            place: dict[str, Any] = {"mandatory": True} if attribute in _MACHINES else {}
            if attribute in positional:
                place["position"] = 0
            parameter.sets = {name: dict(place) for name in sets_of(names)}
            setattr(cls, attribute, parameter)
        for attribute, names in _SHARED.items():
            place = {"mandatory": True} if attribute == "credential" else {}
            _put_too(cls, attribute, {name: dict(place) for name in sets_of(names)})
        _put_too(cls, "port", {"SSHHost": {}})
        return cls

    return put


def _put_too(cls: type[Cmdlet], attribute: str, sets: Mapping[str, Mapping[str, Any]]) -> None:
    """Put a parameter into further sets."""
    parameter: Any = copy(getattr(cls, attribute))
    known = parameter.sets if isinstance(parameter.sets, Mapping) else {name: {} for name in parameter.sets}
    parameter.sets = {**known, **sets}
    setattr(cls, attribute, parameter)
