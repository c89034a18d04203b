"""Cmdlets of Microsoft.PowerShell.Management."""
