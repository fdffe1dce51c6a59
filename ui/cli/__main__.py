"""`python -m ui.cli`: the command line, from a checkout."""

from ui.cli.app import main

main()
