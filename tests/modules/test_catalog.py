from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pkgutil import walk_packages

import remora.modules
from remora.modules import builtin_commands
from remora.modules.catalog import FAMILIES


def test_the_catalog_says_what_the_modules_hold() -> None:
    for module, (names, aliases) in FAMILIES.items():
        cmdlets = import_module(f"remora.modules.{module}").CMDLETS
        assert names == tuple(cls.spec.name for cls in cmdlets), module
        assert aliases == {alias: cls.spec.name for cls in cmdlets for alias in cls.spec.aliases}, module


def test_every_module_with_cmdlets_is_in_the_catalog() -> None:
    families = (
        "core",
        "diagnostics",
        "host",
        "localaccounts",
        "utility",
        "management",
        "remoting",
        "security",
        "wsman",
    )
    found = {
        info.name.removeprefix("remora.modules.")
        for info in walk_packages(remora.modules.__path__, "remora.modules.")
        if not info.ispkg
        and info.name.removeprefix("remora.modules.").split(".")[0] in families
        and hasattr(import_module(info.name), "CMDLETS")
    }
    assert found == set(FAMILIES)


def test_no_alias_or_name_is_given_twice() -> None:
    names = [name.lower() for cmdlets, _ in FAMILIES.values() for name in cmdlets]
    aliases = [alias.lower() for _, table in FAMILIES.values() for alias in table]
    assert len(names) == len(set(names))
    assert len(aliases) == len(set(aliases))


def test_all_parameters_have_types_the_engine_knows() -> None:
    for info in builtin_commands().all():
        metadata = info.metadata()
        assert metadata is not None
        for parameter in metadata.all():
            assert parameter.type is not None, (info.name, parameter.name)
        assert (info.cls.__doc__ or "").strip(), info.name


def test_a_table_imports_nothing_until_a_command_is_used() -> None:
    code = (
        "import sys\nfrom remora.modules import builtin_commands\ntable = builtin_commands()\n"
        "assert 'remora.modules.management' not in sys.modules\nassert 'psutil' not in sys.modules\n"
        "assert table.find('get-process').name == 'Get-Process'\nassert 'psutil' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=30)


def test_unix_names_can_be_left_to_the_programs() -> None:
    table = builtin_commands(windows_aliases=False)
    assert "ls" not in table.aliases
    assert "gci" in table.aliases
    assert table.find("Get-ChildItem") is not None
    assert "ls" not in table.aliases
    assert "ls" in builtin_commands().aliases
