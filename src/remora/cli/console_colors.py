"""Colours of what is typed at the prompt: read line by line, wrong and unfinished text included."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.lexers import Lexer

_KEYWORDS: Final = (
    "begin|break|catch|class|clean|continue|data|do|dynamicparam|else|elseif|end|enum|exit|filter|finally|for|foreach|"
    "from|function|hidden|if|in|param|process|return|static|switch|throw|trap|try|until|using|while"
)
_PARTS: Final = re.compile(
    r"(?P<comment><#.*?(?:#>|\Z)|(?<![^\s;(){}|])\#[^\n]*)"
    r"|(?P<string>@'.*?(?:\n'@|\Z)|@\".*?(?:\n\"@|\Z)|'(?:[^']|'')*(?:'|\Z)|\"(?:[^\"`]|`.|\"\")*(?:\"|\Z))"
    r"|(?P<variable>[$@](?:\{[^}]*\}?|[\w:]+\??|[?^$]))"
    r"|(?P<type>(?<![\w\]$)])\[[A-Za-z][\w.+`,\[\]]*\])"
    r"|(?P<number>(?<![\w.-])\d[\w.]*)"
    r"|(?P<parameter>(?<=\s)-{1,2}[A-Za-z?][\w-]*:?)"
    rf"|(?P<keyword>(?<![\w.$-])(?:{_KEYWORDS})(?![\w.-]))"
    r"|(?P<command>(?:^|(?<=[|;{(&\n]))[ \t]*[A-Za-z_%?./~][\w./\\~:%?-]*)",
    re.DOTALL | re.IGNORECASE | re.MULTILINE,
)
STYLE: Final = {
    "comment": "ansigreen",
    "string": "ansicyan",
    "variable": "ansibrightgreen",
    "type": "ansigray",
    "number": "ansiwhite",
    "parameter": "ansibrightblack",
    "keyword": "ansibrightgreen",
    "command": "ansibrightyellow",
}


def coloured(text: str) -> StyleAndTextTuples:
    """The text in pieces, each with the style of its kind."""
    out: StyleAndTextTuples = []
    at = 0
    for match in _PARTS.finditer(text):
        if match.start() > at:
            out.append(("", text[at : match.start()]))
        out.append((STYLE[match.lastgroup or "comment"], match.group()))
        at = match.end()
    if at < len(text):
        out.append(("", text[at:]))
    return out


class PromptColours(Lexer):
    """The lexer of the prompt's buffer."""

    def lex_document(self, document: Document) -> Callable[[int], StyleAndTextTuples]:
        """Pieces by line number; a text or comment may reach over several lines."""
        lines: list[StyleAndTextTuples] = [[]]
        for style, text, *_more in coloured(document.text):
            first, *others = text.split("\n")
            lines[-1].append((style, first))
            lines += [[(style, other)] for other in others]
        return lambda number: lines[number] if number < len(lines) else []
