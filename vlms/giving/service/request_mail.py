"""Mail about voucher requests: to who approves, and to who asked. Links, never codes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vlms.accounts.models import Organisation, Person, User
from vlms.accounts.queries import find_manager, list_users_who_may
from vlms.core.permissions import Permission
from vlms.core.work import Work
from vlms.giving.models.requests import VoucherRequest
from vlms.notices.outbox import Mail, Recipient, post


def tell_approvers(work: Work, request: VoucherRequest) -> None:
    """The manager, if the person has one who can sign in; else who may answer."""
    manager = find_manager(work.session, request.person)
    user = _user_of(work, manager)
    if manager is not None and user is not None and manager.left_at is None:
        path = f"/my/team/requests/{request.id}"
        _post(work, "voucher_asked", request, _recipient(user), path)
        return
    organisation = work.session.get_one(Organisation, request.organisation_id)
    path = f"/o/{organisation.slug}/voucher-requests/{request.id}"
    for admin in _admins(work, request):
        _post(work, "voucher_asked", request, _recipient(admin), path)


def tell_approved(work: Work, request: VoucherRequest) -> None:
    _tell_asker(work, "voucher_approved", request)


def tell_waiting(work: Work, request: VoucherRequest) -> None:
    _tell_asker(work, "voucher_waiting", request)


def tell_refused(work: Work, request: VoucherRequest) -> None:
    _tell_asker(work, "voucher_refused", request)


def _tell_asker(work: Work, template: str, request: VoucherRequest) -> None:
    person = request.person
    user = _user_of(work, person)
    address = user.email if user else person.email
    if address:
        to = Recipient(person.name, address, person.language, person.id)
        _post(work, template, request, to, "/my/requests/")


def _admins(work: Work, request: VoucherRequest) -> Sequence[User]:
    """But for who asks: nobody answers their own."""
    found = list_users_who_may(
        work.session, request.organisation_id, Permission.ANSWER_VOUCHER_REQUESTS
    )
    return [user for user in found if user.id != request.asked_by]


def _user_of(work: Work, person: Person | None) -> User | None:
    if person is None or person.user_id is None:
        return None
    user = work.session.get(User, person.user_id)
    return user if user is not None and user.disabled_at is None else None


def _recipient(user: User) -> Recipient:
    return Recipient(user.name, user.email, user.language)


def _told(work: Work, request: VoucherRequest) -> str:
    """Who answered it, to be asked about it: name and address; empty where nobody has."""
    user = work.session.get(User, request.answered_by) if request.answered_by else None
    return f"{user.name} · {user.email}" if user else ""


def _post(work: Work, template: str, request: VoucherRequest, to: Recipient, path: str) -> None:
    facts: dict[str, Any] = {
        "person": request.person.name,
        "product_en": request.product.name_en,
        "product_zh": request.product.name_zh,
        "exam": request.exam_number or "",
        "reason": request.reason,
        "wanted_on": request.wanted_on.isoformat(),
        "answer": request.answer or "",
        "answered_by": _told(work, request),
        "path": path,
    }
    key = f"{template}:{request.id}:{to.address}"
    mail = Mail(template, request.id, key, request.organisation_id, None, None, facts)
    post(work, mail, to)
