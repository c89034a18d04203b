"""Cmdlets of Microsoft.PowerShell.LocalAccounts."""
