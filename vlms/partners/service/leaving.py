"""The public form of who has left and cannot sign in any more, and the task that it makes (K1).

The mail to the MCID's address proves it; the global administrator ends the link.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from vlms.accounts.models import Organisation, User
from vlms.core.clock import local_day
from vlms.core.doubles import refusing_doubles
from vlms.core.errors import Conflict, Gone, NotFound
from vlms.core.links import read_link, sign_link
from vlms.core.permissions import Permission
from vlms.core.scoping import guarded_update
from vlms.core.text import _
from vlms.core.tries import count_try, network_of
from vlms.core.work import Work, key_ring
from vlms.notices.outbox import Mail, Recipient, post
from vlms.partners.link_events import LinkEnded
from vlms.partners.models.links import (
    Association,
    CertificationProfile,
    EndReason,
    UnlinkRequest,
    UnlinkTask,
)
from vlms.partners.queries.linked import get_task
from vlms.partners.queries.links import find_running
from vlms.partners.queries.profiles import find_profile
from vlms.partners.service.leaver_mail import tell_of_task
from vlms.partners.service.linking import BOTH, end
from vlms.partners.terms import link_terms

LIFETIME = timedelta(hours=24)
BY_NETWORK, BY_MCID = "unlink_form_by_network", "unlink_form_by_mcid"
MOST_BY_NETWORK, MOST_BY_MCID = 30, 3
_LINK = b"vlms unlink link|"


def ask_to_unlink(work: Work, mcid: str, email: str, source: str | None) -> None:
    """Mail a link where the MCID is linked and this is its address; else nothing happens.

    Nobody learns which. Raises TooMany.
    """
    count_try(work, BY_NETWORK, network_of(source), MOST_BY_NETWORK)
    count_try(work, BY_MCID, mcid, MOST_BY_MCID)
    profile = find_profile(work.session, mcid)
    if profile is None or profile.email != email:
        return
    if find_running(work.session, profile.user_id) is None:
        return
    user = work.session.get_one(User, profile.user_id)
    request = UnlinkRequest(
        profile_id=profile.id, asked_at=work.now, expires_at=work.now + LIFETIME
    )
    work.session.add(request)
    work.flush()
    facts = {"request_id": str(request.id), "mcid": mcid}
    mail = Mail("unlink_link", request.id, f"unlink-link:{request.id}", facts=facts)
    post(work, mail, Recipient(user.name, email, user.language))


def unlink_path(request_id: str) -> str:
    """Where the mail's link leads; a signature of the request, never stored."""
    return f"/leavers/{sign_link(key_ring().link, UUID(request_id), _LINK)}"


def open_request(work: Work, token: str) -> Association:
    """The link that a mail's link is about. Raises NotFound, Gone."""
    return _open(work, token)[1]


def take_request(work: Work, token: str) -> UnlinkTask:
    """Make the dated task for the global administrator, once. Raises NotFound, Gone, Conflict."""
    request, association = _open(work, token)
    taken = guarded_update(
        work.session,
        UnlinkRequest,
        UnlinkRequest.id == request.id,
        UnlinkRequest.used_at.is_(None),
        used_at=work.now,
    )
    if taken != 1:
        raise _over()
    place = work.session.get_one(Organisation, association.organisation_id)
    day = local_day(work.now, place.time_zone)
    work.does("unlink_task.created")
    task = UnlinkTask(
        organisation_id=place.id,
        person_id=association.person_id,
        association_id=association.id,
        asked_at=work.now,
        due_on=day + link_terms(day).terms.leaver_task,
    )
    with refusing_doubles(work, uq_unlink_task_open=_waits()):
        work.session.add(task)
    tell_of_task(work, task, place)
    return task


def end_for_leaver(work: Work, task_id: UUID) -> Association:
    """The global administrator ends the link of who has left. Raises Forbidden, Conflict."""
    work.actor.require(Permission.END_LINKS)
    task = get_task(work.session, task_id)
    association = work.session.get_one(Association, task.association_id)
    if task.done_at is not None or not end(work, association, BOTH, EndReason.LEFT):
        raise Conflict(
            "K1",
            _("This link has ended already."),
            reason="ended_already",
            way_out=_("There is nothing to do."),
        )
    return association


def close_tasks(work: Work, event: LinkEnded) -> None:
    """However a link ended, nobody has to end it any more."""
    with work.as_system("what a task asked for is done"):
        work.does("unlink_task.done")
        open_ones = select(UnlinkTask).where(
            UnlinkTask.association_id == event.association_id, UnlinkTask.done_at.is_(None)
        )
        for task in work.session.scalars(open_ones):
            task.done_at = work.now


def _open(work: Work, token: str) -> tuple[UnlinkRequest, Association]:
    request_id = read_link(work.keys.link, token, _LINK)
    request = work.session.get(UnlinkRequest, request_id) if request_id else None
    if request is None:
        raise NotFound("K1", _("This link does not open anything."), way_out=_("Ask again."))
    profile = work.session.get_one(CertificationProfile, request.profile_id)
    association = find_running(work.session, profile.user_id)
    if request.used_at is not None or request.expires_at <= work.now or association is None:
        raise _over()
    return request, association


def _over() -> Gone:
    return Gone(
        "K1",
        _("This link was used, is older than a day, or the MCID is linked to nothing any more."),
        way_out=_("Ask again if the MCID is still linked."),
    )


def _waits() -> Conflict:
    return Conflict(
        "K1",
        _("This was asked for already; the global administrator knows of it."),
        reason="asked_already",
        way_out=_("Wait until they have done it."),
    )
