from __future__ import annotations

import pytest

from remora.config import Backend, BufferingMode, SessionConfiguration, SessionConfigurations, SessionQuotas
from remora.config.sddl import Right
from remora.config.sessions import read_session_configurations, write_session_configurations
from remora.errors import ConfigError


def test_the_builtin_configuration_and_its_aliases() -> None:
    known = SessionConfigurations()
    for name in ("Microsoft.PowerShell", "MICROSOFT.POWERSHELL"):
        assert known.resolve(name).name == "Microsoft.PowerShell"
    for name in ("PowerShell.7", "powershell.7.4"):
        assert known.resolve(name).name == "PowerShell.7"
    assert known.resolve("PowerShell.7").backend is Backend.AUTO
    with pytest.raises(ConfigError, match=r"'ITTasks'.*Microsoft\.PowerShell"):
        known.resolve("ITTasks")


def test_configured_ones_replace_and_disable() -> None:
    known = SessionConfigurations(
        [
            SessionConfiguration(name="microsoft.powershell", backend=Backend.ENGINE),
            SessionConfiguration(name="Off", enabled=False),
            SessionConfiguration(name="Other", aliases=("Another",)),
            SessionConfiguration(name="PowerShell.6", removed=True),
        ]
    )
    assert known.resolve("Microsoft.PowerShell").backend is Backend.ENGINE
    assert known.find("Off") is None
    assert known.resolve("ANOTHER").name == "Other"
    assert len(list(known)) == 4


def test_tables_are_read_as_written() -> None:
    items = (
        SessionConfiguration(name="Plain"),
        SessionConfiguration(
            name="Full one",
            backend=Backend.PWSH,
            startup_script="/x.ps1",
            enabled=False,
            aliases=("f",),
            security_descriptor="D:P(A;;GA;;;BA)",
            removed=True,
            windows_aliases=False,
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


def test_what_users_may_do_is_read_and_written() -> None:
    table = {
        "Desk": {
            "backend": "engine",
            "language_mode": "nolanguage",
            "modules": ["Desk"],
            "visible_cmdlets": [
                "Get-*",
                {
                    "name": "Stop-Job",
                    "parameters": ["Id", {"name": "Name", "validate_set": ["a"], "validate_pattern": "x"}],
                },
            ],
            "visible_functions": [],
            "visible_external_commands": ["/bin/ls"],
        }
    }
    (read,) = read_session_configurations(table)
    assert (read.language_mode, read.modules) == ("NoLanguage", ("Desk",))
    assert (read.visible.functions, read.visible.aliases, read.visible.external) == ((), None, ("/bin/ls",))
    assert read_session_configurations(write_session_configurations([read])) == (read,)


def test_a_limited_configuration_is_served_by_the_engine() -> None:
    (read,) = read_session_configurations({"A": {"backend": "auto", "language_mode": "NoLanguage"}})
    assert read.backend is Backend.ENGINE


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"language_mode": "Some"}, "language_mode"),
        ({"backend": "pwsh", "visible_aliases": []}, "embedded engine"),
        ({"visible_cmdlets": "Get-Date"}, "visible_cmdlets: a list"),
        ({"visible_cmdlets": [{"parameters": []}]}, "a name was expected"),
        ({"visible_cmdlets": [{"name": "a", "other": 1}]}, "no setting other"),
        ({"visible_cmdlets": [{"name": "a", "parameters": [{"name": "b", "validate_set": "c"}]}]}, "validate_set"),
        ({"visible_functions": [5]}, "a name was expected"),
        ({"modules": [1]}, "modules"),
    ],
)
def test_wrong_limits_are_named(table: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        read_session_configurations({"A": table})


def test_access_and_definition_are_read() -> None:
    table = {"security_descriptor": "D:P(A;;GA;;;BA)", "definition_file": "/x.pssc"}
    (read,) = read_session_configurations({"A": table})
    assert read.access.allows(("S-1-5-32-544",), Right.EXECUTE)
    assert not read.access.allows(("S-1-1-0",), Right.EXECUTE)
    assert (read.definition_file, read.backend) == ("/x.pssc", Backend.ENGINE)
    with pytest.raises(ConfigError, match=r"A\.security_descriptor: .*no security descriptor"):
        read_session_configurations({"A": {"security_descriptor": "all"}})
    with pytest.raises(ConfigError, match="embedded engine"):
        read_session_configurations({"A": {**table, "backend": "pwsh"}})
