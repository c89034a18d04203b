"""System.Net.ServicePointManager keeps what scripts set."""

from __future__ import annotations

import pytest

M = "[Net.ServicePointManager]"


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        (f"{M}::SecurityProtocol", ["SystemDefault"]),
        (f"{M}::SecurityProtocol = {M}::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12; {M}::SecurityProtocol",
         ["Tls12"]),
        (f"{M}::SecurityProtocol = 'Tls11, Tls12'; [int]{M}::SecurityProtocol", ["3840"]),
        (f"{M}::ServerCertificateValidationCallback = {{ $true }}; {M}::Expect100Continue = 0; {M}::Expect100Continue",
         ["False"]),
    ],
)  # fmt: skip
def test_settings(run, script, expected):
    assert run(script).texts == expected


def test_wrong_setting(run):
    assert len(run(f"{M}::SecurityProtocol = 'Nothing'").ids) == 1
