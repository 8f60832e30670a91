"""Carries an erasure out in every declared table, behind the journal's back (D1).

Rows are changed by statements that the journal does not tell of: it would keep the name.
"""

from __future__ import annotations

from collections import Counter

from sqlalchemy import Delete, Update, delete, update

from vlms.accounts.links import end_links, end_person_links
from vlms.accounts.models import LinkPurpose, Person, User
from vlms.accounts.queries import get_person, get_user
from vlms.accounts.service.managing import hold_people
from vlms.audit.erasing import erase_details
from vlms.authentication.models import SignInSession
from vlms.core.scoping import guarded_update, seeing_unfinished
from vlms.core.work import Work
from vlms.notices.models import MessageState, OutboxMessage
from vlms.privacy.events import ErasureDecided
from vlms.privacy.models import Erasure
from vlms.privacy.queries.changes import Change, list_changes
from vlms.privacy.queries.concerned import Concerned, concerning_person, concerning_user
from vlms.privacy.queries.details import list_details
from vlms.privacy.queries.rows import is_own, places


def carry_out(work: Work, event: ErasureDecided) -> None:
    """Erase whom the event names; what may be erased was decided before."""
    work.flush()
    with work.as_system("a person is erased"), seeing_unfinished(work.session):
        who = _whom(work, event)
        counts = erase(work, who)
        erasure = work.session.get_one(Erasure, event.erasure_id)
        erasure.counts = dict(sorted(counts.items()))


def _whom(work: Work, event: ErasureDecided) -> Concerned:
    """Held first, so that an edit which read them before comes too late."""
    if event.person_id is not None:
        hold_people(work, [event.person_id])
        return concerning_person(work.session, get_person(work.session, event.person_id))
    assert event.user_id is not None
    user = get_user(work.session, event.user_id)
    hold_people(work, concerning_user(work.session, user).person_ids)
    return concerning_user(work.session, user)


def erase(work: Work, who: Concerned) -> Counter[str]:
    """How many rows of which table were changed or removed."""
    changes = list_changes(work.session, who)
    details = list_details(work.session, who, changes)
    _end_what_runs(work, who)
    for change in changes:
        _write(work, change)
    counts = Counter(change.place.name for change in changes)
    counts["audit_detail"] = erase_details(work, details)
    _close(work, who)
    return +counts


def _write(work: Work, change: Change) -> None:
    there = change.place.key_of(change.row)
    if change.is_gone:
        statement: Delete | Update = delete(change.place.model).where(there)
    else:
        statement = update(change.place.model).where(there).values(**change.values)
    work.session.execute(statement, execution_options={"synchronize_session": False})


def _end_what_runs(work: Work, who: Concerned) -> None:
    """Links end and mail that waits is not sent any more."""
    for person_id in sorted(who.person_ids):
        end_person_links(work, person_id)
    if who.user_goes and who.user_id:
        end_links(work, who.user_id, LinkPurpose.SET_PASSWORD)
    outbox = next(place for place in places() if place.model is OutboxMessage)
    waiting = OutboxMessage.state == MessageState.WAITING
    guarded_update(
        work.session, OutboxMessage, is_own(outbox, who), waiting, state=MessageState.DEAD
    )


def _close(work: Work, who: Concerned) -> None:
    """The entry is nobody's any more, and a user who goes signs in no more."""
    ids = sorted(who.person_ids)
    for person_id in ids:
        left = work.session.get_one(Person, person_id).left_at or work.now
        values = {"user_id": None, "manager_id": None, "left_at": left, "erased_at": work.now}
        guarded_update(work.session, Person, Person.id == person_id, **values)
    guarded_update(work.session, Person, Person.manager_id.in_(ids), manager_id=None)
    if who.user_goes and who.user_id:
        guarded_update(work.session, User, User.id == who.user_id, disabled_at=work.now)
        theirs = (SignInSession.user_id == who.user_id, SignInSession.ended_at.is_(None))
        guarded_update(work.session, SignInSession, *theirs, ended_at=work.now)
