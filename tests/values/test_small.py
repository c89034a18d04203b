"""Texts, versions, secrets, enums, lists, host values."""

from __future__ import annotations

import pickle
import traceback

import pytest

from remora import values as v


def test_char_is_one_utf16_unit() -> None:
    assert v.Char(97) == v.Char("a") == "a"
    for wrong in ("", "ab", "🐟", -1, 0x10000):
        with pytest.raises(ValueError, match="UTF-16"):
            v.Char(wrong)
    assert [repr(kind("x")) for kind in (v.Char, v.Uri, v.XmlDocument, v.ScriptBlockText)] == [
        "Char('x')", "Uri('x')", "XmlDocument('x')", "ScriptBlockText('x')",
    ]  # fmt: skip


def test_versions_are_read_ordered_and_written() -> None:
    texts = ["1.0", "1.0.0", "1.0.1", "1.2", "1.10.0.1"]
    parsed = [v.Version.parse(text) for text in texts]
    assert sorted([*parsed[2:], *parsed[:2]]) == parsed
    assert [str(version) for version in parsed] == texts
    for wrong in ("", "1", "1.2.3.4.5", "1.-1", "1.a", "1.99999999999", "1. 2"):
        with pytest.raises(ValueError, match=r"System\.Version"):
            v.Version.parse(wrong)
    with pytest.raises(ValueError, match=r"System\.Version"):
        v.Version(1, 2, -1, 3)


def test_semantic_versions_order_prereleases_first() -> None:
    texts = ["7.0.0-alpha", "7.0.0-alpha.1", "7.0.0-rc.2", "7.0.0-rc.10", "7.0.0", "7.0.1+build"]
    parsed = [v.SemanticVersion.parse(text) for text in texts]
    assert sorted([*parsed[2:], *parsed[:2]]) == parsed
    assert [str(version) for version in parsed] == texts
    assert str(v.SemanticVersion.parse("7")) == "7.0.0"
    for wrong in ("", "a", "1.2.3.4", "1.2.3-"):
        with pytest.raises(ValueError, match="SemanticVersion"):
            v.SemanticVersion.parse(wrong)


def test_secrets_hide_everywhere_but_in_reveal() -> None:
    secret = v.SecureString("hunter2")
    credential = v.PSCredential("me", "hunter2")
    try:
        raise RuntimeError(secret, credential)
    except RuntimeError:
        shown = traceback.format_exc()
    for text in (shown, repr(secret), str(secret), repr(credential), f"{credential}"):
        assert "hunter2" not in text
    assert secret.reveal() == credential.password.reveal() == "hunter2"
    assert credential == v.PSCredential("me", secret)
    assert credential != v.PSCredential("you", secret)
    assert secret != "hunter2"
    assert credential != "me"


def test_a_sealed_secret_has_no_text() -> None:
    sealed = v.SecureString.sealed(b"cipher")
    assert sealed.is_sealed
    assert sealed.cipher == b"cipher"
    assert sealed == v.SecureString.sealed(b"cipher")
    assert sealed != v.SecureString("")
    with pytest.raises(ValueError, match="sealed"):
        sealed.reveal()


def test_enum_values_are_numbers_with_a_label() -> None:
    day = v.EnumValue(1, "System.DayOfWeek", "Monday")
    assert (day, str(day), day.type_names[1]) == (1, "Monday", "System.Enum")
    assert str(v.EnumValue(3, ("A",))) == "3"
    assert v.same(pickle.loads(pickle.dumps(day)), day)


def test_lists_know_their_type() -> None:
    assert v.TypedArray([1], "System.Int32").type_name == "System.Int32[]"
    assert v.GenericList([], "System.String").type_name == "System.Collections.Generic.List`1[[System.String]]"
    for value in (
        v.ArrayList([1]),
        v.Stack([1]),
        v.Queue([1]),
        v.Enumerable([1]),
        v.TypedArray([1], "A"),
        v.GenericList([1]),
    ):
        assert value == [1]
        assert type(value).__name__ in repr(value)
        assert v.same(pickle.loads(pickle.dumps(value)), value)


def test_error_categories_are_spelled_as_powershell_does() -> None:
    assert v.ErrorCategory.OBJECT_NOT_FOUND.label == "ObjectNotFound"
    assert v.ErrorCategory.FROM_STD_ERR.label == "FromStdErr"
    assert len(v.ErrorCategory) == 32


def test_records_compare_by_content_and_print_their_message() -> None:
    record = v.ErrorRecord.of("boom", target_object=5)
    assert record == v.ErrorRecord.of("boom", target_object=5)
    assert record != v.ErrorRecord.of("boom")
    assert record != "boom"
    assert str(record) == record.exception.message == "boom"
    record.details = v.ErrorDetails("told")
    assert str(record) == "told"
    assert str(v.ErrorRecord(exception=None, to_string="t")) == "t"
    said = v.InformationRecord(message_data=v.HostInformationMessage(message="hi"))
    assert [str(x) for x in (said, v.WarningRecord(message="w"), v.InformationRecord())] == ["hi", "w", ""]
    assert str(v.ProgressRecord(activity="a", status_description="b")) == "a: b"


def test_an_exception_shows_its_usual_properties() -> None:
    inner = v.ExceptionInfo.of("System.IO.IOException", "disk")
    found = v.ExceptionInfo.of(
        ("My.Exception", "System.Exception", "System.Object"), "m", inner=inner, stack_trace="at x"
    )
    assert (found.inner.message, found.stack_trace, found.hresult) == ("disk", "at x", -2146233088)
    assert v.ExceptionInfo(("Deserialized.My.Exception",), to_string="t").exception_type == "My.Exception"
    bare = v.ExceptionInfo(("A",), to_string="t")
    assert (bare.message, bare.hresult, bare.stack_trace, bare.inner) == ("t", None, None, None)


def test_host_values_are_frozen() -> None:
    info = v.HostInfo(default_data=v.HostDefaultData(window_size=v.Size(width=80, height=25)))
    assert info.default_data is not None
    assert info.default_data.window_size.width == 80
    with pytest.raises(AttributeError):
        info.is_host_null = False  # type: ignore[misc]
