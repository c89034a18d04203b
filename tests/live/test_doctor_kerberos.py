"""``remora.diagnose`` where Kerberos is used: a good ticket, a missing one, a service that the realm does not know."""

from __future__ import annotations

from typing import Any

import pytest

import remora
from remora.client.config_store import ClientConfig
from remora.client.doctor import Diagnosis, Verdict
from tests.support.host import HostProcess

pytest.importorskip("gssapi")
from tests.live.test_kerberos import NAME, TICKET, USER, host, kdc, ticket

__all__ = ["host", "kdc", "ticket"]  # fixtures


async def diagnosed(host: HostProcess, name: str = NAME, **keywords: Any) -> Diagnosis:
    return await remora.diagnose(name, port=host.port, config=ClientConfig(), **keywords)


async def test_with_a_password_and_with_a_ticket(host: HostProcess, ticket: None) -> None:
    for who in ({"username": USER, "password": TICKET, "authentication": "kerberos"}, {}):
        found = await diagnosed(host, **who)
        assert found.ok, found
        assert found.of("ticket").message == f"there is a ticket for HTTP/{NAME}"
        assert found.of("encryption").message.endswith("encrypts the messages")


async def test_a_wrong_password_and_no_ticket(host: HostProcess) -> None:
    found = await diagnosed(host, username=USER, password="wrong", authentication="kerberos")
    assert found.cause is not None
    assert (found.cause.check, found.of("logon").verdict) == ("ticket", Verdict.SKIPPED)
    assert "check the password" in (found.cause.remedy or "")
    found = await diagnosed(host, authentication="kerberos")
    assert found.cause is not None
    assert (found.cause.check, found.cause.code) == ("mechanism", 0x8033810C)
    assert "kinit" in (found.cause.remedy or "")


async def test_a_service_without_a_name_in_the_realm(host: HostProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    resolve = socket.getaddrinfo
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda name, *a, **o: resolve(NAME if name == "other.test.local" else name, *a, **o)
    )
    found = await diagnosed(host, "other.test.local", username=USER, password=TICKET, authentication="kerberos")
    assert found.cause is not None
    assert found.cause.check == "ticket"
    assert "setspn -S HTTP/other.test.local" in (found.cause.remedy or ""), found.cause
