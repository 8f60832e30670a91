"""One's own MCID and its link: proved by mail, linked after it was shown what that does (K1)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.mail import open_postbox, text_of
from tests.support.making import EVERY_ROLE, PASSWORD, make_user, making
from tests.support.making_certifications import make_certification, make_held
from tests.support.making_links import LIN, lin_at, make_lin, running
from tests.support.pages import CheckingClient, values_of
from vlms.accounts.models import LinkPurpose, OneTimeLink, User
from vlms.accounts.queries import find_user
from vlms.catalog.models import CertificationKind
from vlms.notices import smtp
from vlms.notices.delivery import Post, deliver_due
from vlms.notices.models import OutboxMessage
from vlms.partners.models.links import CertificationProfile
from vlms.partners.service.linking import link
from vlms.partners.service.profiles import MOST_BY_USER, MOST_TRIES, code_of

HOME, PROFILE, CODE = "/my/links/", "/my/links/profile", "/my/links/code"
MCID, ADDRESS = "990123456", "lin@home.example"
WISH = {"mcid": MCID, "email": ADDRESS, "kind": "personal"}
START = datetime(2026, 7, 1, 4, tzinfo=UTC)


@pytest.fixture
def lin(app: Flask, client: CheckingClient, clock: StillClock) -> CheckingClient:
    clock.set(START)
    make_lin(clock(), "contoso", "fabrikam", mcid=None)
    client.sign_in(LIN)
    return client


def last_code(clock: StillClock) -> str:
    with making(clock()) as work:
        found = work.session.query(OutboxMessage).filter_by(template="profile_code")
        return code_of(found.order_by(OutboxMessage.id.desc()).first().facts["basis"])


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


def prove(client: CheckingClient, clock: StillClock) -> None:
    client.send(PROFILE, **WISH)
    assert client.send(CODE, code=last_code(clock)).location == HOME


def address_of(clock: StillClock, slug: str) -> str:
    with making(clock()) as work:
        return f"/my/links/{lin_at(work, slug).id}/link"


def told(client: CheckingClient, address: str = HOME) -> str:
    main = client.page(address).select_one("main")
    assert main is not None
    return " ".join(main.get_text(" ").split())


def test_the_code_of_a_real_mail_proves_the_mcid(lin: CheckingClient, clock: StillClock) -> None:
    assert lin.send(PROFILE, **WISH).location == CODE
    with open_postbox() as (postbox, port):
        server = smtp.MailServer("127.0.0.1", port, tls=False)
        post = Post(server, "vlms@operator.example", "https://vlms.example")
        assert deliver_due(post, lambda: making(clock())).sent_count == 1
        (mail,) = postbox.mails
    assert mail["To"].addresses[0].addr_spec == ADDRESS
    (code,) = re.findall(r"\b\d{6}\b", text_of(mail))
    assert lin.send(CODE, code=f" {code[:3]} {code[3:]}").location == HOME
    with making(clock()) as work:
        (profile,) = work.session.query(CertificationProfile)
        assert (profile.mcid, profile.email, profile.proved_at) == (MCID, ADDRESS, clock())


def test_a_wrong_old_or_sixth_code_proves_nothing(lin: CheckingClient, clock: StillClock) -> None:
    lin.send(PROFILE, **WISH)
    code = last_code(clock)
    for _try in range(MOST_TRIES):
        assert lin.send(CODE, code=wrong(code)).status_code == 422
    assert lin.send(CODE, code=code).status_code == 429
    clock.move(seconds=1)
    assert lin.press(CODE, "/again").location == CODE
    assert lin.send(CODE, code=code).status_code == 422
    fresh = last_code(clock)
    clock.move(minutes=10)
    assert lin.send(CODE, code=fresh).status_code == 422
    with making(clock()) as work:
        assert work.session.query(CertificationProfile).count() == 0


def test_codes_are_not_mailed_without_end(lin: CheckingClient, clock: StillClock) -> None:
    for _time in range(MOST_BY_USER):
        clock.move(seconds=1)
        assert lin.send(PROFILE, **WISH).status_code == 302
    assert lin.send(PROFILE, **WISH).status_code == 429


def test_one_click_is_enough_for_the_address_of_the_sign_in_once_it_is_proved(
    lin: CheckingClient, clock: StillClock
) -> None:
    wish = {**WISH, "email": LIN}
    # Whoever made the account may have typed any address.
    assert lin.send(PROFILE, **wish).location == CODE
    with making(clock()) as work:
        user = find_user(work.session, LIN)
        assert user is not None
        link_ = OneTimeLink(
            purpose=LinkPurpose.SET_PASSWORD,
            subject_id=user.id,
            created_at=clock(),
            expires_at=clock(),
            used_at=clock(),
        )
        work.session.add(link_)
        lin_at(work, "contoso").mcid = MCID
    form = lin.page(PROFILE)
    shown = [form.select_one(f"#{name}")["value"] for name in ("mcid", "email")]  # type: ignore[index]
    assert shown == [MCID, LIN]
    assert lin.send(PROFILE, **wish).location == HOME
    assert f"Certification profile {MCID}" in told(lin)


def test_an_mcid_of_another_account_is_refused_to_who_proves_it_too(
    app: Flask, lin: CheckingClient, clock: StillClock
) -> None:
    prove(lin, clock)
    with making(clock()) as work:
        make_user(work, "eve@contoso.example")
    eve = app.test_client()
    assert isinstance(eve, CheckingClient)
    eve.sign_in("eve@contoso.example")
    eve.send(PROFILE, **WISH)
    refused = eve.send(CODE, code=last_code(clock))
    assert refused.status_code == 409
    assert "proved by another account" in refused.text
    with making(clock()) as work:
        (profile,) = work.session.query(CertificationProfile)
        assert work.session.get_one(User, profile.user_id).email == LIN


def test_what_linking_does_is_shown_before_it_is_done(
    lin: CheckingClient, clock: StillClock
) -> None:
    prove(lin, clock)
    assert lin.send(address_of(clock, "contoso")).location == HOME
    assert "Contoso Pending" in told(lin)
    assert "the next one is possible from 31 Jul 2026" in told(lin)
    with making(clock()) as work:
        made = make_certification(work, "azure-admin", CertificationKind.ASSOCIATE, "AZ-104")
        person = lin_at(work, "contoso")
        work.actor = EVERY_ROLE
        make_held(work, person, made, date(2026, 6, 1))
    clock.move(days=30)
    lin.sign_in(LIN)
    shown = told(lin, address_of(clock, "fabrikam"))
    assert "The link with Contoso ends by it" in shown
    assert "What Contoso loses Azure-Admin valid until 1 Jun 2027" in shown
    assert "Associations left after this one 1" in shown
    # 30 days after this one, with which two of three are taken.
    assert "Next association possible from 30 Aug 2026 (Taipei time)" in shown
    with making(clock()) as work:
        assert running(work) == ["contoso"]
    lin.send(address_of(clock, "fabrikam"))
    with making(clock()) as work:
        assert running(work) == ["fabrikam"]
    assert "Linked to another organisation" in told(lin)


def test_a_link_that_comes_too_early_is_refused_with_the_day(
    lin: CheckingClient, clock: StillClock
) -> None:
    prove(lin, clock)
    lin.send(address_of(clock, "contoso"))
    page = lin.page(address_of(clock, "fabrikam"))
    assert "possible on 31 Jul 2026" in page.get_text()
    assert "Next association possible from 31 Jul 2026" in " ".join(page.get_text(" ").split())
    assert page.select("main form") == []
    # Who had the page open before is refused as well.
    forms = lin.page(PROFILE).select_one("main form")
    assert forms is not None
    token = {name: values_of(forms)[name] for name in ("csrf_token", "token")}
    refused = lin.post(address_of(clock, "fabrikam"), data=token)
    assert refused.status_code == 422
    assert "possible on 31 Jul 2026" in refused.text
    with making(clock()) as work:
        assert running(work) == ["contoso"]


def test_nobody_opens_the_link_page_of_another(
    app: Flask, lin: CheckingClient, clock: StillClock
) -> None:
    prove(lin, clock)
    with making(clock()) as work:
        make_user(work, "eve@contoso.example")
    eve = app.test_client()
    assert isinstance(eve, CheckingClient)
    eve.sign_in("eve@contoso.example")
    address = address_of(clock, "contoso")
    assert eve.get(address).status_code == 404
    assert MCID not in told(eve)


def test_a_part_is_removed_on_the_page(lin: CheckingClient, clock: StillClock) -> None:
    prove(lin, clock)
    lin.send(address_of(clock, "contoso"))
    assert lin.send("/my/links/unlink", part="exams").location == HOME
    assert "Exams removed" in told(lin)
    again = lin.send("/my/links/unlink", part="exams")
    assert again.status_code == 422
    assert lin.send("/my/links/unlink", part="assessments").location == HOME
    assert "Your MCID is linked to no organisation." in told(lin)


def test_two_profiles_are_merged_before_anything_is_linked(
    lin: CheckingClient, clock: StillClock
) -> None:
    prove(lin, clock)
    with making(clock()) as work:
        link(work, lin_at(work, "contoso").id)
    clock.move(days=31)
    lin.sign_in(LIN, PASSWORD)
    lin.send(PROFILE, **{**WISH, "mcid": "990000001"})
    lin.send(CODE, code=last_code(clock))
    assert "You have two certification profiles" in told(lin)
    with making(clock()) as work:
        first, second = (
            work.session.query(CertificationProfile).order_by(CertificationProfile.proved_at).all()
        )
    assert lin.send(f"/my/links/profiles/{first.id}/merged").location == HOME
    shown = told(lin)
    assert "You have two certification profiles" not in shown
    assert "Contoso 990000001" in shown
    lin.send(
        f"/my/links/profiles/{second.id}/learning",
        kind="work",
        account=ADDRESS,
        is_linked="y",
    )
    assert lin.page(HOME).select(".conditions .is-unmet") == []
