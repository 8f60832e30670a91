"""The blueprint of disclosures, and how its refusals are answered."""

from __future__ import annotations

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from vlms.core.errors import DomainError
from vlms.disclosures.words import ACTION_WORDS
from vlms.web.errors import headers_of, status_of
from vlms.web.forms import Form
from vlms.web.words import add_words

disclosures = Blueprint("disclosures", __name__, url_prefix="/o/<organisation>/disclosures")
add_words(ACTION_WORDS)

Page = str | Response | tuple[str, int] | tuple[str, int, dict[str, str]]


def form_page(template: str, form: Form, refusal: DomainError | None, **values: object) -> Page:
    """A form's page; with a refusal, with its status and when to come again."""
    page = render_template(template, form=form, **values)
    if refusal is not None:
        return page, status_of(refusal), headers_of(refusal)
    return page, 422 if form.is_refused else 200
