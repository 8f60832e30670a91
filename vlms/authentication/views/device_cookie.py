"""The cookie by which a browser is known again: long-lived, random, good for nothing else."""

from __future__ import annotations

from datetime import timedelta

from flask import Response, after_this_request, current_app, g, request

from vlms.authentication.service.devices import Visit
from vlms.core.tokens import random_text

_LASTS = timedelta(days=400)
_LENGTH = 43


def read_visit() -> Visit:
    """The browser of this request; one without the cookie gets a secret for it."""
    if "device_secret" not in g:
        known = request.cookies.get(_name(), "")
        g.device_secret = known if len(known) == _LENGTH else random_text()
    return Visit(g.device_secret, request.headers.get("User-Agent"), request.remote_addr)


def remember_device(visit: Visit) -> None:
    """Let the answer to this request carry the cookie, so that it lasts from now on."""

    @after_this_request
    def _remember(response: Response) -> Response:
        response.set_cookie(
            _name(),
            visit.device,
            max_age=_LASTS,
            secure=current_app.config["SESSION_COOKIE_SECURE"],
            httponly=True,
            samesite="Lax",
        )
        return response


def _name() -> str:
    is_secure = current_app.config["SESSION_COOKIE_SECURE"]
    return "__Host-vlms-device" if is_secure else "vlms-device"
