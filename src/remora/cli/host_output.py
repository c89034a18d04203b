"""What the verbs below ``remora host`` have in common: their options, how they print, and how they fail."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from remora.errors import RemoraError

F = TypeVar("F", bound=Callable[..., Any])


def state_and_output(command: F) -> F:
    """The state directory, and text or JSON."""
    state = click.option(
        "--state-dir", type=click.Path(path_type=Path), envvar="REMORA_STATE_DIR", help="The host's state directory."
    )
    output = click.option(
        "-o", "--output", type=click.Choice(["text", "json"]), default="text", help="How to print the result."
    )
    return state(output(command))


def print_result(output: str, value: object, text: str) -> None:
    """Print a value as JSON, or its text; an empty text prints nothing."""
    if output == "json":
        click.echo(json.dumps(value, ensure_ascii=False))
    elif text:
        click.echo(text)


@contextmanager
def reported() -> Iterator[None]:
    """Let an error of ours end the command line with its message."""
    try:
        yield
    except RemoraError as error:
        raise click.ClickException(str(error)) from None
