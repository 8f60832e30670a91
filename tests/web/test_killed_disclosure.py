"""A server killed between the entry and the bytes: the journal tells of it, nothing has left."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making_disclosures import ANN, Kept, count_told, make_kept
from tests.support.pages import CheckingClient, values_of
from vlms.core.db import db

ROOT = Path(__file__).parents[2]
REVEAL, TAKEN = "code.disclosed", "code_export.taken"


@contextmanager
def server(app: Flask, moment: str, action: str) -> Iterator[int]:
    """The port of a server of the same installation that is killed at that moment."""
    settings = app.config["SETTINGS"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("VLMS_")}
    here = {
        **kept,
        "VLMS_INSTANCE": str(settings.instance),
        "VLMS_DATABASE_URL": settings.database_url,
        # As the application of the tests: no role demands a second factor.
        "VLMS_DEMO": "1",
    }
    words = [sys.executable, "-m", "tests.support.dying_server", moment, action]
    with subprocess.Popen(words, cwd=ROOT, env=here, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield int(process.stdout.readline())
        finally:
            process.kill()


def answer_of(port: int, address: str, client: CheckingClient, fields: dict[str, str]) -> bytes:
    """Every byte that comes back; none from a server that dies."""
    cookie = client.get_cookie("vlms")
    assert cookie is not None
    headers = {
        "Cookie": f"vlms={cookie.value}",
        "Content-Type": "application/x-www-form-urlencoded",
        "Host": "localhost",
    }
    asking = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        asking.request("POST", address, urlencode(fields), headers)
        return asking.getresponse().read()
    except (HTTPException, ConnectionError):
        return b""
    finally:
        asking.close()


def a_reveal(client: CheckingClient, kept: Kept) -> tuple[str, dict[str, str]]:
    address = f"/o/contoso/disclosures/codes/{kept.free[0]}"
    return address, {**filled(client, address), "reason": "exam room"}


def a_download(client: CheckingClient, _kept: Kept) -> tuple[str, dict[str, str]]:
    asked = client.send("/o/contoso/disclosures/export", reason="exam room", form="csv")
    address = str(client.press(asked.location, "/link").location)
    return address, filled(client, address)


def filled(client: CheckingClient, address: str) -> dict[str, str]:
    form = client.page(address).select_one("main form")
    assert form is not None
    return values_of(form)


Asking = Callable[[CheckingClient, Kept], tuple[str, dict[str, str]]]
# How many entries there are then, and whether the code has left.
OUTCOMES = {"after": (1, False), "before": (0, False), "never": (1, True)}


@pytest.mark.parametrize(("action", "ask"), [(REVEAL, a_reveal), (TAKEN, a_download)])
@pytest.mark.parametrize("moment", OUTCOMES)
def test_no_byte_leaves_without_its_entry(
    app: Flask, client: CheckingClient, clock: StillClock, moment: str, action: str, ask: Asking
) -> None:
    """Killed after the commit: an entry, no bytes; before it: neither; the control: both."""
    entries, leaves = OUTCOMES[moment]
    kept = make_kept(clock())
    client.sign_in(ANN)
    address, fields = ask(client, kept)
    db.session.remove()
    with server(app, moment, action) as port:
        body = answer_of(port, address, client, fields)
    assert (kept.texts[0].encode() in body) is leaves
    assert leaves or body == b""
    assert count_told(clock(), action) == entries
