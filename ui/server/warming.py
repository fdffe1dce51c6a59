"""What is done once, before anybody waits for it: imports, and a heap that is set apart.

Streamlit collects garbage of all generations after each run of a page, which took two thirds of a
click's time: most of the heap is modules, which never become garbage. `warm` sets them apart.
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
