"""What Dagster's processes need in their environment to find our database and files."""

from pathlib import Path

from vid_pipeline.settings import Settings
from vid_pipeline.store.database import Database

PROJECT = Path(__file__).resolve().parent.parent
"""Where `dagster.yaml` and `workspace.yaml` lie."""

LOCATION = "vid_pipeline"
REPOSITORY = "vid_pipeline"


def environment(settings: Settings, db: Database, *, runner: Path | None = None) -> dict[str, str]:
    """Variables for `dagster`, run workers and the code location. One holds a password.

    `runner` is the socket of the warm runner, if there is one.
    """
    folder = settings.home.absolute() / "dagster"
    folder.mkdir(parents=True, exist_ok=True)
    return {
        "DAGSTER_HOME": str(PROJECT),
        "VIDP_HOME": str(settings.home.absolute()),
        "VIDP_DAGSTER_URL": db.dagster_url,
        "VIDP_DAGSTER_DIR": str(folder),
        "VIDP_RUNNER_SOCKET": str(runner or ""),
        "OPENBLAS_NUM_THREADS": "1",  # two wait for each other; and the runner forks
    }
