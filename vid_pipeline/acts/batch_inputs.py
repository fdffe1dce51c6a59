"""What batches are made of: inputs from a table, from JSON lines or from files."""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from vid_pipeline.acts.briefs import Upload, Wishes, is_url, pasted
from vid_pipeline.batch_records import Variant
from vid_pipeline.errors import BadSource

MOST = 5000
_DEFAULTS = Wishes()
_WISHES = ("aspect", "seconds", "voice", "language", "hook")


@dataclass(frozen=True)
class Input:
    """One source, and how its video shall be; or, in `fault`, why there is none."""

    title: str
    source: str | Upload = ""
    wishes: Wishes = _DEFAULTS
    fault: str | None = None


def from_csv(data: bytes, name: str) -> list[Input]:
    """Rows of a table with a column `text` or `url`; further ones are wishes and `title`.

    Raises:
        BadSource: no such table. A row that cannot be used is an input with a fault.
    """
    try:
        lines = csv.DictReader(io.StringIO(data.decode("utf-8-sig")), restkey="", restval="")
        rows = [{str(k).strip().lower(): v for k, v in row.items()} for row in lines]
    except (UnicodeDecodeError, csv.Error) as fault:
        raise BadSource(name, "it is no table in CSV and UTF-8", "Export it anew.") from fault
    if rows and not {"text", "url"} & rows[0].keys():
        raise BadSource(name, "it has neither a column text nor url", "Name one of them so.")
    return _counted(name, [_of(row, f"line {n}") for n, row in enumerate(rows, start=2)])


def from_json_lines(data: bytes, name: str) -> list[Input]:
    """A JSON object a line, with the members that a table has columns of.

    Raises:
        BadSource: not UTF-8, or nothing in it.
    """
    try:
        lines = data.decode("utf-8-sig").split("\n")  # other ends of lines may be in a text
    except UnicodeDecodeError as fault:
        raise BadSource(name, "it is not in UTF-8", "Save it so.") from fault
    found = list[Input]()
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            row = None
        where = f"line {number}"
        if isinstance(row, dict):
            found.append(_of(row, where))
        else:
            found.append(Input(where, fault=f"{where} is no JSON object."))
    return _counted(name, found)


def from_rows(rows: Iterable[Mapping[str, Any]]) -> list[Input]:
    """Sources with their wishes, each with the members that a table has columns of."""
    return [_of(row, f"input {number}") for number, row in enumerate(rows, start=1)]


def from_upload(name: str, data: bytes) -> list[Input]:
    """What a file holds: a table in .csv, JSON lines in .jsonl, or else one text.

    Raises:
        BadSource: no such table, or nothing in it.
    """
    suffix = f".{name.rpartition('.')[2].lower()}"
    reader = {".csv": from_csv, ".jsonl": from_json_lines}.get(suffix)
    return reader(data, name) if reader else from_files([Upload(name, data)])


def from_files(files: Iterable[Upload]) -> list[Input]:
    """A file each."""
    return [Input(one.name, one) for one in files]


def varied(one: Input, variant: Variant) -> Wishes:
    """An input's wishes in a variant."""
    over = {name: getattr(variant, name) for name in (*_WISHES, "title")}
    return replace(one.wishes, **{name: value for name, value in over.items() if value is not None})


def _of(row: Mapping[str, Any], where: str) -> Input:
    text, url = (str(row.get(name) or "").strip() for name in ("text", "url"))
    title = str(row.get("title") or "").strip()
    if not text and not is_url(url):
        return Input(title or where, fault=f"{where} has neither a text nor a web address.")
    wishes: dict[str, Any] = {k: str(row[k]).strip() for k in _WISHES if row.get(k)}
    try:
        seconds = {"seconds": int(wishes["seconds"])} if "seconds" in wishes else {}
    except ValueError:
        return Input(title or where, fault=f"{where}: {wishes['seconds']!r} are no seconds.")
    source = pasted(text) if text else url
    name = title or (source if isinstance(source, str) else source.name)
    return Input(name, source, Wishes(**(wishes | seconds), title=title or None))


def _counted(name: str, found: list[Input]) -> list[Input]:
    if not found:
        raise BadSource(name, "there is nothing in it", "Give one input at least.")
    if len(found) > MOST:
        raise BadSource(name, f"it has {len(found)} inputs", f"Give {MOST} at most.")
    return found
