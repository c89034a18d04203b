"""The .NET-like types: registry of Python classes and names, and the member tables."""
