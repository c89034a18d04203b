from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remora.cli.winrm_arguments import OPERATIONS, read_arguments, read_values
from remora.client.resource_uris import resource
from remora.errors import ConfigError


def test_every_operation_has_its_short_forms() -> None:
    for name, shorts in OPERATIONS.items():
        for word in (name, name.upper(), *shorts):
            unnamed = {"invoke": ("A", "B"), "identify": (), "quickconfig": (), "help": ()}.get(name, ("uri",))
            values = ('@{a="b"}',) if name in ("set", "create", "invoke") else ()
            assert read_arguments((word, *unnamed, *values)).operation == name
    assert read_arguments(()).operation == "help"


def test_the_example_of_the_documentation() -> None:
    read = read_arguments(("set", "winrm/config/client/auth", '@{Digest="false"}'))
    assert (read.operation, read.unnamed, read.values) == ("set", ("winrm/config/client/auth",), {"Digest": "false"})


def test_switches_are_known_by_short_names_in_any_case_and_with_either_prefix() -> None:
    read = read_arguments(("g", "uri", "-r:http://host:80/x", "/U:DOM\\bob", "-Auth:basic", '-f:"#pretty"', "-un"))
    assert read.switches == {
        "remote": "http://host:80/x",
        "username": "DOM\\bob",
        "authentication": "basic",
        "format": "#pretty",
        "unencrypted": "",
    }


def test_values_may_come_in_pieces_that_the_shell_split() -> None:
    read = read_arguments(("create", "uri", '@{a="b', 'c";', "p:d=$null", "}", "-r:host"))
    assert read.values == {"a": "b c", "p:d": None}
    assert read.has("remote")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("nothing", "no operation"),
        ("get", "takes 1 arguments"),
        ("get a b", "takes 1 arguments"),
        ("invoke a", "takes 2 arguments"),
        ("get uri -colour:red", "no switch"),
        ("get uri -quiet", "does not go with get"),
        ("get uri -r:a -remote:b", "given twice"),
        ("get uri -remote", "needs a value"),
        ("get uri -ssl:x -r:a", "takes no value"),
        ("get uri -ssl", "needs -remote"),
        ("get uri -encoding:utf-16", "needs -remote"),
        ("get -r:a uri", "comes first"),
        ('get uri -f:"x', "quotation mark"),
        ("get uri @{}", "takes no values"),
        ("create uri", "needs values"),
        ("create uri @{} -file:x", "one of them only"),
        ("set uri @{}", "at least one"),
        ("create uri @{} @{}", "given twice"),
    ],
)
def test_what_is_wrong_is_said(line: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        read_arguments(tuple(line.split()))


@pytest.mark.parametrize(
    "text", ['{a="b"', "@{a=b}", '@{a="b" c="d"}', '@{="b"}', '@{a="b"}x', '@{a="1";a="2"}', '@{a="b"c"}']
)
def test_values_that_are_none(text: str) -> None:
    with pytest.raises(ConfigError):
        read_values(text)


NAMES = st.from_regex(r"[A-Za-z_]\w{0,10}", fullmatch=True).filter(str.isascii)
VALUES = st.none() | st.text(st.characters(exclude_characters='"', exclude_categories=("Cs",)))


@given(st.dictionaries(NAMES, VALUES))
def test_values_are_read_back(values: dict[str, str | None]) -> None:
    pairs = ";".join(f"{key}=$null" if text is None else f'{key}="{text}"' for key, text in values.items())
    assert read_values("@{" + pairs + "}") == values


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    for words in (("create", "uri", text), ("get", text), (text,), ("get", "uri", text)):
        try:
            read_arguments(words)
            resource(text)
        except ConfigError:
            continue


def test_uris_have_aliases_and_selectors() -> None:
    found = resource('winrm/config/Listener?Address=*+Transport="HTTP"')
    assert found.uri == "http://schemas.microsoft.com/wbem/wsman/1/config/Listener"
    assert dict(found.selectors) == {"Address": "*", "Transport": "HTTP"}
    assert resource("wmicimv2/Win32_Service?Name=a=b").uri.endswith("/wmi/root/cimv2/Win32_Service")
    assert dict(resource("shell/cmd?a=b=c").selectors) == {"a": "b=c"}
    for wrong in ("", "winrm/config?x", "winrm/config?a=1+A=2"):
        with pytest.raises(ConfigError):
            resource(wrong)
