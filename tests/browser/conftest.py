"""A real server on loopback and a real Chromium; both databases."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol, runtime_checkable

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect
from werkzeug.serving import make_server

from tests.support.chromium import missing_reason, open_browser

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

SCREENSHOTS = Path("screenshots")
expect.set_options(timeout=10_000)


@runtime_checkable
class Closing(Protocol):
    def close(self) -> None: ...


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    reason = missing_reason()
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker(pytest.mark.browser)
            if reason:
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with open_browser() as found:
        yield found


@pytest.fixture
def site(app: Flask) -> Iterator[str]:
    """The address at which the application answers while the test runs."""
    # A line per request would bury what a failed test has to say.
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    server = make_server("127.0.0.1", 0, _answering_whole(app), threaded=True)
    address = f"http://127.0.0.1:{server.server_port}"
    settings = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(settings, base_url=address)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield address
    server.shutdown()
    thread.join()
    app.config["SETTINGS"] = settings


def _answering_whole(app: Flask) -> Callable[..., list[bytes]]:
    """Every file is closed before it is sent: this server forgets to when the browser hangs up."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        body = app(environ, start_response)
        try:
            return [b"".join(body)]
        finally:
            if isinstance(body, Closing):
                body.close()

    return answer


@pytest.fixture
def visit(browser: Browser, site: str) -> Iterator[Visit]:
    visiting = Visit(browser, site)
    yield visiting
    visiting.close()


@dataclass(frozen=True)
class Look:
    """How somebody looks at pages: language, width in pixels, colours, with or without scripts."""

    language: str = "en"
    width: int = 1280
    scheme: Literal["light", "dark"] = "light"
    has_script: bool = True

    def __str__(self) -> str:
        return f"{self.language}-{self.width}-{self.scheme}{'' if self.has_script else '-plain'}"


class Visit:
    """Opens windows: each a person of their own, with language and width."""

    def __init__(self, browser: Browser, site: str) -> None:
        self.browser, self.site = browser, site
        self.contexts: list[BrowserContext] = []
        self.complaints: list[str] = []

    def window(self, language: str = "en", width: int = 1280, look: Look | None = None) -> Page:
        look = look or Look(language, width)
        context = self.browser.new_context(
            base_url=self.site,
            locale=look.language,
            viewport={"width": look.width, "height": 900},
            color_scheme=look.scheme,
            java_script_enabled=look.has_script,
            accept_downloads=True,
        )
        self.contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on("console", lambda said: self._hear(page, said.type, said.text))
        return page

    def _hear(self, page: Page, kind: str, text: str) -> None:
        if kind != "error" or "status of 4" in text:
            return
        if text.startswith("htmx:sendAbort"):
            # Whoever leaves a page ends what it was asking for; htmx says it in two lines.
            assert "htmx:afterRequest" in self.complaints.pop()
            return
        self.complaints.append(f"{page.url}: {text}")

    def signed_in(
        self, email: str, password: str = "a long password", look: Look | None = None
    ) -> Page:
        page = self.window(look=look)
        page.goto("/sign-in")
        page.locator("#email").fill(email)
        page.locator("#password").fill(password)
        page.locator("main form button[type=submit]").click()
        return page

    def choose_language(self, page: Page, look: Look) -> None:
        """The language of the look, for whoever has chosen another."""
        word = "en" if look.language == "en" else "zh_Hant_TW"
        page.goto("/rules")
        page.locator(f'button[name=language][value="{word}"]:visible').first.click()

    def close(self) -> None:
        for context in self.contexts:
            context.close()
        assert not self.complaints, self.complaints
