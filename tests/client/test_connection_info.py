from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from remora.auth.policy import Authentication
from remora.client.config_store import ClientConfig, HostAlias
from remora.client.connection_info import connection_infos
from remora.client.options import PSSessionOption
from remora.errors import AuthError, ConfigError, PSSessionError
from remora.values import PSCredential


def one(**keywords: Any) -> Any:
    keywords.setdefault("config", ClientConfig())
    (info,) = connection_infos(**keywords)
    return info


def test_the_caller_wins_over_the_alias_and_the_alias_over_the_defaults(tmp_path: Path) -> None:
    secret = tmp_path / "pw"
    secret.write_text("s3cret\nmore\n")
    alias = HostAlias(
        name="S", url="https://h:1/wsman", username="joe", password_file=str(secret), authentication="basic",
        configuration_name="ITTasks", skip_ca_check=True, ca_trust="/ca.pem",
    )  # fmt: skip
    config = ClientConfig(hosts={"s": alias})
    info = one(computer_name="s", config=config)
    assert info.credential.username == "joe"
    assert info.credential.password.reveal() == "s3cret"
    assert info.authentication is Authentication.BASIC
    assert info.configuration.endswith("/ITTasks")
    assert info.option.skip_ca_check
    assert info.option.ca_trust == "/ca.pem"
    info = one(
        computer_name="s", config=config, username="eve", password="x", authentication="negotiate",
        configuration_name="Other", session_option=PSSessionOption(ca_trust="/mine.pem"),
    )  # fmt: skip
    assert (info.credential.username, info.credential.password.reveal()) == ("eve", "x")
    assert info.authentication is Authentication.NEGOTIATE
    assert info.configuration.endswith("/Other")
    assert info.option.ca_trust == "/mine.pem"


def test_what_does_not_fit_together_is_refused() -> None:
    with pytest.raises(ConfigError, match="no password"):
        one(username="bob")
    with pytest.raises(ConfigError, match="without a user name"):
        one(password="x")
    with pytest.raises(PSSessionError):
        one(credential=PSCredential("a", "b"), username="c")
    with pytest.raises(PSSessionError):
        one(computer_name="a", connection_uri="http://a")
    with pytest.raises(AuthError, match="unknown authentication"):
        one(authentication="magic")


def test_an_unreadable_password_file_says_so(tmp_path: Path) -> None:
    config = ClientConfig(hosts={"s": HostAlias(name="s", username="u", password_file=str(tmp_path / "none"))})
    with pytest.raises(ConfigError, match="cannot be read"):
        one(computer_name="s", config=config)


def test_secrets_do_not_show(tmp_path: Path) -> None:
    info = one(username="bob", password="hunter2")
    assert "hunter2" not in repr(info)
    assert "hunter2" not in repr(info.ntlm_credential)


def test_options_may_be_a_mapping_and_one_target_a_list() -> None:
    infos = connection_infos(computer_name=["a", "b"], session_option={"idle_timeout": 60_000}, config=ClientConfig())
    assert [info.computer_name for info in infos] == ["a", "b"]
    assert infos[0].option.idle_timeout == 60_000
    assert infos[0].operation_seconds == 180


def test_whom_the_user_trusts() -> None:
    """An alias vouches for the host its own URL names, and for no other."""
    config = ClientConfig(
        trusted_hosts=("*.lab",),
        hosts={
            "s": HostAlias(name="S", url="http://10.0.0.5:5985/wsman"),
            "named": HostAlias(name="Named", username="joe"),
        },
    )
    who = {"username": "a", "password": "b", "config": config}
    assert [
        info.trusted for info in connection_infos(computer_name=["s", "s:99", "x.lab", "named", "10.0.0.5"], **who)
    ] == [
        True,
        True,
        True,
        False,
        False,
    ]
    assert not one(connection_uri="http://other.example", **who).trusted
