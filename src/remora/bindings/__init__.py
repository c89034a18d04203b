"""How one protocol rides on another."""
