"""What was typed at the prompt, kept between runs: in a file of the user's, without lines that look like secrets."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from prompt_toolkit.history import FileHistory, History, InMemoryHistory

MAX_ENTRIES: Final = 4096
_SECRET: Final = re.compile(r"password|asplaintext|token|apikey|secret", re.IGNORECASE)


def history_path() -> Path:
    """``$XDG_STATE_HOME/remora/console_history``, by default below ~/.local/state."""
    state = os.environ.get("XDG_STATE_HOME") or os.path.expanduser("~/.local/state")
    return Path(state) / "remora" / "console_history"


class ConsoleHistory(FileHistory):
    """Entries of a file that only its owner reads."""

    def store_string(self, string: str) -> None:
        """Append an entry, unless it looks like a secret."""
        if not _SECRET.search(string):
            super().store_string(string)

    def load_history_strings(self) -> Iterable[str]:
        """The newest entries, newest first."""
        for number, entry in enumerate(super().load_history_strings()):
            if number >= MAX_ENTRIES:
                return
            yield entry


def open_history(path: Path) -> History:
    """The history in a file; in memory only where no file can be had."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        os.chmod(path, 0o600)
    except OSError:
        return InMemoryHistory()
    return ConsoleHistory(str(path))
