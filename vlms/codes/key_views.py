"""The operator's page of keys: whose, how old, and what is still to be sealed anew."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template
from sqlalchemy import select

from vlms.accounts.models import Organisation
from vlms.core.db import db
from vlms.core.masters import current_ring
from vlms.core.permissions import Permission
from vlms.core.work import key_ring
from vlms.keys.models import SealingKey
from vlms.keys.queries import Span, count_in, is_resealed, list_keys, uses_of_master
from vlms.web.access import requires

keys = Blueprint("keys", __name__, url_prefix="/o/<organisation>/keys")


@dataclass(frozen=True)
class KeyRow:
    """A data key and its owner (None: the stock); `left` is what it still seals once retired."""

    key: SealingKey
    owner: Organisation | None
    left: int | None


@keys.get("/")
@requires(Permission.EDIT_SYSTEM)
def index() -> str:
    session = db.session()
    found = list_keys(session)
    ids = {key.organisation_id for key in found}
    owners = {
        each.id: each
        for each in session.scalars(select(Organisation).where(Organisation.id.in_(ids)))
    }
    rows = [
        KeyRow(
            key,
            owners.get(key.organisation_id) if key.organisation_id else None,
            count_in(session, Span(key.id)) if key.retired_at and not key.dropped_at else None,
        )
        for key in found
    ]
    ring = current_ring(key_ring())
    return render_template(
        "keys/index.html",
        rows=sorted(rows, key=lambda row: row.owner.name if row.owner else ""),
        master_id=ring.master_id,
        former={each: uses_of_master(session, each) for each in ring.former},
        unsealed=0 if is_resealed(session) else count_in(session, Span(None)),
    )
