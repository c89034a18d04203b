"""System.Net.IPAddress."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("$a = [ipaddress]'1.2.3.4'; $a.Address; $a.ScopeId; $a.AddressFamily.ToString(); [int]$a.AddressFamily",
         [67305985, None, "InterNetwork", 2]),
        ("$a = [ipaddress]'::1'; $a.Address; $a.ScopeId; $a.AddressFamily.ToString(); [int]$a.AddressFamily",
         [None, 0, "InterNetworkV6", 23]),
        ("([ipaddress]'fe80::1%3').ScopeId; ([ipaddress]'fe80::1').IsIPv6LinkLocal", [3, True]),
        ("$a = [ipaddress]'ff02::1'; $a.IsIPv6Multicast; $a.IsIPv6SiteLocal; ([ipaddress]'224.0.0.1').IsIPv6Multicast",
         [True, False, False]),
        (("([ipaddress]'fec0::1').IsIPv6SiteLocal; ([ipaddress]'fd00::1').IsIPv6UniqueLocal; "
         "([ipaddress]'2001::1').IsIPv6Teredo"), [True, True, True]),
        ("$m = ([ipaddress]'1.2.3.4').MapToIPv6(); $m.ToString(); $m.IsIPv4MappedToIPv6; $m.MapToIPv4().ToString()",
         ["::ffff:1.2.3.4", True, "1.2.3.4"]),
        ("[ipaddress]::new(16777343).ToString(); [ipaddress]::new([byte[]](10, 0, 0, 1)).ToString()",
         ["127.0.0.1", "10.0.0.1"]),
        ("[ipaddress]::Any, [ipaddress]::Broadcast, [ipaddress]::IPv6Any, [ipaddress]::IPv6Loopback | % ToString",
         ["0.0.0.0", "255.255.255.255", "::", "::1"]),
        ("[ipaddress]::IsLoopback('127.0.0.9'); [ipaddress]::IsLoopback('10.0.0.1')", [True, False]),
        ("[ipaddress]'1.2.3.4' -eq [ipaddress]'1.2.3.4'; [ipaddress]'1.2.3.4' -eq [ipaddress]'1.2.3.5'",
         [True, False]),
    ],
)  # fmt: skip
def test_addresses(run, script, expected):
    assert run(script).outputs == expected


@pytest.mark.parametrize(
    "script", ["[ipaddress]::new([byte[]](1, 2))", "[ipaddress]::new(-1)", "[ipaddress]::Parse('x')"]
)
def test_no_addresses(run, script):
    assert run(f"try {{ {script} }} catch {{ 'refused' }}").outputs == ["refused"]
