"""What commands share on a terminal: options, tables, JSON, exit codes."""
