"""DBNull and NullString: values that stand for nothing and are objects all the same."""

from __future__ import annotations

from typing import Final

from remora.engine.nettype import OBJECT, NetObject, NetType


class Null(NetObject):
    """One of the two; its text is empty."""

    __slots__ = ("kind",)
    db: Final = NetType("System.DBNull", OBJECT)
    text: Final = NetType("System.Management.Automation.Language.NullString", OBJECT)
    net_type = db

    def __init__(self, kind: NetType) -> None:
        self.kind = kind

    def net_type_names(self) -> tuple[str, ...]:
        return self.kind.names

    def net_text(self) -> str:
        return ""


DB_NULL: Final = Null(Null.db)
NULL_STRING: Final = Null(Null.text)
