"""Whatever is sent by a form does its work once: a token, or work that is alike the second time.

The list of what takes a form without a token was read by somebody. Pages of the demo are
looked through, so that a form cannot say it has a token and come without.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup, SoupStrainer, Tag
from flask import Flask
from wtforms import PasswordField

from tests.support.clock import StillClock
from tests.support.crawling import walk
from tests.support.demo import play_demo
from tests.support.pages import CheckingClient
from vlms.demo.cast import LEARNERS, MEMBERS, PASSWORD
from vlms.web.forms import Form
from vlms.web.kept_forms import NEVER_KEPT

# Why a second sending does nothing more; each was read.
WITHOUT_TOKEN = {
    "accounts.choose_language": "sets one value of the session and of the user",
    "appearance.choose_colours": "sets one value of the browser's session",
    "accounts.sign_in": "opens a session; the first of two is left behind and ends",
    "accounts.sign_out": "ends a session; an ended one stays ended",
    "benefits.reveal": "shows a code; each view is told to the journal",
    "catalog.remove": "a holiday that is gone stays gone",
    "claim.take": "takes what is taken once, guarded in the statement",
    "desk.index": "looks a code up",
    "finding.search": "looks things up",
    "finding.search_own": "looks things up",
    "leavers.ask": "mails a link; each opens the same, once",
    "leavers.confirm": "a link of a mail is used once, guarded in the statement",
    "my_codes.accept": "terms are accepted once; the first time stays",
    "my_codes.reveal": "shows a code; each view is told to the journal",
    "my_codes.sheet": "makes a paper",
    "my_data.file": "makes a file; each one is told to the journal",
    "order_plans.panel": "reckons what is typed and writes nothing",
    "privacy.file": "makes a file; each one is told to the journal",
    "orders.quote_panel": "prices what is typed and writes nothing",
    "slip.take": "a slip is used once, guarded in the statement",
    "slips.sheet": "makes a paper; of two the later one holds",
    "saved_views.delete": "what is gone stays gone",
    "saved_views.rename": "a view has its name once",
}


# Fields that browsers are told not to fill in, though they hold no secret.
NO_SECRETS = frozenset({"exam_number", "provider", "issuer", "client_id"})
# Everybody who has pages of their own kind.
LOOKED_AT = frozenset({"operator", "desk", "reseller", "admin", "leo"})


POSTING = "form[method=post]"


def endpoint_of(app: Flask, page: str, form: Tag) -> str:
    action = urlsplit(urljoin(page, str(form.get("action") or page))).path
    endpoint, _values = app.url_map.bind("localhost").match(action, method="POST")
    return str(endpoint)


def tokenless(app: Flask, address: str, text: str) -> set[str]:
    """The endpoints to which a page sends forms without a token."""
    forms = BeautifulSoup(text, "lxml", parse_only=SoupStrainer("form")).select(POSTING)
    # The second form of a page has a prefix.
    token = 'input[name=token], input[name$="-token"]'
    return {
        endpoint_of(app, address, form)
        for form in forms
        if not (form.select_one(token) or {}).get("value")
    }


# What pages hold is the same on both databases.
@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_form_has_a_token_or_its_work_is_alike_the_second_time(
    app: Flask, clock: StillClock
) -> None:
    played = play_demo(clock)
    clock.set(played.stage.now)
    found: dict[str, str] = {}
    members = [entry[0] for entry in (*MEMBERS, *LEARNERS) if entry[0].split("@")[0] in LOOKED_AT]
    for email in members:
        client = app.test_client()
        assert isinstance(client, CheckingClient)
        client.sign_in(email, PASSWORD)
        for address, text in walk(client, 1).pages.items():
            for endpoint in tokenless(app, address, text):
                found.setdefault(endpoint, address)
    unknown = {one: where for one, where in found.items() if one not in WITHOUT_TOKEN}
    assert unknown == {}


def test_what_needs_no_token_is_still_there(app: Flask) -> None:
    posted = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    assert set(WITHOUT_TOKEN) - posted == set()


def test_a_form_without_token_is_found(app: Flask) -> None:
    """The control."""
    bare = '<form method="post" action="/my/password"></form>'
    good = '<form method="post" action="/my/password"><input name="token" value="t"></form>'
    assert tokenless(app, "/my/account", bare) == {"accounts.password"}
    assert tokenless(app, "/my/account", good) == set()


def secret_fields(forms: Iterable[type[Form]]) -> set[str]:
    """The names of fields that hold passwords, or say that no browser may remember them."""
    found = set()
    for form in forms:
        for name in dir(form):
            field = getattr(form, name)
            kwargs = getattr(field, "kwargs", {})
            kind = getattr(field, "field_class", None)
            is_password = isinstance(kind, type) and issubclass(kind, PasswordField)
            unseen = (kwargs.get("render_kw") or {}).get("autocomplete") == "off"
            if is_password or (unseen and name not in NO_SECRETS):
                found.add(name)
    return found


def every_form(base: type[Form] = Form) -> set[type[Form]]:
    direct = set(base.__subclasses__())
    return direct.union(*(every_form(form) for form in direct)) if direct else direct


def test_no_secret_that_is_typed_is_kept_for_later(app: Flask) -> None:
    found = secret_fields(every_form())
    assert {"password", "present", "code"} <= found
    assert found <= NEVER_KEPT


def test_a_secret_field_of_a_new_form_is_found() -> None:
    """The control."""

    class Sly(Form):
        pin = type("OurPasswordField", (PasswordField,), {})("PIN")

    assert secret_fields([Sly]) == {"pin"}
