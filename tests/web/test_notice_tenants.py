"""Notices of somebody whom several organisations write to, or whose address others enter."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import make_organisation, make_person, make_user, making
from tests.support.pages import CheckingClient
from vlms.accounts.queries import find_organisation
from vlms.core.language import Language
from vlms.core.packed_text import pack_text
from vlms.core.text import _
from vlms.core.tokens import new_id
from vlms.notices.choosing import choose_for
from vlms.notices.collecting import collect_next
from vlms.notices.kinds import KINDS, Audience
from vlms.notices.models import Mailing, NoticeChoice, OutboxMessage
from vlms.notices.outbox import Mail, Recipient, post

ANN, DECLINABLE = "ann@contoso.example", "job_ended"


def test_nobody_chooses_for_the_address_that_another_signs_in_with(
    client: CheckingClient, clock: StillClock
) -> None:
    with making(clock()) as work:
        make_user(work, "bob@contoso.example")
        own = make_user(work, ANN)
        for slug, address in (("contoso", "bob@contoso.example"), ("home", "ann@home.example")):
            make_person(work, make_organisation(work, slug), "Ann", address, own)
    client.sign_in(ANN)
    kind = next(
        key for key, kind in KINDS.items() if kind.to is Audience.HOLDER and not kind.is_compulsory
    )
    assert client.send("/my/notices/choices", **{kind: "never"}).status_code == 302
    with making(clock()) as work:
        chosen = set(work.session.scalars(select(NoticeChoice.address)))
    assert chosen == {ANN, "ann@home.example"}


@pytest.mark.parametrize(
    ("slugs", "is_told"), [(("contoso",), True), (("contoso", "fabrikam"), False)]
)
def test_the_weeks_mail_of_several_organisations_stands_in_none_of_their_outboxes(
    app: Flask, clock: StillClock, slugs: tuple[str, ...], is_told: bool
) -> None:
    with making(clock()) as work:
        choose_for(work, ANN, DECLINABLE, Mailing.WEEKLY)
    facts = {"title": pack_text(_("Export")), "is_done": True, "path": "/jobs/"}
    with making(clock()) as work:
        for slug in (*slugs, slugs[-1]):
            place = find_organisation(work.session, slug) or make_organisation(work, slug)
            mail = Mail(DECLINABLE, new_id(), str(new_id()), place.id, facts=facts)
            post(work, mail, Recipient("Ann", ANN, Language.ENGLISH))
    clock.move(days=8)
    with making(clock()) as work:
        assert collect_next(work)
        weekly = OutboxMessage.template == "weekly_notices"
        collected = work.session.scalars(select(OutboxMessage).where(weekly)).one()
        assert len(collected.facts["notices"]) == len(slugs) + 1
        assert (collected.organisation_id is not None) is is_told
