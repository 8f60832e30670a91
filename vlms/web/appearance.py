"""Light, dark, or as the reader's system: chosen by a small form, kept in a cookie."""

from __future__ import annotations

from typing import Any

from flask import (
    Blueprint,
    Flask,
    abort,
    current_app,
    has_request_context,
    redirect,
    render_template,
    request,
)
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from vlms.web.access import public
from vlms.web.addresses import local_address
from vlms.web.body_fields import takes
from vlms.web.design_samples import REFUSAL, SampleForm
from vlms.web.error_words import WORDS

COLOURS = "colours"
CHOICES = ("system", "light", "dark")
_YEAR_SECONDS = 365 * 24 * 3600

appearance = Blueprint("appearance", __name__)


@appearance.post("/colours")
@public
@takes(COLOURS, "back")
def choose_colours() -> Response:
    response = redirect(local_address(request.form.get("back")) or "/")
    chosen = request.form.get(COLOURS)
    if chosen in CHOICES:
        response.set_cookie(
            COLOURS,
            chosen,
            max_age=_YEAR_SECONDS,
            secure=current_app.config["SESSION_COOKIE_SECURE"],
            httponly=True,
            samesite="Lax",
        )
    return response


@appearance.get("/design-system")
@public
def design_system() -> str:
    """Every part that pages are made of, in all its states; in development only."""
    if not current_app.config["SETTINGS"].development:
        abort(404)
    refused = SampleForm(formdata=MultiDict({"quantity": "forty-seven"}))
    refused.validate()
    refused.refuse(REFUSAL)
    return render_template(
        "appearance/design_system.html",
        form=SampleForm(formdata=None),
        refused=refused,
        refusal=REFUSAL,
        errors=WORDS,
    )


def chosen_colours() -> str:
    """The reader's choice; anything else in the cookie counts as none."""
    chosen = request.cookies.get(COLOURS, "")
    return chosen if chosen in CHOICES else CHOICES[0]


def install(app: Flask) -> None:
    app.register_blueprint(appearance)

    @app.context_processor
    def _colours() -> dict[str, Any]:
        # Mails are written without a request.
        return {"colours": chosen_colours()} if has_request_context() else {}
