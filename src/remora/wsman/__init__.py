"""Sans-IO WS-Management: envelopes, faults, shell operations."""
