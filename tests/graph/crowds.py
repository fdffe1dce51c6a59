"""A warm runner whose runs all want the same pool: `python -m tests.graph.crowds SOCKET`."""

import sys
from pathlib import Path

import dagster as dg

from tests.graph.every_shape import crowd_in_threads
from vid_pipeline.graph import run_worker
from vid_pipeline.runner import Runner, Work
from vid_pipeline.runner_socket import Order


def main() -> None:
    """Serve."""
    Runner(Path(sys.argv[1]), Work(_execute, run_worker.report, lambda: True)).serve()


def _execute(order: Order) -> int:
    return run_worker.execute(order, dg.reconstructable(crowd_in_threads))


if __name__ == "__main__":
    main()
