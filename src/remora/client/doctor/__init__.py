"""Why a machine cannot be reached: checks from its name to a command that runs, and what mends each failure."""

from __future__ import annotations

from remora.client.doctor.diagnosing import CHECKS, Check, diagnose
from remora.client.doctor.findings import Diagnosis, Finding, Verdict

__all__ = ["CHECKS", "Check", "Diagnosis", "Finding", "Verdict", "diagnose"]
