"""Cmdlets of Microsoft.PowerShell.Diagnostics."""
