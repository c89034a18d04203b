"""Items 88 to 102: Get-, New- and Remove-PSSession."""

from __future__ import annotations

import remora.sync
from tests.support.console_client import ConsoleClient
from tests.support.session_lab import Lab


def test_item_088_without_a_computer_only_what_is_ours(a: ConsoleClient, b: ConsoleClient, lab: Lab) -> None:
    a("$s = New-PSSession Server01 -Name Ours")
    b("$s = New-PSSession Server01 -Name Theirs")
    assert a("(Get-PSSession).Name").value == "Ours"
    assert b("(Get-PSSession).Name").value == "Theirs"
    assert remora.sync.get_pssession() == []
