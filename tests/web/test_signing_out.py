"""Signing out clears what the browser kept of pages, and nothing by which it is known again."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import make_member, make_organisation, making
from tests.support.pages import CheckingClient
from vlms.core.permissions import Role

ANN = "ann@contoso.example"
pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@pytest.fixture
def inside(app: Flask, client: CheckingClient, clock: StillClock) -> CheckingClient:
    with making(clock()) as work:
        make_member(work, make_organisation(work, "contoso"), Role.FINANCE, ANN)
    client.sign_in(ANN)
    return client


def test_signing_out_asks_the_browser_to_clear_what_it_kept(inside: CheckingClient) -> None:
    answered = inside.press("/my/account", "/sign-out")
    assert answered.headers["Clear-Site-Data"] == '"cache", "storage"'
    for other in (inside.get("/sign-in"), inside.get("/static/app/vlms.js", buffered=True)):
        assert "Clear-Site-Data" not in other.headers


def test_the_device_and_the_language_stay(inside: CheckingClient) -> None:
    device = inside.get_cookie("vlms-device")
    inside.press("/my/account", "/language", language="zh_Hant_TW")
    inside.press("/my/account", "/sign-out")
    assert device is not None
    assert inside.get_cookie("vlms-device") == device
    assert 'lang="zh-Hant-TW"' in inside.get("/sign-in").text


def test_the_pages_of_other_windows_are_left_once(inside: CheckingClient) -> None:
    inside.press("/my/account", "/sign-out")
    assert "data-leaving" in inside.get("/sign-in").text
    assert "data-leaving" not in inside.get("/sign-in").text
