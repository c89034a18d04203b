"""What a worker is told of its session configuration: files read, limits as they are in force, the shortest of each."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from remora.auth.principal import Principal
from remora.config import Backend, BufferingMode, CommandShell, SessionConfiguration, SessionQuotas
from remora.config.host import HostConfiguration
from remora.config.visible import VisibleCommand, VisibleCommands
from remora.host.spawner_protocol import ResourceLimits
from remora.host.translation import spec_of
from remora.worker import protocol as p
from remora.wsman import requests
from remora.wsman.faults import make_fault
from remora.wsman.headers import Headers

_BACKENDS: Final[dict[Backend, Literal["auto", "engine", "pwsh"]]] = {
    Backend.AUTO: "auto",
    Backend.ENGINE: "engine",
    Backend.PWSH: "pwsh",
}
_UNLIMITED: Final = 2147483647
_MEGABYTE: Final = 1024 * 1024
_MAX_SCRIPT: Final = 4 * 1024 * 1024


def shell_spec(spec: requests.ShellSpec, headers: Headers, configuration: SessionConfiguration | None) -> p.ShellSpec:
    """Return what Create asked for; the configuration says how to buffer when the client does not."""
    asked = spec_of(spec, headers)
    if configuration is None or asked.buffer_mode is not None:
        return asked
    drops = configuration.quotas.output_buffering_mode is BufferingMode.DROP
    return msgspec.structs.replace(asked, buffer_mode="Drop" if drops else "Block")


def worker_configuration(
    configuration: SessionConfiguration | None, config: HostConfiguration, principal: Principal
) -> p.Configuration:
    """Return what the worker makes the session from, for this caller. Raises the fault for a file that is not there."""
    if configuration is None:
        sh = config.remora.command_shell is CommandShell.SH
        return p.Configuration(name="cmd", backend="engine", command_shell=("/bin/sh", "-c") if sh else ())
    name = configuration.name
    return p.Configuration(
        name=name,
        backend=_BACKENDS[configuration.backend],
        startup_script=_text(config, configuration.startup_script, f"The start-up script of {name} cannot be read. "),
        language_mode=configuration.language_mode,
        modules=configuration.modules,
        visible=None if configuration.visible.is_everything() else _visible(configuration.visible),
        definition=_text(config, configuration.definition_file, f"The configuration file of {name} cannot be read. "),
        definition_file=configuration.definition_file or "",
        user=principal.name,
        groups=principal.groups,
        windows_aliases=configuration.windows_aliases,
    )


def _text(config: HostConfiguration, path: str | None, problem: str) -> str:
    if not path:
        return ""
    try:
        return (config.directory / path).read_text("utf-8-sig")[:_MAX_SCRIPT]
    except (OSError, UnicodeDecodeError) as error:
        raise make_fault(0x80540FA0, problem) from error


def _visible(shown: VisibleCommands) -> p.Visible:
    return p.Visible(
        cmdlets=_commands(shown.cmdlets),
        functions=_commands(shown.functions),
        external=shown.external,
        aliases=shown.aliases,
    )


def _commands(commands: tuple[VisibleCommand, ...] | None) -> tuple[p.VisibleCommand, ...] | None:
    if commands is None:
        return None
    return tuple(
        p.VisibleCommand(
            name=one.name,
            parameters=tuple(
                p.VisibleParameter(
                    name=each.name, validate_set=each.validate_set, validate_pattern=each.validate_pattern
                )
                for each in one.parameters
            ),
        )
        for one in commands
    )


def worker_limits(configuration: SessionConfiguration | None, config: HostConfiguration) -> p.Limits:
    """Return the limits that the worker keeps itself."""
    winrs = config.winrm.winrs
    lifetime = 0.0 if winrs.max_shell_run_time_ms in (0, _UNLIMITED) else winrs.max_shell_run_time_ms / 1000
    implicit = float(config.remora.implicit_disconnect_sec)
    if configuration is None:
        return p.Limits(idle_timeout=winrs.idle_timeout_ms / 1000, implicit_disconnect=implicit, lifetime=lifetime)
    quotas = configuration.quotas
    per_command = quotas.max_received_data_per_command_mb
    processes = min(winrs.max_processes_per_shell or _UNLIMITED, quotas.max_processes_per_shell or _UNLIMITED)
    return p.Limits(
        idle_timeout=min(quotas.idle_timeout_ms, quotas.max_idle_timeout_ms) / 1000,
        max_idle_timeout=quotas.max_idle_timeout_ms / 1000,
        implicit_disconnect=implicit,
        max_commands=quotas.max_concurrent_commands_per_shell,
        max_received_object=quotas.max_received_object_size_mb * _MEGABYTE,
        max_received_per_command=per_command * _MEGABYTE,
        max_processes=0 if processes in (0, _UNLIMITED) else processes,
        lifetime=lifetime,
    )


def resource_limits(config: HostConfiguration, quotas: SessionQuotas | None) -> ResourceLimits:
    """Return the limits that the system keeps."""
    winrs = config.winrm.winrs
    memory = min(winrs.max_memory_per_shell_mb, quotas.max_memory_per_shell_mb if quotas else _UNLIMITED)
    return ResourceLimits(memory=0 if memory in (0, _UNLIMITED) else memory * _MEGABYTE)
