"""Which parameters of the web cmdlets exclude each other, and which need a third one."""

from __future__ import annotations

from typing import Any, Final

_BOTH: Final = (
    "The cmdlet cannot run because the following conflicting parameters are specified: {0} and {1}. Specify either {0} "
    "or {1}, then retry."
)
_NEEDED: Final = (
    "The cmdlet cannot run because the following parameter is not specified: {0}. The supplied Authentication type "
    "requires a {0}. Specify {0}, then retry."
)
_OPEN_SECRETS: Final = (
    "The cmdlet cannot protect plain text secrets sent over unencrypted connections. To suppress this warning and send "
    "plain text secrets over unencrypted networks, reissue the command specifying the AllowUnencryptedAuthentication "
    "parameter."
)
_NO_PROXY: Final = (
    "The cmdlet cannot run because the following parameter is missing: Proxy. Provide a valid proxy URI for the Proxy "
    "parameter when using the ProxyCredential or ProxyUseDefaultCredentials parameters, then retry."
)
_NO_FILE: Final = (
    "The cmdlet cannot run because the following parameter is missing: OutFile. Provide a valid OutFile parameter "
    "value when using the {0} parameter, then retry."
)
RESUME_FOLDER: Final = (
    "The Resume switch can only be used if OutFile targets a file but it resolves to a directory: {0}."
)
NOT_A_FILE: Final = "Path '{0}' is not a file system path. Please specify the path to a file in the file system."
A_FOLDER: Final = (
    "Path '{0}' resolves to a directory. Specify a path including a file name, and then retry the command."
)


def first_conflict(command: Any) -> tuple[str, str] | None:
    """The message and the id of the first rule that the parameters of a call break; None when all is well."""
    rules = (*_secrets(command), *_contents(command))
    return next(((message, f"WebCmdlet{name}Exception") for broken, message, name in rules if broken), None)


def _secrets(command: Any) -> tuple[tuple[bool, str, str], ...]:
    kind = str(command.authentication or "None")
    credential, token = command.credential is not None, command.token is not None
    default = bool(command.use_default_credentials)
    asks = kind != "None" or credential or default
    in_the_open = not str(command.uri).lower().startswith("https:") and not command.allow_unencrypted_authentication
    proxy_credential, proxy_default = command.proxy_credential is not None, bool(command.proxy_use_default_credentials)
    both_sessions = command.web_session is not None and command.session_variable is not None
    return (
        (both_sessions, _BOTH.format("Session", "SessionVariable"), "SessionConflict"),
        (default and kind != "None", _BOTH.format("Authentication", "UseDefaultCredentials"), "AuthenticationConflict"),
        (kind != "None" and credential and token, _BOTH.format("Credential", "Token"), "AuthenticationTokenConflict"),
        (kind == "Basic" and not credential, _NEEDED.format("Credential"), "AuthenticationCredentialNotSupplied"),
        (kind in ("OAuth", "Bearer") and not token, _NEEDED.format("Token"), "AuthenticationTokenNotSupplied"),
        (asks and in_the_open, _OPEN_SECRETS, "AllowUnencryptedAuthenticationRequired"),
        (default and credential, _BOTH.format("Credential", "UseDefaultCredentials"), "CredentialConflict"),
        (
            proxy_default and proxy_credential,
            _BOTH.format("ProxyCredential", "ProxyUseDefaultCredentials"),
            "ProxyCredentialConflict",
        ),
        (command.proxy is None and (proxy_credential or proxy_default), _NO_PROXY, "ProxyUriNotSupplied"),
    )


def _contents(command: Any) -> tuple[tuple[bool, str, str], ...]:
    body, form, file = command.body is not None, command.form is not None, command.in_file is not None
    nowhere = command.out_file is None
    return (
        (body and file, _BOTH.format("Body", "InFile"), "BodyConflict"),
        (body and form, _BOTH.format("Body", "Form"), "BodyFormConflict"),
        (file and form, _BOTH.format("InFile", "Form"), "FormInFileConflict"),
        (bool(command.pass_thru) and nowhere, _NO_FILE.format("PassThru"), "OutFileMissing"),
        (bool(command.resume) and nowhere, _NO_FILE.format("Resume"), "OutFileMissing"),
    )
