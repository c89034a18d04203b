"""The checks of what answers: that it is WS-Management, who it says it is, and what time it has."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from remora.auth.offers import parse_offers
from remora.auth.policy import Authentication, Mechanism
from remora.client.doctor.findings import Finding, failed, passed, skipped, warned
from remora.client.doctor.visit import Visit
from remora.client.redirects import STATUSES
from remora.client.wsman_session import WSManSession
from remora.errors import ConnectionLost, RemoraError
from remora.net.http_client import HttpConnection, HttpReply
from remora.wsman import replies, requests

ANONYMOUS_PATH: Final = "/wsman-anon/identify"
ANSWER_SECONDS: Final = 20.0
MAX_SKEW: Final = 300.0
"""Seconds that Kerberos lets two clocks differ by."""
_HEADERS: Final = (("Content-Type", "application/soap+xml;charset=UTF-8"), ("User-Agent", "remora"))
_NOT_FOUND: Final = 0x80338113
_OTHER_STATUS: Final = 0x8033810F
_HTML: Final = 0x80338173
_UNREACHABLE: Final = 0x80338012


async def check_service(visit: Visit) -> Finding:
    """Ask without a logon: WS-Management answers that it wants one, and lists the mechanisms it takes."""
    info = visit.info
    http = HttpConnection(
        info.url,
        tls=info.tls_context,
        check_server_name=info.option.skip_ca_check and not info.option.skip_cn_check,
        proxy=info.proxy,
    )
    try:
        reply = await http.post(_HEADERS, b"", ANSWER_SECONDS)
    except ConnectionLost as error:
        remedy = f"give the port of WinRM: {info.config.http_port} for HTTP, {info.config.https_port} for HTTPS"
        if not info.secure:
            remedy += "; where HTTPS listens at this port, use --use-ssl"
        return failed(f"what listens at {visit.place} does not answer as HTTP: {error}", remedy, _UNREACHABLE)
    finally:
        http.abandon()
    visit.date = reply.header("Date") or None
    visit.offers = parse_offers(reply.all("WWW-Authenticate"))
    if reply.status == 401:
        listed = ", ".join(dict.fromkeys(offer.scheme for offer in visit.offers)) or "no mechanism"
        return passed(f"{urlsplit(info.url).path} wants a logon and offers {listed}")
    return _no_service(visit, reply)


def _no_service(visit: Visit, reply: HttpReply) -> Finding:
    """What answers is something else, or at another path."""
    path = urlsplit(visit.info.url).path
    named = f" ({server})" if (server := reply.header("Server")) else ""
    message = f"what answers at {visit.info.url} is no WS-Management service{named}: HTTP {reply.status}"
    if reply.status in STATUSES:
        return failed(
            f"{visit.host} redirects to {reply.header('Location') or 'nowhere'}",
            "use that address, or --allow-redirection with a URL",
            0x80338199,
        )
    if reply.status == 404:
        return failed(
            message, f"give the path with --application-name; {path} is not it, the usual one is wsman", _NOT_FOUND
        )
    ports = f"{visit.info.config.http_port} (HTTP) or {visit.info.config.https_port} (HTTPS)"
    code = _HTML if "html" in reply.content_type.lower() else _OTHER_STATUS
    return failed(message, f"give the port of WinRM with --port, usually {ports}", code)


async def check_identify(visit: Visit) -> Finding:
    """Ask who is there, as anybody may."""
    url = urlunsplit(urlsplit(visit.info.url)._replace(path=ANONYMOUS_PATH, query=""))
    nobody = replace(visit.info, url=url, authentication=Authentication.NONE, credential=None, certificate=None)
    wsman = WSManSession(nobody)
    try:
        reply = await wsman.request(requests.Identify(), operation_timeout=ANSWER_SECONDS)
    except RemoraError as error:
        return warned(f"it does not say who it is without a logon: {error}")
    finally:
        await wsman.close()
    assert isinstance(reply, replies.Identified)
    return passed(f"{reply.product_vendor} {reply.product_version}".strip())


async def check_clock(visit: Visit) -> Finding:
    """Compare the clocks by the Date header of the answer."""
    if visit.date is None:
        return skipped("the server does not tell its time")
    try:
        theirs = parsedate_to_datetime(visit.date)
    except ValueError:
        return warned(f"the server's time cannot be read: {visit.date[:80]!r}")
    skew = _seconds_between(theirs, visit.now())
    if abs(skew) <= MAX_SKEW:
        return passed(f"the clocks differ by {abs(skew):.0f} s")
    message = (
        f"the clock of {visit.host} is {abs(skew):.0f} s {'ahead' if skew > 0 else 'behind'}; Kerberos takes 300 s"
    )
    remedy = "set the wrong clock: chronyc makestep on Linux, w32tm /resync on Windows"
    if visit.info.authentication is Authentication.KERBEROS or _only_kerberos(visit):
        return failed(message, remedy, 0x80090324)
    return warned(message, remedy)


def _seconds_between(theirs: datetime, ours: datetime) -> float:
    return (theirs if theirs.tzinfo is not None else theirs.replace(tzinfo=UTC)).timestamp() - ours.timestamp()


def _only_kerberos(visit: Visit) -> bool:
    return bool(visit.offers) and all(offer.is_scheme(Mechanism.KERBEROS.value) for offer in visit.offers)
