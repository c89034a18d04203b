"""JSON against a schema: which parts fail, in the words of Test-Json. No schema is fetched over a network."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from jsonschema import Draft202012Validator, validators
from jsonschema.exceptions import SchemaError, ValidationError
from jsonschema.validators import validator_for
from referencing import Registry, Resource
from referencing.exceptions import NoSuchResource, Unresolvable
from referencing.jsonschema import DRAFT202012

from remora.engine.errors import PSError
from remora.engine.regex.pattern import compile_pattern


class BadSchema(ValueError):
    """The schema is none, or refers to one that cannot be had."""


class Schema:
    """A schema ready to be asked. uri: where it came from; relative references are resolved against it."""

    def __init__(self, text: str, uri: str = "") -> None:
        try:
            schema = json.loads(text.removeprefix("\ufeff"))
        except (ValueError, RecursionError) as problem:
            raise BadSchema(str(problem)) from None
        if not isinstance(schema, dict | bool):
            raise BadSchema("A schema is an object or a boolean value.")
        kind: Any = validator_for(schema, default=Draft202012Validator)
        try:
            kind.check_schema(schema, format_checker=None)
        except SchemaError as problem:
            raise BadSchema(problem.message) from None
        registry: Any = Registry(retrieve=_retrieved)  # type: ignore[call-arg]
        if uri:
            own = Resource.from_contents(schema, default_specification=DRAFT202012)
            registry = registry.with_resource(uri, own)
            schema = {"$ref": uri}
        self._validator: Any = _guarded(kind)(schema, registry=registry)

    def failures(self, value: Any) -> Iterator[tuple[str, str]]:
        """(what is wrong, JSON pointer of the place) of everything that fails. Raises BadSchema."""
        try:
            yield from _told(self._validator.iter_errors(value))
        except Unresolvable as problem:
            raise BadSchema(f"Could not resolve '{problem.ref}'.") from None


def _matches(pattern: str, text: str) -> bool:
    """Whether a schema's pattern is found in a text; no pattern blocks. Raises BadSchema, PSError."""
    try:
        compiled = compile_pattern(pattern)
    except PSError as problem:
        raise BadSchema(problem.record.message) from None
    return compiled.is_match(text)


def _pattern(validator: Any, pattern: str, value: Any, schema: Any) -> Iterator[ValidationError]:
    if validator.is_type(value, "string") and not _matches(pattern, value):
        yield ValidationError(f"{value!r} does not match {pattern!r}")


def _pattern_properties(validator: Any, patterns: dict[str, Any], value: Any, schema: Any) -> Iterator[ValidationError]:
    if validator.is_type(value, "object"):
        for pattern, inner in patterns.items():
            for name, item in value.items():
                if _matches(pattern, name):
                    yield from validator.descend(item, inner, path=name, schema_path=pattern)


def _additional_properties(validator: Any, allowed: Any, value: Any, schema: Any) -> Iterator[ValidationError]:
    if not validator.is_type(value, "object"):
        return
    more = _beyond(schema, value)
    if validator.is_type(allowed, "object"):
        for name in more:
            yield from validator.descend(value[name], allowed, path=name)
    elif not allowed and more:
        yield ValidationError("Additional properties are not allowed")


def _guarded(kind: Any) -> Any:
    """The validator class with its searches made by the engine, which ends those without an end."""
    extending: Any = validators.extend
    return extending(
        kind,
        {
            "pattern": _pattern,
            "patternProperties": _pattern_properties,
            "additionalProperties": _additional_properties,
        },
    )


def _retrieved(uri: str) -> Any:
    parts = urlsplit(uri)
    if parts.scheme != "file":
        raise NoSuchResource(uri)
    try:
        contents = json.loads(Path(unquote(parts.path)).read_text("utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        raise NoSuchResource(uri) from None
    return Resource.from_contents(contents, default_specification=DRAFT202012)


def _told(problems: Any) -> Iterator[tuple[str, str]]:
    required: set[str] = set()
    for problem in problems:
        place = _pointer(problem.absolute_path)
        if problem.validator == "required":
            if place not in required:
                required.add(place)
                yield _missing(problem), place
        elif problem.validator == "additionalProperties" and problem.validator_value is False:
            for name in _additional(problem):
                yield _FALSE, f"{place}/{_escaped(name)}"
        else:
            if problem.validator != "anyOf":
                yield _message(problem), place
            yield from _told(problem.context or ())


_FALSE: Final = "All values fail against the false schema"
_MESSAGES: Final[dict[str, Callable[[Any, Any], str]]] = {
    "const": lambda value, wanted: f"Expected {_shown(wanted)}",
    "enum": lambda value, wanted: f"Value should match one of the values specified by the enum {_shown(wanted)}",
    "exclusiveMaximum": lambda value, limit: f"{_shown(value)} should be less than {limit}",
    "exclusiveMinimum": lambda value, limit: f"{_shown(value)} should be greater than {limit}",
    "maximum": lambda value, limit: f"{_shown(value)} should be at most {limit}",
    "maxItems": lambda value, limit: f"Value should have at most {limit} items",
    "maxLength": lambda value, limit: f"Value should be at most {limit} characters",
    "maxProperties": lambda value, limit: f"Value should have at most {limit} properties",
    "minimum": lambda value, limit: f"{_shown(value)} should be at least {limit}",
    "minItems": lambda value, limit: f"Value should have at least {limit} items",
    "minLength": lambda value, limit: f"Value should be at least {limit} characters",
    "minProperties": lambda value, limit: f"Value should have at least {limit} properties",
    "multipleOf": lambda value, step: f"{_shown(value)} should be a multiple of {step}",
    "oneOf": lambda value, schemas: "Expected 1 matching subschema but found another number of them",
    "pattern": lambda value, pattern: "The string value is not a match for the indicated regular expression",
    "type": lambda value, wanted: f"Value is {_shown(_type(value))} but should be {_shown(wanted)}",
}


def _message(problem: ValidationError) -> str:
    if problem.validator is None:
        return _FALSE
    told = _MESSAGES.get(str(problem.validator))
    return problem.message if told is None else told(problem.instance, problem.validator_value)


def _missing(problem: ValidationError) -> str:
    value: Any = problem.instance
    wanted: Any = problem.validator_value
    return f"Required properties {_shown([name for name in wanted if name not in value])} are not present"


def _additional(problem: ValidationError) -> list[str]:
    return _beyond(problem.schema, problem.instance)


def _beyond(schema: Any, value: Any) -> list[str]:
    """The properties that a schema names neither by itself nor by a pattern."""
    known, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
    return [name for name in value if name not in known and not any(_matches(one, name) for one in patterns)]


def _type(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    return {float: "number", str: "string", list: "array"}.get(type(value), "object")


def _shown(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _pointer(path: Any) -> str:
    return "".join(f"/{_escaped(str(part))}" for part in path)


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
