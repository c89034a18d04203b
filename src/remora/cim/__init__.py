"""Sans-IO CIM model and operations."""
