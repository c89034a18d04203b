"""rsp:Shell as the host shows it: what the worker tells, with the owner and the address only the front end knows."""

from __future__ import annotations

from remora.host.records import ShellRecord
from remora.worker import protocol as p
from remora.wsman.replies import CommandInfo, ShellInfo
from remora.wsman.states import CommandState

_MEGABYTE = 1024 * 1024


def shell_info(record: ShellRecord, description: p.Description, machine: str, *, usage: bool) -> ShellInfo:
    """Return the description of a shell, the fields of its kind only (wire-protocol 4.3).

    usage: MemoryUsed and ChildProcesses too, as Get and Enumerate have them.
    """
    powershell = record.kind == "powershell"
    return ShellInfo(
        shell_id=record.shell_id,
        name=record.name,
        resource_uri=record.resource_uri,
        owner=f"{machine}\\{record.owner_name}",
        client_ip=record.client_ip,
        process_id=description.process_id if powershell else None,
        working_directory=None if powershell else description.working_directory,
        idle_timeout=description.idle_timeout,
        input_streams=description.input_streams,
        output_streams=description.output_streams,
        max_idle_timeout=description.max_idle_timeout if powershell else None,
        locale=description.locale if powershell else None,
        data_locale=description.data_locale if powershell else None,
        compression_mode="NoCompression" if powershell else None,
        profile_loaded=record.profile_loaded if powershell else None,
        encoding=record.encoding if powershell else None,
        buffer_mode=(description.buffer_mode or "Block") if powershell else None,
        state=description.state if powershell else None,
        shell_run_time=float(description.run_time),
        shell_inactivity=float(description.inactivity),
        memory_used=f"{description.memory_used // _MEGABYTE}MB" if usage else None,
        child_processes=description.child_processes if usage else None,
    )


def command_infos(commands: p.Commands) -> tuple[CommandInfo, ...]:
    """Return the commands of a shell as an enumeration shows them."""
    return tuple(
        CommandInfo(command_id=item.command_id, command_line=item.command_line, state=CommandState(item.state))
        for item in commands.items
    )
