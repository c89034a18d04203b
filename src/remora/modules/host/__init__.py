"""Cmdlets of Microsoft.PowerShell.Host."""
