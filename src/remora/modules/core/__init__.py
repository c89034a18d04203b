"""Cmdlets of Microsoft.PowerShell.Core."""
