"""cd, pushd, popd, mkdir, rmdir."""

from __future__ import annotations

import errno
import os
import shutil

from remora.engine.cmd.builtins.prompts import confirmed
from remora.engine.cmd.context import Builtin, Context
from remora.engine.cmd.executor import system_message
from remora.engine.cmd.paths import unquote

_NO_PATH = "The system cannot find the path specified."


def change_directory(context: Context) -> int | None:
    """Print or change the working directory; the path may have blanks without quotes."""
    text = context.text.strip()
    if text[:2].lower() == "/d":
        text = text[2:].strip()
    if not text:
        context.line(context.environment.directory)
        return None
    return _enter(context, text)


def _enter(context: Context, text: str) -> int:
    target = context.local(text)
    if not os.path.isdir(target):
        exists = os.path.exists(target)
        return context.error("The directory name is invalid." if exists else _NO_PATH)
    if not os.access(target, os.X_OK):
        return context.error("Access is denied.")
    context.environment.directory = target
    return 0


def push_directory(context: Context) -> int | None:
    """Remember the directory and go to another; without an operand print the stack."""
    text = context.text.strip()
    stack = context.environment.directory_stack
    if not text:
        for directory in reversed(stack):
            context.line(directory)
        return None
    before = context.environment.directory
    code = _enter(context, text)
    if code == 0:
        stack.append(before)
    return code


def pop_directory(context: Context) -> int | None:
    """Go back to the directory pushed last."""
    stack = context.environment.directory_stack
    return _enter(context, stack.pop()) if stack else 1


def make_directory(context: Context) -> int | None:
    """Make directories, the ones above them too."""
    words = context.arguments()
    if not words:
        return context.error("The syntax of the command is incorrect.")
    code = 0
    for word in words:
        target = context.local(word)
        if os.path.exists(target):
            code = context.error(f"A subdirectory or file {unquote(word)} already exists.")
            continue
        try:
            os.makedirs(target)
        except OSError as error:
            code = context.error(system_message(error))
    return code


def remove_directory(context: Context) -> int | None:
    """Remove directories; /s with everything in them, /q without asking."""
    switches, operands = context.options(r"/[sq]")
    if not operands:
        return context.error("The syntax of the command is incorrect.")
    code = 0
    for word in operands:
        target = context.local(word)
        if not os.path.lexists(target):
            code = context.error("The system cannot find the file specified.")
            continue
        if (
            "/s" in switches
            and "/q" not in switches
            and not confirmed(context, f"{unquote(word)}, Are you sure (Y/N)? ")
        ):
            continue
        try:
            if "/s" in switches and not os.path.islink(target):
                shutil.rmtree(target)
            else:
                os.rmdir(target)
        except OSError as error:
            full = error.errno == errno.ENOTEMPTY
            code = context.error("The directory is not empty." if full else system_message(error))
    return code


COMMANDS: dict[str, Builtin] = {
    "cd": change_directory,
    "chdir": change_directory,
    "md": make_directory,
    "mkdir": make_directory,
    "popd": pop_directory,
    "pushd": push_directory,
    "rd": remove_directory,
    "rmdir": remove_directory,
}
