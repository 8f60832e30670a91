"""Mail about requests for discounts (A3): links, never the programme's code."""

from __future__ import annotations

from sqlalchemy import select

from vlms.academy.benefits import Benefit
from vlms.academy.models.benefits import BenefitRequest
from vlms.accounts.models import Organisation, OrganisationKind, User
from vlms.accounts.queries import list_users_who_may
from vlms.core.db import reading
from vlms.core.permissions import Permission
from vlms.core.scope import System
from vlms.core.work import Work
from vlms.notices.outbox import Mail, Recipient, post

_ASKING = System("who answers requests for benefits")


def tell_operators(work: Work, request: BenefitRequest, benefit: Benefit) -> None:
    """Tell every operator who may answer."""
    with reading(_ASKING) as session:
        operator = session.scalar(
            select(Organisation)
            .where(Organisation.kind == OrganisationKind.OPERATOR)
            .order_by(Organisation.id)
            .limit(1)
        )
        if operator is None:
            return
        slug = operator.slug
        users = list_users_who_may(
            session, operator.id, Permission.ANSWER_BENEFITS, request.agreement_id
        )
    for user in users:
        key = f"benefit_asked:{request.id}:{user.id}"
        mail = _mail(work, request, benefit, "benefit_asked", (key, slug))
        post(work, mail, Recipient(user.name, user.email, user.language))


def tell_asker(work: Work, request: BenefitRequest, benefit: Benefit) -> None:
    """Tell who asked that there is an answer."""
    asker = work.session.get(User, request.asked_by) if request.asked_by else None
    if asker is None or asker.disabled_at is not None:
        return
    slug = work.session.get_one(Organisation, request.organisation_id).slug
    key = f"benefit_answered:{request.id}"
    mail = _mail(work, request, benefit, "benefit_answered", (key, slug))
    post(work, mail, Recipient(asker.name, asker.email, asker.language))


def _mail(
    work: Work, request: BenefitRequest, benefit: Benefit, template: str, where: tuple[str, str]
) -> Mail:
    key, slug = where
    facts = {
        "benefit_en": benefit.name.singular,
        "benefit_zh": benefit.name.chinese,
        "person": request.person.name,
        "pack": request.pack.number,
        "organisation": work.session.get_one(Organisation, request.organisation_id).name,
        "state": request.state.value,
        "answer": request.answer or "",
        "path": f"/o/{slug}/imagine-academy/requests/{request.id}",
    }
    return Mail(
        template, request.id, key, request.organisation_id, request.agreement_id, facts=facts
    )
