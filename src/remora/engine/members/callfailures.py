"""What the failure of a method becomes: MethodInvocationException around the exception of .NET."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from remora.engine.errors import PSError, error
from remora.engine.exception_types import exception
from remora.engine.nothing import NOTHING

_ARGUMENT: Final = "System.ArgumentException"
_NULL: Final = "Value cannot be null."
_TYPE: Final = "An argument has a type that the method cannot take."
_OVERFLOW: Final = "Arithmetic operation resulted in an overflow."


def guarded(name: str, arguments: list[Any], call: Callable[[], Any]) -> Any:
    """Run a method; what it raises becomes MethodInvocationException with the inner exception's short name as id."""
    try:
        return call()
    except PSError as problem:
        inner = problem.record.exception
        if (
            problem.thrown
            or problem.passes
            or (inner.kind.is_a("System.Management.Automation.RuntimeException") and problem.reported)
        ):
            raise
        raise method_failed(name, len(arguments), inner) from None
    except OSError as problem:
        from remora.engine.types.errors import io_exception

        raise method_failed(name, len(arguments), io_exception(problem)) from None
    except (TypeError, AttributeError) as problem:
        missing = any(one is None or one is NOTHING for one in arguments)
        if isinstance(problem, AttributeError) and not missing:
            raise
        cause = exception(_NULL, "System.ArgumentNullException") if missing else exception(_TYPE, _ARGUMENT)
        raise method_failed(name, len(arguments), cause) from problem
    except ArithmeticError:
        raise method_failed(name, len(arguments), exception(_OVERFLOW, "System.OverflowException")) from None
    except (ValueError, LookupError) as problem:
        text = str(problem) or "The operation is not valid."
        raise method_failed(name, len(arguments), exception(text, _ARGUMENT)) from None


def method_failed(name: str, count: int, inner: Any, error_id: str | None = None) -> PSError:
    """MethodInvocationException around an inner exception; the id is the inner type's short name (trap 77), where no
    other is given.
    """
    return error(
        f'Exception calling "{name}" with "{count}" argument(s): "{inner.message}"',
        error_id or inner.short_name,
        "NotSpecified",
        type_name="System.Management.Automation.MethodInvocationException",
        inner=inner,
    )
