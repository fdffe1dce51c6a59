"""What axe-core finds on a page: the faults that keep people with disabilities out."""

from importlib.resources import files
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

_AXE = Path(str(files("axe_playwright_python") / "axe.min.js"))
_SERIOUS = ("serious", "critical")
_NOT_OURS = (
    # The menu of a narrow window puts <div> between its <ul> and <li>.
    ("list", "[data-testid=stSidebarNavItems]"),
    ("listitem", "[data-testid=stSidebarNavItems]"),
)
"""Rule and selector of findings in Streamlit's own markup that no page of ours can change."""
_RUN = """
async ({excused, serious}) => {
    const found = await axe.run(document, {resultTypes: ["violations"], elementRef: true});
    const excuses = (rule, element) => excused.some(
        ([name, selector]) => name === rule && element && element.closest(selector));
    return found.violations.filter((one) => serious.includes(one.impact)).flatMap((one) =>
        one.nodes.filter((node) => !excuses(one.id, node.element)).map((node) => ({
            rule: one.id,
            help: one.help,
            html: node.html,
            summary: node.failureSummary ?? "",
        })));
}"""


def faults(page: Page) -> list[str]:
    """The serious and critical findings of a page as it is now, each with its element."""
    if not page.evaluate("() => Boolean(window.axe)"):
        page.evaluate(_AXE.read_text(encoding="utf-8"))
    asked = {"excused": [list(one) for one in _NOT_OURS], "serious": list(_SERIOUS)}
    found: list[dict[str, Any]] = page.evaluate(_RUN, asked)
    return list(dict.fromkeys(_told(one) for one in found))


def _told(one: dict[str, Any]) -> str:
    summary = " ".join(str(one["summary"]).split())
    return f"{one['rule']}: {one['help']}. {one['html'][:300]} ({summary[:300]})"
