"""Every step kind of this installation. To add one: write its module, add a line here."""

from assets.agent.kind import AGENT
from assets.approving import APPROVE, APPROVE_EACH, ASK_PERSON, GIVEN
from assets.briefing import TAKE_BRIEF
from assets.captions import CAPTIONS
from assets.checking_facts import CHECK_FACTS
from assets.compose import RENDER
from assets.critiquing import CRITIQUE
from assets.delivery import DELIVER
from assets.editing import EDITING
from assets.metadata import WRITE_METADATA
from assets.music import MUSIC
from assets.provider_job import RUN_JOB
from assets.quality import CHECK_VIDEO
from assets.reading import READ_SOURCE
from assets.remembering import LEARN, RECALL, REMEMBER
from assets.researching import RESEARCH
from assets.scenes import ASSEMBLE_SCENES, REVISE_SCENE
from assets.storyboarding import STORYBOARD
from assets.tools.catalog import TOOLS as TOOLS
from assets.visuals import DRAW_SCENE
from assets.voice import NARRATE
from assets.writing import WRITE_SCRIPT
from vid_pipeline.kinds import Catalog, StepKind
from vid_pipeline.plugins import KIND_GROUP, plugged

OWN = (
    TAKE_BRIEF,
    READ_SOURCE,
    RESEARCH,
    WRITE_SCRIPT,
    CHECK_FACTS,
    CRITIQUE,
    WRITE_METADATA,
    STORYBOARD,
    NARRATE,
    DRAW_SCENE,
    MUSIC,
    CAPTIONS,
    RENDER,
    CHECK_VIDEO,
    DELIVER,
    REVISE_SCENE,
    ASSEMBLE_SCENES,
    APPROVE,
    APPROVE_EACH,
    ASK_PERSON,
    GIVEN,
    RUN_JOB,
    AGENT,
    *EDITING,
    RECALL,
    REMEMBER,
    LEARN,
)
PLUGGED = plugged(KIND_GROUP, StepKind, taken=[kind.name for kind in OWN])
CATALOG = Catalog([*OWN, *PLUGGED.found])
