"""ConvertTo-Csv, ConvertFrom-Csv, Export-Csv, Import-Csv."""

from __future__ import annotations

import csv
import io
import os
from typing import Any

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.convert import to_text
from remora.engine.errors import error
from remora.engine.format.access import get, names
from remora.engine.nothing import NOTHING
from remora.engine.types.registry import type_names
from remora.engine.validators import ValidateSet
from remora.modules.management.encodings import decode_bytes, encode_text
from remora.modules.management.paths import literal_or_glob
from remora.values import PSObject

_QUOTES = ValidateSet("Always", "AsNeeded", "Never")


class _Writer(Cmdlet):
    input_object = Parameter("psobject", mandatory=True, pipeline=True, default=NOTHING)
    include_type_information = Parameter("switch", aliases=("ITI",))
    no_type_information = Parameter("switch", aliases=("NTI",))
    quote_fields = Parameter("string[]", aliases=("QF",))
    use_quotes = Parameter("string", aliases=("UQ",), default="Always", validate=(_QUOTES,))
    no_header = Parameter("switch")
    use_culture = Parameter("switch")

    def begin(self) -> None:
        self._header: list[str] | None = None
        self._separator = getattr(self, "delimiter", None) or ","

    def _rows(self, value: Any) -> list[str]:
        """Lines of one object, the header among them for the first."""
        lines: list[str] = []
        if self._header is None:
            self._header = names(value)
            if self.include_type_information:
                lines.append(f"#TYPE {(type_names(value) or ('System.Object',))[0]}")
            if not self.no_header:
                lines.append(self._line(list(self._header), self._header))
        lines.append(self._line([get(value, name) for name in self._header], self._header))
        return lines

    def _line(self, values: list[Any], header: list[str]) -> str:
        return self._separator.join(self._field(value, name) for value, name in zip(values, header, strict=True))

    def _field(self, value: Any, name: str) -> str:
        if value is None:
            return ""
        text = to_text(value)
        if self.quote_fields is not None:
            quoted = name.lower() in [field.lower() for field in self.quote_fields]
        else:
            mode = self.use_quotes.lower()
            quoted = mode == "always" or (
                mode == "asneeded" and any(c in text for c in (self._separator, '"', "\n", "\r"))
            )
        return '"' + text.replace('"', '""') + '"' if quoted else text


@cmdlet("ConvertTo-Csv", output_type=("System.String",))
class ConvertToCsv(_Writer):
    """Objects as CSV lines."""

    delimiter = Parameter("char", position=1)

    def process(self) -> None:
        if self.input_object is not NOTHING and self.input_object is not None:
            for line in self._rows(self.input_object):
                self.emit(line)


@cmdlet("Export-Csv", aliases=("epcsv",), should_process=True)
class ExportCsv(_Writer):
    """Writes objects to a CSV file."""

    path = Parameter("string", position=0)
    literal_path = Parameter("string", aliases=("PSPath", "LP"))
    delimiter = Parameter("char", position=1)
    append = Parameter("switch")
    force = Parameter("switch")
    no_clobber = Parameter("switch", aliases=("NoOverwrite",))
    encoding = Parameter("object")

    def begin(self) -> None:
        super().begin()
        self._lines: list[str] = []
        given = self.literal_path or self.path
        if not given:
            raise self.throw(
                error("You must specify either the -Path or -LiteralPath parameters, but not both.",
                      "CannotSpecifyPathAndLiteralPath",
                      "InvalidData", type_name="System.ArgumentException")
            )  # fmt: skip
        self._target = self.session.file_path(given)
        if self.no_clobber and os.path.exists(self._target):
            raise self.throw(
                error(f"The file '{self._target}' already exists.", "NoClobber", "ResourceExists", self._target,
                      type_name="System.IO.IOException")
            )  # fmt: skip
        if self.append and os.path.exists(self._target) and os.path.getsize(self._target):
            with open(self._target, "rb") as file:
                first = decode_bytes(file.read(65536), None).splitlines()
            start = 1 if first and first[0].startswith("#TYPE") else 0
            if len(first) > start:
                self._header = next(csv.reader([first[start]], delimiter=self._separator), [])

    def process(self) -> None:
        if self.input_object is not NOTHING and self.input_object is not None:
            self._lines.extend(self._rows(self.input_object))

    def end(self) -> None:
        if not self.should_process(self._target, "Export-Csv"):
            return
        data = encode_text("".join(line + "\n" for line in self._lines), self.encoding, start=not self.append)
        try:
            with open(self._target, "ab" if self.append else "wb") as file:
                file.write(data)
        except OSError as problem:
            from remora.modules.management.failures import os_failure

            self.write_error(os_failure(problem, self._target, "FileOpenFailure").record)


class _Reader(Cmdlet):
    header = Parameter("string[]")
    use_culture = Parameter("switch")

    def _objects(self, text: str, separator: str) -> None:
        rows = csv.reader(io.StringIO(text), delimiter=separator, skipinitialspace=False)
        header: list[str] | None = list(self.header) if self.header is not None else None
        type_name: str | None = None
        for row in rows:
            if not row:
                continue
            if header is None:
                if row[0].startswith("#TYPE "):
                    type_name = separator.join(row)[6:].strip()
                    continue
                if row[0].startswith("#") and len(row) == 1:
                    continue
                header = [name or f"H{at}" for at, name in enumerate(row, 1)]
                if any(not name for name in row):
                    self.write_warning(
                        'One or more headers were not specified. Default names starting with "H" have been used '
                        "in place of any "
                        "missing headers."
                    )
                continue
            self.emit(self._made(header, row, type_name))

    def _made(self, header: list[str], row: list[str], type_name: str | None) -> PSObject:
        members = {name: row[at] if at < len(row) else None for at, name in enumerate(header)}
        made = PSObject.custom(members)
        if type_name:
            made.type_names = (type_name, f"CSV:{type_name}", *made.type_names)
        return made


@cmdlet("ConvertFrom-Csv")
class ConvertFromCsv(_Reader):
    """CSV lines as objects; every value is text."""

    input_object = Parameter("psobject[]", position=0, mandatory=True, pipeline=True)
    delimiter = Parameter("char", position=1)

    def begin(self) -> None:
        self._lines: list[str] = []

    def process(self) -> None:
        self._lines.extend(to_text(item) for item in self.input_object or ())

    def end(self) -> None:
        self._objects("\n".join(self._lines), self.delimiter or ",")


@cmdlet("Import-Csv", aliases=("ipcsv",))
class ImportCsv(_Reader):
    """Reads a CSV file; every value is text."""

    path = Parameter("string[]", position=0, pipeline=True)
    literal_path = Parameter("string[]", aliases=("PSPath", "LP"), by_property=True)
    delimiter = Parameter("char", position=1)
    encoding = Parameter("object")

    def process(self) -> None:
        for target in literal_or_glob(self, self.path, self.literal_path):
            try:
                with open(target, "rb") as file:
                    text = decode_bytes(file.read(), self.encoding)
            except OSError as problem:
                from remora.modules.management.failures import os_failure

                self.write_error(os_failure(problem, target, "FileOpenFailure").record)
                continue
            self._objects(text, self.delimiter or ",")


CMDLETS = (ConvertFromCsv, ConvertToCsv, ExportCsv, ImportCsv)
