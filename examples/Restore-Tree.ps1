# Restores a backup made by Backup-Tree.ps1 into -Destination. -InitData is the Initialization that the backup handed back.
param(
    [Parameter(Mandatory)]$InitData,
    [Parameter(Mandatory)][string]$Destination
)

$restored = 0
foreach ($relative in @($InitData.Manifest.Keys)) {
    $copy = Join-Path $InitData.Backup $relative
    $target = Join-Path $Destination $relative
    $folder = Split-Path -Parent $target
    if (-not (Test-Path -LiteralPath $folder)) {
        New-Item -ItemType Directory -Path $folder -Force | Out-Null
    }

    Copy-Item -LiteralPath $copy -Destination $target
    $hash = (Get-FileHash -LiteralPath $target -Algorithm SHA256).Hash
    if ($hash -ne $InitData.Manifest[$relative]) {
        throw "$relative was damaged between backup and restore"
    }
    $restored++
}

[pscustomobject]@{
    Restored = $restored
    From     = $InitData.Backup
    To       = $Destination
}
