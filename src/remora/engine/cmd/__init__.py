"""The small cmd.exe-compatible language behind the WinRS cmd shell."""
