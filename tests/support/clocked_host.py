"""`remora` whose host gives its shells the clock in a file: ``CLOCK_FILE`` before the arguments of the real one."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from remora.cli.main import main
from remora.host.app import HostOptions, run_host


def run(clock_file: str, words: list[str]) -> None:
    """Run the command line; ``host run`` with a spawner of our own."""
    if words[:2] != ["host", "run"]:
        main(words)
        return
    parser = argparse.ArgumentParser()
    parser.add_argument("--state-dir", type=Path, required=True)
    parser.add_argument("--ready-file", type=Path)
    parser.add_argument("--config", type=Path)
    parser.add_argument("--listen", action="append", default=[])
    parser.add_argument("--set", action="append", default=[], dest="overrides")
    given = parser.parse_args(words[2:])
    options = HostOptions(
        state_dir=given.state_dir,
        listen=tuple(given.listen),
        config=given.config,
        overrides=tuple(given.overrides),
        ready_file=given.ready_file,
    )
    run_host(options, spawner=(sys.executable, "-m", "tests.support.clocked_spawner", clock_file))


if __name__ == "__main__":
    run(sys.argv[1], sys.argv[2:])
