"""Every error becomes a page that says what happened and what to do next."""

from __future__ import annotations

import structlog
from flask import Flask, flash, redirect, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from vlms.core.errors import BadInput, Conflict, DomainError, Forbidden, NotFound, frames_of
from vlms.core.once import AlreadyDone
from vlms.core.text import Text, _
from vlms.web.unit_of_work import Busy

_log = structlog.get_logger()

_STATUS: tuple[tuple[type[DomainError], int], ...] = (
    (NotFound, 404),
    (Forbidden, 403),
    (Conflict, 409),
    (BadInput, 422),
    (Busy, 503),
    (DomainError, 422),
)
_WORDS: dict[int, tuple[Text, Text]] = {
    400: (_("This form is too old"), _("Go back, load the page again and send it once more.")),
    403: (
        _("This is not open to you"),
        _("Ask an administrator of the organisation for the role."),
    ),
    404: (_("There is nothing here"), _("Check the address, or begin at your home page.")),
    405: (_("This cannot be done here"), _("Go back and use the buttons of the page.")),
    409: (_("Somebody was faster"), _("Load the page again to see how things stand.")),
    413: (_("This is too large"), _("Send a smaller file: 5 MB at most.")),
    429: (_("Too many tries"), _("Wait a few minutes and try again.")),
    500: (_("Something went wrong on our side"), _("Nothing was changed. Please try again.")),
    503: (_("The system is busy"), _("Nothing was changed. Please try again in a moment.")),
}


def status_of(refusal: DomainError) -> int:
    """The HTTP status of a refusal."""
    return next(status for kind, status in _STATUS if isinstance(refusal, kind))


def install(app: Flask) -> None:
    """Answer refusals and failures with pages of our own."""
    app.register_error_handler(AlreadyDone, _already_done)
    app.register_error_handler(DomainError, _refused)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(OperationalError, _busy)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _failed)


def _already_done(refusal: AlreadyDone) -> Response | tuple[str, int]:
    location = refusal.facts.get("location")
    if location:
        flash(str(refusal.sentence), "info")
        return redirect(str(location))
    return _refused(refusal)


def _refused(refusal: DomainError) -> tuple[str, int]:
    status = status_of(refusal)
    return _page(status, refusal), status


def _stale_form(_error: CSRFError) -> tuple[str, int]:
    return _page(400), 400


def _busy(_error: OperationalError) -> tuple[str, int, dict[str, str]]:
    return _page(503), 503, {"Retry-After": "2"}


def _http(error: HTTPException) -> Response | HTTPException | tuple[str, int]:
    code = error.code or 500
    if code < 400:
        return error
    return _page(code), code


def _failed(error: Exception) -> tuple[str, int]:
    _log.error(
        "request failed",
        endpoint=request.endpoint,
        error=type(error).__name__,
        frames=frames_of(error),
    )
    return _page(500), 500


def _page(status: int, refusal: DomainError | None = None) -> str:
    title, way_out = _WORDS.get(status, _WORDS[500] if status >= 500 else _WORDS[404])
    return render_template(
        "errors/error.html", status=status, title=title, way_out=way_out, refusal=refusal
    )
