from __future__ import annotations

import pytest

from remora import _xml
from remora.errors import WSManFault
from remora.wsman import Custom, Delete, Fragment, Get, Put, RefusedRequest, Request, uris
from remora.wsman.requests import SelectorSet
from tests.support.wsman import SHELL_ID, client, server

CIM = uris.RESOURCE_CIM_PREFIX + "root/cimv2/Win32_Service"
BODY = _xml.element("{urn:x}Part", "1")


@pytest.mark.parametrize("dialect", [uris.XPATH, "urn:mine"])
@pytest.mark.parametrize(
    "request_of",
    [
        lambda fragment: Get(resource_uri=CIM, fragment=fragment),
        lambda fragment: Put(resource_uri=CIM, fragment=fragment, body=BODY),
        lambda fragment: Delete(resource_uri=CIM, fragment=fragment),
        lambda fragment: Custom(action=uris.ACTION_CREATE, resource_uri=CIM, fragment=fragment, body=BODY),
    ],
    ids=["Get", "Put", "Delete", "Create"],
)
def test_a_fragment_travels_in_the_header(request_of: object, dialect: str) -> None:
    fragment = Fragment(path="State/text()", dialect=dialect)
    request: Request = request_of(fragment)  # type: ignore[operator]
    received = server().receive(client().send(request).body).request
    assert type(received) is type(request)
    assert received.fragment == fragment  # type: ignore[union-attr]


def test_a_shell_has_no_fragments() -> None:
    selectors = SelectorSet.shell(SHELL_ID)
    request = Get(resource_uri=uris.RESOURCE_SHELL, selectors=selectors, fragment=Fragment(path="State"))
    with pytest.raises(RefusedRequest) as caught:
        server().receive(client().send(request).body)
    fault: WSManFault = caught.value.fault
    assert (fault.code, fault.detail) == (0x80338042, uris.FAULT_DETAIL_PREFIX + "FragmentLevelAccess")
