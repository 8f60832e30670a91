"""Existing entitlements: what is used of them and until when they last is kept by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from vlms.accounts.service.limits import require_whole_organisation
from vlms.core.errors import BadInput, Conflict
from vlms.core.permissions import Permission
from vlms.core.scoping import guarded_update
from vlms.core.text import _
from vlms.core.work import Work
from vlms.planning.models.openings import Entitlement
from vlms.planning.queries.openings import get_entitlement


@dataclass(frozen=True)
class EntitlementChange:
    """What it is to be; `version` is the one that was looked at."""

    version: int
    quantity: int
    used: int
    ends_on: date
    note: str | None


def change_entitlement(work: Work, entitlement_id: UUID, wanted: EntitlementChange) -> Entitlement:
    """Raises Forbidden, NotFound, BadInput for more used than there is, Conflict."""
    work.actor.require(Permission.MOVE_IN)
    require_whole_organisation(work)
    found = get_entitlement(work.session, entitlement_id)
    if wanted.used > wanted.quantity:
        raise BadInput(
            None,
            _("More is used than there is."),
            field="used",
            way_out=_("Enter %(quantity)s or less.", quantity=wanted.quantity),
        )
    work.does("entitlement.changed")
    as_read = (Entitlement.id == found.id, Entitlement.version == wanted.version)
    if guarded_update(work.session, Entitlement, *as_read, version=wanted.version + 1) != 1:
        raise Conflict(
            None,
            _("Somebody else has changed this entitlement in the meantime."),
            way_out=_("Look at it again, then change it."),
        )
    work.session.refresh(found)
    found.quantity, found.used_count = wanted.quantity, wanted.used
    found.ends_on, found.note = wanted.ends_on, wanted.note
    work.flush()
    return found
