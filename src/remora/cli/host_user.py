"""``remora host user`` and ``remora host group``: the local accounts. A password is prompted for or read from stdin."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from remora.cli.host_output import print_result, reported, state_and_output
from remora.errors import RemoraError
from remora.host.accounts import REMOTE_MANAGEMENT_USERS, Account, AccountStore
from remora.host.config_store import default_state_dir

F = TypeVar("F", bound=Callable[..., Any])


def _password_option(command: F) -> F:
    return click.option("--password-stdin", is_flag=True, help="Read the password from the first line of stdin.")(
        command
    )


@click.group()
def user() -> None:
    """Local accounts of this host."""


@user.command("add")
@click.argument("name")
@_password_option
@click.option("--group", "groups", multiple=True, help=f"A group to join (default: {REMOTE_MANAGEMENT_USERS}).")
@click.option("--run-as", help="The Unix user its sessions run as (a host started by root only).")
@click.option("--no-ntlm", is_flag=True, help="Keep no NT hash: the account can then use Basic only.")
@state_and_output
def add_user(
    name: str,
    password_stdin: bool,
    groups: tuple[str, ...],
    run_as: str | None,
    no_ntlm: bool,
    state_dir: Path | None,
    output: str,
) -> None:
    """Create the account NAME."""
    with reported():
        store = _store(state_dir)
        if store.find(name) is not None:
            raise click.ClickException(f"there is already an account {name!r}")
        password = _read_password(password_stdin)
        chosen = groups or (REMOTE_MANAGEMENT_USERS,)
        account = store.add(name, password, groups=chosen, run_as=run_as, ntlm=not no_ntlm)
        shown = _describe(store, account)
    print_result(output, shown, f"{account.name} added, runs as {shown['run_as']}")


@user.command("list")
@state_and_output
def list_users(state_dir: Path | None, output: str) -> None:
    """List the accounts."""
    with reported():
        store = _store(state_dir)
        shown = [_describe(store, account) for account in store.accounts()]
    lines = [f"{item['name']:<24} {item['run_as']:<16} {', '.join(item['groups'])}" for item in shown]
    print_result(output, shown, "\n".join(lines))


@user.command("remove")
@click.argument("name")
@state_and_output
def remove_user(name: str, state_dir: Path | None, output: str) -> None:
    """Delete the account NAME."""
    with reported():
        _store(state_dir).remove(name)
    print_result(output, {"removed": name}, f"{name} removed")


@user.command("passwd")
@click.argument("name")
@_password_option
@state_and_output
def change_password(name: str, password_stdin: bool, state_dir: Path | None, output: str) -> None:
    """Change the password of NAME."""
    with reported():
        store = _store(state_dir)
        account = store.get(name)
        store.set_password(account.name, _read_password(password_stdin))
    print_result(output, {"changed": account.name}, f"password of {account.name} changed")


@click.group()
def group() -> None:
    """Local groups of this host."""


@group.command("add")
@click.argument("name")
@click.argument("members", nargs=-1)
@state_and_output
def add_group(name: str, members: tuple[str, ...], state_dir: Path | None, output: str) -> None:
    """Create the group NAME if there is none, and make MEMBERS join it.

    A member is a local account, unix:NAME, unixgroup:NAME, krb:USER@REALM or domaingroup:DOMAIN\\NAME.
    """
    with reported():
        store = _store(state_dir)
        for member in members:
            store.check_member(member)
        if not members or name.casefold() not in {item.casefold() for item in store.groups()}:
            store.add_group(name)
        for member in members:
            store.join(name, member)
        shown = _group(store, name)
    print_result(output, shown, f"{shown['name']}: {', '.join(shown['members']) or 'no members'}")


@group.command("remove")
@click.argument("name")
@click.argument("members", nargs=-1)
@state_and_output
def remove_group(name: str, members: tuple[str, ...], state_dir: Path | None, output: str) -> None:
    """Make MEMBERS leave the group NAME; without members, delete it."""
    with reported():
        store = _store(state_dir)
        if not members:
            store.remove_group(name)
            print_result(output, {"removed": name}, f"{name} removed")
            return
        for member in members:
            store.leave(name, member)
        shown = _group(store, name)
    print_result(output, shown, f"{shown['name']}: {', '.join(shown['members']) or 'no members'}")


@group.command("list")
@state_and_output
def list_groups(state_dir: Path | None, output: str) -> None:
    """List the groups and their members."""
    with reported():
        shown = [{"name": name, "members": list(held)} for name, held in _store(state_dir).groups().items()]
    lines = [f"{item['name']:<28} {', '.join(item['members'])}".rstrip() for item in shown]
    print_result(output, shown, "\n".join(lines))


def _store(state_dir: Path | None) -> AccountStore:
    return AccountStore(state_dir or default_state_dir())


def _describe(store: AccountStore, account: Account) -> dict[str, Any]:
    try:
        run_as = store.run_as(account).user
    except RemoraError as error:
        run_as = f"nobody may ({error})"
    return {
        "name": account.name,
        "sid": store.sid(account),
        "run_as": run_as,
        "groups": list(account.groups),
        "ntlm": account.nt_hash is not None,
    }


def _group(store: AccountStore, name: str) -> dict[str, Any]:
    for held, members in store.groups().items():
        if held.casefold() == name.casefold():
            return {"name": held, "members": list(members)}
    return {"name": name, "members": []}


def _read_password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise click.UsageError("there is no terminal to ask at: give the password with --password-stdin")
    answer: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return answer
