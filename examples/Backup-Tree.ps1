# Copies every file below -Source to -Destination, checks each copy by its SHA-256 and hands back what a restore needs to know.
# With -Seconds the copies are read back and checked again and again, until that much time has passed.
param(
    [Parameter(Mandatory)][string]$Source,
    [Parameter(Mandatory)][string]$Destination,
    [double]$Seconds = 0
)

$started = Get-Date
$files = @(Get-ChildItem -LiteralPath $Source -Recurse -File | Sort-Object -Property FullName)
$manifest = @{}
$bytes = 0
$number = 0
$checks = 0

foreach ($file in $files) {
    $relative = $file.FullName.Substring($Source.Length + 1)
    $target = Join-Path $Destination $relative
    $folder = Split-Path -Parent $target
    if (-not (Test-Path -LiteralPath $folder)) {
        New-Item -ItemType Directory -Path $folder -Force | Out-Null
    }

    Copy-Item -LiteralPath $file.FullName -Destination $target
    $number++
    $share = $Seconds * $number / $files.Count
    do {
        $expected = (Get-FileHash -LiteralPath $file.FullName -Algorithm SHA256).Hash
        $actual = (Get-FileHash -LiteralPath $target -Algorithm SHA256).Hash
        if ($actual -ne $expected) {
            throw "the copy of $relative differs from its original"
        }
        $checks++
    } while (((Get-Date) - $started).TotalSeconds -lt $share)
    $manifest[$relative] = $expected
    $bytes += $file.Length
}

[pscustomobject]@{
    Name           = Split-Path -Leaf $Source
    Files          = $files.Count
    Bytes          = $bytes
    Checks         = $checks
    Seconds        = [int]((Get-Date) - $started).TotalSeconds
    Initialization = @{
        Backup   = $Destination
        Manifest = $manifest
    }
}
