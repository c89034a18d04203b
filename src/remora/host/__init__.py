"""The front end: sockets, routing, accounts, workers."""
