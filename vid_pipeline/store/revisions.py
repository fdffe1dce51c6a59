"""Which revisions there are, known from their file names, without loading alembic."""

from pathlib import Path

FOLDER = Path(__file__).parent / "migrations"


def newest(folder: Path = FOLDER) -> str:
    """The number of the newest revision, as `0001`."""
    return max(path.name[:4] for path in (folder / "versions").glob("[0-9]*_*.py"))
