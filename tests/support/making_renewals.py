"""Makes agreements that end soon, and those that renew them."""

from __future__ import annotations

from datetime import date

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_orders import Shop
from vlms.agreements.models import Agreement
from vlms.agreements.queries import get_agreement
from vlms.core.work import Work
from vlms.planning.service.renewals import RenewalFacts, following_term, renew_agreement

END = date(2027, 6, 30)


def renewal_facts(old: Agreement, number: str = "A-2", **facts: object) -> RenewalFacts:
    own = {
        "number": number,
        "last_day": following_term(old)[1],
        "price_level": old.price_level.value,
    }
    return RenewalFacts(**{**own, **facts})  # type: ignore[arg-type]


def old_agreement(work: Work, shop: Shop) -> Agreement:
    return get_agreement(work.session, shop.agreement.id)


def near_end(clock: StillClock, days: int = 60) -> None:
    clock.move(days=(END - clock().date()).days - days)


def make_renewal(clock: StillClock, shop: Shop) -> Agreement:
    with making(clock()) as work:
        old = old_agreement(work, shop)
        return renew_agreement(work, old.id, renewal_facts(old))
