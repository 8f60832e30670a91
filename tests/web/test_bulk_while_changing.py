"""The same step on several codes, while others change them."""

from __future__ import annotations

from uuid import UUID

from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import make_member, make_organisation, make_person, making
from tests.support.making_codes import make_agreement, make_codes, make_line, make_product
from tests.support.pages import CheckingClient, values_of
from vlms.accounts.models import Organisation
from vlms.codes.models import Code
from vlms.codes.service.reserving import change
from vlms.core.permissions import Role

ADMIN = "ann@contoso.example"


def set_up(clock: StillClock) -> list[str]:
    """Contoso with an admin and two codes that are reserved; their keys."""
    with making(clock()) as work:
        contoso = make_organisation(work, "contoso")
        make_member(work, contoso, Role.LICENSING_ADMIN, ADMIN)
        person = make_person(work, contoso, "Asa", "asa@contoso.example")
        line = make_line(work, make_agreement(work, contoso), make_product(work), 2)
        return [str(code.id) for code in make_codes(work, line, 2, person=person)]


def test_nothing_is_assigned_to_anybody_whom_the_page_did_not_show(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    keys = set_up(clock)
    with making(clock()) as work:
        contoso = work.session.get_one(Code, UUID(keys[0])).organisation_id
        organisation = work.session.get_one(Organisation, contoso)
        other = make_person(work, organisation, "Ben", "ben@contoso.example").id
    client.sign_in(ADMIN)
    address = "/o/contoso/codes/together?act=assign&which=all&state=reserved"
    form = client.page(address).select_one("main form[method=post]")
    assert form is not None
    # As many codes fit as before, but one is for somebody else now.
    with making(clock()) as work:
        change(work, UUID(keys[0]), other, confirmed=True)
    refused = client.post(address, data=values_of(form))
    assert refused.status_code == 422
    assert "The list has changed" in refused.get_data(as_text=True)
    with making(clock()) as work:
        assert not any(work.session.scalars(select(Code.assign_due_at)))
    # What is shown again can be confirmed.
    done = client.page(client.send(address).location).text
    assert "Done: 2." in done
    # C2: the delay of half an hour, and then nothing moves.
    assert "becomes final on" in done
