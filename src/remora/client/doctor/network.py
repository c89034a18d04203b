"""The checks of the way there: the name, the port, TLS."""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import socket
import ssl
from datetime import timedelta
from typing import Final

from cryptography import x509

from remora.client.doctor.findings import Finding, failed, passed, skipped, warned
from remora.client.doctor.visit import Visit
from remora.errors import TransportError
from remora.net.dial import dial, why
from remora.net.tls import certificate_names, check_name, client_context
from remora.net.wire import open_wire

CONNECT_SECONDS: Final = 15.0
_OTHER_SECONDS: Final = 2.0
_NOT_RESOLVED: Final = 0x803381B9
_UNREACHABLE: Final = 0x80338012
_TLS_FAILED: Final = 0x803381BA
_SOON: Final = timedelta(days=30)
_EXPIRED: Final = 10
_NOT_YET_VALID: Final = 9
_OTHER_NAME: Final = (62, 64)


async def check_name_resolution(visit: Visit) -> Finding:
    """Find the addresses of the host."""
    if visit.info.proxy is not None:
        return skipped(f"the proxy {visit.info.proxy} resolves the name")
    try:
        ipaddress.ip_address(visit.host)
    except ValueError:
        pass
    else:
        return skipped(f"{visit.host} is an address")
    try:
        found = await asyncio.get_running_loop().getaddrinfo(visit.host, visit.port, type=socket.SOCK_STREAM)
    except OSError as error:
        remedy = f"getent hosts {visit.host}; correct the name, /etc/hosts or the name server, or give the address"
        return failed(f"the name {visit.host} is not known: {error.strerror or error}", remedy, _NOT_RESOLVED)
    addresses = dict.fromkeys(str(address[4][0]) for address in found)
    return passed(f"{visit.host} is {', '.join(addresses)}")


async def check_port(visit: Visit) -> Finding:
    """Connect to the port."""
    if visit.info.proxy is not None:
        return skipped(f"the way leads through the proxy {visit.info.proxy}")
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            (await dial(visit.host, visit.port)).close()
    except OSError as error:
        return failed(f"cannot connect to {visit.place}: {why(error)}", await _other_port(visit, error), _UNREACHABLE)
    return passed(f"{visit.place} takes connections")


async def _other_port(visit: Visit, error: OSError) -> str:
    """Say what to do about a port that nobody answers at; perhaps WinRM's other one is open."""
    config = visit.info.config
    other = config.http_port if visit.info.secure else config.https_port
    if other != visit.port:
        try:
            async with asyncio.timeout(_OTHER_SECONDS):
                (await dial(visit.host, other)).close()
        except OSError:
            pass
        else:
            how = "without --use-ssl" if visit.info.secure else "with --use-ssl"
            return f"port {other} answers: come {how}"
    start = f"on {visit.host}: winrm quickconfig{' -transport:https' if visit.info.secure else ''}, or remora host run"
    if error.errno == errno.ECONNREFUSED:
        return start
    firewall = 'netsh advfirewall firewall set rule group="Windows Remote Management" new enable=yes'
    return f"{start}; and open the port: {firewall}"


async def check_tls(visit: Visit) -> Finding:
    """Shake hands, judge the certificate as every connection does, and look at its dates."""
    if not visit.info.secure:
        return skipped("the connection is HTTP")
    if visit.info.proxy is not None:
        return skipped("through a proxy TLS is looked at together with the service")
    option = visit.info.option
    own_check = option.skip_ca_check and not option.skip_cn_check
    verify = (lambda der: check_name(der, visit.host)) if own_check else None
    try:
        wire = await open_wire(visit.host, visit.port, tls=visit.info.tls_context, verify=verify, limit=CONNECT_SECONDS)
    except ssl.SSLCertVerificationError as error:
        return await _not_accepted(visit, error)
    except (OSError, TransportError) as error:
        return _no_tls(visit, error)
    der = wire.details("ssl_object").getpeercert(binary_form=True)
    version = wire.details("ssl_object").version()
    wire.close()
    certificate = x509.load_der_x509_certificate(der)
    text = f"{version}, {described(certificate)}"
    if option.skip_ca_check:
        return warned(
            f"{text}; its issuer is not checked", "leave out --skip-ca-check, and trust it with --ca-trust FILE"
        )
    if certificate.not_valid_after_utc - visit.now() < _SOON:
        return warned(f"{text}: it ends soon", f"renew the certificate of {visit.host}")
    return passed(text)


async def _not_accepted(visit: Visit, error: ssl.SSLCertVerificationError) -> Finding:
    """Say why the certificate is refused, and show it: a second handshake that checks nothing fetches it."""
    certificate = await _fetched(visit)
    shown = f" ({described(certificate)})" if certificate is not None else ""
    message = f"the certificate is not accepted: {error.verify_message}{shown}"
    if error.verify_code in _OTHER_NAME:
        names = certificate_names(certificate) if certificate is not None else []
        remedy = (
            f"name the machine as the certificate does ({', '.join(names) or 'it names nobody'}), or --skip-cn-check"
        )
    elif error.verify_code in (_EXPIRED, _NOT_YET_VALID):
        remedy = f"renew the certificate of {visit.host}, and compare the clocks of both machines"
    else:
        issuer = certificate.issuer.rfc4514_string() if certificate is not None else "its issuer"
        remedy = f"trust {issuer}: --ca-trust FILE with the certificate of that authority (PEM)"
    return failed(message, remedy, _TLS_FAILED)


def _no_tls(visit: Visit, error: OSError | TransportError) -> Finding:
    if isinstance(error, TransportError):  # the name did not fit, and the issuer was not to be checked
        return failed(str(error), "name the machine as the certificate does, or --skip-cn-check", _TLS_FAILED)
    reason = error.reason if isinstance(error, ssl.SSLError) else why(error)
    if reason in ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE", "PACKET_LENGTH_TOO_LONG"):
        return failed(
            f"what listens at {visit.place} does not speak TLS",
            f"leave out --use-ssl (https://), or give the port of HTTPS, {visit.info.config.https_port}",
            _TLS_FAILED,
        )
    remedy = f"openssl s_client -connect {visit.place}; on {visit.host}: winrm enumerate winrm/config/listener"
    return failed(f"TLS with {visit.place} failed: {reason or error}", remedy, _TLS_FAILED)


async def _fetched(visit: Visit) -> x509.Certificate | None:
    context = client_context(skip_ca_check=True)
    try:
        wire = await open_wire(visit.host, visit.port, tls=context, verify=None, limit=CONNECT_SECONDS)
    except OSError:
        return None
    der = wire.details("ssl_object").getpeercert(binary_form=True)
    wire.close()
    try:
        return x509.load_der_x509_certificate(der)
    except ValueError:
        return None


def described(certificate: x509.Certificate) -> str:
    """Return whom a certificate names, who issued it, and until when it is valid."""
    names = ", ".join(certificate_names(certificate)) or "nobody"
    issuer = certificate.issuer.rfc4514_string() or "nobody"
    return f"certificate for {names}, issued by {issuer}, valid until {certificate.not_valid_after_utc:%Y-%m-%d}"
