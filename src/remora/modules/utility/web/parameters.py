"""The parameters that Invoke-WebRequest and Invoke-RestMethod share, and which of them exclude each other."""

from __future__ import annotations

import os
from typing import Any

from remora.engine.cmdlet import Cmdlet, Parameter
from remora.engine.errors import error
from remora.engine.types.registry import unwrap
from remora.engine.validators import ValidateNotNullOrEmpty, ValidateRange, ValidateSet
from remora.engine.wildcard import has_wildcard
from remora.modules.management.failures import path_not_found
from remora.modules.management.paths import glob
from remora.modules.utility.web.rules import A_FOLDER, NOT_A_FILE, RESUME_FOLDER, first_conflict

_C = "Microsoft.PowerShell.Commands."
_FILLED = (ValidateNotNullOrEmpty(),)
_POSITIVE = (ValidateRange(1, 2147483647),)
_INT_MAX = 2147483647
_STANDARD, _STANDARD_NO_PROXY = "StandardMethod", "StandardMethodNoProxy"
_CUSTOM, _CUSTOM_NO_PROXY = "CustomMethod", "CustomMethodNoProxy"
_ALL = (_STANDARD, _STANDARD_NO_PROXY, _CUSTOM, _CUSTOM_NO_PROXY)
_WITH_PROXY = (_STANDARD, _CUSTOM)
DEFAULT_SET = _STANDARD


class WebCommand(Cmdlet):
    """Base of both."""

    use_basic_parsing = Parameter("switch")
    uri = Parameter("uri", position=0, mandatory=True, validate=_FILLED)
    http_version = Parameter("version")
    web_session = Parameter(_C + "WebRequestSession")
    session_variable = Parameter("string", aliases=("SV",))
    allow_unencrypted_authentication = Parameter("switch")
    authentication = Parameter(_C + "WebAuthenticationType")
    credential = Parameter("pscredential")
    use_default_credentials = Parameter("switch")
    certificate_thumbprint = Parameter("string", validate=_FILLED)
    certificate = Parameter("object", validate=_FILLED, refused=True)
    skip_certificate_check = Parameter("switch")
    ssl_protocol = Parameter(_C + "WebSslProtocol")
    token = Parameter("securestring")
    user_agent = Parameter("string")
    disable_keep_alive = Parameter("switch")
    connection_timeout_seconds = Parameter(
        "int", aliases=("TimeoutSec",), default=0, validate=(ValidateRange(0, _INT_MAX),)
    )
    operation_timeout_seconds = Parameter("int", default=0, validate=(ValidateRange(0, _INT_MAX),))
    headers = Parameter("System.Collections.IDictionary")
    skip_header_validation = Parameter("switch")
    allow_insecure_redirect = Parameter("switch")
    maximum_redirection = Parameter("int", default=-1, validate=(ValidateRange(0, _INT_MAX),))
    maximum_retry_count = Parameter("int", default=0, validate=(ValidateRange(0, _INT_MAX),))
    preserve_authorization_on_redirect = Parameter("switch")
    retry_interval_sec = Parameter("int", default=5, validate=_POSITIVE)
    method = Parameter(_C + "WebRequestMethod", sets=(_STANDARD, _STANDARD_NO_PROXY))
    custom_method = Parameter(
        "string",
        aliases=("CM",),
        sets={_CUSTOM: {"mandatory": True}, _CUSTOM_NO_PROXY: {"mandatory": True}},
        validate=_FILLED,
    )
    preserve_http_method_on_redirect = Parameter("switch")
    unix_socket = Parameter("string", validate=_FILLED)
    no_proxy = Parameter(
        "switch", sets={_CUSTOM_NO_PROXY: {"mandatory": True}, _STANDARD_NO_PROXY: {"mandatory": True}}
    )
    proxy = Parameter("uri", sets=_WITH_PROXY)
    proxy_credential = Parameter("pscredential", sets=_WITH_PROXY)
    proxy_use_default_credentials = Parameter("switch", sets=_WITH_PROXY)
    body = Parameter("object", pipeline=True)
    form = Parameter("System.Collections.IDictionary")
    content_type = Parameter("string")
    transfer_encoding = Parameter(
        "string", validate=(ValidateSet("chunked", "compress", "deflate", "gzip", "identity"),)
    )
    in_file = Parameter("string", validate=_FILLED)
    out_file = Parameter("string", validate=_FILLED)
    pass_thru = Parameter("switch")
    resume = Parameter("switch")
    skip_http_error_check = Parameter("switch")

    in_path = ""

    def check_parameters(self) -> None:
        """Raise PSError for parameters that exclude each other or lack a third one; find the file of -InFile."""
        if self.certificate_thumbprint is not None:
            raise self.throw(self.runtime.not_supported(f"{self.spec.name} -CertificateThumbprint"))
        if self.http_version is not None and str(self.http_version) != "1.1":
            raise self.throw(self.runtime.not_supported(f"{self.spec.name} -HttpVersion {self.http_version}"))
        refusal = first_conflict(self)
        if refusal is None and self.in_file is not None:
            self.in_path, refusal = self._input_path(self.in_file)
        if refusal is None and self.resume and os.path.isdir(self.session.file_path(self.out_file)):
            path = self.session.file_path(self.out_file)
            refusal = (RESUME_FOLDER.format(path), "WebCmdletResumeNotFilePathException")
        if refusal is not None:
            raise self.throw(
                error(
                    *refusal,
                    "InvalidArgument",
                    type_name="System.Management.Automation.ValidationMetadataException",
                )
            )

    def _input_path(self, given: str) -> tuple[str, tuple[str, str] | None]:
        found = list(glob(self.session, given))
        if not found and not has_wildcard(given):
            path = self.session.resolve_path(given).full()
            raise self.throw(path_not_found(path))
        if not found:
            return "", (f"Path '{given}' cannot be resolved to a file.", "WebCmdletInFileNoPathResolvedException")
        if not found[0].is_file_system:
            return "", (NOT_A_FILE.format(given), "WebCmdletInFileNotFilesystemPathException")
        if len(found) > 1:
            message = f"Path '{given}' can be resolved to multiple paths."
            return "", (message, "WebCmdletInFileMultiplePathsResolvedException")
        if os.path.isdir(found[0].path):
            return "", (A_FOLDER.format(given), "WebCmdletInFileNotFilePathException")
        return found[0].path, None

    def plain_body(self) -> Any:
        """-Body without wrappers."""
        return unwrap(self.body)
