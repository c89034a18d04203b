"""Rights of a real host: what an operation needs against the descriptor of what it asks for."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from remora.config.tree_xml import CONFIG_URI
from remora.config.winrm import DEFAULT_SDDL
from remora.errors import WSManFault
from remora.wsman import Custom, Delete, Enumerate, Get, Put, SelectorSet, uris
from remora.wsman.faults import AccessDenied
from remora.wsman.requests import Request
from tests.support.fault_config_requests import LISTENER, settings
from tests.support.host import HostProcess, remora
from tests.support.wire import CmdShell, PowerShell, Wire
from tests.support.workers import wait_until

Start = Callable[..., HostProcess]
Open = Callable[..., Wire]
SERVICE = CONFIG_URI + "/service"
WINRS = CONFIG_URI + "/winrs"


def set_root(wire: Wire, text: str) -> None:
    wire.ask(Put(resource_uri=SERVICE, body=settings(SERVICE, "Service", RootSDDL=text)))


def allowed(wire: Wire, request: Request) -> bool:
    """Whether a request passes the check of rights; it may fail later."""
    try:
        wire.ask(request)
    except WSManFault as fault:
        return fault.code != 5
    return True


def test_an_operation_needs_its_right_of_the_root_descriptor_and_a_change_counts_at_once(
    start_host: Start, connect: Open
) -> None:
    host = start_host()
    host.add_user("bob", "b0b", "--group", "Administrators")
    alice, bob = connect(host), connect(host, "bob", "b0b")
    listener = SelectorSet((("Address", "IP:1.2.3.4"), ("Transport", "HTTP")))
    requests: list[tuple[str, Request]] = [
        ("GR", Get(resource_uri=CONFIG_URI)),
        ("GR", Enumerate(resource_uri=LISTENER)),
        ("GW", Put(resource_uri=WINRS, body=settings(WINRS, "Winrs", IdleTimeout="70000"))),
        ("GW", Delete(resource_uri=LISTENER, selectors=listener)),
        ("GW", Custom(action=uris.ACTION_CREATE, resource_uri=LISTENER, selectors=listener, body=None)),
        ("GX", Custom(action=CONFIG_URI + "/service/AnalyzeService", resource_uri=SERVICE, body=None)),
    ]
    for given in ("", "GR", "GW", "GX", "GRGX", "GA"):
        entry = f"(A;;{given};;;RM)" if given else ""
        set_root(bob, f"O:NSG:BAD:P(A;;GA;;;BA){entry}")
        for right, request in requests:
            assert allowed(alice, request) is (right in given or given == "GA"), (given, request)
    set_root(bob, "O:NSG:BAD:P(A;;GA;;;BA)(D;;GR;;;RM)")
    assert not allowed(alice, Enumerate(resource_uri=uris.RESOURCE_SHELL))
    assert CmdShell(alice).run("echo still here")[0].split() == [b"still", b"here"]
    set_root(bob, "O:NSG:BAD:P(A;;GA;;;BA)(D;;GX;;;RM)")
    with pytest.raises(AccessDenied):
        CmdShell(alice)
    assert PowerShell(alice).invoke("1") == [1]


def test_who_the_default_descriptor_lets_in(start_host: Start, connect: Open) -> None:
    host = start_host()
    place = ("--state-dir", str(host.state_dir))
    remora("host", "group", "add", "Nobodies", *place)
    for name, group in (("wmi", "WinRMRemoteWMIUsers__"), ("none", "Nobodies")):
        host.add_user(name, "secret", "--group", group)
    wmi, none = connect(host, "wmi", "secret"), connect(host, "none", "secret")
    assert allowed(wmi, Enumerate(resource_uri=uris.RESOURCE_SHELL))
    assert CmdShell(wmi).run("echo in")[0].split() == [b"in"]
    for wire in (wmi, none):
        assert not allowed(wire, Get(resource_uri=CONFIG_URI))
    assert not allowed(none, Enumerate(resource_uri=uris.RESOURCE_SHELL))
    with pytest.raises(AccessDenied):
        CmdShell(none)
    sid = remora("host", "user", "list", *place, "-o", "json").stdout
    text = DEFAULT_SDDL.replace("(A;;GR;;;IU)", f"(A;;GX;;;{sid_in(sid, 'none')})")
    done = remora("winrm", "configsddl", "default", f"-sddl:{text}", f"-state-dir:{host.state_dir}")
    assert done.stdout.strip() == text
    wait_until(lambda: not_refused(none))


def sid_in(listing: str, name: str) -> str:
    found: str = next(item["sid"] for item in json.loads(listing) if item["name"] == name)
    return found


def not_refused(wire: Wire) -> bool:
    try:
        CmdShell(wire)
    except AccessDenied:
        return False
    return True
