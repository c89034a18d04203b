"""Send-MailMessage."""

from __future__ import annotations

import mimetypes
import os
import smtplib
import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate, make_msgid, parseaddr
from typing import Any, Final

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.errors import PSError, error
from remora.engine.text.encodings import codec_of
from remora.engine.validators import ValidateNotNullOrEmpty, ValidateRange
from remora.modules.common import as_list
from remora.modules.management.failures import os_failure, path_not_found
from remora.modules.management.paths import glob

_FILLED: Final = (ValidateNotNullOrEmpty(),)
_SMTP: Final = "System.Net.Mail.SmtpException"
_TIMEOUT: Final = 100.0  # seconds
_OBSOLETE: Final = (
    "The command 'Send-MailMessage' is obsolete. This cmdlet does not guarantee secure connections to SMTP servers. "
    "While there is no immediate replacement available in PowerShell, we recommend you do not use Send-MailMessage at "
    "this time. See https://aka.ms/SendMailMessage for more information."
)
_NOTIFY: Final = {"onsuccess": "SUCCESS", "onfailure": "FAILURE", "delay": "DELAY", "never": "NEVER"}
_PRIORITY: Final = {"low": ("5", "non-urgent"), "high": ("1", "urgent")}


@cmdlet("Send-MailMessage")
class SendMailMessage(Cmdlet):
    """Sends a message by way of an SMTP server; TLS only when it is asked for."""

    attachments = Parameter("string[]", pipeline=True, by_property=True, aliases=("PsPath",), validate=_FILLED)
    bcc = Parameter("string[]", by_property=True, validate=_FILLED)
    body = Parameter("string", position=2, by_property=True, validate=_FILLED)
    body_as_html = Parameter("switch", by_property=True, aliases=("BAH",))
    encoding = Parameter("System.Text.Encoding", by_property=True, aliases=("BE",), default="ascii", validate=_FILLED)
    cc = Parameter("string[]", by_property=True, validate=_FILLED)
    delivery_notification_option = Parameter(
        "System.Net.Mail.DeliveryNotificationOptions", by_property=True, aliases=("DNO",), validate=_FILLED, default=""
    )
    from_ = Parameter("string", name="From", mandatory=True, by_property=True, validate=_FILLED)
    smtp_server = Parameter("string", position=3, by_property=True, aliases=("ComputerName",), validate=_FILLED)
    priority = Parameter("System.Net.Mail.MailPriority", by_property=True, default="Normal")
    reply_to = Parameter("string[]", by_property=True)
    subject = Parameter("string", position=1, by_property=True, aliases=("sub",))
    to = Parameter("string[]", position=0, mandatory=True, by_property=True, validate=_FILLED)
    credential = Parameter("pscredential", by_property=True, validate=_FILLED)
    use_ssl = Parameter("switch", by_property=True)
    port = Parameter("int", by_property=True, default=0, validate=(ValidateRange(0, 2**31 - 1),))

    def begin(self) -> None:
        self.write_warning(_OBSOLETE)
        self._files: list[str] = []

    def process(self) -> None:
        for given in as_list(self.attachments):
            found = [place.path for place in glob(self.session, given)]
            if not found:
                raise self.throw(path_not_found(self.session.file_path(given)))
            self._files += found

    def end(self) -> None:
        sender = _address(self.from_)
        if sender is None:
            raise self.throw(_malformed(self.from_))
        server = self.smtp_server or self.session.context.global_scope.get("psemailserver")
        if not server:
            raise self.throw(
                error("The email cannot be sent because no SMTP server was specified. You must specify an SMTP server "
                      "by using either the SmtpServer parameter or the $PSEmailServer variable.", "",
                      "InvalidArgument", type_name="System.InvalidOperationException")
            )  # fmt: skip
        message = EmailMessage()
        message["From"] = sender
        receivers = self._receivers(message)
        self._fill(message)
        if not receivers:
            self.fail("A recipient must be specified.", "InvalidOperationException", "InvalidOperation",
                      type_name="System.InvalidOperationException")  # fmt: skip
            return
        self._send(message, sender.addr_spec, receivers, str(server))

    def _receivers(self, message: EmailMessage) -> list[str]:
        """Write the headers that name people; returns whom the server is told."""
        told: list[str] = []
        for header, given in (("To", self.to), ("Bcc", self.bcc), ("Cc", self.cc), ("Reply-To", self.reply_to)):
            good = []
            for text in as_list(given):
                address = _address(text)
                if address is None:
                    self.write_error(_malformed(None).record)
                else:
                    good.append(address)
            if header != "Reply-To":
                told += [address.addr_spec for address in good]
            if good and header != "Bcc":
                message[header] = good
        return told

    def _fill(self, message: EmailMessage) -> None:
        message["Subject"] = " ".join((self.subject or "").split("\n")).replace("\r", "")
        message["Date"] = formatdate(localtime=True)
        message["Message-ID"] = make_msgid()
        number, name = _PRIORITY.get(str(self.priority).lower(), ("", ""))
        if number:
            message["X-Priority"], message["Priority"] = number, name
        body = self.body or ""
        charset = codec_of(self.encoding)[0] if not body.isascii() else "us-ascii"
        text = body.encode(charset, "replace").decode(charset)
        message.set_content(text, subtype="html" if self.body_as_html else "plain", charset=charset)
        for path in self._files:
            kind, _, subtype = (mimetypes.guess_type(path)[0] or "application/octet-stream").partition("/")
            try:
                with open(path, "rb") as file:
                    data = file.read()
            except OSError as problem:
                raise self.throw(os_failure(problem, path, "FileOpenFailure")) from None
            message.add_attachment(data, maintype=kind, subtype=subtype, filename=os.path.basename(path))

    def _send(self, message: EmailMessage, sender: str, receivers: list[str], server: str) -> None:
        asked = str(self.delivery_notification_option).lower().split(", ")
        notify = [_NOTIFY[one] for one in asked if one in _NOTIFY]
        options = [f"NOTIFY={','.join(notify)}"] if notify else []
        try:
            with smtplib.SMTP(server, self.port or 25, timeout=_TIMEOUT) as client:
                if self.use_ssl:
                    client.starttls(context=ssl.create_default_context())
                if self.credential is not None:
                    client.login(self.credential.username, self.credential.password.reveal())
                client.send_message(message, sender, receivers, rcpt_options=options)
        except smtplib.SMTPRecipientsRefused:
            self.fail("Unable to send to all recipients.", "SmtpFailedRecipientsException", "InvalidOperation",
                      type_name="System.Net.Mail.SmtpFailedRecipientsException")  # fmt: skip
        except (smtplib.SMTPException, OSError) as problem:
            text = getattr(problem, "strerror", None) or str(problem)
            self.fail(text, "SmtpException", "InvalidOperation", server, type_name=_SMTP)


def _address(text: str) -> Address | None:
    """An address, with a name before it or without; None when it is none."""
    name, spec = parseaddr(str(text))
    if any(char in str(text) for char in "\r\n\0"):
        return None
    user, at, domain = spec.rpartition("@")
    if not (user and at and domain):
        return None
    try:
        return Address(display_name=name, addr_spec=spec)
    except Exception:  # the parser of addresses raises errors of many kinds
        return None


def _malformed(target: Any) -> PSError:
    return error(
        "The specified string is not in the form required for an e-mail address.", "FormatException", "InvalidType",
        target, type_name="System.FormatException",
    )  # fmt: skip


CMDLETS = (SendMailMessage,)
