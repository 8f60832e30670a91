"""Drops an organisation's data keys, so that nobody reads again what they sealed.

It takes effect a day after it was ordered: whoever took a key before has then written what
they sealed with it, and a code that is still usable is noticed and kept.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from vlms.audit.service import journal
from vlms.core.errors import BadInput
from vlms.core.permissions import Permission
from vlms.core.scoping import guarded_update
from vlms.core.text import _, ngettext
from vlms.core.work import Work
from vlms.keys.errors import KeyActRefused
from vlms.keys.models import SealingKey
from vlms.keys.queries import GRACE, Span, count_in, count_usable
from vlms.keys.service.rotating import check_reason

_log = structlog.get_logger()


def shred(work: Work, owner: tuple[UUID, str], typed: str, reason: str) -> int:
    """Order that an organisation's (key, slug) data keys are dropped; how many they are.

    Raises BadInput without a reason or when the slug that was `typed` is another, KeyActRefused
    while a code is usable or is not yet sealed with a data key.
    """
    owner_id, slug = owner
    work.actor.require(Permission.EDIT_SYSTEM)
    check_reason(reason)
    if typed != slug:
        raise BadInput(
            "C8",
            _("The name that was typed to confirm is not the organisation's."),
            field="confirm",
            way_out=_("Type %(slug)s to confirm; what is sealed is then lost for good.", slug=slug),
        )
    _check_unused(work, owner_id)
    mine = SealingKey.organisation_id == owner_id, SealingKey.dropped_at.is_(None)
    found = list(work.session.scalars(select(SealingKey.id).where(*mine)))
    unretired = *mine, SealingKey.retired_at.is_(None)
    guarded_update(work.session, SealingKey, *unretired, retired_at=work.now)
    count = guarded_update(
        work.session, SealingKey, SealingKey.id.in_(found), *mine, shredded_at=work.now
    )
    journal(
        work,
        "data_key.shred_ordered",
        ("organisation", owner_id, owner_id),
        after={"key_count": count},
        reason=reason,
    )
    return count


def _check_unused(work: Work, owner_id: UUID) -> None:
    refusal = why_not_shredded(work.session, owner_id, work.now)
    if refusal is not None:
        raise refusal


def why_not_shredded(session: Session, owner_id: UUID, now: datetime) -> KeyActRefused | None:
    """The refusal that an order to drop an organisation's keys would meet now."""
    usable = count_usable(session, owner_id, now)
    if usable:
        return KeyActRefused(
            "C8",
            ngettext(
                "%(number)s code of the organisation can still be used.",
                "%(number)s codes of the organisation can still be used.",
                usable,
            ),
            reason="codes_usable",
            way_out=_("Wait until they are used or have expired, or make them void."),
        )
    if count_in(session, Span(None), owner_id):
        return KeyActRefused(
            "C8",
            _("Some of its codes are not sealed with a data key of its own yet."),
            reason="codes_not_resealed",
            way_out=_("Wait for the worker, or run: vlms keys reseal"),
        )
    return None


def drop_shredded(work: Work) -> int:
    """Drop what was ordered a day ago; how many keys. One that is needed again is kept."""
    due = (
        SealingKey.shredded_at.is_not(None),
        SealingKey.dropped_at.is_(None),
        SealingKey.retired_at <= work.now - GRACE,
        SealingKey.shredded_at <= work.now - GRACE,
    )
    return sum(
        _drop(work, key) for key in work.session.scalars(select(SealingKey).where(*due)).all()
    )


def _drop(work: Work, key: SealingKey) -> int:
    owner_id = key.organisation_id
    assert owner_id is not None, "only an organisation's keys are shredded"
    here = SealingKey.id == key.id, SealingKey.dropped_at.is_(None)
    usable = count_usable(work.session, owner_id, work.now, Span(key.id))
    if usable:
        _log.error("a data key is kept, as codes are usable", key=str(key.id), count=usable)
        guarded_update(work.session, SealingKey, *here, shredded_at=None)
        return 0
    lost = count_in(work.session, Span(key.id), owner_id)
    changed = guarded_update(work.session, SealingKey, *here, wrapped=None, dropped_at=work.now)
    if changed:
        record = ("organisation", owner_id, owner_id)
        journal(work, "data_key.shredded", record, after={"text_count": lost})
    return changed
