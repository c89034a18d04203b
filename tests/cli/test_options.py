from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import click
import pytest

from remora.cli.inventory_way import Way
from remora.cli.options import ConnectionOptions, Product, script_arguments
from remora.errors import ConfigError


@pytest.mark.parametrize(
    ("text", "value"), [("60*60*15", 54000), ("90", 90), ("(60*2)", 120), (" 60 * 60 ", 3600), ("-1", -1)]
)
def test_products_of_integers(text: str, value: int) -> None:
    assert Product().convert(text, None, None) == value


@pytest.mark.parametrize("text", ["60*", "x", "1.5", "2**3", "60+1", "", "__import__('os')"])
def test_nothing_else_is_a_product(text: str) -> None:
    with pytest.raises(click.BadParameter):
        Product().convert(text, None, None)


@pytest.mark.parametrize(
    ("words", "positional", "named"),
    [
        ((), [], {}),
        (("a", "b"), ["a", "b"], {}),
        (("-Source", "/x", "b", "-Force"), ["b"], {"Source": "/x", "Force": True}),
        (("-A:1", "-B:$false", "-5"), ["-5"], {"A": "1", "B": False}),
        (("-A", "-B", "-1"), [], {"A": True, "B": "-1"}),
    ],
)
def test_words_for_a_script(words: tuple[str, ...], positional: list[str], named: dict[str, Any]) -> None:
    assert script_arguments(words) == (positional, named)


def test_passwords_come_from_a_file_standard_input_or_the_alias(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "client.toml"
    config.write_text(f'[hosts.a]\nusername = "joe"\npassword_file = "{tmp_path / "pw"}"\n')
    (tmp_path / "pw").write_text("from file\nsecond line")
    base = {"client_config": str(config)}
    given = ConnectionOptions(**base, password_file=str(tmp_path / "pw")).keywords("bob@h")
    assert (given["username"], given["password"].reveal()) == ("bob", "from file")
    monkeypatch.setattr("sys.stdin", io.StringIO("typed in\nrest\n"))
    options = ConnectionOptions(**base, password_stdin=True, username="eve")
    assert options.keywords("h")["password"].reveal() == "typed in"
    assert options.keywords("other")["password"].reveal() == "typed in"  # one password for all targets
    assert ConnectionOptions(**base).keywords("a")["password"] is None  # the API reads the alias's file


def test_without_a_terminal_nothing_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "client.toml").write_text("")
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    options = ConnectionOptions(client_config=str(tmp_path / "client.toml"))
    with pytest.raises(ConfigError, match="no user name"):
        options.keywords("h")
    with pytest.raises(ConfigError, match="no password for bob"):
        options.keywords("bob@h")


@pytest.mark.parametrize(
    ("target", "authentication", "asks"),
    [
        ("server", None, False),
        ("server", "kerberos", False),
        ("localhost", "negotiate", False),
        ("server", "negotiatewithimplicitcredential", False),
        ("server", "negotiate", True),
        ("server", "basic", True),
        ("10.0.0.5", None, True),
    ],
)
def test_a_ticket_stands_for_a_user_name_where_it_can_be_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str, authentication: str | None, asks: bool
) -> None:
    (tmp_path / "client.toml").write_text("")
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    options = ConnectionOptions(client_config=str(tmp_path / "client.toml"), authentication=authentication)
    monkeypatch.setattr("remora.cli.options.has_ticket", lambda: True)
    if asks:
        with pytest.raises(ConfigError, match="no user name"):
            options.keywords(target)
    else:
        given = options.keywords(target)
        assert (given["username"], given["password"]) == (None, None)
    monkeypatch.setattr("remora.cli.options.has_ticket", lambda: False)
    with pytest.raises(ConfigError, match="no user name"):
        options.keywords(target)


def test_a_certificate_stands_for_a_user_name_and_its_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    config = tmp_path / "client.toml"
    config.write_text('[hosts.a]\nusername = "joe"\n[hosts.b]\ncertificate_thumbprint = "BB"\n')
    base: dict[str, Any] = {"client_config": str(config)}

    def who(options: ConnectionOptions, target: str, way: Way | None = None) -> tuple[Any, ...]:
        given = options.keywords(target, way)
        return given["certificate_thumbprint"], given["username"], given["password"]

    shown = ConnectionOptions(**base, certificate_thumbprint="AA")
    assert who(shown, "a") == ("AA", None, None)
    assert who(shown, "c", Way(username="x", password_file="/nowhere", secret="s")) == ("AA", None, None)
    assert who(ConnectionOptions(**base), "b") == ("BB", None, None)
    assert who(ConnectionOptions(**base), "c", Way(certificate_thumbprint="CC")) == ("CC", None, None)
