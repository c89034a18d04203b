"""Help on commands: what comments say, what declarations tell, and how it is shown."""
