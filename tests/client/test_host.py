from __future__ import annotations

import io

import pytest

from remora.client.host import ClientHost, ConsoleHost, HostCallRefused, NullHost, UserHost
from remora.psrp.hostcalls import SHAPES, HostCall, HostMethod
from remora.values import ChoiceDescription, FieldDescription, SecureString


class Answers(UserHost):
    """A user interface that writes down and answers at once."""

    def __init__(self) -> None:
        super().__init__(width=100)
        self.written: list[str] = []

    def write(self, text: str, foreground: int | None = None, background: int | None = None) -> None:
        self.written.append(text)

    def read_line(self) -> str:
        return "a line"

    async def prompt_for_choice(self, caption: object, message: object, choices: object, default: int) -> int:
        return default


def call(method: HostMethod, *args: object) -> HostCall:
    return HostCall(call_id=1, method=method, args=args)


async def test_the_null_host_says_nobody_is_there_and_refuses() -> None:
    host: ClientHost = NullHost()
    assert host.info.is_host_null
    with pytest.raises(HostCallRefused):
        await host.answer(call(HostMethod.READ_LINE))


async def test_writing_takes_every_form() -> None:
    host = Answers()
    for method, args in (
        (HostMethod.WRITE1, ("a",)),
        (HostMethod.WRITE2, (1, 2, "b")),
        (HostMethod.WRITE_LINE1, ()),
        (HostMethod.WRITE_LINE2, ("c",)),
        (HostMethod.WRITE_LINE3, (1, 2, "d")),
        (HostMethod.WRITE_WARNING_LINE, ("w",)),
        (HostMethod.WRITE_VERBOSE_LINE, ("v",)),
        (HostMethod.WRITE_DEBUG_LINE, ("g",)),
        (HostMethod.WRITE_ERROR_LINE, ("e",)),
    ):
        assert await host.answer(call(method, *args)) is None
    assert host.written == ["a", "b", "\n", "c\n", "d\n", "WARNING: w\n", "VERBOSE: v\n", "DEBUG: g\n", "e\n"]


async def test_getters_are_answered_from_the_host_data() -> None:
    host = Answers()
    assert await host.answer(call(HostMethod.GET_NAME)) == "RemoraHost"
    assert (await host.answer(call(HostMethod.GET_WINDOW_SIZE))).width == 100
    assert await host.answer(call(HostMethod.GET_IS_RUNSPACE_PUSHED)) is False
    assert await host.answer(call(HostMethod.GET_CURRENT_CULTURE)) == "en-US"
    assert await host.answer(call(HostMethod.GET_INSTANCE_ID)) == host.instance_id
    assert host.info.default_data is not None


async def test_every_method_is_answered_or_refused() -> None:
    host = UserHost()
    for method in HostMethod:
        count = len(SHAPES[method].parameters)
        args = [1] if method is HostMethod.SET_SHOULD_EXIT else [None] * count
        refused = False
        try:
            await host.answer(call(method, *args))
        except HostCallRefused:
            refused = True
        assert not (refused and method.is_void), method


async def test_should_exit_is_kept() -> None:
    host = UserHost()
    await host.answer(call(HostMethod.SET_SHOULD_EXIT, 7))
    assert host.exit_code == 7


def console(monkeypatch: pytest.MonkeyPatch, typed: str, secret: str = "s3cret") -> tuple[ConsoleHost, io.StringIO]:
    terminal = io.StringIO(typed)
    terminal.isatty = lambda: True  # type: ignore[method-assign]
    monkeypatch.setattr("sys.stdin", terminal)
    monkeypatch.setattr("getpass.getpass", lambda prompt, stream: secret)
    err = io.StringIO()
    return ConsoleHost("server01", out=io.StringIO(), err=err), err


async def test_the_console_asks_for_lines_fields_and_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    host, err = console(monkeypatch, "one\nvalue\n")
    assert await host.answer(call(HostMethod.READ_LINE)) == "one"
    fields = (
        FieldDescription(name="Name", label="&Name"),
        FieldDescription(name="Key", parameter_type_full_name=SecureString.TYPE_NAME),
    )
    answers = await host.answer(call(HostMethod.PROMPT, "Caption", "Message", fields))
    assert answers == {"Name": "value", "Key": SecureString("s3cret")}
    assert "Caption" in err.getvalue()
    secret = await host.answer(call(HostMethod.READ_LINE_AS_SECURE_STRING))
    assert secret.reveal() == "s3cret"


async def test_a_secret_without_a_terminal_is_a_line_of_input(monkeypatch: pytest.MonkeyPatch) -> None:
    host, err = console(monkeypatch, "")
    monkeypatch.setattr("sys.stdin", io.StringIO("piped\n"))
    secret = await host.answer(call(HostMethod.READ_LINE_AS_SECURE_STRING))
    assert secret.reveal() == "piped"
    assert "piped" not in err.getvalue()


async def test_a_remote_credential_prompt_names_the_computer(monkeypatch: pytest.MonkeyPatch) -> None:
    host, err = console(monkeypatch, "bob\n")
    credential = await host.answer(call(HostMethod.PROMPT_FOR_CREDENTIAL1, "Sign in", "", "", ""))
    assert (credential.username, credential.password.reveal()) == ("bob", "s3cret")
    assert "server01 asks for a credential" in err.getvalue()


@pytest.mark.parametrize(("typed", "chosen"), [("y\n", 0), ("No\n", 1), ("\n", 1), ("what\nyes\n", 0)])
async def test_choices_are_taken_by_key_name_or_default(
    monkeypatch: pytest.MonkeyPatch, typed: str, chosen: int
) -> None:
    host, _err = console(monkeypatch, typed)
    choices = (ChoiceDescription(label="&Yes"), ChoiceDescription(label="&No"))
    assert await host.answer(call(HostMethod.PROMPT_FOR_CHOICE, "c", "m", choices, 1)) == chosen


async def test_the_end_of_input_refuses_instead_of_answering_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    host, _err = console(monkeypatch, "")
    with pytest.raises(HostCallRefused):
        await host.answer(call(HostMethod.READ_LINE))
