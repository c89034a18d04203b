"""Parameter metadata and the binder: one implementation for cmdlets, functions and script blocks."""
