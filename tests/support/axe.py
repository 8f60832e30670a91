"""Asks axe-core whether a page can be used by everyone (WCAG 2.2 A and AA)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

_SOURCE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text("utf-8")
# Only what is wrong is worked out in full; nothing of ours plays or turns, for which axe would
# load each style sheet once more.
_TOLD = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],
    "preload": False,
}
# A button that has just been enabled is on its way from one colour to the other.
_SETTLED = """() => Promise.all(document.getAnimations()
    .filter(one => Number.isFinite(one.effect.getComputedTiming().endTime))
    .map(one => one.finished.catch(() => null))).then(() => null)"""


def violations(page: Page) -> list[str]:
    """What axe finds on the page as it stands, one line each."""
    page.evaluate(_SETTLED)
    page.evaluate(_SOURCE)
    found: dict[str, Any] = page.evaluate("told => axe.run(document, told)", _TOLD)
    return [
        f"{page.url} {one['id']}: {node['html'][:160]} ({node.get('failureSummary', '')[:200]})"
        for one in found["violations"]
        for node in one["nodes"]
    ]
