from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remora.engine.cmd.builtins.arithmetic import evaluate
from remora.engine.cmd.environment import CmdEnvironment
from remora.engine.cmd.expand import expand_batch, expand_line
from remora.engine.cmd.parser import Parser
from remora.engine.cmd.programs import split_arguments
from remora.engine.cmd.syntax import CmdSyntaxError, Redirection, RedirectionMode, Simple


def parse(text: str) -> object:
    lines = iter(text.splitlines())
    return Parser(lambda: next(lines, None)).statement()


def test_redirections_leave_the_text() -> None:
    assert parse('echo a 2>>"x y" b') == Simple(
        text="echo a  b", redirections=(Redirection(handle=2, mode=RedirectionMode.APPEND, target='"x y"'),)
    )


@pytest.mark.parametrize("text", ["echo a |", "& echo a", "if a", "for %i in (a)", "if a == ", "( echo a", "echo a >"])
def test_broken_lines(text: str) -> None:
    with pytest.raises(CmdSyntaxError):
        parse(text)


@given(st.text(alphabet="echo if(&|)<>^\"'%! 12\n=/adn", max_size=60))
def test_the_parser_raises_nothing_but_its_own_error(text: str) -> None:
    lines = iter(text.splitlines())
    parser = Parser(lambda: next(lines, None))
    try:
        while parser.statement() is not None:
            pass
    except CmdSyntaxError:
        pass


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        ("a b", ["a", "b"]),
        ('"a b" c', ["a b", "c"]),
        ('a\\"b', ['a"b']),
        ('"a\\\\" b', ["a\\", "b"]),
        ("C:\\x\\y", ["C:\\x\\y"]),
        ('"say ""hi"""', ['say "hi"']),
        ('""', [""]),
        ("  ", []),
    ],
)
def test_argument_vectors(text: str, arguments: list[str]) -> None:
    assert split_arguments(text) == arguments


def test_expansion() -> None:
    values = {"a": "one", "b": "two"}
    assert expand_line("%a%%b% %c% 5% %a", values.get) == "onetwo %c% 5% %a"
    assert expand_batch("%a%%b% %c% %% %1 %*", values.get, ["f", "x", "y"]) == "onetwo  % x x y"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1+2*3", 7),
        ("(1+2)*3", 9),
        ("2147483647+1", -2147483648),
        ("0x10", 16),
        ("010", 8),
        ("-7/2", -3),
        ("-7 % 3", -1),
        ("~0", -1),
        ("!5", 0),
        ("x=4,x*=3", 12),
        ("7^2", 5),
        ("1<<31", -2147483648),
    ],
)
def test_arithmetic(text: str, value: int) -> None:
    assert evaluate(text, CmdEnvironment({})) == value


@given(st.text(max_size=40))
def test_arithmetic_fails_cleanly(text: str) -> None:
    with suppress(ValueError, ZeroDivisionError):
        evaluate(text, CmdEnvironment({"A": "3"}))


def test_variables_ignore_case_but_keep_both_spellings() -> None:
    environment = CmdEnvironment({"http_proxy": "a", "HTTP_PROXY": "b"})
    assert environment.get("Http_Proxy") == "b"
    environment.set("HTTP_proxy", "c")
    exported = environment.exported()
    assert (exported["http_proxy"], exported["HTTP_PROXY"]) == ("c", "c")
