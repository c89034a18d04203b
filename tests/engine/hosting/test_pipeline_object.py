"""Runspace.CreatePipeline and what it makes."""

from __future__ import annotations

from typing import Any

import pytest

MADE = "$r = [runspacefactory]::CreateRunspace(); $r.Open();"


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        (("$p = $r.CreatePipeline('1 + 1; Write-Error bad; $input'); $p.Invoke(@(7, 8)); $p.Error.Count; "
         '"$($p.Error.Read())"; $p.Error.EndOfPipeline; $p.PipelineStateInfo.State; $p.HadErrors'),
         ["2", "7", "8", "1", "bad", "True", "Completed", "True"]),
        (("$p = $r.CreatePipeline(); $p.Commands.AddScript('param($a) \"got $a\"', $true); "
         "$p.Commands[0].Parameters.Add('a', 3); $p.Invoke(); $p.Commands.Count; $p.Commands.GetType().Name"),
         ["got 3", "1", "CommandCollection"]),
        (("$c = [System.Management.Automation.Runspaces.Command]::new('Get-Item'); "
         "$c.Parameters.Add('LiteralPath', '/'); $c.Parameters.Add('Force'); "
         "$p = $r.CreatePipeline(); $p.Commands.Add($c); $p.Commands.Add('Select-Object'); "
         "$p.Invoke().Count; $p.Output.ReadToEnd().Count; $p.Output.Count"), ["1", "1", "0"]),
        (("$p = $r.CreatePipeline('throw 1'); try { $p.Invoke() } catch { $_.FullyQualifiedErrorId }; "
         "$p.PipelineStateInfo.State; $p.PipelineStateInfo.Reason.Message; $p.Runspace.Id -eq $r.Id"),
         ["RuntimeException", "Failed", "1", "True"]),
        (("$p = [runspace]::DefaultRunspace.CreateNestedPipeline('\"nested\"', $false); $p.Invoke(); $p.IsNested; "
         "$p -is [System.Management.Automation.Runspaces.Pipeline]"), ["nested", "True", "True"]),
        (("$r.CreatePipeline('$x = 5').Invoke(); $r.CreatePipeline('$x').Invoke(); $p = $r.CreatePipeline('1', $true); "
         "$p.Invoke(); $r.CreatePipeline('(Get-History).CommandLine').Invoke()"), ["5", "1", "1"]),
    ],
)  # fmt: skip
def test_pipelines(run: Any, script: str, expected: list[str]) -> None:
    assert run(MADE + script).texts == expected
