"""Jobs that run on threads of this process: ThreadJob, and PSTaskJob with one child for each input object."""

from __future__ import annotations

from typing import Any

from remora.engine.hosting.blocktask import BlockTask, TaskPool
from remora.engine.nettype import NetType
from remora.modules.core.job import Job, next_job_id
from remora.modules.core.job_group import JobGroup

_M = "System.Management.Automation."
JOB2 = NetType(_M + "Job2", Job.net_type)


class ThreadJob(Job):
    """What Start-ThreadJob gives."""

    __slots__ = ()
    thread_type = NetType("ThreadJob.ThreadJob", JOB2)

    def net_type_names(self) -> tuple[str, ...]:
        return self.thread_type.names


class TaskJob(Job):
    """What ForEach-Object -Parallel -AsJob gives. pool: where its tasks run."""

    __slots__ = ("fresh", "pool")
    task_type = NetType(_M + "PSTasks.PSTaskJob", Job.net_type)
    pool: TaskPool
    fresh: bool

    def net_type_names(self) -> tuple[str, ...]:
        return self.task_type.names


class TaskChild(Job):
    """One input object's job."""

    __slots__ = ()
    task_type = NetType(_M + "PSTasks.PSTaskChildJob", Job.net_type)

    def net_type_names(self) -> tuple[str, ...]:
        return self.task_type.names


def thread_job(session: Any, name: str | None, command: str, task: BlockTask) -> ThreadJob:
    """A job for a task, in the session's table."""
    number = next_job_id(session, 1)
    made = ThreadJob(
        id=number,
        name=name or f"Job{number}",
        command=command,
        handle=task,
        location="PowerShell",
        type_label="ThreadJob",
    )
    session.jobs.append(made)
    return made


def task_job(session: Any, command: str, tasks: list[BlockTask], pool: TaskPool, fresh: bool) -> TaskJob:
    """A job with a child for each task, in the session's table."""
    number = next_job_id(session, 1 + len(tasks))
    common = {"command": command, "location": "PowerShell", "type_label": "PSTaskJob"}
    made = TaskJob(id=number, name=f"Job{number}", handle=JobGroup(tasks), **common)
    made.pool, made.fresh = pool, fresh
    for offset, task in enumerate(tasks, 1):
        made.children.append(TaskChild(id=number + offset, name=f"Job{number + offset}", handle=task, **common))
    session.jobs.append(made)
    return made


def _stop(job: Job, force: Any = None, reason: Any = None) -> None:
    job.handle.stop()
    job.handle.wait(5)


def _declare() -> None:
    JOB2.method("StopJob()", "StopJob(bool, string)", returns="void")(_stop)
    JOB2.method("StopJobAsync()", "StopJobAsync(bool, string)", returns="void")(lambda job, *rest: job.handle.stop())
    JOB2.method("StartJob()", "StartJobAsync()", returns="void")(lambda job: job.handle.start())
    TaskJob.task_type.property("AllocatedRunspaceCount", "System.Int32")(
        lambda job: len(job.children) if job.fresh else job.pool.most
    )
    ThreadJob.net_type = ThreadJob.thread_type
    TaskJob.net_type = TaskJob.task_type
    TaskChild.net_type = TaskChild.task_type


_declare()
