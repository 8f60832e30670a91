"""A one-time code by mail, for who signs in on a new device without a second factor.

The code is derived from a key and never stored; the mail names what it is derived from.
"""

from __future__ import annotations

import hmac
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from vlms.accounts.models import User
from vlms.authentication.errors import SignInRefused
from vlms.authentication.models import MailedCode, SignInSession
from vlms.authentication.queries import find_unfinished
from vlms.authentication.rules.steps import Proof, Step
from vlms.authentication.service.limits import (
    CODE_FAILURES,
    MAILED_CODES,
    count_code,
    count_failed,
    uncount_failed,
)
from vlms.authentication.service.sessions import session_over, step_of, take_step
from vlms.core.errors import TooMany
from vlms.core.scoping import guarded_update
from vlms.core.text import _
from vlms.core.tries import count_failure, uncount_failure
from vlms.core.work import Work, key_ring
from vlms.notices.outbox import Mail, Recipient, post

LIFETIME = timedelta(minutes=10)
MOST_TRIES = 5
_DIGITS = 6


def send_code(work: Work, secret: str) -> None:
    """Mail a new code where the session waits for one; the code before it ends.

    Raises NotFound when the session is over, TooMany beyond the codes of an hour.
    """
    found = _waiting(work, secret)
    count_code(work, found.user_id)
    mailed = _find(work.session, found)
    if mailed is None:
        mailed = MailedCode(session_id=found.id)
        work.session.add(mailed)
    mailed.sent_at, mailed.expires_at = work.now, work.now + LIFETIME
    mailed.try_count, mailed.code_digest, mailed.used_at = 0, "", None
    work.flush()
    basis = f"{mailed.id}|{work.now.isoformat()}"
    mailed.code_digest = _digest(work, code_of(basis))
    user = work.session.get_one(User, found.user_id)
    mail = Mail("sign_in_code", user.id, f"sign-in-code:{basis}"[:120], facts={"basis": basis})
    post(work, mail, Recipient(user.name, user.email, user.language))


def count_code_try(work: Work, secret: str) -> None:
    """Count a try before its code is looked at. Raises NotFound, TooMany after the fifth."""
    found = _waiting(work, secret)
    counted = guarded_update(
        work.session,
        MailedCode,
        MailedCode.session_id == found.id,
        MailedCode.try_count < MOST_TRIES,
        try_count=MailedCode.try_count + 1,
    )
    if counted != 1:
        raise TooMany(
            None,
            _("This code was mistyped too often."),
            way_out=_("Have a new one sent."),
        )
    count_failure(work, MAILED_CODES)
    count_failed(work, CODE_FAILURES, found.user_id)


def take_code(work: Work, secret: str, typed: str) -> str:
    """Go on with the code; returns the session's new secret. Raises SignInRefused, NotFound."""
    found = _waiting(work, secret)
    digest = _digest(work, "".join(typed.split()))
    used = guarded_update(
        work.session,
        MailedCode,
        MailedCode.session_id == found.id,
        MailedCode.code_digest == digest,
        MailedCode.used_at.is_(None),
        MailedCode.expires_at > work.now,
        used_at=work.now,
    )
    if used != 1:
        raise SignInRefused(
            None,
            _("This is not the code of the last mail, or it is older than ten minutes."),
            field="code",
            way_out=_("Look at the last mail, or have a new one sent."),
        )
    uncount_failure(work, MAILED_CODES)
    uncount_failed(work, CODE_FAILURES, found.user_id)
    return take_step(work, secret, Proof.MAILED_CODE)


def code_of(basis: str) -> str:
    """The six digits that a mail shows; made of what it names and a key."""
    derived = hmac.digest(key_ring().link, b"sign-in code|" + basis.encode(), "sha256")
    return str(int.from_bytes(derived) % 10**_DIGITS).zfill(_DIGITS)


def _digest(work: Work, code: str) -> str:
    return hmac.digest(work.keys.index, b"sign-in code|" + code.encode(), "sha256").hex()


def _waiting(work: Work, secret: str) -> SignInSession:
    found = find_unfinished(work.session, secret, work.now)
    if found is None or step_of(work.session, found) is not Step.NEW_DEVICE_CODE:
        raise session_over()
    return found


def _find(session: Session, found: SignInSession) -> MailedCode | None:
    return session.scalar(select(MailedCode).where(MailedCode.session_id == found.id))
