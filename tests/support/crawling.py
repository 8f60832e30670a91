"""Follows every link as somebody of the demo, and tells which pages there are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urljoin, urlsplit

from flask import Flask

from tests.support.pages import CheckingClient
from vlms.demo.cast import LEARNERS, MEMBERS, PASSWORD

PUBLIC = ("/sign-in", "/rules", "/nowhere")
_HOME = re.compile(r"/o/[^/]+/")
_LINK = re.compile(r"""<a\b[^>]*?\shref="([^"]*)\"""")
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")


@dataclass
class Found:
    """What a walk met: the answers by address, and the texts of those that are pages."""

    answers: dict[str, int] = field(default_factory=dict)
    pages: dict[str, str] = field(default_factory=dict)


def kind_of(address: str) -> str:
    """The shape of an address: its path, whatever record it names."""
    return _ID.sub("…", urlsplit(address).path)


def walk(client: CheckingClient, most: int = 2, most_of: Mapping[str, int] | None = None) -> Found:
    """Follow all links from the home page, `most` of each kind.

    `most_of` names endings of kinds of which more are wanted.
    """
    found = Found()
    kinds: Counter[str] = Counter()
    waiting = ["/"]
    while waiting:
        address = waiting.pop(0)
        kind = kind_of(address)
        limit = next((n for end, n in (most_of or {}).items() if kind.endswith(end)), most)
        if address in found.answers or kinds[kind] >= limit:
            continue
        kinds[kind] += 1
        response = client.get(address)
        found.answers[address] = response.status_code
        if response.location:
            waiting.append(urljoin(address, response.location))
        elif response.mimetype == "text/html":
            text = found.pages[address] = response.get_data(as_text=True)
            waiting.extend(links(address, text))
    return found


def links(address: str, text: str) -> list[str]:
    """Where the links of a page lead, within the application."""
    # Our pages write attributes in double quotes; a parser takes a fifth of a walk's time.
    found = (unescape(href) for href in _LINK.findall(text))
    targets = (urljoin(address, href.split("#")[0]) for href in found)
    return [target for target in targets if target.startswith("/")]


def places(
    app: Flask, most: int = 1, most_of: Mapping[str, int] | None = None
) -> dict[str, list[str]]:
    """Every page of the demo, as the first of its people to whom it is open sees it.

    A page of each shape is enough; each one's home is one's own. How the pages are made is
    not looked at here.
    """
    seen: set[str] = set()
    found: dict[str, list[str]] = {}
    for email in [entry[0] for entry in (*MEMBERS, *LEARNERS)]:
        client = app.test_client()
        assert isinstance(client, CheckingClient)
        client.sign_in(email, PASSWORD)
        client.checks = False
        own = dict.fromkeys([*walk(client, most, most_of).pages, *PUBLIC])
        keys = {address: _shape(address, email, most_of or {}) for address in own}
        found[email] = [address for address in own if keys[address] not in seen]
        seen.update(keys.values())
    return found


def _shape(address: str, email: str, most_of: Mapping[str, int]) -> str:
    kind = kind_of(address)
    if _HOME.fullmatch(kind):
        return f"{email} {kind}"
    if kind.endswith(tuple(most_of)):
        return address
    return re.sub(r"^/o/[^/]+", "/o", kind)
