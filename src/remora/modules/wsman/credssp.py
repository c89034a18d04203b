"""Enable-, Disable- and Get-WSManCredSSP: who may be handed a password, and whether the host takes one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from remora import _xml
from remora._xml import Element
from remora.client.config_store import ClientConfig
from remora.client.management import Management
from remora.client.representation import change_representation
from remora.client.resource_uris import resource
from remora.engine.cmdlet import Parameter, cmdlet
from remora.engine.validators import ValidateSet
from remora.errors import ConfigError
from remora.modules.common import as_list
from remora.modules.wsman import way
from remora.modules.wsman.failures import refused
from remora.modules.wsman.reaching import WSManCmdlet
from remora.modules.wsman.xml_objects import xml_object

_ROLES: Final = (ValidateSet("Client", "Server"),)
_PLACES: Final = {"client": "winrm/config/client/auth", "server": "winrm/config/service/auth"}
_SERVICE: Final = "WSMAN/"


class _CredSsp(WSManCmdlet):
    """A cmdlet about CredSSP on this machine."""

    credential = None
    authentication = None
    certificate_thumbprint = None

    @property
    def is_remote(self) -> bool:
        """It is always about this machine."""
        return False

    def switch(self, role: str, enabled: bool) -> Element | None:
        """Turn the mechanism of a role on or off; the setting's node as it is then."""
        what = resource(_PLACES[role.lower()])
        values = {"CredSSP": "true" if enabled else "false"}

        async def change(machine: Management) -> Element | None:
            return await machine.put(what, change_representation(await machine.get(what), what.uri, values))

        return self.call(change)

    def delegates(self) -> tuple[str, ...]:
        """To whom the client may hand a password, as service principal names."""
        try:
            return ClientConfig.load().allow_fresh_credentials
        except ConfigError as failure:
            raise self.throw(refused(str(failure))) from None

    def put_delegates(self, names: Iterable[str]) -> None:
        """Replace them."""
        try:
            replace(ClientConfig.load(), allow_fresh_credentials=tuple(names)).save()
        except (ConfigError, OSError) as failure:
            raise self.throw(refused(str(failure))) from None


@cmdlet("Enable-WSManCredSSP", module=way.MODULE, class_name=way.class_name("EnableWSManCredSSP"),
        output_type=(way.XML_ELEMENT,))  # fmt: skip
class EnableWSManCredSSP(_CredSsp):
    """Lets this machine hand its user's password to others, or take passwords of others."""

    role = Parameter("string", position=0, mandatory=True, validate=_ROLES)
    delegate_computer = Parameter("string[]", position=1, validate=way.NOT_EMPTY)
    force = Parameter("switch")

    def begin(self) -> None:
        client = self.role.lower() == "client"
        if client is (self.delegate_computer is None):
            wrong = "-Role Client needs -DelegateComputer, and -Role Server does not take it."
            raise self.throw(refused(wrong, self.role))
        query = (
            "With CredSSP the password of the user on this machine is sent to the computers named. If one of them is "
            "in wrong hands, so is the password. Do you want to enable CredSSP?"
            if client
            else "With CredSSP this machine takes the passwords of users of other computers. If it falls into wrong "
            "hands, so do they. Do you want to enable CredSSP?"
        )
        if not self.force and not self.runtime.should_continue(query, "CredSSP Authentication Configuration"):
            return
        if client:
            self._add([name.strip() for name in as_list(self.delegate_computer) if name.strip()])
        element = self.switch(self.role, True)
        if element is not None:
            self.emit(xml_object(element))

    def _add(self, names: list[str]) -> None:
        known = list(self.delegates())
        folded = {name.casefold() for name in known}
        wanted = (name if "/" in name else _SERVICE + name for name in names)
        self.put_delegates([*known, *(name for name in wanted if name.casefold() not in folded)])


@cmdlet("Disable-WSManCredSSP", module=way.MODULE, class_name=way.class_name("DisableWSManCredSSP"))
class DisableWSManCredSSP(_CredSsp):
    """Takes back what Enable-WSManCredSSP allowed."""

    role = Parameter("string", position=0, mandatory=True, validate=_ROLES)

    def begin(self) -> None:
        self.switch(self.role, False)
        if self.role.lower() == "client":
            self.put_delegates(name for name in self.delegates() if not name.casefold().startswith(_SERVICE.casefold()))


@cmdlet("Get-WSManCredSSP", module=way.MODULE, class_name=way.class_name("GetWSManCredSSP"),
        output_type=("System.String",))  # fmt: skip
class GetWSManCredSSP(_CredSsp):
    """Tells to whom passwords may be handed, and whether the host takes them."""

    def begin(self) -> None:
        client = self._is_on("client")
        names = [name for name in self.delegates() if name.casefold().startswith(_SERVICE.casefold())]
        if client and names:
            self.emit(
                "The machine is configured to allow delegating fresh credentials to the following target(s): "
                + ",".join(names)
            )
        else:
            self.emit("The machine is not configured to allow delegating fresh credentials.")
        no = "" if self._is_on("server") else "not "
        self.emit(f"This computer is {no}configured to receive credentials from a remote client computer.")

    def _is_on(self, role: str) -> bool:
        found = self.call(lambda machine: machine.get(resource(_PLACES[role])))
        return any(_xml.local_name(child) == "CredSSP" and child.text == "true" for child in found)


CMDLETS = (DisableWSManCredSSP, EnableWSManCredSSP, GetWSManCredSSP)
