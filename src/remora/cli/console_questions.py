"""Questions of the console: fields by their types, one choice or several, as pwsh asks them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from remora.engine.convert.conversion import convert_to
from remora.engine.errors import PSError

if TYPE_CHECKING:
    from remora.cli.console_host import ConsoleHost

_SECURE: Final = "System.Security.SecureString"
_CREDENTIAL: Final = "System.Management.Automation.PSCredential"


def ask_fields(host: ConsoleHost, fields: Sequence[Any]) -> Mapping[str, Any]:
    """A value for each field by its name; ``!?`` shows its help, ``!!`` begins a value that begins with ``!``."""
    if any(getattr(field, "help_message", "") for field in fields):
        host.write_line("(Type !? for Help.)")
    answers: dict[str, Any] = {}
    for field in fields:
        name = str(getattr(field, "name", field))
        label = str(getattr(field, "label", "") or name).replace("&", "")
        kind = str(getattr(field, "parameter_type_full_name", "") or "System.String")
        help_text = str(getattr(field, "help_message", "") or "")
        if kind.endswith("[]"):
            answers[name] = _several(host, label, kind[:-2], help_text)
        elif kind == _CREDENTIAL:
            host.write_line(label)
            answers[name] = host.prompt_for_credential("", "", "", "")
        else:
            answers[name] = _one(host, f"{label}: ", kind, help_text)
    return answers


def _several(host: ConsoleHost, label: str, kind: str, help_text: str) -> list[Any]:
    """Values until an empty line."""
    found: list[Any] = []
    while True:
        value = _one(host, f"{label}[{len(found)}]: ", kind, help_text, may_end=True)
        if value is None or value == "":
            return found
        found.append(value)


def _one(host: ConsoleHost, label: str, kind: str, help_text: str, *, may_end: bool = False) -> Any:
    """A value of the type; asks again for what cannot be one."""
    while True:
        host.write(label)
        if kind == _SECURE:
            secret = host.read_line_as_secure_string()
            return None if may_end and not secret.reveal() else secret
        text = host.read_line()
        if text == "!?":
            host.write_line(help_text or "There is no help for this.")
            continue
        text = text[1:] if text.startswith("!!") else text
        if kind in ("System.String", "System.Object") or (may_end and not text):
            return text
        try:
            return convert_to(text, kind)
        except PSError as problem:
            host.write_error_line(problem.record.message)


def ask_choice(host: ConsoleHost, choices: Sequence[Any], default: int) -> int:
    """The place of the choice that is named by its letter, its label or nothing (the default)."""
    labels = _labels(choices)
    keys = [_key(label) for label in labels]
    shown = "  ".join(f"[{key.upper()}] {label.replace('&', '')}" for key, label in zip(keys, labels, strict=True))
    usual = f' (default is "{keys[default].upper()}")' if 0 <= default < len(keys) else ""
    while True:
        host.write(f"{shown}  [?] Help{usual}: ")
        answer = host.read_line().strip().lower()
        if not answer and 0 <= default < len(keys):
            return default
        found = _chosen(labels, answer)
        if found is not None:
            return found
        if answer == "?":
            _show_help(host, choices)


def ask_choices(host: ConsoleHost, choices: Sequence[Any], defaults: Sequence[int]) -> list[int]:
    """The places of the choices that are named one after the other until an empty answer; the defaults for none."""
    labels = _labels(choices)
    for label in labels:
        host.write_line(f"[{_key(label).upper()}] {label.replace('&', '')}")
    usual = ",".join(_key(labels[at]).upper() for at in defaults if 0 <= at < len(labels))
    host.write_line(f"[?] Help{f' (default is {usual})' if usual else ''}")
    chosen: list[int] = []
    while True:
        host.write(f"Choice[{len(chosen)}]: ")
        answer = host.read_line().strip().lower()
        if not answer:
            return chosen or list(defaults)
        found = _chosen(labels, answer)
        if found is not None:
            chosen.append(found)
        elif answer == "?":
            _show_help(host, choices)


def _show_help(host: ConsoleHost, choices: Sequence[Any]) -> None:
    for choice, label in zip(choices, _labels(choices), strict=True):
        text = choice[1] if isinstance(choice, tuple) else getattr(choice, "help_message", "")
        host.write_line(f"{_key(label).upper()} - {text or ''}")


def _labels(choices: Sequence[Any]) -> list[str]:
    return [str(choice[0] if isinstance(choice, tuple) else getattr(choice, "label", choice)) for choice in choices]


def _key(label: str) -> str:
    return label.partition("&")[2][:1].lower() or label[:1].lower()


def _chosen(labels: Sequence[str], answer: str) -> int | None:
    """Which choice an answer names, by its letter or its label."""
    for at, label in enumerate(labels):
        if answer and answer in (_key(label), label.replace("&", "").lower()):
            return at
    return None
