"""Where a story plays: who looks at pages how, and what is done on every page alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from threading import Event

from flask import Flask
from playwright.sync_api import Locator, Page

from tests.browser.conftest import Look, Visit
from tests.support.axe import violations
from tests.support.clock import StillClock
from tests.support.words import Words
from vlms.jobs.worker import plan_recurring, run_due
from vlms.reactions import JOBS


@dataclass
class Scene:
    """Where the story plays: how its people look at pages, and what these say in their language."""

    visit: Visit
    look: Look
    say: Words
    folder: Path

    @property
    def product(self) -> str:
        return "Fundamentals" if self.look.language == "en" else "基礎"

    def day(self, day: date) -> str:
        """As pages write it."""
        is_english = self.look.language == "en"
        return f"{day.day} {day:%b} {day.year}" if is_english else f"{day:%Y}/{day.month}/{day.day}"

    def cell(self, row: Locator, heading: str) -> Locator:
        """What stands in a row under a heading, which small screens show beside it."""
        return row.locator(f'td[data-label="{self.say(heading)}"]')

    def enter(self, email: str) -> Page:
        """Somebody signs in, at a window of their own."""
        page = self.visit.signed_in(email, look=self.look)
        self.visit.choose_language(page, self.look)
        return page

    def check(self, page: Page) -> None:
        """The page can be used by everyone; nothing runs out of it."""
        page.wait_for_load_state()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url
        if self.look.has_script:
            found = violations(page)
            assert not found, found

    def save(self, page: Page, name: str) -> bytes:
        """Press what downloads a file, and read it."""
        with page.expect_download() as waiting:
            page.get_by_role("link", name=name, exact=True).first.click()
        file = self.folder / waiting.value.suggested_filename
        waiting.value.save_as(file)
        return file.read_bytes()

    def download(self, page: Page, form: str) -> bytes:
        page.locator("summary", has_text=self.say("Download")).first.click()
        return self.save(page, form)


def work_off(app: Flask, clock: StillClock) -> None:
    """What the worker would do by now."""
    with app.app_context():
        plan_recurring(JOBS, clock)
        run_due(JOBS, clock, Event())


def submit(page: Page) -> None:
    """Press the one button of a page's form."""
    page.locator("main form[method=post] button[type=submit]:visible").first.click()


def fill(page: Page, field: str, value: str) -> None:
    """Type a value, or choose it."""
    found = page.locator(f"#{field}")
    if found.evaluate("field => field.tagName") == "SELECT":
        found.select_option(value)
    else:
        found.fill(value)


def select(page: Page, chooser: str, words: str) -> None:
    """Choose the first option that holds these words."""
    option = page.locator(f"{chooser} option", has_text=words).first
    page.locator(chooser).select_option(value=option.get_attribute("value"))
