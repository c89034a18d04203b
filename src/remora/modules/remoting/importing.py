"""Import-PSSession and Export-PSSession: commands of a session as functions here."""

from __future__ import annotations

import os
import shutil
import tempfile
from typing import Any, Final
from uuid import uuid4

from remora.client.pssession import PSSession
from remora.client.session_state import RunspaceState
from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.convert import to_text
from remora.engine.errors import error
from remora.engine.module.finding import module_paths
from remora.engine.validators import ValidateNotNull, ValidateNotNullOrEmpty
from remora.modules.common import as_list
from remora.modules.remoting.common import Caller, sessions_of
from remora.modules.remoting.proxies import ProxyModule, remote_name
from remora.modules.remoting.remote_commands import Wanted, remote_commands, remote_formats

_MODULE: Final = "Microsoft.PowerShell.Utility"


class _Proxies(Cmdlet):
    """What both cmdlets ask of the session."""

    session_ = Parameter("object", name="Session", position=0, mandatory=True, validate=(ValidateNotNull(),))
    command_name = Parameter("string[]", position=2, aliases=("Name",))
    format_type_name = Parameter("string[]", position=3)
    argument_list = Parameter("object[]", aliases=("Args",), allow_null=True, allow_empty=True)
    allow_clobber = Parameter("switch")
    command_type = Parameter("string", aliases=("Type",))
    module = Parameter("string[]", aliases=("PSSnapin",), validate=(ValidateNotNull(),))
    fully_qualified_module = Parameter("object[]", validate=(ValidateNotNull(),))
    certificate = Parameter("object")

    prefix: Any = None

    def proxies(self, kind: str) -> ProxyModule:
        """The module for the commands that were asked for. Raises PSError when there is none, or no answer."""
        if self.certificate is not None:
            raise self.runtime.not_supported(f"{kind} -Certificate")
        session = self._open_session()
        wanted = Wanted(
            names=[to_text(name) for name in as_list(self.command_name)],
            modules=[to_text(name) for name in as_list(self.module)],
            qualified=as_list(self.fully_qualified_module),
            arguments=as_list(self.argument_list),
            types=to_text(self.command_type) if self.command_type is not None else "Alias, Function, Filter, Cmdlet",
            prefix=to_text(self.prefix or ""),
            clobber=bool(self.allow_clobber),
        )
        caller = Caller(self)
        commands = remote_commands(self, caller, session, wanted)
        formats = []
        if self.format_type_name is not None or not self._names_commands():
            types = [to_text(name) for name in as_list(self.format_type_name)] or ["*"]
            formats = remote_formats(self, caller, session, types, given=self.format_type_name is not None)
        if not commands:
            none = "No command proxies have been created, because all of the requested remote commands would shadow "
            none += "existing local commands.  Use the AllowClobber parameter if you want to shadow existing local "
            none += "commands."
            raise self.throw(
                error(
                    none, "ErrorNoCommandsImportedBecauseOfSkipping", "InvalidResult",
                    type_name="System.ArgumentException",
                )
            )  # fmt: skip
        return ProxyModule(session, commands, formats)

    def _names_commands(self) -> bool:
        return any(given is not None for given in (self.command_name, self.module, self.fully_qualified_module))

    def _open_session(self) -> PSSession:
        (session,) = sessions_of(self.session_)
        if session.state is not RunspaceState.OPENED:
            closed = f"The session {session.name} is not open: its state is {session.state.value}."
            raise self.throw(error(closed, "RunspaceNotInOpenedState", "InvalidArgument", session.name))
        return session


@cmdlet("Import-PSSession", aliases=("ipsn",), module=_MODULE,
        output_type=("System.Management.Automation.PSModuleInfo",))  # fmt: skip
class ImportPSSession(_Proxies):
    """Makes functions of the commands of a session: calling them runs the commands there."""

    prefix = Parameter("string", validate=(ValidateNotNullOrEmpty(),))
    disable_name_checking = Parameter("switch")

    def end(self) -> None:
        proxies = self.proxies("Import-PSSession")
        name = remote_name(proxies.session)
        place = tempfile.mkdtemp(prefix=name)
        try:
            folder = os.path.join(place, f"tmp_{uuid4().hex[:8]}")
            proxies.write(folder)
            options: dict[str, Any] = {"DisableNameChecking": bool(self.disable_name_checking)}
            if self.prefix is not None:
                options["Prefix"] = self.prefix
            self.emit_all(
                self.runtime.call_command(
                    "Import-Module", folder, Global=True, PassThru=True, ArgumentList=[self.session_], **options
                )
            )
        finally:
            shutil.rmtree(place, ignore_errors=True)


@cmdlet("Export-PSSession", aliases=("epsn",), module=_MODULE, output_type=("System.IO.FileInfo",))
class ExportPSSession(_Proxies):
    """Writes a module with functions for the commands of a session, to be imported later."""

    output_module = Parameter("string", position=1, mandatory=True, aliases=("PSPath", "ModuleName"),
                              validate=(ValidateNotNullOrEmpty(),))  # fmt: skip
    force = Parameter("switch")
    encoding = Parameter("System.Text.Encoding", default="utf8NoBOM")

    def end(self) -> None:
        folder = self._folder(to_text(self.output_module))
        if os.path.isdir(folder) and os.listdir(folder) and not self.force:
            taken = f"The directory '{folder}' already exists.  Use the Force parameter if you want to overwrite it."
            raise self.throw(
                error(
                    taken, "ExportProxyCommand_CannotOverwriteOutputDirectory", "ResourceExists", folder,
                    type_name="System.ArgumentException",
                )
            )  # fmt: skip
        for path in self.proxies("Export-PSSession").write(folder, self.encoding):
            self.emit_all(self.runtime.call_command("Get-Item", LiteralPath=path))

    def _folder(self, given: str) -> str:
        """A plain name lies where the user's modules are."""
        if os.sep in given:
            return self.session.file_path(given)
        return os.path.join(module_paths()[0], given)


CMDLETS = (ExportPSSession, ImportPSSession)
