"""Sans-IO PowerShell remoting protocol (MS-PSRP)."""
