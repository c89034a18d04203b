"""What becomes of a mistake of the engine itself: an ordinary error of the script, and an entry in the log."""

from __future__ import annotations

from typing import Final

from remora.engine.errors import PSError, error
from remora.engine.exception_types import exception

NO_MEMORY: Final = "Insufficient memory to continue the execution of the program."
OVERFLOW: Final = "Arithmetic operation resulted in an overflow."


def unexpected(problem: Exception) -> PSError:
    """An error of the script's statement, which goes no further than others do, for what came out of the engine as an
    error of Python: memory that does not suffice, a number beyond all bounds, or a mistake of the engine itself.
    """
    if isinstance(problem, MemoryError):
        return error(NO_MEMORY, "OutOfMemoryException", "ResourceUnavailable", type_name="System.OutOfMemoryException")
    if isinstance(problem, OverflowError):
        return error(OVERFLOW, "RuntimeException", inner=exception(OVERFLOW, "System.OverflowException"))
    from remora._log import bound

    bound(__name__).error("engine_mistake", kind=type(problem).__name__, trace=_places(problem))
    return error(
        f"The engine made a mistake here ({type(problem).__name__}). Please report it with the statement.",
        "InternalError",
        "NotSpecified",
        type_name="System.InvalidOperationException",
    )


def _places(problem: Exception) -> str:
    """Files and lines of the engine that the mistake went through; no values."""
    trace, places = problem.__traceback__, []
    while trace is not None:
        places.append(f"{trace.tb_frame.f_code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}")
        trace = trace.tb_next
    return " ".join(places[-6:])
