"""Authentication: policy, security contexts, sealed bodies."""
