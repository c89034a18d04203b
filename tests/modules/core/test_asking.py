"""Read-Host and Get-Credential parameter by parameter, with a host that answers from a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from remora.engine.convert import to_text
from remora.engine.streams import SilentHost
from remora.values import PSCredential, SecureString
from tests.modules.conftest import Session


class _Answering(SilentHost):
    """Answers every question and remembers how it was asked."""

    interactive = True

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []

    def read_line(self) -> str:
        self.asked.append(("line",))
        return "typed"

    def read_line_as_secure_string(self) -> Any:
        self.asked.append(("secret",))
        return SecureString("hidden")

    def prompt(self, caption: str, message: str, fields: Sequence[Any]) -> Mapping[str, Any]:
        (field,) = fields
        self.asked.append((caption, message, field.name, field.parameter_type_full_name))
        secure = field.parameter_type_full_name == "System.Security.SecureString"
        return {field.name: SecureString("hidden") if secure else "typed"}

    def prompt_for_credential(
        self, caption: str, message: str, user_name: str, target_name: str, allowed: int = 3, options: int = 0
    ) -> Any:
        self.asked.append((caption, message, user_name, target_name))
        return PSCredential(user_name or "somebody", "p")


@pytest.fixture
def host(ps: Session) -> _Answering:
    answering = _Answering()
    ps.runspace.context.host = answering
    return answering


@pytest.mark.parametrize(
    ("script", "text", "asked"),
    [
        ("Read-Host", "typed", ("line",)),
        ("Read-Host -AsSecureString | ConvertFrom-SecureString -AsPlainText", "hidden", ("secret",)),
        ("Read-Host -MaskInput", "hidden", ("secret",)),
        ("Read-Host Name", "typed", ("", "", "Name", "System.String")),
        ("Read-Host -Prompt Your, name", "typed", ("", "", "Your name", "System.String")),
        ("Read-Host Your name", "typed", ("", "", "Your name", "System.String")),
        ("Read-Host Pin -MaskInput", "hidden", ("", "", "Pin", "System.Security.SecureString")),
        (
            "Read-Host Pin -AsSecureString | ConvertFrom-SecureString -AsPlainText",
            "hidden",
            ("", "", "Pin", "System.Security.SecureString"),
        ),
    ],
)
def test_read_host(ps: Session, host: _Answering, script: str, text: str, asked: tuple[str, ...]) -> None:
    ran = ps(script)
    assert ([to_text(value) for value in ran.output], ran.ids) == ([text], [])
    assert host.asked == [asked]


_TITLE, _MESSAGE = "PowerShell credential request", "Enter your credentials."


@pytest.mark.parametrize(
    ("script", "user", "asked"),
    [
        ("Get-Credential", "somebody", (_TITLE, _MESSAGE, "", "")),
        ("Get-Credential me", "me", (_TITLE, _MESSAGE, "me", "")),
        ("Get-Credential -Credential me", "me", (_TITLE, _MESSAGE, "me", "")),
        ("Get-Credential -UserName me -Message m", "me", (_TITLE, "m", "me", "")),
        ("Get-Credential -Message m", "somebody", (_TITLE, "m", "", "")),
        ("Get-Credential me -Message m", "me", (_TITLE, "m", "me", "")),
        ("Get-Credential -Title t", "somebody", ("t", _MESSAGE, "", "")),
    ],
)
def test_get_credential(ps: Session, host: _Answering, script: str, user: str, asked: tuple[str, ...]) -> None:
    ran = ps(f"({script}).UserName")
    assert (ran.output, ran.ids) == ([user], [])
    assert host.asked == [asked]


def test_a_credential_that_is_there_is_not_asked_for(ps: Session, host: _Answering) -> None:
    ran = ps(
        "$c = [pscredential]::new('u', (ConvertTo-SecureString p -AsPlainText -Force)); (Get-Credential $c).UserName"
    )
    assert (ran.output, host.asked) == (["u"], [])


@pytest.mark.parametrize("words", ["-Credential $null", "-UserName ''", "-Message ''", "-Title ''"])
def test_nothing_is_no_answer(ps: Session, host: _Answering, words: str) -> None:
    ids = ps(f"Get-Credential {words}").ids
    assert ids == ["ParameterArgumentValidationError,Microsoft.PowerShell.Commands.GetCredentialCommand"]
    assert host.asked == []


@pytest.mark.parametrize("command", ["Get-Content a -Credential me", "Get-Item / -Credential me"])
def test_a_name_for_a_credential_asks_for_the_password(ps: Session, host: _Answering, command: str) -> None:
    ps(command)
    assert host.asked == [(_TITLE, _MESSAGE, "me", "")]
