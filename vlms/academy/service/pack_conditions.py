"""What must hold to give, take back and ask for quota (A2, A3, F11); each raises its refusal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from vlms.academy.errors import QuotaRefused
from vlms.academy.models.packs import (
    Pack,
    PackKind,
    PackQuota,
    QuotaRequest,
    QuotaRequestState,
)
from vlms.core.acts import Condition, condition
from vlms.core.errors import BadInput, Forbidden, Topic
from vlms.core.permissions import Permission
from vlms.core.text import Text, _
from vlms.core.work import Actor

MOST_EXAMS = 1_000_000
LONGEST_REASON = 500


def giving_conditions(actor: Actor, pack: Pack, now: datetime) -> Iterator[Condition]:
    """What giving quota of a pack asks, before it is said how much."""
    yield editor_condition(actor)
    yield from standing_conditions(pack, now)
    yield condition(_("Something of the pack is not given yet."), "A2", lambda: _check_left(pack))


def taking_conditions(actor: Actor, quota: PackQuota, now: datetime) -> Iterator[Condition]:
    """What taking back or moving asks, before it is said how much."""
    yield editor_condition(actor)
    yield from standing_conditions(quota.pack, now)
    yield condition(_("Something of the quota is free."), "A2", lambda: _check_free(quota))


def scheduling_conditions(actor: Actor, quota: PackQuota, now: datetime) -> Iterator[Condition]:
    """What scheduling of a quota asks, before it is said whom, where and when."""
    yield condition(
        _("Your role schedules exams."),
        None,
        lambda: require_may(actor, Permission.SCHEDULE_EXAMS),
    )
    yield condition(_("The pack has not lapsed."), "A2", lambda: _check_running(quota.pack, now))
    yield condition(_("Something of the quota is free."), "A2", lambda: _check_free(quota))


def asking_conditions(actor: Actor, pack: Pack, now: datetime) -> Iterator[Condition]:
    """What asking for more asks of who asks and of the pack."""
    yield condition(
        _("You look after a school."), None, lambda: require_may(actor, Permission.ASK_QUOTA)
    )
    yield from standing_conditions(pack, now)


def standing_conditions(pack: Pack, now: datetime) -> Iterator[Condition]:
    """That it is a pack which is shared out, and not over."""
    yield condition(_("It is a site pack."), "A3", lambda: _check_kind(pack))
    yield condition(_("The pack has not lapsed."), "A2", lambda: _check_running(pack, now))


def editor_condition(actor: Actor) -> Condition:
    return condition(
        _("Your role shares packs out."), None, lambda: require_may(actor, Permission.EDIT_PACKS)
    )


_NOT_YOURS: dict[Permission, tuple[Text, Text]] = {
    Permission.ASK_QUOTA: (
        _("Your role asks for no quota."),
        _("The coordinator of a school does it."),
    ),
    Permission.EDIT_PACKS: (
        _("Your role sees packs and shares none out."),
        _("A licensing admin of the institution does it."),
    ),
    Permission.SCHEDULE_EXAMS: (
        _("Your role schedules no exams."),
        _("The coordinator of the school does it."),
    ),
    Permission.RESEND_MESSAGES: (
        _("Your role sends no messages again."),
        _("A licensing admin of the institution or the operator does it."),
    ),
}


def require_may(actor: Actor, permission: Permission) -> None:
    """Raises Forbidden, which says who does it."""
    if actor.may(permission):
        return
    sentence, way_out = _NOT_YOURS[permission]
    raise Forbidden(None, sentence, reason=permission.value, way_out=way_out, ask=Topic.ACCOUNT)


def check_no_request(session: Session, pack_id: UUID) -> None:
    """Raises QuotaRefused while a request that the session sees is not answered."""
    waiting = select(QuotaRequest.id).where(
        QuotaRequest.pack_id == pack_id, QuotaRequest.state == QuotaRequestState.OPEN
    )
    if session.scalar(waiting.limit(1)) is not None:
        raise request_open()


def request_open() -> QuotaRefused:
    """One open request a pack and school."""
    return QuotaRefused(
        "A2",
        _("Your school has a request for this pack that is not answered yet."),
        reason="request_open",
        way_out=_("Wait for the answer, or ask the licensing admin."),
    )


def check_count(count: int) -> None:
    """Raises BadInput for no number of exams."""
    if not 1 <= count <= MOST_EXAMS:
        raise BadInput(
            "A2",
            _("The number of exams is 1 or more, and at most %(most)s.", most=MOST_EXAMS),
            reason="bad_count",
            field="count",
            way_out=_("Enter a whole number."),
        )


def check_reason(reason: str) -> None:
    """Raises BadInput without a reason, or with a very long one."""
    if not 0 < len(reason.strip()) <= LONGEST_REASON:
        raise BadInput(
            "A2",
            _("A reason of at most %(most)s characters is needed.", most=LONGEST_REASON),
            reason="no_reason",
            field="reason",
            way_out=_("Say why; the school reads it."),
        )


def _check_kind(pack: Pack) -> None:
    if pack.kind is not PackKind.SITE_PACK:
        raise QuotaRefused(
            "A3",
            _("The vouchers of a grant are shared by all schools; none has a quota of its own."),
            reason="shared_by_all",
            way_out=_("Schools draw from the grant as it stands."),
        )


def _check_running(pack: Pack, now: datetime) -> None:
    if now >= pack.expires_at:
        raise QuotaRefused(
            "A2",
            _("The pack lapsed after %(day)s.", day=pack.last_day),
            reason="pack_lapsed",
            way_out=_("Order another pack."),
            ask=Topic.PRICING,
        )


def _check_left(pack: Pack) -> None:
    if pack.allotted_count >= pack.capacity:
        raise QuotaRefused(
            "A2",
            _("All %(count)s exams of the pack are given.", count=pack.capacity),
            reason="nothing_left",
            way_out=_("Take back what is free of a quota, or order another pack."),
        )


def _check_free(quota: PackQuota) -> None:
    if quota.free_count == 0:
        raise QuotaRefused(
            "A2",
            _("Nothing of this quota is free: all of it is reserved or used."),
            reason="nothing_free",
            way_out=_(
                "What is reserved comes free when its exam is cancelled or its candidate does "
                "not appear."
            ),
        )
