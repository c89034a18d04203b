"""Items 35 to 63: Connect-PSSession."""

from __future__ import annotations

from tests.support.console_client import ConsoleClient

LEFT = "$s = New-PSSession Server01 -Name One; $null = Disconnect-PSSession $s"


def test_item_061_item_062_what_if_says_what_would_be_done(a: ConsoleClient) -> None:
    said = a(f"{LEFT}; Connect-PSSession $s -WhatIf")
    assert said.host == 'What if: Performing the operation "Connect" on target "One".\n'
    assert said.values == []
    assert a("$s.State").value == "Disconnected"


def test_item_063_confirm_asks_and_no_means_no(a: ConsoleClient) -> None:
    said = a(f"{LEFT}; Connect-PSSession $s -Confirm", "n")
    assert 'Performing the operation "Connect" on target "One".' in said.host
    assert (said.values, said.ids) == ([], [])
    assert a("$s.State").value == "Disconnected"
    assert a("(Connect-PSSession $s -Confirm).State", "y").value == "Opened"
