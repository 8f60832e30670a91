"""Pages of how a school's certificates look."""

from __future__ import annotations

from uuid import UUID

from flask import g, render_template, url_for
from werkzeug.wrappers import Response

from vlms.academy.exports.certificate_papers import sample_paper
from vlms.academy.exports.certificates import write_certificates
from vlms.academy.forms.certificates import DesignForm
from vlms.academy.service.designs import find_design, save_design, with_drawn_pictures
from vlms.academy.views.certificates import Answer, base_url, certificates
from vlms.accounts.queries import get_school
from vlms.core.clock import local_day
from vlms.core.db import db
from vlms.core.errors import DomainError
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.web.access import requires
from vlms.web.pages import send_drawn
from vlms.web.unit_of_work import answer, unit_of_work

_NAMES = (
    "layout",
    "latin_school_name",
    "latin_institution_name",
    "signer_name",
    "signer_title",
)
# The blueprint is whole once this module is imported.
__all__ = ["certificates"]


@certificates.route("/designs/<uuid:school_id>", methods=["GET", "POST"])
@requires(Permission.ISSUE_CERTIFICATES)
def design(school_id: UUID) -> Answer:
    owner = g.workspace.organisation_id
    school = get_school(db.session(), owner, school_id)
    known = find_design(db.session(), school_id)
    form = DesignForm(data={name: getattr(known, name) for name in _NAMES} if known else None)
    if form.validate_on_submit():
        try:
            facts = with_drawn_pictures(form.facts())
            with unit_of_work(form) as work:
                save_design(work, owner, school_id, facts)
                work.location = url_for(".design", school_id=school_id)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _("Saved. New certificates look like this."))
    page = render_template("certificates/design.html", form=form, school=school, known=known)
    return page, 422 if form.is_refused else 200


@certificates.get("/designs/<uuid:school_id>/sample.pdf")
@requires(Permission.ISSUE_CERTIFICATES)
def sample(school_id: UUID) -> Response:
    """How a certificate of today would look; it names nobody and is not genuine."""
    school = get_school(db.session(), g.workspace.organisation_id, school_id)
    known = find_design(db.session(), school_id)
    today = local_day(g.now, school.time_zone or g.workspace.time_zone)
    names = (g.workspace.name, school.name)
    drawn = sample_paper(names, known, today, f"{base_url()}/certificates/sample")
    return send_drawn([drawn], write_certificates, "sample")
