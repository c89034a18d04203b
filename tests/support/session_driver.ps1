# Reads scripts, one base64 line each, runs them here one after another, and writes what came of each as one line of JSON.
$driverError = {
    param($record)
    [ordered]@{
        id = $record.FullyQualifiedErrorId
        message = "$record"
        category = "$($record.CategoryInfo.Category)"
        target = $record.TargetObject
        target_text = "$($record.TargetObject)"
        target_type = if ($null -ne $record.TargetObject) { $record.TargetObject.GetType().FullName }
    }
}
while ($null -ne ($driverLine = [Console]::In.ReadLine())) {
    $driverText = [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($driverLine))
    $driverAll = [Collections.ArrayList]::new()
    $driverFailure = $null
    try {
        . ([scriptblock]::Create($driverText)) *>&1 | ForEach-Object { $null = $driverAll.Add($_) }
    } catch {
        $driverFailure = & $driverError $_
        $driverFailure.target = $null
    }
    $driverSaid = [ordered]@{ values = @(); errors = @(); warnings = @(); verbose = @(); information = @() }
    $driverShown = @()
    foreach ($driverItem in $driverAll) {
        if ($driverItem -is [Management.Automation.ErrorRecord]) {
            $driverRecord = & $driverError $driverItem
            $driverRecord.target = $null
            $driverSaid.errors += $driverRecord
        } elseif ($driverItem -is [Management.Automation.WarningRecord]) {
            $driverSaid.warnings += "$driverItem"
        } elseif ($driverItem -is [Management.Automation.VerboseRecord]) {
            $driverSaid.verbose += "$driverItem"
        } elseif ($driverItem -is [Management.Automation.InformationRecord]) {
            $driverSaid.information += "$driverItem"
        } else {
            $driverShown += , $driverItem
        }
    }
    $driverSaid.text = ($driverShown | Out-String -Width 200)
    $driverSaid.values = @($driverShown | ForEach-Object {
            if ($null -eq $_ -or $_ -is [string] -or $_ -is [bool] -or $_ -is [int] -or $_ -is [long] -or
                $_ -is [double] -or $_ -is [Collections.IDictionary] -or $_ -is [pscustomobject]) { $_ } else { "$_" }
        })
    $driverSaid.failure = $driverFailure
    "`u{1e}" + (ConvertTo-Json $driverSaid -Depth 4 -Compress)
}
