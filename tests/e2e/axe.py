"""What axe has against a page."""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],  # to describe what is right takes as long as to look for what is wrong
}


def find_violations(page: Page, rules: dict[str, Any]) -> list[str]:
    """What axe has against a page, with the element."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    violations = page.evaluate("rules => axe.run(document, rules).then((found) => found.violations)", rules)
    return [f"{violation['id']} {node['html']}" for violation in violations for node in violation["nodes"]]
