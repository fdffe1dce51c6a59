"""Step kinds and agents' tools as creators know them: names, one line of help, icons, colours."""

from dataclasses import dataclass

from ui import texts
from vid_pipeline.acts.following import title_of
from vid_pipeline.kinds import Catalog
from vid_pipeline.tools import Tool

_t = texts.of("kinds")
_OTHER, _ICON = "other", "extension"
NESTED = "nested"
COLOURS = {
    "start": "#64748b",
    "write": "#0e8a7d",
    "picture": "#d97706",
    "sound": "#7c5cd6",
    "people": "#b4532a",
    "video": "#2f6fde",
    "edit": "#c2417c",
    "memory": "#8a6d1f",
    NESTED: "#0f7fa8",
    _OTHER: "#6b7280",
}

TYPE_COLOURS = {
    "Brief": "#64748b",
    "Article": "#a16207",
    "Research": "#4d7c0f",
    "Script": "#0e8a7d",
    "FactCheck": "#15803d",
    "Critique": "#b91c6b",
    "Metadata": "#0f7fa8",
    "Memories": "#8a6d1f",
    "Storyboard": "#d97706",
    "Scene": "#ea580c",
    "Drawing": "#ca3a5c",
    "Narration": "#7c5cd6",
    "Music": "#a855c7",
    "Captions": "#4f6bed",
    "Video": "#2f6fde",
    "QualityReport": "#0891b2",
    "Clip": "#c2417c",
    "Sound": "#9333ea",
    "Still": "#be185d",
    "Record": "#0d9488",
}


@dataclass(frozen=True)
class Shown:
    """How a kind or a tool is shown; `icon` is a Material symbol."""

    title: str
    help: str
    icon: str
    category: str = _OTHER

    @property
    def colour(self) -> str:
        return COLOURS.get(self.category, COLOURS[_OTHER])


def shown(kind: str, catalog: Catalog | None = None) -> Shown:
    """How a kind is shown; one that we have no words for, by what it says of itself."""
    if kind in _told() - {"categories", "types"}:
        told = _t.table(kind)
        return Shown(told["title"], told["help"], told["icon"], told["category"])
    if catalog is not None and kind in catalog:
        return Shown(title_of(kind), catalog[kind].summary, _ICON)
    return Shown(title_of(kind), _t("missing"), "help")


def of_step(step: str, kind: str, catalog: Catalog | None = None) -> Shown:
    """How a step is shown: by its own name; its help says of what kind it is, if that is another.

    Everything that names steps does it so.
    """
    known, title = shown(kind, catalog), title_of(step)
    told = known.help if title == known.title else f"{known.title}. {known.help}"
    return Shown(title, told, known.icon, known.category)


def tool_shown(tool: Tool) -> Shown:
    """How an agent's tool is shown."""
    key = f"tool_{tool.name}"
    if key in _told():
        told = _t.table(key)
        return Shown(told["title"], told["help"], told["icon"])
    return Shown(title_of(tool.name), tool.spec.description.splitlines()[0], _ICON)


def _told() -> frozenset[str]:
    return _t.keys()


def nested_shown(title: str, description: str) -> Shown:
    """How a workflow is shown that is a step of another one."""
    return Shown(title, description or _t("nested_help"), "account_tree", NESTED)


def categories() -> dict[str, str]:
    """Titles of the categories, in the order they are offered in."""
    return _t.table("categories")


def type_label(name: str) -> str:
    """What people call a type of artifact: `QualityReport` → `quality report`."""
    known = _t.table("types").get(name)
    if known is not None:
        return known
    return "".join(f" {sign.lower()}" if sign.isupper() else sign for sign in name).strip()
