"""The commands cmd has built in, and the small programs every Windows shell has beside it."""

from __future__ import annotations

from remora.engine.cmd.builtins import copying, directories, files, flow, listing, search, system, variables
from remora.engine.cmd.context import Builtin


def builtin_commands() -> dict[str, Builtin]:
    """Name in lower case to command; a new table each time, so that one interpreter may change its own."""
    return {
        **copying.COMMANDS,
        **directories.COMMANDS,
        **files.COMMANDS,
        **flow.COMMANDS,
        **listing.COMMANDS,
        **search.COMMANDS,
        **system.COMMANDS,
        **variables.COMMANDS,
    }
