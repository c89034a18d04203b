"""Start-Transcript, Stop-Transcript."""

from __future__ import annotations

import os
import secrets
import socket
from datetime import datetime

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.context import home_directory
from remora.engine.convert import to_text
from remora.engine.errors import PSError, error
from remora.engine.transcript import Transcript, transcripts
from remora.engine.validators import ValidateNotNullOrEmpty
from remora.modules.management.failures import os_failure
from remora.modules.management.paths import glob
from remora.values import PSObject

_GIVEN = (ValidateNotNullOrEmpty(),)
_MODULE = "Microsoft.PowerShell.Host"
_INVALID = "System.Management.Automation.PSInvalidOperationException"


def _told(text: str, path: str) -> PSObject:
    """The text, with the path as a property."""
    return PSObject(base=f"{text}, output file is {path}", extended={"Path": path})


@cmdlet("Start-Transcript", default_set="ByPath", module=_MODULE, should_process=True, output_type=("System.String",))
class StartTranscript(Cmdlet):
    """Writes what the session shows to a file from now on."""

    path = Parameter("string", sets={"ByPath": {"position": 0}}, validate=_GIVEN)
    literal_path = Parameter(
        "string",
        sets={"ByLiteralPath": {"position": 0}},
        aliases=("PSPath", "LP"),
        validate=_GIVEN,
    )
    output_directory = Parameter("string", sets={"ByOutputDirectory": {"position": 0}}, validate=_GIVEN)
    append = Parameter("switch")
    force = Parameter("switch")
    no_clobber = Parameter("switch", aliases=("NoOverwrite",))
    include_invocation_header = Parameter("switch")
    use_minimal_header = Parameter("switch")

    def process(self) -> None:
        shown, path = self._target()
        if not self.should_process(path, "Start-Transcript"):
            return
        if os.path.isfile(path):
            self._check(path)
        try:
            if os.path.isdir(path):
                raise self._failed(f"File path {path} resolves to a directory.")
            os.makedirs(os.path.dirname(path), exist_ok=True)
            if not self.append:
                with open(path, "w"):
                    pass
            made = Transcript(
                self.session.context, path, invocation_header=bool(self.include_invocation_header),
                minimal_header=bool(self.use_minimal_header),
            )  # fmt: skip
        except OSError as problem:
            raise self._failed(os_failure(problem, path, "").record.message) from None
        transcripts(self.session.context).append(made)
        self.emit(_told("Transcript started", shown))

    def _target(self) -> tuple[str, str]:
        """The path as it was given, and as it is in the file system."""
        session = self.session
        given = self.path if self.literal_path is None else self.literal_path
        if given is None and self.output_directory is None:
            named = session.get_variable("Transcript", None, "global")
            given = None if named is None else to_text(named)
        if given is None:
            folder = home_directory() if self.output_directory is None else session.file_path(self.output_directory)
            name = f"PowerShell_transcript.{socket.gethostname()}.{secrets.token_urlsafe(6)}."
            given = os.path.join(folder, f"{name}{datetime.now():%Y%m%d%H%M%S}.txt")
            return given, given
        place = session.resolve_path(given)
        found = [] if self.literal_path is not None else list(glob(session, given, hidden=True))
        if len(found) > 1:
            raise self._refused(
                "Cannot perform operation because the path resolved to more than one file. This command cannot operate "
                "on multiple files.", "MultipleFilesNotSupported",
            )  # fmt: skip
        place = found[0] if found else place
        if not place.is_file_system:
            provider = place.drive.info.full_name if place.drive.info else place.drive.provider
            raise self._refused(
                f"The current provider ({provider}) cannot open a file.", "ReadWriteFileNotFileSystemProvider"
            )
        return given, place.path

    def _check(self, path: str) -> None:
        """-NoClobber leaves what is there; a read-only file is written with -Force only."""
        if self.no_clobber and not self.append:
            raise self.throw(
                error(f"File {path} already exists and NoClobber was specified.", "NoClobber", "ResourceExists", path,
                      type_name="System.UnauthorizedAccessException")
            )  # fmt: skip
        if not os.stat(path).st_mode & 0o200:
            if not self.force:
                raise self._failed(
                    f'File {path} is read-only. Cannot write to this file. "Start-Transcript -Force" will clear the '
                    "read-only attribute."
                )
            os.chmod(path, os.stat(path).st_mode | 0o200)

    def _failed(self, reason: str) -> Exception:
        return self._refused(
            f"Transcription cannot be started due to the error: {reason}", "CannotStartTranscription",
            "InvalidOperation",
        )  # fmt: skip

    def _refused(self, message: str, error_id: str, category: str = "InvalidArgument") -> Exception:
        return self.throw(error(message, error_id, category, type_name=_INVALID))


@cmdlet("Stop-Transcript", module=_MODULE, should_process=True, output_type=("System.String",))
class StopTranscript(Cmdlet):
    """Ends the transcript that was started last."""

    def process(self) -> None:
        running = transcripts(self.session.context)
        if not self.should_process("transcript", "Stop-Transcript"):
            return
        if not running:
            raise self.throw(self._nothing())
        last = running.pop()
        last.close()
        self.emit(_told("Transcript stopped", last.path))

    def _nothing(self) -> PSError:
        return error(
            "An error occurred stopping transcription: The host is not currently transcribing.",
            "InvalidOperation", "InvalidOperation", type_name=_INVALID,
        )  # fmt: skip


CMDLETS = (StartTranscript, StopTranscript)
