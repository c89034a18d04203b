"""What a forked child does with the descriptors it inherited."""

from __future__ import annotations

import os
import resource


def close_all_but(keep: set[int]) -> None:
    """Close every descriptor of this process except these."""
    highest = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    low = 0
    for descriptor in sorted(keep):
        if low < descriptor:  # closerange(0, 0) would close everything
            os.closerange(low, descriptor)
        low = descriptor + 1
    os.closerange(low, highest if highest != resource.RLIM_INFINITY else 65536)
