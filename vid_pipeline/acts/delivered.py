"""The files of a finished production, by the manifest that lies beside them."""

from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from vid_pipeline.errors import NotFound
from vid_pipeline.records import Production

_MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Delivered:
    """A file that can be read now."""

    name: str
    mime: str
    path: Path

    @property
    def size_bytes(self) -> int:
        return self.path.stat().st_size


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")
    name: str
    mime: str


class _Manifest(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")
    files: tuple[_File, ...]


def files(production: Production) -> tuple[Delivered, ...]:
    """What was delivered and is still there, the manifest last; nothing before it is done."""
    if production.folder is None:
        return ()
    folder = Path(production.folder)
    try:
        manifest = _Manifest.model_validate_json((folder / _MANIFEST).read_bytes())
    except (OSError, ValidationError):
        return ()
    named = [*manifest.files, _File(name=_MANIFEST, mime="application/json")]
    found = (Delivered(one.name, one.mime, folder / one.name) for one in named if _plain(one.name))
    return tuple(one for one in found if one.path.is_file())


def file(production: Production, name: str) -> Delivered:
    """One of them.

    Raises:
        NotFound: there is none of that name.
    """
    for one in files(production):
        if one.name == name:
            return one
    raise NotFound("delivered file", name, "See the production's files.")


def _plain(name: str) -> bool:
    return Path(name).name == name
