"""The command line: one file per command, a table of commands."""
