"""Tools on a production's own files: what an agent makes, keeps and reads again."""

from pathlib import PurePosixPath
from typing import Annotated

from pydantic import Field

from vid_pipeline.errors import BadRequest
from vid_pipeline.ports import Sandbox
from vid_pipeline.sandbox import types
from vid_pipeline.tools import Tool, ToolInput, ToolOutput

_MOST_CHARACTERS = 200_000
_MOST_BYTES = 20_000_000
_MOST_READ = 50_000
_LISTED = 500
MOST_NAME = 1000

FileName = Annotated[
    str,
    Field(
        min_length=1,
        max_length=300,
        description="A file of this production, such as `clips/one.mp4`.",
    ),
]


class FilesList(ToolInput):
    folder: str = Field(default="", max_length=300, description="All files if empty.")


class FilesRead(ToolInput):
    file: FileName
    first: int = Field(default=0, ge=0, le=_MOST_BYTES, description="The first character read.")
    characters: int = Field(default=10_000, ge=1, le=_MOST_READ, description="How many at most.")


class FilesWrite(ToolInput):
    file: FileName
    text: str = Field(max_length=_MOST_CHARACTERS)


class FilesMove(ToolInput):
    file: FileName
    to: FileName


class FilesDelete(ToolInput):
    file: FileName


class ListedFile(ToolOutput):
    name: str = Field(max_length=MOST_NAME)
    size_bytes: int = Field(ge=0)


class FileList(ToolOutput):
    files: tuple[ListedFile, ...] = Field(max_length=_LISTED)
    left_out: int = Field(ge=0, description="Files that are there too, but not listed.")


class FileText(ToolOutput):
    text: str = Field(max_length=_MOST_READ)
    characters_left: int = Field(ge=0, description="How many follow.")


class FileKept(ToolOutput):
    name: str = Field(max_length=MOST_NAME)
    size_bytes: int = Field(ge=0)


class FileGone(ToolOutput):
    name: str = Field(max_length=MOST_NAME)


def files_list(ask: FilesList, *, sandbox: Sandbox) -> FileList:
    """List the files of this production, with their sizes."""
    found = sandbox.files(ask.folder)
    listed = tuple(ListedFile(name=one.name, size_bytes=one.size_bytes) for one in found)
    return FileList(files=listed[:_LISTED], left_out=max(0, len(listed) - _LISTED))


def files_read(ask: FilesRead, *, sandbox: Sandbox) -> FileText:
    """Read a text file of this production, a part at a time.

    Raises:
        BadRequest: it is no text.
    """
    data = sandbox.read(ask.file, most_bytes=_MOST_BYTES)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise BadRequest(
            "File", ask.file, "It is no text. Look at media with edit_probe."
        ) from fault
    end = ask.first + ask.characters
    return FileText(text=text[ask.first : end], characters_left=max(0, len(text) - end))


def files_write(ask: FilesWrite, *, sandbox: Sandbox) -> FileKept:
    """Write a text file (txt, md, json, csv, srt, vtt) of this production; it is replaced.

    Raises:
        BadRequest: the name's ending is not that of a text.
    """
    if PurePosixPath(ask.file).suffix.lower() not in types.TEXTS:
        raise BadRequest("File name", ask.file, f"Texts end in one of {' '.join(types.TEXTS)}.")
    kept = sandbox.write(ask.file, ask.text.encode())
    return FileKept(name=kept.name, size_bytes=kept.size_bytes)


def files_move(ask: FilesMove, *, sandbox: Sandbox) -> FileKept:
    """Give a file of this production another name, which no file has yet."""
    moved = sandbox.move(ask.file, ask.to)
    return FileKept(name=moved.name, size_bytes=moved.size_bytes)


def files_delete(ask: FilesDelete, *, sandbox: Sandbox) -> FileGone:
    """Delete a file of this production, or an empty folder."""
    sandbox.delete(ask.file)
    return FileGone(name=ask.file)


FILES = (
    Tool.of(files_list, outside=True),
    Tool.of(files_read, outside=True),
    Tool.of(files_write, effect="keeps"),
    Tool.of(files_move, effect="keeps"),
    Tool.of(files_delete, effect="keeps"),
)
