"""Push pipelines: processors for cmdlets, script blocks and programs; redirection."""
