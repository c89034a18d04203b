"""Language modes and what a session configuration lets its users run."""
