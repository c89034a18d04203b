"""The grammar of cmd: lines in (variables already expanded), commands out."""

from __future__ import annotations

from collections.abc import Callable

from remora.engine.cmd.syntax import (
    Chain,
    CmdSyntaxError,
    Command,
    For,
    Group,
    If,
    Pipe,
    Redirection,
    RedirectionMode,
    Simple,
)

_DELIMITERS = " \t,;=\x0b\x0c\xa0"
_BLANKS = " \t"
_MAX_DEPTH = 100
_MAX_PIPE = 64
_COMPARISONS = frozenset({"equ", "neq", "lss", "leq", "gtr", "geq"})
_UNEXPECTED = "{} was unexpected at this time."
_INCORRECT = "The syntax of the command is incorrect."

LineSource = Callable[[], str | None]


class Parser:
    """Reads one statement at a time from a source of lines; a group or a caret at the end of a line asks for more."""

    def __init__(self, next_line: LineSource) -> None:
        self._next_line = next_line
        self._text = ""
        self._at = 0
        self._depth = 0

    def statement(self) -> Command | None:
        """The next statement, None at the end. Raises CmdSyntaxError; the rest of that line is dropped."""
        while True:
            line = self._next_line()
            if line is None:
                return None
            self._text, self._at, self._depth = line, 0, 0
            self._skip(_DELIMITERS)
            if self._at >= len(line) or line[self._at] == ":":
                continue
            command = self._chain(inside=False)
            self._skip(_BLANKS)
            if self._at < len(self._text):
                raise CmdSyntaxError(_UNEXPECTED.format(self._text[self._at]))
            return command

    # -- operators, loosest first ------------------------------------------------------------------------------

    def _chain(self, *, inside: bool) -> Command:
        left = self._or(inside=inside)
        while self._operator("&"):
            self._skip(_DELIMITERS)
            if self._at >= len(self._text) or (inside and self._peek() == ")"):
                break
            left = Chain(operator="&", left=left, right=self._or(inside=inside))
        return left

    def _or(self, *, inside: bool) -> Command:
        left = self._and(inside=inside)
        while self._operator("||"):
            left = Chain(operator="||", left=left, right=self._and(inside=inside))
        return left

    def _and(self, *, inside: bool) -> Command:
        left = self._pipe(inside=inside)
        while self._operator("&&"):
            left = Chain(operator="&&", left=left, right=self._pipe(inside=inside))
        return left

    def _pipe(self, *, inside: bool) -> Command:
        parts = [self._command(inside=inside)]
        while self._operator("|"):
            parts.append(self._command(inside=inside))
            if len(parts) > _MAX_PIPE:
                raise CmdSyntaxError(_UNEXPECTED.format("|"))
        return parts[0] if len(parts) == 1 else Pipe(tuple(parts))

    def _operator(self, sign: str) -> bool:
        self._skip(_BLANKS)
        if not self._text.startswith(sign, self._at):
            return False
        if len(sign) == 1 and self._text.startswith(sign * 2, self._at):
            return False
        self._at += len(sign)
        return True

    # -- commands ----------------------------------------------------------------------------------------------

    def _command(self, *, inside: bool) -> Command:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise CmdSyntaxError(_UNEXPECTED.format("("))
        try:
            return self._one_command(inside=inside)
        finally:
            self._depth -= 1

    def _one_command(self, *, inside: bool) -> Command:
        quiet = False
        while True:
            self._skip(_DELIMITERS)
            if self._peek() != "@":
                break
            quiet = True
            self._at += 1
        char = self._peek()
        if not char:
            raise CmdSyntaxError(_INCORRECT)
        if char == "(":
            return self._group()
        if char in ("|", "&") or (char == ")" and inside):
            raise CmdSyntaxError(_UNEXPECTED.format(char))
        word = self._keyword()
        if word == "if":
            return self._if(inside=inside)
        if word == "for":
            return self._for(inside=inside)
        if word == "rem":
            self._at = len(self._text)
            return Simple(text="rem", quiet=quiet)
        text, redirections = self._words(inside=inside)
        return Simple(text=text, redirections=redirections, quiet=quiet)

    def _keyword(self) -> str:
        """if, for or rem at this place, consumed; else nothing."""
        for word in ("if", "for", "rem"):
            end = self._at + len(word)
            follows = self._text[end : end + 1]
            if self._text[self._at : end].lower() == word and (not follows or follows in _DELIMITERS + "/&|<>"):
                self._at = end
                return word
        return ""

    def _group(self) -> Command:
        self._at += 1
        body: list[Command] = []
        while True:
            self._skip(_DELIMITERS)
            if self._at >= len(self._text):
                self._more()
                continue
            if self._peek() == ")":
                self._at += 1
                break
            if self._peek() == ":":  # a label inside a group is a comment
                self._at = len(self._text)
                continue
            body.append(self._chain(inside=True))
        if not body:
            raise CmdSyntaxError(_UNEXPECTED.format(")"))
        redirections: list[Redirection] = []
        while True:
            self._skip(_BLANKS)
            digit = self._peek()
            sign = self._text[self._at + 1 : self._at + 2] if digit.isdigit() else digit
            if sign not in ("<", ">") or not sign:
                return Group(body=tuple(body), redirections=tuple(redirections))
            self._at += digit.isdigit()
            redirections.append(self._redirection(int(digit) if digit.isdigit() else None))

    def _more(self) -> None:
        """Take in the next line in the middle of a group."""
        line = self._next_line()
        if line is None:
            raise CmdSyntaxError(_INCORRECT)
        self._text, self._at = line, 0

    def _if(self, *, inside: bool) -> Command:
        ignore_case = negate = False
        word = self._word(stop_at_equals=True)
        while word.lower() in ("/i", "not"):
            ignore_case = ignore_case or word.lower() == "/i"
            negate = negate != (word.lower() == "not")
            word = self._word(stop_at_equals=True)
        test = word.lower()
        if test in ("exist", "defined", "errorlevel", "cmdextversion"):
            operands: tuple[str, ...] = (self._word(),)
        else:
            self._skip(_BLANKS)
            if self._text.startswith("==", self._at):
                self._at += 2
                test = "=="
            else:
                test = self._word().lower()
            if test != "==" and test not in _COMPARISONS:
                raise CmdSyntaxError(_UNEXPECTED.format(test or word))
            operands = (word, self._word())
        if not operands[-1]:
            raise CmdSyntaxError(_INCORRECT)
        self._skip(_DELIMITERS)
        if self._at >= len(self._text):
            raise CmdSyntaxError(_INCORRECT)
        then = self._chain(inside=inside)
        return If(
            test=test,
            operands=operands,
            negate=negate,
            ignore_case=ignore_case,
            then=then,
            otherwise=self._else(inside=inside),
        )

    def _else(self, *, inside: bool) -> Command | None:
        self._skip(_BLANKS)
        follows = self._text[self._at + 4 : self._at + 5]
        if self._text[self._at : self._at + 4].lower() != "else" or (follows and follows not in _DELIMITERS + "("):
            return None
        self._at += 4
        return self._chain(inside=inside)

    def _for(self, *, inside: bool) -> Command:
        kind = option = ""
        word = self._word()
        while word.startswith("/"):
            kind = word.lower()
            word = self._word()
            if kind in ("/f", "/r") and not word.startswith("%"):
                option, word = word, self._word()
        if kind not in ("", "/d", "/r", "/l", "/f") or len(word) != 2 or word[0] != "%":
            raise CmdSyntaxError(_UNEXPECTED.format(word or kind))
        if self._word().lower() != "in":
            raise CmdSyntaxError(_INCORRECT)
        self._skip(_BLANKS)
        if self._peek() != "(":
            raise CmdSyntaxError(_INCORRECT)
        items = self._items()
        if self._word().lower() != "do":
            raise CmdSyntaxError(_INCORRECT)
        body = self._chain(inside=inside)
        return For(kind=kind, option=option, variable=word[1], items=items, body=body)

    def _items(self) -> str:
        """The text between the parentheses of FOR; it may run over several lines."""
        self._at += 1
        parts: list[str] = []
        quoted = False
        while True:
            if self._at >= len(self._text):
                parts.append(" ")
                self._more()
                continue
            char = self._text[self._at]
            self._at += 1
            if char == '"':
                quoted = not quoted
            elif char == ")" and not quoted:
                return "".join(parts)
            elif char == "^" and not quoted and self._at < len(self._text):
                char = self._text[self._at]
                self._at += 1
            parts.append(char)

    # -- characters --------------------------------------------------------------------------------------------

    def _words(self, *, inside: bool) -> tuple[str, tuple[Redirection, ...]]:
        """Everything up to the next operator: the text of a simple command and its redirections."""
        parts: list[str] = []
        redirections: list[Redirection] = []
        quoted = False
        while self._at < len(self._text):
            char = self._text[self._at]
            if char == '"':
                quoted = not quoted
            elif quoted:
                pass
            elif char == "^":
                self._at += 1
                if self._at >= len(self._text):
                    self._continue_line()
                    continue
                char = self._text[self._at]
            elif char in "&|" or (char == ")" and inside):
                break
            elif char in "<>":
                handle = None
                if parts and parts[-1].isdigit() and (len(parts) == 1 or parts[-2] in _DELIMITERS):
                    handle = int(parts.pop())
                redirections.append(self._redirection(handle))
                continue
            parts.append(char)
            self._at += 1
        return "".join(parts), tuple(redirections)

    def _continue_line(self) -> None:
        line = self._next_line()
        self._text, self._at = line or "", 0

    def _redirection(self, handle: int | None) -> Redirection:
        sign = self._text[self._at]
        self._at += 1
        mode = RedirectionMode.READ if sign == "<" else RedirectionMode.WRITE
        if sign == ">" and self._peek() == ">":
            self._at += 1
            mode = RedirectionMode.APPEND
        if self._peek() == "&":
            self._at += 1
            self._skip(_BLANKS)
            target = self._peek()
            if not target.isdigit():
                raise CmdSyntaxError(_UNEXPECTED.format("&"))
            self._at += 1
            mode = RedirectionMode.DUPLICATE
        else:
            target = self._word()
        if not target:
            raise CmdSyntaxError(_INCORRECT)
        return Redirection(handle=handle if handle is not None else int(sign == ">"), mode=mode, target=target)

    def _word(self, *, stop_at_equals: bool = False) -> str:
        """One operand: quotes are kept, delimiters and operators end it."""
        self._skip(_DELIMITERS.replace("=", "") if stop_at_equals else _DELIMITERS)
        parts: list[str] = []
        quoted = False
        while self._at < len(self._text):
            char = self._text[self._at]
            if char == '"':
                quoted = not quoted
            elif not quoted:
                if char == "^" and self._at + 1 < len(self._text):
                    self._at += 1
                    char = self._text[self._at]
                elif char in _DELIMITERS or char in "&|<>()":
                    break
            parts.append(char)
            self._at += 1
        return "".join(parts)

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _skip(self, characters: str) -> None:
        while self._at < len(self._text) and self._text[self._at] in characters:
            self._at += 1
