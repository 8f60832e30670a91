"""Authenticator apps: a secret that is shown once, tried, sealed, and asked for a password."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from uuid import UUID

from cryptography.exceptions import InvalidTag

from vlms.authentication.errors import FactorRefused
from vlms.authentication.factor_models import FactorKind, SecondFactor
from vlms.authentication.factor_queries import list_kind
from vlms.authentication.rules.factor_roles import RULE
from vlms.authentication.rules.one_time_passwords import SECRET_BYTES, find_step
from vlms.authentication.service.factors import add_factor, hold_user, refused
from vlms.core.errors import BadInput
from vlms.core.keys import KeyRing
from vlms.core.scoping import guarded_update
from vlms.core.sealing import seal, unseal
from vlms.core.text import _
from vlms.core.tokens import new_id, random_bytes
from vlms.core.work import Work

# The secret that a page shows may be seen by others, or stay open on a screen.
PAGE_LASTS = timedelta(minutes=15)
_MOMENT_BYTES = 8


def new_secret(keys: KeyRing, user_id: UUID, now: datetime) -> str:
    """A new secret, sealed for the page on which this user sets up an app, for a while."""
    made = int(now.timestamp()).to_bytes(_MOMENT_BYTES)
    sealed = seal(keys, made + random_bytes(SECRET_BYTES), _page_of(user_id))
    return base64.urlsafe_b64encode(sealed).decode()


def open_secret(keys: KeyRing, user_id: UUID, sealed: str, now: datetime) -> bytes:
    """The secret of such a page. Raises BadInput for another user's, a changed or an old one."""
    try:
        opened = unseal(keys, base64.urlsafe_b64decode(sealed), _page_of(user_id))
    except (ValueError, KeyError, InvalidTag):
        raise _page_over() from None
    made = datetime.fromtimestamp(int.from_bytes(opened[:_MOMENT_BYTES]), UTC)
    if now >= made + PAGE_LASTS:
        raise _page_over()
    return opened[_MOMENT_BYTES:]


def _page_over() -> BadInput:
    return BadInput(
        None,
        _("This page was not made for you, or is older than a quarter of an hour."),
        way_out=_("Open it anew; what you have read off the old one is not needed any more."),
    )


def add_authenticator(
    work: Work, user_id: UUID, sealed: str, typed: str, name: str
) -> SecondFactor:
    """Keep an app that has shown a right password. Raises FactorRefused, BadInput."""
    secret = open_secret(work.keys, user_id, sealed, work.now)
    _check_new(work, user_id, secret)
    step = find_step(secret, typed, work.now, last_step=0)
    if step is None:
        raise refused("wrong_app_code")
    factor_id = new_id()
    factor = SecondFactor(
        id=factor_id,
        user_id=user_id,
        kind=FactorKind.AUTHENTICATOR,
        name=name,
        sealed_secret=seal(work.keys, secret, place_of(factor_id)),
        last_step=step,
        created_at=work.now,
    )
    return add_factor(work, factor)


def _check_new(work: Work, user_id: UUID, secret: bytes) -> None:
    """One secret is one app: kept twice, each of its passwords would open twice."""
    hold_user(work, user_id)
    for factor in list_kind(work.session, user_id, FactorKind.AUTHENTICATOR):
        if unseal(work.keys, factor.sealed_secret or b"", place_of(factor.id)) == secret:
            raise FactorRefused(
                RULE,
                _("This app is set up already."),
                reason="known_app",
                way_out=_("It is in your list; to add another, open the page anew."),
            )


def check_authenticator(work: Work, user_id: UUID, typed: str) -> SecondFactor:
    """The app whose password was typed, which is spent by that; raises FactorRefused.

    Of two who type the same password at once, one gets in.
    """
    for factor in list_kind(work.session, user_id, FactorKind.AUTHENTICATOR):
        secret = unseal(work.keys, factor.sealed_secret or b"", place_of(factor.id))
        step = find_step(secret, typed, work.now, factor.last_step)
        if step is not None and _spend(work, factor, step):
            return factor
    raise refused("wrong_app_code")


def place_of(factor_id: UUID) -> str:
    """Where a secret is sealed for: in no other row it can be opened."""
    return f"second factor {factor_id}"


def _spend(work: Work, factor: SecondFactor, step: int) -> bool:
    still = SecondFactor.id == factor.id, SecondFactor.last_step < step
    spent = guarded_update(work.session, SecondFactor, *still, last_step=step, used_at=work.now)
    return spent == 1


def _page_of(user_id: UUID) -> str:
    return f"new authenticator of {user_id}"
