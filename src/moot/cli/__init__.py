"""The command line. Each command is a function in a module of its own, imported when it is called."""

from moot.cli.main import app, main

__all__ = ["app", "main"]
