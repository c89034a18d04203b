from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from remora.cli.host_user import group, user
from remora.host.accounts import AccountStore
from remora.host.passwords import verify_password


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


def run(state: Path, *words: str, stdin: str | None = None) -> Result:
    command = {"user": user, "group": group}[words[0]]
    return CliRunner().invoke(command, [*words[1:], "--state-dir", str(state)], input=stdin)


def test_add_list_passwd_remove(state: Path) -> None:
    added = run(state, "user", "add", "Zoe", "--password-stdin", "-o", "json", stdin="first\n")
    assert added.exit_code == 0, added.output
    shown = json.loads(added.output)
    assert (shown["name"], shown["groups"], shown["ntlm"]) == ("Zoe", ["Remote Management Users"], True)
    assert "first" not in added.output
    assert "Zoe" in run(state, "user", "list").output
    assert run(state, "user", "passwd", "zoe", "--password-stdin", stdin="second\r\n").exit_code == 0
    found = AccountStore(state).get("Zoe")
    assert verify_password("second", found.scrypt)
    assert run(state, "user", "remove", "ZOE").output == "ZOE removed\n"
    assert json.loads(run(state, "user", "list", "-o", "json").output) == []


def test_groups_run_as_and_no_ntlm(state: Path) -> None:
    words = ("user", "add", "a", "--password-stdin", "--group", "administrators", "--group", "Remote Management Users")
    added = run(state, *words, "--no-ntlm", "-o", "json", stdin="x")
    shown = json.loads(added.output)
    assert (shown["groups"], shown["ntlm"]) == (["Administrators", "Remote Management Users"], False)
    ghost = run(state, "user", "add", "b", "--password-stdin", "--run-as", "no-such-user", stdin="x")
    assert ghost.exit_code == 1
    assert "no-such-user" in ghost.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("user", "add", "a\\b", "--password-stdin"), "cannot be"),
        (("user", "remove", "ghost"), "no account"),
        (("user", "passwd", "ghost", "--password-stdin"), "no account"),
        (("user", "add", "x", "--password-stdin", "--group", "Ghosts"), "no group"),
        (("group", "remove", "Administrators"), "built in"),
        (("group", "add", "G", "ghost"), "no account"),
    ],
)
def test_errors_are_one_line_and_exit_with_1(state: Path, words: tuple[str, ...], said: str) -> None:
    result = run(state, *words, stdin="x\n")
    assert result.exit_code == 1
    assert said in result.output
    assert len(result.output.splitlines()) == 1


def test_without_a_terminal_the_password_must_come_from_stdin(state: Path) -> None:
    result = run(state, "user", "add", "zoe", stdin="x\n")
    assert result.exit_code == 2
    assert "--password-stdin" in result.output


def test_an_empty_password_is_refused(state: Path) -> None:
    assert run(state, "user", "add", "zoe", "--password-stdin", stdin="\n").exit_code == 1


def test_groups_and_members(state: Path) -> None:
    run(state, "user", "add", "zoe", "--password-stdin", stdin="x")
    assert run(state, "group", "add", "Operators", "zoe").output == "Operators: zoe\n"
    assert run(state, "group", "add", "operators", "zoe").exit_code == 0
    listed = json.loads(run(state, "group", "list", "-o", "json").output)
    assert {"name": "Operators", "members": ["zoe"]} in listed
    assert run(state, "group", "remove", "Operators", "zoe").output == "Operators: no members\n"
    assert run(state, "group", "remove", "operators").exit_code == 0
    assert "Operators" not in run(state, "group", "list").output
