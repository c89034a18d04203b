"""Why a text cannot be given to the operating system."""

from __future__ import annotations


def unusable(problem: Exception) -> str:
    """What was wrong with a file, a name, an argument or a value that was refused."""
    if isinstance(problem, OSError) and problem.strerror:
        return problem.strerror
    if isinstance(problem, UnicodeError):
        return "The text has half of a surrogate pair, which cannot be written as UTF-8."
    text = str(problem)
    if "null" in text:
        return "The text has a null character in it."
    if "illegal environment variable name" in text:
        return "The name of an environment variable cannot be empty or have an equals sign in it."
    return text
