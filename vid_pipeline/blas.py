"""One thread for numpy's matrix products.

Two OpenBLAS threads on a busy two-core machine wait for each other: 48 sentences took 3.1 s with
two and 1.1 s with one.
"""

import ctypes
from pathlib import Path

import numpy as np

_SETTER = "scipy_openblas_set_num_threads64_"


def use_one_thread() -> None:
    """Let OpenBLAS run on the calling thread alone, in this process; no effect without OpenBLAS."""
    site = Path(np.__file__).parent.parent
    for library in sorted(site.glob("numpy.libs/*openblas*")):
        setter = getattr(ctypes.CDLL(str(library)), _SETTER, None)
        if setter is not None:
            setter(1)
