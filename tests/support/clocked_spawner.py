"""The spawner with workers that live by the clock in a file: ``CLOCK_FILE`` before the arguments of the real one."""

from __future__ import annotations

import sys
from pathlib import Path

from remora.host.spawner import main
from tests.support.set_clock import SetClock

if __name__ == "__main__":
    sys.exit(main(sys.argv[2:], clock=SetClock(Path(sys.argv[1]))))
