"""Unix users by PAM: a real account of this machine, a real host of root."""

from __future__ import annotations

import json
import secrets
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from remora.auth.pam import Pam
from remora.errors import AuthError
from remora.wsman.faults import AccessDenied
from tests.support.host import IS_ROOT, HostProcess, remora
from tests.support.wire import CmdShell, Wire

Start = Callable[..., HostProcess]
needs_root = pytest.mark.skipif(
    not IS_ROOT or shutil.which("useradd") is None, reason="a Unix user is made for it, which needs root and useradd"
)


@pytest.fixture
def unix_user() -> Iterator[tuple[str, str]]:
    """A new Unix user and its password."""
    name, password = f"rpam{secrets.token_hex(3)}", secrets.token_urlsafe(12)
    subprocess.run(["useradd", "--create-home", name], check=True)
    try:
        subprocess.run(["chpasswd"], input=f"{name}:{password}\n", text=True, check=True)
        yield name, password
    finally:
        subprocess.run(["userdel", "--remove", name], check=True, capture_output=True)


@needs_root
def test_the_library_tells_right_from_wrong_without_its_delay(unix_user: tuple[str, str]) -> None:
    name, password = unix_user
    pam = Pam("other")
    pam.verify(name, password)
    started = time.monotonic()
    for user, given in ((name, "wrong"), (name, ""), ("no-such-user", password), (name, password + "\0"), ("", "x")):
        with pytest.raises(AuthError, match=r"^the logon was refused$"):
            pam.verify(user, given)
    assert time.monotonic() - started < 5  # PAM alone waits two seconds and more after each
    subprocess.run(["usermod", "--expiredate", "1", name], check=True)
    with pytest.raises(AuthError):
        pam.verify(name, password)


@needs_root
def test_a_unix_user_who_is_a_member_gets_a_shell_as_itself(
    unix_user: tuple[str, str], start_host: Start, request: pytest.FixtureRequest
) -> None:
    name, password = unix_user
    opened = ExitStack()
    request.addfinalizer(opened.close)
    host = start_host(
        settings={
            "Service/Auth/Basic": "true",
            "Service/AllowUnencrypted": "true",
            "Remora/Pam": "true",
            "Remora/PamService": "other",
        }
    )
    place = ("--state-dir", str(host.state_dir))

    def wire(given: str = password) -> Wire:
        return opened.enter_context(Wire(host.url, name, given))

    assert wire().post(b"")[0] == 401  # no member of a group yet
    remora("host", "group", "add", "Remote Management Users", f"unix:{name}", *place)
    groups = json.loads(remora("host", "group", "list", *place, "-o", "json").stdout)
    assert {"name": "Remote Management Users", "members": ["alice", f"unix:{name}"]} in groups
    started = time.monotonic()
    assert wire("wrong").post(b"")[0] == 401
    assert time.monotonic() - started >= 1.0
    assert CmdShell(wire()).run("id -un")[0].split() == [name.encode()]
    assert password not in host.log_file.read_text()
    remora("host", "group", "remove", "Remote Management Users", f"unix:{name}", *place)
    assert wire().post(b"")[0] == 401
    remora("host", "group", "add", "Guests of the house", f"unixgroup:{name}", *place)
    with pytest.raises(AccessDenied):
        CmdShell(wire())
