"""Finds what somebody typed: a code, person, order, agreement, batch, organisation, product."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

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
from vlms.orders.models import Order

SHORTEST = 2
MOST_OF_A_KIND = 10
_LAST = 4


class Kind(StrEnum):
    """What can be found, in the order in which it is shown."""

    CODE = "code"
    BATCH = "batch"
    PERSON = "person"
    ORDER = "order"
    AGREEMENT = "agreement"
    ORGANISATION = "organisation"
    PRODUCT = "product"


@dataclass(frozen=True)
class Hit:
    """A record that fits, why it does, and the page that shows it.

    An `is_exact` one has what was typed for its whole number, address or code.
    """

    kind: Kind
    title: Text | str
    reason: Text
    endpoint: str
    arguments: dict[str, str] = field(default_factory=dict)
    detail: str = ""
    is_exact: bool = False


@dataclass(frozen=True)
class Found:
    """All that fits; `more` are the kinds of which only the first are shown."""

    hits: Sequence[Hit]
    more: frozenset[Kind] = frozenset()

    @property
    def only(self) -> Hit | None:
        """The one to open at once: the only exact one, or the only one."""
        exact = [hit for hit in self.hits if hit.is_exact]
        if len(exact) == 1:
            return exact[0]
        return self.hits[0] if len(self.hits) == 1 else None

    def of(self, kind: Kind) -> list[Hit]:
        return [hit for hit in self.hits if hit.kind is kind]


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


def find_all(session: Session, actor: Actor, words: str) -> Found:
    """Everything that the actor may open and that fits the words, but typed codes."""
    hits: list[Hit] = []
    more = set()
    for permission, find in _FINDERS:
        if not actor.may(permission):
            continue
        some = list(islice(find(session, words), MOST_OF_A_KIND + 1))
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
        for code in session.scalars(statement.order_by(Code.id.desc()).limit(_MOST)):
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
    people = session.scalars(statement.limit(_MOST)).all()
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
    statement = select(Order).where(fits).order_by(Order.id.desc()).limit(_MOST)
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
    statement = select(Agreement).where(fits).order_by(Agreement.number).limit(_MOST)
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
    for organisation in session.scalars(statement.limit(_MOST)):
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


_MOST = MOST_OF_A_KIND + 1
_FINDERS: tuple[tuple[Permission, Callable[[Session, str], Iterator[Hit]]], ...] = (
    (Permission.VIEW_CODES, _codes),
    (Permission.VIEW_CODES, _batches),
    (Permission.VIEW_PEOPLE, _people),
    (Permission.VIEW_ORDERS, _orders),
    (Permission.VIEW_AGREEMENTS, _agreements),
    (Permission.VIEW_ORGANISATIONS, _organisations),
    (Permission.VIEW_CATALOG, _products),
)
