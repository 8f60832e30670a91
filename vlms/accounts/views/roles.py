"""Pages of who has which role."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, g, render_template
from werkzeug.wrappers import Response

from vlms.accounts import service
from vlms.accounts.agreement_choices import list_agreement_choices
from vlms.accounts.forms import InvitationForm, NarrowForm
from vlms.accounts.links import find_newest_links
from vlms.accounts.models import LinkPurpose, Organisation, RoleGrant
from vlms.accounts.queries import (
    GrantFilter,
    get_grant,
    list_grants_in,
    list_schools,
    search_grants,
)
from vlms.accounts.role_words import ROLE_WORDS
from vlms.accounts.shields import shields_of
from vlms.accounts.views.subject import subject, subject_address, subject_argument
from vlms.audit.views import journal_of
from vlms.core.db import db
from vlms.core.errors import DomainError
from vlms.core.permissions import Permission, Role
from vlms.core.text import _
from vlms.web.access import requires
from vlms.web.confirming import Question, confirmed
from vlms.web.forms import Form
from vlms.web.lists import Filter, Heading, ListPage
from vlms.web.pages import listing, wanted
from vlms.web.unit_of_work import answer, unit_of_work
from vlms.web.words import add_words

roles = Blueprint("roles", __name__, url_prefix="/o/<organisation>/roles")

add_words(
    {
        "role.granted": _("Role given"),
        "role.ended": _("Role ended"),
        "role.narrowed": _("Role limited to schools"),
    },
    {
        "role": _("Role"),
        "agreement_id": _("Agreement"),
        "school_id": _("School"),
        "role_grant.ended_at": _("Ended at"),
    },
    {"role": ROLE_WORDS},
)


HEADINGS = (
    Heading("user", _("User")),
    Heading("role", _("Role")),
    Heading("for", _("For")),
    Heading("since", _("Since"), "granted", "nowrap"),
    Heading("password", _("Sign-in")),
    Heading("actions", _("Actions")),
)


@roles.get("/")
@requires(Permission.GRANT_ROLES)
def index() -> str:
    """The roles that hold now, under the filters in the address: `q`, `role`, `only`."""
    organisation = subject()
    grants = list_grants_in(db.session(), organisation.id)
    present = [grant for grant in grants if grant.ended_at is None]
    role = wanted("role")
    filters = [
        Filter("q", _("Search in this list"), hint=_("Name or address")),
        Filter(
            "role",
            _("Role"),
            {each.role.value: ROLE_WORDS[each.role] for each in present},
            is_of_records=role in set(Role),
        ),
        Filter("only", _("Only"), {"invited": _("Invitations that wait")}),
    ]
    asked = GrantFilter(
        wanted("q"), Role(role) if role in set(Role) else None, wanted("only") == "invited"
    )
    found = search_grants(db.session(), organisation.id, asked, listing("granted"))
    users = {grant.user_id for grant in found.rows}
    return render_template(
        "roles/index.html",
        subject=organisation,
        of=subject_argument(),
        list=ListPage("roles.index", HEADINGS, filters, kept=("of",)),
        found=found,
        now=g.now,
        shields=shields_of(users),
        links=find_newest_links(db.session(), users, LinkPurpose.SET_PASSWORD),
        places=_places(organisation),
        wide=_wide(organisation, present),
        role_words=ROLE_WORDS,
        needs_admin=_needs_admin(organisation, present),
        entries=journal_of(*(grant.id for grant in grants)),
    )


@roles.route("/new", methods=["GET", "POST"])
@requires(Permission.GRANT_ROLES, proof=True)
def new() -> str | Response | tuple[str, int]:
    organisation = subject()
    form = InvitationForm(language=organisation.language.value)
    choices = list_agreement_choices(db.session(), organisation.id)
    form.offer(organisation.kind.value, choices, list_schools(db.session(), organisation.id))
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                service.invite(work, organisation.id, form.invitation())
                work.location = _place()
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _("The role is given, and a message is on its way."))
    page = render_template("roles/new.html", form=form, subject=organisation, of=subject_argument())
    return page, 422 if form.is_refused else 200


@roles.route("/<uuid:grant_id>/end", methods=["GET", "POST"])
@requires(Permission.GRANT_ROLES)
def end(grant_id: UUID) -> str | Response | tuple[str, int]:
    grant = get_grant(db.session(), grant_id)
    question = Question(
        _("End the role"),
        subject().name,
        (
            (_("Name"), grant.user.name),
            (_("E-mail address"), grant.user.email),
            (_("Role"), ROLE_WORDS[grant.role]),
            (_("For"), _places(subject()).get(grant.agreement_id or grant.school_id)),
        ),
        (
            (_("The role opens nothing from now on, also where somebody is signed in."), None),
            (_("Other roles of this user and what they did stay as they are."), None),
        ),
        _("End the role"),
        "x",
        _place(),
        takes_away=True,
    )
    done = _("The role has ended and opens nothing from now on.")
    return confirmed(question, lambda work: service.end_role(work, grant_id), done)


@roles.route("/<uuid:grant_id>/withdraw", methods=["GET", "POST"])
@requires(Permission.GRANT_ROLES)
def withdraw(grant_id: UUID) -> str | Response | tuple[str, int]:
    """Takes back the invitation of who has set no password yet."""
    grant = get_grant(db.session(), grant_id)
    question = Question(
        _("Withdraw the invitation"),
        subject().name,
        ((_("Name"), grant.user.name), (_("E-mail address"), grant.user.email)),
        (
            (_("The link that was mailed opens nothing any more."), None),
            (_("All roles of this person here end; they can be invited again."), None),
        ),
        _("Withdraw the invitation"),
        "x",
        _place(),
        takes_away=True,
    )
    done = _("The invitation is withdrawn.")
    return confirmed(question, lambda work: service.withdraw_invitation(work, grant_id), done)


@roles.route("/<uuid:grant_id>/schools", methods=["GET", "POST"])
@requires(Permission.GRANT_ROLES)
def narrow(grant_id: UUID) -> str | Response | tuple[str, int]:
    """Whoever was invited before there were schools is limited to some of them."""
    grant, form = get_grant(db.session(), grant_id), NarrowForm()
    form.offer(list_schools(db.session(), grant.organisation_id))
    if form.validate_on_submit():
        try:
            with unit_of_work(form) as work:
                service.narrow_role(work, grant_id, frozenset(map(UUID, form.schools.value)))
                work.location = _place()
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work, _("The role is for these schools alone from now on."))
    page = render_template(
        "roles/narrow.html",
        form=form,
        grant=grant,
        role_words=ROLE_WORDS,
        subject=subject(),
        of=subject_argument(),
    )
    return page, 422 if form.is_refused else 200


@roles.post("/<uuid:grant_id>/send-link")
@requires(Permission.GRANT_ROLES)
def send_link(grant_id: UUID) -> Response:
    with unit_of_work(Form()) as work:
        service.send_link_again(work, grant_id)
        work.location = _place()
    return answer(work, _("A new link is on its way; older ones have ended."))


def _place() -> str:
    return subject_address("roles.index")


def _places(organisation: Organisation) -> dict[UUID | None, object]:
    """What roles are for, in words: the whole, agreements by number, schools by name."""
    agreements = list_agreement_choices(db.session(), organisation.id)
    schools = list_schools(db.session(), organisation.id)
    return {
        None: _("The whole organisation"),
        **{choice.id: choice.number for choice in agreements},
        **{school.id: school.name for school in schools},
    }


def _wide(organisation: Organisation, present: Sequence[RoleGrant]) -> frozenset[UUID]:
    """Roles for schools that are limited to none, though there are schools now."""
    if not list_schools(db.session(), organisation.id):
        return frozenset()
    return frozenset(grant.id for grant in present if service.is_wide(grant))


def _needs_admin(organisation: Organisation, present: Sequence[RoleGrant]) -> bool:
    """An organisation that buys should have two licensing admins, so that one may be away."""
    admins = {grant.user_id for grant in present if grant.role is Role.LICENSING_ADMIN}
    return organisation.kind.value in ("customer", "academic") and len(admins) < 2
