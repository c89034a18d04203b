"""From an error to the command that mends it: by the vendor's code, by the HTTP status, by the kind of the error."""

from __future__ import annotations

from typing import Final

from remora.auth.policy import SWITCHED_OFF
from remora.client.connection_info import ConnectionInfo
from remora.errors import AuthError, RemoraError, TransportError, WSManFault
from remora.wsman.faults import meaning

ACCESS_DENIED: Final = (0x5, 0x80070005)
_SERVER_OPEN: Final = "winrm set winrm/config/service '@{AllowUnencrypted=\"true\"}'"
_TEXTS: Final = {
    0x803380DE: "use --use-ssl, or let this client send clear text: "
    "remora winrm set winrm/config/client '@{{AllowUnencrypted=\"true\"}}'",
    0x803380B0: "give --username, and --password-file or --password-stdin",
    0x803380E5: "give --username, and --password-file or --password-stdin; or get a Kerberos ticket with kinit",
    0x8033810B: "name the host by its name, or use --auth negotiate",
    0x8033810C: "get a ticket with kinit, or give --username and --password-file",
    0x8033810E: "name this machine by its name, or use --auth negotiate",
    0x803380D8: "use --use-ssl",
    0x803381A1: "give --username, and --password-file or --password-stdin",
    0x803381A3: "Enable-WSManCredSSP -Role Client -DelegateComputer {host}, in remora console",
    0x803381A4: "use --use-ssl with a certificate that is trusted here (--ca-trust), or add WSMAN/{host} to "
    "allow_fresh_credentials_ntlm_only of the client configuration",
    0x803381AC: "on {host}: winrm set winrm/config/winrs '@{{AllowRemoteShellAccess=\"true\"}}'",
    0x803381DD: "on {host}: Enable-PSRemoting, or the policy AllowRemoteAccess",
    0x803381E3: "on {host}: Enable-PSSessionConfiguration, or Set-PSSessionConfiguration -AccessMode Remote",
    0x803381A5: "close shells (remora session ls {host}), or on {host}: "
    "winrm set winrm/config/winrs '@{{MaxShellsPerUser=\"50\"}}'",
    0x803381AB: "on {host}: winrm set winrm/config/winrs '@{{MaxConcurrentUsers=\"20\"}}'",
    0x8033803B: "on {host}: Enable-PSRemoting; it registers the session configurations",
    0x80090303: "on a domain controller: setspn -Q HTTP/{host}, and setspn -S HTTP/{host} ACCOUNT if there is none",
    0x80090322: "on a domain controller: setspn -Q HTTP/{host}; it must be of the account that the service runs as",
    0x80090311: "check realm and kdc in /etc/krb5.conf, and that the domain controller can be reached (port 88)",
    0x8009030E: "get a ticket: kinit {user}",
    0x80090305: "use --auth negotiate with a user name and password",
    0x80090324: "set the clock: chronyc makestep, or w32tm /resync on Windows; Kerberos takes 5 minutes of difference",
}
"""Remedies by code; ``{host}`` and ``{user}`` are put in."""


def remedy_of(error: RemoraError, info: ConnectionInfo) -> str | None:
    """Return what mends an error on the way to this endpoint; None where nothing is known beyond its own text."""
    code = int(getattr(error, "code", None) or 0)
    if code in _TEXTS:
        return _TEXTS[code].format(host=info.host, user=user_of(info))
    if code in (0x803380E4, 0x803381BB):
        return trusting(info)
    for mechanism, off in SWITCHED_OFF.items():
        if code == off:
            return f"remora winrm set winrm/config/client/auth '@{{{mechanism.value}=\"true\"}}'"
    match error:
        case AuthError() if code in ACCESS_DENIED:
            return refused_logon(info)
        case WSManFault() if code in ACCESS_DENIED:
            return token_filter(info)
        case TransportError(status=500):
            return f"on {info.host}: {_SERVER_OPEN}; better leave the messages encrypted, or use --use-ssl"
        case TransportError(status=404):
            return "give the path of the service with --application-name; the usual one is wsman"
    known = meaning(code) if code else None
    return known.message if known is not None else None


def user_of(info: ConnectionInfo) -> str:
    """Return who logs on, as a person would say it."""
    if info.credential is not None:
        return info.credential.username
    return "the owner of the certificate" if info.certificate is not None else "the owner of the ticket"


def trusting(info: ConnectionInfo) -> str:
    """How this client comes to trust a host over HTTP, with those that it trusts already."""
    hosts = ",".join((*info.config.trusted_hosts, info.host))
    return f"use --use-ssl, or trust the host: remora winrm set winrm/config/client '@{{TrustedHosts=\"{hosts}\"}}'"


def offering(info: ConnectionInfo, mechanism: str) -> str:
    """How a server comes to offer a mechanism."""
    command = f"on {info.host}: winrm set winrm/config/service/auth '@{{{mechanism}=\"true\"}}'"
    if mechanism == "Basic" and not info.secure:
        return f"{command} and {_SERVER_OPEN}; better use --use-ssl, or --auth negotiate"
    return command


def refused_logon(info: ConnectionInfo) -> str:
    """What may be wrong with a logon that was refused."""
    user = user_of(info).rpartition("\\")[2]
    text = f"check the password of {user_of(info)}, and that the account may log on: net user {user} there"
    if "\\" not in user_of(info) and "@" not in user_of(info):
        text += f"; a local account may have to be written {info.host}\\{user}, one of a domain DOMAIN\\{user}"
    if info.secure:
        text += (
            "; with CbtHardeningLevel Strict nothing may stand in between that ends TLS: "
            "winrm get winrm/config/service/auth there"
        )
    return f"{text} (on a remora host: remora host user passwd {user})"


def token_filter(info: ConnectionInfo) -> str:
    """What takes the rights of somebody who has logged on."""
    user = user_of(info).rpartition("\\")[2]
    return (
        f"the logon was good, the rights are missing. On {info.host}, for a local administrator: reg add "
        r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System /v LocalAccountTokenFilterPolicy "
        "/t REG_DWORD /d 1 /f (remora host run --set Remora/LocalAccountTokenFilterPolicy=1); for anybody else: "
        f'net localgroup "Remote Management Users" {user} /add'
    )
