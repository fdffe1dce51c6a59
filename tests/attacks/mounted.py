"""What a sandbox does on a full disk and across a mount; run in a name space that may mount.

Prints one line of JSON. Argument: an empty folder.
"""

import json
import subprocess
import sys
from pathlib import Path

from vid_pipeline.errors import BadRequest, StoreError
from vid_pipeline.sandbox.folder import Folder


def _mount(folder: Path, size: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "none", folder], check=True)


def full_disk(home: Path) -> dict[str, object]:
    """A sandbox on a disk of 1 MB, its quota much larger."""
    _mount(home, "1m")
    sandbox = Folder(home)
    sandbox.write("small.txt", b"kept")
    try:
        (home / "naive.txt").write_bytes(b"x" * 2_000_000)
    except OSError as fault:
        naive, left = fault.errno, (home / "naive.txt").stat().st_size
        (home / "naive.txt").unlink()
    try:
        sandbox.write("large.txt", b"x" * 2_000_000)
        said = ""
    except StoreError as fault:
        said = str(fault)
    names = [file.name for file in sandbox.files()]
    drafts = len(list((home / "drafts").iterdir()))
    return {"naive": naive, "left": left, "said": said, "names": names, "drafts": drafts}


def across(home: Path, *, one_call: bool) -> dict[str, object]:
    """A file system mounted below a sandbox."""
    sandbox = Folder(home, one_call=one_call)
    sandbox.files()
    _mount(home / "files" / "m", "1m")
    (home / "files" / "m" / "secret.txt").write_text("secret", encoding="utf-8")
    naive = (home / "files" / "m" / "secret.txt").read_text(encoding="utf-8")
    try:
        said = sandbox.read("m/secret.txt", most_bytes=10).decode()
    except BadRequest as fault:
        said = str(fault)
    return {"naive": naive, "said": said}


if __name__ == "__main__":
    place = Path(sys.argv[1])
    found = {
        "full": full_disk(place / "full"),
        "one_call": across(place / "one", one_call=True),
        "step_by_step": across(place / "steps", one_call=False),
    }
    sys.stdout.write(json.dumps(found))
