"""Cmdlets of Microsoft.PowerShell.Utility."""
