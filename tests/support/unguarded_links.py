"""A twin of linking that reads first and writes later: the negative control of its race.

Nothing like it may stand in the product.
"""

from __future__ import annotations

import threading
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from tests.support.making_links import LIN
from vlms.accounts.queries import find_user
from vlms.core.db import reading, transaction
from vlms.core.scope import System
from vlms.core.scoping import guarded_update
from vlms.partners.models.links import CertificationProfile

_TWIN = System("unguarded twin")


def take_unguarded(meeting: threading.Barrier, _now: datetime, *, is_guarded: bool) -> bool:
    """Whether it believes that this link of Lin's is the only one that goes on."""
    with reading(_TWIN) as session:
        user = find_user(session, LIN)
        assert user is not None
        profile_id, count = _read(session.scalars(_own(user.id)).one())
    meeting.wait()
    guards = [CertificationProfile.id == profile_id]
    if is_guarded:
        guards.append(CertificationProfile.link_count == count)
    with transaction(_TWIN) as session:
        new = {"link_count": count + 1}
        return guarded_update(session, CertificationProfile, *guards, **new) == 1


def _own(user_id: UUID):  # type: ignore[no-untyped-def]
    return select(CertificationProfile).where(CertificationProfile.user_id == user_id)


def _read(profile: CertificationProfile) -> tuple[UUID, int]:
    return profile.id, profile.link_count
