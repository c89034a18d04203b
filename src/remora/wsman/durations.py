"""Durations in both dialects of the service: ``PT7200.000S`` and ``P0DT0H0M2S`` (xs:duration)."""

from __future__ import annotations

import re

from remora.errors import RemoteProtocolError

_PATTERN = re.compile(
    r"\s*(?P<sign>-)?P(?:(?P<years>\d{1,9})Y)?(?:(?P<months>\d{1,9})M)?(?:(?P<days>\d{1,9})D)?"
    r"(?:T(?:(?P<hours>\d{1,12})H)?(?:(?P<minutes>\d{1,12})M)?(?:(?P<seconds>\d{1,15}(?:\.\d{1,15})?)S)?)?\s*",
    re.ASCII,
)
_UNITS = {"years": 365 * 86400, "months": 30 * 86400, "days": 86400, "hours": 3600, "minutes": 60, "seconds": 1}


def parse_duration(text: str) -> float:
    """Return the seconds of an xs:duration; a month counts 30 days and a year 365, as XmlConvert has it.

    Raises RemoteProtocolError when the text is no duration.
    """
    match = _PATTERN.fullmatch(text)
    if match is None:
        raise RemoteProtocolError(f"not a duration: {text[:40]!r}")
    parts = [float(value) * _UNITS[name] for name, value in match.groupdict().items() if name != "sign" and value]
    if not parts or text.rstrip().endswith("T"):
        raise RemoteProtocolError(f"not a duration: {text[:40]!r}")
    seconds = sum(parts)
    return -seconds if match["sign"] else seconds


def format_seconds(seconds: float) -> str:
    """Return ``PT7200.000S``: seconds only, three decimals, as the service writes time-outs."""
    sign = "-" if seconds < 0 else ""
    return f"{sign}PT{abs(seconds):.3f}S"


def format_timeout(seconds: float) -> str:
    """Return ``PT20S``, with a fraction only where there is one, as clients write time-outs."""
    sign = "-" if seconds < 0 else ""
    text = f"{abs(seconds):.3f}".rstrip("0").rstrip(".")
    return f"{sign}PT{text}S"


def format_elapsed(seconds: float) -> str:
    """Return ``P0DT0H0M2S``, as the service writes run time and inactivity; fractions are cut off."""
    total = max(int(seconds), 0)
    minutes, rest = divmod(total, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    return f"P{days}DT{hours}H{minutes}M{rest}S"
