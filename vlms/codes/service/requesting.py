"""Requests of holders about their codes, sent to the right contact and answered (O7).

Only a holder opens one, about a code of theirs: the code leads to its agreement, and that to
the contact. A stranger's request would go to nobody whose business it is: without a code that
is theirs there is no agreement, a mail to the operator for every guess would be a way to
flood it, and any answer would tell that a code exists. A stranger is told whom to ask instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from vlms.accounts.models import Organisation, OrganisationKind, Person, User
from vlms.accounts.queries import list_users_who_may
from vlms.agreements.contacts import Contact, find_contact
from vlms.agreements.models import Agreement, ContactKind
from vlms.codes.custody import custody_of
from vlms.codes.models import Code
from vlms.codes.request_models import CodeRequest, RequestKind, RequestState
from vlms.codes.rules.request_note import check_note
from vlms.codes.service.tries import REQUESTS, take_try
from vlms.core.db import reading
from vlms.core.errors import Conflict, Topic
from vlms.core.language import Language
from vlms.core.permissions import Permission
from vlms.core.reading import canonical_email
from vlms.core.scope import System
from vlms.core.scoping import guarded_update
from vlms.core.text import _
from vlms.core.work import Work
from vlms.notices.outbox import Mail, Recipient, post

# A holder sees no agreement and no roles.
_ASKING = System("whom to ask about a code")


@dataclass(frozen=True)
class Plea:
    """What a holder asks: kind, note, and the address for the answer."""

    kind: RequestKind
    note: str
    email: str


@dataclass(frozen=True)
class Addressee:
    """Who gets a request, and in which workspace they answer it; None: by mail alone."""

    recipient: Recipient
    slug: str | None


def open_request(work: Work, code: Code, plea: Plea) -> CodeRequest:
    """Open a request about a code of the work's holder, and mail whoever answers it.

    Raises BadInput for a note with a code in it, Conflict while one of this kind is open,
    TooMany beyond some an hour.
    """
    check_note(plea.note, own=_text_of(work, code))
    _check_none_open(work, code, plea.kind)
    take_try(work, REQUESTS, f"user:{work.actor.user_id}")
    work.does("code_request.opened")
    request = CodeRequest(
        organisation_id=code.organisation_id,
        agreement_id=code.agreement_id,
        reseller_id=code.reseller_id,
        code_id=code.id,
        person_id=code.person_id,
        kind=plea.kind,
        note=plea.note,
        email=plea.email,
        opened_at=work.now,
        opened_by=work.actor.user_id,
        state=RequestState.OPEN,
    )
    try:
        with work.session.begin_nested():
            work.session.add(request)
    except IntegrityError as error:
        # The same was asked at this moment, in another tab or by a second press.
        raise _asked_already() from error
    _tell(work, request, code, find_whom(request.agreement_id))
    return request


def answer_request(work: Work, request: CodeRequest, answer: str) -> CodeRequest:
    """Answer a request; the answer is mailed to whoever asked. May be done more than once.

    Raises Forbidden, BadInput, and Conflict for one that is closed.
    """
    work.actor.require(Permission.ANSWER_REQUESTS)
    check_note(answer, field="answer", own=_text_of(work, request.code))
    _step(
        work,
        request,
        "code_request.answered",
        state=RequestState.ANSWERED,
        answer=answer,
        answered_at=work.now,
    )
    _tell_asker(work, request)
    return request


def close_request(work: Work, request: CodeRequest) -> CodeRequest:
    """Close a request. Raises Forbidden, and Conflict for one that is closed."""
    work.actor.require(Permission.ANSWER_REQUESTS)
    _step(
        work,
        request,
        "code_request.closed",
        state=RequestState.CLOSED,
        closed_at=work.now,
        closed_by=work.actor.user_id,
    )
    return request


def _text_of(work: Work, code: Code | None) -> str | None:
    """The code, to be kept out of what is written of it; None once its text is gone."""
    if code is None or code.sealed_text is None:
        return None
    return custody_of(work).open(code.id, code.organisation_id, code.sealed_text)


def find_whom(agreement_id: UUID) -> list[Addressee]:
    """The agreement's contact for codes; where there is none, the operators (O7)."""
    with reading(_ASKING) as session:
        agreement = session.get_one(Agreement, agreement_id)
        contact = find_contact(agreement, ContactKind.CODES)
        operators = select(Organisation).where(Organisation.kind == OrganisationKind.OPERATOR)
        operator = session.scalar(operators.order_by(Organisation.id).limit(1))
        if contact is not None:
            own = session.get_one(Organisation, agreement.organisation_id)
            places = [own, operator] if operator else [own]
            return [Addressee(_recipient(contact), _place(session, contact, places, agreement_id))]
        if operator is None:
            return []
        users = list_users_who_may(session, operator.id, Permission.ANSWER_REQUESTS, agreement_id)
        return [
            Addressee(Recipient(one.name, one.email, one.language), operator.slug) for one in users
        ]


def _place(
    session: Session, contact: Contact, places: Sequence[Organisation], agreement_id: UUID
) -> str | None:
    """The first workspace that is open to a contact and in which they may answer."""
    address = canonical_email(contact.email)
    for place in places:
        users = list_users_who_may(session, place.id, Permission.ANSWER_REQUESTS, agreement_id)
        if address in {user.email for user in users}:
            return place.slug
    return None


def _recipient(contact: Contact) -> Recipient:
    return Recipient(contact.name, contact.email, contact.language or Language.ENGLISH)


def _check_none_open(work: Work, code: Code, kind: RequestKind) -> None:
    waiting = select(CodeRequest.id).where(
        CodeRequest.code_id == code.id,
        CodeRequest.kind == kind,
        CodeRequest.state == RequestState.OPEN,
    )
    if work.session.scalar(waiting.limit(1)) is not None:
        raise _asked_already()


def _asked_already() -> Conflict:
    return Conflict(
        "O7",
        _("You have asked this about the code already; nobody has answered yet."),
        reason="request_open",
        way_out=_("The answer comes by mail. What you asked stands on the code's page."),
        ask=Topic.CODES,
    )


def _step(work: Work, request: CodeRequest, action: str, **values: object) -> None:
    """Raises Conflict when the request is closed already, by whomever."""
    work.does(action)
    guards = (CodeRequest.id == request.id, CodeRequest.state != RequestState.CLOSED)
    # Locks the row: of two at once the second sees what the first has written.
    if guarded_update(work.session, CodeRequest, *guards, note=CodeRequest.note) != 1:
        raise Conflict(
            "O7",
            _("This request is closed."),
            way_out=_("Its asker can open another one."),
        )
    for name, value in values.items():
        setattr(request, name, value)
    work.flush()


def _tell(work: Work, request: CodeRequest, code: Code, whom: Sequence[Addressee]) -> None:
    person = code.person.name if code.person else request.email
    facts = {**_facts(request, code), "person": person, "email": request.email}
    for number, one in enumerate(whom, start=1):
        key = f"code_request:{request.id}:{number}"
        path = f"/o/{one.slug}/requests/{request.id}" if one.slug else ""
        post(work, _mail("code_request", key, request, {**facts, "path": path}), one.recipient)


def _tell_asker(work: Work, request: CodeRequest) -> None:
    facts = {**_facts(request, request.code), "path": f"/my/codes/{request.code_id}"}
    key = f"code_request_answered:{request.id}:{work.now.isoformat()}"
    mail = _mail("code_request_answered", key, request, {**facts, "answer": request.answer})
    post(work, mail, _asker(work, request))


def _asker(work: Work, request: CodeRequest) -> Recipient:
    """The asker in the language of their account, at the address that they gave."""
    user = work.session.get(User, request.opened_by) if request.opened_by else None
    person = work.session.get(Person, request.person_id) if request.person_id else None
    known = user or person
    if known is None:
        return Recipient(request.email, request.email, Language.ENGLISH)
    return Recipient(known.name, request.email, known.language, request.person_id)


def _mail(template: str, key: str, request: CodeRequest, facts: dict[str, object]) -> Mail:
    return Mail(
        template, request.id, key, request.organisation_id, request.agreement_id, None, facts
    )


def _facts(request: CodeRequest, code: Code | None) -> dict[str, object]:
    return {
        "kind": request.kind.value,
        "note": request.note,
        "last4": code.last4 if code else "",
        "product_en": code.product.name_en if code else "",
        "product_zh": code.product.name_zh if code else "",
    }
