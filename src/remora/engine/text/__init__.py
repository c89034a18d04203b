"""Formatting of values by .NET format strings: ``-f``, ``ToString(format)``, -Format parameters."""
