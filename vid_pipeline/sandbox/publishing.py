"""Files between a sandbox and the artifact store."""

import tempfile
from pathlib import Path

from vid_pipeline.artifacts import MediaRef
from vid_pipeline.ports import Sandbox, SandboxFile, Store
from vid_pipeline.sandbox import types


def publish(sandbox: Sandbox, name: str, store: Store) -> MediaRef:
    """Keep a file's bytes in the store, named by their content; the file stays.

    Raises:
        NotFound: there is no such file.
        BadRequest: it is no plain file, or its bytes are not what its name says.
    """
    with tempfile.TemporaryDirectory(dir=sandbox.path("publish").parent) as folder:
        copy = sandbox.lend(name, Path(folder))
        with copy.open("rb") as file:
            types.check(name, file.read(types.HEAD_BYTES))
        return store.put(copy, types.mime_of(name))


def fetch(sandbox: Sandbox, ref: MediaRef, name: str, store: Store) -> SandboxFile:
    """Put a copy of an artifact's bytes into a sandbox.

    Raises:
        StoreError: the store has no such bytes.
        BadRequest, OverLimit: the sandbox does not take it under this name.
    """
    return sandbox.take(store.path(ref), name)
