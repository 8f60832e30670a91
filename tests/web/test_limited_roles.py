"""Who works for one agreement sees and does nothing of the organisation's others."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import make_user, making
from tests.support.making_agreements import make_agreement, make_contact
from tests.support.making_orders import Shop, make_delivered, make_shop
from tests.support.order_pages import signed_in
from tests.support.pages import CheckingClient, told_by
from vlms.accounts.models import RoleGrant
from vlms.accounts.service import end_role
from vlms.codes.models import Code
from vlms.core.permissions import Role
from vlms.core.work import Work
from vlms.notices.models import OutboxMessage
from vlms.notices.outbox import Mail, Recipient, post
from vlms.orders.models import Order

LIMITED_EMAIL = "lim@contoso.example"


def make_limited(work: Work, shop: Shop) -> None:
    """A licensing admin of the second agreement alone, with a message about it."""
    second = make_agreement(work, shop.customer, "SECOND-2", reseller=shop.reseller)
    contact = make_contact(work, second, email="second@contoso.example")
    user = make_user(work, LIMITED_EMAIL)
    work.session.add(
        RoleGrant(
            organisation_id=shop.customer.id,
            user_id=user.id,
            role=Role.LICENSING_ADMIN,
            agreement_id=second.id,
            granted_at=work.now,
        )
    )
    mail = Mail("order_placed", second.id, "second", shop.customer.id, second.id)
    post(work, mail, Recipient(contact.name, contact.email, contact.language))


def lists_of(app: Flask) -> list[str]:
    """The addresses of a workspace that need no record's id."""
    found = []
    for rule in app.url_map.iter_rules():
        is_list = {"organisation"} <= rule.arguments <= {"organisation", "form"}
        if is_list and "GET" in (rule.methods or ()):
            found.append(rule.rule.replace("<organisation>", "contoso").replace("<form>", "csv"))
    return found


def test_no_list_shows_another_agreement(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
        make_limited(work, shop)
        order = make_delivered(work, shop)
        foreign = [order.number, str(order.id), str(shop.agreement.id), "notices@contoso"]
    admin, limited = client, signed_in(app, LIMITED_EMAIL)
    admin.sign_in("ann@contoso.example")
    addresses = lists_of(app)
    assert len(addresses) > 20
    # Downloads and forms differ in kind: only what they say is looked at.
    admin.checks = limited.checks = False
    texts = {address: told_by(limited.get(address).get_data()) for address in addresses}
    shown = {address for address, text in texts.items() for word in foreign if word in text}
    assert shown == set()
    seen_by_all = [told_by(admin.get(address).get_data()) for address in addresses]
    assert all(any(word in text for text in seen_by_all) for word in foreign)
    assert "second@contoso.example" in texts["/o/contoso/messages/"]


def test_no_record_of_another_agreement_opens(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
        make_limited(work, shop)
        make_delivered(work, shop)
    with making(clock()) as work:
        order = work.session.scalars(select(Order)).one()
        message = work.session.scalars(
            select(OutboxMessage).where(OutboxMessage.agreement_id == shop.agreement.id).limit(1)
        ).one()
        code = work.session.scalars(select(Code).limit(1)).one()
        grant = work.session.scalars(
            select(RoleGrant).where(RoleGrant.user_id == shop.admin.id)
        ).one()
        places = (
            f"orders/{order.id}",
            f"orders/{order.id}/order-form.pdf",
            f"orders/{order.id}/journal",
            f"agreements/{shop.agreement.id}",
            f"agreements/{shop.agreement.id}/edit",
            f"codes/{code.id}",
            f"codes/batches/{code.batch_id}",
            f"messages/{message.id}",
        )
        acts = (f"messages/{message.id}/resend", f"orders/{order.id}/cancel")
        link = f"/o/contoso/roles/{grant.id}/send-link"
    limited = signed_in(app, LIMITED_EMAIL)
    for place in places:
        limited.page(f"/o/contoso/{place}", 404)
    form = limited.page("/o/contoso/orders/new").select_one("[name=csrf_token]")
    assert form is not None
    token = {"csrf_token": str(form["value"])}
    for place in acts:
        assert limited.post(f"/o/contoso/{place}", data=token).status_code == 404
    assert limited.post(link, data=token).status_code == 403


def test_a_role_that_ended_in_one_agreement_opens_nothing_there(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
        make_limited(work, shop)
        grant = work.session.scalars(
            select(RoleGrant).where(RoleGrant.agreement_id.is_not(None))
        ).one()
        facts = {"organisation_id": shop.customer.id, "user_id": grant.user_id}
        for agreement_id, role in (
            (grant.agreement_id, Role.FINANCE),
            (shop.agreement.id, Role.FINANCE),
            (shop.agreement.id, Role.LICENSING_ADMIN),
        ):
            given = {**facts, "agreement_id": agreement_id, "role": role}
            work.session.add(RoleGrant(**given, granted_at=work.now))
    limited = signed_in(app, LIMITED_EMAIL)
    limited.page("/o/contoso/orders/new")
    with making(clock()) as work:
        admin = select(RoleGrant).where(
            RoleGrant.agreement_id == shop.agreement.id, RoleGrant.role == Role.LICENSING_ADMIN
        )
        end_role(work, work.session.scalars(admin).one().id)
    # Whoever loses a role is out everywhere, and comes back with less.
    limited.sign_in(LIMITED_EMAIL)
    limited.page("/o/contoso/orders/")
    limited.page("/o/contoso/orders/new", 403)
