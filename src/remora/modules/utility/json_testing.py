"""Test-Json."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.errors import PSError, error
from remora.engine.patient import open_reading
from remora.engine.validators import ValidateNotNullOrEmpty, ValidateSet
from remora.modules.output_file import output_path

if TYPE_CHECKING:
    from remora.modules.utility.json_schema import Schema

_MAX_DEPTH: Final = 64
_PIECES = re.compile(r'"(?:[^"\\]|\\.)*"|//[^\n]*|/\*.*?\*/', re.DOTALL)
_TRAILING = re.compile(r'("(?:[^"\\]|\\.)*")|,(?=\s*[\]}])', re.DOTALL)
_VALUE: Final = {"position": 0, "mandatory": True}


def _sets(source: str, value: dict[str, Any], *schemas: str) -> dict[str, dict[str, Any]]:
    return {source + schema: dict(value) for schema in schemas or ("", _STRING, _FILE)}


_STRING: Final = "WithSchemaString"
_FILE: Final = "WithSchemaFile"
_SCHEMA: Final = {"position": 1, "mandatory": True}


def _schema_sets(schema: str) -> dict[str, dict[str, Any]]:
    return {source + schema: dict(_SCHEMA) for source in ("JsonString", "JsonPath", "JsonLiteralPath")}


@cmdlet("Test-Json", default_set="JsonString", output_type=("System.Boolean",))
class TestJson(Cmdlet):
    """Tells whether texts or files are JSON, and fit a schema."""

    json = Parameter("string", sets=_sets("JsonString", {**_VALUE, "pipeline": True}))
    path = Parameter("string", sets=_sets("JsonPath", {**_VALUE, "by_property": True}))
    literal_path = Parameter(
        "string", sets=_sets("JsonLiteralPath", {**_VALUE, "by_property": True}), aliases=("PSPath", "LP")
    )
    schema = Parameter("string", sets=_schema_sets(_STRING), validate=(ValidateNotNullOrEmpty(),))
    schema_file = Parameter("string", sets=_schema_sets(_FILE), validate=(ValidateNotNullOrEmpty(),))
    options = Parameter(
        "string[]", validate=(ValidateNotNullOrEmpty(), ValidateSet("IgnoreComments", "AllowTrailingCommas"))
    )

    def begin(self) -> None:
        self._schema: Schema | None = None
        if self.schema is None and self.schema_file is None:
            return
        from remora.modules.utility.json_schema import BadSchema, Schema

        text, uri = (self.schema, "") if self.schema is not None else self._schema_text()
        try:
            self._schema = Schema(text, uri)
        except BadSchema:
            self.write_error(_bad_schema(self.schema or self.schema_file).record)

    def _schema_text(self) -> tuple[str, str]:
        path = self.session.file_path(self.schema_file)
        try:
            return _text_of(path), Path(path).as_uri()
        except OSError:
            raise self.throw(
                error(f"Can not open JSON schema file: {path}", "JsonSchemaFileOpenFailure", "OpenError", path)
            ) from None

    def process(self) -> None:
        text = self.json if self.json is not None else self._file_text()
        try:
            value = parsed(text, {one.lower() for one in self.options or ()})
        except ValueError:
            self.write_error(error("Cannot parse the JSON.", "InvalidJson", "InvalidData", self.json).record)
            self.emit(False)
            return
        self.emit(self._schema is None or self._fits(self._schema, value))

    def _file_text(self) -> str:
        given = self.path if self.literal_path is None else self.literal_path
        path = output_path(self, self.path, self.literal_path)
        if not os.path.isfile(path):
            raise self.throw(
                error(
                    f"Cannot find path '{given}' because it does not exist.", "PathNotFound", "ObjectNotFound", given,
                    type_name="System.Management.Automation.ItemNotFoundException",
                )
            )  # fmt: skip
        try:
            return _text_of(path)
        except OSError as problem:
            from remora.modules.management.failures import os_failure

            raise self.throw(os_failure(problem, path, "FileOpenFailure")) from None

    def _fits(self, schema: Schema, value: Any) -> bool:
        from remora.modules.utility.json_schema import BadSchema

        fits = True
        try:
            for reason, place in schema.failures(value):
                fits = False
                message = f"The JSON is not valid with the schema: {reason} at '{place}'"
                self.write_error(error(message, "InvalidJsonAgainstSchemaDetailed", "InvalidData").record)
        except BadSchema:
            self.write_error(_bad_schema(self.schema or self.schema_file).record)
            return False
        return fits


def _bad_schema(target: Any) -> PSError:
    return error("Cannot parse the JSON schema.", "InvalidJsonSchema", "InvalidData", target)


def _text_of(path: str) -> str:
    with open_reading(path) as file:
        return file.read().decode("utf-8-sig", "replace")


def parsed(text: str, options: set[str]) -> Any:
    """The value of JSON as the standard has it; options: what is let pass beyond it. Raises ValueError."""
    if "ignorecomments" in options:
        text = _PIECES.sub(lambda found: found[0] if found[0][0] == '"' else " ", text)
    if "allowtrailingcommas" in options:
        text = _TRAILING.sub(lambda found: found[1] or "", text)
    try:
        value = json.loads(text, parse_constant=_no_constant)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if _deeper(value, _MAX_DEPTH):
        raise ValueError("nested too deeply")
    return value


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _deeper(value: Any, limit: int) -> bool:
    """Tell whether arrays and objects nest more than limit deep."""
    level = [value]
    for _ in range(limit):
        level = [
            item
            for one in level
            if isinstance(one, dict | list)
            for item in (one.values() if isinstance(one, dict) else one)
            if isinstance(item, dict | list)
        ]
        if not level:
            return False
    return True


CMDLETS = (TestJson,)
