from __future__ import annotations

import pytest

from remora.config import Backend, BufferingMode, SessionConfiguration, SessionConfigurations, SessionQuotas
from remora.config.sessions import read_session_configurations, write_session_configurations
from remora.errors import ConfigError


def test_the_builtin_configuration_and_its_aliases() -> None:
    known = SessionConfigurations()
    for name in ("Microsoft.PowerShell", "MICROSOFT.POWERSHELL", "PowerShell.7"):
        assert known.resolve(name).name == "Microsoft.PowerShell"
    assert known.resolve("PowerShell.7").backend is Backend.AUTO
    with pytest.raises(ConfigError, match=r"'ITTasks'.*Microsoft\.PowerShell"):
        known.resolve("ITTasks")


def test_configured_ones_replace_and_disable() -> None:
    known = SessionConfigurations(
        [
            SessionConfiguration(name="microsoft.powershell", backend=Backend.ENGINE),
            SessionConfiguration(name="Off", enabled=False),
            SessionConfiguration(name="Other", aliases=("Another",)),
        ]
    )
    assert known.resolve("Microsoft.PowerShell").backend is Backend.ENGINE
    assert known.find("Off") is None
    assert known.resolve("ANOTHER").name == "Other"
    assert len(list(known)) == 3


def test_tables_are_read_as_written() -> None:
    items = (
        SessionConfiguration(name="Plain"),
        SessionConfiguration(
            name="Full one",
            backend=Backend.PWSH,
            startup_script="/x.ps1",
            enabled=False,
            aliases=("f",),
            quotas=SessionQuotas(max_shells=3, output_buffering_mode=BufferingMode.DROP),
        ),
    )
    assert read_session_configurations(write_session_configurations(items)) == items


def test_quotas_as_a_tree() -> None:
    tree = SessionQuotas().to_tree()
    texts = {child.name: child.text for child in tree.children}
    assert tree.name == "Quotas"
    assert texts["IdleTimeoutms"] == "7200000"
    assert texts["OutputBufferingMode"] == "Block"
