"""Pages of Imagine Academy: grants, benefits, courses, certificates, verification."""

from __future__ import annotations

import io
from dataclasses import dataclass
from threading import Event
from typing import Any

import jwt
import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import make_member, making
from tests.support.making_certificates import make_certificates, make_course, picture
from tests.support.making_imagine import (
    make_academic_shop,
    make_granted,
    make_placed_person,
    make_school,
)
from tests.support.making_orders import ADMIN_EMAIL, OPERATOR_EMAIL, Shop
from tests.support.pages import CheckingClient
from vlms.academy.models.benefits import BenefitRequest, Course, CourseCertificate
from vlms.academy.models.packs import Pack
from vlms.academy.service.certificates import revoke_certificate, token_of
from vlms.accounts.models import PlaceRole, School
from vlms.core.db import reading
from vlms.core.permissions import Role
from vlms.core.scope import System
from vlms.core.work import key_ring
from vlms.jobs import exporting
from vlms.jobs.export_files import EXPORT_JOBS
from vlms.jobs.worker import run_due
from vlms.orders.models import Order

SEEN = System("test")
HOME = "/o/contoso/imagine-academy"


@dataclass(frozen=True)
class Scene:
    shop: Shop
    pack: Pack
    school: School
    course: Course
    certificate: CourseCertificate


@pytest.fixture
def scene(app: Flask, clock: StillClock) -> Scene:
    with making(clock()) as work:
        shop = make_academic_shop(work)
        school = make_school(work, shop, "管理學院")
        make_placed_person(work, shop, school, "Tess", email="tess@contoso.example")
        student = make_placed_person(
            work, shop, school, "王小明", PlaceRole.STUDENT, email="wang@contoso.example"
        )
        course = make_course(work, shop)
        (made,) = make_certificates(work, shop, course, school, student)
    return Scene(shop, make_granted(shop, clock()), school, course, made)


def first(model: type[Any]) -> Any:
    with reading(SEEN) as session:
        return session.scalars(select(model).order_by(model.id.desc())).first()


def test_the_grants_tell_what_is_used_and_what_lapses(client: CheckingClient, scene: Scene) -> None:
    client.sign_in(ADMIN_EMAIL)
    page = client.page(f"{HOME}/")
    assert "IA-000001" in page.text
    show = client.page(f"{HOME}/grants/{scene.pack.id}")
    assert "30 free vouchers lapse after" in show.text
    assert "Microsoft Press books: 40% off" in show.text
    client.press(f"{HOME}/", "/language", language="zh_Hant_TW")
    chinese = client.page(f"{HOME}/grants/{scene.pack.id}").text
    assert "六折（原價 60%）" in chinese
    assert "五折" in chinese


def test_a_discount_is_asked_answered_and_shown_to_the_asker(
    client: CheckingClient, scene: Scene
) -> None:
    client.sign_in(ADMIN_EMAIL)
    take = f"{HOME}/grants/{scene.pack.id}/take?benefit=mct-programme"
    wrong = client.send(take, person="nobody@contoso.example")
    assert wrong.status_code == 422
    assert client.send(take, person="tess@contoso.example").status_code == 302
    asked = first(BenefitRequest)
    assert "has not answered yet" in client.page(f"{HOME}/requests/{asked.id}").text
    client.sign_in(OPERATOR_EMAIL)
    there = f"/o/operator/imagine-academy/requests/{asked.id}"
    assert "Tess" in client.page("/o/operator/imagine-academy/").text
    assert client.press(there, "/grant", code="").status_code == 422
    assert client.press(there, "/grant", code="MCT-AB12CD").status_code == 302
    page = client.page(there)
    assert "••••12CD" in page.text
    assert "MCT-AB12CD" not in page.text
    client.sign_in(ADMIN_EMAIL)
    shown = client.press(f"{HOME}/requests/{asked.id}", "/code")
    assert "MCT-AB12CD" in shown.text
    assert "MCT-AB12CD" not in client.page(f"{HOME}/requests/{asked.id}").text


def test_a_discount_is_refused_with_a_reason(client: CheckingClient, scene: Scene) -> None:
    client.sign_in(ADMIN_EMAIL)
    take = f"{HOME}/grants/{scene.pack.id}/take?benefit=microsoft-press"
    client.send(take, person="tess@contoso.example")
    asked = first(BenefitRequest)
    client.sign_in(OPERATOR_EMAIL)
    there = f"/o/operator/imagine-academy/requests/{asked.id}"
    assert client.press(there, "/refuse").status_code == 422
    answer = client.press(there, "/refuse", **{"no-answer": "not in this country"})
    assert answer.status_code == 302
    assert "not in this country" in client.page(there).text


def test_courses_are_entered_edited_and_ended(client: CheckingClient, scene: Scene) -> None:
    client.sign_in(ADMIN_EMAIL)
    new = "/o/contoso/courses/new"
    assert client.send(new, code="XL-1", title_en="A", title_zh="甲").status_code == 422
    assert client.send(new, code="W-1", title_en="Words", title_zh="文書").status_code == 302
    made = first(Course)
    edit = f"/o/contoso/courses/{made.id}/edit"
    assert client.send(edit, hours="12").status_code == 302
    assert first(Course).hours == 12
    assert client.send(f"/o/contoso/courses/{made.id}/end").status_code == 302
    assert "W-1" not in client.page("/o/contoso/courses/?running=1").select("table")[0].text


def test_people_are_certified_and_their_papers_come_as_one_file(
    client: CheckingClient, scene: Scene
) -> None:
    client.sign_in(ADMIN_EMAIL)
    issue = "/o/contoso/certificates/issue"
    unknown = client.send(issue, people="nobody@contoso.example", completed_on="2026-02-20")
    assert unknown.status_code == 422
    sent = client.send(
        issue, people="wang@contoso.example\ntess@contoso.example", completed_on="2026-02-20"
    )
    assert sent.status_code == 302
    page = client.page(sent.headers["Location"])
    assert "C-2026-000003" in page.text
    papers = client.get("/o/contoso/certificates/papers.pdf")
    pages = PdfReader(io.BytesIO(papers.data)).pages
    assert len(pages) == 3
    one = client.get(f"/o/contoso/certificates/{scene.certificate.id}/paper.pdf")
    assert "王小明" in PdfReader(io.BytesIO(one.data)).pages[0].extract_text()


def test_a_design_is_saved_with_its_pictures(client: CheckingClient, scene: Scene) -> None:
    client.sign_in(ADMIN_EMAIL)
    address = f"/o/contoso/certificates/designs/{scene.school.id}"
    bad = client.send(address, logo=(io.BytesIO(b"<svg/>"), "logo.png"))
    assert bad.status_code == 422
    sent = client.send(
        address,
        layout="festive",
        latin_school_name="School of Management",
        signer_name="林文山",
        logo=(io.BytesIO(picture()), "logo.png"),
    )
    assert sent.status_code == 302
    assert "There is a logo" in client.page(address).text
    sample = client.get(f"{address}/sample.pdf")
    assert "林文山" in PdfReader(io.BytesIO(sample.data)).pages[0].extract_text()


def test_the_qr_leads_to_a_page_that_shows_no_more_than_the_paper(
    client: CheckingClient, scene: Scene, clock: StillClock
) -> None:
    address = f"/certificates/{token_of(key_ring().link, scene.certificate)}"
    page = client.page(address)
    assert "genuine and valid" in page.text
    assert "王小明" in page.text
    for more in ("wang@contoso.example", str(scene.certificate.person_id), "contoso"):
        assert more not in str(page.select_one("main")), more
    assert client.get(address).headers["X-Robots-Tag"] == "noindex"
    with making(clock.move(days=2)) as work:
        revoke_certificate(work, scene.certificate.id, "a secret reason")
    revoked = client.page(address).text
    assert "was revoked on" in revoked
    assert "a secret reason" not in revoked


def test_guesses_are_limited_and_genuine_ones_are_not(client: CheckingClient, scene: Scene) -> None:
    for number in range(30):
        assert client.get(f"/certificates/{number:022d}").status_code == 404
    assert client.get(f"/certificates/{31:022d}").status_code == 429
    genuine = f"/certificates/{token_of(key_ring().link, scene.certificate)}"
    assert client.get(genuine).status_code == 200


def test_a_badge_is_verified_with_the_key_at_the_address_that_it_names(
    client: CheckingClient, scene: Scene
) -> None:
    client.sign_in(ADMIN_EMAIL)
    signed = client.get(f"/o/contoso/certificates/{scene.certificate.id}/badge.jwt").text
    kid = jwt.get_unverified_header(signed)["kid"]
    path = "/.well-known/badge-keys/" + kid.rpartition("/")[2]
    stranger = client.application.test_client()
    jwk = stranger.get(path).get_json()
    told = jwt.decode(signed, jwt.PyJWK(jwk).key, algorithms=["EdDSA"])
    assert told["credentialSubject"]["identifier"][0]["identityHash"] == "王小明"
    assert stranger.get("/.well-known/jwks.json").get_json()["keys"] == [jwk]
    assert stranger.get("/.well-known/badge-keys/none").status_code == 404
    status = told["credentialStatus"]["id"].partition("/.well-known")[2]
    assert stranger.get("/.well-known" + status).get_json()["revokedCredential"] == []


def test_holders_find_their_own_certificates(
    client: CheckingClient, scene: Scene, clock: StillClock
) -> None:
    with making(clock()) as work:
        holder = make_member(work, scene.shop.customer, Role.LEARNER, "wang@contoso.example")
        certificate = work.session.get_one(CourseCertificate, scene.certificate.id)
        certificate.person.user_id = holder.id
        other = make_placed_person(work, scene.shop, scene.school, "李大華", PlaceRole.STUDENT)
        (theirs,) = make_certificates(work, scene.shop, scene.course, scene.school, other)
    client.sign_in("wang@contoso.example")
    page = client.page("/my/certificates/")
    assert "C-2026-000001" in page.text
    assert "C-2026-000002" not in page.text
    assert client.get(f"/my/certificates/{scene.certificate.id}/paper.pdf").status_code == 200
    assert client.get(f"/my/certificates/{scene.certificate.id}/badge.jwt").status_code == 200
    assert client.get(f"/my/certificates/{theirs.id}/paper.pdf").status_code == 404


def test_the_order_of_the_system_is_shown_like_any_other(
    client: CheckingClient, scene: Scene
) -> None:
    with reading(SEEN) as session:
        order = session.scalars(select(Order).where(Order.brought_by_order_id.is_not(None))).one()
    client.sign_in(ADMIN_EMAIL)
    page = client.page(f"/o/contoso/orders/{order.id}")
    assert order.number in page.text
    assert client.get(f"/o/contoso/orders/{order.id}/order-form.pdf").status_code == 200
    assert order.number in client.page("/o/contoso/orders/").text


def test_many_papers_are_drawn_by_a_job_whose_page_says_where_they_are(
    client: CheckingClient, scene: Scene, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two are many here; a revoked one is no paper."""
    monkeypatch.setattr(exporting, "LONG_PAPERS", 1)
    with making(clock()) as work:
        for name in ("李大華", "張小美"):
            person = make_placed_person(work, scene.shop, scene.school, name, PlaceRole.STUDENT)
            (made,) = make_certificates(work, scene.shop, scene.course, scene.school, person)
        revoke_certificate(work, made.id, "by mistake")
    client.sign_in(ADMIN_EMAIL)
    asked = client.get("/o/contoso/certificates/papers.pdf")
    assert asked.status_code == 302
    run_due(EXPORT_JOBS, clock, Event())
    page = client.page(asked.headers["Location"])
    assert "2 certificates are in the file." in page.text
    pages = PdfReader(io.BytesIO(client.get(f"{asked.headers['Location']}/file").data)).pages
    assert [
        name in page.extract_text() for page, name in zip(pages, ("王小明", "李大華"), strict=True)
    ] == [True, True]
    one = client.get("/o/contoso/certificates/papers.pdf?q=李大華")
    assert len(PdfReader(io.BytesIO(one.data)).pages) == 1


def test_no_valid_paper_is_refused_at_once(client: CheckingClient, scene: Scene) -> None:
    client.sign_in(ADMIN_EMAIL)
    assert client.get("/o/contoso/certificates/papers.pdf?q=nobody").status_code == 422
