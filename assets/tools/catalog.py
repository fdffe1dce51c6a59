"""Every tool of this installation. To add one: write its module, add a line here."""

from assets.tools.arithmetic import CALCULATE
from assets.tools.asking import ASK_PERSON
from assets.tools.ffmpeg import FFMPEG
from assets.tools.files import FILES
from assets.tools.media import MEDIA
from assets.tools.memory import MEMORY
from assets.tools.web import WEB
from vid_pipeline.plugins import TOOL_GROUP, plugged
from vid_pipeline.tools import Tool, Toolbox

OWN = (CALCULATE, ASK_PERSON, *WEB, *FILES, *FFMPEG, *MEDIA, *MEMORY)
PLUGGED = plugged(TOOL_GROUP, Tool, taken=[tool.name for tool in OWN])
TOOLS = Toolbox([*OWN, *PLUGGED.found])
