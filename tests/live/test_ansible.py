"""Ansible by both its ways to Windows: lines, scripts, modules in PowerShell. Skipped where there is no Ansible."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.host import PASSWORD, USER, HostProcess

ANSIBLE = shutil.which("ansible-playbook", path=os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"])))
pytestmark = pytest.mark.skipif(ANSIBLE is None, reason="ansible-playbook is not on the path")

MODULE = """#!powershell
#Requires -Module Ansible.ModuleUtils.Legacy
$params = Parse-Args $args -supports_check_mode $true
$name = Get-AnsibleParam -obj $params -name "name" -type "str" -failifempty $true
Exit-Json @{ changed = $false; greeting = "hello $name" }
"""
PLAY: list[dict[str, Any]] = [
    {
        "hosts": "all",
        "gather_facts": False,
        "tasks": [
            {"raw": "Write-Error 'bad'; 'out'; exit 3", "register": "raw", "ignore_errors": True},
            {"script": "greet.ps1 'a b'", "register": "script", "ignore_errors": True},
            {"greet": {"name": "ünï ☃ 'q'"}, "register": "module"},
            {"greet": {}, "register": "refused", "ignore_errors": True},
            {"debug": {"msg": "{{ [raw.rc, raw.stdout_lines, script.rc, script.stdout_lines,"
                              " module.greeting, refused.msg] | to_json }}"}},
        ],
    }
]  # fmt: skip


@pytest.mark.parametrize("plugin", ["winrm", "psrp"])
def test_a_play(host: HostProcess, tmp_path: Path, plugin: str) -> None:
    assert ANSIBLE is not None
    (tmp_path / "library").mkdir()
    (tmp_path / "library" / "greet.ps1").write_text(MODULE)
    (tmp_path / "greet.ps1").write_text('param($who)\n"hi $who"\nexit 4\n')
    (tmp_path / "play.json").write_text(json.dumps(PLAY))
    own = {
        "winrm": {"ansible_winrm_transport": "ntlm", "ansible_winrm_scheme": "http"},
        "psrp": {"ansible_psrp_auth": "ntlm", "ansible_psrp_protocol": "http"},
    }[plugin]
    variables = {
        "ansible_host": "127.0.0.1",
        "ansible_port": host.port,
        "ansible_user": USER,
        "ansible_password": PASSWORD,
        "ansible_connection": plugin,
        "ansible_shell_type": "powershell",
        **own,
    }
    (tmp_path / "hosts.json").write_text(json.dumps({"all": {"hosts": {"there": variables}}}))
    ran = subprocess.run(
        [ANSIBLE, "-i", "hosts.json", "play.json"],
        cwd=tmp_path,
        env={
            **os.environ,
            "HOME": str(tmp_path),
            "LC_ALL": "C.UTF-8",
            "ANSIBLE_LIBRARY": str(tmp_path / "library"),
            "ANSIBLE_STDOUT_CALLBACK": "minimal",
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    said = ran.stdout.rpartition('"msg": ')[2].partition("\n")[0]
    told = json.loads(json.loads(said)) if said.startswith('"') else json.loads(said)
    assert told == [3, ["out"], 4, ["hi a b"], "hello ünï ☃ 'q'", "Get-AnsibleParam: Missing required argument: name"]
