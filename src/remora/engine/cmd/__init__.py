"""The small cmd.exe-compatible language of the cmd shell."""
