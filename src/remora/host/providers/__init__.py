"""Readers of what the machine knows."""
