"""The code that a result depends on, as one number: a result kept by it is never out of date."""

import ast
import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent
_PACKAGE = "vid_pipeline.media"


@cache
def digest(*names: str) -> str:
    """SHA-256 of modules of this package and of all in it that they import."""
    whole = hashlib.sha256()
    for name in sorted(modules(*names)):
        whole.update(name.encode() + hashlib.sha256(_file(name).read_bytes()).digest())
    return whole.hexdigest()


def modules(*names: str) -> frozenset[str]:
    """These modules of the package and all in it that they import, by name inside the package."""
    found: set[str] = set()
    waiting = [*names]
    while waiting:
        name = waiting.pop()
        if name not in found and _file(name).is_file():
            found.add(name)
            waiting += _imported(_file(name))
    return frozenset(found)


def _file(name: str) -> Path:
    return _FOLDER.joinpath(*name.split(".")).with_suffix(".py")


def _imported(file: Path) -> Iterator[str]:
    """What may be a module: `from package import a` names one, or a thing in the package."""
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.ImportFrom) and f"{node.module}.".startswith(f"{_PACKAGE}."):
            for path in (node.module, *(f"{node.module}.{alias.name}" for alias in node.names)):
                yield f"{path}".removeprefix(_PACKAGE).removeprefix(".") or "__init__"
