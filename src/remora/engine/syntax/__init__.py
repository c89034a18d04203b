"""Syntax as scripts see it: Ast objects, tokens, extents and ``[Parser]`` (System.Management.Automation.Language)."""
