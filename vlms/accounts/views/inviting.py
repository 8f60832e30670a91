"""Who of a directory was invited to sign in: of one import, and who has not answered."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from flask import g, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from vlms.accounts.import_queries import get_import
from vlms.accounts.invited_exports import STATE_WORDS, invited_table
from vlms.accounts.invited_queries import (
    Invited,
    count_imported,
    count_unanswered,
    describe_invited,
    list_imported,
    list_unanswered,
    search_imported,
    search_unanswered,
)
from vlms.accounts.models import Person
from vlms.accounts.queries import get_person
from vlms.accounts.rules.asking_again import USUAL_DAYS, asked_before
from vlms.accounts.service.people_inviting import invite_people
from vlms.accounts.views.people import people
from vlms.accounts.views.subject import subject, subject_address, subject_argument
from vlms.core.db import db
from vlms.core.errors import BadInput, DomainError
from vlms.core.paging import Page
from vlms.core.permissions import Permission
from vlms.core.text import Text, _, ngettext
from vlms.exports.table import Table
from vlms.jobs.exporting import Export, add_export, send_or_plan
from vlms.web.access import requires
from vlms.web.asked_days import asked_days
from vlms.web.body_fields import takes
from vlms.web.forms import Form
from vlms.web.lists import Filter, Heading, ListPage
from vlms.web.pages import listing, wanted
from vlms.web.unit_of_work import answer, unit_of_work
from vlms.web.words import add_words

__all__ = ["people"]
Answer = str | Response | tuple[str, int]
add_words({"person.invited": _("Invited to sign in")})
HEADINGS = (
    Heading("name", _("Full name"), "name"),
    Heading("user", _("User")),
    Heading("state", _("State")),
    Heading("asked", _("Last invited"), None, "nowrap"),
    Heading("until", _("Link holds until"), None, "nowrap"),
)


@people.get("/unanswered")
@requires(Permission.VIEW_PEOPLE)
def unanswered() -> str:
    """Those who were last invited `days` ago or earlier and have not signed in."""
    return _unanswered_page(Form(formdata=None))


@people.get("/unanswered.<form>")
@requires(Permission.VIEW_PEOPLE)
def unanswered_file(form: str) -> Response:
    return send_or_plan(UNANSWERED, form)


@people.get("/imports/<uuid:import_id>/sign-ins")
@requires(Permission.VIEW_PEOPLE)
def import_sign_ins(import_id: UUID) -> str:
    """How it stands now with the sign-in of everybody who stands in an import."""
    return _import_page(Form(formdata=None), import_id)


@people.get("/imports/sign-ins.<form>")
@requires(Permission.VIEW_PEOPLE)
def sign_ins_file(form: str) -> Response:
    return send_or_plan(SIGN_INS, form)


@people.post("/invite")
@requires(Permission.GRANT_ROLES)
@takes("row")
def invite() -> Answer:
    """Invites those who are ticked, each once a day; then the list from which it was asked."""
    form = Form()
    if form.validate_on_submit():
        chosen = _ticked()
        try:
            if not chosen:
                raise BadInput(None, _("Nobody is ticked."), way_out=_("Tick whom to invite."))
            with unit_of_work(form) as work:
                work.location = _back()
                count = invite_people(work, subject().id, chosen)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _told(count))
    import_id = _wanted_import()
    if import_id is None:
        return _unanswered_page(form), 422
    return _import_page(form, import_id), 422


def _told(count: int) -> Text:
    if not count:
        return _("Nobody is invited twice on a day, nor who has no address or signs in already.")
    return ngettext("%(number)s mail is on its way.", "%(number)s mails are on their way.", count)


def _ticked() -> set[UUID]:
    """Whom the ticks name. Raises NotFound for somebody of another organisation."""
    found = set()
    for word in request.form.getlist("row"):
        try:
            found.add(get_person(db.session(), UUID(word)).id)
        except ValueError:
            continue
    return found


def _back() -> str:
    if (import_id := _wanted_import()) is not None:
        return subject_address("people.import_sign_ins", import_id=import_id)
    if wanted("person") is not None and len(chosen := _ticked()) == 1:
        return subject_address("people.show", person_id=chosen.pop())
    return subject_address("people.unanswered", days=wanted("days"))


def _wanted_import() -> UUID | None:
    """The import that the address names, if it is one of this organisation. Raises NotFound."""
    try:
        return get_import(db.session(), UUID(wanted("import") or "")).id
    except ValueError:
        return None


def _unanswered_page(form: Form) -> str:
    days, asked = asked_days(USUAL_DAYS)
    found = search_unanswered(db.session(), subject().id, _before(), listing("name"))
    return _page("people/unanswered.html", form, found, (asked,), days=days)


def _import_page(form: Form, import_id: UUID) -> str:
    done = get_import(db.session(), import_id)
    found = search_imported(db.session(), import_id, listing("name"))
    return _page("people/import_sign_ins.html", form, found, done=done)


def _page(
    template: str, form: Form, found: Page[Person], filters: Collection[Filter] = (), **more: object
) -> str:
    rows = list(describe_invited(db.session(), found.rows, g.now))
    endpoint = template.removesuffix(".html").replace("/", ".")
    return render_template(
        template,
        form=form,
        list=ListPage(endpoint, HEADINGS, list(filters), kept=("of",)),
        found=Page(rows, found.total_count, found.listing, found.next_after),
        words=STATE_WORDS,
        subject=subject(),
        of=subject_argument(),
        **more,
    )


def _before() -> datetime:
    days = asked_days(USUAL_DAYS)[0]
    return asked_before(g.now, subject().time_zone, USUAL_DAYS if days is None else days)


def _unanswered_people(session: Session) -> list[Person]:
    return list(list_unanswered(session, subject().id, _before()))


def _count_unanswered(session: Session) -> int:
    return count_unanswered(session, subject().id, _before())


def _count_imported(session: Session) -> int:
    import_id = _wanted_import()
    return 0 if import_id is None else count_imported(session, import_id)


def _imported_people(session: Session) -> list[Person]:
    import_id = _wanted_import()
    return [] if import_id is None else list(list_imported(session, import_id))


def _table(title: Text, session: Session, found: list[Person]) -> Table[Invited]:
    rows = list(describe_invited(session, found, g.now))
    return invited_table(title, rows, subject().time_zone, g.now)


_NOT_ANSWERED, _SIGN_INS = _("Invited and not answered"), _("Sign-in of imported people")
UNANSWERED = add_export(
    Export(
        "people_unanswered",
        _NOT_ANSWERED,
        _count_unanswered,
        lambda session: _table(_NOT_ANSWERED, session, _unanswered_people(session)),
        lambda: "invitations-unanswered",
    )
)
SIGN_INS = add_export(
    Export(
        "people_sign_ins",
        _SIGN_INS,
        _count_imported,
        lambda session: _table(_SIGN_INS, session, _imported_people(session)),
        lambda: "people-sign-ins",
    )
)
