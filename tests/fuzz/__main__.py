"""The fuzzer of the gate under atheris. Takes folders of a corpus, writes to the first, and libFuzzer's options."""

from __future__ import annotations

import asyncio
import logging
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["remora", "spnego"]):
    from tests.fuzz.gate import make, play


def main() -> None:
    """Fuzz; does not return."""
    logging.basicConfig(level=logging.INFO, handlers=[logging.NullHandler()])  # lines are made, and go nowhere
    with tempfile.TemporaryDirectory(prefix="remora-fuzz-") as state_dir:
        loop = asyncio.new_event_loop()
        fuzzed = loop.run_until_complete(make(Path(state_dir)))
        atheris.Setup(sys.argv, lambda data: loop.run_until_complete(play(fuzzed, data)))
        atheris.Fuzz()


if __name__ == "__main__":
    main()
