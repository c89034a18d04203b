"""How the C library keeps memory: large blocks that come and go again and again."""

from __future__ import annotations

import functools
from typing import Final

_BLOCK: Final = 16 * 1024 * 1024


@functools.cache
def keep_large_blocks() -> None:
    """Let this process keep up to some 32 MiB that it freed, instead of giving every large block back at once.

    glibc maps blocks above 128 KiB one by one and unmaps them when they are freed: each use of a buffer of a few MiB
    costs hundreds of page faults. The limit follows the largest mapped block that was ever freed (mallopt(3),
    M_MMAP_THRESHOLD), and this block is freed without having been touched. Elsewhere this does nothing.
    """
    bytes(_BLOCK)
