"""The embedded PowerShell-compatible engine: lexer, parser, compiler to closures, runtime. Imports nothing that opens
sockets.
"""
