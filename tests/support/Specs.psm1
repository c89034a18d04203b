# A small test framework in the manner of Pester, as a module: its functions run the blocks they are given in the
# session state of the test file. One line a test goes to the output: ok or not ok, the path, the reason.

$script:Path = [System.Collections.Generic.List[string]]::new()
$script:Level = $null
$script:Failed = 0

function Open-Level {
    $script:Level = @{ Each = @(); After = @(); All = @(); Outer = $script:Level; Drive = $null }
}

function Close-Level {
    if ($script:Level.Drive) { Remove-Item -LiteralPath $script:Level.Drive -Recurse -Force }
    $script:Level = $script:Level.Outer
    $global:TestDrive = if ($script:Level) { $script:Level.Drive }
}

function Get-Blocks([string] $Kind) {
    $found = @()
    for ($level = $script:Level; $level; $level = $level.Outer) { $found = @($level[$Kind]) + $found }
    , $found
}

function Write-Result([string] $Name, $Problem) {
    $line = (@($script:Path) + $Name) -join ' > '
    if ($null -eq $Problem) { "ok $line" } else { $script:Failed++; "not ok $line - $Problem" }
}

function Describe {
    param([Parameter(Mandatory, Position = 0)] [string] $Name,
          [Parameter(Mandatory, Position = 1)] [scriptblock] $Fixture,
          [string[]] $Tag)

    $script:Path.Add($Name)
    Open-Level
    if (-not $script:Level.Outer) {
        $script:Level.Drive = Join-Path ([IO.Path]::GetTempPath()) ([guid]::NewGuid())
        $null = New-Item -ItemType Directory -Path $script:Level.Drive
        $global:TestDrive = $script:Level.Drive
    }
    else { $script:Level.Drive = $null }
    try {
        & $Fixture
        foreach ($block in $script:Level.All) { . $block }
    }
    catch { Write-Result '(block)' $_ }
    finally {
        Close-Level
        $script:Path.RemoveAt($script:Path.Count - 1)
    }
}

Set-Alias Context Describe

function BeforeAll([scriptblock] $Block) { . $Block }
function AfterAll([scriptblock] $Block) { $script:Level.All += $Block }
function BeforeEach([scriptblock] $Block) { $script:Level.Each += $Block }
function AfterEach([scriptblock] $Block) { $script:Level.After += $Block }

function Invoke-Test([string] $Name, [scriptblock] $Test, [System.Collections.IDictionary] $Case) {
    $problem = $null
    try {
        foreach ($block in (Get-Blocks Each)) { . $block }
        if ($Case) { & $Test @Case } else { & $Test }
    }
    catch { $problem = $_ }
    finally { foreach ($block in (Get-Blocks After)) { . $block } }
    Write-Result $Name $problem
}

function It {
    param([Parameter(Mandatory, Position = 0)] [string] $Name,
          [Parameter(Mandatory, Position = 1)] [scriptblock] $Test,
          [System.Collections.IDictionary[]] $TestCases,
          [switch] $Skip)

    if ($Skip) { return "skip $((@($script:Path) + $Name) -join ' > ')" }
    if (-not $TestCases) { return Invoke-Test $Name $Test }
    foreach ($case in $TestCases) {
        $shown = [regex]::Replace($Name, '<(\w+)>', { param($match) $case[$match.Groups[1].Value] })
        Invoke-Test $shown $Test $case
    }
}

function Should {
    [CmdletBinding(DefaultParameterSetName = 'Be')]
    param([Parameter(ValueFromPipeline)] $Actual,
          [switch] $Not,
          [Parameter(ParameterSetName = 'Be')] [switch] $Be,
          [Parameter(ParameterSetName = 'BeExactly')] [switch] $BeExactly,
          [Parameter(ParameterSetName = 'BeOfType')] [switch] $BeOfType,
          [Parameter(ParameterSetName = 'BeNullOrEmpty')] [switch] $BeNullOrEmpty,
          [Parameter(ParameterSetName = 'Exist')] [switch] $Exist,
          [Parameter(ParameterSetName = 'Throw')] [switch] $Throw,
          [Parameter(Position = 0)] $Expected,
          [Parameter(ParameterSetName = 'Throw')] [string] $ErrorId,
          [string] $Because)

    begin { $items = [System.Collections.ArrayList]::new() }
    process { if ($PSBoundParameters.ContainsKey('Actual')) { $null = $items.Add($Actual) } }
    end {
        $value = if ($items.Count -eq 1) { $items[0] } else { $items.ToArray() }
        $seen = "$value"
        $good = switch ($PSCmdlet.ParameterSetName) {
            'Be' { if ($Expected -is [array]) { "$value" -eq "$Expected" } else { $value -eq $Expected } }
            'BeExactly' { $value -ceq $Expected }
            'BeOfType' { $value -is $Expected }
            'BeNullOrEmpty' { $items.Count -eq 0 -or $null -eq $value -or "$value" -eq '' }
            'Exist' { Test-Path -LiteralPath $value }
            'Throw' {
                $caught = $null
                try { $null = & $value } catch { $caught = $_ }
                $seen = "$($caught.FullyQualifiedErrorId)"
                $caught -and (-not $ErrorId -or $seen -eq $ErrorId)
            }
        }
        if ([bool] $good -eq [bool] $Not) {
            $word = if ($Not) { 'not ' }
            throw "expected ${word}$($PSCmdlet.ParameterSetName) '$Expected$ErrorId', got '$seen' $Because".TrimEnd()
        }
    }
}

function InModuleScope([string] $ModuleName, [scriptblock] $ScriptBlock) {
    & (Get-Module $ModuleName) $ScriptBlock
}

Export-ModuleMember -Alias Context -Function Describe, It, Should, BeforeAll, AfterAll, BeforeEach, AfterEach, InModuleScope
