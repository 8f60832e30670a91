"""The operator's page of keys: whose, how old, what is still to be sealed anew, what is next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from flask import Blueprint, g, render_template, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from vlms.accounts.models import Organisation
from vlms.accounts.queries import get_organisation
from vlms.codes.key_forms import KeyForm, ShredForm
from vlms.core.db import db
from vlms.core.installation import InstallationFact
from vlms.core.masters import current_ring
from vlms.core.permissions import Permission
from vlms.core.text import Text, _, ngettext
from vlms.core.work import Work, key_ring
from vlms.jobs.queries import SILENCE, worker_seen_at
from vlms.keys.models import SealingKey
from vlms.keys.queries import Span, count_in, count_sealed, is_resealed, uses_of_master
from vlms.keys.service.master_keys import ROTATED
from vlms.keys.service.rotating import rotate as rotate_key
from vlms.keys.service.shredding import shred as shred_keys
from vlms.keys.service.shredding import why_not_shredded
from vlms.keys.standing import count_old, find_sealing, list_leaving, page_of_sealing
from vlms.web.access import requires
from vlms.web.confirming import Hindrance, Question, confirmed
from vlms.web.locales import show_moment, show_number
from vlms.web.pages import listing

keys = Blueprint("keys", __name__, url_prefix="/o/<organisation>/keys")
Answer = str | Response | tuple[str, int]


_PLACE = ".index"
STOCK = _("Stock of provider's codes")


@keys.get("/")
@requires(Permission.EDIT_SYSTEM)
def index() -> str:
    session = db.session()
    leaving = list_leaving(session)
    found = page_of_sealing(session, listing("made"))
    ring = current_ring(key_ring())
    rotated = session.get(InstallationFact, ROTATED)
    unsealed = 0 if is_resealed(session) else count_in(session, Span(None))
    former = {each: uses_of_master(session, each) for each in ring.former if each != ring.coming}
    waiting = unsealed + sum(each.left for each in leaving if not each.is_ordered)
    return render_template(
        "keys/index.html",
        leaving=leaving,
        found=found,
        owners=_owners(session, [*found.rows, *(each.key for each in leaving)]),
        master_id=ring.master_id,
        master_since=datetime.fromisoformat(rotated.value) if rotated else None,
        former=former,
        coming=ring.coming,
        unsealed=unsealed,
        now=g.now,
        steps=list(_steps(session, waiting, former)),
    )


def _owners(session: Session, found: Sequence[SealingKey]) -> Mapping[UUID, Organisation]:
    ids = {key.organisation_id for key in found}
    named = session.scalars(select(Organisation).where(Organisation.id.in_(ids)))
    return {each.id: each for each in named}


def _steps(session: Session, waiting: int, former: Mapping[str, list[str]]) -> Iterator[Text]:
    """What is to be done next, the most urgent first."""
    wraps = any("data_key.wrapped" in uses for uses in former.values())
    seen_at = worker_seen_at(session)
    if (waiting or wraps) and (seen_at is None or g.now - seen_at > SILENCE):
        yield _("No worker runs, so that nothing is sealed anew. Start it: vlms worker")
    if waiting:
        yield ngettext(
            "%(number)s code is sealed with a key that is to go. The worker seals it anew by "
            "itself; at once it is done by: vlms keys reseal",
            "%(number)s codes are sealed with a key that is to go. The worker seals them anew "
            "by itself; at once it is done by: vlms keys reseal",
            waiting,
        )
    old = count_old(session, g.now)
    if old:
        yield ngettext(
            "%(number)s key is older than a year: change it.",
            "%(number)s keys are older than a year: change them, the oldest first.",
            old,
        )
    if wraps:
        yield _("A former master key still wraps data keys. The worker wraps them anew by itself.")


@keys.route("/stock/rotate", methods=["GET", "POST"])
@requires(Permission.EDIT_SYSTEM, proof=True)
def rotate_stock() -> Answer:
    return _rotated(None, str(STOCK))


@keys.route("/<uuid:organisation_id>/rotate", methods=["GET", "POST"])
@requires(Permission.EDIT_SYSTEM, proof=True)
def rotate(organisation_id: UUID) -> Answer:
    return _rotated(organisation_id, get_organisation(db.session(), organisation_id).name)


def _rotated(owner_id: UUID | None, name: str) -> Answer:
    question = Question(
        _("Change the data key"),
        name,
        _facts(owner_id),
        (
            (_("A new key seals from now on. The former one still opens what it sealed."), None),
            (_("The worker seals that anew, a little at a time; nobody has to wait."), None),
            (
                _(
                    "When nothing needs the former key any more, at the earliest in a day, it is "
                    "dropped."
                ),
                None,
            ),
        ),
        _("Change the key"),
        "refresh",
        url_for(_PLACE),
    )
    form = KeyForm()

    def act(work: Work) -> None:
        rotate_key(work, owner_id, form.reason.value or "")

    return confirmed(question, act, _("A new key seals from now on."), form=form)


def _facts(owner_id: UUID | None) -> Sequence[tuple[Text, object]]:
    key = find_sealing(db.session(), owner_id)
    made = show_moment(key.made_at) if key else _("It has none yet.")
    sealed = count_sealed(db.session(), owner_id)
    return ((_("Seals since"), made), (_("Codes that are sealed"), show_number(sealed)))


@keys.route("/<uuid:organisation_id>/shred", methods=["GET", "POST"])
@requires(Permission.EDIT_SYSTEM, proof=True)
def shred(organisation_id: UUID) -> Answer:
    owner = get_organisation(db.session(), organisation_id)
    question = Question(
        _("Drop the data keys of an organisation that leaves"),
        owner.name,
        (*_facts(owner.id), (_("Short name"), owner.slug)),
        (
            (
                _(
                    "In a day its data keys are dropped. What they sealed is then read by nobody "
                    "here; a backup of earlier days still holds them."
                ),
                "C8",
            ),
            (_("Counts, last characters and the journal stay."), "C8"),
            (_("A code that can still be used by then keeps its key."), "C8"),
        ),
        _("Drop the keys in a day"),
        "trash",
        url_for(_PLACE),
        takes_away=True,
        hindrance=_hindrance(db.session(), owner.id),
    )
    form = ShredForm()

    def act(work: Work) -> None:
        shred_keys(work, (owner.id, owner.slug), form.confirm.value or "", form.reason.value or "")

    return confirmed(question, act, _("The keys are dropped in a day."), form=form)


def _hindrance(session: Session, owner_id: UUID) -> Hindrance | None:
    """Why its keys cannot be dropped now."""
    refusal = why_not_shredded(session, owner_id, g.now)
    if refusal is None or refusal.way_out is None:
        return None
    return Hindrance(refusal.sentence, refusal.way_out, _("Back to the keys"), url_for(_PLACE))
