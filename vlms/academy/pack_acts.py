"""What can be done with a pack, its quotas and a site now, and why not what cannot be (A1, A2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from vlms.academy.models.packs import Pack, PackKind, PackQuota, QuotaRequest, QuotaRequestState
from vlms.academy.models.sites import DeliverySite
from vlms.academy.service.pack_conditions import (
    asking_conditions,
    check_no_request,
    editor_condition,
    giving_conditions,
    require_may,
    scheduling_conditions,
    taking_conditions,
)
from vlms.academy.service.sites import editing_condition, ticking_condition
from vlms.core.acts import Act, Condition, condition, in_turn
from vlms.core.permissions import Permission
from vlms.core.text import Text, _
from vlms.core.work import Actor


@dataclass(frozen=True)
class PackLook:
    """Who looks, on which session, when."""

    session: Session
    actor: Actor
    now: datetime


def acts_on_pack(look: PackLook, pack: Pack) -> list[Act]:
    """All that is done with a pack from its page, whosever it is."""
    if pack.kind is not PackKind.SITE_PACK:
        return []
    give = tuple(in_turn(giving_conditions(look.actor, pack, look.now)))
    ask = tuple(in_turn(_asking(look, pack)))
    resend = condition(
        _("Your role sends messages again."),
        "O5",
        lambda: require_may(look.actor, Permission.RESEND_MESSAGES),
    )
    values = {"pack_id": pack.id}
    return [
        Act("give", _("Give a school its quota"), "school", "packs.give", give, values),
        Act("ask", _("Ask for more"), "help", "packs.ask", ask, values),
        Act(
            "tell_again",
            _("Send the message again"),
            "send",
            "packs.tell_again",
            (resend,),
            values,
        ),
    ]


def _asking(look: PackLook, pack: Pack) -> Iterator[Condition]:
    yield from asking_conditions(look.actor, pack, look.now)
    yield condition(
        _("No request of your school for this pack is open."),
        "A2",
        lambda: check_no_request(look.session, pack.id),
    )


def acts_on_quota(look: PackLook, quota: PackQuota) -> list[Act]:
    """Recalling and moving: refused alike."""
    conditions = tuple(in_turn(taking_conditions(look.actor, quota, look.now)))
    values = {"quota_id": quota.id}
    return [
        Act("recall", _("Take back"), "arrow-back-up", "packs.recall", conditions, values),
        Act("move", _("Move"), "switch-horizontal", "packs.move", conditions, values),
    ]


def scheduling_of(look: PackLook, quota: PackQuota) -> Act:
    """Leads to the form of a sitting with this quota; of a shared one the school is asked first."""
    conditions = tuple(in_turn(scheduling_conditions(look.actor, quota, look.now)))
    endpoint, values = "sittings.choose_school", {"quota": quota.id}
    if quota.school_id is not None:
        endpoint, values = "sittings.plan", {**values, "school_id": quota.school_id}
    return Act("schedule", _("Schedule a sitting"), "calendar", endpoint, conditions, values)


def acts_on_request(look: PackLook, asked: QuotaRequest) -> list[Act]:
    """Giving and refusing; nothing once it is answered."""
    if asked.state is not QuotaRequestState.OPEN:
        return []
    values = {"quota_request_id": asked.id}
    give = tuple(in_turn(giving_conditions(look.actor, asked.pack, look.now)))
    refuse = (editor_condition(look.actor),)
    return [
        Act("give_asked", _("Give"), "check", "packs.give_asked", give, values),
        Act("refuse", _("Refuse"), "x", "packs.refuse", refuse, values),
    ]


def acts_on_site(look: PackLook, site: DeliverySite) -> list[Act]:
    """All that is done with a site from its page, whosever it is."""
    editor, values = (editing_condition(look.actor),), {"site_id": site.id}
    ticker = (ticking_condition(look.actor),)
    closing = (
        _act("close", _("Close the site"), "ban", editor, values)
        if site.closed_at is None
        else _act("reopen", _("Use it again"), "refresh", editor, values)
    )
    return [
        _act("check", _("Check the technical requirements"), "list-check", ticker, values),
        _act("edit", _("Edit"), "pencil", editor, values),
        closing,
    ]


def _act(
    name: str,
    label: Text,
    picture: str,
    conditions: Sequence[Condition],
    values: Mapping[str, object],
) -> Act:
    return Act(name, label, picture, f"sites.{name}", conditions, values)


def site_entering(look: PackLook) -> Act:
    """Entering a site, from their list."""
    return Act("new", _("Enter a site"), "plus", "sites.new", (editing_condition(look.actor),))


def is_own(act: Act) -> bool:
    """Whether it is this actor's to do, be it possible now or not."""
    return act.conditions[0].is_met
