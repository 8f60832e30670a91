"""Pages of handouts: the list of them, and who is to get what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from flask import Blueprint, g, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from vlms.accounts.queries import PersonFilter, get_person, list_people
from vlms.codes.queries import get_batch
from vlms.codes.views.filters import key_in
from vlms.core.db import db
from vlms.core.errors import BadInput, DomainError, NotFound
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.giving.forms.handouts import NewHandoutForm
from vlms.giving.handout_words import ACT_WORDS, OUTCOME_WORDS, SOURCE_WORDS, STANDING_WORDS
from vlms.giving.models.handouts import Handout
from vlms.giving.people_sources import Arguments, Group, add_people_source, find_group
from vlms.giving.queries.handouts import (
    count_outcomes,
    get_handout,
    list_products_to_give,
    search_handouts,
)
from vlms.giving.service.handout_making import (
    People,
    Wishes,
    make_handout,
    people_chosen,
    people_in_file,
    people_pasted,
)
from vlms.web.access import requires
from vlms.web.addresses import asked_here
from vlms.web.pages import listing
from vlms.web.unit_of_work import answer, unit_of_work
from vlms.web.words import add_words

handouts = Blueprint("handouts", __name__, url_prefix="/o/<organisation>/handouts")
MOST_TICKED = 2_000
Answer = str | Response | tuple[str, int]

add_words(
    {
        "handout.created": _("List made for giving"),
        "handout.changed": _("List for giving changed"),
        "handout.dropped": _("Old list for giving dropped"),
        "handout.confirmed": _("Giving to many confirmed"),
        "handout.retried": _("Giving tried again"),
        "handout.undone": _("Giving to many taken back"),
    },
    {
        "source_name": _("File"),
        "row_count": _("Rows"),
        "act": _("What is done"),
        "confirmed_at": _("Confirmed at"),
        "undone_at": _("Taken back at"),
        "handout.source": _("Where the people come from"),
    },
    {"act": ACT_WORDS, "handout.source": SOURCE_WORDS},
)


@handouts.app_context_processor
def _words() -> dict[str, object]:
    return {"standing_words": STANDING_WORDS, "outcome_words": OUTCOME_WORDS}


def page_of(handout: Handout) -> str:
    """Where one looks at it: the check of a draft, or the result."""
    endpoint = ".review" if handout.confirmed_at is None else ".result"
    return url_for(endpoint, handout_id=handout.id)


def own_handout(handout_id: UUID, session: Session | None = None) -> Handout:
    """A handout of this workspace. Raises NotFound."""
    found = get_handout(session or db.session(), handout_id, g.actor)
    if found.organisation_id != g.workspace.organisation_id:
        raise NotFound(None, _("There is no such handout here."))
    return found


@handouts.get("/")
@requires(Permission.ASSIGN_CODES)
def index() -> str:
    """What was given to many, and what is still a draft; the newest first."""
    session = db.session()
    found = search_handouts(session, g.workspace.organisation_id, g.actor, listing("-made"))
    counts = {one.id: count_outcomes(session, one.id) for one in found.rows}
    return render_template(
        "handouts/index.html", found=found, counts=counts, acts=ACT_WORDS, sources=SOURCE_WORDS
    )


@handouts.route("/new", methods=["GET", "POST"])
@requires(Permission.ASSIGN_CODES)
def new() -> Answer:
    """Who is to get what: pasted, uploaded, or chosen by the address; one of them."""
    session = db.session()
    owner_id: UUID = g.workspace.organisation_id
    batch_id, group = _batch(session), find_group(session, _arguments())
    form = NewHandoutForm(data={"products": _wanted_products(session, batch_id)})
    products = list_products_to_give(session, owner_id, g.now)
    form.offer(products)
    if form.validate_on_submit():
        try:
            people = _people(form, group)
            wishes = Wishes(batch_id=batch_id, adds_people=bool(form.adds_people.data))
            with unit_of_work(form) as work:
                made = make_handout(work, owner_id, people, form.product_ids, wishes)
                work.location = url_for(".review", handout_id=made.id)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return answer(work)
    page = render_template(
        "handouts/new.html", form=form, group=group, products=products, kept=asked_here()
    )
    return page, 422 if form.is_refused else 200


def _people(form: NewHandoutForm, group: Group | None) -> People:
    """The one list that was given. Raises BadInput for two or none."""
    given = [form.text.value is not None, form.file.value is not None, group is not None]
    if sum(given) > 1:
        raise BadInput(
            None,
            _("People were given in two ways."),
            reason="two_lists",
            field="text",
            way_out=_("Paste them, or upload a list: not both at once."),
        )
    if group is not None:
        return people_chosen(group.people, group.name)
    if form.file.value is not None:
        return people_in_file(*form.file.value)
    return people_pasted(form.text.value or "")


def _arguments() -> Arguments:
    return {name: request.args.getlist(name) for name in request.args}


def _batch(session: Session) -> UUID | None:
    """The batch from whose page somebody comes. Raises NotFound."""
    key = key_in(request.args.get("batch"))
    return None if key is None else get_batch(session, key).id


def _wanted_products(session: Session, batch_id: UUID | None) -> list[str]:
    if batch_id is not None:
        return [str(get_batch(session, batch_id).product_id)]
    return [str(key) for text in request.args.getlist("product") if (key := key_in(text))]


def _listed(session: Session, arguments: Arguments) -> Group:
    """Those ticked in the list of people, or all whom it shows; leavers get no code."""
    if arguments["which"] == ["all"]:
        narrowed = PersonFilter(
            _one(arguments, "q"),
            key_in(_one(arguments, "school")),
            False,
            _one(arguments, "department"),
            key_in(_one(arguments, "manager")),
        )
        people = list_people(session, g.workspace.organisation_id, narrowed)
        return Group(narrowed.department or narrowed.words or str(_("All people")), people)
    keys = [key_in(text) for text in arguments.get("row", ())][:MOST_TICKED]
    people = [get_person(session, key) for key in keys if key is not None]
    return Group(str(_("Ticked in the directory")), people)


def _one(arguments: Mapping[str, Sequence[str]], name: str) -> str | None:
    return next((value for value in arguments.get(name, ()) if value), None)


add_people_source("which", _listed)
