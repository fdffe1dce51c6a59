"""The draft that a session has open: what it says, what was saved, what the canvas said last."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import streamlit as st

from ui import flow, forms
from ui.editing import document as documents
from ui.flow import Drawn
from ui.state import Studio
from vid_pipeline.acts import drafting
from vid_pipeline.acts.drafting import Estimate
from vid_pipeline.errors import BadRequest, Conflict, NotFound, UserError
from vid_pipeline.records import Draft, WorkflowVersion

CANVAS = "editor:canvas"
_KEY = "editor:open"


@dataclass
class OpenDraft:
    """`document` is what is drawn, `draft` what was saved last; a new `epoch` begins the canvas.

    They differ while something keeps it from being saved: somebody else has (`conflict`), it was
    discarded elsewhere (`gone`), or it cannot be kept as it is (`refused` says why).
    """

    draft: Draft
    document: dict[str, Any]
    epoch: int
    seq: int = 0
    conflict: str = ""
    gone: bool = False
    refused: str = ""
    faults: dict[str, list[str]] = field(default_factory=dict)
    estimate: Estimate | None = None
    looked_at: dict[str, Any] | None = None
    shown: tuple[str, ...] = ()
    turn: int = 0
    unfinished: bool = False

    @property
    def held(self) -> bool:
        """Whether what is drawn is kept from being saved, so that nothing may build on it."""
        return bool(self.conflict or self.gone or self.refused)

    def take(self, said: Drawn) -> None:
        """Take in what the canvas says; a message of a drawing that was replaced counts nothing.

        Forms of steps whose settings it brings begin anew, also if it brings what they began with.
        """
        graph = said.graph
        if graph is None or graph["epoch"] != self.epoch or graph["seq"] <= self.seq:
            return
        self.seq = graph["seq"]
        self.document = documents.merged(self.document, graph)
        if not graph["params"].keys().isdisjoint(self.shown):
            self._begin_forms()

    def form_key(self, step_id: str) -> str:
        """The key of the form of a step's settings, for as long as the step stays chosen."""
        return f"editor:set:{self.draft.id}:{step_id}:{self.turn}"

    def show(self, chosen: tuple[str, ...]) -> None:
        """Begin to draw for these steps; `finish` ends it.

        A widget of a run that was broken off may stand empty in the browser, while Streamlit
        believes that it was given its value: so the form's widgets are others after such a run.
        """
        if self.unfinished or chosen != self.shown:
            self._begin_forms()
        self.shown, self.unfinished = chosen, True

    def _begin_forms(self) -> None:
        """Draw the shown steps' forms anew, by other widgets.

        With whatever it says the browser sends what stands in each of its fields, also before it
        has heard that something else is to stand there: that must not count as typed.
        """
        for step_id in self.shown:
            forms.forget(self.form_key(step_id))
        self.turn += 1

    def finish(self) -> None:
        """All was drawn."""
        self.unfinished = False

    def set_params(self, step_id: str, params: Mapping[str, Any]) -> None:
        """Other settings of a step."""
        self.document = documents.with_params(self.document, step_id, params)

    def save(self, here: Studio) -> None:
        """Save what is drawn, if it says something new; what prevents it is kept, to be told."""
        if self.conflict or self.gone:
            return
        self.refused = ""
        if self.document == self.draft.document:
            return
        try:
            self.draft = drafting.save(
                here.db, here.user, self.draft.id, self.document, self.draft.revision
            )
        except Conflict as refused:
            self.conflict = str(refused)
        except NotFound:
            self.gone = True
        except UserError as refused:
            self.refused = str(refused)
        else:
            self.document = dict(self.draft.document)

    def publish(self, here: Studio, note: str = "") -> WorkflowVersion:
        """The version that becomes of what is drawn, and of nothing that somebody else has saved.

        Raises:
            Conflict: somebody has saved it since.
            NotFound: it was discarded.
            WorkflowError: it cannot run yet.
        """
        now = self.draft
        version = drafting.publish(here.shop, here.user, now.id, note, revision=now.revision)
        self.draft = drafting.get(here.db, here.user, now.id)
        return version

    def rename(self, here: Studio, title: str, said: str) -> None:
        """Save it under another title and description; what prevents it is kept as in `save`.

        Raises:
            UserError: the title is empty or the description too long; nothing was changed.
        """
        if not title.strip():
            raise BadRequest("Name", title, "Give it at least one letter.")
        before, self.document = self.document, {**self.document, "description": said}
        self.save(here)
        if self.refused:
            why, self.refused, self.document = self.refused, "", before
            raise UserError(why)
        if self.held:
            return
        now = self.draft
        try:
            self.draft = drafting.rename(here.db, here.user, now.id, title, now.revision)
        except Conflict as refused:
            self.conflict = str(refused)
        else:
            self.document = dict(self.draft.document)

    def look(self, here: Studio) -> None:
        """Find faults and an estimate anew, if the drawing has changed."""
        if self.looked_at == self.document:
            return
        self.faults = drafting.faults(here.shop, here.user, self.document)
        self.estimate = drafting.estimate(here.shop, here.user, self.document)
        self.looked_at = self.document

    def replace(self, draft: Draft) -> None:
        """Draw another revision, on a canvas that begins anew."""
        self.draft, self.document = draft, dict(draft.document)
        self.epoch, self.conflict, self.refused = self.epoch + 1, "", ""
        self.looked_at = None

    def catch_up(self, here: Studio) -> None:
        """Draw what was saved elsewhere, unless something here is not saved."""
        newest = self._newest(here)
        if newest is None or self.conflict or self.document != self.draft.document:
            return
        if newest.revision != self.draft.revision:
            self.replace(newest)
        self.draft = newest

    def take_theirs(self, here: Studio) -> None:
        """Draw what somebody else has saved."""
        newest = self._newest(here)
        if newest is not None:
            self.replace(newest)

    def keep_mine(self, here: Studio) -> None:
        """Save what is drawn over what somebody else has saved."""
        newest = self._newest(here)
        if newest is not None:
            self.draft, self.conflict = newest, ""
            self.save(here)

    def _newest(self, here: Studio) -> Draft | None:
        """What was saved last; None if it was discarded."""
        try:
            newest = drafting.get(here.db, here.user, self.draft.id)
        except NotFound:
            self.gone, self.conflict = True, ""
            return None
        self.gone = False
        return newest


def opened(here: Studio, slug: str | None, draft_id: str | None) -> OpenDraft | None:
    """The draft that the address names; None if it names none.

    Raises:
        NotFound: there is no such workflow or draft.
    """
    known: OpenDraft | None = st.session_state.get(_KEY)
    if known is not None and _is_meant(known.draft, slug, draft_id):
        known.catch_up(here)
        if not known.gone or known.document != known.draft.document:
            return known
    if draft_id is not None:
        draft = drafting.get(here.db, here.user, UUID(draft_id))
    elif slug is not None:
        draft = drafting.open_for(here.db, here.user, slug)
    else:
        return None
    epoch = known.epoch + 1 if known is not None else 1
    found = OpenDraft(draft, dict(draft.document), epoch)
    st.session_state[_KEY] = found
    return found


def left(here: Studio) -> None:
    """Save what was drawn last before somebody went to another page, if it is not saved yet."""
    known: OpenDraft | None = st.session_state.get(_KEY)
    if known is not None:
        known.take(flow.heard(CANVAS))
        known.save(here)


def _is_meant(draft: Draft, slug: str | None, draft_id: str | None) -> bool:
    if draft_id is not None:
        return str(draft.id) == draft_id
    return slug is not None and draft.slug == slug
