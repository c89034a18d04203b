"""Protect-CmsMessage, Unprotect-CmsMessage, Get-CmsMessage."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.convert import to_text
from remora.engine.errors import PSError, error
from remora.engine.format import format_text
from remora.engine.nothing import NOTHING
from remora.modules.common import as_list, get
from remora.modules.management.paths import glob
from remora.modules.security.certificate import personal_store
from remora.modules.security.envelope import Envelope, find, read, seal, unseal
from remora.modules.security.recipients import recipients

_MODULE = "Microsoft.PowerShell.Security"
_ARGUMENT = "System.ArgumentException"
_RECIPIENTS = "object[]"
_NONE = "Cannot unprotect message. The input contained no encrypted content."


class _OnMessage(Cmdlet):
    """Cmdlets that take a text by itself or from one file."""

    path: Any = None
    literal_path: Any = None

    def file(self) -> Path | None:
        """The one file of -Path or -LiteralPath; None when neither is given."""
        given = self.path if self.literal_path is None else self.literal_path
        if given is None:
            return None
        if self.literal_path is not None:
            found = [self.session.resolve_path(given)]
        else:
            found = list(glob(self.session, given, hidden=True))
        if len(found) != 1 or not found[0].is_file_system:
            raise self.throw(
                error(f"The path '{given}' must refer to a single file system path.", "FilePathMustBeFileSystemPath",
                      "ObjectNotFound", given, type_name=_ARGUMENT)
            )  # fmt: skip
        return Path(found[0].path)

    def data(self, path: Path) -> bytes:
        """What is in the file."""
        try:
            return path.read_bytes()
        except OSError as problem:
            raise self.throw(
                error(f"{problem.strerror} : '{path}'", "System.IO.IOException", "NotSpecified", str(path),
                      type_name="System.IO.IOException")
            ) from None  # fmt: skip

    def guarded(self, work: Any) -> Any:
        """The result; errors end the command."""
        try:
            return work()
        except PSError as problem:
            raise self.throw(problem) from None


@cmdlet("Protect-CmsMessage", default_set="ByContent", module=_MODULE, output_type=("System.String",))
class ProtectCmsMessage(_OnMessage):
    """Encrypts a text for the owners of certificates."""

    to = Parameter(_RECIPIENTS, position=0, mandatory=True)
    content = Parameter(
        "psobject", sets={"ByContent": {"position": 1, "mandatory": True, "pipeline": True}}, allow_null=True,
        allow_empty=True, default=NOTHING,
    )  # fmt: skip
    path = Parameter("string", sets={"ByPath": {"position": 1, "mandatory": True}})
    literal_path = Parameter("string", sets={"ByLiteralPath": {"position": 1, "mandatory": True}})
    out_file = Parameter("string", position=2)

    def begin(self) -> None:
        self._certificates = self.guarded(lambda: recipients(self, self.to, encrypts=True))
        self._inputs: list[Any] = []

    def process(self) -> None:
        if self.content is not NOTHING:
            self._inputs.append(self.content)

    def end(self) -> None:
        file = self.file()
        data = "\n".join(format_text(self._inputs)).encode() if file is None else self.data(file)
        text = self.guarded(lambda: seal(data, self._certificates))
        if not self.out_file:
            self.emit(text)
            return
        target = self.session.file_path(self.out_file)
        try:
            Path(target).write_text(text, "utf-8")
        except OSError as problem:
            raise self.throw(
                error(f"{problem.strerror} : '{target}'", "System.IO.IOException", "NotSpecified", target,
                      type_name="System.IO.IOException")
            ) from None  # fmt: skip


@cmdlet("Get-CmsMessage", module=_MODULE, output_type=(Envelope.net_type.name,))
class GetCmsMessage(_OnMessage):
    """Shows whom an encrypted message is for."""

    content = Parameter("string", sets={"ByContent": {"position": 0, "mandatory": True, "pipeline": True}})
    path = Parameter("string", sets={"ByPath": {"position": 1, "mandatory": True}})
    literal_path = Parameter("string", sets={"ByLiteralPath": {"position": 1, "mandatory": True}})

    def begin(self) -> None:
        self._lines: list[str] = []

    def process(self) -> None:
        if self.content is not None:
            self._lines.append(self.content)

    def end(self) -> None:
        file = self.file()
        text = "\n".join(self._lines) if file is None else self.data(file).decode("utf-8", "replace")
        found = find(text)
        if found is None:
            raise self.throw(error(_NONE, "InputContainedNoEncryptedContent", "ObjectNotFound", type_name=_ARGUMENT))
        self.emit(self.guarded(lambda: read(found[0], text)))


@cmdlet("Unprotect-CmsMessage", default_set="ByWinEvent", module=_MODULE, output_type=("System.String",))
class UnprotectCmsMessage(_OnMessage):
    """Decrypts a message with a key of this user."""

    content = Parameter(
        "string", sets={"ByContent": {"position": 0, "mandatory": True, "pipeline": True, "by_property": True}}
    )
    event_log_record = Parameter("psobject", sets={"ByWinEvent": {"position": 0, "mandatory": True, "pipeline": True}})
    path = Parameter("string", sets={"ByPath": {"position": 0, "mandatory": True}})
    literal_path = Parameter("string", sets={"ByLiteralPath": {"position": 0, "mandatory": True}})
    include_context = Parameter("switch")
    to = Parameter(_RECIPIENTS, position=1)

    def begin(self) -> None:
        self._lines: list[str] = []

    def process(self) -> None:
        if self.event_log_record is not None:
            self._event(self.event_log_record)
        elif self.content is not None:
            self._lines.append(self.content)

    def end(self) -> None:
        file = self.file()
        if file is not None:
            self.emit(self._opened(self.data(file).decode("utf-8", "replace")))
        elif self._lines:
            self.emit(self._opened("\n".join(self._lines)))

    def _event(self, record: Any) -> None:
        """An entry of a log comes out with its message decrypted."""
        message = get(record, "Message")
        if message is None:
            self._lines.append(to_text(record))
            return
        from remora.values import PSObject

        self.emit(PSObject(base=record, extended={"Message": self._opened(to_text(message))}))

    def _opened(self, text: str) -> str:
        found = find(text)
        if found is None:
            if self.include_context:
                return text
            raise self.throw(
                error(
                    f"{_NONE} Specify the '-IncludeContext' parameter if you wish to output the original content when "
                    "no encrypted content is detected.", "InputContainedNoEncryptedContentIncludeContext",
                    "ObjectNotFound", type_name=_ARGUMENT,
                )
            )  # fmt: skip
        data, start, stop = found
        keys = as_list(self.to) and self.guarded(lambda: recipients(self, self.to, encrypts=False))
        opened: bytes = self.guarded(lambda: unseal(data, keys or personal_store()))
        plain = opened.decode("utf-8", "replace")
        return text[:start] + plain + text[stop:] if self.include_context else plain


CMDLETS = (GetCmsMessage, ProtectCmsMessage, UnprotectCmsMessage)
