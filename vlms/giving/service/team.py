"""A manager's people: whose codes stand how, and a word to who has not used theirs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from vlms.accounts.models import Person
from vlms.accounts.queries import list_managed, list_persons_of
from vlms.codes.models import Code
from vlms.codes.queries import get_code, shown_of
from vlms.codes.rules.lifecycle import State
from vlms.codes.rules.shown_state import Shown
from vlms.core.db import reading
from vlms.core.errors import Conflict, NotFound, Topic
from vlms.core.scope import System, Team
from vlms.core.text import _
from vlms.core.work import Work
from vlms.giving.queries.requests import list_present, list_team_codes
from vlms.giving.rules.reminders import week_of
from vlms.giving.service.reminding import count_nudge
from vlms.notices.outbox import Mail, Recipient, post

_WHOSE = System("whose team it is")


@dataclass(frozen=True)
class Member:
    """One of a manager's people, and how their codes stand."""

    person: Person
    codes: Sequence[tuple[Code, Shown]]

    @property
    def unclaimed(self) -> list[Code]:
        """Assigned and never looked at."""
        return [
            code for code, shown in self.codes if shown is Shown.ASSIGNED and not code.claimed_at
        ]

    @property
    def unused(self) -> list[Code]:
        """Still to be used."""
        return [code for code, shown in self.codes if shown is Shown.ASSIGNED]


def team_of(user_id: UUID, place: UUID | None = None) -> Team:
    """What a manager sees: those who are present and have them as manager, never themselves.

    With `place` those of this organisation alone.
    """
    with reading(_WHOSE) as session:
        own = list_persons_of(session, user_id, place)
        people = _managed(session, (person for person in own if person.left_at is None))
        mine = {person.id for person in own}
        return Team(user_id, frozenset(person.id for person in people if person.id not in mine))


def list_members(session: Session, team: Team, now: datetime) -> Sequence[Member]:
    """The people of a session that is held to the team, by name."""
    codes: dict[UUID | None, list[tuple[Code, Shown]]] = {}
    for code in list_team_codes(session):
        codes.setdefault(code.person_id, []).append((code, shown_of(code, now)))
    people = list_present(session, team.person_ids)
    return [Member(person, codes.get(person.id, [])) for person in people]


def nudge(work: Work, code_id: UUID) -> None:
    """Remind one of one's people of a code, once a week and within the week's cap (F8).

    Raises NotFound, Conflict, ReminderRefused.
    """
    code = get_code(work.session, code_id)
    person = code.person
    if person is None or code.state is not State.ASSIGNED or code.expires_at <= work.now:
        raise Conflict(
            "C8",
            _("There is nothing to remind of: the code is booked, used or over."),
            reason="nothing_to_remind",
            way_out=_("Load the page again to see how it stands."),
        )
    if not person.email:
        raise NotFound(
            None,
            _("%(name)s has no e-mail address.", name=person.name),
            way_out=_("The licensing admin can enter one."),
            ask=Topic.CODES,
        )
    if not _was_sent(work, code, person):
        raise Conflict(
            None,
            _("%(name)s was reminded of this code this week.", name=person.name),
            reason="reminded",
            way_out=_("Wait for the next week, or speak to them."),
        )
    count_nudge(work, code)


def _was_sent(work: Work, code: Code, person: Person) -> bool:
    week = week_of(work.today(code.time_zone))
    facts = {
        "manager": work.actor.name,
        "product_en": code.product.name_en,
        "product_zh": code.product.name_zh,
        "last_day": code.last_day.isoformat(),
        "path": f"/my/codes/{code.id}",
    }
    key = f"team_nudge:{code.id}:{week}"
    mail = Mail("team_nudge", code.id, key, code.organisation_id, code.agreement_id, None, facts)
    to = Recipient(person.name, person.email or "", person.language, person.id)
    return post(work, mail, to) is not None


def _managed(session: Session, managers: Iterable[Person]) -> list[Person]:
    found = [person for manager in managers for person in list_managed(session, manager.id)]
    return [person for person in found if person.left_at is None]
