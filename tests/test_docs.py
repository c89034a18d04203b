"""README and docs: Python compiles, command lines parse, TOML is accepted, links lead somewhere, lists are complete."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import click
import pytest

from remora.cli.verbs import cli
from remora.client.config_store import ClientConfig
from remora.host.config_store import read_configuration
from tests.support import engine_page

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)")
FILE_OPTIONS = ("--inventory", "--password-file", "--client-config", "--ca-trust")


def blocks(*languages: str) -> Iterator[tuple[str, str]]:
    for page in PAGES:
        for number, match in enumerate(FENCE.finditer(page.read_text("utf-8"))):
            if match.group(1) in languages:
                yield f"{page.name}:{number}", match.group(2)


def command_lines() -> Iterator[str]:
    """Every command line after a prompt that calls remora, alone or in a pipeline."""
    for _where, text in blocks("console", "sh"):
        for line in text.splitlines():
            if line.startswith("$ "):
                yield line[2:]


def remora_words(line: str) -> list[list[str]]:
    """Return the words of each call of remora in a command line, without its redirections."""
    calls: list[list[str]] = []
    words = shlex.shlex(line, posix=True, punctuation_chars="|<>;&")
    words.whitespace_split = True
    words.commenters = ""
    call: list[str] = []
    for word in [*words, ";"]:
        if set(word) <= set("|<>;&"):
            if call[:1] == ["remora"]:
                calls.append(call[1:])
            call = []
        else:
            call.append(word)
    return calls


def parse(command: click.Command, words: list[str], name: str, parent: click.Context | None = None) -> None:
    """Do all that click does with a command line but call the function."""
    context = command.make_context(name, list(words), parent=parent)
    if isinstance(command, click.Group):
        verb, inner, rest = command.resolve_command(context, [*context._protected_args, *context.args])
        assert inner is not None
        assert verb is not None
        parse(inner, rest, verb, context)


@pytest.mark.parametrize(("where", "text"), list(blocks("python")))
def test_python_compiles(where: str, text: str) -> None:
    compile(text, where, "exec")


@pytest.mark.parametrize("line", sorted({line for line in command_lines() if "remora " in line}))
def test_command_lines_parse(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    calls = remora_words(line)
    assert calls or not line.startswith("remora ")
    for words in calls:
        for option, value in pairwise(words):
            if option in FILE_OPTIONS or value.endswith((".pem", ".crl")):
                Path(value).touch()
        parse(cli, words, "remora")


@pytest.mark.parametrize(("where", "text"), list(blocks("toml")))
def test_configurations_are_accepted(where: str, text: str, tmp_path: Path) -> None:
    table = tomllib.loads(text)
    if {"hosts", "client", "unc"} & set(table):
        ClientConfig.from_toml(table)
    else:
        (tmp_path / "host.toml").write_text(text, "utf-8")
        read_configuration(tmp_path / "host.toml")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files(page: Path) -> None:
    for target in LINK.findall(FENCE.sub("", page.read_text("utf-8"))):
        assert (page.parent / target).exists(), target


def test_every_page_is_in_the_navigation() -> None:
    navigation = (ROOT / "mkdocs.yml").read_text("utf-8")
    for page in (ROOT / "docs").glob("*.md"):
        assert f": {page.name}\n" in navigation, page.name


def test_the_cmdlets_of_the_engine_are_all_listed() -> None:
    """``python -m tests.support.engine_page`` writes the page again."""
    assert engine_page.PAGE.read_text("utf-8") == engine_page.document()
