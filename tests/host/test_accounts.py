from __future__ import annotations

import json
import multiprocessing
import os
import pwd
import stat
from pathlib import Path

import pytest

from remora.auth.ntlm import nt_hash
from remora.errors import ConfigError
from remora.host.accounts import ADMINISTRATORS, BUILTIN_GROUPS, REMOTE_MANAGEMENT_USERS, Account, AccountStore
from remora.host.passwords import hash_password, verify_password
from remora.host.run_as import FIRST_DYNAMIC, LAST_DYNAMIC, resolve_run_as


class Users:
    """A user database made up by a test."""

    def __init__(self, uid: int, **users: int) -> None:
        self._uid = uid
        self._users = users

    def by_name(self, name: str) -> pwd.struct_passwd | None:
        uid = self._users.get(name)
        return None if uid is None else self._entry(name, uid)

    def by_uid(self, uid: int) -> pwd.struct_passwd | None:
        return next((self._entry(name, held) for name, held in self._users.items() if held == uid), None)

    def effective_uid(self) -> int:
        return self._uid

    def _entry(self, name: str, uid: int) -> pwd.struct_passwd:
        return pwd.struct_passwd((name, "x", uid, uid + 1, "", f"/home/{name}", "/bin/sh"))


ROOT = Users(0, root=0, nobody=65534, alice=1001, worker=1002)
ORDINARY = Users(1001, root=0, alice=1001, worker=1002)


@pytest.fixture
def store(tmp_path: Path) -> AccountStore:
    return AccountStore(tmp_path / "state", users=ROOT)


def test_an_account_is_kept_and_found_in_any_letter_case(store: AccountStore, tmp_path: Path) -> None:
    made = store.add("Alice", "secret")
    again = AccountStore(tmp_path / "state").find("aLICE")
    assert again == made
    assert again is not None
    assert (again.name, again.groups) == ("Alice", (REMOTE_MANAGEMENT_USERS,))
    assert again.nt_hash == nt_hash("secret")
    assert verify_password("secret", again.scrypt)
    assert not verify_password("Secret", again.scrypt)
    assert store.find("bob") is None


def test_the_file_is_closed_to_others_and_holds_no_password(store: AccountStore) -> None:
    store.add("alice", "pass-word-17")
    assert stat.S_IMODE(store.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(store.path.parent.stat().st_mode) == 0o700
    assert b"pass-word-17" not in store.path.read_bytes()
    assert "nt_hash" not in repr(store.find("alice"))
    assert sorted(path.name for path in store.path.parent.iterdir()) == ["accounts.json", "accounts.lock"]


def test_identifiers_are_never_given_twice(store: AccountStore) -> None:
    first, second = store.add("a", "x"), store.add("b", "x")
    store.remove("b")
    third = store.add("b", "x")
    assert len({first.rid, second.rid, third.rid}) == 3
    assert len({first.uid, second.uid, third.uid}) == 3
    assert store.sid(third).startswith(store.sid(first).rpartition("-")[0])
    assert store.sid(first).endswith(f"-{first.rid}")


def test_uids_come_round_and_pass_over_what_is_taken(tmp_path: Path) -> None:
    store = AccountStore(tmp_path, users=Users(0, taken=FIRST_DYNAMIC))
    assert store.add("a", "x").uid == FIRST_DYNAMIC + 1
    document = json.loads(store.path.read_bytes())
    document["next_uid"] = LAST_DYNAMIC
    store.path.write_text(json.dumps(document))
    assert [store.add(name, "x").uid for name in "bc"] == [LAST_DYNAMIC, FIRST_DYNAMIC + 2]


def test_changes_of_another_process_are_seen(store: AccountStore, tmp_path: Path) -> None:
    store.add("alice", "old")
    other = AccountStore(tmp_path / "state", users=ROOT)
    assert other.find("alice") is not None
    store.set_password("ALICE", "new")
    found = other.find("alice")
    assert found is not None
    assert verify_password("new", found.scrypt)
    store.path.unlink()
    assert other.find("alice") is None


def add_some(state_dir: Path, prefix: str) -> None:
    store = AccountStore(state_dir)
    for number in range(5):
        store.add(f"{prefix}{number}", "x")


def test_writers_do_not_lose_each_others_changes(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=add_some, args=(tmp_path, prefix)) for prefix in "pqr"]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    accounts = AccountStore(tmp_path).accounts()
    assert len(accounts) == 15
    assert len({account.rid for account in accounts}) == 15


def test_the_nt_hash_can_be_left_out_and_stays_out(store: AccountStore) -> None:
    assert store.add("a", "x", ntlm=False).nt_hash is None
    store.set_password("a", "y")
    assert store.get("a").nt_hash is None
    store.add("b", "x")
    store.set_password("b", "y")
    assert store.get("b").nt_hash == nt_hash("y")


@pytest.mark.parametrize("name", ["", " ", "a/b", "a\\b", "a@b", "a:b", "a\nb", "x" * 65, "..", " a"])
def test_names_that_cannot_be(store: AccountStore, name: str) -> None:
    with pytest.raises(ConfigError, match="cannot be"):
        store.add(name, "x")


@pytest.mark.parametrize("password", ["", "x" * 1025])
def test_passwords_that_cannot_be(store: AccountStore, password: str) -> None:
    with pytest.raises(ConfigError, match="password"):
        store.add("a", password)


def test_errors_name_what_is_wrong(store: AccountStore) -> None:
    store.add("a", "x")
    with pytest.raises(ConfigError, match="already"):
        store.add("A", "x")
    with pytest.raises(ConfigError, match="no group 'g'"):
        store.add("b", "x", groups=["g"])
    for action in (store.remove, store.get, lambda name: store.set_password(name, "x")):
        with pytest.raises(ConfigError, match="no account 'zz'"):
            action("zz")
    assert [account.name for account in store.accounts()] == ["a"]


def test_groups(store: AccountStore) -> None:
    store.add("a", "x", groups=["administrators"])
    store.add_group("Operators")
    store.join("operators", "A")
    assert store.get("a").groups == (ADMINISTRATORS, "Operators")
    assert store.groups()["Operators"] == ("a",)
    assert set(BUILTIN_GROUPS) <= set(store.groups())
    store.leave("Administrators", "a")
    assert store.get("a").groups == ("Operators",)
    store.remove_group("OPERATORS")
    assert store.get("a").groups == ()
    for action in (store.remove_group, lambda name: store.join(name, "a")):
        with pytest.raises(ConfigError, match="no group"):
            action("Operators")
    with pytest.raises(ConfigError, match="built in"):
        store.remove_group(ADMINISTRATORS)
    with pytest.raises(ConfigError, match="already"):
        store.add_group("ADMINISTRATORS")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[]",
        b"\xff",
        b'{"version": 2, "machine": [1, 2, 3]}',
        b'{"machine": [1, 2, 3], "accounts": [{"name": ""}]}',
    ],
)
def test_a_spoilt_file_is_a_named_error(store: AccountStore, content: bytes) -> None:
    store.add("a", "x")
    store.path.write_bytes(content)
    with pytest.raises(ConfigError, match=r"accounts\.json"):
        store.find("a")


def test_a_file_open_to_others_is_refused(store: AccountStore) -> None:
    store.add("a", "x")
    store.path.chmod(0o644)
    with pytest.raises(ConfigError, match="chmod 600"):
        AccountStore(store.path.parent).find("a")


# --- who acts for whom


def run_as(users: Users, account: str, setting: str | None = None, uid: int = FIRST_DYNAMIC) -> tuple[str, int, bool]:
    found = resolve_run_as(account, setting, uid, Path("/state"), users)
    return found.user, found.uid, found.dynamic


def test_under_root_the_rules_go_in_order() -> None:
    assert run_as(ROOT, "alice") == ("alice", 1001, False)
    assert run_as(ROOT, "ALICE", "worker") == ("alice", 1001, False)
    assert run_as(ROOT, "zoe", "worker") == ("worker", 1002, False)
    assert run_as(ROOT, "zoe", None, 61200) == ("remora-61200", 61200, True)
    found = resolve_run_as("zoe", None, 61200, Path("/state"), ROOT)
    assert (found.home, found.gid) == ("/state/home/61200", 61200)


@pytest.mark.parametrize(
    ("account", "setting", "uid"),
    [
        ("root", None, FIRST_DYNAMIC),
        ("ROOT", "worker", FIRST_DYNAMIC),
        ("zoe", "root", FIRST_DYNAMIC),
        ("zoe", "nobody", FIRST_DYNAMIC),
        ("nobody", None, FIRST_DYNAMIC),
        ("zoe", "ghost", FIRST_DYNAMIC),
        ("zoe", None, 0),
        ("zoe", None, LAST_DYNAMIC + 1),
    ],
)
def test_root_and_nobody_act_for_nobody(account: str, setting: str | None, uid: int) -> None:
    with pytest.raises(ConfigError, match=account):
        run_as(ROOT, account, setting, uid)


def test_a_dynamic_uid_that_became_a_users_is_refused() -> None:
    with pytest.raises(ConfigError, match="meanwhile"):
        run_as(Users(0, late=61300), "zoe", None, 61300)


def test_an_ordinary_user_serves_as_itself_only() -> None:
    assert run_as(ORDINARY, "zoe") == ("alice", 1001, False)
    assert run_as(ORDINARY, "root") == ("alice", 1001, False)
    assert run_as(ORDINARY, "zoe", "alice") == ("alice", 1001, False)
    with pytest.raises(ConfigError, match="started by root"):
        run_as(ORDINARY, "zoe", "worker")
    assert run_as(Users(4242), "zoe")[:2] == ("4242", 4242)


def test_what_nobody_may_act_for_is_not_even_added(store: AccountStore) -> None:
    with pytest.raises(ConfigError, match="root"):
        store.add("root", "x")
    with pytest.raises(ConfigError, match="ghost"):
        store.add("zoe", "x", run_as="ghost")
    assert store.accounts() == ()


def test_the_real_user_database(tmp_path: Path) -> None:
    store = AccountStore(tmp_path)
    account = store.add("somebody-without-a-unix-user", "x")
    found = store.run_as(account)
    assert found.dynamic is (os.geteuid() == 0)
    assert found.uid != 0 or os.geteuid() == 0


def test_records_show_no_secret() -> None:
    account = Account(name="a", rid=1000, uid=FIRST_DYNAMIC, scrypt=hash_password("x"), nt_hash=nt_hash("x"))
    assert "hash" not in repr(account)
    assert repr(account.scrypt) == "ScryptHash(...)"
