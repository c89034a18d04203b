"""The checks of the logon: which mechanism, its ticket, whether it is taken, and what protects what follows."""

from __future__ import annotations

import asyncio
from typing import Final

from remora.auth.policy import AuthChoice, Mechanism
from remora.client.connection import Connection
from remora.client.doctor.findings import Finding, failed, passed, skipped, warned
from remora.client.doctor.service import ANSWER_SECONDS
from remora.client.doctor.visit import Visit
from remora.client.initiators import initiator
from remora.client.remedies import ACCESS_DENIED, offering
from remora.client.wsman_session import WSManSession
from remora.errors import AuthError, WSManFault
from remora.wsman import requests

_BOUND: Final = (Mechanism.NEGOTIATE, Mechanism.KERBEROS)


async def check_mechanism(visit: Visit) -> Finding:
    """Ask the policy of this client, with what the server offers."""
    connection = Connection(visit.info)
    listed = ", ".join(dict.fromkeys(offer.scheme for offer in visit.offers)) or "none"
    allowed = ", ".join(
        mechanism.value for mechanism in Mechanism if getattr(visit.info.config.auth, mechanism.name.lower(), False)
    )
    try:
        connection.choice()
        visit.choice = connection.choice(visit.offers)
    except AuthError as error:
        found = visit.explained(error)
        if error.code in ACCESS_DENIED:
            wanted = visit.info.authentication.value
            mechanism = next((item.value for item in Mechanism if item.value.lower() == wanted), "Negotiate")
            return failed(found.message, offering(visit.info, mechanism), found.code)
        return failed(
            f"{found.message} (the server offers {listed}; this client allows {allowed})", found.remedy, found.code
        )
    return passed(f"{visit.choice.mechanism.value} (the server offers {listed}; this client allows {allowed})")


async def check_ticket(visit: Visit) -> Finding:
    """Ask the domain controller for a ticket to the service (SPN)."""
    if not _wants_ticket(visit):
        return skipped("Kerberos is not used, or NTLM can take its place")
    assert visit.choice is not None
    try:
        context = initiator(visit.choice, visit.info)
        await asyncio.to_thread(context.step, None)
    except AuthError as error:
        return visit.explained(error)
    return passed(f"there is a ticket for HTTP/{visit.info.service_host}")


def _wants_ticket(visit: Visit) -> bool:
    """Kerberos is asked for, or nothing but a ticket can prove who is who below Negotiate."""
    match visit.choice:
        case AuthChoice(mechanism=Mechanism.KERBEROS):
            return True
        case AuthChoice(mechanism=Mechanism.NEGOTIATE, proving=proving):
            return proving or visit.info.credential is None
    return False


async def check_logon(visit: Visit) -> Finding:
    """Log on, and send the smallest request that needs one."""
    assert visit.choice is not None
    wsman = WSManSession(visit.info)
    try:
        await wsman.request(requests.Identify(), operation_timeout=ANSWER_SECONDS)
    except WSManFault as fault:
        if fault.code not in ACCESS_DENIED:
            return visit.explained(fault)
        return passed(f"{visit.user} is logged on with {visit.choice.mechanism.value}; Identify is not allowed to it")
    finally:
        await wsman.close()
    return passed(f"{visit.user} is logged on with {visit.choice.mechanism.value}")


async def check_binding(visit: Visit) -> Finding:
    """Tell whether the logon is bound to the TLS connection, as CbtHardeningLevel Strict wants."""
    if not visit.info.secure:
        return skipped("there is no TLS to bind the logon to")
    if visit.choice is not None and visit.choice.mechanism is Mechanism.CREDSSP:
        return passed("the logon is bound to the key of CredSSP's own TLS")
    if visit.choice is None or visit.choice.mechanism not in _BOUND:
        return skipped(f"{visit.choice.mechanism.value if visit.choice else 'nothing'} binds no logon to TLS")
    return passed("the logon is bound to the server's certificate (tls-server-end-point)")


async def check_encryption(visit: Visit) -> Finding:
    """Tell what protects the messages."""
    if visit.info.secure:
        return passed("TLS encrypts the messages")
    if visit.choice is not None and visit.choice.sealed:
        return passed(f"{visit.choice.mechanism.value} encrypts the messages")
    return warned(
        "the messages, and with Basic the password, travel in clear text",
        "use --use-ssl, or --auth negotiate; then remora winrm set winrm/config/client '@{AllowUnencrypted=\"false\"}'",
    )
