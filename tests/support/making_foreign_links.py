"""Somebody else's certification profile: for the ids in addresses of links."""

from __future__ import annotations

from uuid import UUID

from tests.support.making import make_user
from tests.support.making_links import make_profile
from vlms.core.work import Work


def make_foreign_links(work: Work) -> dict[str, UUID]:
    user = make_user(work, "chen@hongyuan.example", "宏遠科技")
    return {"profile_id": make_profile(work, user, "990999999").id}
