"""Hypothesis profiles, chosen by REMORA_PROFILE: ``default`` is small and repeatable, ``fuzz`` is long.

REMORA_EXAMPLES: how many examples a property gets with ``fuzz``, how many schedules tests/chaos plays with ``chaos``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

_SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large)

settings.register_profile(
    "default", max_examples=60, deadline=None, derandomize=True, database=None, suppress_health_check=_SLOW
)
settings.register_profile(
    "fuzz",
    max_examples=int(os.environ.get("REMORA_EXAMPLES", "20000")),
    deadline=None,
    print_blob=True,
    suppress_health_check=_SLOW,
)
settings.register_profile("chaos", parent=settings.get_profile("default"))
settings.load_profile(os.environ.get("REMORA_PROFILE", "default"))

os.environ["KRB5CCNAME"] = "FILE:/nonexistent/ticket"  # whoever runs the tests may have a Kerberos logon


@pytest.fixture(autouse=True)
def same_umask() -> Iterator[None]:
    """Give the umask back: the host narrows that of its process, which in some tests is ours."""
    ours = os.umask(0o022)
    os.umask(ours)
    yield
    os.umask(ours)
