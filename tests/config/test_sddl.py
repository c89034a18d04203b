"""Security descriptors of session configurations."""

from __future__ import annotations

import pytest

from remora.config.sddl import (
    ADMINISTRATORS,
    EVERYONE,
    INTERACTIVE,
    NETWORK,
    REMOTE_MANAGEMENT_USERS,
    REMOTE_SDDL,
    SHORT,
    Right,
    parse_sddl,
)
from remora.errors import ConfigError

ALICE = "S-1-5-21-1-2-3-1000"


@pytest.mark.parametrize(
    ("sids", "allowed"),
    [
        ((ADMINISTRATORS, NETWORK), True),
        ((REMOTE_MANAGEMENT_USERS, NETWORK), True),
        ((ALICE, INTERACTIVE), True),
        ((ALICE, EVERYONE, NETWORK), False),
    ],
)
def test_the_default_descriptor(sids: tuple[str, ...], allowed: bool) -> None:
    assert parse_sddl(REMOTE_SDDL).allows(sids, Right.EXECUTE) is allowed


def test_the_network_can_be_denied_and_allowed_again() -> None:
    local = parse_sddl(REMOTE_SDDL).with_denied(NETWORK)
    assert str(local) == REMOTE_SDDL.replace("D:P", "D:P(D;;GA;;;NU)")
    assert not local.allows((ADMINISTRATORS, NETWORK), Right.EXECUTE)
    assert local.allows((ADMINISTRATORS, INTERACTIVE), Right.EXECUTE)
    assert local.with_denied(NETWORK) == local
    assert local.denies_to(NETWORK)
    assert str(local.without_denied(NETWORK)) == REMOTE_SDDL


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("O:NSG:BA", True),
        ("D:P", False),
        (f"D:P(D;;GX;;;WD)(A;;GA;;;{ALICE})", False),
        (f"D:P(A;;GX;;;{ALICE})(D;;GA;;;WD)", True),
        (f"D:P(A;;GR;;;{ALICE})", False),
        (f"D:P(A;;0x20000000;;;{ALICE})", True),
        (f"D:P(XA;;GX;;;{ALICE};(Member_of {{SID(BA)}}))", False),
        (f"D:P(XA;;GX;;;{ALICE};(Member_of {{SID(RM)}} && !(Member_of {{SID(BA), SID(WD)}})))", True),
        (f"D:P(XA;;GX;;;{ALICE};(Member_of {{SID(BA)}} || Member_of {{SID(WD),SID(RM)}}))", True),
    ],
)
def test_entries_decide_in_order(text: str, allowed: bool) -> None:
    descriptor = parse_sddl(text)
    assert str(descriptor) == text
    assert descriptor.allows((ALICE, EVERYONE, REMOTE_MANAGEMENT_USERS), Right.EXECUTE) is allowed


@pytest.mark.parametrize(
    ("rights", "given"),
    [
        ("GR", {Right.READ}),
        ("GW", {Right.WRITE}),
        ("GXGW", {Right.EXECUTE, Right.WRITE}),
        ("GA", set(Right)),
        ("0xC0000000", {Right.READ, Right.WRITE}),
        ("FA", set()),
        ("CCDCLC", set()),
    ],
)
def test_each_generic_right_is_given_by_itself_and_all_by_ga(rights: str, given: set[Right]) -> None:
    allowed = parse_sddl(f"D:P(A;;{rights};;;WD)")
    denied = parse_sddl(f"D:P(D;;{rights};;;WD)(A;;GA;;;WD)")
    assert {right for right in Right if allowed.allows((EVERYONE,), right)} == given
    assert {right for right in Right if not denied.allows((EVERYONE,), right)} == given


def test_what_is_allowed_at_the_end_comes_after_what_is_there() -> None:
    descriptor = parse_sddl("D:P(D;;GX;;;AU)S:P(AU;FA;GA;;;WD)").with_allowed(EVERYONE, Right.READ, Right.EXECUTE)
    assert str(descriptor) == "D:P(D;;GX;;;AU)(A;;GRGX;;;S-1-1-0)S:P(AU;FA;GA;;;WD)"
    assert descriptor.allows((EVERYONE,), Right.EXECUTE)
    assert not descriptor.allows((EVERYONE, "S-1-5-11"), Right.EXECUTE)
    assert parse_sddl("O:NSG:BA").with_allowed(EVERYONE, Right.READ).access is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "G:BAO:NS",
        "D:P(A;;GA;;;BA",
        "D:P(A;;GA;;;BA))",
        "D:P(A;;GA;;;QQ)",
        "D:P(A;;ZZ;;;BA)",
        "D:P(A;;;;;BA)",
        "D:P(Z;;GA;;;BA)",
        "D:P(A;;GA;;BA)",
        "D:X(A;;GA;;;BA)",
        "D:P(XA;;GA;;;BA)",
        "D:P(A;;GA;;;BA;(Member_of {SID(BA)}))",
        "D:P(XA;;GA;;;BA;(Member_of {SID(BA)})",
        "D:P(XA;;GA;;;BA;(Member_of {BA}))",
        "D:P(XA;;GA;;;BA;(Member_of))",
        "D:P(XA;;GA;;;BA;" + "(" * 100 + "Member_of {SID(BA)}" + ")" * 100 + ")",
        "O:S-1-5-x",
        "S:P(A;;GA;;;BA)D:P",
    ],
)
def test_what_is_no_descriptor(text: str) -> None:
    with pytest.raises(ConfigError):
        parse_sddl(text)


def test_permissions_are_told_by_names() -> None:
    names = {sid: name for name, sid in SHORT.items()}
    text = parse_sddl("D:P(D;;GA;;;NU)(A;;GA;;;BA)").permission(lambda sid: names[sid])
    assert text == "NU AccessDenied, BA AccessAllowed"
