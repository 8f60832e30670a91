"""What the tests of giving codes to people begin with."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from tests.support.clock import StillClock
from tests.support.making import make_organisation, make_person, making
from tests.support.making_codes import make_agreement, make_codes, make_line, make_product
from vlms.accounts.models import Organisation
from vlms.codes.models import Code


@dataclass(frozen=True)
class Scene:
    """An organisation with codes of one product and two people, Ann and Bob."""

    organisation: Organisation
    product_id: UUID
    agreement_id: UUID
    codes: list[Code]
    ann: UUID
    bob: UUID


def make_scene(clock: StillClock, count: int = 3, delay: int = 30) -> Scene:
    with making(clock()) as work:
        organisation = make_organisation(work, "contoso", assign_delay_minutes=delay)
        agreement = make_agreement(work, organisation)
        product = make_product(work)
        line = make_line(work, agreement, product, count, delivered_quantity=count)
        codes = make_codes(work, line, count)
        ann = make_person(work, organisation, "Ann", "ann@contoso.example")
        bob = make_person(work, organisation, "Bob")
        return Scene(organisation, product.id, agreement.id, codes, ann.id, bob.id)
