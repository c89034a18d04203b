"""echo, set (with /a and /p), setlocal, endlocal, path, prompt and the commands that only set the scene."""

from __future__ import annotations

from remora.engine.cmd.builtins.arithmetic import evaluate
from remora.engine.cmd.context import Builtin, Context
from remora.engine.cmd.streams import read_line


def echo(context: Context) -> int | None:
    """Print the text after exactly one separator; ``echo.`` prints an empty line."""
    text = context.text
    word = text.strip().lower()
    if word in ("on", "off") and text[:1] in " \t":
        context.environment.echo = word == "on"
    elif not text.strip() and text[:1] in ("", " ", "\t"):
        context.line(f"ECHO is {'on' if context.environment.echo else 'off'}.")
    else:
        context.line(text[1:])
    return None


def set_variable(context: Context) -> int | None:
    """``set [PREFIX]``, ``set NAME=VALUE``, ``set "NAME=VALUE"``, ``set /a EXPRESSION``, ``set /p NAME=PROMPT``."""
    text = context.text.lstrip()
    if text[:2].lower() == "/a":
        return _arithmetic(context, text[2:])
    if text[:2].lower() == "/p":
        return _prompt(context, text[2:].lstrip())
    text = _without_quotes(text)
    name, separator, value = text.partition("=")
    if not separator:
        return _show(context, text.strip())
    if not name.strip():
        return context.error("The syntax of the command is incorrect.")
    removed = context.environment.set(name.strip(), value)
    return None if value or removed else 1


def _without_quotes(text: str) -> str:
    """``"NAME=VALUE"`` as NAME=VALUE: what follows the last quote is dropped."""
    if not text.startswith('"'):
        return text
    end = text.rfind('"')
    return text[1:end] if end > 0 else text[1:]


def _show(context: Context, prefix: str) -> int | None:
    shown = [(name, value) for name, value in context.environment if name.lower().startswith(prefix.lower())]
    for name, value in shown:
        context.line(f"{name}={value}")
    return None if shown else context.error(f"Environment variable {prefix} not defined")


def _arithmetic(context: Context, text: str) -> int | None:
    try:
        result = evaluate(text.replace('"', ""), context.environment)
    except ZeroDivisionError:
        context.error("Divide by zero error.")
        return 1073750993
    except ValueError as error:
        context.error(str(error))
        return 1073750988
    if context.executor.batch is None:
        context.write(str(result))
    return None


def _prompt(context: Context, text: str) -> int | None:
    name, _, prompt = _without_quotes(text).partition("=")
    context.write(_without_quotes(prompt))
    line = read_line(context.streams.stdin)
    if not line:
        return 1
    context.environment.set(name.strip(), context.environment.decode(line))
    return None


def setlocal(context: Context) -> int | None:
    """Save the variables of this batch file; outside of one only the expansion option counts."""
    words = [word.lower() for word in context.arguments()]
    batch = context.executor.batch
    if batch is not None:
        batch.saved.append(context.environment.snapshot())
    if "enabledelayedexpansion" in words:
        context.environment.delayed_expansion = True
    elif "disabledelayedexpansion" in words:
        context.environment.delayed_expansion = False
    return None


def endlocal(context: Context) -> int | None:
    """Back to the variables of the matching setlocal."""
    batch = context.executor.batch
    if batch is not None and batch.saved:
        context.environment.restore(batch.saved.pop())
    return None


def path(context: Context) -> int | None:
    """Show or set PATH."""
    text = context.text.lstrip(" \t=").rstrip()
    if text:
        context.environment.set("PATH", text.replace(";", ":"))
    else:
        context.line(f"PATH={context.environment.get('PATH') or ''}")
    return None


def prompt(context: Context) -> int | None:
    """Set the prompt of the interactive shell."""
    context.environment.set("PROMPT", context.text.strip() or "$P$G")
    return None


def nothing(context: Context) -> int | None:
    """rem, title, color, cls, break, verify: nothing to do without a console."""
    return None


COMMANDS: dict[str, Builtin] = {
    "break": nothing,
    "cls": nothing,
    "color": nothing,
    "echo": echo,
    "endlocal": endlocal,
    "path": path,
    "prompt": prompt,
    "rem": nothing,
    "set": set_variable,
    "setlocal": setlocal,
    "title": nothing,
    "verify": nothing,
}
