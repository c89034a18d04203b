"""What formatting takes from a session: its views, its limit, its styles."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from remora.engine.convert.text import to_text
from remora.engine.format import Accents, CellStyle, FormatContext, TextOutput, ViewTable
from remora.engine.format.decorated import RESET
from remora.engine.format.generate import evaluate_block
from remora.engine.format.renderer import UNLIMITED
from remora.engine.types.psstyle import ANSI, HOST, PSStyle, known_style

if TYPE_CHECKING:
    from remora.engine.context import EngineContext

_VIEWS: Final = "views"
_SESSIONS: Final = "system.management.automation.runspaces.pssession"
_LIMIT: Final = 4


def session_views(context: EngineContext) -> ViewTable:
    """The views of the session: the built-in ones and those it added."""
    found: ViewTable = context.store.setdefault(_VIEWS, ViewTable())
    found.preferred[_SESSIONS] = f"PSSession {to_text(context.global_scope.get('pssessionview', 'compact'))}"
    return found


def format_context(
    context: EngineContext, evaluate: Callable[[Any], Callable[[Any], Any]] | None = None
) -> FormatContext:
    """How values are shown in this session. evaluate: how scripts of views and properties run."""
    limit = context.global_scope.get("formatenumerationlimit", _LIMIT)
    return FormatContext(
        style=CellStyle(enumeration_limit=limit if isinstance(limit, int) and not isinstance(limit, bool) else _LIMIT),
        views=session_views(context),
        evaluate=evaluate or evaluate_block,
    )


_PLAIN: Final = "__SuppressAnsiEscapeSequences"
"""The environment variable that keeps all text plain, as in PowerShell."""


def accents_of(context: EngineContext, *, terminal: bool) -> Accents | None:
    """The sequences of headers and labels; None where text stays plain. terminal: the text goes to one."""
    style = known_style(context)
    rendering = HOST if style is None else style.rendering
    if os.environ.get(_PLAIN) or (rendering != ANSI and not (rendering == HOST and terminal)):
        return None
    values = (style or PSStyle()).formatting.values
    return Accents(values["TableHeader"], values["FormatAccent"], values["CustomTableHeaderLabel"], RESET)


def text_output(
    context: EngineContext,
    line: Callable[[str], None],
    *,
    width: int | None = None,
    evaluate: Callable[[Any], Callable[[Any], Any]] | None = None,
) -> TextOutput:
    """Text for a file or a variable. width: columns; None: tables are as wide as the host, other text is not broken."""
    return TextOutput(
        width or context.host.get_buffer_size()[0],
        line,
        text_width=width or UNLIMITED,
        rows=context.host.get_buffer_size()[1],
        accents=accents_of(context, terminal=False),
        context=format_context(context, evaluate),
    )


def host_output(context: EngineContext, line: Callable[[str], None]) -> TextOutput:
    """Text for the host's screen."""
    width, rows = context.host.get_buffer_size()
    terminal = bool(getattr(context.host, "shows_styles", False))
    return TextOutput(
        width, line, rows=rows, accents=accents_of(context, terminal=terminal), context=format_context(context)
    )
