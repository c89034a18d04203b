"""Modules: what they are, where they are found, how they are loaded, and what they export."""
