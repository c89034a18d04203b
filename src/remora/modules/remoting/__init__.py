"""The PSSession cmdlets: each one call of the client API, through a portal from the engine's thread."""
