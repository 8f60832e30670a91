"""Benefits of a grant (A3): opened for a person, or asked of a programme and answered.

Only for faculty and staff, while the grant lasts, once a person and benefit. The programme's
code is sealed; whoever asked sees it, each view is told to the journal (C8).
"""

from __future__ import annotations

import unicodedata
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from vlms.academy.benefits import Benefit, get_benefit
from vlms.academy.errors import AcademyRefused
from vlms.academy.models.benefits import BenefitRequest, BenefitRequestState
from vlms.academy.models.packs import Pack
from vlms.academy.queries.benefits import get_grant, get_request
from vlms.academy.queries.rosters import offer_of, refusals_on
from vlms.academy.service.benefit_mail import tell_asker, tell_operators
from vlms.accounts.models import Organisation, Person, PersonPlace, PlaceRole, School
from vlms.accounts.queries import get_person
from vlms.audit.service import journal
from vlms.codes.custody import custody_of
from vlms.codes.rules.request_note import holds_code
from vlms.core.clock import local_day
from vlms.core.errors import BadInput, Conflict, Forbidden, Topic
from vlms.core.permissions import Permission
from vlms.core.scoping import guarded_update
from vlms.core.text import _
from vlms.core.tokens import new_id
from vlms.core.work import Work

_S = BenefitRequestState
CODE_LENGTH = 80


def take_benefit(
    work: Work, pack_id: UUID, key: str, person_id: UUID, note: str = ""
) -> BenefitRequest:
    """Open content for a person at once, or ask for a discount.

    Raises Forbidden, NotFound, AcademyRefused (A3) outside the grant's days, NotEligible for
    who is neither faculty nor staff, Conflict for who has or awaits it already.
    """
    work.actor.require(Permission.ASK_BENEFITS)
    benefit, pack = get_benefit(key), get_grant(work.session, pack_id)
    person = get_person(work.session, person_id)
    _check_days(work, pack)
    school = _eligible_at(work, pack, person)
    _check_first(work, pack, benefit, person)
    _check_note(note)
    work.does("benefit.asked" if benefit.is_discount else "benefit.opened")
    request = BenefitRequest(
        id=new_id(),
        organisation_id=pack.organisation_id,
        agreement_id=pack.agreement_id,
        school_id=school.id,
        pack_id=pack.id,
        benefit_key=benefit.key,
        person_id=person.id,
        state=_S.ASKED if benefit.is_discount else _S.GRANTED,
        note=note,
        asked_by=work.actor.user_id,
        asked_at=work.now,
        answered_at=None if benefit.is_discount else work.now,
    )
    try:
        with work.session.begin_nested():
            work.session.add(request)
    except IntegrityError:
        # Somebody else has asked the same at this moment.
        raise _taken(person) from None
    if benefit.is_discount:
        tell_operators(work, request, benefit)
    return request


def grant_benefit(work: Work, request_id: UUID, code: str, answer: str = "") -> BenefitRequest:
    """Answer with the programme's code, which is sealed. Raises Conflict when answered before."""
    text = "".join(unicodedata.normalize("NFKC", code).split())
    if not text or len(text) > CODE_LENGTH:
        raise BadInput(
            "A3",
            _("The programme's code is missing or is no code."),
            field="code",
            way_out=_("Enter it as the programme wrote it, at most %(n)s letters.", n=CODE_LENGTH),
        )
    _check_note(answer, "answer", text)
    request = get_request(work.session, request_id)
    sealed = custody_of(work).seal(request.id, request.organisation_id, text)
    values = {"sealed_code": sealed, "code_last4": text[-4:], "answer": answer or None}
    return _answer(work, request, _S.GRANTED, **values)


def refuse_benefit(work: Work, request_id: UUID, reason: str) -> BenefitRequest:
    """Answer no, with the reason. Raises Conflict when it was answered before."""
    if not reason.strip():
        raise BadInput(
            "A3",
            _("The reason is missing."),
            field="answer",
            way_out=_("Say why the programme refused; whoever asked reads it."),
        )
    _check_note(reason, "answer")
    return _answer(work, get_request(work.session, request_id), _S.REFUSED, answer=reason)


def _answer(
    work: Work, request: BenefitRequest, state: BenefitRequestState, **values: object
) -> BenefitRequest:
    work.actor.require(Permission.ANSWER_BENEFITS)
    changed = guarded_update(
        work.session,
        BenefitRequest,
        BenefitRequest.id == request.id,
        BenefitRequest.state == _S.ASKED,
        state=state,
        answered_at=work.now,
        answered_by=work.actor.user_id,
        **values,
    )
    if changed != 1:
        raise Conflict(
            "A3",
            _("This request was answered already."),
            reason="request_answered",
            way_out=_("Load the page again to read the answer."),
        )
    after = {"state": state, "answer": values.get("answer"), "last4": values.get("code_last4")}
    record = ("benefit_request", request.id, request.organisation_id)
    journal(work, f"benefit.{state.value}", record, before={"state": _S.ASKED}, after=after)
    work.flush()
    work.session.refresh(request)
    tell_asker(work, request, get_benefit(request.benefit_key))
    return request


def reveal(work: Work, request: BenefitRequest) -> str:
    """The programme's code, for whoever asked; show it only after the work is committed.

    Raises Forbidden for anybody else, AcademyRefused where there is none.
    """
    if request.asked_by is None or request.asked_by != work.actor.user_id:
        raise Forbidden(
            "C8",
            _("Only who asked for the discount sees its code."),
            reason="not_the_asker",
            way_out=_("Ask them, or ask for a discount for somebody else."),
        )
    if request.sealed_code is None and request.code_last4 is not None:
        raise AcademyRefused(
            "C8",
            _("The code is no longer kept: its grant ended 90 days ago, or more."),
            reason="benefit_code_removed",
            way_out=_("The next grant brings its benefits anew."),
        )
    if request.sealed_code is None:
        raise AcademyRefused(
            "A3",
            _("There is no code: the request has not been granted."),
            reason="benefit_without_code",
            way_out=_("Wait for the answer; it comes by mail."),
        )
    text = custody_of(work).open(request.id, request.organisation_id, request.sealed_code)
    record = ("benefit_request", request.id, request.organisation_id)
    journal(work, "benefit.revealed", record)
    return text


def _check_days(work: Work, pack: Pack) -> None:
    if not pack.usable_at <= work.now < pack.expires_at:
        raise AcademyRefused(
            "A3",
            _(
                "The grant %(pack)s is used from %(first)s to %(last)s.",
                pack=pack.number,
                first=local_day(pack.usable_at, pack.time_zone),
                last=pack.last_day,
            ),
            reason="outside_grant",
            way_out=_("Choose a grant that runs today; each purchase or renewal brings one."),
            ask=Topic.PRICING,
        )


def _eligible_at(work: Work, pack: Pack, person: Person) -> School:
    """The school for which a person has the benefit. Raises NotEligible (A3)."""
    places = work.session.scalars(
        select(PersonPlace)
        .where(PersonPlace.person_id == person.id)
        .order_by(PersonPlace.role == PlaceRole.STUDENT, PersonPlace.id)
    ).all()
    refusals = []
    for school in {place.school_id: place.school for place in places}.values():
        zone = _zone(work, school)
        offer = offer_of(work.session, pack, school)
        refused = refusals_on(work.session, offer, [person.id], work.today(zone), zone)
        if person.id not in refused:
            return school
        refusals.append(refused[person.id])
    if refusals:
        raise refusals[0]
    raise AcademyRefused(
        "A3",
        _("%(person)s has no place at a school of the roster.", person=person.name),
        reason="no_place",
        field="person",
        way_out=_("Benefits are for faculty and staff: enter their place first."),
    )


def _zone(work: Work, school: School) -> str:
    own = school.time_zone
    return own or work.session.get_one(Organisation, school.organisation_id).time_zone


def _check_first(work: Work, pack: Pack, benefit: Benefit, person: Person) -> None:
    known = select(BenefitRequest.id).where(
        BenefitRequest.pack_id == pack.id,
        BenefitRequest.benefit_key == benefit.key,
        BenefitRequest.person_id == person.id,
        BenefitRequest.state != _S.REFUSED,
    )
    if work.session.scalar(known.limit(1)) is not None:
        raise _taken(person)


def _taken(person: Person) -> Conflict:
    return Conflict(
        "A3",
        _("%(person)s has or awaits this benefit of the grant already.", person=person.name),
        reason="benefit_taken",
        way_out=_("Choose another person or another benefit."),
    )


def _check_note(text: str, field: str = "note", own: str | None = None) -> None:
    """Raises BadInput for a text in which a code stands: it would be shown to others."""
    if holds_code(text) or (own is not None and own in "".join(text.split())):
        raise BadInput(
            "C8",
            _("The code itself stands in this text."),
            reason="note_holds_code",
            field=field,
            way_out=_("Take it out: the code has a field of its own."),
        )
