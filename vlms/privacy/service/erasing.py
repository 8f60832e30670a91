"""Carries an erasure out in every declared table, behind the journal's back (D1).

Rows are changed by statements that the journal does not tell of: it would keep the name.
"""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID

from sqlalchemy import delete, inspect, null, update
from sqlalchemy.engine import Row

from vlms.accounts.links import end_person_links
from vlms.accounts.models import Person, User
from vlms.accounts.queries import get_person, get_user
from vlms.audit.erasing import erase_details
from vlms.authentication.models import SignInSession
from vlms.core.scoping import guarded_update, seeing_unfinished
from vlms.core.work import Work
from vlms.notices.models import MessageState, OutboxMessage
from vlms.privacy.events import ErasureDecided
from vlms.privacy.models import Erasure
from vlms.privacy.queries.concerned import Concerned, concerning_person, concerning_user
from vlms.privacy.queries.plan import list_details
from vlms.privacy.queries.rows import Place, is_own, list_rows, names_them, places
from vlms.privacy.rules.naming import neutral_address, without

_UNSYNCHRONISED: dict[str, Any] = {"execution_options": {"synchronize_session": False}}


def carry_out(work: Work, event: ErasureDecided) -> None:
    """Erase whom the event names; what may be erased was decided before."""
    work.flush()
    with work.as_system("a person is erased"), seeing_unfinished(work.session):
        who = _whom(work, event)
        counts = erase(work, who)
        erasure = work.session.get_one(Erasure, event.erasure_id)
        erasure.counts = dict(sorted(counts.items()))


def _whom(work: Work, event: ErasureDecided) -> Concerned:
    if event.person_id is not None:
        return concerning_person(work.session, get_person(work.session, event.person_id))
    assert event.user_id is not None
    return concerning_user(work.session, get_user(work.session, event.user_id))


def erase(work: Work, who: Concerned) -> Counter[str]:
    """How many rows of which table were changed or removed."""
    counts: Counter[str] = Counter()
    _end_what_runs(work, who)
    touched: list[UUID] = []
    for place in places():
        changed = _erase_in(work, place, who)
        touched += [row.id for row in changed if place.keys == ("id",)]
        counts[place.model.__tablename__] += len(changed)
    counts["audit_detail"] = erase_details(work, list_details(work.session, who, touched))
    _close(work, who)
    return +counts


def _end_what_runs(work: Work, who: Concerned) -> None:
    """Links end and mail that waits is not sent any more."""
    for person_id in sorted(who.person_ids):
        end_person_links(work, person_id)
    outbox = next(place for place in places() if place.model is OutboxMessage)
    waiting = OutboxMessage.state == MessageState.WAITING
    guarded_update(
        work.session, OutboxMessage, is_own(outbox, who), waiting, state=MessageState.DEAD
    )


def _erase_in(work: Work, place: Place, who: Concerned) -> list[Row[Any]]:
    own = list(list_rows(work.session, place, is_own(place, who)))
    if place.holding.gone:
        for row in own:
            work.session.execute(delete(place.model).where(place.key_of(row)), **_UNSYNCHRONISED)
    changed = [row for row in own if place.holding.gone or _change(work, place, row, who, own=True)]
    if place.holding.written:
        others = list_rows(work.session, place, names_them(place, who))
        changed += [row for row in others if _change(work, place, row, who, own=False)]
    return changed


def _change(work: Work, place: Place, row: Row[Any], who: Concerned, *, own: bool) -> bool:
    """Whether the row was named after them; it is not any more."""
    values = _neutral(place, row, who) if own else {}
    needles = who.named.needles(own=own)
    for name in place.holding.written:
        before = getattr(row, name)
        if name not in values and before is not None:
            after = _fitting(place, name, without(before, needles, who.named))
            if after != before:
                values[name] = after
    if values:
        statement = update(place.model).where(place.key_of(row)).values(**values)
        work.session.execute(statement, **_UNSYNCHRONISED)
    return bool(values)


def _neutral(place: Place, row: Row[Any], who: Concerned) -> dict[str, Any]:
    """What stands in columns of their own rows; what is empty already stays so."""
    holding = place.holding
    told = {name for name in holding.written if getattr(row, name) not in (None, "")}
    user_stays = place.model is User and not who.user_goes
    if user_stays:
        return {}
    word = who.named.word
    return {
        **{name: word for name in holding.word.split() if name in told},
        **{name: neutral_address(row.id) for name in holding.mail.split() if name in told},
        **{name: null() for name in holding.empty.split() if name in told},
    }


def _fitting(place: Place, name: str, value: Any) -> Any:
    """A text no longer than its column."""
    longest = getattr(inspect(place.model).columns[name].type, "length", None)
    return value[:longest] if isinstance(value, str) and longest else value


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
