"""The request to ``winrm/config`` that brings about each of its faults."""

from __future__ import annotations

from typing import Any

from remora import _xml
from remora._xml import Element
from remora.config.tree_xml import CONFIG_URI
from remora.wsman import Custom, Enumerate, Get, Put, SelectorSet, uris
from tests.support.authority import Authority
from tests.support.fault_requests import Attacker
from tests.support.fault_rows import row

LISTENER = CONFIG_URI + "/listener"
MAPPING = CONFIG_URI + "/service/certmapping"
PLUGIN = CONFIG_URI + "/plugin"
ISSUER = "0" * 40


def settings(uri: str, name: str, **texts: str) -> Element:
    root = _xml.element(f"{{{uri}}}{name}", nsmap={"cfg": uri})
    for key, text in texts.items():
        _xml.sub(root, f"{{{uri}}}{key}", text)
    return root


def create(uri: str, name: str, keys: dict[str, str], **texts: str) -> Custom:
    return Custom(
        action=uris.ACTION_CREATE,
        resource_uri=uri,
        selectors=SelectorSet(tuple(keys.items())),
        body=settings(uri, name, **texts),
    )


def listener(attacker: Attacker, address: str = "*", transport: str = "HTTP", **texts: str) -> Any:
    return attacker.wire().ask(create(LISTENER, "Listener", {"Address": address, "Transport": transport}, **texts))


def mapping(attacker: Attacker, issuer: str = ISSUER, subject: str = "*", uri: str = "*", **texts: str) -> Any:
    keys = {"Issuer": issuer, "Subject": subject, "URI": uri}
    account = {"UserName": "bob", "Password": "b0b", **texts}
    return attacker.wire().ask(create(MAPPING, "CertMapping", keys, **account))


def put(attacker: Attacker, path: str, name: str, **texts: str) -> None:
    uri = f"{CONFIG_URI}/{path}" if path else CONFIG_URI
    attacker.wire().ask(Put(resource_uri=uri, body=settings(uri, name, **texts)))


def installed(attacker: Attacker, *names: str) -> str:
    """Put a server certificate of these names into the host's store; return its thumbprint."""
    issued = Authority().server(*names)
    issued.write(attacker.host.state_dir / "tls", "web")
    return issued.thumbprint


@row(0x80338033, "a listener is created where there is one")
def exists(attacker: Attacker) -> None:
    place = attacker.wire().ask(Enumerate(resource_uri=LISTENER)).items[0]
    texts = {_xml.local_name(child): child.text or "" for child in place}
    listener(attacker, texts["Address"], texts["Transport"])


@row(0x8033807B, "a listener for an adapter that is not there")
def adapter(attacker: Attacker) -> None:
    listener(attacker, "MAC:02-00-00-00-00-99")


@row(0x8033807C, "no address of a listener is left by IPv4Filter and IPv6Filter", host="own")
def no_addresses(attacker: Attacker) -> None:
    put(attacker, "service", "Service", IPv4Filter="", IPv6Filter="")
    listener(attacker)


@row(0x80338082, "a listener with the thumbprint of a certificate that is not there")
def certificate(attacker: Attacker) -> None:
    listener(attacker, transport="HTTPS", CertificateThumbprint="AB" * 20)


@row(0x80338089, "the Address of a listener is neither *, IP: nor MAC:")
def address(attacker: Attacker) -> None:
    listener(attacker, "10.0.0.1")


@row(0x8033808A, "a setting that the policy fixes is changed", host="policed")
def policy(attacker: Attacker) -> None:
    put(attacker, "service/auth", "Auth", Kerberos="true")


@row(0x8033809F, "an entry of TrustedHosts is no host")
def pattern(attacker: Attacker) -> None:
    put(attacker, "client", "Client", TrustedHosts="a b/c")


@row(0x803380DC, "the Port of a listener is outside 1 to 65535")
def port(attacker: Attacker) -> None:
    listener(attacker, Port="65536")


@row(0x803380E7, "an HTTPS listener without a thumbprint")
def blank_thumbprint(attacker: Attacker) -> None:
    listener(attacker, transport="HTTPS")


@row(0x803380E9, "Hostname is none of the names in the certificate", host="own")
def hostname(attacker: Attacker) -> None:
    listener(
        attacker, transport="HTTPS", CertificateThumbprint=installed(attacker, "web.example"), Hostname="db.example"
    )


@row(0x803380EB, "an HTTP listener with a thumbprint")
def unneeded_thumbprint(attacker: Attacker) -> None:
    listener(attacker, CertificateThumbprint="AB" * 20)


@row(0x803380EC, "IPv4Filter is no list of ranges")
def address_filter(attacker: Attacker) -> None:
    put(attacker, "service", "Service", IPv4Filter="10.0.0.1")


@row(0x803380ED, "a Put changes the Address of a listener")
def keys(attacker: Attacker) -> None:
    wire = attacker.wire()
    place = wire.ask(Enumerate(resource_uri=LISTENER)).items[0]
    texts = {_xml.local_name(child): child.text or "" for child in place}
    body = settings(LISTENER, "Listener", Address="IP:10.0.0.1")
    selectors = SelectorSet((("Address", texts["Address"]), ("Transport", texts["Transport"])))
    wire.ask(Put(resource_uri=LISTENER, selectors=selectors, body=body))


@row(0x803380EE, "a listener with a certificate that is not for servers", host="own")
def usage(attacker: Attacker) -> None:
    issued = Authority().client("alice", dns=("web.example",))
    issued.write(attacker.host.state_dir / "tls", "client")
    listener(attacker, transport="HTTPS", CertificateThumbprint=issued.thumbprint)


@row(0x8033813F, "a read-only setting is changed")
def read_only(attacker: Attacker) -> None:
    put(attacker, "", "Config", MaxProviderRequests="5")


@row(0x80338154, "the account of a certificate mapping has another password", host="own")
def account(attacker: Attacker) -> None:
    root = Authority().root
    root.write(attacker.host.state_dir / "tls" / "trusted", "root")
    mapping(attacker, root.thumbprint, Password="wrong")


@row(0x8033815C, "RootSDDL is no security descriptor")
def descriptor(attacker: Attacker) -> None:
    put(attacker, "service", "Service", RootSDDL="everybody")


@row(0x80338160, "the URI of a certificate mapping has a blank in it")
def mapping_uri(attacker: Attacker) -> None:
    mapping(attacker, uri="a b")


@row(0x80338161, "the Subject of a certificate mapping has * in its middle")
def mapping_subject(attacker: Attacker) -> None:
    mapping(attacker, subject="a*b")


@row(0x80338162, "the Issuer of a certificate mapping is not trusted by the host")
def mapping_issuer(attacker: Attacker) -> None:
    mapping(attacker)


@row(0x8033816A, "the Password of a certificate mapping has more than 255 characters")
def mapping_long_password(attacker: Attacker) -> None:
    mapping(attacker, Password="x" * 256)


@row(0x8033816B, "the Password of a certificate mapping is empty")
def mapping_blank_password(attacker: Attacker) -> None:
    mapping(attacker, Password="")


@row(0x8033816C, "a certificate mapping without UserName")
def mapping_tuple(attacker: Attacker) -> None:
    mapping(attacker, UserName="")


@row(0x80338172, "a Put changes the Subject of a certificate mapping", host="mapped")
def mapping_keys(attacker: Attacker) -> None:
    selectors = SelectorSet((("Issuer", ISSUER), ("Subject", "*"), ("URI", "*")))
    body = settings(MAPPING, "CertMapping", Subject="bob@example")
    attacker.wire().ask(Put(resource_uri=MAPPING, selectors=selectors, body=body))


@row(0x803381AF, "Security/Uri of a session configuration lies outside its resource")
def security_uri(attacker: Attacker) -> None:
    wire = attacker.wire()
    selectors = SelectorSet((("Name", "Microsoft.PowerShell"),))
    body = wire.ask(Get(resource_uri=PLUGIN, selectors=selectors)).body
    next(child for child in body.iter() if _xml.local_name(child) == "Security").set("Uri", "http://elsewhere")
    wire.ask(Put(resource_uri=PLUGIN, selectors=selectors, body=body))


@row(0x803381C3, "RunAsUser of a session configuration without its password")
def run_as(attacker: Attacker) -> None:
    wire = attacker.wire()
    selectors = SelectorSet((("Name", "PowerShell.7"),))
    body = wire.ask(Get(resource_uri=PLUGIN, selectors=selectors)).body
    body.set("RunAsUser", "bob")
    wire.ask(Put(resource_uri=PLUGIN, selectors=selectors, body=body))


@row(0x803381B8, "CbtHardeningLevel is neither None, Relaxed nor Strict")
def hardening(attacker: Attacker) -> None:
    put(attacker, "service/auth", "Auth", CbtHardeningLevel="Loose")
