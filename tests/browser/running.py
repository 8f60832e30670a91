"""Looks whether a page runs what it should only show."""

from __future__ import annotations

from playwright.sync_api import Dialog, Page

from tests.browser.conftest import Visit

_LISTENS = """
window.__told = [];
window.ran = () => { window.__told.push("ran"); };
window.alert = window.ran;
document.addEventListener("securitypolicyviolation", event =>
  window.__told.push(`${event.violatedDirective}: ${event.blockedURI}`));
"""
_TOLD = """() => [
  ...window.__told,
  ...[...document.querySelectorAll("[data-ran]")].map(one => `markup: ${one.outerHTML}`),
  ...[...document.querySelectorAll("a, form, iframe")]
    .map(one => one.href || one.action || one.srcdoc || "")
    .filter(at => /^\\s*javascript:/i.test(String(at)))
]"""


def listen(visit: Visit, page: Page) -> None:
    """Have the page say what ran, what the policy stopped, and what became markup."""
    page.add_init_script(_LISTENS)
    page.on("dialog", lambda dialog: _hear(visit, dialog))


def told(page: Page) -> list[str]:
    """What this page ran, or would have run without the policy."""
    page.wait_for_load_state()
    found: list[str] = page.evaluate(_TOLD)
    return [f"{page.url}: {one}" for one in found]


def _hear(visit: Visit, dialog: Dialog) -> None:
    visit.complaints.append(f"dialog: {dialog.message}")
    dialog.dismiss()
