"""Run once, before rights are given up, what would otherwise read files of the interpreter later.

Python loads codecs and some modules when they are first used. A front end that root started may not be able to read
them any more: the interpreter often lies in a home directory.
"""

from __future__ import annotations

import codecs
import importlib
from typing import Final
from uuid import uuid4

from remora.wsman.client import ClientSession
from remora.wsman.faults import OperationTimedOut
from remora.wsman.replies import Identified
from remora.wsman.requests import Identify
from remora.wsman.server import ServerSession

_CODECS: Final = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "ascii", "latin-1", "idna", "punycode")
_MODULES: Final = (
    "asyncio.log",
    "asyncio.staggered",
    "asyncio.unix_events",
    "concurrent.futures.thread",
    "encodings.idna",
    "linecache",
    "stringprep",
    "traceback",
)


def warm_up() -> None:
    """Load codecs and modules, and send one request of each charset through the codec."""
    for name in _CODECS:
        codecs.lookup(name)
    for name in _MODULES:
        importlib.import_module(name)
    server = ServerSession(new_id=uuid4, machine="host")
    for encoding in ("utf-8", "utf-16"):
        client = ClientSession("http://localhost/wsman", new_id=uuid4, encoding=encoding)
        outgoing = client.send(Identify())
        incoming = server.receive(outgoing.body, encoding)
        server.reply(incoming, Identified(protocol_version="", product_vendor="", product_version=""))
        server.fault(incoming.headers, OperationTimedOut(), encoding)
