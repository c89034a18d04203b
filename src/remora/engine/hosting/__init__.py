"""Runspaces that scripts make: [powershell], [runspacefactory], pools, initial session states, their threads."""
