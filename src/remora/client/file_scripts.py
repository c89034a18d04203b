"""What runs on the other machine when files are copied: plain PowerShell, for 5.1, 7 and our own engine.

Each script is fed with objects and answers with hashtables; there is no protocol besides. Bytes travel as byte[]
(CLIXML BA). A script never leaves the session changed: all its variables are its own.
"""

from __future__ import annotations

from typing import Final

PART_SUFFIX: Final = ".remora-part"
"""What an unfinished file is called beside its destination."""

_FULL_PATH: Final = r"""
  function Full($path) { $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($path) }
  function Under($top, $names) {
    $bad = [IO.Path]::GetInvalidFileNameChars()
    foreach ($name in $names) {
      if ($name -eq '..' -or $name -eq '.' -or $name.IndexOfAny($bad) -ge 0) {
        throw [ArgumentException]::new("The name '$name' cannot be used on this machine.")
      }
      $top = [IO.Path]::Combine($top, $name)
    }
    $top
  }
  function Why($problem) {
    $inner = $problem.Exception
    while ($inner.InnerException) { $inner = $inner.InnerException }
    @{ Error = $inner.Message; Kind = $inner.GetType().Name }
  }
"""
_HASH: Final = r"""
  function Digest($path, $count) {
    $file = [IO.FileStream]::new($path, 'Open', 'Read', 'ReadWrite')
    $sha = [Security.Cryptography.SHA256]::Create()
    try {
      if ($count -lt 0 -or $count -eq $file.Length) { $hash = $sha.ComputeHash($file) }
      else {
        $some = [byte[]]::new(1048576)
        while ($count -gt 0) {
          $read = $file.Read($some, 0, [int][Math]::Min([long]1048576, $count))
          if ($read -le 0) { break }
          $null = $sha.TransformBlock($some, 0, $read, $some, 0)
          $count -= $read
        }
        $null = $sha.TransformFinalBlock([byte[]]::new(0), 0, 0)
        $hash = $sha.Hash
      }
      [BitConverter]::ToString($hash).Replace('-', '').ToLowerInvariant()
    }
    finally { $file.Dispose(); $sha.Dispose() }
  }
"""

LOOK: Final = (
    r"""
param($Top, $Suffix)
begin {
  $ErrorActionPreference = 'Stop'
"""
    + _FULL_PATH
    + _HASH
    + r"""
}
process {
  $answer = @{ Exists = $false; Directory = $false; Parent = $false; Part = [long]-1; Hash = ''; Path = '' }
  try {
    $path = Under (Full $Top) $_.Names
    $answer.Path = $path
    $answer.Directory = [IO.Directory]::Exists($path)
    $answer.Exists = $answer.Directory -or [IO.File]::Exists($path)
    $parent = [IO.Path]::GetDirectoryName($path)
    $answer.Parent = (-not $parent) -or [IO.Directory]::Exists($parent)
    $part = $path + $Suffix
    if ($_.Resume -and [IO.File]::Exists($part)) {
      $answer.Part = [IO.FileInfo]::new($part).Length
      if ($answer.Part -gt 0) { $answer.Hash = Digest $part -1 }
    }
    elseif ($_.Check -and $answer.Exists -and -not $answer.Directory) { $answer.Hash = Digest $path -1 }
  }
  catch { $answer += Why $_ }
  $answer
}
"""
)
"""Input: hashtables Names, Resume, Check. One answer each: Exists, Directory, Parent, Part (its length), Hash
(of the part, with Check and without one of the file itself), or Error and Kind."""

TAKE: Final = (
    r"""
param($Top, $Suffix, $Force)
begin {
  $ErrorActionPreference = 'Stop'
  $file = $null
  $failed = $null
"""
    + _FULL_PATH
    + _HASH
    + r"""
  function Place($part, $path) {
    if ([IO.File]::Exists($path)) {
      $there = [IO.FileInfo]::new($path)
      if ($there.IsReadOnly) {
        if (-not $Force) { throw [UnauthorizedAccessException]::new("Access to the path '$path' is denied.") }
        try { $there.IsReadOnly = $false } catch { $null = $_ }
      }
      [IO.File]::Delete($path)
    }
    [IO.File]::Move($part, $path)
  }
}
process {
  if ($_ -is [byte[]]) {
    if ($file) {
      try { $file.Write($_, 0, $_.Length) }
      catch { $failed = Why $_; try { $file.Dispose() } catch { $null = $_ }; $file = $null }
    }
    return
  }
  $order = $_
  $answer = @{ Op = $order.Op; Id = $order.Id }
  try {
    $path = Under (Full $Top) $order.Names
    $part = $path + $Suffix
    if ($order.Op -eq 'directory') {
      $answer.Path = [IO.Directory]::CreateDirectory($path).FullName
    }
    elseif ($order.Op -eq 'open') {
      $failed = $null
      $file = [IO.FileStream]::new($part, 'OpenOrCreate', 'Write', 'Read')
      $file.SetLength([long]$order.Offset)
      $null = $file.Seek([long]$order.Offset, 'Begin')
      return
    }
    elseif ($order.Op -eq 'pack') {
      if ($file) {
        $packed = [IO.MemoryStream]::new([byte[]]$order.Data)
        $plain = [IO.Compression.DeflateStream]::new($packed, [IO.Compression.CompressionMode]::Decompress)
        $plain.CopyTo($file)
        $plain.Dispose()
      }
      return
    }
    else {
      if ($file) {
        $answer.Length = $file.Length
        $open = $file
        $file = $null
        $open.Dispose()
      }
      if ($failed) { $answer += $failed; $answer; return }
      if ($order.Op -eq 'close') {
        $answer.Hash = Digest $part -1
        if ($answer.Hash -eq $order.Hash) {
          if ($order.Ticks) { [IO.File]::SetLastWriteTimeUtc($part, [DateTime]::new([long]$order.Ticks)) }
          if ($order.Mode -ge 0 -and $PSVersionTable.Platform -eq 'Unix') {
            try { [IO.File]::SetUnixFileMode($part, [int]$order.Mode) } catch { $null = $_ }
          }
          Place $part $path
          $answer.Path = $path
        }
        else { [IO.File]::Delete($part) }
      }
    }
    $answer
  }
  catch {
    $failed = Why $_
    if ($file) { try { $file.Dispose() } catch { $null = $_ }; $file = $null }
    if ($order.Op -ne 'open' -and $order.Op -ne 'pack') { $answer += $failed; $answer }
  }
}
end { if ($file) { $file.Dispose() } }
"""
)
"""Input: orders (Op, Id, Names ...) and the bytes between open and close or pause. One answer to each directory, close
and pause: Length, Hash, Path, or Error and Kind."""

LIST: Final = (
    r"""
param($Path, $Literal, $Recurse)
$ErrorActionPreference = 'Stop'
"""
    + _FULL_PATH
    + r"""
function Show($item, $names) {
  $answer = @{
    Names = [string[]]$names; Path = $item.FullName; Directory = $item -is [IO.DirectoryInfo]
    Ticks = $item.LastWriteTimeUtc.Ticks; Mode = -1
  }
  if (-not $answer.Directory) { $answer.Length = [long]$item.Length }
  if ($PSVersionTable.Platform -eq 'Unix') {
    try { $answer.Mode = [int][IO.File]::GetUnixFileMode($item.FullName) } catch { $null = $_ }
  }
  $answer
}
function Loops($item) {
  if (-not ($item.Attributes -band [IO.FileAttributes]::ReparsePoint)) { return $false }
  $target = @($item.Target)[0]
  if (-not $target) { return $false }
  $parent = [IO.Path]::GetDirectoryName($item.FullName)
  $full = [IO.Path]::GetFullPath([IO.Path]::Combine($parent, $target))
  $slash = [IO.Path]::DirectorySeparatorChar
  ($parent + $slash).StartsWith($full.TrimEnd($slash) + $slash)
}
function Walk($folder, $names) {
  try { $inside = $folder.GetFileSystemInfos() }
  catch { @{ Names = [string[]]$names; Path = $folder.FullName } + (Why $_); return }
  foreach ($item in $inside) {
    $below = @($names) + $item.Name
    try {
      if ($item -is [IO.DirectoryInfo]) {
        if (Loops $item) { continue }
        Show $item $below
        Walk $item $below
      }
      elseif ($item.Exists) { Show $item $below }
    }
    catch { @{ Names = [string[]]$below; Path = $item.FullName } + (Why $_) }
  }
}
$found = if ($Literal) { , (Full $Path) }
else { @(Resolve-Path -Path $Path -ErrorAction SilentlyContinue | ForEach-Object { $_.ProviderPath }) }
foreach ($full in $found) {
  $item = if ([IO.Directory]::Exists($full)) { [IO.DirectoryInfo]::new($full) } else { [IO.FileInfo]::new($full) }
  if (-not $item.Exists) { @{ Names = [string[]]@($full); Path = $full; Missing = $true }; continue }
  Show $item @($item.Name)
  if ($Recurse -and $item -is [IO.DirectoryInfo]) { Walk $item @($item.Name) }
}
"""
)
"""Answers with one hashtable for each file and directory: Names (from the source's own name on), Path, Directory,
Length, Ticks, Mode, or Error."""

GIVE: Final = (
    r"""
param($Size)
begin {
  $ErrorActionPreference = 'Stop'
"""
    + _FULL_PATH
    + _HASH
    + r"""
}
process {
  $order = $_
  $answer = @{ Op = $order.Op; Id = $order.Id }
  $file = $null
  try {
    if ($order.Op -eq 'hash') { $answer.Hash = Digest $order.Path ([long]$order.Count) }
    else {
      $file = [IO.FileStream]::new($order.Path, 'Open', 'Read', 'ReadWrite')
      $null = $file.Seek([long]$order.Offset, 'Begin')
      $left = [long]$order.Count
      while ($left -gt 0) {
        $bytes = [byte[]]::new([int][Math]::Min([long]$Size, $left))
        $read = $file.Read($bytes, 0, $bytes.Length)
        if ($read -le 0) { break }
        if ($read -lt $bytes.Length) {
          $some = [byte[]]::new($read)
          [Array]::Copy($bytes, $some, $read)
          $bytes = $some
        }
        $left -= $read
        , $bytes
      }
      $answer.Length = $file.Length
      $answer.Ticks = [IO.File]::GetLastWriteTimeUtc($order.Path).Ticks
    }
  }
  catch { $answer += Why $_ }
  finally { if ($file) { $file.Dispose() } }
  $answer
}
"""
)
"""Input: orders hash (Path, Count) and read (Path, Offset, Count). Answers with the bytes in pieces of at most Size,
and then Length and Ticks, or Error and Kind."""
