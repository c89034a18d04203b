"""Get-PfxCertificate."""

from __future__ import annotations

from pathlib import Path

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.errors import PSError, error
from remora.modules.common import as_list
from remora.modules.management.paths import glob
from remora.modules.security.certificate import Certificate, read_certificates

_PATH = {"ByPath": {"position": 0, "mandatory": True, "pipeline": True, "by_property": True}}
_MISSING = "System.IO.FileNotFoundException"


@cmdlet("Get-PfxCertificate", default_set="ByPath", module="Microsoft.PowerShell.Security",
        output_type=(Certificate.net_type.name,))  # fmt: skip
class GetPfxCertificate(Cmdlet):
    """Reads certificates from files, asking for the password where one is needed."""

    file_path = Parameter("string[]", sets=_PATH)
    literal_path = Parameter(
        "string[]", sets={"ByLiteralPath": {"mandatory": True, "by_property": True}}, aliases=("PSPath",)
    )
    password = Parameter("securestring")
    no_prompt_for_password = Parameter("switch")

    def process(self) -> None:
        given = as_list(self.file_path if self.literal_path is None else self.literal_path)
        missing: list[str] = []
        for text in given:
            found = [path for path in self._files(text) if path.is_file()]
            if not found:
                missing.append(text)
            for path in found:
                self._read(path)
        if missing and len(missing) == len(given):
            none = "Command cannot find any of the specified files."
            raise self.throw(error(none, "GetPfxCertCommandNoneOfTheFilesFound", "ObjectNotFound", type_name=_MISSING))
        for text in missing:
            self.fail(
                f"The following file could not be found: {text}.", "GetPfxCertCommandFileNotFound", "ObjectNotFound",
                type_name=_MISSING,
            )  # fmt: skip

    def _files(self, text: str) -> list[Path]:
        if self.literal_path is not None:
            return [Path(self.session.resolve_path(text).path)]
        return [Path(place.path) for place in glob(self.session, text, hidden=True)]

    def _read(self, path: Path) -> None:
        try:
            self.emit(self._opened(path))
        except PSError as problem:
            record = problem.record
            if not record.exception.kind.name.endswith("CryptographicException"):
                raise
            self.fail(record.message, "GetPfxCertificateUnknownCryptoError", type_name=record.exception.kind.name)

    def _opened(self, path: Path) -> Certificate:
        secret = None if self.password is None else self.password.reveal()
        try:
            return read_certificates(path, secret)[0]
        except OSError as problem:
            raise error(str(problem), type_name="System.Security.Cryptography.CryptographicException") from None
        except PSError:
            if self.password is not None or self.no_prompt_for_password:
                raise
        host = self.session.host
        host.write("Enter password: ")
        self.password = host.read_line_as_secure_string()
        return read_certificates(path, self.password.reveal())[0]


CMDLETS = (GetPfxCertificate,)
