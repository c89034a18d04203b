"""A worker whose user cannot read the interpreter: whatever it imports late must be loaded already."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import remora

SOURCE = Path(remora.__file__).parent
PACKAGES = ("engine", "modules", "psrp", "values", "worker")


def late_imports() -> dict[str, str]:
    """Standard library modules that functions import, with the file that does."""
    found: dict[str, str] = {}
    for package in PACKAGES:
        for path in (SOURCE / package).rglob("*.py"):
            tree = ast.parse(path.read_text("utf-8"))
            for node in ast.walk(tree):
                names = (
                    [alias.name for alias in node.names]
                    if isinstance(node, ast.Import)
                    else [node.module or ""]
                    if isinstance(node, ast.ImportFrom) and node.level == 0
                    else []
                )
                found |= {name: str(path) for name in names if name.partition(".")[0] in sys.stdlib_module_names}
    return found


def test_a_worker_needs_no_module_that_is_not_loaded() -> None:
    program = "import sys; from remora.worker import entry; entry.preload(); print(*sys.modules, sep='\\n')"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = set(run.stdout.split())
    missing = {name: path for name, path in late_imports().items() if name not in loaded}
    assert not missing
