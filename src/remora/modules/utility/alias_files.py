"""Export-Alias and Import-Alias."""

from __future__ import annotations

import csv
import getpass
import socket
from datetime import datetime
from typing import Any

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.commands import AliasInfo
from remora.engine.convert.conversion import convert_to
from remora.engine.errors import PSError, error
from remora.engine.patient import open_reading
from remora.engine.text.dates import format_date
from remora.engine.text.encodings import decode_bytes, encode_text
from remora.engine.types.enumerations import item_options
from remora.engine.validators import ValidateNotNullOrEmpty
from remora.modules.common import has_wildcard, matcher, not_found
from remora.modules.management.failures import os_failure
from remora.modules.management.paths import glob
from remora.modules.output_file import open_output, output_path
from remora.modules.utility.aliases import OPTIONS, alias_exists, not_changeable

_ALIAS = "System.Management.Automation.AliasInfo"
_FIELDS = 4


@cmdlet("Export-Alias", aliases=("epal",), default_set="ByPath", output_type=(_ALIAS,), should_process=True)
class ExportAlias(Cmdlet):
    """Writes aliases to a file, as lines to import or as a script."""

    path = Parameter("string", sets={"ByPath": {"position": 0, "mandatory": True}})
    literal_path = Parameter(
        "string", sets={"ByLiteralPath": {"mandatory": True, "by_property": True}}, aliases=("PSPath", "LP")
    )
    name = Parameter("string[]", position=1, by_property=True)
    pass_thru = Parameter("switch")
    as_ = Parameter("Microsoft.PowerShell.Commands.ExportAliasFormat", name="As")
    append = Parameter("switch")
    force = Parameter("switch")
    no_clobber = Parameter("switch", aliases=("NoOverwrite",))
    description = Parameter("string")
    scope = Parameter("string")

    def begin(self) -> None:
        self._found: list[AliasInfo] = []

    def process(self) -> None:
        known = self.session.aliases(self.scope or None)
        for pattern in self.name or ["*"]:
            test = matcher([pattern])
            found = [alias for alias in known.values() if test(alias.name)]
            self._found.extend(found)
            if not found and not has_wildcard(pattern):
                message = f"Cannot find alias because alias '{pattern}' does not exist."
                self.write_error(not_found(message, "AliasNotFound", pattern).record)

    def end(self) -> None:
        path = output_path(self, self.path, self.literal_path)
        if not self.should_process(path):
            return
        given = self.literal_path or self.path
        file = open_output(
            self, path, given, append=bool(self.append), force=bool(self.force), no_clobber=bool(self.no_clobber)
        )
        try:
            lines = [*self._header(), *(self._line(alias) for alias in self._found)]
            file.write(encode_text("".join(line + "\n" for line in lines), "utf8", start=False))
        finally:
            file.close()
        if self.pass_thru:
            for alias in self._found:
                self.emit(alias)

    def _header(self) -> list[str]:
        now = format_date(datetime.now().astimezone(), "F")
        lines = ["# Alias File", f"# Exported by : {getpass.getuser()}", f"# Date/Time : {now}"]
        lines.append(f"# Computer : {socket.gethostname()}")
        if self.description is not None:
            lines.append("#")
            lines.extend("# " + line for line in self.description.split("\n"))
        return lines

    def _line(self, alias: AliasInfo) -> str:
        parts = (alias.name, alias.definition, alias.description, item_options(alias.options))
        if self.as_ is not None and str(self.as_) == "Script":
            return 'set-alias -Name:"{}" -Value:"{}" -Description:"{}" -Option:"{}"'.format(*parts)
        return '"{}","{}","{}","{}"'.format(*parts)


@cmdlet("Import-Alias", aliases=("ipal",), default_set="ByPath", output_type=(_ALIAS,), should_process=True)
class ImportAlias(Cmdlet):
    """Makes the aliases that a file of Export-Alias lists."""

    path = Parameter(
        "string", sets={"ByPath": {"position": 0, "mandatory": True, "pipeline": True, "by_property": True}}
    )
    literal_path = Parameter(
        "string",
        sets={"ByLiteralPath": {"mandatory": True, "pipeline": True, "by_property": True}},
        aliases=("PSPath", "LP"),
    )
    scope = Parameter("string", validate=(ValidateNotNullOrEmpty(),))
    pass_thru = Parameter("switch")
    force = Parameter("switch")

    def process(self) -> None:
        for alias in self._read(self._located()):
            if not self.should_process(f"Name: {alias.name} Value: {alias.target}", "Import Alias"):
                continue
            problem = self._refused(alias)
            if problem is not None:
                self.write_error(problem.record)
                continue
            self.session.set_alias(alias, self.scope or None)
            if self.pass_thru:
                self.emit(alias)

    def _refused(self, alias: AliasInfo) -> PSError | None:
        known = self.session.aliases(self.scope or None).get(alias.name.lower())
        if self.force:
            return not_changeable(known, None, force=True)
        if known is not None:
            return alias_exists(alias.name)
        command = self.session.find_command(alias.name)
        if command is None:
            return None
        refusal = alias_exists(alias.name)
        refusal.record.exception.message = (
            f"The alias is not allowed, because a command with the name '{alias.name}' and command type "
            f"'{command.command_type}' already exists."
        )
        return refusal

    def _located(self) -> str:
        if self.literal_path is not None:
            return self.session.file_path(self.literal_path)
        found = [place.path for place in glob(self.session, self.path) if place.is_file_system]
        if not found and not has_wildcard(self.path):
            path = self.session.file_path(self.path)
            message = f"Cannot find path '{path}' because it does not exist."
            raise self.throw(not_found(message, "PathNotFound", path))
        if len(found) != 1:
            raise self.throw(
                error(
                    f"Cannot import alias because path '{self.path}' contains wildcard characters that resolve to "
                    "multiple paths. Aliases can be imported from only one file. Change the value of the Path "
                    "parameter to a path that resolves to a single file.",
                    "NotSupported",
                    "NotImplemented",
                    self.path,
                    type_name="System.Management.Automation.PSNotSupportedException",
                )
            )
        return found[0]

    def _read(self, path: str) -> list[AliasInfo]:
        try:
            with open_reading(path) as file:
                text = decode_bytes(file.read(), None)
        except OSError as problem:
            raise self.throw(os_failure(problem, path, "FileOpenFailure")) from None
        made: list[AliasInfo] = []
        for number, line in enumerate(text.splitlines(), 1):
            if line.strip() and not line.startswith("#"):
                alias = self._parsed(line, path, number)
                if alias is not None:
                    made.append(alias)
        return made

    def _parsed(self, line: str, path: str, number: int) -> AliasInfo | None:
        fields: list[Any] = next(csv.reader([line], strict=False), [])
        if len(fields) != _FIELDS:
            raise self.throw(
                error(
                    f"Cannot import an alias. Line number {number} in the file '{path}' is not a properly-formatted, "
                    "comma-separated values (CSV) line for aliases. Change the line to contain four values separated "
                    "by commas. If the value text itself contains a comma, then the value must be contained in "
                    "quotation marks.",
                    "ImportAliasFileFormatError",
                    "ReadError",
                    path,
                    type_name="System.FormatException",
                )
            )
        try:
            options = int(convert_to(fields[3], OPTIONS))
        except PSError:
            self.fail(
                f"Cannot import the alias because line number {number} in the file '{path}' contains an option that "
                "is not recognized for aliases. Change the file to contain valid options.",
                "ImportAliasOptionsError",
                "ReadError",
                path,
                type_name="System.ArgumentException",
            )
            return None
        return AliasInfo(fields[0], fields[1], description=fields[2], options=options)


CMDLETS = (ExportAlias, ImportAlias)
