"""Second factors of a user: named, removed, told of."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import delete, select

from vlms.accounts.models import User
from vlms.accounts.queries import get_user
from vlms.authentication.errors import FactorRefused
from vlms.authentication.factor_models import FactorKind, RecoveryCode, SecondFactor
from vlms.authentication.factor_queries import get_factor, list_factors, needs_factor
from vlms.authentication.rules.factor_roles import RULE, check_removal
from vlms.core.text import _
from vlms.core.work import Work
from vlms.notices.outbox import Mail, Recipient, post

# What is said by the way that was tried: wrong, spent or somebody else's stay one.
_WRONG = {
    "wrong_app_code": (
        _("This is not the code that your app shows now, or it was used already."),
        _("Wait for its next code, see that the telephone's clock is right, or use another way."),
    ),
    "wrong_recovery_code": (
        _("This is no recovery code of yours, or it was used already."),
        _("Compare each sign, take the next one of your list, or use another way."),
    ),
}


def refused(reason: str) -> FactorRefused:
    """What was shown is wrong, spent or somebody else's; which of these is not said."""
    sentence, way_out = _WRONG[reason]
    return FactorRefused(RULE, sentence, reason=reason, field="code", way_out=way_out)


def add_factor(work: Work, factor: SecondFactor) -> SecondFactor:
    """Keep a factor that was tried just now, and tell its user."""
    hold_user(work, factor.user_id)
    work.does("factor.added")
    work.session.add(factor)
    work.flush()
    _tell(work, factor, "factor_added")
    return factor


def rename_factor(work: Work, user_id: UUID, factor_id: UUID, name: str) -> SecondFactor:
    """Raises NotFound."""
    factor = get_factor(work.session, user_id, factor_id)
    work.does("factor.renamed")
    factor.name = name
    work.flush()
    return factor


def remove_factor(work: Work, user_id: UUID, factor_id: UUID) -> None:
    """Raises NotFound; FactorRefused for the last one of who must have one (G4).

    With the last one go the recovery codes, which stand in for it.
    """
    hold_user(work, user_id)
    factor = get_factor(work.session, user_id, factor_id)
    left = len(list_factors(work.session, user_id))
    check_removal(left, is_demanded=needs_factor(work.session, user_id))
    work.does("factor.removed")
    _tell(work, factor, "factor_removed")
    work.session.delete(factor)
    if left == 1:
        forget_codes(work, user_id)
    work.flush()


def forget_codes(work: Work, user_id: UUID) -> None:
    """Recovery codes that were made before open nothing any more."""
    work.session.execute(
        delete(RecoveryCode).where(RecoveryCode.user_id == user_id),
        execution_options={"synchronize_session": False},
    )


def hold_user(work: Work, user_id: UUID) -> None:
    """Of two changes of one user's factors at once the second waits for the first."""
    work.session.execute(select(User.id).where(User.id == user_id).with_for_update())


def _tell(work: Work, factor: SecondFactor, template: str) -> None:
    user = get_user(work.session, factor.user_id)
    kind = "passkey" if factor.kind is FactorKind.PASSKEY else "authenticator"
    facts = {"name": factor.name, "kind": kind}
    mail = Mail(template, user.id, f"{template}:{factor.id}", facts=facts)
    post(work, mail, Recipient(user.name, user.email, user.language))
