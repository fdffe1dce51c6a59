"""A process made for one run ends with the run, whatever its threads still do.

A step that was left behind may sit in code that knows of no stop; the interpreter, on its way
out, would wait for threads and tidy up round it.
"""

import faulthandler
import multiprocessing
import os
import sys
import threading
from typing import NoReturn

import psutil

from vid_pipeline import process_tree, programs_at_work

_AT_LATEST_S = 10.0
_OURS = threading.Event()


def made_for_one_run() -> None:
    """Say that this process was started for one run; those of Dagster's code server are known."""
    _OURS.set()


def leave(code: int) -> NoReturn:
    """End this process now, and all that it has started."""
    programs_at_work.end_all()
    process_tree.kill(process_tree.members(os.getpid()) - {psutil.Process()})
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(code)


def leave_after_main(code: int) -> None:
    """End it as soon as its main thread has done its work, if it was made for a run.

    Dagster's code server runs each run in a process of `multiprocessing`. Others, such as one
    that runs tests, live on. Should the main thread itself hang, a timer that needs no
    interpreter ends the process.
    """
    if _OURS.is_set() or multiprocessing.parent_process() is not None:
        faulthandler.dump_traceback_later(_AT_LATEST_S, exit=True)
        threading.Thread(target=_last, args=(code,), name="leaving", daemon=True).start()


def _last(code: int) -> None:
    threading.main_thread().join()
    leave(code)
