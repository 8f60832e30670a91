"""Pages of packs: their list, one pack with its quotas, its ledger, its message (A2, O5)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, g, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from vlms.academy.exports.packs import packs_table
from vlms.academy.models.packs import Pack, PackEntryKind, PackKind
from vlms.academy.pack_acts import (
    PackLook,
    acts_on_pack,
    acts_on_quota,
    acts_on_request,
    is_own,
    scheduling_of,
)
from vlms.academy.pack_words import (
    ACTION_WORDS,
    COLUMN_WORDS,
    ENTRY_WORDS,
    KIND_WORDS,
    REQUEST_WORDS,
    STANDING_WORDS,
    VALUE_WORDS,
)
from vlms.academy.queries.pack_lists import (
    PackCounts,
    PackFilter,
    count_found,
    counts_of,
    latest_lines,
    ledger_lines,
    list_packs,
    search_ledger,
    search_packs,
    standing_of,
)
from vlms.academy.queries.pack_messages import message_of
from vlms.academy.queries.packs import get_pack, holder_name, list_quotas, list_requests
from vlms.academy.requirements import requirement_names
from vlms.academy.service.pack_mail import tell_again as send_again
from vlms.accounts.names import name_users
from vlms.audit.views import journal_of
from vlms.core import scope
from vlms.core.db import db
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.core.work import Work
from vlms.exports.table import Table
from vlms.jobs.exporting import Export, add_export, send_or_plan
from vlms.web.access import requires
from vlms.web.confirming import Question, confirmed
from vlms.web.lists import Filter, Heading, ListPage
from vlms.web.pages import listing, wanted
from vlms.web.words import add_names, add_words

packs = Blueprint("packs", __name__, url_prefix="/o/<organisation>/packs")
add_words(ACTION_WORDS, COLUMN_WORDS, {**VALUE_WORDS, "requirement_key": requirement_names()})
add_names(ticked_by=name_users)

HEADINGS = (
    Heading("number", _("Pack"), "number", "nowrap"),
    Heading("organisation", _("Organisation")),
    Heading("product", _("Product")),
    Heading("standing", _("Standing")),
    Heading("last_day", _("Last day of use"), "last_day", "nowrap"),
    Heading("capacity", _("Exams"), "capacity", "number"),
    Heading("given", _("Given"), None, "number"),
    Heading("reserved", _("Reserved"), None, "number"),
    Heading("used", _("Used"), None, "number"),
    Heading("free", _("Free"), None, "number"),
    Heading("agreement", _("Agreement"), is_extra=True),
    Heading("kind", _("Kind"), is_extra=True),
)
WITHIN = {str(days): _("within %(days)s days", days=days) for days in (30, 60, 90, 120)}
_LAST_LINES = 6


def look() -> PackLook:
    return PackLook(db.session(), g.actor, g.now)


@packs.get("/")
@requires(Permission.VIEW_PACKS)
def index() -> str:
    """The packs under the filters in the address: `q`, `kind`, `standing`, `within`."""
    found = search_packs(db.session(), _asked(), g.now, listing("last_day"))
    return render_template(
        "packs/index.html",
        list=ListPage("packs.index", _headings(), _filters()),
        found=found,
        counts=counts_of(db.session(), [pack.id for pack in found.rows]),
        nothing=PackCounts(),
        sees_all=_sees_all(),
        standing=lambda pack: standing_of(pack, g.now),
        standings=STANDING_WORDS,
        kinds=KIND_WORDS,
    )


def _headings() -> Sequence[Heading]:
    is_own_place = isinstance(g.scope, scope.Organisation)
    return [one for one in HEADINGS if not is_own_place or one.name != "organisation"]


def _filters() -> Sequence[Filter]:
    kinds = {kind.value: word for kind, word in KIND_WORDS.items()}
    return (
        Filter("q", _("Search in this list"), hint=_("Number, product or agreement")),
        Filter("kind", _("Kind"), kinds),
        Filter("standing", _("Standing"), STANDING_WORDS),
        Filter("within", _("Lapses"), WITHIN),
        Filter(
            "unsent",
            _("Message not sent in time"),
            {"1": _("yes")},
            is_tick=True,
            is_offered=False,
        ),
    )


def _asked() -> PackFilter:
    kind, standing, within = wanted("kind"), wanted("standing"), wanted("within")
    return PackFilter(
        wanted("q"),
        PackKind(kind) if kind in set(PackKind) else None,
        standing if standing in STANDING_WORDS else None,
        int(within) if within in WITHIN else None,
        is_unsent=wanted("unsent") == "1",
    )


@packs.get("/download.<form>")
@requires(Permission.VIEW_PACKS)
def download(form: str) -> Response:
    return send_or_plan(PACKS, form)


def _table(session: Session) -> Table[Pack]:
    found = list_packs(session, _asked(), g.now)
    return packs_table(found, counts_of(session, [pack.id for pack in found]), g.now)


PACKS = add_export(
    Export("packs", _("Packs"), lambda session: count_found(session, _asked(), g.now), _table)
)


@packs.get("/<uuid:pack_id>")
@requires(Permission.VIEW_PACKS)
def show(pack_id: UUID) -> str:
    session = db.session()
    pack = get_pack(session, pack_id)
    quotas = list_quotas(session, pack_id)
    acts = acts_on_pack(look(), pack)
    requests = list_requests(session, pack_id)
    return render_template(
        "packs/show.html",
        pack=pack,
        quotas=quotas,
        holder=holder_name,
        counts=counts_of(session, [pack_id]).get(pack_id, PackCounts()),
        sees_all=_sees_all(),
        standing=standing_of(pack, g.now),
        standings=STANDING_WORDS,
        kinds=KIND_WORDS,
        acts=[act for act in acts if is_own(act)],
        acts_of_others=[act for act in acts if not is_own(act)],
        acts_on=lambda quota: [*acts_on_quota(look(), quota), scheduling_of(look(), quota)],
        message=message_of(session, pack, g.now) if _watches() else None,
        requests=requests,
        request_words=REQUEST_WORDS,
        acts_on_request=lambda one: acts_on_request(look(), one),
        lines=latest_lines(session, pack_id, _LAST_LINES),
        entry_words=ENTRY_WORDS,
        entries=journal_of(pack.id, *(quota.id for quota in quotas)),
    )


def _watches() -> bool:
    return bool(g.actor.may(Permission.VIEW_MESSAGES))


def _sees_all() -> bool:
    """Whether quotas of every school are seen."""
    return not (isinstance(g.scope, scope.Organisation) and g.scope.school_ids is not None)


LEDGER = (
    Heading("at", _("When"), "at", "nowrap"),
    Heading("kind", _("What")),
    Heading("count", _("Exams"), None, "number"),
    Heading("school", _("School")),
    Heading("term", _("Term")),
    Heading("by", _("Who")),
    Heading("reason", _("Reason")),
)


@packs.get("/<uuid:pack_id>/ledger")
@requires(Permission.VIEW_PACKS)
def ledger(pack_id: UUID) -> str:
    """All that changed the counts of a pack, the latest first (I3)."""
    session = db.session()
    pack = get_pack(session, pack_id)
    words = {kind.value: word for kind, word in ENTRY_WORDS.items()}
    kind = wanted("kind")
    found = search_ledger(
        session, pack_id, PackEntryKind(kind) if kind in words else None, listing("-at")
    )
    return render_template(
        "packs/ledger.html",
        pack=pack,
        list=ListPage("packs.ledger", LEDGER, (Filter("kind", _("What"), words),)),
        found=found,
        lines={
            entry.id: line
            for entry, line in zip(found.rows, ledger_lines(session, found.rows), strict=True)
        },
        entry_words=ENTRY_WORDS,
    )


@packs.route("/<uuid:pack_id>/tell-again", methods=["GET", "POST"])
@requires(Permission.RESEND_MESSAGES)
def tell_again(pack_id: UUID) -> str | Response | tuple[str, int]:
    pack = get_pack(db.session(), pack_id)
    question = Question(
        _("Send the message again"),
        pack.number,
        ((_("Pack"), pack.number), (_("Exams"), pack.capacity)),
        (
            (
                _("It goes to whoever is the agreement's notices and online contact now."),
                "O5",
            ),
            (_("It holds a link and no code; the journal keeps that it was sent."), None),
        ),
        _("Send"),
        "send",
        url_for(".show", pack_id=pack_id),
    )

    def act(work: Work) -> None:
        send_again(work, get_pack(work.session, pack_id))

    return confirmed(question, act, _("The message will be sent again."))
