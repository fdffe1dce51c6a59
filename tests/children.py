"""The processes that a test has started."""

from contextlib import suppress

import psutil


def running() -> list[psutil.Process]:
    """Living children of this process at any depth, without a browser kept open for later tests."""
    return [child for child in psutil.Process().children(recursive=True) if _counts(child)]


def _counts(child: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        return child.status() != psutil.STATUS_ZOMBIE and "chrom" not in child.name()
    return False
