"""`python -m bench.memory`: how well and how fast a brain recalls, and what it costs to fill.

Quality is measured on Cranfield (1400 abstracts, 225 questions), speed on synthetic memories: unit
vectors around weak centres, texts of words with Zipf's frequencies, users of 100k, 10k and 100.
"""

import argparse
import json
import math
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, median, quantiles
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt
import psycopg
from psycopg import Connection
from psycopg.conninfo import make_conninfo
from rich.console import Console
from rich.table import Table

from vid_pipeline.acts import remembering
from vid_pipeline.acts.remembering import Brain
from vid_pipeline.embedding import LocalEmbeddings
from vid_pipeline.memories import MAIN, digest
from vid_pipeline.settings import Settings, child_environment
from vid_pipeline.store import cluster, memory_search, server, users
from vid_pipeline.store.database import Database, opened
from vid_pipeline.store.memories import written

Vectors = npt.NDArray[np.float32]

SIZES = (100_000, 10_000, 100)
_CENTRES = 1000
_SPREAD = 1.5
_WORDS = 20_000
_TEXT_WORDS = 14
_ASKED_WORDS = 6
_TIMED = 100
_TOP = 10
_BUILT_IN = Path("examples/sources")
_COPY = """
copy vidp.memories (owner_id, channel, kind, body, body_sha, embedding) from stdin"""
_EXACT = """
select id from vidp.memories where owner_id = %(owner)s
order by embedding operator(public.<=>) %(vector)s::public.halfvec limit 10"""
_START = """
import time
began_s, cpu_s = time.perf_counter(), time.process_time()
from vid_pipeline.embedding import LocalEmbeddings
LocalEmbeddings().encode(["A ship carries boxes across the sea."])
print(time.perf_counter() - began_s, time.process_time() - cpu_s)"""


@dataclass(frozen=True)
class Speed:
    """One owner's recall; times in ms, of the whole act with row security, and without it."""

    owned: int
    recall10: float
    median_ms: float
    p95_ms: float
    bare_p95_ms: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cranfield", type=Path, help="folder of cran.all, cran.qry and qrels")
    parser.add_argument("--rows", type=int, default=1_000_000, help="synthetic memories in all")
    chosen = parser.parse_args()
    named = child_environment({}).get("VIDP_CRANFIELD")
    folder = chosen.cranfield or (Path(named) if named else None)
    with tempfile.TemporaryDirectory(prefix="bench-memory-") as temporary:
        settings = Settings(home=Path(temporary, "home"))
        try:
            with opened(settings) as db:
                found = _measured(db, folder, chosen.rows)
        finally:
            server.remove(settings.home)
    _print(found)
    print(json.dumps(found))


def _measured(db: Database, folder: Path | None, rows: int) -> dict[str, dict[str, object]]:
    figures: dict[str, dict[str, object]] = {}
    start_s, cpu_s = _start_s()
    figures["embeddings_start_s"] = _figure(start_s, "s", 0.5, lower=True) | {
        "peer": {"its CPU": round(cpu_s, 3)}
    }
    if folder is None:
        print(
            "No --cranfield and no VIDP_CRANFIELD: our own examples are asked for by their titles."
        )
        figures["examples_mrr"] = _figure(_examples(db), "")
    else:
        ndcg, written_per_s = _cranfield(db, folder)
        figures["cranfield_ndcg10"] = _figure(ndcg, "", 0.57)
        figures["remember_per_s"] = _figure(written_per_s, "1/s")
    owners, filled_per_s = _filled(db, rows)
    figures["copy_per_s"] = _figure(filled_per_s, "1/s")
    for speed in _speeds(db, owners):
        end = "" if speed.owned == max(owners) else f"_{speed.owned}"
        targets = (0.99, 100.0) if speed.owned <= SIZES[0] else (None, None)
        figures[f"recall10{end}"] = _figure(speed.recall10, "", targets[0])
        figures[f"p95_ms{end}"] = _figure(speed.p95_ms, "ms", targets[1], lower=True) | {
            "median": round(speed.median_ms, 1),
            "peer": {"without row security": round(speed.bare_p95_ms, 1)},
        }
    return figures


# --- quality -------------------------------------------------------------------------------


class _Known:
    """Vectors made in one go, then looked up: what is timed is the store."""

    def __init__(self, texts: Sequence[str], vectors: Vectors) -> None:
        self._vectors = dict(zip(texts, vectors, strict=True))

    def encode(self, texts: Sequence[str]) -> Vectors:
        return np.stack([self._vectors[text] for text in texts])


def _cranfield(db: Database, folder: Path) -> tuple[float, float]:
    """Mean nDCG@10 over the questions (a grade above 0 is relevant), and memories written a second.

    The abstracts repeat their titles; here a title is the heading, and stands there alone.
    """
    documents = [_document(one) for one in _entries(folder / "cran.all")]
    questions = [" ".join(one.split(".W\n", 1)[1].split()) for one in _entries(folder / "cran.qry")]
    texts = [f"{title}\n{body}" if title else body for title, body in documents] + questions
    brain = Brain(db, db.local_user, _Known(texts, LocalEmbeddings().encode(texts)), "cranfield")
    new = [
        remembering.checked(kind="document", heading=title, text=body, source={"part": number})
        for number, (title, body) in enumerate(documents, start=1)
    ]
    began_s = time.perf_counter()
    remembering.remember_all(brain, new)
    took_s = time.perf_counter() - began_s
    relevant = _relevant(folder / "qrels")
    gained = [
        _ndcg([one.source.part for one in remembering.recall(brain, asked, most=_TOP)], wanted)
        for number, asked in enumerate(questions, start=1)
        if (wanted := relevant.get(number))
    ]
    return fmean(gained), len(new) / took_s


def _entries(path: Path) -> list[str]:
    return re.split(r"^\.I \d+\n", path.read_text("utf-8"), flags=re.MULTILINE)[1:]


def _document(entry: str) -> tuple[str, str]:
    found = re.search(r"^\.T\n(.*?)^\.A", entry, re.DOTALL | re.MULTILINE)
    title = " ".join(found[1].split()) if found else ""
    body = " ".join(entry.split(".W\n", 1)[1].split())
    return title[:500].strip(), body.removeprefix(title).strip() or title or "(empty)"


def _relevant(path: Path) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for line in path.read_text("utf-8").splitlines():
        question, _, document, grade = line.split()
        if int(grade) > 0:
            found.setdefault(int(question), set()).add(int(document))
    return found


def _ndcg(given: Sequence[int | None], wanted: set[int]) -> float:
    gain = sum(1 / math.log2(at + 2) for at, one in enumerate(given[:_TOP]) if one in wanted)
    return gain / sum(1 / math.log2(at + 2) for at in range(min(_TOP, len(wanted))))


def _examples(db: Database) -> float:
    """Mean reciprocal rank of our own Markdown examples, asked for by their headings."""
    texts = {path.stem: path.read_text("utf-8") for path in sorted(_BUILT_IN.glob("*.md"))}
    brain = Brain(db, db.local_user, LocalEmbeddings(), "examples")
    parts = [
        (stem, heading, " ".join(body.split())[:1_500])
        for stem, text in texts.items()
        for heading, body in re.findall(r"^#+ (.+)\n((?:(?!^#).*\n)+)", text, re.MULTILINE)
        if len(body.split()) > 20
    ]
    remembering.remember_all(
        brain,
        [
            remembering.checked(kind="document", text=body, source={"document": stem})
            for stem, _, body in parts
        ],
    )
    ranks = []
    for stem, heading, _ in parts:
        found = remembering.recall(brain, heading, most=_TOP)
        places = [at for at, one in enumerate(found, start=1) if one.source.document == stem]
        ranks.append(1 / places[0] if places else 0.0)
    return fmean(ranks)


# --- speed ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Made:
    """Synthetic memories: vectors around centres, words by Zipf's law."""

    random: np.random.Generator
    centres: Vectors
    words: npt.NDArray[np.str_]
    often: npt.NDArray[np.float64]

    @classmethod
    def begin(cls) -> "_Made":
        random = np.random.default_rng(7)
        letters = np.array(list("bcdfghklmnprstvz"))
        vowels = np.array(list("aeiou"))
        parts = np.stack([random.choice(kind, _WORDS) for kind in (letters, vowels) * 4], axis=1)
        often = 1 / np.arange(1, _WORDS + 1)
        return cls(
            random,
            _unit(random.standard_normal((_CENTRES, 384)).astype(np.float32)),
            np.array(["".join(row) for row in parts]),
            often / often.sum(),
        )

    def vectors(self, count: int) -> Vectors:
        near = self.centres[self.random.integers(0, _CENTRES, count)]
        noise = self.random.standard_normal((count, 384)).astype(np.float32) / np.sqrt(384)
        return _unit(near + np.float32(_SPREAD) * noise.astype(np.float32))

    def texts(self, count: int, words: int) -> list[str]:
        drawn = self.random.choice(self.words, (count, words), p=self.often)
        return [" ".join(row) for row in drawn]


def _unit(vectors: Vectors) -> Vectors:
    unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


def _filled(db: Database, rows: int) -> tuple[dict[int, UUID], float]:
    """The owners whose recall is timed, by how much they have; and rows filled in a second.

    The rest belongs to others, 10k each. Rows of all owners come mixed, as they would in years.
    """
    timed = [size for size in SIZES if size < rows] or [rows]
    sizes = timed + [10_000] * max(0, (rows - sum(timed)) // 10_000)
    with db.service() as conn:
        owners = [users.add(conn, f"b{number}").id for number in range(len(sizes))]
    made = _Made.begin()
    order = made.random.permutation(np.repeat(np.arange(len(sizes)), sizes))
    began_s = time.perf_counter()
    with _superuser(db) as conn:
        for start in range(0, len(order), 20_000):
            part = order[start : start + 20_000]
            _copied(conn, [owners[at] for at in part], made)
            conn.commit()
        took_s = time.perf_counter() - began_s
        conn.autocommit = True
        for table in ("memories", "memory_codes", "memory_words"):
            conn.execute(f"vacuum (analyze) vidp.{table}")  # as autovacuum does by and by
    return {size: owners[at] for at, size in enumerate(timed)}, len(order) / took_s


def _copied(conn: Connection[Any], owners: Sequence[UUID], made: _Made) -> None:
    vectors = made.vectors(len(owners))
    texts = made.texts(len(owners), _TEXT_WORDS)
    with conn.cursor().copy(_COPY) as copy:
        for owner, text, vector in zip(owners, texts, vectors, strict=True):
            copy.write_row((owner, MAIN, "fact", text, digest(text), written(vector)))


def _speeds(db: Database, owners: dict[int, UUID]) -> Iterator[Speed]:
    made = _Made.begin()
    for size, owner in owners.items():
        asked = made.texts(_TIMED, _ASKED_WORDS)
        vectors = made.vectors(_TIMED)
        brain = Brain(db, owner, _Known(asked, vectors))

        def recall(at: int, brain: Brain = brain, asked: list[str] = asked) -> None:
            remembering.recall(brain, asked[at])

        with _superuser(db) as conn:
            conn.prepare_threshold = None
            exact = [_exact(conn, owner, vector) for vector in vectors]
            bare = _without_security(db, conn, owner, asked, vectors)
        recall(0)
        took_ms = _timed_ms(recall)
        yield Speed(
            size,
            recall10=fmean(_agreement(db, owner, exact, vectors)),
            median_ms=median(took_ms),
            p95_ms=_p95(took_ms),
            bare_p95_ms=_p95(bare),
        )


def _agreement(
    db: Database, owner: UUID, exact: Sequence[set[UUID]], vectors: Vectors
) -> Iterator[float]:
    """Which part of the exact nearest ten each search has found."""
    for wanted, vector in zip(exact, vectors, strict=True):
        with db.acting(owner) as conn:
            found = {one.id for one in memory_search.nearest(conn, MAIN, vector, most=_TOP)}
        yield len(found & wanted) / len(wanted)


def _exact(conn: Connection[Any], owner: UUID, vector: npt.NDArray[np.float32]) -> set[UUID]:
    values = {"owner": owner, "vector": written(vector)}
    return {row[0] for row in conn.execute(_EXACT, values)}


def _without_security(
    db: Database, conn: Connection[Any], owner: UUID, asked: Sequence[str], vectors: Vectors
) -> list[float]:
    """The same search as a role that row security does not hold, the owner as a condition."""
    signature = db.keys.signature(owner, conn.info.backend_pid)
    conn.execute(
        "select set_config('app.user_id', %s, false), set_config('app.signature', %s, false)",
        [str(owner), signature],
    )

    def search(at: int) -> None:
        memory_search.find(conn, MAIN, asked[at], vectors[at])

    search(0)
    return _timed_ms(search)


def _timed_ms(act: Callable[[int], object]) -> list[float]:
    took_ms = []
    for at in range(_TIMED):
        began_s = time.perf_counter()
        act(at)
        took_ms.append((time.perf_counter() - began_s) * 1000)
    return took_ms


def _start_s() -> tuple[float, float]:
    """Median wall and CPU of five processes, from importing the embeddings to a vector."""
    command = [sys.executable, "-c", _START]
    runs = [subprocess.run(command, capture_output=True, check=True).stdout for _ in range(5)]
    wall, cpu = zip(*(map(float, run.split()) for run in runs), strict=True)
    return median(wall), median(cpu)


def _superuser(db: Database) -> Connection[Any]:
    return psycopg.connect(make_conninfo("", **db.where(cluster.SUPERUSER)))


def _p95(values: Sequence[float]) -> float:
    return quantiles(values, n=20)[-1]


def _figure(
    value: float, unit: str, target: float | None = None, *, lower: bool = False
) -> dict[str, object]:
    found: dict[str, object] = {"value": round(value, 4), "unit": unit}
    if target is not None:
        met = value <= target if lower else value >= target
        found |= {"target": target, "pass": met}
    return found


def _print(figures: dict[str, dict[str, object]]) -> None:
    grid = Table("figure", "value", "target", "met", "beside")
    for name, figure in figures.items():
        target = figure.get("target", "")
        met = {True: "yes", False: "no"}.get(bool(figure["pass"]), "") if "pass" in figure else ""
        beside = {key: figure[key] for key in ("median", "peer") if key in figure}
        shown = f"{figure['value']} {figure['unit']}"
        grid.add_row(name, shown, str(target), met, str(beside or ""))
    Console().print(grid)


if __name__ == "__main__":
    main()
