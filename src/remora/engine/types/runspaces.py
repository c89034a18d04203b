"""[powershell], [runspacefactory], [initialsessionstate] and what they give, by name."""

from __future__ import annotations

from remora.engine.hosting import (
    asyncresult,
    command,
    datacollection,
    initialstate,
    pipeline_object,
    pool,
    powershell,
    powershell_type,
    runspace,
    settings,
)
from remora.engine.types.typeref import register


def register_types() -> None:
    """Types of in-process runspaces."""
    powershell_type.declare()
    register(
        powershell.PowerShell.net_type, powershell.InvocationStateInfo.net_type, powershell.DataStreams.net_type,
        powershell.STATE, powershell.MODE,
        command.PSCommand.net_type, command.Command.net_type, command.CommandParameter.net_type, command.PARAMETERS,
        runspace.HostedRunspace.net_type, runspace.StateInfo.net_type, runspace.StateProxy.net_type, runspace.FACTORY,
        runspace.STATE, runspace.AVAILABILITY,
        pool.RunspacePool.net_type, pool.PoolStateInfo.net_type, pool.STATE,
        initialstate.SessionStateObject.net_type, initialstate.ENTRY, initialstate.VARIABLE, initialstate.FUNCTION,
        initialstate.ALIAS, initialstate.CMDLET, initialstate.APPLICATION,
        asyncresult.AsyncResult.net_type, asyncresult.WaitHandle.net_type, asyncresult.Task.net_type,
        asyncresult.Task.net_type.base or asyncresult.Task.net_type,
        asyncresult.TASK_STATUS, datacollection.DATA, settings.InvocationSettings.net_type, settings.PIPELINE_STATE,
    )  # fmt: skip
    pipeline_object.register_types()
    base = runspace.HostedRunspace.net_type.base
    while base is not None and base.name != "System.Object":
        register(base)
        base = base.base
