from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from tests.cli.conftest import Remora
from tests.client.small_host import SmallHost


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_names_the_program_and_its_variable(remora: Remora, shell: str) -> None:
    done = remora("completion", shell)
    assert done.code == 0
    assert "_REMORA_COMPLETE" in done.out
    if shutil.which(shell):
        subprocess.run([shell, "-n"], input=done.out, text=True, check=True)


def test_another_shell_is_wrong_usage(remora: Remora) -> None:
    assert remora("completion", "csh").code == 2


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("remora ses", "session"),
        ("remora job wa", "wait"),
        ("remora run --tab", "--table"),
        ("remora run SERVER", "server01"),
        ("remora completion f", "fish"),
    ],
)
def test_words_are_completed(server: SmallHost, words: str, found: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from remora.cli.main import program; program()"],
        env={
            **os.environ, "_REMORA_COMPLETE": "zsh_complete", "COMP_WORDS": words,
            "COMP_CWORD": str(len(words.split()) - 1),
        },
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert found in done.stdout.splitlines()
