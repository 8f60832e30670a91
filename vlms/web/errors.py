"""Every error becomes a page that says what happened and what to do next."""

from __future__ import annotations

from urllib.parse import urlsplit

import structlog
from flask import Flask, flash, redirect, render_template, request, url_for
from flask.globals import request_ctx
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from vlms.core.errors import (
    BadInput,
    Busy,
    Conflict,
    DomainError,
    Forbidden,
    Gone,
    NotFound,
    TooMany,
    frames_of,
)
from vlms.core.once import AlreadyDone
from vlms.core.sealing import MasterKeyLacking
from vlms.core.tokens import random_bytes
from vlms.web import kept_forms
from vlms.web.addresses import local_address
from vlms.web.error_words import words_for
from vlms.web.gate_refusals import STATUSES
from vlms.web.pages import is_partial

_log = structlog.get_logger()

_STATUS: tuple[tuple[type[DomainError], int], ...] = (
    *STATUSES,
    (NotFound, 404),
    (Forbidden, 403),
    (Gone, 410),
    (Conflict, 409),
    (BadInput, 422),
    (Busy, 503),
    (MasterKeyLacking, 503),
    (TooMany, 429),
    (DomainError, 422),
)
_KEPT_HEADERS = ("Allow", "Retry-After")
_BUSY_SECONDS = "2"

Answer = tuple[str, int, dict[str, str]]


def status_of(refusal: DomainError) -> int:
    """The HTTP status of a refusal."""
    return next(status for kind, status in _STATUS if isinstance(refusal, kind))


def headers_of(refusal: DomainError) -> dict[str, str]:
    """What a refusal's answer says beside its page: when to come again."""
    if status_of(refusal) == 503:
        return {"Retry-After": _BUSY_SECONDS}
    wait = refusal.facts.get("retry_after")
    return {} if wait is None else {"Retry-After": str(wait)}


def install(app: Flask) -> None:
    """Answer refusals and failures with pages of our own."""
    app.jinja_env.globals["sign_in_address"] = _sign_in_address
    app.register_error_handler(AlreadyDone, _already_done)
    app.register_error_handler(DomainError, _refused)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(OperationalError, _busy)
    app.register_error_handler(NoConnection, _busy)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _failed)


def _already_done(refusal: AlreadyDone) -> Response | Answer:
    location = refusal.facts.get("location")
    if location:
        flash(str(refusal.sentence), "info")
        return redirect(str(location))
    return _refused(refusal)


def _refused(refusal: DomainError) -> Answer:
    return _page(status_of(refusal), refusal=refusal), status_of(refusal), headers_of(refusal)


def _stale_form(_error: CSRFError) -> Response | Answer:
    return kept_forms.bring_back() or (_page(400), 400, {})


def _busy(_error: OperationalError | NoConnection) -> Answer:
    return _page(503), 503, {"Retry-After": _BUSY_SECONDS}


def _http(error: HTTPException) -> Response | HTTPException | Answer:
    code = error.code or 500
    if code < 400:
        return error
    kept = {name: text for name, text in error.get_headers() if name in _KEPT_HEADERS}
    return _page(code), code, kept


def _failed(error: Exception) -> Answer:
    """The log and the page share a number, so that one finds the other."""
    incident = random_bytes(4).hex()
    _log.error(
        "request failed",
        incident=incident,
        endpoint=request.endpoint,
        error=type(error).__name__,
        frames=frames_of(error),
    )
    try:
        return _page(500, incident=incident), 500, {}
    except Exception as second:
        _log.error("error page failed", incident=incident, error=type(second).__name__)
        return _bare(500, incident), 500, {}


def _bare(status: int, incident: str = "") -> str:
    """A page that needs nothing: for when even the error page cannot be drawn."""
    words = words_for(status)
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{words.title}</title>'
        f"<h1>{words.title}</h1><p>{words.sentence} {words.way_out}</p><p>{incident}</p></html>"
    )


def _page(status: int, refusal: DomainError | None = None, incident: str | None = None) -> str:
    """A whole page; only its message where a part of a page was asked for."""
    if request_ctx.url_adapter is None:
        # The host's name is none at all: no address of ours can be made.
        return _bare(status, incident or "")
    return render_template(
        f"errors/{'part' if is_partial() else 'error'}.html",
        status=status,
        words=words_for(status),
        refusal=refusal,
        incident=incident,
        back=_where_one_was(),
    )


def _where_one_was() -> str | None:
    """The page of ours from which this request came."""
    came_from = urlsplit(request.referrer or "")
    if came_from.netloc != request.host:
        return None
    return local_address(came_from.path + (f"?{came_from.query}" if came_from.query else ""))


def _sign_in_address() -> str:
    """Signing in again leads back to the page that the part belongs to."""
    page = urlsplit(request.headers.get("HX-Current-URL", "")).path
    return url_for("accounts.sign_in", next=local_address(page))
