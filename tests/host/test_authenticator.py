from __future__ import annotations

import asyncio
import logging
import os
import signal
import subprocess
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from remora.auth.basic import BasicCredential
from remora.auth.ntlm import CbtHardening, NtlmCredential, NtlmInitiator
from remora.auth.ntlm_sealing import NtlmSealing
from remora.auth.principal import Principal
from remora.errors import AuthError
from remora.host.accounts import REMOTE_MANAGEMENT_USERS, AccountStore
from remora.host.authenticator import Accepted, Authenticator, Challenge, LocalAuthenticator
from remora.host.authenticator_process import AuthenticatorProcess, Granted, Step, Verify
from remora.net.http_client import HttpConnection
from tests.support.gate import PASSWORD, USER, gate_site


@pytest.fixture(params=["local", "process"])
async def authenticator(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Authenticator]:
    store = AccountStore(tmp_path)
    store.add(USER, PASSWORD)
    store.add("basic only", PASSWORD, ntlm=False)
    held: Authenticator = LocalAuthenticator(store)
    if request.param == "process":
        held = await AuthenticatorProcess.start(tmp_path)
    yield held
    await held.close()


async def log_on(authenticator: Authenticator, user: str, password: str) -> tuple[NtlmInitiator, Accepted]:
    client = NtlmInitiator(NtlmCredential.from_password(user, password), host="h")
    exchange = authenticator.exchange("Negotiate", channel_binding=None, hardening=CbtHardening.RELAXED)
    challenge = await exchange.step(client.step(None) or b"")
    assert isinstance(challenge, Challenge)
    accepted = await exchange.step(client.step(challenge.token) or b"")
    assert isinstance(accepted, Accepted)
    return client, accepted


async def test_negotiate_gives_a_principal_and_keys(authenticator: Authenticator) -> None:
    client, accepted = await log_on(authenticator, f".\\{USER.upper()}", PASSWORD)
    principal = accepted.principal
    assert (principal.name, principal.authentication) == (USER, "Negotiate")
    assert principal.groups == (REMOTE_MANAGEMENT_USERS,)
    assert principal.run_as.uid > 0 or os.geteuid() != 0
    assert accepted.keys is not None
    sealing = NtlmSealing(accepted.keys)
    message = client.seal(b"text")
    assert sealing.unseal(message.header, message.data) == b"text"


@pytest.mark.parametrize(
    ("user", "password"),
    [(USER, "wrong"), ("nobody", PASSWORD), (f"ELSEWHERE\\{USER}", PASSWORD), ("basic only", PASSWORD)],
)
async def test_negotiate_refusals_are_alike(authenticator: Authenticator, user: str, password: str) -> None:
    with pytest.raises(AuthError, match=r"^the logon was refused$"):
        await log_on(authenticator, user, password)


async def test_basic(authenticator: Authenticator) -> None:
    for name in (USER, f"localhost\\{USER}", f"{USER}@localhost"):
        assert (await authenticator.basic(BasicCredential(name, PASSWORD))).name == USER
    principal = await authenticator.basic(BasicCredential("BASIC ONLY", PASSWORD))
    assert (principal.name, principal.authentication) == ("basic only", "Basic")
    for name, password in ((USER, "wrong"), ("nobody", PASSWORD), (f"ELSEWHERE\\{USER}", PASSWORD), ("", "")):
        with pytest.raises(AuthError, match=r"^the logon was refused$"):
            await authenticator.basic(BasicCredential(name, password))


async def test_basic_takes_as_long_for_nobody_as_for_somebody(authenticator: Authenticator) -> None:
    async def measure(name: str) -> float:
        times: list[float] = []
        for _ in range(7):
            started = time.perf_counter()
            with pytest.raises(AuthError):
                await authenticator.basic(BasicCredential(name, "wrong"))
            times.append(time.perf_counter() - started)
        return min(times)

    assert 0.5 < await measure(USER) / await measure("nobody") < 2


async def test_many_at_once(authenticator: Authenticator) -> None:
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(log_on(authenticator, USER, PASSWORD)) for _ in range(30)]
        verified = [group.create_task(authenticator.basic(BasicCredential(USER, PASSWORD))) for _ in range(4)]
    keys = {task.result()[1].keys.session_key for task in tasks if task.result()[1].keys}  # type: ignore[union-attr]
    assert len(keys) == 30
    assert {task.result().name for task in verified} == {USER}


async def test_garbage_is_refused_and_harms_nothing(authenticator: Authenticator) -> None:
    for token in (b"", b"x", os.urandom(1000), bytes(60_000)):
        exchange = authenticator.exchange("Negotiate", channel_binding=b"b", hardening=CbtHardening.STRICT)
        with pytest.raises(AuthError):
            await exchange.step(token)
        exchange.close()
    await log_on(authenticator, USER, PASSWORD)


async def test_an_account_nobody_may_act_for_is_refused_with_a_reason_in_the_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    from remora.errors import ConfigError

    store = AccountStore(tmp_path)
    store.add(USER, PASSWORD)

    def refuse(*_given: object) -> None:
        raise ConfigError("there is no Unix user 'ghost'")

    monkeypatch.setattr("remora.host.accounts.resolve_run_as", refuse)
    caplog.set_level(logging.WARNING)
    held = LocalAuthenticator(store)
    with pytest.raises(AuthError, match=r"^the logon was refused$"):
        await held.basic(BasicCredential(USER, PASSWORD))
    assert "ghost" in caplog.text
    await held.close()


# --- the process


async def test_the_gate_serves_with_the_process(tmp_path: Path) -> None:
    from tests.host.test_gate import log_on as log_on_http
    from tests.host.test_gate import send_sealed

    AccountStore(tmp_path).add(USER, PASSWORD)
    process = await AuthenticatorProcess.start(tmp_path)
    async with gate_site(tmp_path, process) as site, HttpConnection(site.url) as connection:
        context, reply = await log_on_http(connection)
        assert reply.status == 200
        await send_sealed(connection, context, b"<soap/>")
        assert site.dispatched[0][0].name == USER


async def test_when_the_process_dies_every_logon_is_refused(tmp_path: Path) -> None:
    AccountStore(tmp_path).add(USER, PASSWORD)
    process = await AuthenticatorProcess.start(tmp_path)
    await log_on(process, USER, PASSWORD)
    os.kill(process.pid, signal.SIGKILL)
    await asyncio.wait_for(process.gone.wait(), 5)
    with pytest.raises(AuthError, match="gone"):
        await process.basic(BasicCredential(USER, PASSWORD))
    await process.close()


async def test_the_process_ends_with_the_front_end(tmp_path: Path) -> None:
    process = await AuthenticatorProcess.start(tmp_path)
    with pytest.raises(AuthError):
        await process.basic(BasicCredential("nobody", "x"))
    process._channel.abort()
    await asyncio.to_thread(process._process.wait, 5)
    await process.close()


async def test_its_command_line_holds_no_secret(tmp_path: Path) -> None:
    process = await AuthenticatorProcess.start(tmp_path, names=["a.example"])
    with pytest.raises(AuthError):
        await process.basic(BasicCredential("nobody", "very-secret"))
    shown = subprocess.run(["ps", "-o", "args=", "-p", str(process.pid)], capture_output=True, text=True, check=True)
    assert "very-secret" not in shown.stdout
    await process.close()


def test_messages_show_no_secret() -> None:
    texts = [
        repr(
            Step(
                request=1,
                exchange=1,
                scheme="Negotiate",
                token=b"TOKEN",
                channel_binding=None,
                hardening=CbtHardening.NONE,
            )
        ),
        repr(Verify(request=1, username="a", password="SECRET")),
    ]
    assert not any("TOKEN" in text or "SECRET" in text for text in texts)
    assert Principal in Granted.__annotations__.values() or "Principal" in str(Granted.__annotations__)
