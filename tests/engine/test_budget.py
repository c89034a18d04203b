"""What importing the engine may cost, and that unsupported things say so."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

HEAVY = (
    "asyncio",
    "aiohttp",
    "httpcore",
    "cryptography",
    "lxml",
    "spnego",
    "subprocess",
    "ssl",
    "socket",
    "rich",
    "click",
)


OUR_MODULES = 166


def test_a_console_loads_little() -> None:
    """What `remora console -c 1` may load: the start is measured in bench/engine.py, here nothing creeps in unseen."""
    code = (
        "import sys\nfrom remora.cli.main import main\ntry:\n    main(['console', '-c', '1'])\n"
        "except SystemExit:\n    pass\nprint(' '.join(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    shown, modules = done.stdout.splitlines()
    assert shown == "1"
    loaded = set(modules.split())
    heavy = {
        *HEAVY,
        "inspect",
        "dataclasses",
        "logging",
        "psutil",
        "hashlib",
        "zipfile",
        "email",
        "json",
        "importlib.metadata",
    }
    assert loaded & heavy == set()
    ours = {name for name in loaded if name.startswith("remora")}
    assert {name for name in ours if name.startswith(("remora.engine.format", "remora.engine.wire"))} == set()
    assert len(ours) <= OUR_MODULES, sorted(ours)


def test_import_loads_nothing_heavy() -> None:
    code = f"import sys, remora.engine.runspace; print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("script", "id", "names"),
    [
        ("workflow w { }", "WorkflowNotSupportedInPowerShellCore", "Workflow"),
        ("'a' -match '(?<o>x)(?<-o>y)'", "InvalidRegularExpression", "not supported"),
    ],
)
def test_unsupported_syntax_names_the_feature(run: Callable[..., Any], script: str, id: str, names: str) -> None:
    outcome = run(script)
    assert outcome.ids == [id]
    records = outcome.sink.errors or [outcome.result.error]
    assert names in records[0].message


def test_requires(run: Callable[..., Any], tmp_path: Any) -> None:
    script = tmp_path / "r.ps1"
    script.write_text("#Requires -Version 9.0\n'ran'")
    assert run(f"& '{script}'").ids == ["ScriptRequiresUnmatchedPSVersion"]
    script.write_text("#requires -version 5.1\n'ran'")
    assert run(f"& '{script}'").outputs == ["ran"]
