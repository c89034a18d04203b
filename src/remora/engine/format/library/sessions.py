"""Views of jobs and remote sessions."""

from __future__ import annotations

from remora.engine.format.views import TypeViews, table

_JOB = table(
    ("Id", "Id", 6, "left"),
    ("Name", "Name", 15),
    ("PSJobTypeName", "PSJobTypeName", 15),
    ("State", "State", 13),
    ("HasMoreData", "HasMoreData", 15),
    ("Location", "Location", 20),
    ("Command", "Command", 25),
)

VIEWS = (
    TypeViews(type_name="System.Management.Automation.Job", table=_JOB),
    TypeViews(
        type_name="System.Management.Automation.Runspaces.PSSession",
        table=table(
            ("Id", "Id", 3, "right"),
            ("Name", "Name", 15),
            ("Transport", "Transport", 9),
            ("ComputerName", "ComputerName", 15),
            ("ComputerType", "ComputerType", 15),
            ("State", "State", 13),
            ("ConfigurationName", "ConfigurationName", 20),
            ("Availability", "Availability", 13, "right"),
        ),
    ),
)
