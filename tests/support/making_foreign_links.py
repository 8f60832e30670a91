"""Somebody else's certification profile, its link and a task: for the ids in addresses."""

from __future__ import annotations

from uuid import UUID

from tests.support.making import make_person, make_user
from tests.support.making_foreign_report import make_foreign_report
from tests.support.making_links import make_profile
from tests.support.making_locations import make_location
from vlms.accounts.models import Organisation
from vlms.core.work import Work
from vlms.partners.models.links import Association, UnlinkTask


def make_foreign_links(work: Work, owner_id: UUID) -> dict[str, UUID]:
    user = make_user(work, "links@hongyuan.example", "宏遠科技")
    owner = work.session.get_one(Organisation, owner_id)
    person = make_person(work, owner, "宏遠科技", "links@hongyuan.example", user)
    profile = make_profile(work, user, "990999999")
    association = Association(
        organisation_id=owner.id,
        person_id=person.id,
        user_id=user.id,
        profile_id=profile.id,
        mcid=profile.mcid,
        started_at=work.now,
    )
    work.session.add(association)
    work.flush()
    task = UnlinkTask(
        organisation_id=owner.id,
        person_id=person.id,
        association_id=association.id,
        asked_at=work.now,
        due_on=work.now.date(),
    )
    work.session.add(task)
    work.flush()
    reported = make_foreign_report(work, owner_id)
    location = make_location(work, owner, "4999999")
    keys = {"profile_id": profile.id, "task_id": task.id, "location_id": location.id}
    return {**keys, **reported}
