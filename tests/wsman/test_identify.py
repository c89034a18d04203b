from __future__ import annotations

import pytest

from remora import _xml
from remora.errors import RemoraError
from remora.wsman import uris
from remora.wsman.identify import IDENTIFY_TAGS, decode_identified, identified_element
from remora.wsman.replies import Identified

REPLY = Identified(protocol_version="p", product_vendor="v", product_version="OS: 0.0.0 SP: 0.0 Stack: 3.0")


def test_it_is_written_as_windows_writes_it() -> None:
    text = _xml.outer(identified_element(REPLY))
    assert 'xmlns:wsmid="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"' in text


@pytest.mark.parametrize("namespace", [uris.NS_IDENTITY, uris.NS_IDENTIFY])
def test_both_namespaces_are_read(namespace: str) -> None:
    text = _xml.outer(identified_element(REPLY)).replace(uris.NS_IDENTITY, namespace)
    assert decode_identified(_xml.parse(text)) == REPLY
    assert f"{{{namespace}}}Identify" in IDENTIFY_TAGS


def test_another_namespace_is_refused() -> None:
    with pytest.raises(RemoraError):
        decode_identified(_xml.parse('<a:IdentifyResponse xmlns:a="urn:a"/>'))
