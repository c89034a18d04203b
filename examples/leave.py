"""Opens a session, starts a long backup in it, and leaves: the first half of a working day.

    leave.py SERVER SOURCE BACKUP [--session-name ITTask] [--configuration-name ITTasks]

SERVER is any name the client configuration knows, a host or a URL. The backup runs as a job of the session, on the
server.
"""

from __future__ import annotations

import argparse
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
    parser.add_argument("source", help="the tree to back up")
    parser.add_argument("backup", help="where its copy goes")
    parser.add_argument("--script", default=str(HERE / "Backup-Tree.ps1"), help="the job, as the server sees it")
    parser.add_argument("--seconds", type=float, default=0, help="how long copies are checked again and again")
    parser.add_argument("--session-name", default="ITTask")
    parser.add_argument("--configuration-name", default="ITTasks")
    parser.add_argument("--client-config", help="the client configuration, where it is not in its usual place")
    given = parser.parse_args()
    config = remora.ClientConfig.load(given.client_config)

    session = remora.new_pssession(
        computer_name=given.server,
        name=given.session_name,
        configuration_name=given.configuration_name,
        config=config,
    )
    show(session)

    started = run(
        "param($Script, $Source, $Backup, $Seconds)"
        " Start-Job -FilePath $Script -ArgumentList $Source, $Backup, $Seconds",
        session,
        given.script,
        given.source,
        given.backup,
        given.seconds,
    )
    for job in started:
        print(f"job {job.Id} {job.Name}: {job.State}")

    remora.disconnect_pssession(session, output_buffering_mode="Drop", idle_timeout_sec=60 * 60 * 15)
    show(session)


if __name__ == "__main__":
    main()
