from __future__ import annotations

import pytest

from remora.auth.delegation import NOT_ALLOWED, NOT_ALLOWED_UNPROVEN, check_delegation, may_delegate
from remora.errors import AuthError


@pytest.mark.parametrize(
    ("entry", "host", "expected"),
    [
        ("WSMAN/web", "WEB", True),
        ("wsman/Web", "web", True),
        ("WSMAN/web", "web.lab", False),
        ("WSMAN/*.lab", "web.lab", True),
        ("WSMAN/*.lab", "a.web.lab", True),
        ("WSMAN/*.lab", "lab", False),
        ("WSMAN/*.lab", "web.lab.example", False),
        ("WSMAN/*.lab", "webxlab", False),
        ("WSMAN/*", "web", True),
        ("WSMAN/w*b", "web", True),
        ("WSMAN/fe80::1", "[fe80::1]", True),
        ("WSMAN/[fe80::1]", "fe80::1", True),
        ("WSMAN/", "web", False),
        ("TERMSRV/*", "web", False),
        ("*", "web", False),
        ("web", "web", False),
        ("", "web", False),
    ],
)
def test_entries(entry: str, host: str, expected: bool) -> None:
    assert may_delegate([entry], host) is expected


HERE, ELSEWHERE = ("WSMAN/web",), ("WSMAN/other",)


@pytest.mark.parametrize(
    ("fresh", "ntlm_only", "proven", "code"),
    [
        ((), (), True, NOT_ALLOWED),
        ((), (), False, NOT_ALLOWED),
        (ELSEWHERE, ELSEWHERE, True, NOT_ALLOWED),
        (ELSEWHERE, ELSEWHERE, False, NOT_ALLOWED),
        (HERE, (), True, None),
        (HERE, (), False, NOT_ALLOWED_UNPROVEN),
        (HERE, ELSEWHERE, False, NOT_ALLOWED_UNPROVEN),
        ((), HERE, True, NOT_ALLOWED),
        ((), HERE, False, None),
        (HERE, HERE, True, None),
        (HERE, HERE, False, None),
    ],
)
def test_the_policy(fresh: tuple[str, ...], ntlm_only: tuple[str, ...], proven: bool, code: int | None) -> None:
    if code is None:
        check_delegation("web", fresh=fresh, ntlm_only=ntlm_only, proven=proven)
        return
    with pytest.raises(AuthError, match="WSMAN/web") as refusal:
        check_delegation("web", fresh=fresh, ntlm_only=ntlm_only, proven=proven)
    assert refusal.value.code == code
