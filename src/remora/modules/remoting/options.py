"""New-PSSessionOption."""

from __future__ import annotations

from typing import Any

from remora.client.options import PSSessionOption
from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.convert import to_text
from remora.engine.errors import error
from remora.engine.wire import to_wire
from remora.errors import RemoraError
from remora.modules.remoting.session_object import OptionObject
from remora.modules.remoting.way import MODULE


@cmdlet("New-PSSessionOption", module=MODULE, output_type=("System.Management.Automation.Remoting.PSSessionOption",))
class NewPSSessionOption(Cmdlet):
    """Makes the options for a new session. Times are milliseconds."""

    idle_timeout = Parameter("int", aliases=("IdleTimeoutMSec",))
    open_timeout = Parameter("int", aliases=("OpenTimeoutMSec",))
    operation_timeout = Parameter("int", aliases=("OperationTimeoutMSec",))
    cancel_timeout = Parameter("int", aliases=("CancelTimeoutMSec",))
    max_connection_retry_count = Parameter("int")
    maximum_received_object_size = Parameter("int")
    maximum_redirection = Parameter("int", refused=True)
    maximum_received_data_size_per_command = Parameter("int", refused=True)
    output_buffering_mode = Parameter("string")
    culture = Parameter("string")
    ui_culture = Parameter("string", name="UICulture")
    application_arguments = Parameter("object")
    no_machine_profile = Parameter("switch")
    no_compression = Parameter("switch")
    no_encryption = Parameter("switch")
    skip_ca_check = Parameter("switch", name="SkipCACheck")
    skip_cn_check = Parameter("switch", name="SkipCNCheck")
    skip_revocation_check = Parameter("switch")
    include_port_in_spn = Parameter("switch", name="IncludePortInSPN", refused=True)
    use_utf16 = Parameter("switch", name="UseUTF16", refused=True)
    proxy_access_type = Parameter("string", refused=True)
    proxy_authentication = Parameter("string", refused=True)
    proxy_credential = Parameter("object", refused=True)

    def end(self) -> None:
        values: dict[str, Any] = {}
        for attribute in (
            "idle_timeout", "open_timeout", "operation_timeout", "cancel_timeout", "max_connection_retry_count",
            "maximum_received_object_size",
        ):  # fmt: skip
            if (given := getattr(self, attribute)) is not None:
                values[attribute] = int(given)
        for attribute in ("no_machine_profile", "no_encryption", "skip_ca_check", "skip_cn_check"):
            values[attribute] = bool(getattr(self, attribute))
        for attribute in ("culture", "ui_culture", "output_buffering_mode"):
            if (given := getattr(self, attribute)) is not None:
                values[attribute] = to_text(given)
        if self.application_arguments is not None:
            values["application_arguments"] = to_wire(self.application_arguments)
        try:
            self.emit(OptionObject(PSSessionOption(**values)))
        except RemoraError as failure:
            raise self.throw(error(str(failure), "ParameterBindingFailed", "InvalidArgument")) from None


CMDLETS = (NewPSSessionOption,)
