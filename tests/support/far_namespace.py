"""A network of this process's own with an address beside those of the loopback interface: ``... -- COMMAND``.

For machines that have a loopback interface only: what must come from another address gets one, in a namespace of the
kernel that ends with the command. Run by ``command``.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import struct
import sys

_ADDRESS = "198.51.100.1"  # kept for documentation (RFC 5737): nobody's
_SET_FLAGS, _SET_ADDRESS, _UP = 0x8914, 0x8916, 0x1


def command(*arguments: str) -> list[str] | None:
    """What runs a command in such a network; None where there is no unshare."""
    program = shutil.which("unshare")
    if program is None:
        return None
    own = [] if os.geteuid() == 0 else ["--user", "--map-current-user", "--keep-caps"]
    return [program, *own, "--net", sys.executable, "-m", "tests.support.far_namespace", *arguments]


def _request(name: str, rest: bytes) -> bytes:
    return struct.pack("16s", name.encode()) + rest.ljust(24, b"\0")


def main(arguments: list[str]) -> None:
    """Bring the loopback interface up, give it the address, become the command."""
    address = struct.pack("HH4s", socket.AF_INET, 0, socket.inet_aton(_ADDRESS))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, _SET_FLAGS, _request("lo", struct.pack("h", _UP)))
        fcntl.ioctl(any_socket, _SET_ADDRESS, _request("lo:1", address))
    os.execv(arguments[0], arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
