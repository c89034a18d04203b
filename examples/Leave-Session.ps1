# Opens a session, starts a long backup in it as a job, and leaves: the first half of a working day.
param(
    [Parameter(Mandatory)][string]$Server,
    [Parameter(Mandatory)][string]$Source,
    [Parameter(Mandatory)][string]$Backup,
    [Parameter(Mandatory)][string]$Script,
    [double]$Seconds = 0,
    [string]$SessionName = 'ITTask',
    [string]$ConfigurationName = 'ITTasks'
)

$ErrorActionPreference = 'Stop'

$s = New-PSSession -ComputerName $Server -Name $SessionName -ConfigurationName $ConfigurationName
$s
Invoke-Command -Session $s -ScriptBlock {
    Start-Job -FilePath $using:Script -ArgumentList $using:Source, $using:Backup, $using:Seconds
}
Disconnect-PSSession -Session $s -OutputBufferingMode Drop -IdleTimeoutSec 60*60*15
