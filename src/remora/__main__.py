"""``python -m remora`` is the command line."""

from __future__ import annotations

from remora.cli.main import program

if __name__ == "__main__":
    program()
