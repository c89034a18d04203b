"""The parameters about the way to a machine; nothing of the network is imported for them."""

from __future__ import annotations

from typing import Final

from remora.engine.cmdlet import Cmdlet, Parameter

MODULE: Final = "Microsoft.PowerShell.Core"
SESSION_TYPE: Final = "System.Management.Automation.Runspaces.PSSession"


class WayParameters(Cmdlet):
    """Cmdlets that reach other machines."""

    port = Parameter("int")
    use_ssl = Parameter("switch", name="UseSSL")
    application_name = Parameter("string", by_property=True)
    configuration_name = Parameter("string", by_property=True)
    credential = Parameter("object", by_property=True)
    authentication = Parameter("string")
    session_option = Parameter("object")
    throttle_limit = Parameter("int")
