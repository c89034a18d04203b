"""Register-PSSessionConfiguration and Set-PSSessionConfiguration."""

from __future__ import annotations

from remora.config import SessionConfiguration
from remora.config.sessions import read_session_configurations
from remora.engine.cmdlet import Parameter, cmdlet
from remora.engine.validators import ValidateSet
from remora.modules.remoting.configurations_changing import ConfiguringCmdlet
from remora.modules.remoting.configurations_common import CONTAINER_TYPE, no_such, wrong
from remora.modules.remoting.way import MODULE
from remora.values import PSObject


@cmdlet(
    "Register-PSSessionConfiguration",
    module=MODULE,
    should_process=True,
    default_set="NameParameterSet",
    output_type=(CONTAINER_TYPE,),
)
class RegisterPSSessionConfiguration(ConfiguringCmdlet):
    """Makes a session configuration on this machine's host."""

    processor_architecture = Parameter("string", validate=(ValidateSet("x86", "amd64"),), aliases=("PA",))

    def process(self) -> None:
        self.refuse()
        if any(item.name.casefold() == self.name.casefold() for item in self.attempt(self.store.all)):
            message = f"There is already a session configuration '{self.name}'."
            raise self.throw(wrong(message, "SessionConfigurationExists", self.name, "ResourceExists"))
        self.attempt(lambda: read_session_configurations({self.name: {}}))
        if not self.should_process(f"Name: {self.name}"):
            return
        self.put(self.configured(SessionConfiguration(name=self.name)))
        self.emit(
            PSObject(
                (CONTAINER_TYPE, "Microsoft.WSMan.Management.WSManConfigElement", "System.Object"),
                extended={
                    "PSPath": f"Microsoft.WSMan.Management\\WSMan::localhost\\Plugin\\{self.name}",
                    "PSParentPath": "Microsoft.WSMan.Management\\WSMan::localhost\\Plugin",
                    "PSChildName": self.name,
                    "Type": "Container",
                    "Keys": [f"Name={self.name}"],
                    "Name": self.name,
                },
            )
        )
        self.tell()


@cmdlet("Set-PSSessionConfiguration", module=MODULE, should_process=True, default_set="NameParameterSet")
class SetPSSessionConfiguration(ConfiguringCmdlet):
    """Changes a session configuration of this machine's host; an empty value takes a setting away."""

    def process(self) -> None:
        self.refuse()
        found = next(
            (item for item in self.attempt(self.store.all) if item.name.casefold() == self.name.casefold()), None
        )
        if found is None:
            raise self.throw(no_such(self.name, "CSCmdsShellNotFound"))
        if self.should_process(f"Name: {found.name}"):
            self.put(self.configured(found))
            self.tell()


CMDLETS = (RegisterPSSessionConfiguration, SetPSSessionConfiguration)
