"""Pictures of every page of the demo, and contact sheets of them: `make screenshots`.

Everyone of the demo is signed in, every link is followed, and a page of each shape is taken
in both languages and both widths into `screenshots/` (dark where asked for). The sheets
`sheet-….png` show them side by side; look at them before a release.
"""

from __future__ import annotations

import argparse
import re
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade as run_upgrade
from playwright.sync_api import Browser, BrowserContext, Page
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.support.chromium import open_browser
from tests.support.crawling import places
from tests.support.pages import CheckingClient
from vlms.app import create_app
from vlms.core.clock import system_clock
from vlms.core.keys import make_key_ring, write_keys
from vlms.demo.cast import PASSWORD
from vlms.demo.cli import play, set_stage
from vlms.settings import read_settings

FOLDER = Path("screenshots")
LANGUAGES = ("en", "zh-TW")
WIDTHS = (1280, 390)
MORE_OF = {"/orders/…": 9, "/codes/…": 9, "/batches/…": 3, "/agreements/…": 4}


@dataclass(frozen=True)
class Look:
    """How pages are looked at."""

    is_dark: bool
    widths: tuple[int, ...]


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--dark", action="store_true", help="the dark colours")
    wanted.add_argument("--only", default="", help="who: part of an address of the demo")
    wanted.add_argument("--page", default="", help="which: a pattern for addresses")
    wanted.add_argument("--width", type=int, choices=WIDTHS, help="one width; else both")
    asked = wanted.parse_args()
    look = Look(asked.dark, (asked.width,) if asked.width else WIDTHS)
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    with _demo() as (app, site), open_browser() as browser:
        for email, found in places(app, 1, MORE_OF).items():
            pages = [each for each in found if re.search(asked.page, each)]
            if pages and asked.only in email:
                _take(browser, site, email, pages, look)
        _contact_sheets(browser)


@contextmanager
def _demo() -> Iterator[tuple[Flask, str]]:
    """The application with the demo's data, and the address at which it answers."""
    with tempfile.TemporaryDirectory() as folder:
        write_keys(Path(folder) / "keys.json", make_key_ring())
        settings = replace(read_settings({"VLMS_INSTANCE": folder}), demo=True)
        app = create_app(settings)
        app.test_client_class = CheckingClient
        with app.app_context():
            run_upgrade()
            play(set_stage(system_clock()))
        server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Silent)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield app, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


class _Silent(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing: the pictures are what is told."""


def _take(browser: Browser, site: str, email: str, pages: list[str], look: Look) -> None:
    for language in LANGUAGES:
        context = _sign_in(browser, site, email, language, look)
        page = context.pages[0]
        for address in pages:
            page.goto(site + address)
            for width in look.widths:
                _picture(page, _name(email, address, language, width), width)
        context.close()


def _sign_in(browser: Browser, site: str, email: str, language: str, look: Look) -> BrowserContext:
    context = browser.new_context(
        locale=language,
        color_scheme="dark" if look.is_dark else "light",
        viewport={"width": WIDTHS[0], "height": 900},
    )
    page = context.new_page()
    page.goto(f"{site}/sign-in")
    page.locator("#email").fill(email)
    page.locator("#password").fill(PASSWORD)
    page.locator("main form button[type=submit]").click()
    page.goto(f"{site}/my/account")
    page.locator(f'footer button[value="{"en" if language == "en" else "zh_Hant_TW"}"]').click()
    return context


def _picture(page: Page, name: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    if page.locator("canvas").count():
        page.wait_for_timeout(800)  # a chart follows its page a moment later
    page.screenshot(path=FOLDER / f"{name}.png", full_page=True)


def _name(email: str, address: str, language: str, width: int) -> str:
    path = re.sub(r"[^a-z0-9]+", "-", address.lower().replace("/o/", "")).strip("-")
    return f"{language}-{width}-{email.split('.')[0].replace('@', '-at-')}-{path[:80]}"


def _contact_sheets(browser: Browser, on_a_sheet: int = 8) -> None:
    """Pages side by side with their names, a sheet for some of each language and width."""
    page = browser.new_page(viewport={"width": 2000, "height": 1200})
    for language in LANGUAGES:
        for width in WIDTHS:
            taken = sorted(FOLDER.glob(f"{language}-{width}-*.png"))
            for start in range(0, len(taken), on_a_sheet):
                _sheet(page, taken[start : start + on_a_sheet])
                name = f"sheet-{language}-{width}-{start // on_a_sheet:02}.png"
                page.screenshot(path=FOLDER / name, full_page=True)
    page.close()


def _sheet(page: Page, taken: list[Path]) -> None:
    figures = "".join(
        f'<figure><figcaption>{escape(one.stem)}</figcaption><img src="{one.name}"></figure>'
        for one in taken
    )
    source = (
        "<style>body{margin:8px;display:grid;grid-template-columns:repeat(4,1fr);gap:8px;"
        "font:12px sans-serif;align-items:start}figure{margin:0}img{width:100%;max-height:1100px;"
        "object-fit:cover;object-position:top;border:1px solid #888}</style>" + figures
    )
    sheet = FOLDER / "sheet.html"
    sheet.write_text(f'<!doctype html><meta charset="utf-8">{source}', "utf-8")
    page.goto(sheet.absolute().as_uri(), wait_until="load")
    sheet.unlink()


if __name__ == "__main__":
    main()
