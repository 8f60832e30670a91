"""Pages of course certificates: the list, issuing, papers, badges, revoking, the design."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, g, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from vlms.academy.exports.certificate_papers import papers_of
from vlms.academy.exports.certificates import write_certificates
from vlms.academy.forms.certificates import IssueForm, RevokeForm
from vlms.academy.models.benefits import CourseCertificate
from vlms.academy.queries.choices import find_class, list_classes_seen
from vlms.academy.queries.courses import (
    CertificateFilter,
    get_certificate,
    list_certificates,
    list_courses,
    search_certificates,
)
from vlms.academy.queries.people import named_person
from vlms.academy.service.badges import badge_jwt
from vlms.academy.service.certificates import (
    MOST_AT_ONCE,
    Completion,
    Issued,
    issue_certificates,
    revoke_certificate,
    token_of,
)
from vlms.accounts.queries import list_schools
from vlms.audit.views import journal_of
from vlms.core.clock import local_day
from vlms.core.db import db
from vlms.core.errors import DomainError
from vlms.core.keys import KeyRing
from vlms.core.permissions import Permission
from vlms.core.text import Text, _, ngettext
from vlms.core.work import Work, key_ring
from vlms.jobs.exporting import PaperExport, add_papers, send_or_plan_papers
from vlms.web.access import requires
from vlms.web.lists import Filter, Heading, ListPage
from vlms.web.pages import listing, send_drawn, wanted
from vlms.web.unit_of_work import answer, unit_of_work

certificates = Blueprint("certificates", __name__, url_prefix="/o/<organisation>/certificates")

Answer = str | Response | tuple[str, int]
HEADINGS = (
    Heading("number", _("Number"), "number", "nowrap"),
    Heading("name", _("Awarded to")),
    Heading("course", _("Course")),
    Heading("school", _("School")),
    Heading("completed", _("Completed on"), "completed", "nowrap"),
    Heading("standing", _("Standing")),
)
STANDINGS = {"valid": _("Valid"), "revoked": _("Revoked")}


@certificates.get("/")
@requires(Permission.VIEW_BENEFITS)
def index() -> str:
    """The certificates under the filters in the address, which the file of papers follows."""
    return render_template(
        "certificates/index.html",
        list=ListPage("certificates.index", HEADINGS, _filters()),
        found=search_certificates(db.session(), _asked(), listing("-number")),
        standings=STANDINGS,
        most=MOST_AT_ONCE,
        schools=list_schools(db.session(), g.workspace.organisation_id),
    )


def _filters() -> Sequence[Filter]:
    session = db.session()
    known = list_courses(session)
    schools = list_schools(session, g.workspace.organisation_id)
    return (
        Filter("q", _("Search in this list"), hint=_("Name or number")),
        Filter("course", _("Course"), {str(one.id): one.code for one in known}),
        Filter("school", _("School"), {str(one.id): one.name for one in schools}),
        Filter("state", _("Standing"), STANDINGS),
        Filter("class", _("Class"), _class_choices(), is_offered=False),
    )


def _class_choices() -> dict[str, object]:
    """Only the one in the address, so that its chip has a name."""
    asked = _key("class")
    if asked is None:
        return {}
    found = find_class(db.session(), asked)
    return {} if found is None else {str(found.id): found.title}


def _asked() -> CertificateFilter:
    state = wanted("state")
    return CertificateFilter(
        wanted("q"),
        _key("course"),
        _key("school"),
        _key("class"),
        None if state not in STANDINGS else state == "revoked",
    )


def _key(name: str) -> UUID | None:
    try:
        return UUID(wanted(name) or "")
    except ValueError:
        return None


@certificates.get("/papers.pdf")
@requires(Permission.VIEW_BENEFITS)
def papers() -> Response:
    """The valid ones under the filters as one file, a page each; of many a job makes it."""
    return send_or_plan_papers(PAPERS)


def _valid(session: Session) -> Sequence[CourseCertificate]:
    return list_certificates(session, replace(_asked(), revoked=False), MOST_AT_ONCE + 1)


PAPERS = add_papers(
    PaperExport(
        "certificates",
        _("Certificates"),
        lambda session: len(_valid(session)),
        lambda session: papers_of(_valid(session), _keys().link, base_url()),
        write_certificates,
        lambda count: ngettext(
            "%(number)s certificate is in the file.",
            "%(number)s certificates are in the file.",
            count,
        ),
    )
)


@certificates.get("/<uuid:certificate_id>")
@requires(Permission.VIEW_BENEFITS)
def show(certificate_id: UUID) -> str:
    found = get_certificate(db.session(), certificate_id)
    return render_template(
        "certificates/show.html",
        certificate=found,
        address=address_of(found),
        standings=STANDINGS,
        entries=journal_of(found.id),
    )


@certificates.get("/<uuid:certificate_id>/paper.pdf")
@requires(Permission.VIEW_BENEFITS)
def paper(certificate_id: UUID) -> Response:
    found = get_certificate(db.session(), certificate_id)
    return send_papers([found], found.number)


@certificates.get("/<uuid:certificate_id>/badge.jwt")
@requires(Permission.VIEW_BENEFITS)
def badge(certificate_id: UUID) -> Response:
    return send_badge(get_certificate(db.session(), certificate_id))


@certificates.route("/issue", methods=["GET", "POST"])
@requires(Permission.ISSUE_CERTIFICATES)
def issue() -> Answer:
    form = _issue_form()
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                issued = issue_certificates(work, g.workspace.organisation_id, _wanted(work, form))
                work.location = url_for(".index", **_same(form))
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _issued_words(issued))
    return render_template("certificates/issue.html", form=form), 422 if form.is_refused else 200


def _issued_words(issued: Issued) -> Text:
    made, known = len(issued.certificates), issued.known_count
    done = ngettext(
        "%(number)s certificate is issued.",
        "%(number)s certificates are issued.",
        made,
    )
    if not known:
        return done
    kept = ngettext(
        "%(number)s person had it already.",
        "%(number)s people had it already.",
        known,
    )
    return _("%(done)s %(kept)s", done=done, kept=kept)


def _same(form: IssueForm) -> dict[str, Any]:
    """The list of what was issued: of the class, where it was one."""
    chosen = {"course": form.course.value, "class": form.school_class.value}
    return {name: value for name, value in chosen.items() if value}


def _issue_form() -> IssueForm:
    session = db.session()
    today = local_day(g.now, g.workspace.time_zone)
    form = IssueForm(
        data={
            "completed_on": today.isoformat(),
            **{name: wanted(name) for name in ("course", "school", "school_class")},
        }
    )
    form.course.offer(
        [(str(one.id), f"{one.code} {one.title_zh}") for one in list_courses(session, running=True)]
    )
    schools = list_schools(session, g.workspace.organisation_id)
    form.school.offer([(str(one.id), one.name) for one in schools])
    names = {one.id: one.name for one in schools}
    classes = list_classes_seen(session)
    form.school_class.offer(
        [("", "–")]
        + [(str(one.id), f"{one.title} · {names.get(one.school_id, '')}") for one in classes]
    )
    return form


def _wanted(work: Work, form: IssueForm) -> Completion:
    owner = g.workspace.organisation_id
    lines = [line.strip() for line in (form.people.value or "").splitlines() if line.strip()]
    people = [named_person(work.session, owner, line, "people").id for line in lines]
    chosen = form.school_class.value
    return Completion(
        UUID(form.course.value),
        UUID(form.school.value),
        form.completed_on.value,
        people,
        UUID(chosen) if chosen else None,
    )


@certificates.route("/<uuid:certificate_id>/revoke", methods=["GET", "POST"])
@requires(Permission.ISSUE_CERTIFICATES)
def revoke(certificate_id: UUID) -> Answer:
    found = get_certificate(db.session(), certificate_id)
    form = RevokeForm()
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                revoke_certificate(work, certificate_id, form.reason.value or "")
                work.location = url_for(".show", certificate_id=certificate_id)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _("The certificate is revoked."))
    page = render_template("certificates/revoke.html", form=form, certificate=found)
    return page, 422 if form.is_refused else 200


def address_of(certificate: CourseCertificate) -> str:
    """Its public page."""
    return f"{base_url()}/certificates/{token_of(_keys().link, certificate)}"


def send_papers(found: Sequence[CourseCertificate], name: str) -> Response:
    """Certificates as one PDF."""
    return send_drawn(papers_of(found, _keys().link, base_url()), write_certificates, name)


def send_badge(found: CourseCertificate) -> Response:
    """A certificate's Open Badges credential."""
    signed = badge_jwt(found, _keys(), base_url())
    response = current_app.response_class(signed, mimetype="application/jwt")
    response.headers["Content-Disposition"] = f"attachment; filename={found.number}.jwt"
    return response


def _keys() -> KeyRing:
    return key_ring()


def base_url() -> str:
    return str(current_app.config["SETTINGS"].base_url).rstrip("/")
