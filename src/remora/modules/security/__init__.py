"""Cmdlets of Microsoft.PowerShell.Security."""
