"""What comes under another host's name, or from another site's page, is not answered.

The token of each form stays the proof that a page of ours was used; this is the fence before
it, which needs no token and holds also for a view that was forgotten.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app, request

from vlms.core.errors import Forbidden
from vlms.core.text import _
from vlms.settings import Settings
from vlms.web.gate_refusals import Garbled

# The server's own name for itself: its health is asked there.
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# "none" is what the visitor did without any page: reloaded, or opened again.
_OWN = frozenset({"same-origin", "none"})


def install(app: Flask, signed: tuple[Callable[..., Any], ...]) -> None:
    """Look at host and origin; `signed` views are proved by what they are sent."""
    hosts = _LOOPBACK | _hosts(app.config["SETTINGS"])

    @app.before_request
    def _check() -> None:
        _check_host(hosts)
        found = current_app.view_functions.get(request.endpoint or "")
        view = getattr(found, "__wrapped__", found)
        if request.method not in _SAFE and view not in signed and not _is_ours():
            raise Forbidden(
                None,
                _("This was sent by a page of another site, so nothing was done."),
                reason="other_site",
                way_out=_("Open the page here and press its button."),
            )


def _hosts(settings: Settings) -> frozenset[str]:
    own = urlsplit(settings.base_url).hostname
    others = (settings.hosts or "").replace(",", " ").split()
    return frozenset(name.lower() for name in (own, *others) if name)


def _check_host(hosts: frozenset[str]) -> None:
    try:
        name = urlsplit(f"//{request.host}").hostname
    except ValueError:
        name = None
    if name not in hosts:
        raise Garbled(
            None,
            _("Nothing is served under this host's name."),
            reason="other_host",
            way_out=_("Use the address that you were given."),
        )


def _is_ours() -> bool:
    """Whether the browser says that a page of ours sent this, or nothing at all."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in _OWN
    origin = request.headers.get("Origin")
    if origin is None:
        return True
    own = urlsplit(current_app.config["SETTINGS"].base_url).netloc
    return urlsplit(origin).netloc in (request.host, own) if origin != "null" else False
