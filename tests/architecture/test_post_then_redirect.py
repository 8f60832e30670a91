"""What a form has done is told by the page to which it leads: a reload repeats nothing.

Every form that the demo's pages hold is sent as it stands. Whoever answers with a page has
changed nothing; whoever has changed something redirects.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urljoin

import pytest
from bs4 import BeautifulSoup, SoupStrainer, Tag
from flask import Flask
from sqlalchemy import event

from tests.architecture.test_sent_once import LOOKED_AT, POSTING, endpoint_of
from tests.support.clock import StillClock
from tests.support.crawling import walk
from tests.support.demo import play_demo
from tests.support.pages import CheckingClient, values_of
from vlms.core.db import db
from vlms.demo.cast import LEARNERS, MEMBERS, PASSWORD

# Their answer is what was asked for, and only its journal and its counter are written.
SHOWS = {
    "my_calendar.make": "a secret address, which no table holds; it is shown this once",
    "slips.sheet": "a paper with one-time links; each is told to the journal",
    "benefits.reveal": "a discount's code, which no address may hold; each view is logged (C8)",
    "codes.sheet": "a paper with claim links; that it was made is logged (C8)",
    "disclosures.file": "the file of an export, by a link that opens once",
    "disclosures.reveal": "a code that is nobody's, which no address may hold; it is logged (C8)",
    "trouble.own": "what is wrong with a code that was typed; the try is counted",
    "my_codes.reveal": "the code itself, which no address may hold; each view is logged (C8)",
    "my_codes.sheet": "a paper with the code; each view is logged (C8)",
    "my_data.file": "the file of what is held on oneself; that it was taken is logged (D2)",
    "privacy.file": "the file of what is held on a person; that it was taken is logged (D2)",
    "my_codes.activate": "the code, for the last time; after it the form is refused",
}
# Whoever signs out would be gone for the rest of the walk.
LEFT_OUT = frozenset({"accounts.sign_out", "accounts.sign_in"})


class Writes:
    """Counts what reaches the database's tables."""

    def __init__(self) -> None:
        self.count = 0
        event.listen(db.engine, "before_cursor_execute", self._hear)

    def _hear(self, _connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        self.count += statement.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE"))

    def close(self) -> None:
        event.remove(db.engine, "before_cursor_execute", self._hear)


def forms_of(app: Flask, client: CheckingClient) -> Iterator[tuple[str, str, Tag]]:
    """The endpoint, the page and the form of one form of each kind."""
    seen: set[str] = set()
    for address, text in walk(client, 1).pages.items():
        page = BeautifulSoup(text, "lxml", parse_only=SoupStrainer("form"))
        for form in page.select(POSTING):
            endpoint = endpoint_of(app, address, form)
            if endpoint not in seen | LEFT_OUT:
                seen.add(endpoint)
                yield endpoint, address, form


def tells_success(status: int, writes: int) -> bool:
    """Whether a page, and no redirect, is the answer to something that was changed."""
    return status == 200 and writes > 0


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_whoever_has_changed_something_redirects(app: Flask, clock: StillClock) -> None:
    clock.set(play_demo(clock).stage.now)
    wrong: dict[str, str] = {}
    sent = set()
    for email in [one[0] for one in (*MEMBERS, *LEARNERS) if one[0].split("@")[0] in LOOKED_AT]:
        client = app.test_client()
        assert isinstance(client, CheckingClient)
        client.sign_in(email, PASSWORD)
        for endpoint, address, form in list(forms_of(app, client)):
            action = urljoin(address, str(form.get("action") or address))
            writes = Writes()
            answer = client.post(action, data=values_of(form))
            writes.close()
            sent.add(endpoint)
            assert answer.status_code < 500, (endpoint, answer.status_code)
            if tells_success(answer.status_code, writes.count) and endpoint not in SHOWS:
                wrong[endpoint] = address
    assert len(sent) > 25
    assert wrong == {}


def test_a_page_in_answer_to_a_change_is_found() -> None:
    """The control."""
    assert tells_success(200, 1)
    assert not tells_success(302, 1)
    assert not tells_success(422, 0)
