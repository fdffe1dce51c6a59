"""`vidp make` from a text to a file, as people run it."""

import json
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.command_line import started, vidp
from vid_pipeline.acts import branding
from vid_pipeline.acts.branding import Draft
from vid_pipeline.brand_records import BrandKit
from vid_pipeline.settings import Settings
from vid_pipeline.store import productions, server
from vid_pipeline.store.database import opened

pytestmark = [pytest.mark.e2e, pytest.mark.media, pytest.mark.browser]

TEXT = """# Why tides turn

The moon pulls the sea towards it, and the sea rises on both sides of the earth. Twice a day the
water climbs the beach, and twice a day it falls back again. In the Bay of Fundy the difference
reaches 16 metres, which is the height of a five-storey house. Sailors have kept tables of the
tides for more than 700 years. Today power stations turn the same movement into electricity.
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("made")
    yield folder
    server.remove(folder)


@pytest.fixture(scope="module")
def article(home: Path) -> Path:
    source = home / "tides.md"
    source.write_text(TEXT, encoding="utf-8")
    return source


def test_a_text_becomes_a_video_and_the_second_time_nothing_is_made_anew(
    home: Path, article: Path
) -> None:
    order = ("make", article, "--seconds", "15", "--json")
    first = vidp(*order, "--out", home / "new" / "first.mp4", home=home)
    assert first.returncode == 0, first.stderr
    made = json.loads(first.stdout)
    assert made["ok"]
    assert made["checks_failed"] == []
    assert Path(made["video"]).stat().st_size == made["size_bytes"]
    assert {path.name for path in Path(made["folder"]).iterdir()} >= {"video.mp4", "captions.srt"}

    second = json.loads(vidp(*order, "--out", home / "second.mp4", home=home).stdout)
    assert second["steps"] == {"total": 11, "reused": 9}
    assert second["scenes"]["reused"] == second["scenes"]["total"]
    assert (home / "second.mp4").read_bytes() == (home / "new" / "first.mp4").read_bytes()


def test_a_video_opens_with_the_line_it_is_given_in_the_colours_of_its_channel(
    home: Path, article: Path
) -> None:
    with opened(Settings(home=home)) as db:
        branding.add(db, db.local_user, Draft("Salt & Light", kit=BrandKit(intro="Salt & Light")))
    order = ("make", article, "--seconds", "15", "--json")
    hook = "Twice a day, the sea forgets where the beach is."
    target = home / "hooked.mp4"
    wishes = ("--hook", hook, "--channel", "salt & light", "--out", target)
    done = vidp(*order, *wishes, home=home)
    assert done.returncode == 0, done.stderr
    made = json.loads(done.stdout)
    manifest = json.loads((Path(made["folder"]) / "manifest.json").read_text(encoding="utf-8"))
    first, second = manifest["sentences"][:2]
    assert (first["text"], first["role"], first["source_sentence"]) == (hook, "hook", None)
    assert second["source_sentence"] in " ".join(TEXT.split())
    with opened(Settings(home=home)) as db, db.acting(db.local_user) as conn:
        brief = productions.recent(conn, 1)[0].brief
    assert brief.brand is not None
    assert (brief.brand.channel, brief.hook) == ("salt-light", hook)
    nobody = vidp(*order, "--channel", "boats", home=home)
    assert (nobody.returncode, "salt-light" in nobody.stdout) == (2, True)


def test_ctrl_c_leaves_nothing_half_written_and_nobody_running(home: Path, article: Path) -> None:
    target = home / "stopped.mp4"
    process = started("make", article, "--seconds", "60", "--fresh", "--out", target, home=home)
    worker = _worker_of(process.pid)
    family = [worker, *_until_children(worker)]
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130, err
    assert err.decode().splitlines()[-1].startswith("error: Stopped.")
    assert not [path for path in home.iterdir() if "stopped" in path.name]
    assert not [member for member in family if member.is_running()]
    with opened(Settings(home=home)) as db, db.acting(db.local_user) as conn:
        assert productions.recent(conn, 1)[0].state == "cancelled"


def test_a_failing_step_is_named_with_its_log(home: Path, article: Path) -> None:
    done = vidp("make", article, "--voice", "nobody-at-all", "--json", home=home)
    error = json.loads(done.stdout)["error"]
    assert done.returncode == 2
    assert error["step"] == "narration"
    assert "nobody-at-all" in error["message"]
    assert Path(error["log"]).exists()


def test_a_text_that_is_too_short_fails_its_step_and_is_the_callers(home: Path) -> None:
    short = home / "ten.txt"
    short.write_text("Only ten words stand here, and that is not enough.", encoding="utf-8")
    done = vidp("make", short, home=home)
    errors = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    assert done.returncode == 2, done.stderr
    assert len(errors) == 1
    assert "'article'" in errors[0]
    assert "at least 40 words" in errors[0]
    assert "Traceback" not in done.stderr


def _worker_of(pid: int) -> psutil.Process:
    """The worker that a command has started, once it is there."""
    deadline_s = time.monotonic() + 60
    while time.monotonic() < deadline_s:
        for child in psutil.Process(pid).children():
            if "assets.worker" in child.cmdline():
                return child
        time.sleep(0.1)
    pytest.fail("no worker was started")


def _until_children(worker: psutil.Process) -> list[psutil.Process]:
    """What a worker has started, once it has started something: it is at work then."""
    deadline_s = time.monotonic() + 90
    while time.monotonic() < deadline_s:
        if children := worker.children(recursive=True):
            return children
        time.sleep(0.1)
    pytest.fail("the worker started nothing")
