"""Cmdlet modules for the engine, named as PowerShell names them."""
