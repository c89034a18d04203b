"""Views of help objects; the text is made when one is shown."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from remora.engine.format.records import LEFT
from remora.engine.format.views import table, text, views

_HELP = "MamlCommandHelpInfo"


def _by(function: str) -> Callable[[Any], str]:
    """A function of the help text module, imported when it is first called."""

    def shown(value: Any) -> str:
        made = getattr(import_module("remora.engine.help.text"), function)(value)
        return made if isinstance(made, str) else "\n".join(made)

    return shown


VIEWS = (
    *views(_HELP, name="Help", custom=text(_by("help_text"))),
    *views(f"{_HELP}#syntax", custom=text(_by("syntax_lines"))),
    *views(f"{_HELP}#syntaxItem", custom=text(_by("syntax_item"))),
    *views(f"{_HELP}#parameter", custom=text(_by("parameter_lines"))),
    *views(f"{_HELP}#parameters", custom=text(_by("all_parameter_lines"))),
    *views(f"{_HELP}#examples", custom=text(_by("example_lines"))),
    *views(f"{_HELP}#para", custom=text(lambda value: value["Text"])),
    *views(
        "HelpInfoShort",
        table=table(
            ("Name", "Name", 33, LEFT),
            ("Category", "Category", 9, LEFT),
            ("Module", "ModuleName", 25, LEFT),
            ("Synopsis",),
        ),
    ),
)
