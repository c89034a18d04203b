"""New-WSManSessionOption."""

from __future__ import annotations

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.errors import error
from remora.engine.validators import ValidateNotNullOrEmpty, ValidateRange
from remora.modules.credentials import credential
from remora.modules.wsman.session_option import OPTION_TYPE, PROXY_ACCESS, PROXY_AUTHENTICATION, SessionOption
from remora.modules.wsman.way import MODULE, class_name

_MOST = 2_147_483_647


@cmdlet(
    "New-WSManSessionOption",
    module=MODULE,
    class_name=class_name("NewWSManSessionOption"),
    output_type=(OPTION_TYPE,),
)
class NewWSManSessionOption(Cmdlet):
    """Makes the options of a WS-Management conversation. OperationTimeout is in milliseconds."""

    proxy_access_type = Parameter(PROXY_ACCESS, validate=(ValidateNotNullOrEmpty(),))
    proxy_authentication = Parameter(PROXY_AUTHENTICATION)
    proxy_credential = credential()
    skip_ca_check = Parameter("switch", name="SkipCACheck")
    skip_cn_check = Parameter("switch", name="SkipCNCheck")
    skip_revocation_check = Parameter("switch")
    spn_port = Parameter("int", name="SPNPort", validate=(ValidateRange(0, _MOST),), default=0)
    operation_timeout = Parameter(
        "int", aliases=("OperationTimeoutMSec",), validate=(ValidateRange(0, _MOST),), default=0
    )
    no_encryption = Parameter("switch")
    use_utf16 = Parameter("switch", name="UseUTF16")

    def begin(self) -> None:
        if self.proxy_credential is not None and self.proxy_authentication is None:
            wrong = "ProxyCredential needs ProxyAuthentication: how the credential is to be proved."
            raise self.throw(error(wrong, "InvalidProxyAuthentication", "InvalidOperation"))
        made = SessionOption()
        made.values.update(
            SkipCACheck=bool(self.skip_ca_check),
            SkipCNCheck=bool(self.skip_cn_check),
            SkipRevocationCheck=bool(self.skip_revocation_check),
            UseEncryption=not self.no_encryption,
            UseUtf16=bool(self.use_utf16),
            SPNPort=self.spn_port,
            OperationTimeout=self.operation_timeout,
            ProxyAccessType=self.proxy_access_type,
            ProxyAuthentication=self.proxy_authentication,
            ProxyCredential=self.proxy_credential,
        )
        self.emit(made)


CMDLETS = (NewWSManSessionOption,)
