"""Members of groups that are no local accounts, and Unix users who log on by PAM (PAM itself: tests/live)."""

from __future__ import annotations

import asyncio
import grp
import os
import pwd
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from remora.auth import pam
from remora.auth.basic import BasicCredential
from remora.errors import AuthError, ConfigError
from remora.host.accounts import ADMINISTRATORS, REMOTE_MANAGEMENT_USERS, AccountStore
from remora.host.authenticator import MAX_PAM, LocalAuthenticator
from remora.host.members import read_member

ALICE = pwd.struct_passwd(("alice", "x", 1001, 1002, "", "/home/alice", "/bin/sh"))
ROOT = pwd.struct_passwd(("root", "x", 0, 0, "", "/root", "/bin/sh"))
BOB = pwd.struct_passwd(("bob", "x", 1003, 1003, "", "/home/bob", "/bin/sh"))


class Users:
    """A machine with three users, seen by root."""

    def __init__(self, effective: int = 0) -> None:
        self._effective = effective

    def by_name(self, name: str) -> pwd.struct_passwd | None:
        return {"alice": ALICE, "root": ROOT, "bob": BOB}.get(name)

    def by_uid(self, uid: int) -> pwd.struct_passwd | None:
        return {1001: ALICE, 0: ROOT, 1003: BOB}.get(uid)

    def effective_uid(self) -> int:
        return self._effective


@pytest.fixture(autouse=True)
def unix_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    names = {1002: "staff", 1003: "bob", 0: "root", 27: "wheel"}
    monkeypatch.setattr(os, "getgrouplist", lambda user, gid: [gid, 27, 99999] if user == "alice" else [gid])

    def by_gid(gid: int) -> grp.struct_group:
        return grp.struct_group((names[gid], "x", gid, []))

    monkeypatch.setattr(grp, "getgrgid", by_gid)


@pytest.fixture
def store(tmp_path: Path) -> AccountStore:
    return AccountStore(tmp_path, users=Users())


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("UNIX:alice", "unix:alice"),
        ("unixgroup:wheel", "unixgroup:wheel"),
        ("krb:alice@EXAMPLE.COM", "krb:alice@EXAMPLE.COM"),
        ("krb:alice/admin@EXAMPLE.COM", "krb:alice/admin@EXAMPLE.COM"),
        ("domaingroup:CONTOSO\\Server Admins", "domaingroup:CONTOSO\\Server Admins"),
        ("DomainGroup:S-1-5-21-1-2-3-512", "domaingroup:S-1-5-21-1-2-3-512"),
    ],
)
def test_how_members_are_written(text: str, kept: str) -> None:
    assert read_member(text) == kept


@pytest.mark.parametrize(
    "text",
    ["unix:", "unix:a b", "unix:a/b", "unix:a\n", "krb:alice", "krb:a@b@c", "krb:a:b@R", "domaingroup:Admins", "x:y",
     "unixgroup:a,b", "domaingroup:A\\b\x1b[2J", ":a"],
)  # fmt: skip
def test_what_is_no_member(store: AccountStore, text: str) -> None:
    with pytest.raises(ConfigError, match="no member"):
        store.join(ADMINISTRATORS, text)


def test_members_are_kept_listed_and_taken_out(store: AccountStore, tmp_path: Path) -> None:
    store.add("carol", "x")
    store.add_group("Operators")
    for member in ("unix:alice", "krb:bob@R", "unix:alice"):
        store.join("operators", member)
    store.join("Operators", "carol")
    again = AccountStore(tmp_path, users=Users())
    assert again.groups()["Operators"] == ("carol", "krb:bob@R", "unix:alice")
    again.leave("Operators", "unix:alice")
    assert store.groups()["Operators"] == ("carol", "krb:bob@R")
    with pytest.raises(ConfigError, match="is no member of Operators"):
        store.leave("Operators", "unix:alice")
    store.remove_group("Operators")
    store.add_group("Operators")
    assert store.groups()["Operators"] == ()


def test_groups_by_identity(store: AccountStore) -> None:
    store.join(ADMINISTRATORS, "unixgroup:wheel")
    store.join(REMOTE_MANAGEMENT_USERS, "domaingroup:CONTOSO\\Admins")
    store.join(REMOTE_MANAGEMENT_USERS, "krb:alice@R")
    assert store.groups_of({"unixgroup:wheel"}) == (ADMINISTRATORS,)
    assert store.groups_of({"domaingroup:contoso\\ADMINS"}) == (REMOTE_MANAGEMENT_USERS,)
    assert store.groups_of({"krb:Alice@R", "unix:wheel"}) == ()


def test_a_unix_user_is_served_who_is_a_member_and_neither_root_nor_somebody_else(
    store: AccountStore, tmp_path: Path
) -> None:
    with pytest.raises(ConfigError, match="no member"):
        store.unix_user("alice")
    store.join(ADMINISTRATORS, "unixgroup:wheel")
    for name in ("root", "bob"):
        store.join(REMOTE_MANAGEMENT_USERS, f"unix:{name}")
    run_as, groups = store.unix_user("alice")
    assert ((run_as.user, run_as.uid, run_as.dynamic), groups) == (("alice", 1001, False), (ADMINISTRATORS,))
    assert store.run_as_of("bob").uid == 1003
    with pytest.raises(ConfigError, match="root"):
        store.unix_user("root")
    with pytest.raises(ConfigError, match="no member"):
        store.run_as_of("nobody there")
    ordinary = AccountStore(tmp_path, users=Users(1001))
    assert ordinary.unix_user("alice")[0].uid == 1001
    with pytest.raises(ConfigError, match="root"):
        ordinary.unix_user("bob")


# --- Basic by PAM


class FakePam:
    """One right password. running, most: calls at the moment, and the most there were."""

    running = most = 0
    lock = threading.Lock()
    go = threading.Event()
    asked: list[str]

    def __init__(self, service: str) -> None:
        assert service == "remora"

    def verify(self, user: str, password: str) -> None:
        cls = type(self)
        with cls.lock:
            cls.asked.append(user)
            cls.running += 1
            cls.most = max(cls.most, cls.running)
        cls.go.wait(20)
        with cls.lock:
            cls.running -= 1
        if password != "right":
            raise AuthError("the logon was refused")


@pytest.fixture
async def authenticator(store: AccountStore, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[LocalAuthenticator]:
    monkeypatch.setattr(pam, "Pam", FakePam)
    FakePam.running = FakePam.most = 0
    FakePam.asked = []
    FakePam.go = threading.Event()
    FakePam.go.set()
    service = ["remora"]
    held = LocalAuthenticator(store, pam_service=lambda: service[0])
    held.service = service  # type: ignore[attr-defined]
    yield held
    FakePam.go.set()
    await held.close()


async def test_a_member_logs_on_with_the_unix_password(authenticator: LocalAuthenticator, store: AccountStore) -> None:
    store.join(ADMINISTRATORS, "unix:alice")
    principal = await authenticator.basic(BasicCredential("localhost\\alice", "right"))
    assert (principal.name, principal.sid, principal.groups) == ("alice", "S-1-22-1-1001", (ADMINISTRATORS,))
    assert (principal.run_as.uid, principal.authentication) == (1001, "Basic")
    for name, password in (("alice", "wrong"), ("bob", "right"), ("root", "right"), ("ELSEWHERE\\alice", "right")):
        with pytest.raises(AuthError, match=r"^the logon was refused$"):
            await authenticator.basic(BasicCredential(name, password))
    assert FakePam.asked == ["alice", "alice"]  # nobody else's password is tried


async def test_a_ticket_brings_the_groups_of_its_principal_and_of_its_unix_user(
    authenticator: LocalAuthenticator, store: AccountStore
) -> None:
    store.add("carol", "own")
    store.join(ADMINISTRATORS, "krb:carol@R")
    carol = authenticator._ticket_holder("R", "carol", "Kerberos")
    assert (carol.authentication, carol.groups) == ("Kerberos", (REMOTE_MANAGEMENT_USERS, ADMINISTRATORS))
    assert authenticator._ticket_holder("S", "carol", "Kerberos").groups == (REMOTE_MANAGEMENT_USERS,)
    store.join(ADMINISTRATORS, "krb:alice@R")
    with pytest.raises(AuthError):
        authenticator._ticket_holder("R", "alice", "Kerberos")
    store.join(REMOTE_MANAGEMENT_USERS, "unix:alice")
    alice = authenticator._ticket_holder("R", "alice", "Kerberos")
    assert (alice.run_as.uid, alice.groups) == (1001, (REMOTE_MANAGEMENT_USERS, ADMINISTRATORS))


async def test_an_account_of_the_same_name_comes_first_and_without_the_setting_there_is_no_pam(
    authenticator: LocalAuthenticator, store: AccountStore
) -> None:
    store.join(ADMINISTRATORS, "unix:alice")
    store.add("alice", "own")
    assert (await authenticator.basic(BasicCredential("alice", "own"))).sid.startswith("S-1-5-21-")
    with pytest.raises(AuthError):
        await authenticator.basic(BasicCredential("alice", "right"))
    store.remove("alice")
    authenticator.service[0] = ""  # type: ignore[attr-defined]
    with pytest.raises(AuthError):
        await authenticator.basic(BasicCredential("alice", "right"))
    assert FakePam.asked == []


async def test_few_wait_for_pam_at_once_and_nobody_else_waits(
    authenticator: LocalAuthenticator, store: AccountStore
) -> None:
    store.join(ADMINISTRATORS, "unix:alice")
    store.add("carol", "own")
    FakePam.go.clear()
    many = [asyncio.create_task(authenticator.basic(BasicCredential("alice", "right"))) for _ in range(MAX_PAM + 10)]
    assert (await authenticator.basic(BasicCredential("carol", "own"))).name == "carol"
    done, _ = await asyncio.wait(many, return_when=asyncio.FIRST_COMPLETED)
    assert all(isinstance(task.exception(), AuthError) for task in done)
    FakePam.go.set()
    results = await asyncio.gather(*many, return_exceptions=True)
    assert sum(not isinstance(result, BaseException) for result in results) == MAX_PAM
    assert FakePam.most <= 4
    assert (await authenticator.basic(BasicCredential("alice", "right"))).name == "alice"
