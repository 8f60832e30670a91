"""What a first view costs on the wire: 150 kB compressed at most, without the chart library."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from functools import cache

import pytest
from flask import Flask
from playwright.sync_api import Page

from tests.browser.conftest import Visit
from tests.support.clock import StillClock
from tests.support.crawling import places
from tests.support.demo import play_demo
from tests.support.pages import CheckingClient
from vlms.demo.cast import PASSWORD

MOST_BYTES = 150_000
CHARTS = "chart.min"
LOADED = re.compile(r'(?:href|src)="(/static/[^"#]+)')


class Scales:
    """Counts what a window receives, by address."""

    def __init__(self, page: Page) -> None:
        self.addresses: dict[str, str] = {}
        self.bytes: dict[str, float] = {}
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        # What an earlier page left in memory would weigh nothing.
        session.send("Network.setCacheDisabled", {"cacheDisabled": True})
        session.on("Network.requestWillBeSent", self._asked)
        session.on("Network.loadingFinished", self._arrived)

    def _asked(self, told: dict[str, dict[str, str]]) -> None:
        self.addresses[str(told["requestId"])] = told["request"]["url"]

    def _arrived(self, told: dict[str, float]) -> None:
        address = self.addresses.get(str(told["requestId"]))
        if address is not None:
            self.bytes[address] = told["encodedDataLength"]

    def total(self) -> float:
        return sum(size for address, size in self.bytes.items() if CHARTS not in address)


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("email", "address"),
    [
        ("admin@contoso.example", "/o/contoso/"),
        ("admin@contoso.example", "/o/contoso/orders/"),
        ("operator@demo.example", "/o/operations/"),
        ("leo@contoso.example", "/my/codes/"),
    ],
)
def test_a_first_view_in_a_real_browser_is_light(
    app: Flask, clock: StillClock, visit: Visit, email: str, address: str
) -> None:
    clock.set(play_demo(clock).stage.now)
    page = visit.signed_in(email, PASSWORD)
    page.wait_for_load_state("networkidle")
    scales = Scales(page)
    page.goto(address, wait_until="networkidle")
    assert len(scales.bytes) >= 6
    assert 20_000 < scales.total() <= MOST_BYTES, scales.bytes


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_the_scales_notice_what_is_heavy(app: Flask, visit: Visit) -> None:
    page = visit.window()
    scales = Scales(page)
    page.goto("/sign-in", wait_until="networkidle")
    page.evaluate("fetch('/static/fonts/NotoSansTC-Bold.ttf').then(one => one.arrayBuffer())")
    page.wait_for_timeout(500)
    assert scales.total() > MOST_BYTES


def weights(client: CheckingClient, addresses: list[str]) -> Iterator[tuple[str, int]]:
    """What each page weighs with all that it loads, compressed."""
    client.checks = False

    @cache
    def weight(part: str) -> int:
        return len(client.get(part, headers={"Accept-Encoding": "gzip"}, buffered=True).data)

    for address in addresses:
        response = client.get(address, headers={"Accept-Encoding": "gzip"})
        text = gzip.decompress(response.data) if response.content_encoding else response.data
        loaded = set(LOADED.findall(text.decode()))
        parts = [weight(part) for part in loaded if CHARTS not in part]
        yield address, len(response.data) + sum(parts)


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_every_page_of_the_demo_is_light(app: Flask, clock: StillClock) -> None:
    clock.set(play_demo(clock).stage.now)
    heavy: dict[str, int] = {}
    seen = 0
    for email, addresses in places(app).items():
        client = app.test_client()
        assert isinstance(client, CheckingClient)
        client.sign_in(email, PASSWORD)
        for address, size in weights(client, addresses):
            seen += 1
            if size > MOST_BYTES:
                heavy[address] = size
    assert seen > 60
    assert heavy == {}
