"""The table of the checks, and the walk through it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from remora.client.config_store import ClientConfig
from remora.client.connection_info import connection_infos
from remora.client.doctor.findings import Diagnosis, Finding, Verdict, skipped
from remora.client.doctor.logon import check_binding, check_encryption, check_logon, check_mechanism, check_ticket
from remora.client.doctor.network import check_name_resolution, check_port, check_tls
from remora.client.doctor.service import check_clock, check_identify, check_service
from remora.client.doctor.visit import Visit
from remora.client.doctor.work import check_cmd, check_powershell
from remora.client.options import PSSessionOption
from remora.errors import RemoraError
from remora.values import PSCredential, SecureString


@dataclass(frozen=True, slots=True)
class Check:
    """One check. doing: what it does, for people who wait. needs: without these it cannot be made."""

    name: str
    doing: str
    make: Callable[[Visit], Awaitable[Finding]]
    needs: tuple[str, ...] = ()


CHECKS: Final = (
    Check("name", "looking the name up", check_name_resolution),
    Check("port", "connecting", check_port, ("name",)),
    Check("tls", "looking at the certificate", check_tls, ("port",)),
    Check("service", "asking what listens there", check_service, ("tls",)),
    Check("identify", "asking who is there", check_identify, ("service",)),
    Check("clock", "comparing the clocks", check_clock, ("service",)),
    Check("mechanism", "choosing the mechanism", check_mechanism, ("service",)),
    Check("ticket", "asking for a ticket", check_ticket, ("mechanism",)),
    Check("logon", "logging on", check_logon, ("mechanism", "ticket")),
    Check("binding", "looking at the channel binding", check_binding, ("logon",)),
    Check("encryption", "looking at the encryption", check_encryption, ("logon",)),
    Check("powershell", "opening a PowerShell session", check_powershell, ("logon",)),
    Check("cmd", "opening a cmd shell", check_cmd, ("logon",)),
)
"""In the order in which a connection comes about."""


async def diagnose(
    target: str | None = None,
    *,
    connection_uri: str | None = None,
    port: int | None = None,
    use_ssl: bool = False,
    application_name: str | None = None,
    username: str | None = None,
    password: str | SecureString | None = None,
    credential: PSCredential | None = None,
    certificate_thumbprint: str | None = None,
    authentication: str | None = None,
    configuration_name: str | None = None,
    session_option: PSSessionOption | Mapping[str, Any] | None = None,
    config: ClientConfig | None = None,
    on_check: Callable[[Check], None] | None = None,
    on_finding: Callable[[Finding], None] | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Diagnosis:
    """Walk the whole way to a machine and say where it ends, why, and what mends it.

    target: as ``invoke_command`` takes a computer name; connection_uri in its place. on_check, on_finding: are told
    what is being checked, and what was found. now: the clock of this machine. A failure is a finding, not an error;
    raises PSSessionError and ConfigError for a target or option that means nothing.
    """
    place = {"port": port, "use_ssl": use_ssl, "application_name": application_name}
    where: dict[str, Any] = (
        {"connection_uri": connection_uri} if connection_uri is not None else {"computer_name": target, **place}
    )
    (info,) = connection_infos(
        **where,
        username=username,
        password=password,
        credential=credential,
        certificate_thumbprint=certificate_thumbprint,
        authentication=authentication,
        configuration_name=configuration_name,
        session_option=session_option,
        config=config,
    )
    visit = Visit(info, now)
    findings: list[Finding] = []
    for check in CHECKS:
        if on_check is not None:
            on_check(check)
        finding = replace(await _made(check, visit), check=check.name)
        visit.verdicts[check.name] = finding.verdict
        findings.append(finding)
        if on_finding is not None:
            on_finding(finding)
    return Diagnosis(computer_name=info.computer_name, url=info.url, findings=tuple(findings))


async def _made(check: Check, visit: Visit) -> Finding:
    """Make a check, unless one that it needs failed or could not be made for the same reason."""
    missing = next((name for name in check.needs if name in visit.broken), None)
    if missing is not None:
        visit.broken.add(check.name)
        return skipped(f"not tried, because of {missing}")
    try:
        finding = await check.make(visit)
    except RemoraError as error:
        finding = visit.explained(error)
    if finding.verdict is Verdict.FAILED:
        visit.broken.add(check.name)
    return finding
