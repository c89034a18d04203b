"""Fails when a source file passes 400 lines or a function 60: a file that grew holds more than one thing."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

FILE_LIMIT = 400
FUNCTION_LIMIT = 60


def findings(path: Path) -> list[str]:
    """Return one line for each thing that is too long in this file."""
    text = path.read_text("utf-8")
    lines = text.count("\n")
    found = [f"{path}: {lines} lines, limit {FILE_LIMIT}"] if lines > FILE_LIMIT else []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            length = (node.end_lineno or node.lineno) - node.lineno
            if length > FUNCTION_LIMIT:
                found.append(f"{path}:{node.lineno} {node.name}: {length} lines, limit {FUNCTION_LIMIT}")
    return found


def main() -> int:
    """Check every file below src and return the exit code."""
    found = [line for path in sorted(Path("src").rglob("*.py")) for line in findings(path)]
    print("\n".join(found) if found else "sizes: nothing too long")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
