"""``remora session receive``: what a command left in a session writes, printed as it comes."""

from __future__ import annotations

from contextlib import aclosing
from typing import Any

import click

from remora.cli.output import LinePrinter, TextPrinter, dump_json, jsonable, record_text, write_clixml
from remora.cli.script_host import ScriptHost
from remora.client.commands import get_pssession
from remora.client.pssession import PSSession
from remora.client.repository import PSSessionRepository
from remora.client.results import PipelineEnded, StreamItem
from remora.errors import PSSessionError, RemoraError

Keywords = dict[str, Any]


async def receive_session(
    machine: str, name: str | None, instance_id: str | None, output_format: str, keywords: Keywords
) -> int:
    """Print the output of one session's command in the chosen format, and leave the session; the exit code."""
    found = await get_pssession(instance_id=instance_id, repository=PSSessionRepository(), **keywords)
    named = [item for item in found if name is None or item.name.casefold() == name.casefold()]
    if not named:
        raise PSSessionError(f"{machine} has no session called {name}", error_id="PSSessionNameMatchFail")
    taken = named[0]
    text = TextPrinter() if output_format == "text" else None
    printer = text or (LinePrinter(machine) if output_format == "jsonl" else None)
    host = taken.host = ScriptHost(machine, text)
    items: list[StreamItem] = []
    code, failure = 0, None
    await taken.connect()
    try:
        async with aclosing(taken.receive()) as received:
            async for item in received:
                if printer is None:
                    items.append(item)
                elif text is None or host.is_new(item):
                    printer.item(item)
    except PipelineEnded as ended:
        code = 1
        failure = record_text(ended.error_record) if ended.error_record is not None else str(ended)
    finally:
        await leave_session(taken)
    if text is not None:
        if failure is not None:
            text.error(failure)
        text.finish()
    elif output_format == "json":
        click.echo(dump_json([{"stream": item.stream, "value": jsonable(item.value)} for item in items]))
    elif output_format == "clixml":
        write_clixml(items)
    return host.exit_code if host.exit_code is not None else code


async def leave_session(taken: PSSession) -> None:
    """Leave a session; what goes wrong is only told."""
    try:
        await taken.disconnect()
    except RemoraError as error:
        click.echo(f"remora: {error}", err=True)
