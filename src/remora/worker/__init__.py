"""The process behind one shell."""
