"""Finds the session that leave.py left, takes it over, collects the backup and restores from it: the second half.

    come_back.py SERVER RESTORE [--session-name ITTask]

The variable $BackupSpecs is set in the session and used by a second script there; then the session is left again.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import remora.sync as remora

HERE = Path(__file__).resolve().parent


def show(session: remora.PSSession) -> None:
    print(
        f"{session.id:>3} {session.name:<10} {session.computer_name:<10} {session.state!s:<13}"
        f"{session.configuration_name:<12} {session.availability}"
    )


def run(script: str, session: remora.PSSession, *arguments: object) -> list[Any]:
    """Run a script in the session; what it reports as an error ends this program."""
    result = remora.invoke_command(script, session=session, argument_list=arguments)
    if result.had_errors:
        raise SystemExit("\n".join(str(error) for error in result.errors))
    return list(result)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("server")
    parser.add_argument("restore", help="where the restored tree goes")
    parser.add_argument(
        "--script", default=str(HERE / "Restore-Tree.ps1"), help="the second script, as the server sees it"
    )
    parser.add_argument("--session-name", default="ITTask")
    parser.add_argument("--report", type=Path, help="write what the backup said to this file, as JSON")
    parser.add_argument("--client-config", help="the client configuration, where it is not in its usual place")
    given = parser.parse_args()
    config = remora.ClientConfig.load(given.client_config)

    for found in remora.get_pssession(computer_name=given.server, name=given.session_name, config=config):
        show(found)

    session = remora.connect_pssession(computer_name=given.server, name=given.session_name, config=config)
    show(session)

    (job,) = run("Get-Job", session)
    print(f"job {job.Id} {job.Name}: {job.State}")
    run("param($Id) Wait-Job -Id $Id | Out-Null", session, job.Id)

    run("param($Name) $global:BackupSpecs = Receive-Job -Name $Name", session, job.Name)
    (restored,) = run(
        "param($Script, $Restore) & $Script -InitData $BackupSpecs.Initialization -Destination $Restore",
        session,
        given.script,
        given.restore,
    )
    (specs,) = run("$BackupSpecs", session)
    print(f"backup: {specs.Files} files, {specs.Bytes} bytes, {specs.Checks} checks in {specs.Seconds} s")
    print(f"restored: {restored.Restored} files")
    if given.report:
        facts = {"files": specs.Files, "bytes": specs.Bytes, "manifest": dict(specs.Initialization["Manifest"])}
        given.report.write_text(json.dumps(facts, sort_keys=True), "utf-8")

    remora.disconnect_pssession(session, output_buffering_mode="Drop", idle_timeout_sec=60 * 60 * 15)
    show(session)


if __name__ == "__main__":
    main()
