"""What a page works on: the installation, as the user who looks at it."""

from dataclasses import dataclass
from uuid import UUID

import streamlit as st

from ui import files, identity, leading
from ui.calling import starts_open
from ui.identity import COOKIE, KNOWN, Identity
from ui.installation import Installation
from ui.shop import shop
from vid_pipeline.acts.door import Door
from vid_pipeline.acts.watching import Watch
from vid_pipeline.artifacts import MediaRef
from vid_pipeline.asking import Role

_CHOSEN = "production"
_WHO = "door:user"


@dataclass(frozen=True)
class Studio(Installation):
    """The installation as one user sees it."""

    role: Role = "creator"
    session: UUID | None = None

    @property
    def door(self) -> Door:
        """What accounts and sessions are changed through."""
        return Door(self.settings, self.db)

    def watch(self, production: UUID) -> Watch:
        """A look at one production."""
        return Watch(self.db, self.user, production, self.store)

    def url(self, ref: MediaRef, *, name: str = "") -> str:
        """Where the browser of this user gets a stored file; saved as `name` if there is one.

        Streamlit's own media files are closed, as they know no owner: `st.image`, `st.video`,
        `st.audio` and links are given this address.
        """
        return _origin() + files.address(self.db.keys, self.user, ref, name=name)


def studio() -> Studio:
    """The installation, as whoever this session belongs to.

    Raises:
        StoreError: the database or the artifact store cannot be used.
    """
    here, who = shop(), _identity()
    return Studio(here, who.user, role=who.role, session=who.session)


def _identity() -> Identity:
    """Looked up at every run of a page: a socket outlives the session that opened it."""
    door = Door(shop().settings, shop().db)
    cookie = st.context.cookies.get(COOKIE)
    token = cookie if isinstance(cookie, str) else None  # no browser, no cookies
    found = identity.by_session(door, token) or _local(door)
    if found is None:
        KNOWN.forget()  # or the gate leads them straight back
        leading.lead("/signin")
        raise AssertionError("the page ended before this")
    if st.session_state.setdefault(_WHO, found.user) != found.user:
        st.session_state.clear()  # the socket was taken up by somebody else
        st.session_state[_WHO] = found.user
    return found


def _local(door: Door) -> Identity | None:
    return identity.local(door) if starts_open(door.settings) else None


def _origin() -> str:
    url = st.context.url or ""
    return "/".join(url.split("/", 3)[:3])


def chosen() -> str | None:
    """The production that the address names."""
    return st.query_params.get(_CHOSEN)


def choose(production: UUID) -> None:
    """Name a production in the address, so that it can be reloaded and shared."""
    st.query_params[_CHOSEN] = str(production)
