"""What the page is about: a production as it stands, and who looks at it."""

from dataclasses import dataclass

from ui import texts
from ui.live.production import Phase, phase_of
from ui.live.routes import address
from ui.state import Studio
from vid_pipeline.acts.following import title_of
from vid_pipeline.acts.results import manifest_of
from vid_pipeline.acts.watching import Sight
from vid_pipeline.records import Production, WorkflowVersion
from vid_pipeline.workflow import id_in, item_in

_t = texts.of("run")


@dataclass(frozen=True)
class Shown:
    """A production in the eyes of its owner."""

    here: Studio
    version: WorkflowVersion
    sight: Sight

    @property
    def production(self) -> Production:
        return self.sight.production

    @property
    def phase(self) -> Phase:
        return phase_of(self.production)

    @property
    def events(self) -> str:
        """Where the browser hears what happens, until this page is to be drawn anew."""
        return address(self.production.id, self.phase)

    @property
    def name(self) -> str:
        """What was wished, else what was delivered, else what it is made from."""
        brief, manifest = self.production.brief, manifest_of(self.production)
        return brief.title or (manifest.title if manifest else brief.name)

    def key(self, *parts: str) -> str:
        """A widget's key: of this page and this production alone."""
        return ":".join(["run", str(self.production.id), *parts])


def dollars(usd: float) -> str:
    """What something costs, in words."""
    if usd <= 0:
        return _t("free")
    return f"${usd:.2f}" if usd >= 0.01 else "<$0.01"


def step_name(key: str) -> str:
    """What people call a step, or one item of it, by its key."""
    title, item = title_of(id_in(key)), item_in(key)
    return _t("item", title=title, item=item) if item else title
