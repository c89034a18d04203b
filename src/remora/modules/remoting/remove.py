"""Remove-PSSession."""

from __future__ import annotations

from remora.client.commands import removing
from remora.client.repository import current_repository, matches
from remora.engine.cmdlet import Parameter, cmdlet
from remora.errors import PSSessionError
from remora.modules.remoting import way
from remora.modules.remoting.common import remoting_error
from remora.modules.remoting.session_cmdlet import SessionCmdlet, texts
from remora.modules.remoting.session_object import SessionObject


@cmdlet("Remove-PSSession", aliases=("rsn",), default_set="Id", module=way.MODULE, should_process=True)
class RemovePSSession(SessionCmdlet):
    """Ends sessions, with whatever runs in them."""

    id = Parameter("int[]", sets={"Id": way.FIRST_BY_PROPERTY}, validate=way.NOT_NULL)
    session_ = way.sessions({"Session": way.FIRST_FROM_PIPELINE})
    container_id = way.container_ids({"ContainerId": way.NAMED})
    vm_id = way.vm_ids({"VMId": way.NAMED_BY_PROPERTY})
    vm_name = way.vm_names({"VMName": way.NAMED_BY_PROPERTY})
    instance_id = Parameter("guid[]", sets={"InstanceId": way.NAMED_BY_PROPERTY}, validate=way.NOT_NULL)
    name = Parameter("string[]", sets={"Name": way.NAMED_BY_PROPERTY}, validate=way.NOT_EMPTY)
    computer_name = way.computer_names({"ComputerName": way.FIRST_BY_PROPERTY})

    def process(self) -> None:
        chosen = self.local()
        for pattern in texts(self.computer_name) or ():
            there = [s for s in current_repository() if matches(pattern, s.computer_name)]
            chosen += [session for session in there if session not in chosen]
            if not there:
                missing = PSSessionError(
                    f"no session of this process is on {pattern}",
                    error_id="RemoteRunspaceNotAvailableForSpecifiedComputer",
                    category="InvalidArgument",
                )
                self.write_error(remoting_error(missing, missing.error_id, pattern).record)
        for session in chosen:
            if not self.should_process(session.computer_name, "Remove"):
                continue
            for outcome in self.remote.each(removing([session])):
                if outcome.error is None:
                    continue
                failed = remoting_error(
                    outcome.error, "RemoveSessionCannotConnectToServer", SessionObject(session), "InvalidOperation"
                )
                if failed.record.error_id == "InvalidOperation":
                    raise self.throw(failed)
                self.write_error(failed.record)


CMDLETS = (RemovePSSession,)
