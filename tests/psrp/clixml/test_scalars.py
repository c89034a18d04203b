from __future__ import annotations

import math
import uuid
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from remora import values as v
from remora.errors import LocalProtocolError, RemoteProtocolError
from remora.psrp import clixml

EXACT: list[tuple[str, Any]] = [
    ("<S>a</S>", "a"),
    ("<S />", ""),
    ("<C>97</C>", v.Char("a")),
    ("<C>55296</C>", v.Char("\ud800")),
    ("<B>true</B>", True),
    ("<B>false</B>", False),
    ("<By>255</By>", v.Byte(255)),
    ("<SB>-128</SB>", v.SByte(-128)),
    ("<U16>65535</U16>", v.UInt16(65535)),
    ("<I16>-32768</I16>", v.Int16(-32768)),
    ("<U32>4294967295</U32>", v.UInt32(4294967295)),
    ("<I32>-2147483648</I32>", -(2**31)),
    ("<U64>18446744073709551615</U64>", v.UInt64(2**64 - 1)),
    ("<I64>5</I64>", v.Int64(5)),
    ("<Sg>1.5E+20</Sg>", v.Single(1.5e20)),
    ("<Sg>0.1</Sg>", v.Single(0.1)),
    ("<Db>1E+15</Db>", 1e15),
    ("<Db>123456789012345</Db>", 123456789012345.0),
    ("<Db>1E-05</Db>", 1e-05),
    ("<Db>0.0001</Db>", 0.0001),
    ("<Db>-0</Db>", -0.0),
    ("<Db>INF</Db>", math.inf),
    ("<Sg>-INF</Sg>", v.Single(-math.inf)),
    ("<Db>NaN</Db>", math.nan),
    ("<Db>1.23456789012345E+17</Db>", 1.23456789012345e17),
    ("<D>1.50</D>", Decimal("1.50")),
    ("<D>-79228162514264337593543950335</D>", Decimal(-79228162514264337593543950335)),
    ("<DT>2018-06-13T23:46:28.00516Z</DT>", datetime(2018, 6, 13, 23, 46, 28, 5160, UTC)),
    ("<DT>2018-06-13T23:46:28</DT>", datetime(2018, 6, 13, 23, 46, 28)),
    ("<DT>2018-06-13T23:46:28-07:30</DT>", datetime(2018, 6, 13, 23, 46, 28, 0, timezone(-timedelta(hours=7.5)))),
    ("<DT>0001-01-01T00:00:00</DT>", datetime.min),
    ("<DT>9999-12-31T23:59:59.9999999</DT>", v.DateTime.of(datetime.max, ticks_digit=9)),
    ("<DT>2020-01-01T00:00:00+00:00</DT>", v.DateTime(2020, 1, 1, tzinfo=UTC, kind="local")),
    ("<TS>P1DT2H3M4.5S</TS>", timedelta(days=1, hours=2, minutes=3, seconds=4.5)),
    ("<TS>PT0S</TS>", timedelta()),
    ("<TS>-PT1S</TS>", timedelta(seconds=-1)),
    ("<TS>-PT0.0000001S</TS>", v.TimeSpan(microseconds=-1, ticks_digit=9)),
    ("<TS>P10675199DT2H48M5.4775807S</TS>", v.TimeSpan(10675199, 10085, 477580, ticks_digit=7)),
    ("<BA>AQID</BA>", b"\x01\x02\x03"),
    ("<BA></BA>", b""),
    ("<G>792e5b37-4505-47ef-b7d2-8711bb7affa8</G>", uuid.UUID("792e5b37-4505-47ef-b7d2-8711bb7affa8")),
    ("<URI>http://x/?a=1&amp;b=2</URI>", v.Uri("http://x/?a=1&b=2")),
    ("<Nil />", None),
    ("<Version>1.2.3.4</Version>", v.Version(1, 2, 3, 4)),
    ("<Version>2.0</Version>", v.Version(2, 0)),
    ("<SemanticVersion>7.4.0-rc.1+x</SemanticVersion>", v.SemanticVersion(7, 4, 0, "rc.1", "x")),
    ('<XD>&lt;a b="c" /&gt;</XD>', v.XmlDocument('<a b="c" />')),
    ("<SBK>param($x)_x000A_$x</SBK>", v.ScriptBlockText("param($x)\n$x")),
    ("<SS>AAAAAAAAAAAAAAAAAAAAAA==</SS>", v.SecureString.sealed(bytes(16))),
    (
        "<SS>01000000d08c9ddf0115</SS>",
        v.SecureString.sealed(bytes.fromhex("01000000d08c9ddf0115"), hexadecimal=True),
    ),
]

LENIENT: list[tuple[str, Any]] = [
    ("<I32> 1</I32>", 1),
    ("<I32>+1</I32>", 1),
    ("<B>1</B>", True),
    ("<B> false </B>", False),
    ("<Db>1.0</Db>", 1.0),
    ("<TS>PT36H</TS>", timedelta(hours=36)),
    ("<TS>P1Y2M</TS>", timedelta(days=425)),
    ("<TS>PT1.12345678S</TS>", v.TimeSpan(seconds=1, microseconds=123456, ticks_digit=7)),
    ("<DT>2018-06-13</DT>", datetime(2018, 6, 13)),
    ("<BA>AQ\n ID</BA>", b"\x01\x02\x03"),
    ("<G>792E5B37-4505-47EF-B7D2-8711BB7AFFA8</G>", uuid.UUID("792e5b37-4505-47ef-b7d2-8711bb7affa8")),
    ("<S>a\r\nb</S>", "a\nb"),
    ("<S><![CDATA[a<b]]></S>", "a<b"),
    ("<S>a<!-- note -->b</S>", "ab"),
    ("<S>a > b</S>", "a > b"),
    ("<S   >x</S  >", "x"),
    ("<?xml version='1.0'?>\n<S>x</S>\n", "x"),
    ("\ufeff<S>x</S>", "x"),
    ("<I32 N='a'>5</I32>", 5),
]

REFUSED = [
    "<I32>2147483648</I32>", "<I32>1_0</I32>", "<I32></I32>", "<I32>\u0663</I32>", "<I32>1.0</I32>", "<I32 />",
    "<By>256</By>", "<By>-1</By>", "<SB>128</SB>", "<U64>-1</U64>", "<I64>9223372036854775808</I64>", "<C>65536</C>",
    "<C>a</C>", "<B>yes</B>", "<Db>infinity</Db>", "<Db>nan</Db>", "<Db>1_0</Db>", "<Db>0x1</Db>", "<Sg>1e39</Sg>",
    "<D>1e5</D>", "<D>79228162514264337593543950336</D>", "<D>.</D>", "<DT>13/06/2018</DT>",
    "<DT>2018-02-30T00:00:00</DT>",
    "<DT>2018-06-13T23:46:28+15:00</DT>", "<DT>20180613</DT>", "<TS>P</TS>", "<TS>PT</TS>", "<TS>1:00</TS>",
    "<TS>P99999999D</TS>", "<BA>A</BA>", "<BA>AQID!</BA>", "<G>792e5b37</G>", "<Version>1</Version>",
    "<Version>1.-2</Version>",
    "<SemanticVersion>x</SemanticVersion>", "<SS>!</SS>", "<Nil>x</Nil>", "<I32>" + "9" * 5000 + "</I32>",
]  # fmt: skip


@pytest.mark.parametrize(("wire", "value"), EXACT, ids=[wire[:40] for wire, _ in EXACT])
def test_an_element_is_its_value_and_back(wire: str, value: Any) -> None:
    assert v.same(clixml.loads(wire), value)
    assert clixml.dumps(value).decode() in (wire, "<S></S>" if value == "" else wire)


@pytest.mark.parametrize(("wire", "value"), LENIENT, ids=[wire[:40] for wire, _ in LENIENT])
def test_other_spellings_are_read(wire: str, value: Any) -> None:
    assert v.same(clixml.loads(wire), value)
    assert v.same(clixml.loads(wire.encode()), value)


@pytest.mark.parametrize("wire", REFUSED, ids=[wire[:40] for wire in REFUSED])
def test_what_dotnet_would_not_read_is_refused(wire: str) -> None:
    with pytest.raises(RemoteProtocolError):
        clixml.loads(wire)


@pytest.mark.parametrize(
    ("number", "wire"),
    [
        (2**31, "<I64>2147483648</I64>"),
        (-(2**63), "<I64>-9223372036854775808</I64>"),
        (2**63, "<U64>9223372036854775808</U64>"),
        (2**64, "<D>18446744073709551616</D>"),
        (-(2**64), "<D>-18446744073709551616</D>"),
    ],
)
def test_a_plain_int_takes_the_smallest_type_that_holds_it(number: int, wire: str) -> None:
    assert clixml.dumps(number).decode() == wire


@pytest.mark.parametrize(
    "value",
    [
        2**96,
        Decimal("NaN"),
        Decimal(10) ** 40,
        Decimal("1e-40"),
        timedelta(days=20_000_000),
        datetime(2020, 1, 1, tzinfo=timezone(timedelta(hours=20))),
        datetime(2020, 1, 1, tzinfo=timezone(timedelta(seconds=90))),
        object(),
        {1, 2},
        1j,
        print,
        v.SecureString("no key"),
        {None: 1},
    ],
    ids=lambda value: type(value).__name__,
)
def test_values_outside_the_closed_set_are_refused_before_anything_is_sent(value: Any) -> None:
    with pytest.raises(LocalProtocolError):
        clixml.dumps([value])


def test_the_type_that_has_no_form_is_named() -> None:
    with pytest.raises(LocalProtocolError, match=r"builtins\.complex"):
        clixml.dumps(1j)
