"""Every tool of this installation. To add one: write its module, add a line here."""

from assets.tools.arithmetic import CALCULATE
from assets.tools.asking import ASK_PERSON
from vid_pipeline.plugins import TOOL_GROUP, plugged
from vid_pipeline.tools import Tool, Toolbox

OWN = (CALCULATE, ASK_PERSON)
PLUGGED = plugged(TOOL_GROUP, Tool, taken=[tool.name for tool in OWN])
TOOLS = Toolbox([*OWN, *PLUGGED.found])
