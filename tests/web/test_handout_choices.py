"""What the check of a handout offers, and what its confirmation asks."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import make_member, making
from tests.support.making_codes import make_codes, make_line, make_product
from tests.support.making_handouts import Giver, make_giver, make_more_codes, paste
from tests.support.pages import CheckingClient
from vlms.accounts.models import Organisation
from vlms.agreements.models import Agreement
from vlms.codes.models import CodeBatch
from vlms.core.errors import BadInput
from vlms.core.permissions import Role
from vlms.giving.models.handouts import Handout
from vlms.giving.rules.handouts import Act
from vlms.giving.service.handout_making import Wishes, change_wishes

ADMIN = "ann.admin@contoso.example"
LIST = "asa@contoso.example\nbo@contoso.example"


@pytest.fixture
def giver(client: CheckingClient, clock: StillClock) -> Giver:
    """Two people, two batches of one product and one of another."""
    made = make_giver(clock(), ["asa", "bo"], 4)
    make_more_codes(clock(), made, 2, days=90)
    with making(clock()) as work:
        agreement = work.session.scalars(select(Agreement)).one()
        make_codes(work, make_line(work, agreement, make_product(work, "library"), 3), 3)
        contoso = work.session.get_one(Organisation, made.organisation_id)
        make_member(work, contoso, Role.LICENSING_ADMIN, ADMIN)
    client.sign_in(ADMIN)
    return made


def batches(clock: StillClock, giver: Giver, *, own: bool) -> set[UUID]:
    is_own = CodeBatch.product_id == giver.product_id
    with making(clock()) as work:
        return set(work.session.scalars(select(CodeBatch.id).where(is_own if own else ~is_own)))


def test_only_stock_of_what_is_given_is_offered(
    client: CheckingClient, clock: StillClock, giver: Giver
) -> None:
    handout_id = paste(clock(), giver, LIST)
    page = client.page(f"/o/contoso/handouts/{handout_id}")
    offered = {str(one["value"]) for one in page.select("select[name=batch] option")}
    own = batches(clock, giver, own=True)
    assert len(own) == 2
    assert offered == {"", *map(str, own)}


def test_stock_of_another_product_is_refused(clock: StillClock, giver: Giver) -> None:
    handout_id = paste(clock(), giver, LIST)
    (other,) = batches(clock, giver, own=False)
    with pytest.raises(BadInput, match="another product"):
        paste(clock(), giver, LIST, Wishes(batch_id=other))
    for batch_id in batches(clock, giver, own=True):
        with making(clock()) as work:
            change_wishes(
                work, work.session.get_one(Handout, handout_id), Wishes(batch_id=batch_id)
            )
    with making(clock()) as work, pytest.raises(BadInput, match="another product"):
        change_wishes(work, work.session.get_one(Handout, handout_id), Wishes(batch_id=other))


@pytest.mark.parametrize(
    ("act", "text", "title"),
    [
        (Act.ASSIGN, LIST, "Give 2 people a code each?"),
        (Act.RESERVE, LIST, "Reserve a code for each of 2 people?"),
        (Act.RESERVE, "asa@contoso.example", "Reserve a code for 1 person?"),
    ],
)
def test_the_confirmation_asks_for_what_is_done(
    client: CheckingClient, clock: StillClock, giver: Giver, act: Act, text: str, title: str
) -> None:
    handout_id = paste(clock(), giver, text, Wishes(act=act))
    page = client.page(f"/o/contoso/handouts/{handout_id}/give")
    assert page.select_one("h1").get_text(strip=True) == title
