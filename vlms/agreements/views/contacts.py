"""Pages on which an agreement's contacts and schools are chosen."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, url_for
from werkzeug.wrappers import Response

from vlms.accounts.queries import list_schools
from vlms.agreements.forms import ContactsForm, SchoolsForm, shown_contacts
from vlms.agreements.queries import get_agreement
from vlms.agreements.service.contacts import set_contacts, set_schools
from vlms.agreements.views.blueprint import agreements
from vlms.agreements.words import CONTACT_WORDS
from vlms.core.db import db
from vlms.core.errors import DomainError, NotFound
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.web.access import requires
from vlms.web.unit_of_work import answer, unit_of_work


@agreements.route("/<uuid:agreement_id>/contacts", methods=["GET", "POST"])
@requires(Permission.EDIT_AGREEMENTS)
def contacts(agreement_id: UUID) -> str | Response | tuple[str, int]:
    agreement = get_agreement(db.session(), agreement_id)
    language = agreement.organisation.language.value
    usual = {f"{kind}_language": language for kind in CONTACT_WORDS}
    form = ContactsForm(data={**usual, **shown_contacts(agreement)})
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                set_contacts(work, agreement_id, form.filled())
                work.location = url_for(".show", agreement_id=agreement_id)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _("Saved."))
    page = render_template(
        "agreements/contacts.html", form=form, agreement=agreement, words=CONTACT_WORDS
    )
    return page, 422 if form.is_refused else 200


@agreements.route("/<uuid:agreement_id>/schools", methods=["GET", "POST"])
@requires(Permission.EDIT_AGREEMENTS)
def schools(agreement_id: UUID) -> str | Response | tuple[str, int]:
    agreement = get_agreement(db.session(), agreement_id)
    form = SchoolsForm(data={"schools": [str(school.id) for school in agreement.schools]})
    form.offer(list_schools(db.session(), agreement.organisation_id))
    if form.validate_on_submit():
        with unit_of_work(form) as work:
            set_schools(work, agreement_id, _school_ids(form))
            work.location = url_for(".show", agreement_id=agreement_id)
        return answer(work, _("Saved."))
    page = render_template("agreements/schools.html", form=form, agreement=agreement)
    return page, 422 if form.is_refused else 200


def _school_ids(form: SchoolsForm) -> list[UUID]:
    try:
        return [UUID(chosen) for chosen in form.schools.data or []]
    except ValueError:
        raise NotFound(None, _("There is no such school in this organisation.")) from None
