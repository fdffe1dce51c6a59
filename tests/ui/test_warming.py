"""The server's heap is set apart before people click."""

import gc
import sys

from ui.server import warming


def test_what_pages_need_is_imported_and_never_looked_through_again() -> None:
    try:
        warming.begin().join()
        assert {"ui.app", "pandas", "altair"} <= sys.modules.keys()
        assert gc.get_freeze_count() > len(gc.get_objects())
    finally:
        gc.unfreeze()
