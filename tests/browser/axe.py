"""axe-core on a page: what it finds against WCAG 2.2, and nothing of what it finds in order."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

#: WCAG 2.2 A, AA, and the contrast of AAA; and what axe calls good practice.
OPTIONS = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    "rules": {"color-contrast-enhanced": {"enabled": True}},
    "resultTypes": ["violations"],
}
_SCRIPT = Axe().axe_script
# All that is in order goes through the wire too, unless it is left where it is: half of the time.
_VIOLATIONS = """options => axe.run(options).then(found => found.violations.map(
    rule => [rule.id, rule.nodes.slice(0, 2).map(node => [node.target, node.failureSummary])]))"""


def violations(page: Page) -> list[tuple[str, list[object]]]:
    """Returns the rules that a page breaks, each with the first two places where it does."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_SCRIPT)
    return [(rule, places) for rule, places in page.evaluate(_VIOLATIONS, OPTIONS)]
