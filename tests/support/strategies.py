"""Hypothesis strategies for every PowerShell value; ``values()`` is recursive and covers the whole closed set."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from remora import values as v
from remora.values.numbers import DECIMAL_MAX, INT32_MAX, INT32_MIN
from remora.values.times import timespan_from_ticks

LONE_SURROGATES = st.sampled_from(["\ud800", "\udfff", "\udc00x", "a\udbff"])
SIZED = (v.Int64, v.UInt64, v.UInt32, v.Int16, v.UInt16, v.SByte, v.Byte)


def _named(name: str, strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Give a large strategy a short repr: hypothesis prints it on every failure."""

    @st.composite
    def draw_one(draw: st.DrawFn) -> Any:
        return draw(strategy)

    draw_one.__name__ = name
    return draw_one()


def texts() -> st.SearchStrategy[str]:
    """Return any .NET string that Python holds in its normal form: lone surrogates, controls, literal escapes."""
    awkward = st.sampled_from(
        ["", "_x000A_", "_X", "__x005F_", "a\r\nb\t", "<&>\"'", "]]>", "\x00\x7f\x85", "\ufffe", "🐟"]
    )
    return _named("text", st.one_of(st.text(max_size=20), awkward, LONE_SURROGATES))


def names() -> st.SearchStrategy[str]:
    """Return property names."""
    return st.one_of(st.text(st.characters(categories=["L", "N", "P", "Zs"]), min_size=1, max_size=12), texts())


def zones() -> st.SearchStrategy[Any]:
    """Return None, UTC, or fixed offsets within 14 hours."""
    minutes = st.integers(-14 * 60, 14 * 60).filter(bool)
    return st.one_of(st.none(), st.just(UTC), minutes.map(lambda m: timezone(timedelta(minutes=m))))


@st.composite
def datetimes(draw: st.DrawFn) -> datetime:
    """Return moments of every kind, with and without a seventh digit."""
    plain = draw(st.datetimes(timezones=st.just(None)))
    zone = draw(zones())
    plain = plain.replace(tzinfo=zone)
    digit = draw(st.integers(0, 9))
    if zone is UTC and draw(st.booleans()):
        return v.DateTime.of(plain, ticks_digit=digit, kind="local")
    return v.DateTime.of(plain, ticks_digit=digit) if digit else plain


def decimals() -> st.SearchStrategy[Decimal]:
    """Return values of System.Decimal with their scale."""
    return st.builds(
        lambda n, scale: Decimal(n).scaleb(-scale), st.integers(-(2**90), 2**90), st.integers(0, 28)
    ).filter(lambda d: abs(int("".join(map(str, d.as_tuple().digits)))) <= DECIMAL_MAX)


def versions() -> st.SearchStrategy[v.Version]:
    """Return System.Version values of two to four parts."""
    part = st.integers(0, 2**31 - 1)
    return st.lists(part, min_size=2, max_size=4).map(lambda parts: v.Version(*parts))


def primitives(*, secrets: bool = True) -> st.SearchStrategy[Any]:
    """Return values that are one element on the wire."""
    sized = [st.integers(cls.MIN, cls.MAX).map(cls) for cls in SIZED]
    text = texts()
    always = [
        st.none(),
        st.booleans(),
        st.integers(INT32_MIN, INT32_MAX),
        *sized,
        st.floats(),
        st.floats(width=32).map(v.Single),
        decimals(),
        text,
        st.integers(0, 0xFFFF).map(v.Char),
        text.map(v.Uri),
        text.map(v.XmlDocument),
        text.map(v.ScriptBlockText),
        datetimes(),
        st.integers(-(2**63), 2**63 - 1).map(timespan_from_ticks),
        st.uuids(),
        st.binary(max_size=40),
        versions(),
        st.builds(v.SemanticVersion, st.integers(0, 99), st.integers(0, 99), st.integers(0, 99), st.just("rc.1")),
    ]
    if secrets:
        always.append(st.binary(max_size=32).map(v.SecureString.sealed))
    return _named("primitive", st.one_of(always))


def enums() -> st.SearchStrategy[v.EnumValue]:
    """Return enum values over every underlying type."""
    kinds = [("I32", INT32_MIN, INT32_MAX), ("By", 0, 255), ("I64", -(2**63), 2**63 - 1), ("U32", 0, 2**32 - 1)]
    return st.one_of(
        [
            st.builds(v.EnumValue, st.integers(low, high), st.just("My.Kind"), st.none() | texts(), st.just(tag))
            for tag, low, high in kinds
        ]
    )


def type_chains() -> st.SearchStrategy[tuple[str, ...]]:
    """Return chains that stay a PSObject."""
    known = [
        ("System.Management.Automation.PSCustomObject", "System.Object"),
        ("Deserialized.System.IO.FileInfo", "Deserialized.System.Object"),
        ("Selected.My<&>Type`1[[x_x000A_]]", "System.Object"),
        (),
    ]
    return st.sampled_from(known)


def keys() -> st.SearchStrategy[Any]:
    """Return keys of dictionaries; as .NET would, two equal ones of one type count once."""
    return st.one_of(
        texts(), st.integers(INT32_MIN, INT32_MAX), st.integers(0, 9).map(v.Int64), st.booleans(), st.uuids()
    )


def _tables(items: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    natural = st.dictionaries(texts(), items, max_size=4)
    pairs = st.lists(st.tuples(keys(), items), max_size=4)
    return st.one_of(
        natural,
        natural.map(v.PrimitiveDictionary),
        pairs.map(v.OrderedDictionary),
        st.just(v.Hashtable([(1, "int"), (v.Int64(1), "long"), ("1", "text")])),
    )


def _objects(items: st.SearchStrategy[Any]) -> st.SearchStrategy[v.PSObject]:
    members = st.dictionaries(names(), items, max_size=4)
    base = st.one_of(st.just(v.MISSING), items.filter(lambda item: item is not None))
    # type names alone decide what a container or a number becomes, so those bases get a chain of their own
    return st.builds(v.PSObject, type_chains(), base, members, members, st.none() | texts()).filter(_stays_object)


def _stays_object(value: v.PSObject) -> bool:
    return value.base is v.MISSING or type(value.base) not in (v.OrderedDictionary, v.PrimitiveDictionary)


def _containers(items: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    items = _named("item", items)
    lists = st.lists(items, max_size=4)
    found = st.one_of(
        lists,
        lists.map(v.ArrayList),
        lists.map(v.Stack),
        lists.map(v.Queue),
        lists.map(lambda found: v.TypedArray(found, "System.String")),
        lists.map(lambda found: v.GenericList(found, "System.Int32, mscorlib")),
        lists.map(lambda found: v.PSObject(("My.Enumerable", "System.Object"), v.Enumerable(found))),
        _tables(items),
        _objects(items),
    )
    return _named("container", found)


def records() -> st.SearchStrategy[Any]:
    """Return records of every stream."""
    text = texts()
    category = st.sampled_from(list(v.ErrorCategory))
    invocation = st.builds(v.InvocationInfo, line=text, offset_in_line=st.integers(0, 99), script_name=st.none() | text)
    return st.one_of(
        st.builds(v.ErrorRecord.of, text, text, category, target_object=st.none() | st.integers(0, 9)),
        st.builds(
            v.ErrorRecord,
            exception=st.builds(v.ExceptionInfo.of, st.just("System.IO.IOException"), text),
            details=st.builds(v.ErrorDetails, text, text),
            invocation=invocation,
            write_error_stream=st.sampled_from([True, False, None]),
            script_stack_trace=text,
        ),
        st.builds(v.WarningRecord, message=text),
        st.builds(v.VerboseRecord, message=text, invocation=invocation),
        st.builds(v.DebugRecord, message=text),
        st.builds(
            v.InformationRecord, message_data=text, source=text, time_generated=datetimes(), tags=st.just(["PSHOST"])
        ),
        st.builds(v.HostInformationMessage, message=text, no_new_line=st.booleans()),
        st.builds(
            v.ProgressRecord,
            activity=text,
            activity_id=st.integers(0, 99),
            current_operation=st.none() | text,
            percent_complete=st.integers(-1, 100),
            type=st.sampled_from(list(v.ProgressRecordType)),
        ),
    )


def values(*, secrets: bool = True) -> st.SearchStrategy[Any]:
    """Return any value of the closed set, nested."""
    credential = st.builds(v.PSCredential, texts(), st.binary(max_size=16).map(v.SecureString.sealed))
    big = st.integers(-(2**200), 2**200).map(v.BigInteger)
    leaves = [primitives(secrets=secrets), enums(), records(), big]
    if secrets:
        leaves.append(credential)
    return _named("values", st.recursive(_named("leaf", st.one_of(leaves)), _containers, max_leaves=12))
