"""How the links of many people with an organisation stand: few queries, whatever its size (K2)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from vlms.certifications.models import ExamPass
from vlms.partners.models.links import Association
from vlms.partners.queries.links import due_at
from vlms.partners.rules.linking import LinkState, link_state


@dataclass(frozen=True)
class PersonLink:
    """A running link; one whose exams were removed proves none of them (K1)."""

    mcid: str | None
    state: LinkState
    has_exams: bool


def links_of(
    session: Session, organisation_id: UUID, now: datetime, person_ids: Collection[UUID] | None
) -> Mapping[UUID, PersonLink]:
    """The running links of these people, or (None) of all of them."""
    one = Association
    runs = [one.organisation_id == organisation_id, one.ended_at.is_(None)]
    if person_ids is not None:
        runs.append(one.person_id.in_(sorted(set(person_ids))))
    found = session.execute(
        select(
            one.person_id, one.mcid, one.started_at, one.seen_at, one.exams_ended_at.is_(None)
        ).where(*runs)
    ).all()
    is_unseen = any(seen_at is None for _person, _mcid, _at, seen_at, _exams in found)
    passes: Mapping[UUID, date] = {}
    if is_unseen:
        newest = (
            select(ExamPass.person_id, func.max(ExamPass.passed_on))
            .join(one, one.person_id == ExamPass.person_id)
            .where(*runs, one.seen_at.is_(None))
            .group_by(ExamPass.person_id)
        )
        passes = {person_id: day for person_id, day in session.execute(newest)}
    return {
        person_id: PersonLink(
            mcid,
            link_state(seen_at, due_at(started_at, passes.get(person_id)), now),
            bool(has_exams),
        )
        for person_id, mcid, started_at, seen_at, has_exams in found
    }
