"""No address gives one organisation what belongs to another (threat 5).

Every kind of member asks every address with an id to read and to change somebody else's record.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from flask import Flask, url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from tests.support.clock import StillClock
from tests.support.demo import Played, play_demo
from tests.support.making import making
from tests.support.making_academy import make_academy
from tests.support.making_certifications import make_foreign_held
from tests.support.making_closings import make_foreign_closing
from tests.support.making_foreign import STRANGERS, make_foreign
from tests.support.making_foreign_disclosure import make_foreign_disclosure
from tests.support.making_foreign_handout import make_foreign_handout
from tests.support.making_foreign_letter import make_foreign_letter
from tests.support.making_foreign_links import make_foreign_links
from tests.support.making_foreign_money import make_foreign_money
from tests.support.making_foreign_people import make_foreign_people
from tests.support.making_foreign_warning import make_foreign_warning
from tests.support.making_plans import make_foreign_plan
from tests.support.making_providers import make_foreign_ways_in
from tests.support.making_requests import make_foreign_requests
from tests.support.pages import CheckingClient, told_by
from tests.support.plain_arguments import PLAIN
from vlms.academy.models.benefits import BenefitRequest, Course, CourseCertificate
from vlms.academy.models.packs import Pack, PackQuota, QuotaRequest
from vlms.academy.models.roster import AcademicTerm, SchoolClass
from vlms.academy.models.sites import DeliverySite
from vlms.academy.models.sittings import ExamSeat, Sitting
from vlms.accounts.models import Organisation, Person, RoleGrant, SavedView, School, User
from vlms.accounts.service.organisations import add_school
from vlms.agreements.models import Agreement
from vlms.audit.models import AuditEntry
from vlms.catalog.models import Holiday, PriceList, Product
from vlms.codes.bulk_models import BulkRun
from vlms.codes.models import Code, CodeBatch, Registration
from vlms.codes.request_models import CodeRequest
from vlms.core.db import Base, reading
from vlms.core.scope import System
from vlms.core.text import _
from vlms.demo.agreements import TAIWAN
from vlms.demo.cast import PASSWORD
from vlms.jobs.models import Job
from vlms.jobs.service import plan_asked
from vlms.notices.models import OutboxMessage
from vlms.orders.models import OrderLine

TEST = System("test")
# Addresses whose ids are of everybody's catalogue, not of an organisation.
SHARED = {"product_id", "price_list_id", "holiday_id", "tax_rate_id", "tax_rule_id"}
CANARY = "宏遠科技"
# Each makes records of an organisation for the ids in addresses.
_MAKERS = (
    make_foreign_money,
    make_foreign_people,
    make_foreign_letter,
    make_foreign_links,
    make_foreign_handout,
    make_foreign_plan,
    make_foreign_closing,
    make_foreign_requests,
    make_foreign_warning,
    make_foreign_disclosure,
    make_foreign_ways_in,
    make_foreign_held,
)


@pytest.fixture
def played(app: Flask, clock: StillClock) -> Iterator[Played]:
    found = play_demo(clock)
    with making(clock()) as work:
        owner = found.stage.cast.organisations["hongyuan"].id
        add_school(work, owner, "宏遠學院")
        make_foreign(work, make_academy(work))
        for make in _MAKERS:
            _MONEY.update(make(work, owner))
        admin = found.stage.cast.users["admin@hongyuan.example"]
        view = SavedView(
            organisation_id=owner,
            user_id=admin.id,
            endpoint="codes.index",
            name=CANARY,
            asked="state=available",
        )
        work.session.add(view)
        job = plan_asked(work, "nothing", "theirs", {}, title=_(CANARY), total=1)
        assert job is not None
        job.organisation_id = owner
        run = BulkRun(
            organisation_id=owner,
            act="assign",
            asked_by=admin.id,
            asked_at=work.now,
            code_count=0,
        )
        work.session.add(run)
    app.config["WTF_CSRF_ENABLED"] = False
    yield found
    app.config["WTF_CSRF_ENABLED"] = True


def their_ids(played: Played) -> dict[str, UUID]:
    """A record of the Taiwanese customer for each kind of id in addresses."""
    owner = played.stage.cast.organisations["hongyuan"].id
    with reading(TEST) as session:

        def of(model: type[Base]) -> UUID:
            found = session.scalars(
                select(model.id).where(model.organisation_id == owner)  # type: ignore[attr-defined]
            ).first()
            assert isinstance(found, UUID), model
            return found

        return {
            **played_schools(),
            "agreement_id": of(Agreement),
            "batch_id": of(CodeBatch),
            "code_id": of(Code),
            "grant_id": of(RoleGrant),
            "job_id": of(Job),
            "line_id": of(OrderLine),
            "message_id": of(OutboxMessage),
            "order_id": played.orders["taiwan"],
            "organisation_id": owner,
            "person_id": of(Person),
            "registration_id": of(Registration),
            "request_id": of(CodeRequest),
            "run_id": of(BulkRun),
            "school_id": of(School),
            "upload_id": owner,
            "view_id": of(SavedView),
            **_MONEY,
            **{name: _first(session, model) for name, model in _CATALOGUE.items()},
        }


def played_schools() -> dict[str, UUID]:
    """Records of an institution that is nobody's of the demo, for what only schools have."""
    with reading(TEST) as session:
        owner = session.scalars(select(Organisation.id).where(Organisation.slug == "fabrikam"))
        where = owner.one()
        return {
            name: session.scalars(
                select(model.id).where(model.organisation_id == where)  # type: ignore[attr-defined]
            ).all()[0]
            for name, model in _OF_SCHOOLS.items()
        }


# Made with each database: ids of billing and reconciliation.
_MONEY: dict[str, UUID] = {}
_OF_SCHOOLS: dict[str, type[Base]] = {
    "benefit_request_id": BenefitRequest,
    "certificate_id": CourseCertificate,
    "class_id": SchoolClass,
    "course_id": Course,
    "pack_id": Pack,
    "quota_id": PackQuota,
    "quota_request_id": QuotaRequest,
    "seat_id": ExamSeat,
    "site_id": DeliverySite,
    "sitting_id": Sitting,
    "term_id": AcademicTerm,
}
_CATALOGUE: dict[str, type[Base]] = {
    "product_id": Product,
    "price_list_id": PriceList,
    "holiday_id": Holiday,
    "user_id": User,
}


def _first(session: Session, model: type[Base]) -> UUID:
    found = session.scalars(select(model.id)).first()  # type: ignore[attr-defined]
    assert isinstance(found, UUID)
    return found


def rules_with_ids(app: Flask) -> list[Rule]:
    """The addresses that name a record of an organisation."""
    return [
        rule
        for rule in app.url_map.iter_rules()
        if {a for a in rule.arguments if a.endswith("_id")} - SHARED
    ]


def address(app: Flask, rule: Rule, slug: str, ids: dict[str, UUID]) -> str:
    known: dict[str, Any] = {"organisation": slug, **PLAIN, **ids}
    values = {name: known[name] for name in rule.arguments}
    with app.test_request_context():
        return url_for(rule.endpoint, **values)


def changes_of(played: Played) -> int:
    owner = played.stage.cast.organisations["hongyuan"].id
    with reading(TEST) as session:
        return int(
            session.scalar(
                select(func.count(AuditEntry.sequence)).where(AuditEntry.organisation_id == owner)
            )
            or 0
        )


def signed_in(app: Flask, email: str) -> CheckingClient:
    client = app.test_client()
    assert isinstance(client, CheckingClient)
    client.checks = False
    client.post("/sign-in", data={"email": email, "password": PASSWORD})
    return client


def test_no_address_shows_or_changes_what_is_somebody_elses(app: Flask, played: Played) -> None:
    ids, before = their_ids(played), changes_of(played)
    leaks = []
    for email in STRANGERS:
        client = signed_in(app, email)
        slug = played.stage.cast.roles[email][0]
        for rule in rules_with_ids(app):
            where = address(app, rule, slug, ids)
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                answer = client.open(where, method=method, data={} if method == "POST" else None)
                told = CANARY in answer.get_data(as_text=True)
                if answer.status_code not in (403, 404) or told:
                    leaks.append((email, method, where, answer.status_code))
    assert leaks == []
    assert changes_of(played) == before


def test_the_owner_is_shown_the_same_addresses(app: Flask, played: Played) -> None:
    """The negative control: with the right sign-in these very addresses answer."""
    ids = their_ids(played)
    client = signed_in(app, "admin@hongyuan.example")
    shown = [
        rule.endpoint
        for rule in rules_with_ids(app)
        if "GET" in (rule.methods or ())
        and client.get(address(app, rule, "hongyuan", ids)).status_code == 200
    ]
    assert len(shown) >= 15


def test_no_list_or_search_of_another_organisation_names_it(app: Flask, played: Played) -> None:
    client = signed_in(app, "admin@contoso.example")
    for rule in app.url_map.iter_rules():
        if rule.arguments == {"organisation"} and "GET" in (rule.methods or ()):
            where = address(app, rule, "contoso", {})
            for query in ("", f"?q={CANARY}", "?q=%25", "?q=王小明"):
                text = told_by(client.get(where + query).get_data())
                # What was asked is said again, in its field and as a filter that is on.
                page = re.sub(r'value="[^"]*"|<a class="chip".*?</a>', "", text, flags=re.S)
                assert CANARY not in page, where
                assert TAIWAN not in page, where


def test_a_reseller_sees_its_customers_orders_and_never_a_code(app: Flask, played: Played) -> None:
    ids = their_ids(played)
    client = signed_in(app, "reseller@demo.example")
    assert client.get(f"/o/northwind/orders/{ids['order_id']}").status_code == 200
    campus = played.orders["campus"]
    assert client.get(f"/o/northwind/orders/{campus}").status_code == 404
    assert client.get(f"/o/northwind/codes/{ids['code_id']}").status_code in (403, 404)


def test_a_reseller_sees_an_order_once_it_is_placed(app: Flask, played: Played) -> None:
    client = signed_in(app, "reseller@demo.example")
    answers = {
        name: client.get(f"/o/northwind/orders/{played.orders[name]}").status_code
        for name in ("draft", "approval", "placed", "late")
    }
    assert answers == {"draft": 404, "approval": 404, "placed": 200, "late": 200}


def test_another_persons_code_is_not_among_ones_own(app: Flask, played: Played) -> None:
    ids = their_ids(played)
    client = signed_in(app, "leo@contoso.example")
    own = [rule for rule in rules_with_ids(app) if rule.rule.startswith("/my/")]
    assert own
    for rule in own:
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            where = address(app, rule, "", ids)
            assert client.open(where, method=method).status_code == 404, where
