"""Operators as functions on values."""
