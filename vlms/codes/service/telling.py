"""Mail about codes: "your codes are here" (O5) and "a code is yours" (C2). Links, never codes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from vlms.accounts.contact_links import link_for_contact
from vlms.accounts.events import AddressCorrected
from vlms.accounts.links import end_links, make_links
from vlms.accounts.models import LinkPurpose, OneTimeLink, Organisation, Person, User
from vlms.agreements.models import Agreement, AgreementContact, ContactKind
from vlms.audit.service import journal
from vlms.catalog.models import ProductKind
from vlms.codes.holder_queries import list_waiting
from vlms.codes.models import Code, CodeBatch
from vlms.codes.service.parties import Standing
from vlms.core.errors import Conflict, Topic
from vlms.core.language import Language
from vlms.core.text import _
from vlms.core.work import Work
from vlms.notices.models import OutboxMessage
from vlms.notices.outbox import Mail, Recipient, post, post_many


def contacts_for(work: Work, batch: CodeBatch) -> Sequence[AgreementContact]:
    """Who is told of a batch (O5): a class pack's notices contact, else the administrator.

    Where no online service administrator is named, the notices contact stands in.
    """
    statement = select(AgreementContact).where(AgreementContact.agreement_id == batch.agreement_id)
    found = {contact.kind: contact for contact in work.session.scalars(statement)}
    wanted: tuple[ContactKind, ...] = (ContactKind.ONLINE_ADMINISTRATOR, ContactKind.NOTICES_ONLINE)
    if batch.product.kind is ProductKind.CLASS_PACK:
        wanted = (ContactKind.NOTICES_ONLINE,)
    return [found[kind] for kind in wanted if kind in found][:1]


def tell_contacts(work: Work, batch: CodeBatch, occasion: str = "") -> list[OutboxMessage]:
    """Write "your codes are here"; one `occasion` writes one mail."""
    messages = [
        _tell_contact(work, batch, contact, occasion) for contact in contacts_for(work, batch)
    ]
    return [message for message in messages if message is not None]


def tell_again(work: Work, batch: CodeBatch) -> list[OutboxMessage]:
    """Send it again, to whoever is the contact now; earlier links end (O5).

    Raises Conflict when the agreement names no contact for it.
    """
    order_id = batch.line.order_id
    end_links(work, order_id, LinkPurpose.OPEN_ORDER)
    messages = tell_contacts(work, batch, work.now.isoformat())
    if not messages:
        raise Conflict(
            "O5",
            _("The agreement names no contact to whom this message can be sent."),
            way_out=_("Enter the agreement's notices and online contact first."),
            ask=Topic.ACCOUNT,
        )
    journal(
        work,
        "code_batch.told_again",
        ("code_batch", batch.id, batch.organisation_id),
        after={"to_address": ", ".join(message.to_address for message in messages)},
    )
    return messages


def _tell_contact(
    work: Work, batch: CodeBatch, contact: AgreementContact, occasion: str
) -> OutboxMessage | None:
    organisation = work.session.get_one(Organisation, batch.organisation_id)
    link = link_for_contact(work, organisation.id, contact.email, batch.line.order_id)
    agreement = work.session.get_one(Agreement, batch.agreement_id)
    mail = Mail(
        "codes_ready",
        batch.id,
        f"codes_ready:{batch.id}:{contact.kind.value}:{occasion}",
        batch.organisation_id,
        batch.agreement_id,
        link.id if link else None,
        {
            "organisation": organisation.name,
            "slug": organisation.slug,
            "path": f"/o/{organisation.slug}/codes/batches/{batch.id}",
            "batch": batch.number,
            "batch_id": str(batch.id),
            "order": batch.line.order.number,
            "product_en": batch.product.name_en,
            "product_zh": batch.product.name_zh,
            "count": batch.code_count,
            **_last_day(work, batch),
            "agreement": agreement.number,
        },
    )
    return post(work, mail, Recipient(contact.name, contact.email, contact.language))


def _last_day(work: Work, batch: CodeBatch) -> dict[str, str]:
    """The day that ends the batch; a printed date may end single codes before."""
    latest = select(Code.last_day, Code.time_zone).where(
        Code.batch_id == batch.id, Code.expires_at == batch.expires_at
    )
    last_day, zone = work.session.execute(latest.limit(1)).one()
    return {"last_day": last_day.isoformat(), "zone": zone}


def tell_right_address(work: Work, event: AddressCorrected) -> None:
    """Write again to a person whose address was wrong, about codes that wait for a claim (C2).

    To somebody who has left nobody writes: their codes stay theirs.
    """
    person = work.session.get_one(Person, event.person_id)
    if person.left_at is not None:
        return
    for code in list_waiting(work.session, [person.id], work.now):
        tell_person(work, code, person, work.now.isoformat())


def tell_person(work: Work, code: Code, person: Person, occasion: str = "") -> OutboxMessage | None:
    """Write "a code is yours" with its claim link; None for a person without an address."""
    if person.email is None:
        return None
    return post(work, *_mail(work, code, person, occasion, claim_link(work, code)))


def tell_people(work: Work, given: Sequence[tuple[Code, Person]]) -> list[OutboxMessage]:
    """The same to many at once, each of their own code."""
    reached = [(code, person) for code, person in given if person.email is not None]
    users = [person.user_id for _code, person in reached if person.user_id is not None]
    # Held while the mails are written, so that each finds its user's zone without asking.
    known = work.session.scalars(select(User).where(User.id.in_(users))).all() if users else []
    links = make_links(
        work, LinkPurpose.CLAIM_CODE, [_claim(work, code) for code, _person in reached]
    )
    mails = [_mail(work, *pair, "", link) for pair, link in zip(reached, links, strict=True)]
    del known
    return post_many(work, mails)


def sample_mail(look: Standing, code: Code, person: Person) -> tuple[Mail, Recipient]:
    """The mail that would tell a person of a code, without its link; nothing is written."""
    return _mail(look, code, person, "sample", None)


def _mail(
    look: Standing, code: Code, person: Person, occasion: str, link: OneTimeLink | None
) -> tuple[Mail, Recipient]:
    organisation = look.session.get_one(Organisation, code.organisation_id)
    mail = Mail(
        "code_assigned",
        code.id,
        f"code_assigned:{code.id}:{occasion or code.assigned_at}",
        code.organisation_id,
        code.agreement_id,
        link.id if link else None,
        {
            "organisation": organisation.name,
            "product_en": code.product.name_en,
            "product_zh": code.product.name_zh,
            "last_day": code.last_day.isoformat(),
            "zone": code.time_zone,
            **_in_own_time(look, code, person),
        },
        code.letter_id,
    )
    language = Language(code.letter_language) if code.letter_language else person.language
    return mail, Recipient(person.name, person.email or "", language, person.id)


def _in_own_time(look: Standing, code: Code, person: Person) -> dict[str, str]:
    """The code's last minute for somebody who has chosen another zone than the agreement's."""
    user = person.user_id and look.session.get(User, person.user_id)
    if not user or user.time_zone == code.time_zone:
        return {}
    last_moment = code.expires_at - timedelta(minutes=1)
    return {"last_moment": last_moment.isoformat(), "own_zone": user.time_zone}


def claim_link(work: Work, code: Code) -> OneTimeLink:
    """A link that opens the code for its person, until the code expires."""
    return make_links(work, LinkPurpose.CLAIM_CODE, [_claim(work, code)])[0]


def _claim(work: Work, code: Code) -> tuple[UUID, timedelta, UUID, UUID | None]:
    return code.id, code.expires_at - work.now, code.organisation_id, code.person_id
