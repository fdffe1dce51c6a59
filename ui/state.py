"""What the studio's pages work on, opened once a process: settings, database, artifact store."""

from dataclasses import dataclass
from uuid import UUID

import streamlit as st

from assets.catalog import CATALOG
from ui.installation import Installation
from vid_pipeline.acts import publishing
from vid_pipeline.acts.watching import Watch
from vid_pipeline.acts.workshop import Workshop
from vid_pipeline.settings import Settings
from vid_pipeline.store.database import ready

_CHOSEN = "production"


@dataclass(frozen=True)
class Studio(Installation):
    """The installation that the studio shows."""

    def watch(self, production: UUID) -> Watch:
        """A look at one production."""
        return Watch(self.db, self.user, production, self.store)


def _leave(left: Studio) -> None:
    left.db.close()


@st.cache_resource(show_spinner="Starting the database…", on_release=_leave)
def studio() -> Studio:
    """The installation that the environment names.

    Raises:
        StoreError: the database or the artifact store cannot be used.
    """
    settings = Settings.read()
    db = ready(settings)
    publishing.first_start(db)
    return Studio(Workshop.of(settings, db, CATALOG))


def chosen() -> str | None:
    """The production that the address names."""
    return st.query_params.get(_CHOSEN)


def choose(production: UUID) -> None:
    """Name a production in the address, so that it can be reloaded and shared."""
    st.query_params[_CHOSEN] = str(production)
