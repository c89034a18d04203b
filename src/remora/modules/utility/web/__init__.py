"""Invoke-WebRequest and Invoke-RestMethod over the standard library's HTTP client."""
