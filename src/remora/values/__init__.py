"""PowerShell values and records; no XML here."""
