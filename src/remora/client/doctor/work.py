"""The checks of what the logon is for: a PowerShell session, and a cmd shell."""

from __future__ import annotations

from dataclasses import replace
from typing import Final
from uuid import uuid4

from remora.client.commands.new import new_sessions
from remora.client.doctor.findings import Finding, Verdict, failed, passed, warned
from remora.client.doctor.visit import Visit
from remora.client.invoke import invoke_command
from remora.client.remedies import ACCESS_DENIED
from remora.client.repository import PSSessionRepository
from remora.client.winrs import WinRSShell
from remora.errors import RemoraError

WORK_SECONDS: Final = 60.0


async def check_powershell(visit: Visit) -> Finding:
    """Open a session, calculate, close it."""
    (session,) = new_sessions([visit.info], repository=PSSessionRepository())
    try:
        await session.open()
        result = await invoke_command("1+1", session=session, timeout=WORK_SECONDS)
    except RemoraError as error:
        return visit.explained(_cause(error))
    finally:
        await session.close()
    if list(result) != [2]:  # type: ignore[arg-type]
        return failed(f"1+1 gave {list(result)!r} in a PowerShell session")  # type: ignore[arg-type]
    return passed("a PowerShell session calculates 1+1")


async def check_cmd(visit: Visit) -> Finding:
    """Open a shell, let it say a word, close it. Who may use PowerShell only is as well off without it."""
    word = uuid4().hex[:8]
    try:
        async with WinRSShell(visit.info) as shell:
            result = await shell.run(f"echo {word}", timeout=WORK_SECONDS)
    except RemoraError as error:
        found = visit.explained(error)
        if found.code in ACCESS_DENIED and visit.verdicts.get("powershell") is Verdict.OK:
            return replace(found, verdict=Verdict.WARNING)
        return found
    if result.stdout.strip() != word or result.exit_code != 0:
        return warned(f"a command in a cmd shell ended with {result.exit_code} and wrote {result.stdout[:80]!r}")
    return passed("a cmd shell runs a command")


def _cause(error: RemoraError) -> RemoraError:
    """An error of a session stands for the one of the connection that it came from."""
    inner = error.__cause__
    return inner if isinstance(inner, RemoraError) and getattr(inner, "code", None) else error
