"""The errors of patterns: wrong ones, those of which something cannot be done, those that take too long."""

from __future__ import annotations

from datetime import timedelta

from remora.engine.errors import PSError, error
from remora.engine.exception_types import NetException, exception

_NAMESPACE = "System.Text.RegularExpressions."


def invalid_pattern(pattern: str, offset: int, reason: str) -> PSError:
    """The error of a pattern that is not one. The exception inside has .NET's type and text."""
    message = f"Invalid pattern '{pattern}' at offset {offset}. {reason}"
    return _not_valid(pattern, "", exception(message, _NAMESPACE + "RegexParseException"))


def unsupported_pattern(pattern: str, feature: str) -> PSError:
    """The error of a pattern with something that cannot be done here."""
    reason = f"{feature} is not supported by this engine"
    return _not_valid(pattern, ": " + reason, exception(reason + ".", "System.NotSupportedException"))


def not_beside(pattern: str, what: str) -> PSError:
    """The error of a construct that RegexOptions.NonBacktracking does not have."""
    message = (
        "RegexOptions.NonBacktracking is not supported in conjunction with expressions containing: '" + what + "'."
    )
    return _not_valid(pattern, "", exception(message, "System.NotSupportedException"))


def _not_valid(pattern: str, more: str, inner: NetException) -> PSError:
    return error(
        f"The regular expression pattern {pattern} is not valid{more}.",
        "InvalidRegularExpression",
        "InvalidOperation",
        pattern,
        inner=inner,
    )


def timed_out(pattern: str, text: str, seconds: float) -> PSError:
    """The error of a search that took longer than its match timeout."""
    problem = error(
        "The Regex engine has timed out while trying to match a pattern to an input string. This can occur for many "
        "reasons, including very large inputs or excessive backtracking caused by nested quantifiers, back-references "
        "and other factors.",
        "RegexMatchTimeoutException",
        "OperationTimeout",
        type_name=_NAMESPACE + "RegexMatchTimeoutException",
    )
    problem.record.exception.properties.update(Input=text, Pattern=pattern, MatchTimeout=timedelta(seconds=seconds))
    return problem


def out_of_memory() -> PSError:
    """The error of a search with more places to come back to than the library keeps."""
    return error(
        "Insufficient memory to continue the execution of the program.",
        "OutOfMemory",
        "LimitsExceeded",
        type_name="System.OutOfMemoryException",
    )
