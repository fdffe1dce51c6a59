"""`vidp`: the command line."""

from ui.cli.app import main

__all__ = ["main"]
