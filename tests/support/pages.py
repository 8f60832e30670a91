"""A test client that looks at every page it fetches, as a careful reader would."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextvars import Context
from datetime import datetime
from itertools import chain
from typing import Any
from zipfile import ZipFile, is_zipfile

from bs4 import BeautifulSoup, Tag
from flask import session
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from lxml import etree, html
from lxml.html import HtmlElement
from werkzeug.test import TestResponse

from vlms.authentication.rules.limits_of_sessions import IDLE

# What no form may send in an address.
SECRET_FIELDS = {"password", "present", "code", "secret", "signed", "sealed", "csrf_token"}


class CheckingClient(FlaskClient):
    """Fetches pages and checks each: title, one h1, labels, CSRF tokens, nothing inline."""

    # Off where a test asks for what must not be there, without tokens.
    checks = True
    # Off where a test is about sessions that end: else who was away signs in again.
    comes_back = True
    clock: Callable[[], datetime] | None = None
    _who: tuple[str, str] | None = None
    _seen_at: datetime | None = None

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        self._come_back()
        # Each request in a context of its own, as on a server, whatever the test has open.
        response = Context().run(super().open, *args, **kwargs)
        if response.request.path == "/sign-out":
            self._who = None
        if self.checks:
            assert not unnamed_type(response), (response.request.path, response.content_type)
        if (
            self.checks
            and response.mimetype == "text/html"
            and not 300 <= response.status_code < 400
        ):
            text = response.get_data(as_text=True)
            if "<html" in text:
                check_page(text)
        return response

    def page(self, address: str, status: int = 200) -> BeautifulSoup:
        """A page, which must answer with this status."""
        response = self.get(address)
        assert response.status_code == status, (address, response.status_code)
        return BeautifulSoup(response.get_data(as_text=True), "lxml")

    def send(self, address: str, **fields: Any) -> TestResponse:
        """Fill in and post the page's form: hidden fields and what is chosen are kept."""
        page = self.page(address)
        form = page.select_one("main form[method=post]:not([action])") or page.select_one(
            "main form[method=post]"
        )
        assert form is not None, f"{address} has no form"
        return self.post(form.get("action") or address, data={**values_of(form), **fields})

    def press(self, address: str, action: str, **fields: Any) -> TestResponse:
        """Press the button of the form on a page whose action ends so."""
        page = self.page(address)
        form = page.select_one(f'form[action$="{action}"]')
        assert form is not None, f"{address} has no form for {action}"
        return self.post(str(form["action"]), data={**values_of(form), **fields})

    def sign_in(self, email: str, password: str = "a long password") -> None:
        """By the door that everybody uses; its page is looked at in tests of its own."""
        self._who = None
        with self.application.app_context(), self.application.test_request_context():
            token, kept = generate_csrf(), session["csrf_token"]
        with self.session_transaction() as before:
            before["csrf_token"] = kept
        fields = {"email": email, "password": password, "csrf_token": token}
        response = self.post("/sign-in", data=fields)
        assert response.status_code == 302, response.get_data(as_text=True)
        self._who = email, password

    def _come_back(self) -> None:
        """Sign in again, as a person would, after a time in which the session has ended."""
        now = self.clock() if self.clock else None
        before, self._seen_at = self._seen_at, now
        if self._who and self.comes_back and now and before and abs(now - before) >= IDLE:
            self.sign_in(*self._who)


def told_by(body: bytes) -> str:
    """The text of a page, or of a workbook's parts."""
    if not is_zipfile(io.BytesIO(body)):
        return body.decode()
    with ZipFile(io.BytesIO(body)) as parts:
        return "".join(parts.read(name).decode() for name in parts.namelist())


def values_of(form: Tag) -> dict[str, Any]:
    """What the browser would send if nothing were touched."""
    values: dict[str, Any] = {}
    for field in form.select("input[name], textarea[name], select[name]"):
        name = str(field["name"])
        if field.has_attr("multiple"):
            values[name] = [option.get("value", "") for option in field.select("option[selected]")]
        elif field.name == "select":
            chosen = field.select_one("option[selected]") or field.select_one("option")
            values[name] = chosen.get("value", "") if chosen else ""
        elif field.name == "textarea":
            values[name] = field.text.lstrip("\n")
        elif field.get("type") in ("checkbox", "radio"):
            if field.has_attr("checked"):
                values[name] = field.get("value", "y")
        elif field.get("type") not in ("submit", "file"):
            values[name] = field.get("value", "")
    return values


def unnamed_type(response: TestResponse) -> bool:
    """Whether an answer does not name what it is, or a text not its characters."""
    if response.status_code in (204, 304):
        return False
    kind, named = response.mimetype or "", response.mimetype_params.get("charset", "")
    is_text = kind.startswith("text/") or kind.endswith(("+xml", "/xml"))
    if not kind:
        return bool(response.get_data())
    return is_text and named.lower() != "utf-8"


def check_page(text: str) -> None:
    """Raises AssertionError with what a careful reader of the page would stumble over."""
    # Every page that a test fetches comes by here: the quick parser, not the pleasant one.
    page = html.document_fromstring(text.encode(), html.HTMLParser(encoding="utf-8"))
    named: dict[str, list[HtmlElement]] = {}
    for tag in page.iter(etree.Element):
        named.setdefault(str(tag.tag), []).append(tag)
        handlers = [name for name in tag.attrib if re.match(r"on[a-z]+$", str(name))]
        assert not handlers, f"inline handlers {handlers}"
        assert "style" not in tag.attrib, f"inline style: {_shown(tag)}"
    title = "".join(tag.text_content() for tag in named.get("title", [])[:1])
    assert "title" in named, "no title"
    assert title.strip(" ·"), "an empty title"
    assert "style" not in named, f"inline style: {_shown(named['style'][0])}"
    headings = named.get("h1", [])
    assert len(headings) == 1, f"{len(headings)} h1 in {title!r}"
    assert any(tag.get("lang") for tag in named.get("html", [])), "no language"
    for form in named.get("form", []):
        assert not _told_in_address(form), f"a secret in an address: {_shown(form)}"
        token = str(form.get("method")).lower() != "post" or form.xpath(
            ".//input[@name='csrf_token']"
        )
        assert token, "a form without CSRF token"
    assert all(script.get("src") for script in named.get("script", [])), "inline script"
    _check_labels(named)
    _check_ids(chain.from_iterable(named.values()))


def _shown(tag: HtmlElement) -> str:
    return str(html.tostring(tag, encoding="unicode", with_tail=False))


def _told_in_address(form: HtmlElement) -> bool:
    """Whether a form would write into an address what no log may hold."""
    is_posted = str(form.get("method")).lower() == "post"
    named = set(map(str, form.xpath(".//*[self::input or self::textarea or self::select]/@name")))
    return not is_posted and bool(named & SECRET_FIELDS)


def _check_ids(tags: Iterable[HtmlElement]) -> None:
    ids = Counter(str(tag.get("id")) for tag in tags if "id" in tag.attrib)
    double = sorted(name for name, number in ids.items() if number > 1)
    assert not double, f"double ids {double}"


def _check_labels(named: Mapping[str, list[HtmlElement]]) -> None:
    told = {label.get("for") for label in named.get("label", []) if label.get("for")}
    for field in chain.from_iterable(
        named.get(name, []) for name in ("input", "select", "textarea")
    ):
        if field.get("type") in ("hidden", "submit", "button"):
            continue
        labelled = (
            field.get("aria-label")
            or field.get("aria-labelledby")
            or field.get("id") in told
            or any(True for _label in field.iterancestors("label"))
        )
        assert labelled, f"{_shown(field)} has no label"
