"""ConvertTo-Csv, ConvertFrom-Csv, Export-Csv, Import-Csv."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, Final

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.errors import PSError, error
from remora.engine.nothing import NOTHING
from remora.engine.patient import open_reading
from remora.engine.text.encodings import decode_bytes, detect, encode_text
from remora.engine.types.attached import attachment
from remora.engine.types.culture import current_culture
from remora.engine.types.registry import type_names, unwrap
from remora.engine.validators import ValidateNotNull, ValidateNotNullOrEmpty
from remora.modules.common import ABSENT, find, names, object_text
from remora.modules.management.failures import os_failure
from remora.modules.management.paths import literal_or_glob
from remora.modules.output_file import open_output, output_path
from remora.modules.utility.csv_reading import CsvScanner
from remora.values import MISSING, PSObject

_QUOTES = "Microsoft.PowerShell.Commands.BaseCsvWritingCommand+QuoteKind"
_FILLED = (ValidateNotNullOrEmpty(),)
_PREFIX: Final = "CSV:"


def _invalid(message: str, error_id: str, target: Any = None) -> PSError:
    return error(message, error_id, "InvalidData", target, type_name="System.InvalidOperationException")


def separator(command: Any) -> str:
    """Between values when no delimiter was given: a comma, or what the culture has."""
    return current_culture().text.list_separator[:1] if command.use_culture else ","


class _Writer(Cmdlet):
    input_object = Parameter("psobject", mandatory=True, pipeline=True, by_property=True, default=NOTHING)
    delimiter = Parameter("char", sets={"Delimiter": {"position": 1}}, validate=(ValidateNotNull(),))
    use_culture = Parameter("switch", sets=("UseCulture",))
    include_type_information = Parameter("switch", aliases=("ITI",))
    no_type_information = Parameter("switch", aliases=("NTI",))
    quote_fields = Parameter("string[]", aliases=("QF",))
    use_quotes = Parameter(_QUOTES, aliases=("UQ",), default="Always")
    no_header = Parameter("switch")

    def begin(self) -> None:
        if {"QuoteFields", "UseQuotes"} <= self.bound:
            raise self.throw(
                _invalid(
                    "You must specify either the -UseQuotes or -QuoteFields parameters, but not both.",
                    "CannotSpecifyQuoteFieldsAndUseQuotes",
                )
            )
        if {"IncludeTypeInformation", "NoTypeInformation"} <= self.bound:
            raise self.throw(
                _invalid(
                    "You must specify either the -IncludeTypeInformation or -NoTypeInformation parameters, but not "
                    "both.",
                    "CannotSpecifyIncludeTypeInformationAndNoTypeInformation",
                )
            )
        self._separator = self.delimiter or separator(self)
        self._columns: list[str] | None = None
        self._quoted = None if self.quote_fields is None else {field.lower() for field in self.quote_fields}
        self._mode = str(self.use_quotes).lower()

    def _head(self) -> list[str]:
        """The lines before the first object's."""
        lines: list[str] = []
        if self.no_header or self._columns is None:
            return lines
        if self.include_type_information:
            kind = next(iter(type_names(self.input_object)), "")
            lines.append(f"#TYPE {kind.removeprefix(_PREFIX)}" if kind else "#TYPE")
        lines.append(self._line(list(self._columns)))
        return lines

    def _object_line(self, value: Any) -> str:
        return self._line([_cell(value, name) for name in self._columns or ()])

    def _line(self, values: list[str | None]) -> str:
        columns = self._columns or []
        return self._separator.join(self._field(value, name) for value, name in zip(values, columns, strict=True))

    def _field(self, text: str | None, name: str) -> str:
        if text is None:
            return ""
        if self._quoted is not None:
            quoted = name.lower() in self._quoted
        else:
            needed = self._mode == "asneeded" and any(char in text for char in (self._separator, '"', "\n"))
            quoted = self._mode == "always" or needed
        return '"' + text.replace('"', '""') + '"' if quoted else text


def _column_names(value: Any) -> list[str]:
    """The keys of a dictionary and what was added to it; the properties of anything else."""
    plain = unwrap(value)
    if not isinstance(plain, Mapping):
        return names(value)
    keys = [object_text(key) for key in plain]
    kept = attachment(plain)
    added = dict.fromkeys(kept.members if kept is not None else ())
    if isinstance(value, PSObject) and value.base is not MISSING:
        added.update(dict.fromkeys(value.extended))
    keys.extend(name for name in added if name not in keys)
    return keys


def _cell(value: Any, name: str) -> str | None:
    found: Any
    try:
        found = find(value, name)
    except PSError:
        return None
    return None if found is ABSENT or found is None or found is NOTHING else object_text(found)


@cmdlet("ConvertTo-Csv", default_set="Delimiter", output_type=("System.String",))
class ConvertToCsv(_Writer):
    """Objects as CSV lines."""

    input_object = Parameter(
        "psobject", position=0, mandatory=True, pipeline=True, by_property=True, allow_null=True, default=NOTHING
    )

    def process(self) -> None:
        value = self.input_object
        if value is NOTHING or value is None:
            return
        if self._columns is None:
            self._columns = _column_names(value)
            for line in self._head():
                self.emit(line)
        self.emit(self._object_line(value))


@cmdlet("Export-Csv", aliases=("epcsv",), default_set="Delimiter", should_process=True)
class ExportCsv(_Writer):
    """Writes objects to a CSV file."""

    path = Parameter("string", position=0, validate=_FILLED)
    literal_path = Parameter("string", aliases=("PSPath", "LP"), validate=_FILLED)
    force = Parameter("switch")
    no_clobber = Parameter("switch", aliases=("NoOverwrite",))
    encoding = Parameter("System.Text.Encoding", validate=_FILLED)
    append = Parameter("switch")

    def begin(self) -> None:
        super().begin()
        self._file: Any = None
        if (self.path is None) == (self.literal_path is None):
            raise self.throw(
                _invalid(
                    "You must specify either the -Path or -LiteralPath parameters, but not both.",
                    "CannotSpecifyPathAndLiteralPath",
                )
            )
        if self.append and self.no_header:
            raise self.throw(
                _invalid(
                    "You must specify either the -Append or -NoHeader parameters, but not both.",
                    "CannotSpecifyBothAppendAndNoHeader",
                )
            )
        given = self.literal_path or self.path
        if not self.should_process(given):
            return
        target = output_path(self, self.path, self.literal_path)
        self._given_encoding: Any = self.encoding
        self._known: list[str] | None = self._known_columns(target) if self.append else None
        self._start = self._known is None
        self._file = open_output(
            self, target, given, append=bool(self.append), force=bool(self.force), no_clobber=bool(self.no_clobber)
        )
        if self._start:
            self._write("")

    def _known_columns(self, path: str) -> list[str] | None:
        """Columns of the file to append to; None when there is nothing in it."""
        try:
            with open_reading(path) as file:
                data = file.read()
        except FileNotFoundError:
            return None
        except OSError as problem:
            raise self.throw(os_failure(problem, path, "FileOpenFailure")) from None
        codec, skip = detect(data, self.encoding)
        if not data[skip:]:
            return None
        if skip:
            self._given_encoding = codec
        return header_of(CsvScanner(decode_bytes(data, self.encoding), self._separator))

    def process(self) -> None:
        value = self.input_object
        if value is NOTHING or value is None or self._file is None:
            return
        lines: list[str] = []
        if self._columns is None:
            self._columns = _column_names(value)
            if self._known is None:
                lines = self._head()
            else:
                self._reconcile(self._known)
        lines.append(self._object_line(value))
        self._write("".join(line + os.linesep for line in lines))

    def _reconcile(self, known: list[str]) -> None:
        given = {name.lower() for name in self._columns or ()}
        missing = next((name for name in known if name.lower() not in given), None)
        if missing is not None and not self.force:
            raise self.throw(
                _invalid(
                    f"Cannot append CSV content to the following file: {self.literal_path or self.path}. The appended "
                    f"object does not have a property that corresponds to the following column: {missing}. To continue "
                    "with mismatched properties, add the -Force parameter, and then retry the command.",
                    "CannotAppendCsvWithMismatchedPropertyNames",
                    missing,
                )
            )
        self._columns = known

    def _write(self, text: str) -> None:
        self._file.write(encode_text(text, self._given_encoding, start=self._start))
        self._start = False

    def dispose(self) -> None:
        if getattr(self, "_file", None) is not None:
            self._file.close()


def header_of(scanner: CsvScanner) -> list[str]:
    """The names of the first line that is no comment; ``#Fields:`` of a web server's log names them too."""
    scanner.type_line()
    return _header(scanner)


def _header(scanner: CsvScanner) -> list[str]:
    while not scanner.at_end:
        values = scanner.record()
        while len(values) > 1 and not values[-1]:
            values.pop()
        if values and values[0].startswith("#Fields: "):
            return [values[0].removeprefix("#Fields: "), *values[1:]]
        if not (values and values[0].startswith("#")):
            return values
    return []


class _Reader(Cmdlet):
    use_culture = Parameter("switch")
    header = Parameter("string[]", validate=_FILLED)

    def begin(self) -> None:
        self._names: list[str] | None = list(self.header) if self.header is not None else None
        self._type: str | None = None
        self._warned = False
        self._separator = getattr(self, "delimiter", None) or separator(self)

    def _objects(self, text: str) -> None:
        scanner = CsvScanner(text, self._separator)
        if self._type is None:
            self._type = scanner.type_line()
        if self._names is None and not scanner.at_end:
            self._names = _header(scanner)
        if self._names is None:
            return
        columns = self._checked(self._names)
        for record in scanner.records():
            self.check_stop()
            if len(columns) != len(self._names) or any(not name for name in self._names):
                self._warn()
            self._out(columns, record)

    def _checked(self, given: list[str]) -> list[str]:
        seen: set[str] = set()
        for name in given:
            if name and name.lower() in seen:
                raise self.throw(
                    error(
                        f'The member "{name}" is already present.',
                        "System.Management.Automation.ExtendedTypeSystemException",
                        "NotSpecified",
                        type_name="System.Management.Automation.ExtendedTypeSystemException",
                    )
                )
            seen.add(name.lower())
        columns = []
        unnamed = 0
        for name in given:
            unnamed += not name
            columns.append(name or f"H{unnamed}")
        return columns

    def _warn(self) -> None:
        if not self._warned:
            self._warned = True
            self.write_warning(
                'One or more headers were not specified. Default names starting with "H" have been used in place of '
                "any missing headers."
            )

    def _out(self, columns: list[str], record: list[str]) -> None:
        members = {name: record[at] if at < len(record) else None for at, name in enumerate(columns)}
        made = PSObject.custom(members)
        if self._type:
            made.type_names = (self._type, _PREFIX + self._type)
        self.emit(made)


@cmdlet("ConvertFrom-Csv", default_set="Delimiter")
class ConvertFromCsv(_Reader):
    """CSV lines as objects; every value is text."""

    delimiter = Parameter("char", sets={"Delimiter": {"position": 1}}, validate=(ValidateNotNull(),))
    use_culture = Parameter("switch", sets={"UseCulture": {"mandatory": True}})
    input_object = Parameter(
        "psobject[]", position=0, mandatory=True, pipeline=True, by_property=True, validate=(ValidateNotNull(),)
    )

    def process(self) -> None:
        self._objects("\n".join(object_text(item) for item in self.input_object or ()))


_PATHS: dict[str, dict[str, Any]] = {
    name: {"position": 0, "mandatory": True, "pipeline": True, "by_property": True}
    for name in ("DelimiterPath", "CulturePath")
}
_LITERAL: dict[str, dict[str, Any]] = {
    name: {"mandatory": True, "by_property": True} for name in ("DelimiterLiteralPath", "CultureLiteralPath")
}


@cmdlet("Import-Csv", aliases=("ipcsv",), default_set="DelimiterPath")
class ImportCsv(_Reader):
    """Reads a CSV file; every value is text."""

    delimiter = Parameter(
        "char",
        sets={"DelimiterPath": {"position": 1}, "DelimiterLiteralPath": {"position": 1}},
        validate=(ValidateNotNull(),),
    )
    path = Parameter("string[]", sets=_PATHS, validate=_FILLED)
    literal_path = Parameter("string[]", sets=_LITERAL, aliases=("PSPath", "LP"), validate=_FILLED)
    use_culture = Parameter(
        "switch", sets={name: {"mandatory": True} for name in ("CulturePath", "CultureLiteralPath")}
    )
    encoding = Parameter("System.Text.Encoding", validate=_FILLED)

    def process(self) -> None:
        for target in literal_or_glob(self, self.path, self.literal_path):
            try:
                with open_reading(target) as file:
                    text = decode_bytes(file.read(), self.encoding)
            except OSError as problem:
                self.write_error(os_failure(problem, target, "FileOpenFailure").record)
                continue
            self._names = list(self.header) if self.header is not None else None
            self._type = None
            self._objects(text)


CMDLETS = (ConvertFromCsv, ConvertToCsv, ExportCsv, ImportCsv)
