"""How mails go to their recipients: at once, in the week's collection, or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

from sqlalchemy.orm import Session

from vlms.core.language import Language
from vlms.core.sign_in_names import has_no_mail
from vlms.notices.kinds import WAYS_IN, is_compulsory
from vlms.notices.models import Mailing
from vlms.notices.queries import (
    find_current_wording,
    list_bounced,
    list_choices_for,
    list_choices_of,
)

COLLECTED_HOUR = 6
NO_ADDRESS, SWITCHED_OFF, BOUNCED = "no address", "switched off", "bounced before"


@dataclass(frozen=True)
class Going:
    """What of a mail decides how it goes."""

    template: str
    address: str
    language: Language
    organisation_id: UUID | None
    letter_id: UUID | None
    person_id: UUID | None
    has_link: bool = False

    @property
    def must_go(self) -> bool:
        is_way_in = self.has_link and self.template in WAYS_IN
        return is_way_in or is_compulsory(self.template)


@dataclass(frozen=True)
class Way:
    """Whether it is mailed, and by which wording; `why` says why it is not."""

    mailing: Mailing
    why: str | None
    wording_id: UUID | None


def find_ways(session: Session, goings: Sequence[Going]) -> list[Way]:
    """The way of each, in their order, by few statements."""
    declinable = [each for each in goings if not each.must_go]
    addresses = {each.address for each in declinable}
    bounced = list_bounced(session, addresses)
    chosen = list_choices_of(session, addresses)
    of_people = list_choices_for(
        session, {each.person_id for each in declinable if each.person_id is not None}
    )

    @cache
    def wording_id(
        organisation_id: UUID | None, template: str, language: Language, letter_id: UUID | None
    ) -> UUID | None:
        found = find_current_wording(session, organisation_id, template, language, letter_id)
        return found.id if found else None

    def way(going: Going) -> Way:
        mailing, why = Mailing.NOW, None
        if has_no_mail(going.address):
            mailing, why = Mailing.NEVER, NO_ADDRESS
        elif not going.must_go:
            mailing = _fewer(
                chosen.get((going.address, going.template)),
                of_people.get((going.person_id, going.template)),
            )
            why = SWITCHED_OFF if mailing is Mailing.NEVER else None
            if going.address in bounced:
                mailing, why = Mailing.NEVER, BOUNCED
        own = wording_id(going.organisation_id, going.template, going.language, going.letter_id)
        return Way(mailing, why, own)

    return [way(each) for each in goings]


def _fewer(*chosen: Mailing | None) -> Mailing:
    """The choice that wants less mail; at once where nothing was chosen."""
    return max((each for each in chosen if each), key=list(Mailing).index, default=Mailing.NOW)


def next_collection(now: datetime) -> datetime:
    """The next Monday, early in the morning of UTC, after `now`."""
    morning = now.replace(hour=COLLECTED_HOUR, minute=0, second=0, microsecond=0)
    monday = morning + timedelta(days=-now.weekday() % 7)
    return monday if monday > now else monday + timedelta(days=7)
