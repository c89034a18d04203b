"""-WhatIf: cmdlets that change something say what they would do, and change nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

CALLS = """\
Set-Content f new
Add-Content f new
Clear-Content f
Set-ItemProperty f IsReadOnly $true
Copy-Item f n
Move-Item f n
New-Item n
Rename-Item f n
Remove-Item f
Set-Item env:REMORA_WHAT_IF 1
Clear-Item variable:v
Invoke-Item f
New-PSDrive qd FileSystem /tmp
Remove-Event -SourceIdentifier ev
1 | Export-Clixml n
Export-Alias n
Out-File n -InputObject 1
1 | Export-Csv n
Set-Alias qq Get-Item
Set-Variable v 2
New-Variable new 2
Clear-Variable v
Remove-Variable v
New-ModuleManifest n.psd1
mkdir n
Start-Transcript n
Stop-Process -Id $PID
Start-Process touch n
Update-TypeData -TypeName T -MemberName x -MemberType NoteProperty -Value 1""".splitlines()

STATE = """\
"$(Get-ChildItem | ForEach-Object { $_.Name; $_.Length; $_.IsReadOnly }) v=$v new=$new qq=$((Get-Alias qq).Definition)"
"$($env:REMORA_WHAT_IF) $(@(Get-Event).Count) $(@(Get-PSDrive).Name) $(@(Get-TypeData T).Count)"
"""


def test_nothing_changes_and_each_says_what_it_would_do(tmp_path: Path) -> None:
    (tmp_path / "f").write_text("old\n")
    start = "$v = 1; Set-Alias qq Get-Date; $null = New-Event ev"
    script = "\n".join([start, STATE, *(f"{call} -WhatIf" for call in CALLS), STATE])
    ran = subprocess.run(
        [sys.executable, "-m", "remora", "console", "-NoProfile", "-Command", script],
        cwd=tmp_path, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    lines = ran.stdout.splitlines()
    said = lines[2:-2]
    assert lines[:2] == lines[-2:]
    assert len(said) == len(CALLS), said
    assert [line for line in said if not line.startswith('What if: Performing the operation "')] == []
    assert ran.stderr == ""
