"""Test-Json."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.modules.conftest import Shell

PERSON = (
    '{"type":"object","required":["name","age"],"properties":{"name":{"type":"string","minLength":2},'
    '"age":{"type":"integer","minimum":0}},"additionalProperties":false}'
)
BAD = ",Microsoft.PowerShell.Commands.TestJsonCommand"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


@pytest.fixture
def files(tmp_path: Path, ps: Shell) -> Path:
    (tmp_path / "good.json").write_text('{"name":"Ann","age":3}')
    (tmp_path / "a[1].json").write_text("[1]")
    (tmp_path / "person.json").write_text(PERSON)
    (tmp_path / "list.json").write_text('{"type":"array","items":{"$ref":"person.json"}}')

    return tmp_path


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{}", True), ("[1,2]", True), ("null", True), ('"x"', True), ("1.5e3", True), ("{'a':1}", False),
        ("{a:1}", False), ("[1,]", False), ("[1] // x", False), ("NaN", False), ("[1 2]", False),
        ("[" * 64 + "]" * 64, True), ("[" * 65 + "]" * 65, False),
    ],
)  # fmt: skip
def test_what_is_json(ps: Shell, text: str, expected: bool) -> None:
    ps(f"$t = {_quoted(text)}")
    script = "$t | Test-Json -ErrorVariable e -ErrorAction SilentlyContinue; $e.Count"
    out = ps(script).output
    assert out[0] is expected
    assert out[1] == (0 if expected else 1)


@pytest.mark.parametrize(
    ("options", "text", "expected"),
    [
        ("IgnoreComments", '[1 /* , */, "// no" // yes\n]', True),
        ("IgnoreComments", "[1,]", False),
        ("AllowTrailingCommas", '{"a":[1,],"b":",]",}', True),
        ("AllowTrailingCommas", "[1] // x", False),
        ("IgnoreComments,AllowTrailingCommas", "[1, /* x */ ]", True),
    ],
)
def test_options_let_more_pass(ps: Shell, options: str, text: str, expected: bool) -> None:
    ps(f"$t = {_quoted(text)}")
    assert ps(f"Test-Json $t -Options {options} -ErrorAction Ignore").output == [expected]


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ('{"name":"Ann","age":3}', []),
        ('{"name":1,"age":3}', ["Value is \"integer\" but should be \"string\" at '/name'"]),
        ("{}", ["Required properties [\"name\",\"age\"] are not present at ''"]),
        ('{"name":"A","age":1}', ["Value should be at least 2 characters at '/name'"]),
        ('{"name":"Ann","age":-1}', ["-1 should be at least 0 at '/age'"]),
        ('{"name":"Ann","age":3,"x/y":1}', ["All values fail against the false schema at '/x~1y'"]),
    ],
)  # fmt: skip
def test_a_schema_tells_each_failure(ps: Shell, text: str, messages: list[str]) -> None:
    ps(f"$t = {_quoted(text)}")
    ps(f"$s = {_quoted(PERSON)}")
    script = "Test-Json $t -Schema $s -ErrorVariable e -ErrorAction SilentlyContinue; $e | % Exception | % Message"
    prefix = "The JSON is not valid with the schema: "
    assert ps(script).output == [not messages, *[prefix + one for one in messages]]


def test_the_branches_of_a_choice_are_told_only_where_none_fits(ps: Shell) -> None:
    ps("$s = " + _quoted('{"items":{"oneOf":[{"type":"integer"},{"type":"string","maxLength":2}]}}'))
    script = "Test-Json $t -Schema $s -ErrorVariable e -ErrorAction SilentlyContinue; $e | % { $_.Exception.Message }"
    assert ps("$t = '[1,\"ab\"]'; " + script).output == [True]
    out = ps("$t = '[1,\"abc\"]'; " + script).output
    assert out[0] is False
    assert len(out) == 4
    assert all("at '/1'" in one for one in out[1:])


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("Test-Json -Path good.json", [True]),
        ("Test-Json -Path g*.json -SchemaFile person.json", [True]),
        ("Test-Json -LiteralPath 'a[1].json'", [True]),
        ("Get-Item good.json | Test-Json -SchemaFile person.json", [True]),
        ('Test-Json \'[{"name":"Ann","age":3}]\' -SchemaFile list.json', [True]),
        ("Test-Json '[{\"age\":3}]' -SchemaFile list.json -ErrorAction Ignore", [False]),
    ],
)
def test_files(ps: Shell, files: Path, script: str, expected: list[Any]) -> None:
    assert ps(script).output == expected


@pytest.mark.parametrize(
    ("script", "id"),
    [
        ("Test-Json '{'", "InvalidJson"),
        ("Test-Json '1' -Schema '{'", "InvalidJsonSchema"),
        ("Test-Json '1' -Schema '{\"type\":5}'", "InvalidJsonSchema"),
        ("Test-Json '1' -Schema '{\"$ref\":\"http://127.0.0.1:9/none\"}'", "InvalidJsonSchema"),
        ("Test-Json '1' -Schema '{\"type\":\"string\"}'", "InvalidJsonAgainstSchemaDetailed"),
        ("Test-Json '1' -SchemaFile none.json", "JsonSchemaFileOpenFailure"),
        ("Test-Json -Path none.json", "PathNotFound"),
        ("Test-Json -LiteralPath g*.json", "PathNotFound"),
        ("Test-Json -Path 'a[1].json'", "FileOpenFailure"),
        ("Test-Json -Path *.json", "ReadWriteMultipleFilesNotSupported"),
    ],
)
def test_errors(ps: Shell, files: Path, script: str, id: str) -> None:
    out = ps(f"try {{ {script} -ErrorAction Stop }} catch {{ $_.FullyQualifiedErrorId }}").output
    assert out[-1] == id + BAD


@pytest.mark.parametrize(
    ("text", "schema", "expected"),
    [
        (f'"{"a" * 60}!"', {"pattern": "^(a+)+$"}, False),
        ('"\u00e9"', {"pattern": "^\\p{L}+$"}, True),
        ('{"a1":1}', {"patternProperties": {"^a\\d$": {"type": "integer"}}, "additionalProperties": False}, True),
        ('{"a1":"x"}', {"patternProperties": {"^a\\d$": {"type": "integer"}}}, False),
        ('{"b":2}', {"patternProperties": {"^a": {}}, "additionalProperties": False}, False),
        ('{"b":2}', {"patternProperties": {"^a": {}}, "additionalProperties": {"type": "integer"}}, True),
        ('{"b":"x"}', {"additionalProperties": {"type": "integer"}}, False),
    ],
)
def test_patterns_are_those_of_the_engine_and_end(ps: Shell, text: str, schema: object, expected: bool) -> None:
    script = f"{_quoted(text)} | Test-Json -Schema {_quoted(json.dumps(schema))} -ErrorAction Ignore"
    assert ps(script).output == [expected]
