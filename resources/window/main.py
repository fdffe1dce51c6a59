"""The window's process: orders on its standard input, answers on its standard output."""

import os
import sys

from playwright.sync_api import sync_playwright

from resources.window.orders import ORDER, Ready, Said, Setup
from resources.window.tab import opened


def main() -> None:
    """Serve until the input ends, which it does when whoever has started us is gone."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever else prints must not look like an answer

    def say(said: Said) -> None:
        out.write(said.model_dump_json() + "\n")
        out.flush()

    setup = Setup.model_validate_json(sys.stdin.readline())
    with sync_playwright() as playwright, opened(playwright, setup) as tab:
        say(Ready())
        for line in sys.stdin:
            say(tab.do(ORDER.validate_json(line)))
