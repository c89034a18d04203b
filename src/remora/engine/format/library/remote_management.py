"""Views of the WSMan: and Cert: drives."""

from __future__ import annotations

from remora.engine.format.records import LEFT
from remora.engine.format.views import Grouping, listing, table, views

_W = "Microsoft.WSMan.Management.WSManConfig"
_X = "System.Security.Cryptography.X509Certificates."
_GROUPING = Grouping(key="PSParentPath", label="WSManConfig")

_IDENTITY = "http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"

VIEWS = (
    *views(
        f"System.Xml.XmlElement#{_IDENTITY}#IdentifyResponse",
        list=listing("wsmid", "ProtocolVersion", "ProductVendor", "ProductVersion"),
    ),
    *views(
        _W + "ContainerElement#ComputerLevel",
        table=table(("ComputerName", "ComputerName", 45, LEFT), ("Type", "Type", 20, LEFT), grouping=_GROUPING),
    ),
    *views(
        _W + "ContainerElement",
        table=table(
            ("Type", "Type", 15, LEFT), ("Keys", "Keys", 35, LEFT), ("Name", "Name", 0, LEFT), grouping=_GROUPING
        ),
    ),
    *views(
        _W + "LeafElement",
        _W + "Element",
        table=table(
            ("Type", "Type", 15, LEFT),
            ("Name", "Name", 30, LEFT),
            ("SourceOfValue", "SourceOfValue", 15, LEFT),
            ("Value", "Value", 0, LEFT),
            grouping=_GROUPING,
        ),
    ),
    *views(
        _X + "X509Certificate2",
        table=table(
            ("Thumbprint", "Thumbprint", 41, LEFT),
            ("Subject", "Subject", 20, LEFT),
            ("EnhancedKeyUsageList", "EnhancedKeyUsageList", 0, LEFT),
            grouping=Grouping(key="PSParentPath"),
        ),
    ),
)
