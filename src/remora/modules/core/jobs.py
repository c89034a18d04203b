"""Get-Job, Receive-Job, Wait-Job, Stop-Job, Remove-Job."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

from remora.engine.cmdlet import Cmdlet, Parameter, cmdlet
from remora.engine.convert import to_text
from remora.engine.errors import ErrorRecord, error
from remora.engine.operators.compare import compare
from remora.engine.validators import ValidateNotNull, ValidateNotNullOrEmpty
from remora.engine.wildcard import has_wildcard
from remora.modules.common import as_list, get, matcher
from remora.modules.core.job import Job, JobStateEvent
from remora.modules.core.receiving import pass_on, write_record

_GIVEN = (ValidateNotNullOrEmpty(),)
_MODULE = "Microsoft.PowerShell.Core"
_JOB = "System.Management.Automation.Job"
_POLL = 0.05
_STATE = "System.Management.Automation.JobState"
_NARROWED = tuple(f"{name}ParameterSet" for name in ("SessionId", "InstanceId", "Name", "State", "Command"))


class _OnJobs(Cmdlet):
    """Cmdlets that name jobs by id, name, instance id, state or the object itself."""

    id: Any
    name: Any
    instance_id: Any
    state: Any = None
    job: Any = None
    command: Any = None
    filter: Any = None

    def _job_table(self) -> list[Job]:
        return [job for job in self.session.jobs if isinstance(job, Job)]

    def _chosen(self) -> list[Job]:
        """The jobs the parameters mean; one that is missing is an error of its own."""
        if self.job is not None:
            return list(self.job)
        everything = self._job_table()
        flat = [one for job in everything for one in (job, *job.children)]
        if self.id is not None:
            return self._each(self.id, lambda wanted: [job for job in flat if job.id == wanted], "Session", "job ID")
        if self.instance_id is not None:
            return self._each(
                self.instance_id,
                lambda wanted: [job for job in flat if job.instance_id == wanted],
                "InstanceId",
                "instance ID",
            )
        if self.name is not None:
            return self._each(self.name, lambda wanted: _named(everything, wanted), "Name", "job name")
        if self.state is not None:
            return [job for job in everything if job.state == to_text(self.state)]
        if self.command is not None:
            test = matcher(self.command)
            return [job for job in everything if test(job.command) or test(job.command.strip())]
        if self.filter is not None:
            return [job for job in everything if self._fits(job)]
        return everything

    def _fits(self, job: Job) -> bool:
        """Whether all that -Filter says is so: texts may be patterns."""
        for key, wanted in self.filter.items():
            value = get(job, to_text(key))
            same = matcher([wanted])(to_text(value)) if isinstance(wanted, str) else compare(value, wanted) == 0
            if not same:
                return False
        return True

    def _each(self, wanted: Any, find: Any, kind: str, label: str) -> list[Job]:
        chosen: list[Job] = []
        for one in as_list(wanted):
            found = find(one)
            chosen.extend(found)
            if not found and not (isinstance(one, str) and has_wildcard(one)):
                self.fail(
                    f"The command cannot find a job with the {label} {one}. Verify the value of the "
                    f"{'Id' if kind == 'Session' else kind} parameter and then try the command again.",
                    f"JobWithSpecified{kind}NotFound",
                    "ObjectNotFound",
                    one,
                    type_name="System.Management.Automation.PSArgumentException",
                )
        return chosen


def _named(jobs: list[Job], pattern: str) -> list[Job]:
    test = matcher([pattern])
    return [job for job in jobs if test(job.name)]


@cmdlet("Get-Job", aliases=("gjb",), default_set="SessionIdParameterSet", module=_MODULE, output_type=(_JOB,))
class GetJob(_OnJobs):
    """Shows the jobs of the session."""

    id = Parameter(
        "int[]",
        sets={"SessionIdParameterSet": {"position": 0, "by_property": True}},
        validate=_GIVEN,
    )
    instance_id = Parameter(
        "guid[]", sets={"InstanceIdParameterSet": {"position": 0, "mandatory": True, "by_property": True}}
    )
    name = Parameter(
        "string[]",
        sets={"NameParameterSet": {"position": 0, "mandatory": True, "by_property": True}},
        lenient=("JobName",),
    )
    state = Parameter(_STATE, sets={"StateParameterSet": {"position": 0, "mandatory": True, "by_property": True}})
    command = Parameter("string[]", sets={"CommandParameterSet": {"by_property": True}}, validate=_GIVEN)
    include_child_job = Parameter("switch", sets=_NARROWED)
    child_job_state = Parameter(_STATE, sets=_NARROWED)
    has_more_data = Parameter("bool", sets=_NARROWED)
    before = Parameter("datetime", sets=_NARROWED)
    after = Parameter("datetime", sets=_NARROWED)
    newest = Parameter("int", sets=_NARROWED)
    filter = Parameter(
        "hashtable", sets={"FilterParameterSet": {"mandatory": True, "position": 0, "by_property": True}}
    )

    def process(self) -> None:
        jobs = [job for job in self._chosen() if self._passes(job)]
        if self.newest is not None:
            jobs = sorted(jobs, key=lambda job: job.begin, reverse=True)[: self.newest]
        for job in jobs:
            self.emit(job)
            if self.include_child_job or self.child_job_state is not None:
                for child in job.children:
                    if self.child_job_state is None or child.state == to_text(self.child_job_state):
                        self.emit(child)

    def _passes(self, job: Job) -> bool:
        if self.has_more_data is not None and job.handle.has_more() != self.has_more_data:
            return False
        ended = job.ended or datetime.max.replace(tzinfo=job.begin.tzinfo)
        if self.before is not None and not (job.finished and _clock(ended) < _clock(self.before)):
            return False
        return self.after is None or (job.finished and _clock(ended) > _clock(self.after))


def _clock(value: datetime) -> datetime:
    return value.replace(tzinfo=None)


class _WithJobs(_OnJobs):
    """The parameter sets of the cmdlets that act on jobs."""

    id = Parameter("int[]", sets={"SessionIdParameterSet": {"position": 0, "mandatory": True, "by_property": True}})
    instance_id = Parameter(
        "guid[]", sets={"InstanceIdParameterSet": {"position": 0, "mandatory": True, "by_property": True}}
    )
    name = Parameter(
        "string[]",
        sets={"NameParameterSet": {"position": 0, "mandatory": True, "by_property": True}},
        lenient=("JobName",),
    )
    state = Parameter(_STATE, sets={"StateParameterSet": {"position": 0, "mandatory": True, "by_property": True}})
    filter = Parameter(
        "hashtable", sets={"FilterParameterSet": {"mandatory": True, "position": 0, "by_property": True}}
    )
    job = Parameter(
        f"{_JOB}[]", sets={"JobParameterSet": {"position": 0, "mandatory": True, "pipeline": True, "by_property": True}}
    )


@cmdlet("Receive-Job", aliases=("rcjb",), default_set="Location", module=_MODULE)
class ReceiveJob(_OnJobs):
    """Takes what jobs have put out so far, each stream to its own."""

    job = Parameter(
        f"{_JOB}[]",
        sets={
            set_name: {"position": 0, "mandatory": True, "pipeline": True, "by_property": True}
            for set_name in ("Location", "ComputerName", "Session")
        },
    )
    id = Parameter("int[]", sets={"SessionIdParameterSet": {"position": 0, "mandatory": True, "by_property": True}})
    instance_id = Parameter(
        "guid[]", sets={"InstanceIdParameterSet": {"position": 0, "mandatory": True, "by_property": True}}
    )
    name = Parameter(
        "string[]",
        sets={"NameParameterSet": {"position": 0, "mandatory": True, "by_property": True}},
        lenient=("JobName",),
    )
    computer_name = Parameter(
        "string[]",
        sets={"ComputerName": {"position": 1, "by_property": True}},
        aliases=("Cn",),
        validate=_GIVEN,
    )
    location = Parameter("string[]", sets={"Location": {"position": 1}}, validate=_GIVEN)
    session_ = Parameter(
        "System.Management.Automation.Runspaces.PSSession[]", name="Session",
        sets={"Session": {"position": 1, "by_property": True}}, validate=(ValidateNotNull(),)
    )  # fmt: skip
    keep = Parameter("switch")
    no_recurse = Parameter("switch")
    force = Parameter("switch")
    wait = Parameter("switch")
    auto_remove_job = Parameter("switch")
    write_events = Parameter("switch")
    write_job_in_results = Parameter("switch")

    def begin(self) -> None:
        if self.auto_remove_job and not self.wait:
            raise self.throw(
                error(
                    "The AutoRemoveJob parameter cannot be used without the Wait parameter.",
                    "AutoRemoveCannotBeUsedWithoutWait",
                    "InvalidOperation",
                    type_name="System.InvalidOperationException",
                )
            )
        self._jobs: list[Job] = []

    def process(self) -> None:
        for job in self._chosen():
            if self._elsewhere(job):
                continue
            if self.write_job_in_results:
                self.emit(job)
            if self.wait:
                self._jobs.append(job)
            else:
                self._drain(job)

    def _elsewhere(self, job: Job) -> bool:
        wanted = self.computer_name if self.computer_name is not None else self.location
        return wanted is not None and not matcher(wanted)(job.location)

    def end(self) -> None:
        waiting = list(self._jobs)
        while waiting:
            for job in waiting:
                self._drain(job)
            waiting = [job for job in waiting if not job.finished or self._leftover(job)]
            if waiting:
                self._pause(waiting[0])
        if self.write_events:
            for job in self._jobs:
                for one in (*job.children, job):
                    self.emit(JobStateEvent(one))
        if self.auto_remove_job:
            for job in self._jobs:
                job.handle.remove()
                if job in self.session.jobs:
                    self.session.jobs.remove(job)

    def _leftover(self, job: Job) -> bool:
        return not self.keep and not (self.no_recurse and job.children) and job.handle.has_more()

    def _pause(self, job: Job) -> None:
        self.check_stop()
        waiter = getattr(job.handle, "wait_output", None)
        if waiter is not None and not self.keep:
            waiter(_POLL)
        else:
            job.handle.wait(_POLL)
        self.check_stop()

    def _drain(self, job: Job) -> None:
        if self.keep and self.wait and not job.finished:
            return
        finished = job.finished
        if self.no_recurse and job.children:
            return
        for stream, value in job.handle.receive(keep=bool(self.keep)):
            write_record(self, stream, value)
        if finished and not getattr(job.handle, "failure_reported", False):
            failure = job.handle.failure
            if isinstance(failure, ErrorRecord):
                if not self.keep:
                    job.handle.failure_reported = True  # type: ignore[attr-defined]
                pass_on(self, failure)


@cmdlet("Wait-Job", aliases=("wjb",), default_set="SessionIdParameterSet", module=_MODULE, output_type=(_JOB,))
class WaitJob(_WithJobs):
    """Waits until jobs have ended."""

    any_ = Parameter("switch", name="Any")
    timeout = Parameter("int", aliases=("TimeoutSec",), default=-1)
    force = Parameter("switch")

    def begin(self) -> None:
        self._jobs: list[Job] = []

    def process(self) -> None:
        self._jobs.extend(self._chosen())

    def end(self) -> None:
        deadline = None if self.timeout < 0 else time.monotonic() + self.timeout
        while True:
            done = [job for job in self._jobs if job.finished]
            if len(done) == len(self._jobs) or (self.any_ and done):
                break
            if deadline is not None and time.monotonic() >= deadline:
                done = done if self.any_ or len(self._jobs) > 1 else []
                break
            self.check_stop()
            next(job for job in self._jobs if not job.finished).handle.wait(_POLL)
        for job in done[:1] if self.any_ else done:
            self.emit(job)


@cmdlet(
    "Stop-Job",
    aliases=("spjb",),
    default_set="SessionIdParameterSet",
    module=_MODULE,
    output_type=(_JOB,),
    should_process=True,
)
class StopJob(_WithJobs):
    """Stops running jobs."""

    pass_thru = Parameter("switch")

    def begin(self) -> None:
        self._asked: list[Job] = []

    def process(self) -> None:
        for job in self._chosen():
            if self.should_process(f"Job Id: {job.id}", "Stop"):
                if not job.finished:
                    job.handle.stop()
                self._asked.append(job)

    def end(self) -> None:
        for job in self._asked:
            while not job.finished:
                self.check_stop()
                job.handle.wait(_POLL)
            if self.pass_thru:
                self.emit(job)


@cmdlet("Remove-Job", aliases=("rjb",), default_set="SessionIdParameterSet", module=_MODULE, should_process=True)
class RemoveJob(_WithJobs):
    """Takes jobs out of the session."""

    command = Parameter("string[]", sets={"CommandParameterSet": {"by_property": True}}, validate=_GIVEN)
    force = Parameter("switch", aliases=("F",))

    def process(self) -> None:
        for job in list(self._chosen()):
            if not job.finished and not self.force:
                self.fail(
                    f"The command cannot remove the job with the job ID {job.id} because the job is not finished. "
                    "To remove the job, "
                    "first stop the job, or use the Force parameter.",
                    "JobObjectNotFinishedCannotBeRemoved",
                    "InvalidOperation",
                    job,
                    type_name="System.ArgumentException",
                )
                continue
            if self.should_process(f"Job Id: {job.id}", "Remove"):
                job.handle.remove()
                if job in self.session.jobs:
                    self.session.jobs.remove(job)


CMDLETS = (GetJob, ReceiveJob, RemoveJob, StopJob, WaitJob)
