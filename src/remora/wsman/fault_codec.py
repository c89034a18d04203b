"""The s:Fault element, both ways (wire-protocol 3.1)."""

from __future__ import annotations

from typing import Final

from remora import _xml
from remora._xml import Element
from remora.errors import FaultSpec, RemoteProtocolError, WSManFault
from remora.wsman import uris
from remora.wsman.fault_table import BY_NUMBER
from remora.wsman.faults import SHELL_PROVIDER, fault_class, reason_text

_S, _W, _F = (f"{{{uris.PREFIXES[prefix]}}}" for prefix in "swf")
_LANG: Final = f"{{{uris.NS_XML}}}lang"
_FAULT_NSMAP: Final[dict[str | None, str]] = {"f": uris.NS_FAULT}


def encode_fault(body: Element, fault: WSManFault, machine: str) -> None:
    """Append the s:Fault element to a SOAP body. machine: WSManFault/@Machine unless the fault has its own."""
    spec = fault.fault
    root = _xml.sub(body, _S + "Fault")
    code = _xml.sub(root, _S + "Code")
    _xml.sub(code, _S + "Value", f"s:{spec.code}")
    if spec.subcode is not None:
        _xml.sub(_xml.sub(code, _S + "Subcode"), _S + "Value", spec.subcode)
    _xml.sub(_xml.sub(root, _S + "Reason"), _S + "Text", reason_text(spec), {_LANG: "en-US"})
    detail = _xml.sub(root, _S + "Detail")
    if fault.detail is not None:
        _xml.sub(detail, _W + "FaultDetail", fault.detail)
    attributes = {"Code": str(spec.number), "Machine": fault.machine or machine}
    message = _xml.sub(_xml.sub(detail, _F + "WSManFault", None, attributes, _FAULT_NSMAP), _F + "Message")
    text = _xml.printable(fault.message)
    if fault.provider is None:
        message.text = text
        return
    provider = _xml.sub(
        message, _F + "ProviderFault", None, {"provider": fault.provider, "path": fault.provider_path or ""}
    )
    if fault.provider == SHELL_PROVIDER[0]:
        _xml.sub(_xml.sub(provider, _F + "WSManFault", None, attributes), _F + "Message", text)
    else:
        provider.text = text


def decode_fault(root: Element) -> WSManFault:
    """Return the fault an s:Fault element describes, as the class its code is known by.

    Raises RemoteProtocolError when the element has no usable code.
    """
    texts: dict[str, str] = {}
    values: list[str] = []
    wsman_fault = provider = None
    for element in root.iter():
        tag = element.tag
        if tag == _S + "Value":
            values.append((element.text or "").strip())
        elif tag in (_S + "Text", _W + "FaultDetail"):
            texts.setdefault(tag, (element.text or "").strip())
        elif tag == _F + "WSManFault" and wsman_fault is None:
            wsman_fault = element
        elif tag == _F + "ProviderFault" and provider is None:
            provider = element
    number, message, machine = _wsman_fault(wsman_fault)
    spec = _wire_spec(values, number)
    message = message or texts.get(_S + "Text", "")
    if not values:
        raise RemoteProtocolError("a SOAP fault without a code")
    return fault_class(number)(
        message,
        spec=spec,
        machine=machine,
        detail=texts.get(_W + "FaultDetail"),
        provider=provider.get("provider") if provider is not None else None,
        provider_path=provider.get("path") if provider is not None else None,
    )


def _wsman_fault(element: Element | None) -> tuple[int, str, str | None]:
    if element is None:
        return 0, "", None
    code = (element.get("Code") or "").strip()
    number = (
        int(code) & 0xFFFFFFFF if code.lstrip("-").isascii() and code.lstrip("-").isdigit() and len(code) < 12 else 0
    )
    texts = [str(text).strip() for child in element.iter(_F + "Message") for text in child.itertext() if text.strip()]
    return number, " ".join(dict.fromkeys(texts)), element.get("Machine")


def _wire_spec(values: list[str], number: int) -> FaultSpec:
    known = BY_NUMBER.get(number)
    code = values[0].rpartition(":")[2] if values else "Receiver"
    subcode = values[1] if len(values) > 1 else None
    if known is not None:
        wire = (subcode or "").rpartition(":")[2]
        if (known.subcode or "").rpartition(":")[2] == wire and known.code == code:
            return known
        return FaultSpec(known.http, code, subcode, number, known.constant)
    return FaultSpec(500, code, subcode, number, "")
