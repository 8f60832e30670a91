"""Slips for people without e-mail: for whom they are needed, and their sheet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, current_app, g, render_template, request
from flask_babel import force_locale
from werkzeug.wrappers import Response

from vlms.academy.exports.slips import slip_card, slip_sheet
from vlms.academy.queries import slips as bearers
from vlms.academy.rules.slips import why_no_slip
from vlms.academy.service import slips as service
from vlms.accounts.links import is_open, link_path
from vlms.accounts.models import Organisation, Person
from vlms.accounts.queries import get_organisation, list_schools
from vlms.accounts.service.limits import is_own_school
from vlms.core.db import db
from vlms.core.errors import DomainError
from vlms.core.language import Language
from vlms.core.permissions import Permission
from vlms.core.text import Text, _
from vlms.core.work import Work
from vlms.exports.document import CodeCard
from vlms.web.access import requires
from vlms.web.body_fields import takes
from vlms.web.forms import Form
from vlms.web.lists import Filter, Heading, ListPage
from vlms.web.pages import send_document, wanted
from vlms.web.unit_of_work import unit_of_work
from vlms.web.words import add_words

slips = Blueprint("slips", __name__, url_prefix="/o/<organisation>/slips")
add_words({"slip.printed": _("Slip printed"), "slip.used": _("Slip used")})
_HEADINGS = (
    Heading("person", _("Full name")),
    Heading("number", _("Number")),
    Heading("school", _("School")),
    Heading("slip", _("Slip")),
)


class PrintForm(Form):
    """For whom slips are printed stands in the ticks of the table."""


@slips.get("/")
@requires(Permission.EDIT_ROSTERS)
def index() -> str:
    """People without an address, under the filters in the address: `class`, `q`."""
    return _page(PrintForm(formdata=None))


@slips.post("/sheet")
@requires(Permission.EDIT_ROSTERS)
@takes("row")
def sheet() -> Response | tuple[str, int]:
    """The paper for those who are ticked; the slips that they had end with it."""
    form = PrintForm()
    if form.validate_on_submit():
        try:
            with unit_of_work() as work:
                printed = service.print_slips(work, _organisation().id, _ticked())
                made_at = g.now.astimezone(ZoneInfo(g.workspace.time_zone))
                paper = slip_sheet(list(_cards(work, printed)), _what(), made_at)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return send_document(paper, "slips")
    return _page(form), 422


def _cards(work: Work, printed: Sequence[service.PrintedSlip]) -> Iterator[CodeCard]:
    base_url = current_app.config["SETTINGS"].base_url
    for each in printed:
        address = base_url + link_path(work.keys.link, each.link)
        yield slip_card(each, address, _organisation(), _speak)


def _ticked() -> set[UUID]:
    """What is no key belongs to nobody, and is left out."""
    found = set()
    for word in request.form.getlist("row"):
        try:
            found.add(UUID(word))
        except ValueError:
            continue
    return found


def _what() -> str:
    """The class, or the institution, for the top of the paper."""
    return _classes().get(wanted("class") or "") or _organisation().name


def _page(form: PrintForm) -> str:
    organisation = _organisation()
    people = bearers.list_bearers(db.session(), organisation.id, _wanted(), service.MOST)
    return render_template(
        "slips/index.html",
        form=form,
        list=_list(),
        people=people,
        schools={each.id: each.name for each in list_schools(db.session(), organisation.id)},
        reasons=_reasons(organisation, people),
        newest=bearers.newest_slips(db.session(), people),
        printers=bearers.printers_of(db.session(), people),
        is_open=lambda link: is_open(link, g.now),
        most=service.MOST,
    )


def _list() -> ListPage:
    classes = _classes()
    filters = [
        Filter("class", _("Class"), classes, is_offered=bool(classes)),
        Filter("q", _("Search in this list"), hint=_("Name or number")),
    ]
    return ListPage("slips.index", _HEADINGS, filters)


def _reasons(organisation: Organisation, people: Sequence[Person]) -> Mapping[UUID, Text | None]:
    """Why a person gets no slip here; None for who can."""
    users = bearers.users_of(db.session(), people)
    reasons: dict[UUID, Text | None] = {}
    for person in people:
        user = users.get(person.user_id) if person.user_id else None
        reason = why_no_slip(service.bearer_of(person, organisation, user))
        if not is_own_school(db.session(), person.school_id):
            reason = _("Their own school is another one, which prints it.")
        reasons[person.id] = reason
    return reasons


def _wanted() -> bearers.SlipFilter:
    named = wanted("class") or ""
    today = g.now.astimezone(ZoneInfo(g.workspace.time_zone)).date()
    class_id = UUID(named) if named in _classes() else None
    return bearers.SlipFilter(today, class_id, wanted("q"))


def _classes() -> Mapping[str, str]:
    found = bearers.list_classes(db.session(), g.workspace.organisation_id)
    return {str(each.id): each.title for each in found}


def _organisation() -> Organisation:
    return get_organisation(db.session(), g.workspace.organisation_id)


def _speak(language: Language) -> AbstractContextManager[None]:
    spoken: AbstractContextManager[None] = force_locale(language.value)
    return spoken
