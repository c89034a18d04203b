from __future__ import annotations

import subprocess
import sys

import pytest

import remora as package
from remora.cli.verbs import COMMANDS, exit_code
from remora.errors import AuthError, ConfigError, DeadlineExceeded, PSSessionError, TransportError
from tests.cli.conftest import Remora


def test_version_and_help_load_no_verb() -> None:
    code = (
        "import sys\nfrom remora.cli.main import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "print(sorted(name for name in sys.modules if name.startswith(('remora.client', 'httpcore', 'asyncio'))))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_version(remora: Remora) -> None:
    assert remora("--version").out == f"remora, version {package.__version__}\n"


@pytest.mark.parametrize("verb", ["run", "session"])
def test_help_has_examples(remora: Remora, verb: str) -> None:
    assert verb in COMMANDS
    done = remora(verb, "--help")
    assert done.code == 0
    assert "Examples:" in done.out


@pytest.mark.parametrize("verb", ["new", "ls", "connect", "disconnect", "receive", "rm"])
def test_session_verbs_have_examples(remora: Remora, verb: str) -> None:
    done = remora("session", verb, "--help")
    assert done.code == 0
    assert f"remora session {verb} server01" in done.out
    assert "--password-file" in done.out


def test_an_unknown_verb_is_wrong_usage(remora: Remora) -> None:
    done = remora("frobnicate")
    assert done.code == 2
    assert "frobnicate" in done.err


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (DeadlineExceeded("x"), 124),
        (TransportError("x"), 255),
        (AuthError("x"), 255),
        (ConfigError("x"), 2),
        (PSSessionError("x", error_id="y"), 1),
        (KeyboardInterrupt(), 130),
    ],
)
def test_exit_codes_tell_failures_apart(error: BaseException, code: int) -> None:
    assert exit_code(error) == code
