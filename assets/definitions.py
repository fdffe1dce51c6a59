"""Composition root: where kinds, resources and stored workflows meet. The Dagster code location."""

from typing import Any

import dagster as dg
from dagster._core.definitions.repository_definition.repository_data import CachingRepositoryData

from assets.catalog import CATALOG
from assets.sensors import sensors
from resources.browser import BrowserResource
from resources.browsing import BrowsingResource
from resources.cancel import cancel_resource
from resources.embeddings import EmbeddingsResource
from resources.jobs import JobsResource
from resources.journal import JournalledLLMResource
from resources.library import LibraryResource
from resources.memory import MemoryResource
from resources.notices import senders
from resources.outlets import OutletsResource
from resources.pexels import PexelsResource
from resources.production import ProductionResource
from resources.recorder import recorder_resource
from resources.reviews import ReviewsResource
from resources.sandbox import SandboxResource
from resources.speech import EspeakSpeechResource
from resources.store import StoreResource
from resources.trace import TraceResource
from resources.watching import outside
from resources.web import WebResource
from vid_pipeline.cancel import CancelToken
from vid_pipeline.dagster_env import REPOSITORY
from vid_pipeline.graph.io_manager import ArtifactIOManager
from vid_pipeline.graph.repository import repository_data
from vid_pipeline.ports import Ports
from vid_pipeline.running import StepConversation
from vid_pipeline.settings import Settings
from vid_pipeline.store import workflows as published
from vid_pipeline.store.database import opened


def resources(settings: Settings) -> dict[str, Any]:
    """Every resource that steps may ask for, by its key; each fills the port of that name."""
    store = StoreResource.of(settings)
    ports = Ports(
        llm=JournalledLLMResource.of(settings),
        embeddings=EmbeddingsResource(),
        speech=EspeakSpeechResource(),
        browser=BrowserResource(executable=str(settings.chromium or "")),
        web=WebResource.of(settings),
        browsing=BrowsingResource.of(settings),
        store=store,
        sandbox=SandboxResource(),
        production=ProductionResource(),
        reviews=ReviewsResource(),
        conversation=StepConversation(),
        trace=TraceResource(),
        jobs=JobsResource.of(settings),
        library=LibraryResource(),
        stock=PexelsResource(url=settings.pexels_url),
        memory=MemoryResource(),
        outlets=OutletsResource(),
        cancel=CancelToken(),
    )
    return vars(ports) | {
        "cancel": cancel_resource,
        "conversation": dg.ResourceDefinition.hardcoded_resource(StepConversation()),
        "recorder": recorder_resource(CATALOG),
        "io_manager": dg.IOManagerDefinition.hardcoded_io_manager(
            ArtifactIOManager(store.objects),
            "Artifacts as JSON in the artifact store.",
        ),
    }


@dg.repository(name=REPOSITORY)  # type: ignore[arg-type]  # lazy data is taken, not declared
def workflows() -> CachingRepositoryData:
    """Every published workflow version of every user, as a job built when it is asked for."""
    settings = Settings.read()
    with opened(settings) as db, db.service() as conn:
        versions = published.published(conn)
    return repository_data(
        versions, CATALOG, resources=resources(settings), sensors=sensors(senders, outside)
    )
