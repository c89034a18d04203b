"""The embedded PowerShell language."""
