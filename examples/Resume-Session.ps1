# Finds the session that Leave-Session.ps1 left, takes it over, collects the backup and restores from it: the second half.
# The variable $BackupSpecs lives in the session; a second script there uses it; then the session is left again.
param(
    [Parameter(Mandatory)][string]$Server,
    [Parameter(Mandatory)][string]$Restore,
    [Parameter(Mandatory)][string]$Script,
    [string]$SessionName = 'ITTask',
    [string]$Report
)

$ErrorActionPreference = 'Stop'

Get-PSSession -ComputerName $Server -Name $SessionName
$s = Connect-PSSession -ComputerName $Server -Name $SessionName
$s

$job = Invoke-Command -Session $s -ScriptBlock { Get-Job }
$job
Invoke-Command -Session $s -ScriptBlock { Wait-Job -Name $using:job.Name | Out-Null }
Invoke-Command -Session $s -ScriptBlock { $BackupSpecs = Receive-Job -JobName $using:job.Name }
Invoke-Command -Session $s -ScriptBlock { & $using:Script -InitData $BackupSpecs.Initialization -Destination $using:Restore }

$specs = Invoke-Command -Session $s -ScriptBlock { $BackupSpecs }
"backup: $($specs.Files) files, $($specs.Bytes) bytes, $($specs.Checks) checks in $($specs.Seconds) s"
if ($Report) {
    $facts = @{ files = $specs.Files; bytes = $specs.Bytes; manifest = $specs.Initialization.Manifest }
    ConvertTo-Json -InputObject $facts -Depth 4 | Set-Content -LiteralPath $Report
}

Disconnect-PSSession -Session $s -OutputBufferingMode Drop -IdleTimeoutSec 60*60*15
