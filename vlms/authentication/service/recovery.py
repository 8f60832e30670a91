"""Recovery codes: made ten at a time, shown once, each good for one sign-in."""

from __future__ import annotations

import hmac
from uuid import UUID

from argon2.low_level import Type, hash_secret_raw

from vlms.accounts.queries import get_user
from vlms.audit.service import journal
from vlms.authentication.errors import FactorRefused
from vlms.authentication.factor_models import RecoveryCode
from vlms.authentication.factor_queries import count_recovery_codes, has_factor
from vlms.authentication.rules.factor_roles import RULE
from vlms.authentication.rules.recovery_codes import make_codes, plain_code
from vlms.authentication.service.factors import forget_codes, hold_user, refused
from vlms.core.keys import KeyRing
from vlms.core.scoping import guarded_update
from vlms.core.text import _
from vlms.core.tokens import random_bytes
from vlms.core.work import Work
from vlms.notices.outbox import Mail, Recipient, post

_SALT_BYTES = 16


def make_recovery_codes(work: Work, user_id: UUID) -> list[str]:
    """Ten new codes, to be shown now and never again; former ones open nothing any more.

    Raises FactorRefused for who has no second factor that they could stand in for.
    """
    hold_user(work, user_id)
    if not has_factor(work.session, user_id):
        raise FactorRefused(
            RULE,
            _("Recovery codes stand in for a second factor, and you have none."),
            reason="no_factor",
            way_out=_("Add an authenticator app or a passkey first."),
        )
    forget_codes(work, user_id)
    codes = make_codes(random_bytes)
    work.session.add_all(
        RecoveryCode(
            user_id=user_id, code_digest=digest_of(work.keys, user_id, code), made_at=work.now
        )
        for code in codes
    )
    journal(work, "recovery_codes.made", ("user", user_id, None), after={"count": len(codes)})
    work.flush()
    return codes


def check_recovery_code(work: Work, user_id: UUID, typed: str) -> int:
    """Use a code up; how many are left. Raises FactorRefused. Its user is told by mail."""
    wanted = digest_of(work.keys, user_id, typed)
    spent = guarded_update(
        work.session,
        RecoveryCode,
        RecoveryCode.user_id == user_id,
        RecoveryCode.code_digest == wanted,
        RecoveryCode.used_at.is_(None),
        used_at=work.now,
    )
    if spent != 1:
        raise refused("wrong_recovery_code")
    left = count_recovery_codes(work.session, user_id)
    journal(work, "recovery_code.used", ("user", user_id, None), after={"left": left})
    _tell(work, user_id, left)
    return left


def digest_of(keys: KeyRing, user_id: UUID, typed: str) -> bytes:
    """What is kept of a code: slow to guess, nothing without the key, another one for each user.

    All codes of a user share a salt, so that one computation finds the right one among ten.
    """
    salt = hmac.digest(keys.index, b"recovery codes of " + user_id.bytes, "sha256")[:_SALT_BYTES]
    slow = hash_secret_raw(
        (plain_code(typed) or "").encode(),
        salt,
        time_cost=2,
        memory_cost=19_456,
        parallelism=1,
        hash_len=32,
        type=Type.ID,
    )
    return hmac.digest(keys.index, b"recovery code|" + slow, "sha256")


def _tell(work: Work, user_id: UUID, left: int) -> None:
    user = get_user(work.session, user_id)
    key = f"recovery_code_used:{user_id}:{work.now.isoformat()}:{left}"
    mail = Mail("recovery_code_used", user_id, key, facts={"left": left})
    post(work, mail, Recipient(user.name, user.email, user.language))
