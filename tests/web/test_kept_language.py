"""The language that somebody chooses is theirs from then on, in every browser."""

from __future__ import annotations

from flask import Flask

from tests.support.clock import StillClock
from tests.support.contoso import sign_in_at_contoso
from tests.support.order_pages import signed_in
from tests.support.pages import CheckingClient

ADMIN = "ann@contoso.example"
HOME = "/o/contoso/agreements/"
CHINESE = "zh_Hant_TW"


def language_of(client: CheckingClient, address: str) -> object:
    page = client.page(address).select_one("html")
    assert page is not None
    return page["lang"]


def test_who_is_signed_in_keeps_the_language_in_other_browsers(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    admin = sign_in_at_contoso(client, clock)
    assert language_of(signed_in(app, ADMIN), HOME) == "en"
    admin.press(HOME, "/language", language=CHINESE)
    assert language_of(admin, HOME) == "zh-Hant-TW"
    assert language_of(signed_in(app, ADMIN), HOME) == "zh-Hant-TW"
    assert language_of(signed_in(app, "rob@seller.example"), "/o/seller/agreements/") == "en"
    # Told in the journal by who chose it.
    told = admin.page("/my/account").select_one('td[data-label="執行者"]')
    assert told is not None
    assert told.get_text(strip=True) == "Test User"


def test_what_is_no_language_and_what_a_stranger_chooses_changes_nobody(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    sign_in_at_contoso(client, clock).press(HOME, "/language", language="tlh")
    stranger = app.test_client()
    assert isinstance(stranger, CheckingClient)
    stranger.press("/rules", "/language", language=CHINESE)
    assert language_of(stranger, "/rules") == "zh-Hant-TW"
    assert language_of(signed_in(app, ADMIN), HOME) == "en"
