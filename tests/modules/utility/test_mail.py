"""Send-MailMessage, with a server that only takes notes."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from tests.modules.conftest import Ran, Session

SEND = ",Microsoft.PowerShell.Commands.SendMailMessageCommand"
BASIC = "Send-MailMessage -From 'Ann <a@x.example>' -To b@x.example -SmtpServer s.example "


class Server:
    """What smtplib.SMTP was asked for. fails: what sending raises."""

    notes: list[Any]
    fails: Exception | None = None

    def __init__(self, host: str, port: int, timeout: float) -> None:
        type(self).notes = [(host, port)]

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self.notes.append("bye")

    def starttls(self, context: Any) -> None:
        self.notes.append(("tls", context.check_hostname))

    def login(self, user: str, password: str) -> None:
        self.notes.append((user, password))

    def send_message(self, message: EmailMessage, sender: str, receivers: list[str], rcpt_options: list[str]) -> None:
        if self.fails is not None:
            raise self.fails
        self.notes.append((message, sender, receivers, rcpt_options))


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> type[Server]:
    monkeypatch.setattr(smtplib, "SMTP", Server)
    monkeypatch.setattr(Server, "notes", [], raising=False)
    return Server


def sent(ran: Ran, server: type[Server]) -> EmailMessage:
    assert ran.ids == []
    message = next(note[0] for note in server.notes if isinstance(note, tuple) and isinstance(note[0], EmailMessage))
    assert isinstance(message, EmailMessage)
    return message


def test_a_plain_message(ps: Session, server: type[Server]) -> None:
    ran = ps(f"{BASIC}-Subject Hi -Body 'Hello there' -WarningVariable w; $w.Count")
    message = sent(ran, server)
    assert ran.output == [1]
    assert (message["From"], message["To"], message["Subject"]) == ("Ann <a@x.example>", "b@x.example", "Hi")
    assert (message.get_content_type(), message.get_content()) == ("text/plain", "Hello there\n")
    assert server.notes[0] == ("s.example", 25)
    assert server.notes[1][1:] == ("a@x.example", ["b@x.example"], [])


@pytest.mark.parametrize(
    ("more", "header", "value"),
    [
        ("-Cc c@x.example, d@x.example", "Cc", "c@x.example, d@x.example"),
        ("-ReplyTo r@x.example", "Reply-To", "r@x.example"),
        ("-Bcc z@x.example", "Bcc", None),
        ("-Priority High", "X-Priority", "1"),
        ("-Priority Low", "Priority", "non-urgent"),
        ("-sub \"a`nBcc: q@x.example\"", "Subject", "a Bcc: q@x.example"),
        ("-BAH -Body '<b>x</b>'", "Content-Type", 'text/html; charset="us-ascii"'),
        ("-Body \u00e4 -BE utf8", "Content-Type", 'text/plain; charset="utf-8"'),
    ],
)  # fmt: skip
def test_headers(ps: Session, server: type[Server], more: str, header: str, value: str | None) -> None:
    assert sent(ps(BASIC + more), server)[header] == value


def test_who_is_told(ps: Session, server: type[Server]) -> None:
    ran = ps(f"{BASIC}-Bcc z@x.example -Cc c@x.example -DNO OnFailure, Delay")
    sent(ran, server)
    assert server.notes[1][2:] == (["b@x.example", "z@x.example", "c@x.example"], ["NOTIFY=FAILURE,DELAY"])


def test_places_and_passwords(ps: Session, server: type[Server]) -> None:
    sent(ps(
        "$PSEmailServer = 'p.example'; $c = [pscredential]::new('u', (ConvertTo-SecureString pw -AsPlainText -Force)); "
        "Send-MailMessage b@x.example Hi Text -From a@x.example -UseSsl -Credential $c -Port 587"
    ), server)  # fmt: skip
    assert server.notes[:3] == [("p.example", 587), ("tls", True), ("u", "pw")]


def test_attachments(ps: Session, server: type[Server], tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("text")
    (tmp_path / "b.bin").write_bytes(b"\0\1")
    message = sent(ps(f"'a.txt' | {BASIC}; {BASIC}-Attachments *.txt, b.bin"), server)
    found = [(part.get_filename(), part.get_content_type()) for part in message.iter_attachments()]
    assert found == [("a.txt", "text/plain"), ("b.bin", "application/octet-stream")]


@pytest.mark.parametrize(
    ("script", "ids"),
    [
        ("Send-MailMessage -From nobody -To b@x.example -SmtpServer s", ["FormatException" + SEND]),
        ("Send-MailMessage -From a@x.example -To nobody -SmtpServer s",
         ["FormatException" + SEND, "InvalidOperationException" + SEND]),
        (BASIC + "-Attachments none.txt", ["PathNotFound" + SEND]),
        (BASIC + "-Port -1", ["ParameterArgumentValidationError" + SEND]),
        (BASIC + "-Priority Huge", ["CannotConvertArgumentNoMessage" + SEND]),
    ],
)  # fmt: skip
def test_errors(ps: Session, server: type[Server], script: str, ids: list[str]) -> None:
    assert ps(script).ids == ids


@pytest.mark.parametrize(
    ("problem", "error_id"),
    [
        (smtplib.SMTPRecipientsRefused({}), "SmtpFailedRecipientsException"),
        (smtplib.SMTPServerDisconnected("gone"), "SmtpException"),
        (ConnectionRefusedError(111, "refused"), "SmtpException"),
    ],
)
def test_servers_that_refuse(
    ps: Session, server: type[Server], monkeypatch: pytest.MonkeyPatch, problem: Exception, error_id: str
) -> None:
    monkeypatch.setattr(server, "fails", problem)
    assert ps(BASIC).ids == [error_id + SEND]


def test_no_server(ps: Session) -> None:
    assert "no SMTP server" in ps("Send-MailMessage -From a@x.example -To b@x.example").messages[0]
