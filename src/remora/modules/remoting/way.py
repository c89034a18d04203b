"""The parameters about the way to a machine; nothing of the network is imported for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from typing import Any, Final, TypeVar

from remora.engine.cmdlet import Cmdlet, Parameter

MODULE: Final = "Microsoft.PowerShell.Core"
SESSION_TYPE: Final = "System.Management.Automation.Runspaces.PSSession"

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
    credential = Parameter("object")
    authentication = Parameter("string")
    certificate_thumbprint = Parameter("string", refused=True)
    allow_redirection = Parameter("switch", refused=True)
    session_option = Parameter("object")
    throttle_limit = Parameter("int")


def reaches(*, computers: tuple[str, ...], uris: tuple[str, ...], throttled: tuple[str, ...]) -> Callable[[C], C]:
    """Limit the parameters of the way to the sets of a cmdlet that name computers and addresses. throttled: sets with
    -ThrottleLimit; none at all where it is empty.
    """
    places = {
        **dict.fromkeys(_TO_COMPUTERS, computers),
        **dict.fromkeys(_TO_URIS, uris),
        **dict.fromkeys(_TO_BOTH, (*computers, *uris)),
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

    vm_id = Parameter("guid[]", name="VMId", aliases=("VMGuid",), refused=True)
    vm_name = Parameter("string[]", name="VMName", refused=True)
    container_id = Parameter("string[]", refused=True)
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
OTHER_SETS: Final = tuple(name for names in _MACHINES.values() for name in names)
OTHER_FILE_SETS: Final = tuple(f"FilePath{name.removesuffix('Param')}" for name in OTHER_SETS)


def reaches_otherwise(*, files: bool = False, single: bool = False) -> Callable[[D], D]:
    """Put the parameters of the other ways into their sets. files: into those with -FilePath too. single: one machine
    only, and no table of connections.
    """

    def sets_of(names: tuple[str, ...]) -> tuple[str, ...]:
        more = tuple(OTHER_FILE_SETS[OTHER_SETS.index(name)] for name in names) if files else ()
        return (*names, *more)

    def place(cls: D) -> D:
        for attribute, names in (*_MACHINES.items(), *_DETAILS.items()):
            parameter: Any = copy(getattr(cls, attribute))
            parameter.sets = {
                name: {"mandatory": True, "position": 0} if attribute in _MACHINES else {} for name in sets_of(names)
            }
            if single:
                parameter.type = parameter.type.removesuffix("[]")
            setattr(cls, attribute, None if single and attribute == "ssh_connection" else parameter)
        return cls

    return place
