"""Short pages about lighthouses, for research that tests can check.

What they say is true but for `OLD_LEGENDS`, which contradicts the others on purpose.
"""

from collections.abc import Mapping

_PHAROS = """# The Pharos of Alexandria
The lighthouse of Alexandria stood on the island of Pharos, at the harbour of Egypt's Greek capital.
It was finished around 280 BC, under Ptolemy II, and was at least 100 metres tall.
## How it worked
A fire burned at the top by night. Arab travellers of the Middle Ages still described its three
storeys: a square base, an octagonal middle and a round tower.
## Its end
Earthquakes in 956, 1303 and 1323 brought it down. In 1477 the Sultan Qaitbay built a fort from its
stones. Divers found remains of it on the harbour's floor in 1994.
"""

_EDDYSTONE = """# Four towers on the Eddystone
The Eddystone rocks lie 14 kilometres off Rame Head in Cornwall. Henry Winstanley lit the first
lighthouse on them on 14 November 1698. It was the first on rocks in the open sea.
## Storm and fire
The Great Storm of November 1703 swept the tower away, and Winstanley with it. John Rudyard's tower
of oak followed in 1708 and burned in 1755.
## Smeaton's tower
John Smeaton shaped his tower like the trunk of an oak and dovetailed its blocks of granite. He used
hydraulic lime, which sets under water. It was lit on 16 October 1759 with 24 candles. The sea
undermined the rock beneath, so James Douglass built the present tower; it was lit in 1882 and is 49
metres tall.
"""

_FRESNEL = """# Fresnel's lens
Early lighthouses lost most of their light: mirrors of polished metal took in half of it or more.
In 1822 the French physicist Augustin-Jean Fresnel showed a lens made of rings of glass. Each ring
bends light a little more than the one inside it, so that a thin lens does the work of a thick one.
## First use
The lens was first used in the Cordouan lighthouse, at the mouth of the Gironde, on 25 July 1823.
Its light was seen more than 32 kilometres away. By the 1860s lenses of this kind stood all over the
world.
"""

_KEEPERS = """# The last keepers
A keeper trimmed the wick, wound the clockwork and kept a log. In 1907 the Swede Gustaf Dalén
patented a sun valve that lit a gas lamp at dusk and put it out at dawn. He received the Nobel Prize
in physics in 1912.
## Automation
The last manned lighthouse of England, North Foreland in Kent, was automated in 1998. In the United
States one light still has keepers by law: Boston Light, first lit in 1716.
"""

_LEGENDS = """# Old legends of the lights
This page collects what people tell each other about lighthouses.
The Pharos of Alexandria was built in 180 BC, some say, and was 300 metres tall. Smeaton's tower on
the Eddystone was first lit in 1859 according to a postcard sold in Plymouth.
## Of the lens
A tale has it that Fresnel's lens was first tried in the Thames in 1840.
"""

OLD_LEGENDS = "/article/old-legends"

ARTICLES: Mapping[str, str] = {
    "/article/pharos": _PHAROS,
    "/article/eddystone": _EDDYSTONE,
    "/article/fresnel": _FRESNEL,
    "/article/keepers": _KEEPERS,
    OLD_LEGENDS: _LEGENDS,
}
"""Texts by path: `# ` before a title, `## ` before a heading."""


def title(path: str) -> str:
    """An article's title."""
    return ARTICLES[path].splitlines()[0].removeprefix("# ")


def page(path: str) -> str:
    """An article as a web page, with the menu and the small print that pages have."""
    menu = "".join(f'<li><a href="{other}">{title(other)}</a></li>' for other in ARTICLES)
    return (
        f'<!doctype html><html lang="en"><head><title>{title(path)} – Lights</title></head><body>'
        f"<nav><ul>{menu}</ul></nav><main><article>{_body(path)}</article></main>"
        "<footer><p>Written for tests.</p></footer></body></html>"
    )


def _body(path: str) -> str:
    blocks, prose = list[str](), list[str]()

    def end_paragraph() -> None:
        if prose:
            blocks.append(f"<p>{' '.join(prose)}</p>")
            prose.clear()

    for line in ARTICLES[path].splitlines():
        mark, _, rest = line.partition(" ")
        if mark in {"#", "##"}:
            end_paragraph()
            blocks.append(f"<h{len(mark)}>{rest}</h{len(mark)}>")
        else:
            prose.append(line)
    end_paragraph()
    others = [other for other in ARTICLES if other != path]
    blocks.append(f'<p>Read on: <a href="{others[0]}">{title(others[0])}</a>.</p>')
    return "".join(blocks)
