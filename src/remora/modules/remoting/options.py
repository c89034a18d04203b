"""New-PSSessionOption and New-PSTransportOption."""

from __future__ import annotations

from typing import Any, Final

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.convert.conversion import convert_to
from remora.engine.errors import PSError, error
from remora.engine.validators import ValidateNotNull, ValidateRange
from remora.modules.credentials import CREDENTIAL, credential_of
from remora.modules.remoting.option_object import PROPERTIES, OptionObject
from remora.modules.remoting.transport_option import QUOTAS, TransportOptionObject
from remora.modules.remoting.way import AUTHENTICATION, MODULE, OUTPUT_BUFFERING

_MOST: Final = 2_147_483_647
_FROM_NOTHING: Final = (ValidateRange(0, _MOST),)
_TICKS: Final = 10_000
_CULTURE: Final = "System.Globalization.CultureInfo"
_TIMES: Final = ("OpenTimeout", "CancelTimeout", "OperationTimeout", "IdleTimeout")
_OTHER_NAMES: Final = {"MaximumRedirection": "MaximumConnectionRedirectionCount"}


@cmdlet("New-PSSessionOption", module=MODULE, output_type=("System.Management.Automation.Remoting.PSSessionOption",))
class NewPSSessionOption(Cmdlet):
    """Makes the options for new sessions. Times are milliseconds, 0 is no limit; sizes are bytes."""

    maximum_redirection = Parameter("int", default=5)
    no_compression = Parameter("switch")
    no_machine_profile = Parameter("switch")
    culture = Parameter(_CULTURE, validate=(ValidateNotNull(),))
    ui_culture = Parameter(_CULTURE, name="UICulture", validate=(ValidateNotNull(),))
    maximum_received_data_size_per_command = Parameter("int")
    maximum_received_object_size = Parameter("int")
    output_buffering_mode = Parameter(OUTPUT_BUFFERING)
    max_connection_retry_count = Parameter("int", default=0, validate=_FROM_NOTHING)
    application_arguments = Parameter("psprimitivedictionary", validate=(ValidateNotNull(),))
    open_timeout = Parameter("int", aliases=("OpenTimeoutMSec",), default=180_000, validate=_FROM_NOTHING)
    cancel_timeout = Parameter("int", aliases=("CancelTimeoutMSec",), default=60_000, validate=_FROM_NOTHING)
    idle_timeout = Parameter("int", aliases=("IdleTimeoutMSec",), default=-1, validate=(ValidateRange(-1, _MOST),))
    proxy_access_type = Parameter("System.Management.Automation.Remoting.ProxyAccessType")
    proxy_authentication = Parameter(AUTHENTICATION)
    proxy_credential = Parameter(CREDENTIAL, transform=credential_of)
    skip_ca_check = Parameter("switch", name="SkipCACheck")
    skip_cn_check = Parameter("switch", name="SkipCNCheck")
    skip_revocation_check = Parameter("switch")
    operation_timeout = Parameter("int", aliases=("OperationTimeoutMSec",), default=180_000, validate=_FROM_NOTHING)
    no_encryption = Parameter("switch")
    use_utf16 = Parameter("switch", name="UseUTF16")
    include_port_in_spn = Parameter("switch", name="IncludePortInSPN")

    def begin(self) -> None:
        made = OptionObject()
        made.values["MaximumReceivedObjectSize"] = None
        for parameter in self.spec.parameters:
            value = getattr(self, parameter.attribute)
            if value is None:
                continue
            name = _OTHER_NAMES.get(parameter.name, parameter.name)
            if name in _TIMES:
                value = int(value) * _TICKS
            try:
                made.set(name, convert_to(value, PROPERTIES[name][0]))
            except PSError as problem:
                wrong = problem.record.message
                raise self.throw(error(wrong, "Argument", "InvalidArgument", value)) from None
        self.emit(made)


def _quota(bounds: tuple[int, int]) -> Parameter:
    return Parameter("System.Nullable[System.Int32]", by_property=True, validate=(ValidateRange(*bounds),))


@cmdlet(
    "New-PSTransportOption",
    module=MODULE,
    output_type=("Microsoft.PowerShell.Commands.WSManConfigurationOption",),
)
class NewPSTransportOption(Cmdlet):
    """Collects quotas for Register-PSSessionConfiguration and Set-PSSessionConfiguration."""

    max_idle_timeout_sec = _quota((60, 2_147_483))
    process_idle_timeout_sec = _quota((0, 1_209_600))
    max_sessions = _quota((1, _MOST))
    max_concurrent_commands_per_session = _quota((1, _MOST))
    max_sessions_per_user = _quota((1, _MOST))
    max_memory_per_session_mb = Parameter(
        "System.Nullable[System.Int32]",
        name="MaxMemoryPerSessionMB",
        by_property=True,
        validate=(ValidateRange(5, _MOST),),
    )
    max_processes_per_session = _quota((1, _MOST))
    max_concurrent_users = _quota((1, 100))
    idle_timeout_sec = _quota((60, 2_147_483))
    output_buffering_mode = Parameter(f"System.Nullable[{OUTPUT_BUFFERING}]", by_property=True)

    def process(self) -> None:
        given: dict[str, Any] = {p.name: getattr(self, p.attribute) for p in self.spec.parameters if p.name in QUOTAS}
        self.emit(TransportOptionObject(given))


CMDLETS = (NewPSSessionOption, NewPSTransportOption)
