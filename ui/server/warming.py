"""What is done once, while nobody waits: imports of the first page, and a heap that is soon looked
through.

Streamlit collects garbage of all generations after each run of a page, which took two thirds of a
click's time: most of the heap is modules, which never become garbage. They are set apart here.
"""

import gc
import importlib
import threading

_FIRST = ("ui.app", "pandas", "altair", "pyarrow")
"""The pages, and what Streamlit imports when the first table and the first chart is drawn."""


def begin() -> threading.Thread:
    """Begin it beside the server, which answers meanwhile."""
    thread = threading.Thread(target=warm, name="warming", daemon=True)
    thread.start()
    return thread


def warm() -> None:
    """Import what pages need, and take it out of what the collector looks through."""
    for name in _FIRST:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()
