"""Sans-IO configuration: the winrm/config tree as typed data."""
