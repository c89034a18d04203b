"""Failed logons: slowed, blocked, forgotten; whom they count for; and how much is remembered."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remora.auth import basic
from remora.auth.offers import encode_token
from remora.auth.principal import Principal, RunAs
from remora.config.settings import replaced
from remora.config.winrm import RemoraSettings
from remora.errors import AuthError
from remora.host.accounts import AccountStore
from remora.host.authenticator import Challenge, LocalAuthenticator
from remora.host.logon_guard import LogonGuard
from remora.host.throttle import MAX_DELAY, MAX_ENTRIES, LogonThrottle, account_key, address_key
from remora.net.http_client import HttpConnection
from tests.host.test_gate import SOAP, log_on
from tests.support.gate import PASSWORD, USER, Site, gate_site

HERE, THERE = "192.0.2.1", "192.0.2.2"


class Clock:
    """Time that passes when it is told to, and when somebody sleeps. slept: every wait."""

    def __init__(self) -> None:
        self.time = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds


def small(**changed: int | bool) -> RemoraSettings:
    values = {"LogonSlowAfter": 2, "LogonSlowAddressAfter": 4, "LogonBlockAfter": 4, "LogonBlockAddressAfter": 8}
    settings = RemoraSettings()
    for name, value in {**values, "LogonBlockSec": 60, **changed}.items():
        settings = replaced(settings, name, value)
    return settings


def throttle(clock: Clock, **changed: int | bool) -> LogonThrottle:
    settings = small(**changed)
    return LogonThrottle(lambda: settings, clock=clock)


def test_an_account_is_slowed_then_blocked_from_everywhere_and_let_in_again_later() -> None:
    clock = Clock()
    held = throttle(clock)
    verdicts = [held.failed(HERE, "alice") for _ in range(6)]
    assert [verdict.delay for verdict in verdicts] == [0.0, 0.0, 0.25, 0.5, MAX_DELAY, MAX_DELAY]
    assert [verdict.blocked for verdict in verdicts] == [False, False, False, True, True, True]
    assert held.is_blocked(THERE, "ALICE")
    assert held.is_blocked(THERE, "HOST\\alice")
    assert held.is_blocked(THERE, "alice@host")
    assert not held.is_blocked(HERE, "bob")
    clock.time += 59.9
    assert held.failed(HERE, "alice").blocked  # does not make it longer
    clock.time += 0.1
    assert not held.is_blocked(HERE, "alice")
    assert held.failed(HERE, "alice").delay == 0.0


def test_an_address_that_tries_many_names_is_blocked_and_others_are_not() -> None:
    held = throttle(Clock())
    delays = [held.failed(HERE, f"user{number}").delay for number in range(8)]
    assert delays == [0.0, 0.0, 0.0, 0.0, 0.25, 0.5, 1.0, 2.0]
    assert held.is_blocked(HERE, "somebody else")
    assert not held.is_blocked(THERE, "user1")


def test_a_success_forgets_the_accounts_failures_and_no_other_ones_of_the_address() -> None:
    held = throttle(Clock())
    for _ in range(3):
        held.failed(HERE, "alice")
    held.succeeded(HERE, "alice")
    assert len(held) == 0
    for number in range(7):
        held.failed(HERE, f"user{number}")
        held.succeeded(HERE, "mallory")
    held.failed(HERE, "alice")
    assert held.is_blocked(HERE, "mallory")


def test_it_can_be_switched_off_and_memory_is_bounded() -> None:
    clock = Clock()
    off = throttle(clock, LogonThrottle=False)
    assert all(off.failed(HERE, "a").delay == 0.0 for _ in range(50))
    assert not off.is_blocked(HERE, "a")
    assert len(off) == 0
    held = throttle(clock)
    for number in range(MAX_ENTRIES + 50):
        held.failed(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}", f"user{number}" * 100)
    assert len(held) == 2 * MAX_ENTRIES


def test_refusals_while_blocked_are_told_together() -> None:
    clock = Clock()
    held = throttle(clock)
    told = [held.failed(HERE, "alice").attempts for _ in range(10)]
    assert told == [1, 1, 1, 1, 1, 0, 0, 0, 0, 0]
    clock.time += 59
    assert held.failed(HERE, "alice").attempts == 0


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from([HERE, THERE]), st.sampled_from(["fail", "ok", "wait"])))
)
def test_nobody_gets_more_failures_than_the_limit_in_the_time(steps: list[tuple[str, str, str]]) -> None:
    clock = Clock()
    held = throttle(clock)
    counted: dict[str, int] = {}
    for name, address, what in steps:
        if what == "wait":
            clock.time += 60
            counted.clear()
        elif not held.is_blocked(address, name):
            if what == "ok":
                held.succeeded(address, name)
                counted.pop(name, None)
            else:
                held.failed(address, name)
                counted[name] = counted.get(name, 0) + 1
        assert all(count <= 4 for count in counted.values())


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:0db8:0001:0002::/64"),
        ("fe80::1%eth0", "fe80:0000:0000:0000::/64"),
        ("nonsense", "nonsense"),
    ],
)
def test_what_counts_as_one_address(address: str, key: str) -> None:
    assert address_key(address) == key


def test_what_counts_as_one_account() -> None:
    assert {account_key(name) for name in ("Alice", ".\\ALICE", "alice@host", "HOST\\Alice")} == {"alice"}
    assert len(account_key("x" * 5000)) == 128


# --- behind the gate


@pytest.fixture
async def clock() -> Clock:
    return Clock()


@pytest.fixture
async def site(tmp_path: Path, clock: Clock) -> AsyncIterator[Site]:
    settings = small()
    guard = LogonGuard(lambda: settings, clock=clock, sleep=clock.sleep)
    async with gate_site(tmp_path, guard=guard) as running:
        running.set("Service/Auth/Basic=true", "Service/AllowUnencrypted=true")
        yield running


async def by_basic(site: Site, user: str, password: str) -> int:
    async with HttpConnection(site.url) as connection:
        return (await connection.post([("Authorization", basic.authorization(user, password)), SOAP], b"", 5)).status


async def by_negotiate(site: Site, user: str, password: str) -> int:
    async with HttpConnection(site.url) as connection:
        return (await log_on(connection, user, password))[1].status


@pytest.mark.parametrize("way", [by_basic, by_negotiate])
@pytest.mark.parametrize("user", [USER, "nobody"])
async def test_the_right_password_is_refused_like_a_wrong_one_once_an_account_is_blocked(
    site: Site, clock: Clock, way: object, user: str
) -> None:
    assert callable(way)
    for _ in range(4):
        assert await way(site, user, "wrong") == 401
    assert clock.slept == [0.25, 0.5]
    for password in (PASSWORD, "wrong"):
        for other in (by_basic, by_negotiate):
            assert await other(site, user, password) == 401
    assert clock.slept[2:] == [MAX_DELAY] * 4
    clock.time += 60
    assert await way(site, user, PASSWORD) == (200 if user == USER else 401)


@pytest.mark.parametrize("way", [by_basic, by_negotiate])
async def test_a_good_logon_between_bad_ones_starts_over(site: Site, clock: Clock, way: object) -> None:
    assert callable(way)
    for _ in range(4):
        assert await way(site, USER, "wrong") == 401
        assert await way(site, USER, PASSWORD) == 200
    assert clock.slept == []


async def test_what_claims_no_name_counts_for_nothing(site: Site, clock: Clock) -> None:
    async with HttpConnection(site.url) as connection:
        for header in ("Negotiate !!!", "Negotiate AAAA", "Digest x", "Basic", "Kerberos AAAA"):
            for _ in range(3):
                assert (await connection.post([("Authorization", header)], b"", 5)).status == 401
    assert clock.slept == []
    assert await by_basic(site, USER, PASSWORD) == 200


async def test_with_pam_no_basic_logon_is_refused_sooner_than_another() -> None:
    clock = Clock()
    settings = small(Pam=True)
    guard = LogonGuard(lambda: settings, clock=clock, sleep=clock.sleep)
    for scheme, took, waited in (
        ("Basic", 0.25, 0.75),
        ("Basic", 0.0, 1.0),
        ("Negotiate", 0.25, None),
        ("Basic", 3.0, None),
    ):
        attempt = guard.attempt(HERE, scheme, f"user{took}")
        clock.time += took
        clock.slept.clear()
        await guard.refuse(attempt)
        assert clock.slept == ([] if waited is None else [waited])


async def test_the_guard_says_why_and_lets_tickets_in() -> None:
    clock = Clock()
    settings = small(LogonBlockAfter=1)
    guard = LogonGuard(lambda: settings, clock=clock, sleep=clock.sleep)
    attempt = guard.attempt(HERE, "Basic", "alice")
    await guard.refuse(attempt)
    run_as = RunAs(user="a", uid=1, gid=1, home="/", dynamic=False)
    principal = Principal(name="alice", sid="S-1", authentication="Basic", run_as=run_as, groups=())
    with pytest.raises(AuthError, match="too many failed logons"):
        guard.admit(attempt, principal)
    guard.admit(attempt, replace(principal, authentication="Kerberos"))
    with pytest.raises(AuthError):
        guard.check(attempt)


class Delegating(LocalAuthenticator):
    """Every exchange proves a password in its first leg and goes on, as CredSSP does."""

    def exchange(self, scheme: str, **_how: object) -> Any:
        principal = self.principal("", USER, "Negotiate")

        class Exchange:
            proved = principal
            claimed = USER

            async def step(self, token: bytes) -> Challenge:
                return Challenge(b"go on")

            def close(self) -> None:
                """Nothing is held."""

        return Exchange()


async def test_a_client_does_not_learn_before_the_end_that_a_blocked_password_was_right(tmp_path: Path) -> None:
    clock = Clock()
    settings = small(LogonBlockAfter=1)
    guard = LogonGuard(lambda: settings, clock=clock, sleep=clock.sleep)
    store = AccountStore(tmp_path)
    store.add(USER, PASSWORD)
    async with gate_site(tmp_path, Delegating(store), guard=guard) as site, HttpConnection(site.url) as connection:
        leg = [("Authorization", encode_token("Negotiate", b"token"))]
        reply = await connection.post(leg, b"", 5)
        assert (reply.status, reply.all("WWW-Authenticate")[0]) == (401, encode_token("Negotiate", b"go on"))
        await guard.refuse(guard.attempt("127.0.0.1", "Negotiate", USER))
        reply = await connection.post(leg, b"", 5)
        assert (reply.status, reply.all("WWW-Authenticate")[0]) == (401, "Negotiate")
        assert clock.slept[-1:] == [MAX_DELAY]
