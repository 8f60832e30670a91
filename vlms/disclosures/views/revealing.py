"""One code that is nobody's, shown to an admin for a minute (C8)."""

from __future__ import annotations

from uuid import UUID

from flask import g, make_response, render_template, url_for

from vlms.catalog.models import CodeSource
from vlms.codes.models import Code
from vlms.codes.queries import get_code
from vlms.codes.rules.code_text import Profile, display
from vlms.core.db import db
from vlms.core.errors import DomainError
from vlms.core.permissions import Permission
from vlms.disclosures.forms import RevealForm
from vlms.disclosures.rules.limits import SHOWN_SECONDS
from vlms.disclosures.service.conditions import MAY, is_free
from vlms.disclosures.service.showing import show_one
from vlms.disclosures.views.blueprint import Page, disclosures, form_page
from vlms.web.access import requires
from vlms.web.panels import Panel, add_panel
from vlms.web.unit_of_work import unit_of_work


@disclosures.route("/codes/<uuid:code_id>", methods=["GET", "POST"])
@requires(Permission.REVEAL_UNASSIGNED_CODES, proof=True)
def reveal(code_id: UUID) -> Page:
    code = get_code(db.session(), code_id)
    form, refused = RevealForm(), None
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                work.location = url_for("codes.show", code_id=code_id)
                _code, text = show_one(work, code_id, form.reason.value)
        except DomainError as refusal:
            form.refuse(refusal)
            refused = refusal
        else:
            return _shown(code, text)
    page = {"code": code, "is_free": is_free(code, g.now), "seconds": SHOWN_SECONDS}
    return form_page("disclosures/reveal.html", form, refused, **page)


def _shown(code: Code, text: str) -> Page:
    """The code, which the browser leaves by itself after a minute, with or without scripts."""
    shown = display(text, Profile(code.source.value))
    parts = shown.split("-") if code.source is CodeSource.VC1 else [shown]
    values = {"parts": parts, "text": shown, "seconds": SHOWN_SECONDS}
    response = make_response(render_template("disclosures/shown.html", code=code, **values))
    hidden = url_for("codes.show", code_id=code.id)
    response.headers["Refresh"] = f"{SHOWN_SECONDS}; url={hidden}"
    return response


def _of_code(code: Code) -> dict[str, object] | None:
    return {"code": code} if is_free(code, g.now) else None


add_panel(Panel("code", MAY, "disclosures/of_code.html", _of_code))
