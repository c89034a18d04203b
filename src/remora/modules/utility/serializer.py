"""PSSerializer: objects as CLIXML texts and back, by static methods."""

from __future__ import annotations

from typing import Any

from remora.engine.nettype import OBJECT, NetType
from remora.engine.types.collections import failure
from remora.engine.types.typeref import register
from remora.engine.wire import from_wire, to_wire
from remora.errors import RemoraError
from remora.psrp import clixml
from remora.psrp.clixml.layout import laid_out
from remora.psrp.clixml.unsealed import Unsealed


def _serialize(value: Any, depth: int = 1) -> str:
    return laid_out(clixml.dumps_stream([to_wire(value, depth)], depth=None, cipher=Unsealed()).decode())


def _deserialize(text: str) -> Any:
    try:
        found = [from_wire(value) for _, value in clixml.load_stream(text or "", cipher=Unsealed())]
    except RemoraError as problem:
        raise failure(str(problem), "System.Xml.XmlException") from None
    return found[0] if len(found) == 1 else found


def _serializer() -> NetType:
    s = NetType("System.Management.Automation.PSSerializer", OBJECT, form="static")
    s.static("Serialize(object source)", "Serialize(object source, int depth)", returns="string")(_serialize)
    s.static("Deserialize(string source)")(_deserialize)
    return s


def register_types() -> None:
    """PSSerializer by name."""
    register(_serializer())
