"""The blueprint of disclosures, and what its pages share."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from uuid import UUID

from flask import Blueprint, g, render_template
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from vlms.codes.queries import CodeFilter
from vlms.codes.rules.shown_state import Shown
from vlms.codes.views.filters import wanted_codes
from vlms.core.errors import DomainError
from vlms.disclosures.models import CodeExport
from vlms.disclosures.words import ACTION_WORDS, COLUMN_WORDS, has_file, state_word
from vlms.web.errors import headers_of, status_of
from vlms.web.forms import Form
from vlms.web.pages import wanted
from vlms.web.words import RecordPage, add_records, add_words

disclosures = Blueprint("disclosures", __name__, url_prefix="/o/<organisation>/disclosures")
add_words(ACTION_WORDS, COLUMN_WORDS)


def name_exports(session: Session, keys: Collection[UUID]) -> Mapping[UUID, str]:
    found = session.execute(select(CodeExport.id, CodeExport.number).where(CodeExport.id.in_(keys)))
    return {key: number for key, number in found}


add_records(code_export=RecordPage(name_exports, "disclosures.show", "export_id"))

Page = str | Response | tuple[str, int] | tuple[str, int, dict[str, str]]
# By which the list of codes can be narrowed.
_FILTERS = ("product", "agreement", "batch", "person", "school", "within", "only", "q")


@disclosures.app_template_filter("export_state")
def _state_word(found: CodeExport) -> str:
    return str(state_word(found, g.now))


@disclosures.app_template_test("with_file")
def _has_file(found: CodeExport) -> bool:
    return has_file(found, g.now)


def form_page(template: str, form: Form, refusal: DomainError | None, **values: object) -> Page:
    """A form's page; with a refusal, with its status and when to come again."""
    page = render_template(template, form=form, **values)
    if refusal is not None:
        return page, status_of(refusal), headers_of(refusal)
    return page, 422 if form.is_refused else 200


def asked_filters() -> dict[str, str]:
    """What the address narrows the list of codes by."""
    return {name: value for name in _FILTERS if (value := wanted(name))}


def filter_as_asked(found: CodeExport) -> CodeFilter:
    """The available codes under the filter with which an export was asked for."""
    return replace(wanted_codes(found.asked.get), state=Shown.AVAILABLE)


def own_session() -> UUID:
    """The session of this browser, whatever its secret is now."""
    assert g.visitor.session_id is not None
    found: UUID = g.visitor.session_id
    return found
