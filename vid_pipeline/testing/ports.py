"""One fake of each port, together."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from vid_pipeline.artifacts import Brief
from vid_pipeline.cancel import CancelToken
from vid_pipeline.ports import Ports
from vid_pipeline.testing.browser import FakeBrowser
from vid_pipeline.testing.browsing import FakeBrowsing
from vid_pipeline.testing.conversation import FakeConversation
from vid_pipeline.testing.embeddings import FakeEmbeddings
from vid_pipeline.testing.jobs import FakeJobs
from vid_pipeline.testing.media_sources import FakeLibrary, FakeStock
from vid_pipeline.testing.memory import FakeMemory
from vid_pipeline.testing.outlets import FakeOutlets
from vid_pipeline.testing.production import FakeProduction
from vid_pipeline.testing.reviews import FakeReviews
from vid_pipeline.testing.sandbox import FakeSandbox
from vid_pipeline.testing.scripted_llm import ScriptedLLM
from vid_pipeline.testing.speech import FakeSpeech
from vid_pipeline.testing.store import FakeStore
from vid_pipeline.testing.trace import FakeTrace
from vid_pipeline.testing.web import FakeWeb


def fake_ports(folder: Path, **given: Any) -> Ports:
    """All ports as fakes, files in a folder; those given in their places."""
    store = FakeStore(folder / "store")
    fakes = Ports(
        llm=ScriptedLLM(),
        embeddings=FakeEmbeddings(),
        speech=FakeSpeech(),
        browser=FakeBrowser(),
        web=FakeWeb(),
        browsing=FakeBrowsing({}),
        store=store,
        sandbox=FakeSandbox(folder / "sandbox"),
        production=FakeProduction(Brief(name="a text"), folder / "delivered"),
        reviews=FakeReviews(),
        conversation=FakeConversation(),
        trace=FakeTrace(),
        jobs=FakeJobs(store),
        library=FakeLibrary(),
        stock=FakeStock(available=False),
        memory=FakeMemory(),
        outlets=FakeOutlets(),
        cancel=CancelToken(),
    )
    return replace(fakes, **given)
