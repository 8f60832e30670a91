"""Finds what somebody typed, among all that they may open: codes, people, orders and more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from vlms.academy.queries.sittings import Look
from vlms.accounts.models import Organisation, Person
from vlms.accounts.queries import names_organisation, names_person
from vlms.agreements.models import Agreement
from vlms.catalog.queries import list_products
from vlms.codes.custody import Custody
from vlms.codes.errors import BadCodeText
from vlms.codes.holder_queries import SHOWN_TO_HOLDER
from vlms.codes.models import Code, CodeBatch
from vlms.codes.queries import SHOWN_WITH, find_code_by_number
from vlms.codes.rules.code_text import mask, read_typed
from vlms.core.permissions import Permission
from vlms.core.text import Name, Text, _
from vlms.core.work import Actor
from vlms.insights.finding_academy import academic_finders
from vlms.insights.hits import MOST_OF_A_KIND, READ_OF_A_KIND, Finder, Found, Hit, Kind
from vlms.orders.models import Order

SHORTEST = 2
_LAST = 4


def find_typed_code(session: Session, custody: Custody, words: str) -> Code | None:
    """The code that was typed whole; None also for one that the scope does not see.

    What is mistyped is told as little as what is unknown: who asks may be anybody.
    """
    try:
        reading = read_typed(words)
    except BadCodeText:
        return None
    wanted = select(Code).where(Code.text_index.in_(custody.index_all(reading.texts)))
    return session.scalars(wanted).first()


def is_like_code(words: str) -> bool:
    """Whether somebody who guesses codes might have typed this: readable, and with a digit."""
    try:
        read_typed(words)
    except BadCodeText:
        return False
    return any(symbol.isdigit() for symbol in words)


def find_all(session: Session, actor: Actor, now: datetime, words: str) -> Found:
    """Everything that the actor may open and that fits the words, but typed codes."""
    hits: list[Hit] = []
    more = set()
    for permission, find in (*_FINDERS, *academic_finders(Look(session, actor, now))):
        if not actor.may(permission):
            continue
        some = list(islice(find(session, words), READ_OF_A_KIND))
        if len(some) > MOST_OF_A_KIND:
            more.add(some[0].kind)
        hits += some[:MOST_OF_A_KIND]
    return Found(hits, frozenset(more))


def find_own(session: Session, words: str) -> Found:
    """The holder's own codes of these last characters."""
    if len(words) > _LAST:
        return Found([])
    statement = select(Code).where(Code.last4 == words.upper(), SHOWN_TO_HOLDER)
    found = session.scalars(statement.options(*SHOWN_WITH).order_by(Code.id))
    return Found([_of_code(code, _("last characters"), "my_codes.show") for code in found])


def _codes(session: Session, words: str) -> Iterator[Hit]:
    numbered = find_code_by_number(session, words)
    if numbered is not None:
        yield _of_code(numbered, _("number"), is_exact=True)
    if len(words) <= _LAST:
        statement = select(Code).where(Code.last4 == words.upper()).options(*SHOWN_WITH)
        for code in session.scalars(statement.order_by(Code.id.desc()).limit(READ_OF_A_KIND)):
            yield _of_code(code, _("last characters"))


def _of_code(
    code: Code, reason: Text, endpoint: str = "codes.show", *, is_exact: bool = False
) -> Hit:
    person = code.person.name if code.person and endpoint == "codes.show" else ""
    number = f"{code.batch.number}/{code.number}" if endpoint == "codes.show" else ""
    name = Name(code.product.name_en, chinese=code.product.name_zh)
    parts = (number, mask(code.last4), person)
    detail = " · ".join(part for part in parts if part)
    return Hit(Kind.CODE, name, reason, endpoint, {"code_id": str(code.id)}, detail, is_exact)


def _batches(session: Session, words: str) -> Iterator[Hit]:
    statement = select(CodeBatch).where(CodeBatch.number == words.upper())
    for batch in session.scalars(statement):
        arguments = {"batch_id": str(batch.id)}
        yield Hit(Kind.BATCH, batch.number, _("number"), "codes.batch", arguments, is_exact=True)


def _people(session: Session, words: str) -> Iterator[Hit]:
    statement = select(Person).where(names_person(words)).order_by(Person.search_name, Person.id)
    people = session.scalars(statement.limit(READ_OF_A_KIND)).all()
    keys = {person.organisation_id for person in people}
    found = session.scalars(select(Organisation).where(Organisation.id.in_(keys)))
    organisations = {organisation.id: organisation for organisation in found}
    for person in people:
        yield _of_person(person, organisations[person.organisation_id], words)


def _of_person(person: Person, organisation: Organisation, words: str) -> Hit:
    is_number = person.number == words
    is_address = (person.email or "") == words.lower()
    by_address = words.lower() in (person.email or "")
    reason = _("number") if is_number else _("e-mail address") if by_address else _("name")
    detail = " · ".join(part for part in (person.email, person.number, organisation.name) if part)
    arguments = {"person_id": str(person.id), "of": organisation.slug}
    exact = is_number or is_address
    return Hit(Kind.PERSON, person.name, reason, "people.show", arguments, detail, exact)


def _orders(session: Session, words: str) -> Iterator[Hit]:
    columns = (Order.number, Order.purchase_order)
    fits = or_(*(column.icontains(words, autoescape=True) for column in columns))
    statement = select(Order).where(fits).order_by(Order.id.desc()).limit(READ_OF_A_KIND)
    for order in session.scalars(statement):
        by_number = words.upper() in order.number.upper()
        reason = _("order number") if by_number else _("purchase-order number")
        yield Hit(
            Kind.ORDER,
            order.number,
            reason,
            "orders.show",
            {"order_id": str(order.id)},
            order.purchase_order or "",
            words.upper() in (order.number.upper(), (order.purchase_order or "").upper()),
        )


def _agreements(session: Session, words: str) -> Iterator[Hit]:
    fits = Agreement.number.icontains(words, autoescape=True)
    statement = select(Agreement).where(fits).order_by(Agreement.number).limit(READ_OF_A_KIND)
    for agreement in session.scalars(statement):
        yield Hit(
            Kind.AGREEMENT,
            agreement.number,
            _("agreement number"),
            "agreements.show",
            {"agreement_id": str(agreement.id)},
            agreement.programme.value,
            words.upper() == agreement.number.upper(),
        )


def _organisations(session: Session, words: str) -> Iterator[Hit]:
    statement = select(Organisation).where(names_organisation(words)).order_by(Organisation.name)
    for organisation in session.scalars(statement.limit(READ_OF_A_KIND)):
        yield Hit(
            Kind.ORGANISATION,
            organisation.name,
            _("name"),
            "organisations.show",
            {"organisation_id": str(organisation.id)},
            organisation.slug,
            words.lower() == organisation.slug,
        )


def _products(session: Session, words: str) -> Iterator[Hit]:
    for product in list_products(session, words=words):
        name = Name(product.name_en, chinese=product.name_zh)
        arguments = {"product_id": str(product.id)}
        yield Hit(Kind.PRODUCT, name, _("name"), "catalog.product", arguments)


_FINDERS: tuple[Finder, ...] = (
    (Permission.VIEW_CODES, _codes),
    (Permission.VIEW_CODES, _batches),
    (Permission.VIEW_PEOPLE, _people),
    (Permission.VIEW_ORDERS, _orders),
    (Permission.VIEW_AGREEMENTS, _agreements),
    (Permission.VIEW_ORGANISATIONS, _organisations),
    (Permission.VIEW_CATALOG, _products),
)
